"""What a client's file is, told by its bytes and never by its name, and the plain text of those that can be read.

Documents are parsed in a process of their own (kb/reading.py); nothing in a file is ever run, followed or obeyed.
"""

import asyncio
from dataclasses import dataclass
from typing import Literal

from kb.parse import UnreadableError
from kb.parse.text import decode
from kb.reading import read_document

LARGEST = 20 * 1024 * 1024
"""Bytes of a file."""
TEXT_LIMIT = 20_000
"""Characters of a file's text that are looked at."""
APART = 256 * 1024
"""Bytes from which a text is decoded in a thread."""

Kind = Literal["pdf", "docx", "xlsx", "text", "picture", "old", "password", "unsafe", "other", "empty"]
Problem = Literal["", "unsafe", "large", "password", "scanned", "empty", "old", "broken", "picture_large", "unread"]
"""Why there is no text. `unread`: of a kind that only a person looks at."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!",
    b"\x4c\x00\x00\x00",
)
_APK = (b"AndroidManifest.xml", b"META-INF/MANIFEST.MF")
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_BINARY = (
    b"OggS",
    b"ID3",
    b"\x1a\x45\xdf\xa3",
    b"GIF8",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BM",
    b"fLaC",
)
_PROBLEMS: dict[str, Problem] = {
    "password": "password",
    "scanned": "scanned",
    "empty": "empty",
    "large": "broken",
    "hostile": "unsafe",
}
"""What the parsers' reasons are to the client; the others are all «could not be read»."""


@dataclass(frozen=True, slots=True)
class Read:
    """`text` is at most TEXT_LIMIT characters; when it is empty `problem` says why."""

    text: str = ""
    problem: Problem = ""


def kind_of(body: bytes) -> Kind:
    """What the bytes are. Office files are told from other archives by the names inside."""
    if not body.strip(b"\x00 \t\r\n"):
        return "empty"
    if b"%PDF-" in body[:1024]:
        return "pdf"
    if body.startswith(b"PK"):
        return _archive(body)
    if body.startswith(_OLE):
        return "password" if _LOCKED in body else "old"
    if body.startswith(_PROGRAMS):
        return "unsafe"
    if picture_type(body):
        return "picture"
    if body.startswith(_BINARY) or body[4:8] == b"ftyp" or body.startswith(b"RIFF"):
        return "other"
    return _text(body)


def picture_type(body: bytes) -> str | None:
    """The content type of a picture that a model can be shown."""
    return next((mime for head, mime in _PICTURES.items() if body.startswith(head)), None)


def _archive(body: bytes) -> Kind:
    if b"word/document" in body:
        return "docx"
    if b"xl/workbook" in body:
        return "xlsx"
    return "unsafe" if any(name in body for name in _APK) else "other"


def _text(body: bytes) -> Kind:
    head = body[:4096]
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in head and not wide:
        return "other"
    shown = head.decode("utf-16" if wide else "utf-8", "ignore").lstrip("\ufeff \t\r\n").lower()
    if shown.startswith(("<", "@echo", "<?php")) or "<script" in shown or "<svg" in shown:
        return "unsafe"
    return "text"


async def read(body: bytes, *, seconds: float) -> Read:
    """The text of a document within `seconds`; pictures are none (`senses.see` reads them)."""
    if len(body) > LARGEST:
        return Read(problem="large")
    kind = await asyncio.to_thread(kind_of, body) if len(body) > APART else kind_of(body)
    if kind in ("empty", "password", "old", "unsafe"):
        return Read(problem=kind)
    try:
        if kind == "text":
            text = await asyncio.to_thread(decode, body) if len(body) > APART else decode(body)
        elif kind in ("pdf", "docx", "xlsx"):
            text = await read_document(f"file.{kind}", body, timeout=max(0.1, seconds), limit=TEXT_LIMIT)
        else:
            return Read(problem="unread")
    except UnreadableError as error:
        return Read(problem=_PROBLEMS.get(error.code, "broken"))
    text = text[:TEXT_LIMIT].strip()
    return Read(text) if text else Read(problem="empty")

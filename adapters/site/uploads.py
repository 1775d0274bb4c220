"""Which files a visitor may send, told by name and first bytes together; and a file name that is safe to show. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import unquote

FILE_LIMIT = 20 * 1024 * 1024
NAME_LIMIT = 120

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_EBML = (b"\x1a\x45\xdf\xa3",)
_OFFICE = "application/vnd.openxmlformats-officedocument"

TYPES: Mapping[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF",)),
    "heic": ("image/heic", (b"ftyp",)),
    "docx": (f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "pptx": (f"{_OFFICE}.presentationml.presentation", _ZIP),
    "odt": ("application/vnd.oasis.opendocument.text", _ZIP),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
    "zip": ("application/zip", _ZIP),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "ppt": ("application/vnd.ms-powerpoint", _OLE),
    "rtf": ("application/rtf", (b"{\\rtf",)),
    "txt": ("text/plain", ()),
    "csv": ("text/csv", ()),
    "mp3": ("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "ogg": ("audio/ogg", (b"OggS",)),
    "oga": ("audio/ogg", (b"OggS",)),
    "opus": ("audio/ogg", (b"OggS",)),
    "wav": ("audio/wav", (b"RIFF",)),
    "m4a": ("audio/mp4", (b"ftyp",)),
    "weba": ("audio/webm", _EBML),
}
"""Extension → content type and what the file begins with (nothing: a text). No markup, script or program is here."""

ALLOWED = "PDF, Word, Excel, PowerPoint, ODT, ODS, RTF, TXT, CSV, ZIP, картинки и звук"
_INSIDE = {"webp": (8, b"WEBP"), "wav": (8, b"WAVE")}
_BOX = ("heic", "m4a")
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_RESERVED = re.compile(r'[<>:"|?*]')


class FileRefused(ValueError):
    """The text is polite and Russian, for the person."""


def recognise(filename: str, head: bytes) -> str:
    """The content type of a file by its name and first bytes (64 or more when it has them). FileRefused."""
    extension = filename.rpartition(".")[2].lower()
    known = TYPES.get(extension)
    if known is None:
        raise FileRefused(f"Такой файл принять не получится. Подойдут {ALLOWED}.")
    content_type, beginnings = known
    if not _fits(extension, beginnings, head):
        raise FileRefused(f"Содержимое файла не похоже на {extension.upper()}. Проверьте его и пришлите снова.")
    return content_type


def _fits(extension: str, beginnings: tuple[bytes, ...], head: bytes) -> bool:
    if not beginnings:
        return b"\x00" not in head and not head.lstrip().startswith((b"MZ", b"\x7fELF", b"%PDF", b"<"))
    if extension in _BOX:  # the size of the first box stands before its name
        return head[4:8] in beginnings
    at, inside = _INSIDE.get(extension, (0, b""))
    return head.startswith(beginnings) and head[at:].startswith(inside)


def clean_filename(name: str) -> str:
    """A name without folders, control and direction signs; at most NAME_LIMIT characters, its extension kept."""
    if name.isascii() and _ENCODED.search(name):  # as programs send what is not ASCII; browsers send it plainly
        name = unquote(name, errors="replace")
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if unicodedata.category(sign) not in _HIDDEN)
    name = " ".join(_RESERVED.sub("_", name).split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return name[:NAME_LIMIT] or "файл"
    extension = extension[:16]
    return f"{stem[: NAME_LIMIT - len(extension) - 1] or 'файл'}.{extension}"

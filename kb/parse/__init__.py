"""A file's bytes become a title and a list of plain-text blocks: headings, paragraphs, list items.

Each format is one function in `PARSERS`, keyed by the file's extension, in a module of its own; adding a format adds
an entry there. Parsers of whole office files run code of others on what strangers sent: kb/reading.py runs them in a
process of their own.
"""

from collections.abc import Callable, Mapping

from kb.parse.document import Block, BlockKind, Parsed, UnreadableError, as_text, cleaned, title_from_name
from kb.parse.html import parse_html
from kb.parse.markdown import parse_markdown
from kb.parse.text import decode, parse_text

__all__ = [
    "BINARY",
    "MAX_BINARY_BYTES",
    "MAX_BYTES",
    "VERSION",
    "Block",
    "BlockKind",
    "Parsed",
    "UnreadableError",
    "as_text",
    "kind_of",
    "most_bytes",
    "parse_bytes",
    "parse_html",
    "parse_markdown",
    "parse_text",
    "readable",
]

VERSION = 2
"""Raised whenever parsing, splitting or lemmatising changes, so that the next sync makes every chunk anew."""

MAX_BYTES = 5 * 1024 * 1024
MAX_BINARY_BYTES = 20 * 1024 * 1024
"""Sizes of a text file, and of a PDF or an office file with its pictures."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _pdf(name: str, data: bytes) -> Parsed:
    from kb.parse.pdf import parse_pdf

    return parse_pdf(data)


def _docx(name: str, data: bytes) -> Parsed:
    from kb.parse.docx import parse_docx

    return parse_docx(data)


def _xlsx(name: str, data: bytes) -> Parsed:
    from kb.parse.sheets import parse_xlsx

    return parse_xlsx(data)


def _csv(name: str, data: bytes) -> Parsed:
    from kb.parse.sheets import parse_csv

    return parse_csv(decode(data))


def _text(parser: Callable[[str], Parsed]) -> Callable[[str, bytes], Parsed]:
    return lambda name, data: parser(decode(data))


PARSERS: Mapping[str, Callable[[str, bytes], Parsed]] = {
    "md": _text(parse_markdown),
    "markdown": _text(parse_markdown),
    "txt": _text(parse_text),
    "html": lambda name, data: parse_html(decode(data, markup=True)),
    "htm": lambda name, data: parse_html(decode(data, markup=True)),
    "csv": _csv,
    "tsv": _csv,
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
}
BINARY = frozenset(("pdf", "docx", "xlsx"))
"""Formats whose parsers are large, slow or meet hostile input: only in a process of their own."""


def kind_of(name: str) -> str | None:
    """The format by the name's extension, None when nobody reads it."""
    stem, _, extension = name.rpartition("/")[2].rpartition(".")
    return extension.lower() if stem and extension.lower() in PARSERS else None


def readable(name: str) -> bool:
    """Whether some parser takes files of this name."""
    return kind_of(name) is not None


def most_bytes(name: str) -> int:
    """The size up to which a file of this name is read."""
    return MAX_BINARY_BYTES if kind_of(name) in BINARY else MAX_BYTES


def parse_bytes(name: str, data: bytes) -> Parsed:
    """The document in `data`. UnreadableError says why it cannot be read, whatever its parser met."""
    kind = kind_of(name)
    if kind is None:
        raise UnreadableError("no parser takes it", "format")
    if len(data) > most_bytes(name):
        raise UnreadableError(f"larger than {most_bytes(name) // 1024 // 1024} MB", "large")
    _check_content(kind, data)
    stem = name.rpartition("/")[2].rpartition(".")[0]
    try:
        return cleaned(PARSERS[kind](name, data), title_from_name(stem))
    except UnreadableError:
        raise
    except MemoryError as error:
        raise UnreadableError("takes too much memory", "hostile") from error
    except Exception as error:  # a broken file breaks its parser in any way it likes
        raise UnreadableError(f"broken ({type(error).__name__})") from error


def _check_content(kind: str, data: bytes) -> None:
    """Files whose first bytes say that they are something else than their name says."""
    if kind in ("docx", "xlsx"):
        if data.startswith(_OLE):
            locked = "EncryptedPackage".encode("utf-16-le") in data
            old = "saved in the old format: save it as DOCX" if kind == "docx" else "in the old format: save it as XLSX"
            raise UnreadableError("protected by a password", "password") if locked else UnreadableError(old, "format")
        if not data.startswith(b"PK"):
            raise UnreadableError(f"not a {kind.upper()} file", "format")
    if kind == "pdf" and b"%PDF-" not in data[:1024]:
        raise UnreadableError("not a PDF file", "format")

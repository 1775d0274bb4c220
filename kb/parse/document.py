"""What every parser makes: a title and a list of plain-text blocks; and what the parsers share."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item"]

MAX_TEXT = 5_000_000
MAX_BLOCKS = 100_000
"""Characters and blocks of one document; the largest handbook stays far below."""

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")


class UnreadableError(Exception):
    """A file that cannot become a document; the text is a short reason for the person who runs the sync.

    `code` stands for the reason where people are told in their own language: empty, scanned, large, password,
    encoding, format, hostile, timeout, access, broken.
    """

    def __init__(self, reason: str, code: str = "broken") -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class Block:
    """`level` is 1–6 for a heading and the depth, from 0, for a list item."""

    kind: BlockKind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Parsed:
    title: str
    blocks: tuple[Block, ...]


def cleaned(parsed: Parsed, fallback_title: str) -> Parsed:
    """The document without what PostgreSQL or a messenger cannot take and without empty blocks.

    UnreadableError when nothing but headings is left, or too much.
    """
    blocks = tuple(
        Block(block.kind, text, block.level) for block in parsed.blocks if (text := clean_text(block.text).strip())
    )
    if not any(block.kind != "heading" for block in blocks):
        raise UnreadableError("holds no text", "empty")
    if len(blocks) > MAX_BLOCKS or sum(len(block.text) for block in blocks) > MAX_TEXT:
        raise UnreadableError(f"holds more than {MAX_TEXT // 1_000_000} million characters", "large")
    return Parsed(clean_text(parsed.title).strip()[:300] or fallback_title, blocks)


def clean_text(text: str) -> str:
    """Normalised to NFC, without control characters, invisible marks and halves of characters."""
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text))


def squeeze(text: str) -> str:
    """Runs of white space become one space; a no-break space stays what it is."""
    return re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip()


def row_text(header: Sequence[str], row: Sequence[str]) -> str:
    """A table's row as one line: the header's names give its cells their meaning once the table is gone."""
    if len(header) == len(row) and row:
        first, *rest = zip(header, row, strict=True)
        cells = [f"{name}: {value}" if name else value for name, value in rest if value]
        return "; ".join([first[1], *cells]) if first[1] else "; ".join(cells)
    return "; ".join(cell for cell in row if cell)


def first_heading(blocks: Iterable[Block]) -> str:
    return next((block.text for block in blocks if block.kind == "heading" and block.text), "")


def title_from_name(stem: str) -> str:
    words = re.sub(r"[-_]+", " ", stem).strip()
    return words[:1].upper() + words[1:]


def as_text(parsed: Parsed) -> str:
    """The whole document as plain text: headings on lines of their own, items with a dash."""
    lines: list[str] = []
    for block in parsed.blocks:
        if block.kind == "item":
            lines.append(f"{'  ' * block.level}- {block.text}")
        else:
            lines += ["", block.text]
    return "\n".join(lines).strip()

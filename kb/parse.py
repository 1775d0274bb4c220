"""A file's bytes become a title and a list of plain-text blocks: headings, paragraphs, list items.

Each format is one function in `PARSERS`, keyed by the file's extension; adding a format adds an entry there.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markdown_it.token import Token

VERSION = 1
"""Raised whenever parsing, splitting or lemmatising changes, so that the next sync makes every chunk anew."""

MAX_BYTES = 5 * 1024 * 1024

BlockKind = Literal["heading", "paragraph", "item"]


class UnreadableError(Exception):
    """A file that cannot become a document; the text is a short reason for the person who runs the sync."""


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


Parser = Callable[[str], Parsed]


def parse(name: str, content: bytes) -> Parsed | None:
    """The document in `content`; None for an extension nobody reads. UnreadableError says why it cannot be read."""
    stem, _, extension = name.rpartition("/")[2].rpartition(".")
    parser = PARSERS.get(extension.lower()) if stem else None
    if parser is None:
        return None
    if len(content) > MAX_BYTES:
        raise UnreadableError(f"larger than {MAX_BYTES // 1024 // 1024} MB")
    parsed = parser(_decode(content))
    if not any(block.kind != "heading" for block in parsed.blocks):
        raise UnreadableError("holds no text")
    return parsed if parsed.title else Parsed(_title_from_name(stem), parsed.blocks)


def readable(name: str) -> bool:
    """Whether some parser takes files of this name."""
    stem, _, extension = name.rpartition("/")[2].rpartition(".")
    return bool(stem) and extension.lower() in PARSERS


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 text (byte {error.start})") from error
    if "\x00" in text:
        raise UnreadableError("binary data, not text")
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


def _title_from_name(stem: str) -> str:
    words = re.sub(r"[-_]+", " ", stem).strip()
    return words[:1].upper() + words[1:]


# Markdown


_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)


def parse_markdown(text: str) -> Parsed:
    """CommonMark with tables; front matter is dropped save for its `title`."""
    from markdown_it import MarkdownIt  # 50 ms of import that a search does not need

    title = ""
    if front := _FRONT_MATTER.match(text):
        if named := _FRONT_TITLE.search(front.group(1) or ""):
            title = named.group(1).strip("\"'")
        text = text[front.end() :]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    blocks = tuple(_markdown_blocks(tokens))
    return Parsed(title or _first_heading(blocks), blocks)


def _markdown_blocks(tokens: "list[Token]") -> Iterator[Block]:
    depth = -1
    marker_due = False
    header: list[str] = []
    row: list[str] = []
    in_header = in_cell = False
    heading = 0
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
            case "list_item_open":
                marker_due = True
            case "heading_open":
                heading = int(token.tag[1:])
            case "thead_open" | "thead_close":
                in_header = token.type == "thead_open"
                header = [] if in_header else header
            case "tr_open":
                row = []
            case "tr_close":
                if in_header:
                    header = row
                elif text := _row_text(header, row):
                    yield Block("item", text)
            case "td_open" | "th_open" | "td_close" | "th_close":
                in_cell = token.type.endswith("open")
            case "inline":
                text = _inline_text(token)
                if in_cell:
                    row.append(text)
                elif heading:
                    yield Block("heading", text, heading)
                    heading = 0
                elif depth >= 0 and marker_due:
                    marker_due = False
                    yield Block("item", text, depth)
                elif text:
                    yield Block("paragraph", text)
            case "fence" | "code_block":
                if token.content.strip():
                    yield Block("paragraph", token.content.strip())
            case "html_block":
                yield from parse_html(token.content).blocks
            case _:
                continue


def _inline_text(token: "Token") -> str:
    parts: list[str] = []
    link = ""
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(child.content)
        elif child.type == "link_open":
            link = str(child.attrGet("href") or "")
        elif child.type == "link_close":
            # a relative link leads nowhere for a client; an absolute one is a fact worth keeping
            if link.startswith(("http://", "https://")) and link not in "".join(parts):
                parts.append(f" ({link})")
            link = ""
    return _squeeze("".join(parts))


# HTML


_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SKIPPED = {"script", "style", "noscript", "template", "svg", "nav", "header", "footer", "aside", "form", "iframe"}
_BREAKS = {"p", "div", "section", "article", "main", "blockquote", "pre", "table", "ul", "ol", "dl", "dt", "dd"}


class _HtmlBlocks(HTMLParser):
    """Collects blocks as tags open and close; whatever is not in a heading or item is a paragraph."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.title = ""
        self._text: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._level = 0
        self._depth = 0
        self._skipping: list[str] = []
        self._in_title = False
        self._header: list[str] = []
        self._row: list[str] | None = None
        self._row_is_header = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipping or tag in _SKIPPED:
            if tag in _SKIPPED:
                self._skipping.append(tag)
        elif tag == "title":
            self._in_title = True
        elif tag in _HEADINGS:
            self._flush("heading", _HEADINGS[tag])
        elif tag == "li":
            self._flush("item", max(0, self._depth - 1))
        elif tag == "tr":
            self._flush()
            self._row, self._row_is_header = [], True
        elif tag in ("td", "th") and self._row is not None:
            self._text.clear()
            self._row_is_header = self._row_is_header and tag == "th"
        elif tag == "br":
            self._text.append("\n")
        elif tag in _BREAKS and self._row is None:
            if tag in ("ul", "ol"):
                self._flush()
                self._depth += 1
            elif not (self._kind == "item" and not "".join(self._text).strip()):
                self._flush()

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag == self._skipping[-1]:
                self._skipping.pop()
        elif tag == "title":
            self._in_title = False
        elif tag in ("td", "th") and self._row is not None:
            self._row.append(_squeeze("".join(self._text)))
            self._text.clear()
        elif tag == "tr" and self._row is not None:
            if self._row_is_header:
                self._header = self._row
            elif text := _row_text(self._header, self._row):
                self.blocks.append(Block("item", text))
            self._row = None
        elif tag == "table":
            self._header = []
            self._flush()
        elif self._row is None and (tag in _HEADINGS or tag == "li" or tag in _BREAKS):
            self._flush()
            if tag in ("ul", "ol"):
                self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._skipping:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._flush()

    def _flush(self, kind: BlockKind = "paragraph", level: int = 0) -> None:
        if text := _squeeze("".join(self._text)):
            self.blocks.append(Block(self._kind, text, self._level))
        self._text.clear()
        self._kind, self._level = kind, level


def parse_html(text: str) -> Parsed:
    """The readable part of a page: no scripts, menus, headers, footers or forms."""
    collector = _HtmlBlocks()
    collector.feed(text)
    collector.close()
    blocks = tuple(collector.blocks)
    return Parsed(_first_heading(blocks) or _squeeze(collector.title), blocks)


# Plain text


_ITEM = re.compile(r"^(\s*)(?:[-*•–—]|\d{1,3}[.)])\s+(?=\S)")


def parse_text(text: str) -> Parsed:
    """Paragraphs are parted by empty lines; a first line that stands alone and does not end a sentence is the title."""
    blocks: list[Block] = []
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if number == 0 and len(lines) == 1 and len(lines[0]) <= 100 and lines[0].rstrip()[-1:] not in ".!?;,":
            blocks.append(Block("heading", _squeeze(lines[0]), 1))
            continue
        open_block: Block | None = None
        for line in lines:
            marked = _ITEM.match(line)
            if marked or open_block is None:
                if open_block:
                    blocks.append(open_block)
                kind: BlockKind = "item" if marked else "paragraph"
                open_block = Block(kind, _squeeze(line[marked.end() :] if marked else line))
            else:
                open_block = Block(open_block.kind, f"{open_block.text} {_squeeze(line)}")
        if open_block:
            blocks.append(open_block)
    return Parsed(_first_heading(blocks), tuple(blocks))


# Shared


def _squeeze(text: str) -> str:
    """Runs of white space become one space; a no-break space stays what it is."""
    return re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip()


def _row_text(header: list[str], row: list[str]) -> str:
    """A table's row as one line: the header's names give its cells their meaning once the table is gone."""
    if len(header) == len(row):
        first, *rest = zip(header, row, strict=True)
        cells = [f"{name}: {value}" if name else value for name, value in rest if value]
        return "; ".join([first[1], *cells]) if first[1] else "; ".join(cells)
    return "; ".join(cell for cell in row if cell)


def _first_heading(blocks: "tuple[Block, ...] | list[Block]") -> str:
    return next((block.text for block in blocks if block.kind == "heading" and block.text), "")


PARSERS: Mapping[str, Parser] = {
    "md": parse_markdown,
    "markdown": parse_markdown,
    "txt": parse_text,
    "html": parse_html,
    "htm": parse_html,
}

"""DOCX: headings by style or outline level, lists, tables; what is deleted, hidden or a field's code is left out."""

import io
from collections.abc import Iterator
from typing import Any

from kb.parse.archive import check_archive
from kb.parse.document import Block, Parsed, UnreadableError, first_heading, squeeze
from kb.parse.tables import MAX_COLUMNS, MAX_ROWS, table_blocks

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SILENT = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", _FALLBACK))
_DEEPEST = 60


def parse_docx(data: bytes) -> Parsed:
    """The body in its order; the title is that of the first heading, else the document's own property."""
    check_archive(data, "word/document.xml")
    from docx import Document

    document = Document(io.BytesIO(data))
    reader = _Reader(document)
    blocks = tuple(reader.blocks(document.element.body, 0))
    title = reader.title or first_heading(blocks) or squeeze(document.core_properties.title or "")
    return Parsed(title, blocks)


class _Reader:
    """Walks the body's elements; styles are looked up once."""

    def __init__(self, document: Any) -> None:
        self.title = ""
        self._rows = MAX_ROWS
        self._levels: dict[str, int] = {}
        self._lists: set[str] = set()
        self._hidden: set[str] = set()
        self.title_styles: set[str] = set()
        for style in document.styles.element.iterfind(f"{_W}style"):
            self._learn(style)

    def _learn(self, style: Any) -> None:
        number = style.get(f"{_W}styleId") or ""
        named = style.find(f"{_W}name")
        name = (named.get(f"{_W}val") or "").lower() if named is not None else ""
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        based = style.find(f"{_W}basedOn")
        parent = based.get(f"{_W}val") if based is not None else ""
        tail = name.rpartition(" ")[2]
        if name in ("title", "название", "заголовок"):
            self.title_styles.add(number)
        elif name.startswith(("heading ", "заголовок ")) and tail.isdigit():
            self._levels[number] = int(tail)
        elif outline is not None and (outline.get(f"{_W}val") or "9").isdigit():
            level = int(outline.get(f"{_W}val") or "9") + 1
            if level <= 6:
                self._levels[number] = level
        elif parent in self._levels:
            self._levels[number] = self._levels[parent]
        if name.startswith("list ") or style.find(f"{_W}pPr/{_W}numPr") is not None:
            self._lists.add(number)
        if name.startswith(("toc ", "оглавление ")):
            self._hidden.add(number)

    def blocks(self, parent: Any, depth: int) -> Iterator[Block]:
        if depth > _DEEPEST:
            raise UnreadableError("nested too deep", "hostile")
        for element in parent:
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                yield from self._table(element)
            elif element.tag == f"{_W}sdt":
                content = element.find(f"{_W}sdtContent")
                if content is not None:
                    yield from self.blocks(content, depth + 1)
            elif element.tag in (f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
                yield from self.blocks(element, depth + 1)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        text = squeeze(text_of(paragraph))
        style = _value(paragraph, f"{_W}pPr/{_W}pStyle")
        if not text or style in self._hidden:
            return
        outline = _value(paragraph, f"{_W}pPr/{_W}outlineLvl")
        level = int(outline) + 1 if outline.isdigit() and int(outline) < 6 else self._levels.get(style, 0)
        if style in self.title_styles:
            self.title = self.title or text
            yield Block("heading", text, 1)
        elif level:
            yield Block("heading", text, min(level, 6))
        elif style in self._lists or paragraph.find(f"{_W}pPr/{_W}numPr") is not None:
            indent = _value(paragraph, f"{_W}pPr/{_W}numPr/{_W}ilvl")
            yield Block("item", text, min(int(indent), 8) if indent.isdigit() else 0)
        else:
            yield Block("paragraph", text)

    def _table(self, table: Any) -> Iterator[Block]:
        rows: list[list[str]] = []
        for row in table.iterfind(f"{_W}tr"):
            cells = ["\n".join(filter(None, map(_line, cell.iter(f"{_W}p")))) for cell in _cells(row)]
            rows.append(cells[:MAX_COLUMNS])
        self._rows -= len(rows)
        if self._rows < 0:
            raise UnreadableError(f"tables of more than {MAX_ROWS} rows", "large")
        if rows and max(map(len, rows)) == 1:  # a frame around text
            for row in table.iterfind(f"{_W}tr"):
                for cell in _cells(row):
                    yield from self.blocks(cell, 1)
            return
        yield from table_blocks(rows, 6)


def _cells(row: Any) -> list[Any]:
    """Cells of a row, those inside content controls too; cells of tables within cells are their cell's text."""
    return [*row.iterfind(f"{_W}tc"), *row.iterfind(f"{_W}sdt/{_W}sdtContent/{_W}tc")]


def _line(paragraph: Any) -> str:
    return squeeze(text_of(paragraph))


def text_of(element: Any) -> str:
    """The text a reader sees, without what is deleted, hidden or said twice for old programs."""
    parts: list[str] = []
    waiting = [iter(element)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
            continue
        if child.tag in _SILENT or (child.tag == f"{_W}r" and child.find(f"{_W}rPr/{_W}vanish") is not None):
            continue
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}p"):
            parts.append(" ")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        waiting.append(iter(child))
    return "".join(parts)


def _value(element: Any, path: str) -> str:
    found = element.find(path)
    return (found.get(f"{_W}val") or "") if found is not None else ""

"""HTML: what a reader of the page sees."""

from html.parser import HTMLParser

from kb.parse.document import Block, BlockKind, Parsed, first_heading, row_text, squeeze

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
            self._row.append(squeeze("".join(self._text)))
            self._text.clear()
        elif tag == "tr" and self._row is not None:
            if self._row_is_header:
                self._header = self._row
            elif text := row_text(self._header, self._row):
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
        if text := squeeze("".join(self._text)):
            self.blocks.append(Block(self._kind, text, self._level))
        self._text.clear()
        self._kind, self._level = kind, level


def parse_html(text: str) -> Parsed:
    """The readable part of a page: no scripts, menus, headers, footers or forms."""
    collector = _HtmlBlocks()
    collector.feed(text)
    collector.close()
    blocks = tuple(collector.blocks)
    return Parsed(first_heading(blocks) or squeeze(collector.title), blocks)

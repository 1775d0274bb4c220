"""Markdown: CommonMark with tables."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kb.parse.document import Block, Parsed, first_heading, row_text, squeeze
from kb.parse.html import parse_html

if TYPE_CHECKING:
    from markdown_it.token import Token

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
    return Parsed(title or first_heading(blocks), blocks)


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
                elif text := row_text(header, row):
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
    return squeeze("".join(parts))

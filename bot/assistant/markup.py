"""A model's text as our markup: what it means as emphasis or a list is kept, everything else is plain text."""

import html
import re

from bot.texts import Html

_BOLD = re.compile(r"\*\*(?=\S)([^*\n]{1,200}?)(?<=\S)\*\*|__(?=\S)([^_\n]{1,200}?)(?<=\S)__")
_HEADING = re.compile(r"^#{1,6}\s+", re.M)
_ITEM = re.compile(r"^[ \t]*(?:[-*•–])[ \t]+", re.M)
_CODE = re.compile(r"`+")
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\((?:[^()\s]|\([^()\s]*\)){1,500}\)")
_BLANK = re.compile(r"\n{3,}")


def tidy(text: str) -> str:
    """Without headings, code marks and dressed-up links (a link stands as its words)."""
    text = _LINK.sub(r"\1", text)
    text = _CODE.sub("", _HEADING.sub("", text))
    text = _ITEM.sub("• ", text)
    return _BLANK.sub("\n\n", text).strip()


def to_html(text: str) -> Html:
    """`tidy` text with its bold words as markup; everything else escaped."""
    safe = html.escape(tidy(text), quote=False)
    return Html(_BOLD.sub(lambda found: f"<b>{found[1] or found[2]}</b>", safe))


def to_plain(text: str) -> str:
    """As a person reads it."""
    return _BOLD.sub(lambda found: found[1] or found[2], tidy(text))

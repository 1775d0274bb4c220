"""What Telegram can show: long texts in parts, and markup that cannot be refused. Pure."""

import html
import re

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_TAG = re.compile(r"</?[a-z-]+(?:\s[^<>]*)?>")
_BREAK = re.compile(r"<br\s*/?>")


def plain(text: str) -> str:
    """HTML as Telegram writes it → the text a person would read."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))


def split(text: str, limit: int = TEXT_LIMIT, *, markup: bool = True) -> list[str]:
    """Parts of at most `limit` characters, broken at paragraphs, lines, sentences or words, in this order.

    A text with markup that does not fit one part is returned without it: a tag never stands open over a break.
    Without `markup` the text is what a person reads already.
    """
    if len(text) <= limit:
        return [text]
    escape = markup and ("<" in text or "&" in text)
    rest = plain(text) if escape else text
    parts: list[str] = []
    while rest:
        room = limit if not escape else limit - 400
        part = _take(rest, room)
        while escape and len(html.escape(part, quote=False)) > limit:
            room = room * 2 // 3
            part = _take(rest, room)
        rest = rest[len(part) :].lstrip("\n ")
        parts.append(html.escape(part, quote=False) if escape else part)
    return parts


def _take(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    for mark in ("\n\n", "\n", ". ", " "):
        at = text.rfind(mark, room // 2, room)
        if at > 0:
            return text[: at + (1 if mark == ". " else 0)]
    return text[:room]

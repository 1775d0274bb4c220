"""Telegram's HTML made safe for a page: only its own tags, always balanced, everything else as text. Pure."""

import html
import re
from urllib.parse import urlsplit

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*)?)/?>")
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_SPOILER = re.compile(r"""\sclass\s*=\s*["']?tg-spoiler\b""", re.IGNORECASE)

NAMES = {name: name for name in ("b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler")}
NAMES |= {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s"}
"""Telegram's tags and their synonyms → what the page gets."""

SCHEMES = ("http", "https", "tg", "mailto", "tel")


def safe_url(url: str) -> str | None:
    """The address when it is absolute and of a harmless kind, else None."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() not in SCHEMES or (parts.scheme.lower() in ("http", "https") and not parts.netloc):
        return None
    return None if re.search(r"[\x00-\x20\x7f]", url) else url


def sanitise(text: str) -> str:
    """Markup with nothing but the tags in NAMES and links; an unknown tag goes, its content stays."""
    if "<" not in text and "&" not in text and ">" not in text:
        return text
    out: list[str] = []
    stack: list[tuple[str, str]] = []
    end = 0
    for match in _TAG.finditer(text):
        out.append(_text(text[end : match.start()]))
        end = match.end()
        closing, name, attributes = match[1], match[2].lower(), match[3]
        if closing:
            _close(name, stack, out)
        elif name == "br":
            out.append("\n")
        else:
            tag = _opened(name, attributes)
            stack.append((name, tag))
            out.append(f"<{tag}>" if tag else "")
    out.append(_text(text[end:]))
    out.extend(_closed(tag) for _, tag in reversed(stack))
    return "".join(out)


def plain(text: str) -> str:
    """Markup → the text a person reads."""
    spaced = re.sub(r"<br\s*/?>", "\n", text, flags=re.IGNORECASE)
    return _unescape(_TAG.sub("", spaced))


def _opened(name: str, attributes: str) -> str:
    """What stands between the angle brackets; empty for a tag that goes."""
    if name == "a":
        match = _HREF.search(attributes)
        url = safe_url(_unescape(next(filter(None, match.groups()), ""))) if match else None
        return f'a href="{html.escape(url)}"' if url else ""
    if name == "span":
        return "tg-spoiler" if _SPOILER.search(attributes) else ""
    return NAMES.get(name, "")


def _closed(tag: str) -> str:
    return f"</{tag.split(' ')[0]}>" if tag else ""


def _close(name: str, stack: list[tuple[str, str]], out: list[str]) -> None:
    if all(opened != name for opened, _ in stack):
        return
    while stack:
        opened, tag = stack.pop()
        out.append(_closed(tag))
        if opened == name:
            return


def _text(text: str) -> str:
    return html.escape(_unescape(text), quote=False)


def _unescape(text: str) -> str:
    """Entities only when complete: in an address `&copy=1` is a parameter, not a sign."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text

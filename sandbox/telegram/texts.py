"""Texts and captions on their way in: parse mode, limits, trimming, and the entities Telegram finds by itself."""

import re
from collections.abc import Sequence
from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.markup import broken, parse_html, utf16
from sandbox.world import Json

MESSAGE_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT = 1 << 15  # bytes, before parsing
SOLID = {"code", "pre", "text_link", "url"}
LINK = re.compile(
    r"""
    \b(?: https?:// | (?:t\.me | [\w-]+\.(?:ru|com|org|net|рф)) / )
    [^\s<>"«»]* [^\s<>"«».,;:!?)]
    """,
    re.IGNORECASE | re.VERBOSE,
)
FOUND = (
    ("url", LINK),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-zА-Яа-я]{2,}")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<![\w@.])@[A-Za-z]\w{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#&])#\w*[^\W\d]\w*")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d\s()-]{8,18}\d\b")),
)


def find_entities(text: str, known: Sequence[Json] = ()) -> list[Json]:
    """Links, addresses, commands, mentions, tags and phones, in the order of the text."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in known if e["type"] in SOLID]
    found: list[Json] = []
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            start = utf16(text[: match.start()])
            end = start + utf16(match.group())
            if any(start < right and left < end for left, right in taken):
                continue
            taken.append((start, end))
            found.append({"type": kind, "offset": start, "length": end - start})
    return sorted([*known, *found], key=lambda e: (e["offset"], -e["length"]))


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Drop white space at both ends and move the entities along."""
    left = utf16(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    size = utf16(text)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - left)
        end = min(size, entity["offset"] + entity["length"] - left)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return text, kept


def formatted(
    text: str, parse_mode: str | None, entities: Sequence[Any] | None, *, limit: int, caption: bool = False
) -> tuple[str, list[Json]]:
    """The text as people see it and its entities; raises `ApiError` 400 in Telegram's words."""
    if len(text.encode()) > RAW_LIMIT:
        raise bad_request("Message caption is too long" if caption else "Message is too long")
    mode = (parse_mode or "").lower()
    found: list[Json]
    if mode == "html":
        text, found = parse_html(text)
    elif mode in ("markdown", "markdownv2"):
        raise broken("Markdown is not part of the simulated world, use HTML")
    elif mode:
        raise bad_request("Unsupported parse_mode")
    else:
        found = [e.model_dump(mode="json", exclude_none=True) for e in entities or ()]
    text, found = trim(text, found)
    if len(text) > limit:
        raise bad_request("Message caption is too long" if caption else "Message is too long")
    return text, find_entities(text, found)

"""HTML as Telegram parses it: allowed tags only, properly nested, anything else refused with Telegram's own words.

Offsets and lengths of entities count UTF-16 code units, positions in refusals count UTF-8 bytes, as in Telegram.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sandbox.telegram.errors import ApiError, bad_request
from sandbox.world import Json

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
SPACE = re.compile(r"\s*")
TAG_NAME = re.compile(r"[^\s>]*")
ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
USER_LINK = re.compile(r"tg://user\?id=(\d+)$")


def utf16(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def broken(text: str) -> ApiError:
    return bad_request(f"can't parse entities: {text}")


def _character(match: re.Match[str]) -> str:
    """The character a reference stands for; what is none stays as it was typed."""
    hexadecimal, decimal, name = match.groups()
    if name:
        known = NAMED.get(name)
        return known if known is not None else match.group()
    digits = hexadecimal or decimal
    code = int(digits, 16 if hexadecimal else 10) if len(digits) < 9 else 0
    if code == 0 or code >= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return match.group()
    return chr(code)


def unescape(text: str) -> str:
    return REFERENCE.sub(_character, text)


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    start: int


@dataclass(slots=True)
class _Parser:
    source: str
    out: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def byte(self, position: int) -> int:
        return len(self.source[:position].encode())

    def run(self) -> tuple[str, list[Json]]:
        position, size = 0, len(self.source)
        while position < size:
            bracket = self.source.find("<", position)
            plain = unescape(self.source[position : bracket if bracket >= 0 else size])
            if plain:
                self.out.append(plain)
                self.length += utf16(plain)
            if bracket < 0:
                break
            closing = self.source.startswith("/", bracket + 1)
            position = self._end(bracket) if closing else self._start(bracket)
        if self.open:
            raise broken(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda e: (e["offset"], -e["length"]))
        return "".join(self.out), self.entities

    def _start(self, begin: int) -> int:
        text = self.source
        name = TAG_NAME.match(text, begin + 1)
        position = name.end() if name else begin + 1
        if position >= len(text):
            raise broken(f"Unclosed start tag at byte offset {self.byte(begin)}")
        tag = text[begin + 1 : position].lower()
        if tag not in STYLES:
            raise broken(f'Unsupported start tag "{tag}" at byte offset {self.byte(begin)}')
        attributes: dict[str, str] = {}
        while True:
            position = _skip(text, position)
            if position >= len(text):
                raise broken(f"Unclosed start tag at byte offset {self.byte(begin)}")
            if text[position] == ">":
                break
            position = self._attribute(begin, tag, position, attributes)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise broken(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(begin)}')
        self.open.append(_Open(tag, attributes, self.length, len(self.out)))
        return position + 1

    def _attribute(self, begin: int, tag: str, position: int, attributes: dict[str, str]) -> int:
        text = self.source
        name = ATTRIBUTE_NAME.match(text, position)
        end = name.end() if name else position
        key = text[position:end]
        if not key:
            raise broken(f'Empty attribute name in the tag "{tag}" at byte offset {self.byte(begin)}')
        position = _skip(text, end)
        if not text.startswith("=", position):
            if tag == "blockquote" and key == "expandable":
                attributes[key] = ""
                return position
            where = f'of an attribute of the tag "{tag}" at byte offset {self.byte(begin)}'
            raise broken(f"Expected equal sign in declaration {where}")
        position = _skip(text, position + 1)
        quote = text[position : position + 1]
        if quote in ("'", '"'):
            end = text.find(quote, position + 1)
            if end < 0:
                raise broken(f"Unclosed start tag at byte offset {self.byte(begin)}")
            attributes[key] = unescape(text[position + 1 : end])
            return end + 1
        token = NAME_TOKEN.match(text, position)
        end = token.end() if token else position
        if end < len(text) and not (text[end].isspace() or text[end] == ">"):
            raise broken(f"Unexpected end of name token at byte offset {self.byte(position)}")
        attributes[key] = text[position:end].lower()
        return end

    def _end(self, begin: int) -> int:
        if not self.open:
            raise broken(f"Unexpected end tag at byte offset {self.byte(begin)}")
        name = TAG_NAME.match(self.source, begin + 2)
        end = name.end() if name else begin + 2
        tag = self.source[begin + 2 : end].lower()
        position = _skip(self.source, end)
        if not self.source.startswith(">", position):
            raise broken(f"Unclosed end tag at byte offset {self.byte(begin)}")
        opened = self.open.pop()
        if tag and tag != opened.tag:
            expected = f'expected "</{opened.tag}>", found "</{tag}>"'
            raise broken(f"Unmatched end tag at byte offset {self.byte(begin)}, {expected}")
        if self.length > opened.offset:
            self._close(opened)
        return position + 1

    def _close(self, opened: _Open) -> None:
        entity: Json = {
            "type": STYLES[opened.tag],
            "offset": opened.offset,
            "length": self.length - opened.offset,
        }
        if opened.tag == "a":
            url = opened.attributes.get("href") or "".join(self.out[opened.start :])
            person = USER_LINK.match(url)
            if person is None and not checked_link(url):
                return
            entity["url"] = url
        elif opened.tag == "tg-emoji":
            identifier = opened.attributes.get("emoji-id", "")
            if not identifier.isdigit():
                raise broken("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = identifier
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and opened.attributes.get("class", "").startswith("language-"):
            entity["language"] = opened.attributes["class"].removeprefix("language-")
        elif opened.tag == "pre":
            self._absorb_code(entity)
        self.entities.append(entity)
        if entity["type"] == "code" and not any(o.tag == "pre" for o in self.open):
            entity.pop("language", None)

    def _absorb_code(self, pre: Json) -> None:
        """`<pre><code class="language-x">` is one block of code with a language."""
        inner = self.entities[-1] if self.entities else None
        if inner and inner["type"] == "code" and inner["length"] == pre["length"]:
            self.entities.pop()
            if "language" in inner:
                pre["language"] = inner["language"]


def _skip(text: str, position: int) -> int:
    match = SPACE.match(text, position)
    return match.end() if match else position


def checked_link(url: str) -> bool:
    """Whether Telegram makes a link of it: http, https, tg or ton, and a host with a dot in it."""
    return link_fault(url) is None


def link_fault(url: str) -> str | None:
    """Telegram's words for what is wrong with an address, None when nothing is."""
    url = url.strip()
    scheme, colon, _rest = url.partition("://")
    if colon and scheme.lower() in ("tg", "ton"):
        return None
    if colon and scheme.lower() not in ("http", "https"):
        return "Unsupported URL protocol"
    try:
        parts = urlsplit(url if colon else f"http://{url}")
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "Wrong port number specified in the URL"
    if not host:
        return "URL host is empty"
    if any(char.isspace() for char in host) or ("." not in host and ":" not in host):
        return "Wrong HTTP URL"
    return None


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Text with its markup taken out, and the entities; raises `ApiError` 400."""
    return _Parser(source).run()

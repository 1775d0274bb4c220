"""Plain text, and the encodings in which texts come."""

import re

from kb.parse.document import Block, BlockKind, Parsed, UnreadableError, first_heading, squeeze

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w-]{2,20})""", re.IGNORECASE)
_COMMON = frozenset("оеаинтсрвлкмдпу")
_LETTERS = frozenset(map(chr, (*range(0x410, 0x450), 0x401, 0x451)))
_SIGNS = frozenset("«»„“”‘’–—…№•·©®™§°±€₽ ­\u00a0")
_SAMPLE = 100_000

_ITEM = re.compile(r"^(\s*)(?:[-*•–—]|\d{1,3}[.)])\s+(?=\S)")


def decode(data: bytes, *, markup: bool = False) -> str:
    """The text in `data`, with plain line ends: UTF-8, UTF-16 with or without a mark, or a Cyrillic 8-bit encoding.

    `markup`: believe the encoding that a page names. UnreadableError for binary data and encodings not recognised.
    """
    text = _decoded(data, markup)
    if "\x00" in text:
        raise UnreadableError("binary data, not text", "format")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, markup: bool) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableError(f"not {encoding.upper()} text (byte {error.start})", "encoding") from error
    try:
        text = data.decode("utf-8")
        if "\x00" not in text:
            return text
    except UnicodeDecodeError:
        pass
    if wide := _utf16(data):
        return wide
    if markup and (named := _CHARSET.search(data[:2048])):
        try:
            return data.decode(named.group(1).decode())
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    return _eight_bit(data)


def _utf16(data: bytes) -> str:
    """UTF-16 that lost its mark: the high byte of nearly every character is 0 or 4. Empty when it is not."""
    if len(data) < 4 or len(data) % 2:
        return ""
    for encoding, high in (("utf-16-le", data[1:_SAMPLE:2]), ("utf-16-be", data[0:_SAMPLE:2])):
        if sum(byte in (0, 4, 0x20) for byte in high) > 0.9 * len(high) and high.count(0) < len(high):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    return ""


def _eight_bit(data: bytes) -> str:
    sample = data[:_SAMPLE]
    if b"\x00" in data or sum(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in sample):
        raise UnreadableError("binary data, not text", "format")
    best = max(_CYRILLIC, key=lambda encoding: _likeness(sample.decode(encoding, "replace")))
    guess = sample.decode(best, "replace")
    foreign = [letter for letter in guess if letter > "\x7f"]
    if len(re.findall("[A-Za-z][а-яёА-ЯЁ]|[а-яёА-ЯЁ][A-Za-z]", guess)) > 0.3 * len(foreign):
        best, known = (
            "cp1252",
            sum(letter.isalpha() for letter in sample.decode("cp1252", "replace") if letter > "\x7f"),
        )
    else:
        known = sum(letter in _LETTERS or letter in _SIGNS for letter in foreign)
    if known < 0.9 * len(foreign):
        raise UnreadableError("its encoding is not recognised: save it as UTF-8", "encoding")
    return data.decode(best, "replace")


def _likeness(text: str) -> float:
    """How much a text looks like Russian: common small letters, and no capital after a small one."""
    common = sum(letter in _COMMON for letter in text)
    odd = sum(letter > "\x7f" and letter not in _LETTERS and letter not in _SIGNS for letter in text)
    mixed = len(re.findall("[а-яё][А-ЯЁ]", text))
    return common - 3 * odd - 3 * mixed


def parse_text(text: str) -> Parsed:
    """Paragraphs are parted by empty lines; a first line that stands alone and does not end a sentence is the title."""
    blocks: list[Block] = []
    paragraphs = re.split(r"\n\s*\n", text.strip())
    for number, paragraph in enumerate(paragraphs):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        alone = number == 0 and len(lines) == 1 and len(paragraphs) > 1
        if alone and len(lines[0]) <= 100 and lines[0].rstrip()[-1:] not in ".!?;,":
            blocks.append(Block("heading", squeeze(lines[0]), 1))
            continue
        open_block: Block | None = None
        for line in lines:
            marked = _ITEM.match(line)
            if marked or open_block is None:
                if open_block:
                    blocks.append(open_block)
                kind: BlockKind = "item" if marked else "paragraph"
                open_block = Block(kind, squeeze(line[marked.end() :] if marked else line))
            else:
                open_block = Block(open_block.kind, f"{open_block.text} {squeeze(line)}")
        if open_block:
            blocks.append(open_block)
    return Parsed(first_heading(blocks), tuple(blocks))

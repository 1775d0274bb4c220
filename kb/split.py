"""Blocks become chunks sized for an answer: along the headings, never through a usual sentence or list item."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.parse import Block, Parsed

MOST_WORDS = 220
AIM_WORDS = 170
LONGEST = 4_000
"""Characters of a sentence or an item, and MOST_WORDS of it, beyond which even that is cut: tables and texts without
punctuation would make chunks that are too long to embed and to quote."""
SEPARATOR = " › "

# A full stop ends a sentence only before a capital, a digit, a quote or a bracket, and not after an abbreviation.
_END = re.compile(r"(?<=[.!?…])[»”\")]*\s+(?=[«“\"(]?[A-ZА-ЯЁ0-9])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-ZА-ЯЁ]|т|д|п|г|гг|в|вв|др|пр|см|ср|ст|стр|рис|табл|им|ул|обл|тыс|млн|млрд|руб|коп|кв|тел|доб|напр|проф|акад)"
    r"|\b(?:т\.\s?[едкп])|\b(?:и\s(?:т\.\s?)?[дп]р?))\.$"
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """`heading` is the path from the document's title down; `text` is paragraphs and «- » items, one a line."""

    heading: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut: a sentence or a list item. `opens` marks the first sentence of its paragraph."""

    text: str
    words: int
    item: bool
    level: int
    opens: bool


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph; abbreviations («т. д.», «120 тыс. ₽», initials) do not end one."""
    result: list[str] = []
    start = 0
    for end in _END.finditer(text):
        piece = text[start : end.end()].strip()
        if _ABBREVIATED.search(piece) and not _ends_paragraph_like(piece, text[end.end() :]):
            continue
        result.append(piece)
        start = end.end()
    if rest := text[start:].strip():
        result.append(rest)
    return result


def _ends_paragraph_like(piece: str, rest: str) -> bool:
    """«…и т. д. Потом» does end a sentence: the abbreviation closes a list and a capitalised word follows."""
    return bool(re.search(r"\bи\s(?:т\.\s?[дп]|др|пр)\.$", piece)) and rest[:1].isalpha()


def split(parsed: Parsed) -> list[Chunk]:
    """Chunks in the document's order. A section longer than `MOST_WORDS` is parted evenly."""
    chunks: list[Chunk] = []
    for path, blocks in _sections(parsed):
        for part in _parts(list(_units(blocks))):
            chunks.append(Chunk(path, _join(part)))
    return chunks


def _sections(parsed: Parsed) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    open_headings: list[tuple[int, str]] = []
    blocks: list[Block] = []
    for block in parsed.blocks:
        if block.kind != "heading":
            blocks.append(block)
            continue
        if blocks:
            yield _path(parsed.title, open_headings), blocks
            blocks = []
        open_headings = [known for known in open_headings if known[0] < block.level]
        open_headings.append((block.level, block.text))
    if blocks:
        yield _path(parsed.title, open_headings), blocks


def _path(title: str, headings: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    names = [text for _, text in headings if text]
    return tuple(names if names[:1] == [title] else [title, *names])


def _units(blocks: Iterable[Block]) -> Iterator[_Unit]:
    for block in blocks:
        if block.kind == "item":
            for piece in _pieces(block.text):
                yield _Unit(piece, _weight(piece), item=True, level=block.level, opens=True)
            continue
        whole = [piece for sentence in sentences(block.text) for piece in _pieces(sentence)]
        for number, sentence in enumerate(whole):
            yield _Unit(sentence, _weight(sentence), item=False, level=0, opens=number == 0)


def _weight(text: str) -> int:
    """Words; what has hardly any spaces counts by its length."""
    return max(len(text.split()), len(text) * MOST_WORDS // LONGEST)


def _pieces(text: str) -> list[str]:
    """The text itself, unless it is longer than any sentence; then pieces of it, cut between words where it can be."""
    words = [word[at : at + LONGEST] for word in text.split(" ") for at in range(0, max(len(word), 1), LONGEST)]
    if len(text) <= LONGEST and len(words) <= MOST_WORDS:
        return [text]
    pieces: list[str] = []
    piece: list[str] = []
    length = 0
    for word in words:
        if piece and (len(piece) == MOST_WORDS or length + len(word) > LONGEST):
            pieces.append(" ".join(piece))
            piece, length = [], 0
        piece.append(word)
        length += len(word) + 1
    return [*pieces, " ".join(piece)] if piece else pieces


def _parts(units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    """Even parts of at most `MOST_WORDS`, unless one unit alone is longer; «…:» stays with what it announces."""
    total = sum(unit.words for unit in units)
    if total <= MOST_WORDS:
        yield list(units)
        return
    aim = total / math.ceil(total / AIM_WORDS)
    part: list[_Unit] = []
    words = 0
    for unit in units:
        announced = bool(part) and part[-1].text.endswith(":")
        full = words + unit.words > MOST_WORDS or words + unit.words / 2 > aim
        if part and full and not announced:
            yield part
            part, words = [], 0
        part.append(unit)
        words += unit.words
    if part:
        yield part


def _join(units: Sequence[_Unit]) -> str:
    lines: list[str] = []
    previous: _Unit | None = None
    for unit in units:
        if unit.item:
            lines.append(f"{'  ' * unit.level}- {unit.text}")
        elif previous is not None and not previous.item and not unit.opens:
            lines[-1] = f"{lines[-1]} {unit.text}"
        else:
            if lines:
                lines.append("")
            lines.append(unit.text)
        previous = unit
    return "\n".join(lines)

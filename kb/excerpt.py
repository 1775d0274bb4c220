"""The few sentences of a passage that answer a question, as plain text for a message. Pure."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kb import lemmas as language
from kb.split import sentences
from kb.words import SYNONYMS

MOST_SENTENCES = 3
EXPECTED_WORTH = 1.2
_SHARED_BEGINNING = 5

_EXPECTED = {
    "<sum>": (
        re.compile(
            r"\b(?:скольк\w* (?:\w+ )?(?:стои|обо[йш]|заплат|плат)\w*|почем"
            r"|цен[ауые]\w*|стоимост\w*|ценник\w*|прайс\w*)"
        ),
        re.compile(r"\d[\s\u00a0\u202f]?(?:₽|руб|тыс|млн)|бесплатн", re.IGNORECASE),
    ),
    "<term>": (
        re.compile(
            r"\b(?:когда|как быстро|как долго|за сколько|срок\w*"
            r"|скольк\w* (?:\w+ )?(?:дн|недел|час|месяц|врем)\w*)"
        ),
        re.compile(r"\d[\s\u00a0\u202f]?(?:\w+ )?(?:дн|ден|недел|час|минут|месяц|секунд)|\d:\d\d|сразу", re.IGNORECASE),
    ),
}
"""What a question asks for → how it asks, and what an answer of that kind contains."""

_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)")
_MARKUP: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"!?\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"~~(.+?)~~"), r"\1"),
    (re.compile(r"`+([^`]*)`+"), r"\1"),
    (re.compile(r"^\s*>\s?"), ""),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!~>|-])"), r"\1"),
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence or a list item; `line` tells which of them stood together."""

    text: str
    item: bool
    line: int


def excerpt(passage_text: str, query: str, limit: int = 350) -> str:
    """The best one to three consecutive sentences or items, at most `limit` characters, never cut inside a word.

    Only a sentence longer than `limit` by itself is shortened, at a word, with «…».
    """
    pieces = _pieces(passage_text)
    if not pieces:
        return ""
    worth = _worth(pieces, query)
    best: tuple[float, int, str] | None = None
    for start in range(len(pieces)):
        for end in range(start + 1, min(start + MOST_SENTENCES, len(pieces)) + 1):
            text = _join(pieces[start:end])
            if len(text) > limit:
                break
            # what fits is welcome, for an answer often goes on in the next sentence
            value = _value(worth[start:end]) + 0.03 * (end - start) + _opening(pieces, start, end)
            if best is None or value > best[0] + 1e-9:
                best = (value, start, text)
    if best is None:
        longest = max(range(len(pieces)), key=lambda place: (sum(worth[place].values()), -place))
        return _shorten(_join([pieces[longest]]), limit)
    return best[2]


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    for number, raw in enumerate(text.split("\n")):
        line = raw.strip()
        if not line or line.startswith(("#", "```", "|--", "---")):
            continue
        marked = _ITEM.match(raw)
        if marked:
            pieces.append(_Piece(_plain(raw[marked.end() :]), True, number))
        else:
            pieces.extend(_Piece(sentence, False, number) for sentence in sentences(_plain(line)))
    return [piece for piece in pieces if piece.text]


def _plain(text: str) -> str:
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return text.strip()


def _worth(pieces: Sequence[_Piece], query: str) -> list[dict[str, float]]:
    """What each piece gives of each word of the question, the question's rarer words weighing more.

    A question for a sum or a term is also worth an answer that names one.
    """
    asked = _keys(query)
    kinds = [(kind, answer) for kind, (asks, answer) in _EXPECTED.items() if asks.search(language.normalise(query))]
    found = [_keys(piece.text) for piece in pieces]
    frequency = {word: sum(_match(word, keys) > 0 for keys in found) for word in asked}
    total = sum(1 / (1 + count) for count in frequency.values() if count) or 1.0
    result: list[dict[str, float]] = []
    for piece, keys in zip(pieces, found, strict=True):
        worth = {word: _match(word, keys) / (1 + frequency[word]) / total for word in asked if frequency[word]}
        worth.update({kind: EXPECTED_WORTH for kind, answer in kinds if answer.search(piece.text)})
        result.append(worth)
    return result


def _value(worth: Sequence[dict[str, float]]) -> float:
    together: dict[str, float] = defaultdict(float)
    for piece in worth:
        for word, value in piece.items():
            together[word] = max(together[word], value)
    return sum(together.values())


def _opening(pieces: Sequence[_Piece], start: int, end: int) -> float:
    """A start in the middle of a list, or an end on «…:», reads like a fragment; a passage's opening reads well."""
    value = 0.12 if start == 0 else 0.0
    if start and pieces[start].item and not pieces[start - 1].item:
        value -= 0.05
    if pieces[end - 1].text.endswith(":"):
        value -= 0.5
    return value


def _keys(text: str) -> set[str]:
    return {language.lemma(word) for word in language.words(text) if language.is_informative(word)}


def _match(word: str, keys: set[str]) -> float:
    if word in keys:
        return 1.0
    if _SYNONYMS[word] & keys:
        return 0.6
    beginning = word[:_SHARED_BEGINNING]
    if len(beginning) == _SHARED_BEGINNING and any(key.startswith(beginning) for key in keys):
        return 0.5
    return 0.0


def _join(pieces: Sequence[_Piece]) -> str:
    text = ""
    previous: _Piece | None = None
    for piece in pieces:
        if previous is not None:
            text += " " if piece.line == previous.line else "\n"
        text += f"• {piece.text}" if piece.item else piece.text
        previous = piece
    return text


def _shorten(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    whole = text[: limit - 1]
    if not text[limit - 1].isspace() and " " in whole:
        whole = whole[: whole.rindex(" ")]
    return whole.rstrip(" ,;:—–-") + "…"


def _synonyms() -> defaultdict[str, set[str]]:
    result: defaultdict[str, set[str]] = defaultdict(set)
    for line in SYNONYMS:
        group = set(line.split())
        for word in group:
            result[word] |= group - {word}
    return result


_SYNONYMS = _synonyms()

"""Whether two questions ask the same, so that one answer serves both. Pure.

Every word counts unless it is known to say nothing: what differs may be politeness, the form of a word, a known
synonym, a typo, or the place of a verb. Numbers, negations, directions («из», «до»), names and the order of nouns may
not. Said no too often, a model is called in vain; said yes once too often, a client reads another question's answer.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from bot.assistant import same_words as known
from bot.understand.amounts import Amount, find_amounts
from bot.understand.words import FUZZY_FROM, forms, is_known, morph, normalise, within_one

LONGEST = 300
"""Characters of a question that may be compared: longer ones tell a story, and no story is told twice."""

_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")
_CYRILLIC = re.compile("[а-я]")
_SEPARATORS = re.compile(r"(?<!\d)[.,:]|[.,:](?!\d)|[!?;…«»\"“”„()\[\]]|(?<!\w)[-–—]+|[-–—]+(?!\w)")
_IN_ORDER = frozenset(("NOUN", "ADJF", "ADJS", "PRTF", "PRTS", "NUMR", "NPRO", ""))
_MARKS = ("past", "1per", "2per", "3per", "impr", "COMP", "Supr")


@dataclass(frozen=True, slots=True)
class Token:
    """One word that matters: what it may be called, and how it stands in the sentence."""

    names: frozenset[str]
    word: str = ""
    denied: int = 0
    directions: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    governed: bool = False
    """A preposition stands before it."""
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question as it is compared."""

    tokens: tuple[Token, ...]
    amounts: tuple[tuple[object, ...], ...]
    asks: bool


def exact_key(question: str) -> str:
    """The question less its case, punctuation, spaces and «ё»; a question mark stays where only it makes a question
    of a statement."""
    text = normalise(question)
    key = " ".join(_SEPARATORS.sub(" ", text).split())
    plainly_asks = any(word in known.ASKING or word == "ли" for word in _WORD.findall(text))
    return f"{key} ?" if "?" in text and not plainly_asks else key


def same_question(first: str, second: str) -> bool:
    """Whether an answer to one answers the other."""
    if len(first) > LONGEST or len(second) > LONGEST:
        return False
    return same_meaning(meaning(first), meaning(second))


def same_meaning(one: Meaning, other: Meaning) -> bool:
    if one.amounts != other.amounts or len(one.tokens) != len(other.tokens) or not one.tokens:
        return False
    if one.asks != other.asks and any(_wish(token) for token in one.tokens):
        return False
    in_order = [[token for token in said.tokens if token.in_order] for said in (one, other)]
    if len(in_order[0]) != len(in_order[1]):
        return False
    pairs = list(zip(*in_order, strict=True))
    if not all(_alike(*pair) for pair in pairs):
        return False
    turned = sum(_turned(*pair) for pair in pairs)
    recast = any(token.names & known.RECAST for token in one.tokens)
    if turned > recast:  # «менеджера заменит бот» and «менеджер заменит бота» differ in nothing else
        return False
    rest = [token for token in other.tokens if not token.in_order]
    for token in (token for token in one.tokens if not token.in_order):
        twin = next((place for place, candidate in enumerate(rest) if _alike(token, candidate)), None)
        if twin is None:
            return False
        del rest[twin]
    return True


@lru_cache(maxsize=2_000)
def meaning(question: str) -> Meaning:
    text = normalise(question[: LONGEST * 2])
    for written, meant in known.ENGLISH_DENIALS.items():
        text = text.replace(written, meant)
    amounts = [one for one in find_amounts(text) if one.unit != "code"]
    words = _meant(_without(_words(text, amounts), _empty_phrases()))
    wishing = any(_group(word) in ("<need>", "<want>") for word in words)
    words = [word for word in words if word not in known.EMPTY_WORDS or (wishing and word in known.ABOUT_SELF)]
    words = _phrases(words)
    asks = "?" in question or any(word in known.ASKING or word == "ли" for word in _WORD.findall(text))
    values = tuple((one.value, one.unit, one.currency, one.per, one.bound) for one in amounts)
    return Meaning(tuple(_tokens(words)), values, asks)


def _words(text: str, amounts: Sequence[Amount]) -> list[str]:
    """The words of the text; a number stands as `#`, its value is compared apart."""
    found: list[str] = []
    left = list(amounts)
    for match in _WORD.finditer(text):
        while left and left[0].end <= match.start():
            left.pop(0)
        if not left or match.end() <= left[0].start:
            found.append(match.group())
        elif not found or found[-1] != "#" or match.start() <= left[0].start:
            found.append("#")
    return found


def _without(words: Sequence[str], phrases: "dict[str, list[tuple[str, ...]]]") -> list[str]:
    left: list[str] = []
    at = 0
    while at < len(words):
        size = next(
            (len(one) for one in phrases.get(words[at], ()) if tuple(words[at : at + len(one)]) == one),
            0,
        )
        if not size:
            left.append(words[at])
        at += size or 1
    return left


def _meant(words: Sequence[str]) -> list[str]:
    """«cannot» and «нельзя» are a denial and what is denied."""
    found: list[str] = []
    for word in words:
        found += ["не", "можно"] if word in known.CANNOT else [word]
    return found


def _phrases(words: Sequence[str]) -> list[str]:
    """Phrases become the name of their meaning."""
    found: list[str] = []
    at = 0
    while at < len(words):
        for phrase, name in _beginning(words[at]):
            if len(phrase) <= len(words) - at and all(
                _is(word, wanted) for word, wanted in zip(words[at : at + len(phrase)], phrase, strict=True)
            ):
                found.append(name)
                at += len(phrase)
                break
        else:
            found.append(words[at])
            at += 1
    return found if found == list(words) else _phrases(found)


def _is(word: str, wanted: str) -> bool:
    if word == wanted or _group(word) == wanted:
        return True
    return wanted in forms(word) and not _grammar(word).marks & {"past"}


def _tokens(words: Sequence[str]) -> Iterable[Token]:
    denied, directions, governed, once = 0, list[str](), False, set[str]()
    for at, word in enumerate(words):
        if word in known.DENIALS:
            denied += 1
            governed = governed or word in ("без", "without")
            continue
        if word in known.LINKS:
            governed = True
            continue
        if word in known.DIRECTIONS:
            governed = True
            directions.append({"со": "с", "ко": "к"}.get(word, word))
            continue
        if word in ("ваш", "your") or "ваш" in forms(word):
            owned = words[at + 1] if at + 1 < len(words) else ""
            if known.OURS_ANYWAY & {owned, _group(owned), *forms(owned)}:
                continue
        name = word if word.startswith("<") else _group(word)
        if name in known.ONCE and not denied and not directions:
            if name in once:
                continue
            once.add(name)
        token = _token(word, name, denied, tuple(directions))
        yield replace(token, governed=governed)
        denied, directions, governed = 0, [], governed and not token.cases
    if denied or directions:
        yield Token(frozenset(("",)), "", denied, tuple(directions))


def _token(word: str, group: str, denied: int, directions: tuple[str, ...]) -> Token:
    if word == "#":
        return Token(frozenset((word,)), word, denied, directions, in_order=True)
    if word in known.ASKING:
        # «кому» and «кто» are one word in the dictionary and two questions
        names = frozenset(("какой",)) if "какой" in forms(word) else frozenset((word,))
        return Token(names, word, denied, directions)
    grammar = _grammar(word)
    if group:
        entity = group not in known.ANYWHERE
        marks = frozenset[str]() if entity or group in known.WHOEVER else grammar.marks
        return Token(frozenset((group,)), word, denied, directions, marks, grammar.cases, in_order=entity)
    names = frozenset((word, *forms(word)))
    in_order = grammar.pos in _IN_ORDER
    return Token(names, word, denied, directions, grammar.marks, grammar.cases, in_order=in_order)


def _alike(one: Token, other: Token) -> bool:
    if one.denied != other.denied or one.directions != other.directions or one.marks != other.marks:
        return False
    if not one.names.isdisjoint(other.names):
        return True
    return _misspelt(one.word, other.word)


def _turned(one: Token, other: Token) -> int:
    """Whether a noun that may be the subject in one question cannot be it in the other, or has another role; 2 when no
    wording explains it («цена сайта», «цена на сайте»)."""
    if not one.cases or not other.cases or (one.governed and other.governed):
        return 0
    if one.governed or other.governed:
        place = one.cases if one.governed else other.cases
        return 2 if "loct" in place and "accs" not in place else 1
    return int(("nomn" in one.cases) != ("nomn" in other.cases) or one.cases.isdisjoint(other.cases))


def _misspelt(one: str, other: str) -> bool:
    """One of them is no word at all and a letter away from the other, which is: two words of the dictionary that look
    alike («оплата», «доплата») are two words, and so are two names."""
    if min(len(one), len(other)) < FUZZY_FROM or not (_CYRILLIC.search(one) and _CYRILLIC.search(other)):
        return False
    return is_known(one) != is_known(other) and one[0] == other[0] and within_one(one, other)


def _wish(token: Token) -> bool:
    return bool(token.names & {"<need>", "<want>"})


@dataclass(frozen=True, slots=True)
class _Grammar:
    pos: str
    cases: frozenset[str]
    marks: frozenset[str]


@lru_cache(maxsize=20_000)
def _grammar(word: str) -> _Grammar:
    """A word of another script has no grammar here and keeps its place, as names do."""
    if not _CYRILLIC.search(word):
        return _Grammar("", frozenset(), frozenset())
    parses: list[Any] = morph().parse(word)
    tag = parses[0].tag
    cases = frozenset(parse.tag.case for parse in parses if parse.tag.POS == "NOUN" and parse.tag.case)
    marks = frozenset(mark for mark in _MARKS if mark in tag)
    return _Grammar(str(tag.POS or ""), cases if tag.POS == "NOUN" else frozenset(), marks)


@cache
def _groups() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in known.GROUPS:
        name, _, members = line.partition("|")
        for member in members.split():
            table.setdefault(member, name)
    return table


@lru_cache(maxsize=20_000)
def _group(word: str) -> str:
    """The meaning a word stands for, "" for itself; its likeliest dictionary form decides."""
    table = _groups()
    every = forms(word) if not is_known(word) else forms(word)[:1]
    return next((table[one] for one in (word, *every) if one in table), "")


@cache
def _phrase_table() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """By their first word."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for line in known.PHRASES:
        name, *phrases = line.split("|")
        for phrase in phrases:
            parts = tuple(phrase.split())
            table.setdefault(parts[0], []).append((parts, name))
    return table


@lru_cache(maxsize=20_000)
def _beginning(word: str) -> list[tuple[tuple[str, ...], str]]:
    """Phrases that may begin with this word, longest first."""
    names = dict.fromkeys((word, _group(word), *forms(word)))
    found = [pair for name in names for pair in _phrase_table().get(name, ())]
    return sorted(found, key=lambda pair: -len(pair[0]))


@cache
def _empty_phrases() -> dict[str, list[tuple[str, ...]]]:
    """By their first word, longest first."""
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(known.EMPTY_PHRASES.split("|"), key=lambda one: -len(one.split())):
        parts = tuple(phrase.split())
        table.setdefault(parts[0], []).append(parts)
    return table

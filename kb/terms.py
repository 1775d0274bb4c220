"""What a word of a question stands for in an index: its own forms, other spellings, synonyms and look-alikes."""

import functools
import math
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb import lemmas as language
from kb.fuzzy import Vocabulary
from kb.lexicon import Lexicon
from kb.words import SPELLINGS, STOP_WORDS, SYNONYMS

LEMMA_WEIGHT = 0.7
SYNONYM_WEIGHT = 0.5
LIKENESS_POWER = 3
SURE_SYNONYM = 0.8
MENDED = 0.9
LONG_WORD = 8
SHORTEST_MISSPELT = 4
MOST_MENDED = 12
LEAST_CREDIBLE = 0.5
SHARED_BEGINNING = 4
SHARED_SHARE = 0.6
MOST_ASKED = 40
CACHED_POSTINGS = 2_000_000


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a question: its weight, the indexed words that stand for it, and what it adds to which entries.

    `sure` says of the same words how far one may believe that they do stand for it; `known` is the greatest of that.
    """

    word: str
    idf: float
    likeness: Mapping[int, float]
    sure: Mapping[int, float]
    known: float
    entries: NDArray[np.int32]
    gains: NDArray[np.float32]


class TermCache:
    """The terms asked last, at most `CACHED_POSTINGS` gains in all; safe to use from several threads."""

    def __init__(self) -> None:
        self._terms: OrderedDict[str, Term] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, word: str) -> Term | None:
        with self._lock:
            term = self._terms.get(word)
            if term is not None:
                self._terms.move_to_end(word)
            return term

    def put(self, term: Term) -> None:
        with self._lock:
            if term.word in self._terms:
                return
            self._terms[term.word] = term
            self._size += len(term.entries)
            while self._size > CACHED_POSTINGS and len(self._terms) > 1:
                _, dropped = self._terms.popitem(last=False)
                self._size -= len(dropped.entries)


def asked(query: str, lexicon: Lexicon) -> list[str]:
    """The words of a question that say something, each once; typed in the wrong layout, they are put right."""
    found = [word for word in _informative(query) if word in lexicon or not _misspelt_stop_word(word)]
    if found and not any("а" <= letter <= "я" for letter in query.lower()):
        retyped = _informative(language.from_keyboard(query))
        if _recognised(retyped, lexicon) > _recognised(found, lexicon):
            return retyped
    return found


@dataclass(frozen=True, slots=True)
class Meaning:
    """Indexed words by number: `likeness` is how much each counts for a word of the question, `sure` how far one may
    believe that it is meant at all."""

    likeness: dict[int, float]
    sure: dict[int, float]


def meant(word: str, lexicon: Lexicon, vocabulary: Vocabulary) -> Meaning:
    """The indexed words that stand for the word: 1 for the word itself and its other spellings, less for others."""
    known = _standing_for(word, lexicon)
    likeness = dict(known)
    sure = {number: 1.0 if alike >= LEMMA_WEIGHT else SURE_SYNONYM for number, alike in known.items()}
    credible = _slip_of(word) if not language.grammar(word).spelt else _relative_of(word)
    latin = word[0].isascii() and word[0].isalpha()
    for like in (word, language.to_cyrillic(word)) if latin else (word,):
        near = vocabulary.near(like)
        for number, alike in near:
            likeness[number] = max(likeness.get(number, 0.0), alike**LIKENESS_POWER)
            if credible(lexicon.names[number], alike):
                sure[number] = max(sure.get(number, 0.0), alike)
        if not known and not language.grammar(word).spelt:
            for number, alike in _mended(like, near, lexicon).items():
                likeness[number] = max(likeness.get(number, 0.0), alike)
                sure[number] = max(sure.get(number, 0.0), MENDED)
    return Meaning(likeness, sure)


def _mended(word: str, near: Sequence[tuple[int, float]], lexicon: Lexicon) -> dict[int, float]:
    """What the word becomes with the fewest slips put right, and its forms: a slip, two of them in a long word."""
    most = 2 if len(word) >= LONG_WORD else 1
    slips = {number: _slips(word, lexicon.names[number], most) for number, _ in near[:MOST_MENDED]}
    least = min(slips.values(), default=most + 1)
    found: dict[int, float] = {}
    if least <= most:
        for number in (number for number, count in slips.items() if count == least):
            for form in lexicon.forms(language.lemma(lexicon.names[number])):
                found[form] = max(found.get(form, 0.0), MENDED * LEMMA_WEIGHT)
            found[number] = MENDED
    return found


def _slips(first: str, second: str, most: int) -> int:
    """Letters lost, doubled, swapped or mistaken between the two words; `most` + 1 for any more than `most`."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(second) + 1))
    for row, letter in enumerate(first, start=1):
        current = [row]
        for column, other in enumerate(second, start=1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, above = above, current
    return min(above[-1], most + 1)


def _standing_for(word: str, lexicon: Lexicon) -> dict[int, float]:
    lemma = language.lemma(word)
    found: dict[int, float] = {}
    for other in _synonyms().get(lemma, ()):
        found.update(dict.fromkeys(lexicon.forms(other), SYNONYM_WEIGHT))
    found.update(dict.fromkeys(lexicon.forms(lemma), LEMMA_WEIGHT))
    for other in _SPELLINGS.get(word, ()) or _SPELLINGS.get(lemma, ()):
        found.update(dict.fromkeys(lexicon.forms(other), 1.0))
        number = lexicon.number(other)
        if number is not None:
            found[number] = 1.0
    number = lexicon.number(word)
    if number is not None:
        found[number] = 1.0
    return found


def _slip_of(word: str) -> Callable[[str, float], bool]:
    """A word that the dictionary does not have is a slip of the pen for what it looks like."""
    return lambda other, alike: alike >= LEAST_CREDIBLE


def _relative_of(word: str) -> Callable[[str, float], bool]:
    """One that it has means another where they begin alike: «доставлять», «доставка», but not «погода», «полгода»."""
    lemma = language.lemma(word)
    shortest = max(SHARED_BEGINNING, math.ceil(SHARED_SHARE * len(lemma)))

    def related(other: str, alike: float) -> bool:
        least = shortest if len(other) >= len(lemma) else max(SHARED_BEGINNING, math.ceil(SHARED_SHARE * len(other)))
        return other[:least] == lemma[:least]

    return related


def _informative(query: str) -> list[str]:
    found = language.asked_words(query)
    spelled_out = language.abbreviations(language.lemmas(found))
    replaced = {place for start, end, _ in spelled_out for place in range(start, end)}
    kept = [word for place, word in enumerate(found) if place not in replaced]
    kept.extend(short for _, _, short in spelled_out)
    return list(dict.fromkeys(word for word in kept if language.is_informative(word)))[:MOST_ASKED]


def _misspelt_stop_word(word: str) -> bool:
    """«скольео», «котрый»: one slip away from a word that says nothing, and no word itself."""
    if len(word) < SHORTEST_MISSPELT or language.grammar(word).spelt:
        return False
    return not _STOP_WORDS_LESS_ONE.isdisjoint({word, *_less_one(word)})


def _less_one(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


def _recognised(found: Iterable[str], lexicon: Lexicon) -> int:
    return sum(word in lexicon or bool(lexicon.forms(language.lemma(word))) for word in found)


def _groups(lines: Iterable[Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """word → the others of its lines."""
    result: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        group = set(line)
        for word in group:
            result[word] |= group - {word}
    return {word: tuple(sorted(others)) for word, others in result.items()}


_STOP_WORDS_LESS_ONE = frozenset(
    part for word in STOP_WORDS if len(word) >= SHORTEST_MISSPELT for part in (word, *_less_one(word))
)
_SPELLINGS = _groups(line.split() for line in SPELLINGS)


@functools.cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    return _groups(language.lemmas(line.split()) for line in SYNONYMS)

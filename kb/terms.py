"""What a word of a question stands for in an index: its own forms, other spellings, synonyms and look-alikes."""

import functools
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb import lemmas as language
from kb.fuzzy import Vocabulary
from kb.lexicon import Lexicon
from kb.words import SPELLINGS, SYNONYMS

LEMMA_WEIGHT = 0.7
SYNONYM_WEIGHT = 0.5
LIKENESS_POWER = 3
MOST_ASKED = 40
CACHED_POSTINGS = 2_000_000


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a question: its weight, the indexed words that stand for it, and what it adds to which entries."""

    word: str
    idf: float
    likeness: Mapping[int, float]
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
    found = _informative(query)
    if found and not any("а" <= letter <= "я" for letter in query.lower()):
        retyped = _informative(language.from_keyboard(query))
        if _recognised(retyped, lexicon) > _recognised(found, lexicon):
            return retyped
    return found


def meant(word: str, lexicon: Lexicon, vocabulary: Vocabulary) -> dict[int, float]:
    """The indexed words that stand for the word, each with how surely: 1 for the word itself and its spellings."""
    lemma = language.lemma(word)
    found: dict[int, float] = {}
    for other in _synonyms().get(lemma, ()):
        found.update(dict.fromkeys(lexicon.forms(other), SYNONYM_WEIGHT))
    found.update(dict.fromkeys(lexicon.forms(lemma), LEMMA_WEIGHT))
    for other in (word, *(_SPELLINGS.get(word, ()) or _SPELLINGS.get(lemma, ()))):
        if other != word:
            found.update(dict.fromkeys(lexicon.forms(other), 1.0))
        number = lexicon.number(other)
        if number is not None:
            found[number] = 1.0
    for like in (word, language.to_cyrillic(word)) if word[0].isascii() and word[0].isalpha() else (word,):
        for number, alike in vocabulary.near(like):
            found[number] = max(found.get(number, 0.0), alike**LIKENESS_POWER)
    return found


def _informative(query: str) -> list[str]:
    found = language.asked_words(query)
    spelled_out = language.abbreviations(language.lemmas(found))
    replaced = {place for start, end, _ in spelled_out for place in range(start, end)}
    kept = [word for place, word in enumerate(found) if place not in replaced]
    kept.extend(short for _, _, short in spelled_out)
    return list(dict.fromkeys(word for word in kept if language.is_informative(word)))[:MOST_ASKED]


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


_SPELLINGS = _groups(line.split() for line in SPELLINGS)


@functools.cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    return _groups(language.lemmas(line.split()) for line in SYNONYMS)

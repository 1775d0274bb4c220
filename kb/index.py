"""The in-memory index: BM25 in which a query word also counts, for less, where a word like it stands.

A query word finds its own lemma's forms, other spellings, synonyms and, by shared letters, misspelt and derived
words; all of them are one term with one document frequency. The best passages are then rescored by their best
sentence. Pure: built from values, no database. See docs/decisions/0003-lexical-retrieval.md for the measurements.
"""

import heapq
import math
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from kb import lemmas as language
from kb.fuzzy import Vocabulary
from kb.split import sentences
from kb.words import SPELLINGS, SYNONYMS

SATURATION = 1.0
LENGTH_SHARE = 0.5
LEMMA_WEIGHT = 0.7
SYNONYM_WEIGHT = 0.5
LIKENESS_POWER = 3
SENTENCE_WEIGHT = 0.7
FULL_SCORE = 1 + SATURATION + SENTENCE_WEIGHT
HEADING_WEIGHT = 2.5
TITLE_WEIGHT = 2.0
RESCORED = 25
CACHED_POSTINGS = 400_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A chunk as the index takes it; `lemmas` are those of `language.words(text)`, one for one."""

    heading: tuple[str, ...]
    text: str
    lemmas: Sequence[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """`entry` is the place in the built sequence; `share` (0–1) is the score as a share of the most that a passage
    made of nothing but this question could have."""

    entry: int
    score: float
    share: float


@dataclass(slots=True)
class _Term:
    """One query word: its weight, the indexed words that stand for it, and what it adds to each entry."""

    idf: float
    likeness: dict[int, float]
    gains: dict[int, float]


class LexicalIndex:
    """Built once from all entries of a collection; `rank` answers in about a millisecond."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._numbers: dict[str, int] = {}
        self._postings: list[dict[int, float]] = []
        self._by_lemma: dict[str, set[int]] = defaultdict(set)
        self._lengths = [0.0] * len(entries)
        for number, entry in enumerate(entries):
            self._add(number, entry)
        mean = (sum(self._lengths) / len(entries) if entries else 0) or 1
        self._norms = [SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / mean) for length in self._lengths]
        names = list(self._numbers)
        self._vocabulary = Vocabulary([name if language.is_informative(name) else "" for name in names])
        self._spellings = _groups(SPELLINGS, lemmatise=False)
        self._synonyms = _groups(SYNONYMS, lemmatise=True)
        self._terms: OrderedDict[str, _Term] = OrderedDict()
        self._cached = 0
        self._sentences: dict[int, list[set[int]]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def entry(self, number: int) -> Entry:
        return self._entries[number]

    def rank(self, query: str, top: int = 10) -> list[Hit]:
        """The `top` entries that answer the query best; none for a query that says nothing."""
        terms = [self._term(word) for word in self._query_words(query)]
        scores: dict[int, float] = defaultdict(float)
        for term in terms:
            for entry, gain in term.gains.items():
                scores[entry] += gain
        best = heapq.nlargest(max(top, RESCORED), scores.items(), key=lambda pair: (pair[1], -pair[0]))
        most = FULL_SCORE * sum(term.idf for term in terms)
        hits: list[Hit] = []
        for entry, score in best:
            full = score + SENTENCE_WEIGHT * self._best_sentence(entry, terms)
            hits.append(Hit(entry, full, min(1.0, full / most)))
        hits.sort(key=lambda hit: (-hit.score, hit.entry))
        return hits[:top]

    # building

    def _add(self, number: int, entry: Entry) -> None:
        body = language.words(entry.text)
        known = entry.lemmas if len(entry.lemmas) == len(body) else language.lemmas(body)
        counts: dict[int, float] = defaultdict(float)
        for word in self._with_abbreviations(body, known):
            counts[word] += 1
        self._lengths[number] = len(body)
        title, *rest = entry.heading or ("",)
        for text, share in ((title, TITLE_WEIGHT), (" ".join(rest), HEADING_WEIGHT)):
            named = language.words(text)
            for word in set(self._with_abbreviations(named, language.lemmas(named))):
                counts[word] += share
        for word, count in counts.items():
            self._postings[word][number] = count

    def _with_abbreviations(self, found: Sequence[str], known: Sequence[str]) -> list[int]:
        numbers = [self._number(word, lemma) for word, lemma in zip(found, known, strict=True)]
        numbers.extend(self._number(short, short) for _, _, short in language.abbreviations(known))
        return numbers

    def _number(self, word: str, lemma: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self._postings)
            self._postings.append({})
        self._by_lemma[lemma].add(number)
        return number

    # asking

    def _query_words(self, query: str) -> list[str]:
        found = self._informative(query)
        if found and not any("а" <= letter <= "я" for letter in query.lower()):
            retyped = self._informative(language.from_keyboard(query))
            if self._recognised(retyped) > self._recognised(found):
                return retyped
        return found

    def _informative(self, query: str) -> list[str]:
        found = language.asked_words(query)
        spelled_out = language.abbreviations(language.lemmas(found))
        replaced = {place for start, end, _ in spelled_out for place in range(start, end)}
        kept = [word for place, word in enumerate(found) if place not in replaced]
        kept.extend(short for _, _, short in spelled_out)
        return list(dict.fromkeys(word for word in kept if language.is_informative(word)))

    def _recognised(self, found: Iterable[str]) -> int:
        return sum(word in self._numbers or language.lemma(word) in self._by_lemma for word in found)

    def _term(self, word: str) -> _Term:
        term = self._terms.get(word)
        if term is not None:
            self._terms.move_to_end(word)
            return term
        term = self._make_term(word)
        self._terms[word] = term
        self._cached += len(term.gains)
        while self._cached > CACHED_POSTINGS and len(self._terms) > 1:
            _, dropped = self._terms.popitem(last=False)
            self._cached -= len(dropped.gains)
        return term

    def _make_term(self, word: str) -> _Term:
        likeness = _strongest(self._meant(word), self._similar(word))
        counts = self._counts(likeness)
        idf = self._idf(counts)
        norms = self._norms
        top = idf * (SATURATION + 1)
        gains = {entry: top * count / (count + norms[entry]) for entry, count in counts.items()}
        return _Term(idf, likeness, gains)

    def _counts(self, likeness: Mapping[int, float]) -> dict[int, float]:
        """entry → how often something that stands for the word is there, each by its likeness."""
        counts: dict[int, float] = defaultdict(float)
        for number, alike in likeness.items():
            for entry, count in self._postings[number].items():
                counts[entry] += alike * count
        return counts

    def _idf(self, counts: Mapping[int, float]) -> float:
        """What a word weighs follows from all that stands for it, each entry counting by how surely it does."""
        frequency = sum(min(1.0, count) for count in counts.values())
        return math.log(1 + (len(self._entries) - frequency + 0.5) / (frequency + 0.5))

    def _meant(self, word: str) -> dict[int, float]:
        """Indexed words that mean the query word, with how surely: 1 for the word itself and its other spellings."""
        lemma = language.lemma(word)
        found: dict[int, float] = {}
        for other in self._synonyms.get(lemma, ()):
            found.update(dict.fromkeys(self._by_lemma.get(other, ()), SYNONYM_WEIGHT))
        found.update(dict.fromkeys(self._by_lemma.get(lemma, ()), LEMMA_WEIGHT))
        for other in self._spellings.get(word, ()) or self._spellings.get(lemma, ()):
            found.update(dict.fromkeys(self._by_lemma.get(other, ()), 1.0))
            if other in self._numbers:
                found[self._numbers[other]] = 1.0
        if word in self._numbers:
            found[self._numbers[word]] = 1.0
        return found

    def _similar(self, word: str) -> dict[int, float]:
        """Indexed words that look like the query word: typos, derived words, a foreign name written by ear."""
        found = {number: alike**LIKENESS_POWER for number, alike in self._vocabulary.near(word)}
        if word[0].isascii() and word[0].isalpha():
            heard = self._vocabulary.near(language.to_cyrillic(word))
            found = _strongest(found, {number: alike**LIKENESS_POWER for number, alike in heard})
        return found

    # rescoring

    def _best_sentence(self, entry: int, terms: Sequence[_Term]) -> float:
        """The weight of the query found in one sentence together with the headings above it, at the best one."""
        *body, headings = self._sentence_words(entry)
        totals = [0.0] * len(body)
        for term in terms:
            if entry not in term.gains:
                continue
            named = _best(term.likeness, headings)
            for place, present in enumerate(body):
                totals[place] += term.idf * max(named, _best(term.likeness, present))
        return max(totals, default=0.0)

    def _sentence_words(self, entry: int) -> list[set[int]]:
        known = self._sentences.get(entry)
        if known is None:
            chunk = self._entries[entry]
            texts = [part for line in chunk.text.split("\n") if line.strip() for part in sentences(line)]
            known = [self._present(text) for text in [*texts, " ".join(chunk.heading)]]
            self._sentences[entry] = known
        return known

    def _present(self, text: str) -> set[int]:
        found = language.words(text)
        numbers = {self._numbers[word] for word in found if word in self._numbers}
        for _, _, short in language.abbreviations(language.lemmas(found)):
            if short in self._numbers:
                numbers.add(self._numbers[short])
        return numbers


def _best(likeness: Mapping[int, float], present: Set[int]) -> float:
    shared = likeness.keys() & present
    return max([likeness[number] for number in shared]) if shared else 0.0


def _strongest(first: Mapping[int, float], second: Mapping[int, float]) -> dict[int, float]:
    """Both together, the greater value where both have one."""
    result = dict(first)
    for number, value in second.items():
        if result.get(number, 0.0) < value:
            result[number] = value
    return result


def _groups(lines: Iterable[str], *, lemmatise: bool) -> Mapping[str, tuple[str, ...]]:
    """word → the others of its lines."""
    result: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        group = {language.lemma(word) if lemmatise else word for word in line.split()}
        for word in group:
            result[word] |= group - {word}
    return {word: tuple(sorted(others)) for word, others in result.items()}

"""The in-memory index: BM25 in which a query word also counts, for less, where a word like it stands.

A query word finds its own lemma's forms, other spellings, synonyms and, by shared letters, misspelt and derived
words; all of them are one term with one document frequency. The best passages are then rescored by their best
sentence. Pure: built from values, no database. See docs/decisions/0003-lexical-retrieval.md for the measurements.
"""

import heapq
import math
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kb import lemmas as language
from kb.fuzzy import Vocabulary
from kb.split import sentences
from kb.words import SPELLINGS, SYNONYMS

SATURATION = 0.9
LENGTH_SHARE = 0.5
LEMMA_WEIGHT = 0.8
SYNONYM_WEIGHT = 0.5
LIKENESS_POWER = 3
SENTENCE_WEIGHT = 0.8
HEADING_WEIGHT = 1.5
TITLE_WEIGHT = 0.7
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
    """`entry` is the place in the built sequence. `coverage` and `sentence` are the shares (0–1) of the question's
    informative weight found in the passage and in its best sentence."""

    entry: int
    score: float
    coverage: float
    sentence: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """`hits`, best first; `weight` is the question's informative weight, 0 when it says nothing;
    `known` the share of that weight whose words the index has at all."""

    hits: tuple[Hit, ...]
    weight: float
    known: float


@dataclass(slots=True)
class _Term:
    """One query word: its weight, the indexed words that stand for it, and what it adds to each entry."""

    idf: float
    likeness: dict[int, float]
    gains: dict[int, float] = field(default_factory=dict)


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

    def rank(self, query: str, top: int = 10) -> Ranking:
        """The `top` entries that answer the query best. An empty or wordless query has none."""
        terms = [self._term(word) for word in self._query_words(query)]
        weight = sum(term.idf for term in terms)
        if not weight:
            return Ranking((), 0.0, 0.0)
        scores: dict[int, float] = defaultdict(float)
        for term in terms:
            for entry, gain in term.gains.items():
                scores[entry] += gain
        known = sum(term.idf for term in terms if term.likeness) / weight
        best = heapq.nlargest(max(top, RESCORED), scores.items(), key=lambda pair: (pair[1], -pair[0]))
        hits = [self._rescored(entry, score, terms, weight) for entry, score in best]
        hits.sort(key=lambda hit: (-hit.score, hit.entry))
        return Ranking(tuple(hits[:top]), weight, known)

    def query_lemmas(self, query: str) -> list[str]:
        """The informative lemmas of a query, as the ranking sees them."""
        return language.lemmas(self._query_words(query))

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
        found = language.words(query)
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
        likeness = self._likeness(word)
        counts: dict[int, float] = defaultdict(float)
        for number, alike in likeness.items():
            for entry, count in self._postings[number].items():
                counts[entry] += alike * count
        # what a word weighs follows from all that stands for it, each entry counting by how surely it does
        frequency = sum(min(1.0, count) for count in counts.values())
        total = len(self._entries)
        idf = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        norms = self._norms
        top = idf * (SATURATION + 1)
        gains = {entry: top * count / (count + norms[entry]) for entry, count in counts.items()}
        return _Term(idf, likeness, gains)

    def _likeness(self, word: str) -> dict[int, float]:
        """Indexed words that stand for a query word, with how surely: 1 for the word itself."""
        found: dict[int, float] = {}

        def add(numbers: Iterable[int], weight: float) -> None:
            for number in numbers:
                if found.get(number, 0.0) < weight:
                    found[number] = weight

        lemma = language.lemma(word)
        for number, alike in self._vocabulary.near(word):
            add((number,), alike**LIKENESS_POWER)
        if not ("а" <= word[0] <= "я"):
            for number, alike in self._vocabulary.near(language.to_cyrillic(word)):
                add((number,), LEMMA_WEIGHT * alike**LIKENESS_POWER)
        for other in self._synonyms.get(lemma, ()):
            add(self._by_lemma.get(other, ()), SYNONYM_WEIGHT)
        add(self._by_lemma.get(lemma, ()), LEMMA_WEIGHT)
        for other in self._spellings.get(word, ()) or self._spellings.get(lemma, ()):
            add(self._by_lemma.get(other, ()), 1.0)
            if other in self._numbers:
                add((self._numbers[other],), 1.0)
        if word in self._numbers:
            add((self._numbers[word],), 1.0)
        return found

    # rescoring

    def _rescored(self, entry: int, score: float, terms: Sequence[_Term], weight: float) -> Hit:
        per_sentence = self._sentence_words(entry)
        covered = 0.0
        in_sentence = [0.0] * len(per_sentence)
        for term in terms:
            if entry not in term.gains:
                continue
            best = 0.0
            likeness = term.likeness
            known = likeness.keys()
            for place, present in enumerate(per_sentence):
                if shared := known & present:
                    alike = max([likeness[number] for number in shared])
                    in_sentence[place] += term.idf * alike
                    best = max(best, alike)
            covered += term.idf * best
        # the last place holds the headings: they cover, but are no sentence
        sentence = max(in_sentence[:-1], default=0.0)
        return Hit(entry, score + SENTENCE_WEIGHT * sentence, covered / weight, sentence / weight)

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


def _groups(lines: Iterable[str], *, lemmatise: bool) -> Mapping[str, tuple[str, ...]]:
    """word → the others of its lines."""
    result: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        group = {language.lemma(word) if lemmatise else word for word in line.split()}
        for word in group:
            result[word] |= group - {word}
    return {word: tuple(sorted(others)) for word, others in result.items()}

"""The in-memory index: BM25 in which a query word also counts, for less, where a word like it stands.

All that stands for a query word is one term with one document frequency (kb/terms.py). The best entries are then
rescored by their best sentence. Everything lies in numpy arrays: a hundred thousand entries are ranked in some ten
milliseconds. Pure: built from values, no database. See docs/decisions/0003-lexical-retrieval.md for the measurements.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kb import lemmas as language
from kb.floor import Evidence, confidences
from kb.forward import Entry, Forward, Reader
from kb.fuzzy import Vocabulary
from kb.lexicon import Lexicon
from kb.postings import Postings
from kb.terms import Term, TermCache, asked, meant

SATURATION = 0.9
LENGTH_SHARE = 0.55
SENTENCE_WEIGHT = 0.7
FULL_SCORE = 1 + SATURATION + SENTENCE_WEIGHT
RESCORED = 25

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hit:
    """`entry` is the place in the built sequence, `confidence` (0–1) how likely it answers the question at all."""

    entry: int
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Asked:
    """`hits`, best first, and what else was to be judged, by entry."""

    hits: list[Hit]
    others: dict[int, Hit]


class LexicalIndex:
    """Answers by `rank`; made by an `IndexBuilder` and not changed afterwards."""

    def __init__(self, forward: Forward, lexicon: Lexicon) -> None:
        self.forward = forward
        self.lexicon = lexicon
        self._postings = Postings(forward, len(lexicon))
        mean = (float(forward.lengths.mean()) if len(forward) else 0.0) or 1.0
        self._norms = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * forward.lengths.astype(np.float64) / mean)
        self._frequencies = self._postings.frequencies()
        self._informative = np.array([language.is_informative(word) for word in lexicon.names], dtype=np.bool_)
        usable = (self._informative & (self._frequencies > 0)).tolist()
        self._vocabulary = Vocabulary([word if able else "" for word, able in zip(lexicon.names, usable, strict=True)])
        self._cache = TermCache()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "LexicalIndex":
        builder = IndexBuilder()
        for entry in entries:
            builder.read(entry)
        return builder.done()

    def __len__(self) -> int:
        return len(self.forward)

    def rank(self, query: str, top: int = 10) -> list[Hit]:
        """The `top` entries that answer the query best; none for a query that says nothing."""
        return self.ask(query, top).hits

    def ask(self, query: str, top: int, also: Sequence[int] = ()) -> Asked:
        """As `rank`; `also` are entries to be judged by the same question, found or not."""
        terms = [self._term(word) for word in asked(query, self.lexicon)]
        if not terms:
            return Asked([], {})
        scores = np.zeros(len(self))
        for term in terms:
            scores[term.entries] += term.gains
        best = _greatest(scores, max(top, RESCORED))
        full = scores[best] + SENTENCE_WEIGHT * self._best_sentences(best, terms)
        order = np.lexsort((best, -full))[:top]
        hits = self._judged(best[order], full[order], query, terms)
        others = np.array(sorted(set(also) - {hit.entry for hit in hits}), dtype=np.int64)
        more = scores[others] + SENTENCE_WEIGHT * self._best_sentences(others, terms)
        return Asked(hits, {hit.entry: hit for hit in self._judged(others, more, query, terms)})

    def _judged(self, entries: Longs, scores: Floats, query: str, terms: Sequence[Term]) -> list[Hit]:
        if not len(entries):
            return []
        shares = np.minimum(1.0, scores / (FULL_SCORE * sum(term.idf for term in terms)))
        sure = confidences(shares, query, terms, self._evidence(entries, terms))
        return [
            Hit(entry, score, confident)
            for entry, score, confident in zip(entries.tolist(), scores.tolist(), sure.tolist(), strict=True)
        ]

    def _term(self, word: str) -> Term:
        known = self._cache.get(word)
        if known is not None:
            return known
        meaning = meant(word, self.lexicon, self._vocabulary)
        counts = self._postings.together(meaning.likeness, len(self))
        entries = np.flatnonzero(counts > 0)
        found = counts[entries]
        # what a word weighs follows from all that stands for it, each entry counting by how surely it does
        frequency = float(np.minimum(found, 1.0).sum())
        idf = math.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5))
        gains = idf * (SATURATION + 1) * found / (found + self._norms[entries])
        sure = max(meaning.sure.values(), default=0.0)
        term = Term(word, idf, meaning.likeness, meaning.sure, sure, entries.astype(np.int32), gains.astype(np.float32))
        self._cache.put(term)
        return term

    def _best_sentences(self, entries: Longs, terms: Sequence[Term]) -> Floats:
        """The weight of the query found in one sentence together with the headings above it, at each entry's best."""
        forward = self.forward
        weights = _Weights([term.likeness for term in terms])
        bounds = [(int(forward.first[entry]), int(forward.first[entry + 1])) for entry in entries]
        counts = np.array([last - first for first, last in bounds])
        result = np.zeros(len(entries))
        if not counts.any():
            return result
        spans = [(int(forward.sentences[first]), int(forward.sentences[last])) for first, last in bounds]
        lengths = np.concatenate([np.diff(forward.sentences[first : last + 1]) for first, last in bounds])
        found = weights.greatest(np.concatenate([forward.body[start:end] for start, end in spans]), lengths)
        edges = [(int(forward.headings[entry]), int(forward.headings[entry + 1])) for entry in entries]
        named = weights.greatest(
            np.concatenate([forward.heads[start:end] for start, end in edges]),
            np.array([end - start for start, end in edges]),
        )
        totals = np.array([term.idf for term in terms]) @ np.maximum(found, np.repeat(named, counts, axis=1))
        full = np.flatnonzero(counts)
        result[full] = np.maximum.reduceat(totals, (np.cumsum(counts) - counts)[full])
        return result

    def _evidence(self, entries: Longs, terms: Sequence[Term]) -> Evidence:
        forward = self.forward
        weights = _Weights([term.sure for term in terms])
        texts = [_words_of(forward, int(entry)) for entry in entries]
        found = weights.greatest(np.concatenate(texts), np.array([len(text) for text in texts]))
        return Evidence(found, self._topics(entries, weights), math.log(1 + (len(self) + 0.5) / 0.5))

    def _topics(self, entries: Longs, weights: "_Weights") -> Floats:
        """How much of its own heading each entry shares with the question, its rarer words counting for more."""
        forward = self.forward
        starts, ends = forward.headings[entries] + forward.titles[entries], forward.headings[entries + 1]
        words = np.concatenate([forward.heads[start:end] for start, end in zip(starts, ends, strict=True)])
        owners = np.repeat(np.arange(len(entries)), ends - starts)
        worth = np.log1p(len(self) / self._frequencies[words]) * self._informative[words]
        asked_of = weights.greatest(words, np.ones(len(words), np.int64)).max(axis=0, initial=0.0)
        whole = np.bincount(owners, weights=worth, minlength=len(entries))
        shared = np.bincount(owners, weights=worth * asked_of, minlength=len(entries))
        return np.asarray(np.divide(shared, whole, out=np.zeros(len(entries)), where=whole > 0), dtype=np.float64)


class IndexBuilder:
    """Reads entries in order; with an earlier index of the same collection, what has not changed is taken over."""

    def __init__(self, earlier: LexicalIndex | None = None) -> None:
        self._earlier = earlier
        self._lexicon = earlier.lexicon.copy() if earlier else Lexicon()
        self._reader = Reader(self._lexicon)

    def read(self, entry: Entry) -> None:
        self._reader.read(entry)

    def keep(self, number: int) -> None:
        """Takes over the earlier index's entry of this number."""
        if self._earlier is None:
            raise ValueError("there is no earlier index")
        self._reader.keep(self._earlier.forward, number)

    def done(self) -> LexicalIndex:
        forward, lexicon = self._reader.done(), self._lexicon
        if self._earlier is not None:
            forward, lexicon = _without_unused(forward, lexicon)
        return LexicalIndex(forward, lexicon)


class _Weights:
    """How far each indexed word stands for each of the terms, for looking up many words at once."""

    def __init__(self, weights: Sequence[Mapping[int, float]]) -> None:
        self._words = np.array(sorted({word for one in weights for word in one} | {-1}))
        places = {word: place for place, word in enumerate(self._words.tolist())}
        self._table = np.zeros((len(weights), len(places)))  # the first column is that of all other words
        for row, one in enumerate(weights):
            for word, alike in one.items():
                self._table[row, places[word]] = alike

    def greatest(self, words: NDArray[np.int32], lengths: Longs) -> Floats:
        """`words` are runs of these lengths; for each term (row) and run (column) the greatest weight in the run."""
        result = np.zeros((len(self._table), len(lengths)))
        full = np.flatnonzero(lengths)
        if not len(full):
            return result
        places = np.minimum(np.searchsorted(self._words, words), len(self._words) - 1)
        places[self._words[places] != words] = 0
        result[:, full] = np.maximum.reduceat(self._table[:, places], (np.cumsum(lengths) - lengths)[full], axis=1)
        return result


def _without_unused(forward: Forward, lexicon: Lexicon) -> tuple[Forward, Lexicon]:
    """The same without the words that no entry has any more."""
    used = np.zeros(len(lexicon), dtype=np.bool_)
    used[forward.body] = True
    used[forward.heads] = True
    if used.all():
        return forward, lexicon
    numbers = (np.cumsum(used) - 1).astype(np.int32)
    kept = replace(forward, body=numbers[forward.body], heads=numbers[forward.heads])
    return kept, lexicon.restricted(used.tolist(), numbers.tolist())


def _words_of(forward: Forward, entry: int) -> NDArray[np.int32]:
    """All words of an entry and of its headings."""
    start, end = forward.sentences[forward.first[entry]], forward.sentences[forward.first[entry + 1]]
    return np.concatenate(
        [forward.body[start:end], forward.heads[forward.headings[entry] : forward.headings[entry + 1]]]
    )


def _greatest(scores: Floats, count: int) -> Longs:
    """The places of the `count` greatest scores above zero, of equals the first ones."""
    found = np.flatnonzero(scores > 0)
    if len(found) > count:
        least = np.partition(scores[found], len(found) - count)[len(found) - count]
        found = found[scores[found] >= least]
    return found[np.lexsort((found, -scores[found]))][:count]

"""The in-memory index: BM25 in which a query word also counts, for less, where a word like it stands.

All that stands for a query word is one term with one document frequency (kb/terms.py). The best entries are then
rescored by their best sentence. Everything lies in numpy arrays: a hundred thousand entries are ranked in some ten
milliseconds. Pure: built from values, no database. See docs/decisions/0003-lexical-retrieval.md for the measurements.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb import lemmas as language
from kb.forward import Entry, Forward, Reader
from kb.fuzzy import Vocabulary
from kb.lexicon import Lexicon
from kb.postings import Postings
from kb.terms import Term, TermCache, asked, meant

SATURATION = 1.0
LENGTH_SHARE = 0.5
SENTENCE_WEIGHT = 0.7
FULL_SCORE = 1 + SATURATION + SENTENCE_WEIGHT
RESCORED = 25

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hit:
    """`entry` is the place in the built sequence; `share` (0–1) is the score as a share of the most that a passage
    made of nothing but this question could have."""

    entry: int
    score: float
    share: float


class LexicalIndex:
    """Answers by `rank`; made by an `IndexBuilder` and not changed afterwards."""

    def __init__(self, forward: Forward, lexicon: Lexicon) -> None:
        self.forward = forward
        self.lexicon = lexicon
        self._postings = Postings(forward, len(lexicon))
        mean = (float(forward.lengths.mean()) if len(forward) else 0.0) or 1.0
        self._norms = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * forward.lengths.astype(np.float64) / mean)
        alive = self._postings.frequencies() > 0
        self._vocabulary = Vocabulary(
            [
                word if there and language.is_informative(word) else ""
                for word, there in zip(lexicon.names, alive.tolist(), strict=True)
            ]
        )
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
        terms = [self._term(word) for word in asked(query, self.lexicon)]
        scores = np.zeros(len(self))
        for term in terms:
            scores[term.entries] += term.gains
        best = _greatest(scores, max(top, RESCORED))
        if not len(best):
            return []
        full = scores[best] + SENTENCE_WEIGHT * self._best_sentences(best, terms)
        most = FULL_SCORE * sum(term.idf for term in terms)
        order = np.lexsort((best, -full))[:top]
        return [Hit(int(best[at]), float(full[at]), min(1.0, float(full[at]) / most)) for at in order]

    def _term(self, word: str) -> Term:
        known = self._cache.get(word)
        if known is not None:
            return known
        likeness = meant(word, self.lexicon, self._vocabulary)
        counts = self._postings.together(likeness, len(self))
        entries = np.flatnonzero(counts > 0)
        found = counts[entries]
        # what a word weighs follows from all that stands for it, each entry counting by how surely it does
        frequency = float(np.minimum(found, 1.0).sum())
        idf = math.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5))
        gains = idf * (SATURATION + 1) * found / (found + self._norms[entries])
        term = Term(word, idf, likeness, entries.astype(np.int32), gains.astype(np.float32))
        self._cache.put(term)
        return term

    def _best_sentences(self, entries: Longs, terms: Sequence[Term]) -> Floats:
        """The weight of the query found in one sentence together with the headings above it, at each entry's best."""
        forward = self.forward
        weights = _Weights(terms)
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
        return LexicalIndex(self._reader.done(), self._lexicon)


class _Weights:
    """How surely each indexed word stands for each of the terms, for looking up many words at once."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._words = np.array(sorted({word for term in terms for word in term.likeness} | {-1}))
        places = {word: place for place, word in enumerate(self._words.tolist())}
        self._table = np.zeros((len(terms), len(places)))  # the first column is that of all other words
        for row, term in enumerate(terms):
            for word, alike in term.likeness.items():
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


def _greatest(scores: Floats, count: int) -> Longs:
    """The places of the `count` greatest scores above zero, of equals the first ones."""
    found = np.flatnonzero(scores > 0)
    if len(found) > count:
        least = np.partition(scores[found], len(found) - count)[len(found) - count]
        found = found[scores[found] >= least]
    return found[np.lexsort((found, -scores[found]))][:count]

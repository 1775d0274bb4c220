"""Finds the known words that look like a given one: typos, other endings, other parts of speech.

Words are compared by the Dice coefficient of their letter pairs and triples, with marks for both ends. The known words
lie in numpy arrays, so that hundreds of thousands of them are searched in about a millisecond.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEAST_ALIKE = 0.35
LEAST_TRIPLES = 0.33
MOST_WORDS = 30
MOST_COMPARED = 400

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


class Vocabulary:
    """Known words by number (their place in `words`), searchable by likeness. An empty word is never found."""

    def __init__(self, words: Sequence[str]) -> None:
        self._numbers = np.array([number for number, word in enumerate(words) if _comparable(word)], dtype=np.int32)
        letters, owners = _marked([words[number] for number in self._numbers])
        alphabet = np.flatnonzero(np.bincount(letters))
        places = np.zeros(int(alphabet[-1]) + 1 if len(alphabet) else 0, dtype=np.int64)
        places[alphabet] = np.arange(len(alphabet))
        symbols = places[letters]
        self._alphabet = {int(letter): place for place, letter in enumerate(alphabet)}
        self._base = len(alphabet) + 1  # one more for letters that no known word has
        count = len(self._numbers)
        triples, holders = _distinct(_grams(symbols, owners, 3, self._base), _owners(owners, 3), count)
        starts = np.flatnonzero(first_of_each(triples))
        self._triples = triples[starts]
        self._triple_starts: Longs = np.append(starts, len(triples)).astype(np.int64)
        self._holders = holders  # as wide as bincount wants them, or it would copy
        spelt, pairs = _distinct(_owners(owners, 2), _grams(symbols, owners, 2, self._base), self._base**2)
        self._pairs = pairs.astype(np.int32)
        self._pair_starts: Longs = np.searchsorted(spelt, np.arange(count + 1)).astype(np.int64)
        self._sizes: Ints = np.diff(self._pair_starts).astype(np.int32)

    def near(self, word: str) -> list[tuple[int, float]]:
        """(number, likeness from `LEAST_ALIKE` to 1), the likest first, the word itself included when known."""
        if not _comparable(word) or not len(self._numbers):
            return []
        letters = [self._alphabet.get(ord(letter), self._base - 1) for letter in f"^{word}$"]
        symbols = np.array(letters, dtype=np.int64)
        one = np.zeros(len(symbols), dtype=np.int64)
        pairs = np.unique(_grams(symbols, one, 2, self._base))
        triples = np.unique(_grams(symbols, one, 3, self._base))
        # with fewer in common a word is hardly ever alike enough, and most of the time goes into those
        least = max(1, round(len(triples) * LEAST_TRIPLES))
        found, shared = self._sharing(triples, least)
        if not len(found):
            return []
        sizes = self._sizes[found]
        # a word has as many distinct triples as pairs less one, but for rare repetitions
        totals = len(pairs) + len(triples) + 2 * sizes - 1
        hopeful = 2 * (np.minimum(sizes, len(pairs)) + shared) >= LEAST_ALIKE * totals
        if not hopeful.any():
            return []
        if np.count_nonzero(hopeful) > MOST_COMPARED:
            promise = np.where(hopeful, shared / (len(triples) + sizes), 0.0)
            hopeful = promise >= np.partition(promise, -MOST_COMPARED)[-MOST_COMPARED]
        found, shared, totals = found[hopeful], shared[hopeful], totals[hopeful]
        alike = np.minimum(1.0, 2 * (self._pairs_in_common(found, pairs) + shared) / totals)
        kept = np.flatnonzero(alike >= LEAST_ALIKE)
        best = kept[np.lexsort((found[kept], -alike[kept]))[:MOST_WORDS]]
        return list(zip(self._numbers[found[best]].tolist(), alike[best].tolist(), strict=True))

    def _sharing(self, triples: Longs, least: int) -> tuple[Longs, Longs]:
        """The words that have at least `least` of the triples, and how many they have."""
        places = np.minimum(np.searchsorted(self._triples, triples), len(self._triples) - 1)
        places = places[self._triples[places] == triples]
        lists = [self._holders[self._triple_starts[at] : self._triple_starts[at + 1]] for at in places]
        if len(lists) < max(1, least):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        counts = np.bincount(np.concatenate(lists), minlength=1)
        found = np.flatnonzero(counts >= least)
        return found, counts[found]

    def _pairs_in_common(self, found: Longs, pairs: Longs) -> Longs:
        sizes = self._sizes[found].astype(np.int64)
        wanted = np.zeros(self._base**2, dtype=np.int8)
        wanted[pairs] = 1
        ends = np.cumsum(sizes)
        places = np.arange(ends[-1]) + np.repeat(self._pair_starts[found] - ends + sizes, sizes)
        return np.add.reduceat(wanted[self._pairs[places]], ends - sizes, dtype=np.int64)


def first_of_each(ordered: Longs) -> NDArray[np.bool_]:
    """Where in an ordered row a value stands for the first time."""
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def _comparable(word: str) -> bool:
    """A number or a two-letter word is either the same or another one, never alike."""
    return len(word) > 2 and not word.isdigit()


def _marked(words: Sequence[str]) -> tuple[Longs, Longs]:
    """The letters of all words in one row, each word between its marks, and whose letter each is."""
    letters = np.frombuffer("".join([f"^{word}$" for word in words]).encode("utf-32-le"), dtype=np.uint32)
    lengths = np.array([len(word) + 2 for word in words], dtype=np.int64)
    return letters.astype(np.int64), np.repeat(np.arange(len(words), dtype=np.int64), lengths)


def _grams(symbols: Longs, owners: Longs, size: int, base: int) -> Longs:
    """The codes of all letter sequences of this size that lie within one word."""
    last = len(symbols) - size + 1
    if last <= 0:
        return np.zeros(0, np.int64)
    codes: Longs = np.zeros(last, dtype=np.int64)
    for offset in range(size):
        codes = codes * base + symbols[offset : offset + last]
    within: Longs = codes[owners[:last] == owners[size - 1 :]]
    return within


def _owners(owners: Longs, size: int) -> Longs:
    """Whose each of `_grams` is."""
    last = max(0, len(owners) - size + 1)
    within: Longs = owners[:last][owners[:last] == owners[size - 1 :][:last]]
    return within


def _distinct(first: Longs, second: Longs, base: int) -> tuple[Longs, Longs]:
    """The different pairs of values, in order; `second` is below `base`."""
    keys = np.sort(first * max(1, base) + second)  # np.unique is slower and keeps the event loop waiting
    keys = keys[first_of_each(keys)]
    return keys // max(1, base), keys % max(1, base)

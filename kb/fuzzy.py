"""Finds the known words that look like a given one: typos, other endings, other parts of speech.

Words are compared by the Dice coefficient of their letter pairs and triples, with marks for both ends.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

LEAST_ALIKE = 0.35
LEAST_TRIPLES = 0.33
MOST_WORDS = 30


class Vocabulary:
    """Known words by number (their place in `words`), searchable by likeness."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._by_triple: dict[str, list[int]] = {}
        self._pairs: dict[int, frozenset[str]] = {}
        for number, word in enumerate(words):
            if _comparable(word):
                for triple in _grams(word, 3):
                    self._by_triple.setdefault(triple, []).append(number)

    def near(self, word: str) -> list[tuple[int, float]]:
        """(number, likeness from `LEAST_ALIKE` to 1), the likest first, the word itself included when known."""
        if not _comparable(word):
            return []
        pairs, triples = _grams(word, 2), _grams(word, 3)
        shared = Counter(chain.from_iterable(self._by_triple.get(triple, ()) for triple in triples))
        # with fewer in common a word is hardly ever alike enough, and most of the time goes into those
        least = max(1, round(len(triples) * LEAST_TRIPLES))
        found: list[tuple[int, float]] = []
        for number in [number for number, count in shared.items() if count >= least]:
            others = self._pairs_of(number)
            # a word has as many distinct triples as pairs less one, but for rare repetitions
            total = len(pairs) + len(triples) + 2 * len(others) - 1
            likeness = 2 * (len(pairs & others) + shared[number]) / total
            if likeness >= LEAST_ALIKE:
                found.append((number, min(1.0, likeness)))
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return found[:MOST_WORDS]

    def _pairs_of(self, number: int) -> frozenset[str]:
        known = self._pairs.get(number)
        if known is None:
            known = self._pairs[number] = _grams(self._words[number], 2)
        return known


def _comparable(word: str) -> bool:
    """A number or a two-letter word is either the same or another one, never alike."""
    return len(word) > 2 and not word.isdigit()


def _grams(word: str, size: int) -> frozenset[str]:
    marked = f"^{word}$"
    return frozenset([marked[start : start + size] for start in range(len(marked) - size + 1)])

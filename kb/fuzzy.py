"""Finds the known words that look like a given one: typos, other endings, other parts of speech.

Words are compared by the Dice coefficient of their letter pairs and triples, with marks for both ends.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

LEAST_ALIKE = 0.35
MOST_WORDS = 30


class Vocabulary:
    """Known words by number (their place in `words`), searchable by likeness."""

    def __init__(self, words: Sequence[str]) -> None:
        self._sizes = [0] * len(words)
        self._by_gram: dict[str, list[int]] = {}
        for number, word in enumerate(words):
            if not _comparable(word):
                continue
            pairs, triples = _grams(word)
            self._sizes[number] = len(pairs) + len(triples)
            for gram in chain(pairs, triples):
                self._by_gram.setdefault(gram, []).append(number)

    def near(self, word: str) -> list[tuple[int, float]]:
        """(number, likeness from `LEAST_ALIKE` to 1), the likest first, the word itself included when known."""
        if not _comparable(word):
            return []
        pairs, triples = _grams(word)
        own = len(pairs) + len(triples)
        # a word without one triple in common is not alike, and few have one: pairs are only looked up for those
        shared = Counter(chain.from_iterable(self._by_gram.get(gram, ()) for gram in triples))
        also = Counter(chain.from_iterable(self._by_gram.get(gram, ()) for gram in pairs))
        sizes = self._sizes
        found = [(number, 2 * (count + also[number]) / (own + sizes[number])) for number, count in shared.items()]
        found = [pair for pair in found if pair[1] >= LEAST_ALIKE]
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return found[:MOST_WORDS]


def _comparable(word: str) -> bool:
    """A number or a two-letter word is either the same or another one, never alike."""
    return len(word) > 2 and not word.isdigit()


def _grams(word: str) -> tuple[frozenset[str], frozenset[str]]:
    marked = f"^{word}$"
    return (
        frozenset([marked[start : start + 2] for start in range(len(marked) - 1)]),
        frozenset([marked[start : start + 3] for start in range(len(marked) - 2)]),
    )

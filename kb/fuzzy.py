"""Finds the known words that look like a given one: typos, other endings, other parts of speech.

Words are compared by the Dice coefficient of their letter pairs and triples, with marks for both ends.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

LEAST_ALIKE = 0.35
MOST_WORDS = 30
_CANDIDATES = 400


class Vocabulary:
    """Known words by number (their place in `words`), searchable by likeness."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._by_triple: dict[str, list[int]] = {}
        for number, word in enumerate(words):
            if len(word) < 3 or word.isdigit():
                continue  # a number or a two-letter word is either the same or another one
            for triple in _grams(word, 3):
                self._by_triple.setdefault(triple, []).append(number)

    def near(self, word: str) -> list[tuple[int, float]]:
        """(number, likeness from `LEAST_ALIKE` to 1), the likest first, the word itself included when known."""
        if len(word) < 3 or word.isdigit():
            return []
        triples = _grams(word, 3)
        shared = Counter(chain.from_iterable(self._by_triple.get(triple, ()) for triple in triples))
        grams = triples | _grams(word, 2)
        found: list[tuple[int, float]] = []
        for number, _ in shared.most_common(_CANDIDATES):
            other = self._words[number]
            other_grams = _grams(other, 3) | _grams(other, 2)
            likeness = 2 * len(grams & other_grams) / (len(grams) + len(other_grams))
            if likeness >= LEAST_ALIKE:
                found.append((number, likeness))
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return found[:MOST_WORDS]


def _grams(word: str, size: int) -> set[str]:
    marked = f"^{word}$"
    return {marked[start : start + size] for start in range(len(marked) - size + 1)}

"""All words of a collection, each with a number, and the lemma they are forms of."""

from collections.abc import Sequence

from kb import lemmas as language


class Lexicon:
    """Grows while a collection is read, and is not changed once an index answers from it."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._by_lemma: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, word: str) -> bool:
        return word in self._numbers

    def copy(self) -> "Lexicon":
        """One that may grow while this one is being read."""
        other = Lexicon()
        other.names = self.names.copy()
        other._numbers = self._numbers.copy()
        other._by_lemma = self._by_lemma.copy()
        return other

    def restricted(self, kept: Sequence[bool], numbers: Sequence[int]) -> "Lexicon":
        """Only the kept words, each with its new number."""
        other = Lexicon()
        other.names = [name for name, stays in zip(self.names, kept, strict=True) if stays]
        other._numbers = {name: number for number, name in enumerate(other.names)}
        for lemma, forms in self._by_lemma.items():
            left = tuple(numbers[form] for form in forms if kept[form])
            if left:
                other._by_lemma[lemma] = left
        return other

    def add(self, words: Sequence[str], lemmas: Sequence[str]) -> list[int]:
        """The numbers of the words, one for one, then those of the abbreviations that they spell out."""
        numbers = self._numbers
        found = [
            known if (known := numbers.get(word)) is not None else self._new(word, lemma)
            for word, lemma in zip(words, lemmas, strict=True)
        ]
        for _, _, short in language.abbreviations(lemmas):
            known = numbers.get(short)
            found.append(self._new(short, short) if known is None else known)
        return found

    def number(self, word: str) -> int | None:
        return self._numbers.get(word)

    def forms(self, lemma: str) -> tuple[int, ...]:
        """The numbers of the known words with this lemma."""
        return self._by_lemma.get(lemma, ())

    def _new(self, word: str, lemma: str) -> int:
        number = self._numbers[word] = len(self.names)
        self.names.append(word)
        self._by_lemma[lemma] = (*self._by_lemma.get(lemma, ()), number)
        return number

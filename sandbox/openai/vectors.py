"""Vectors of texts without a neural network: lemmas, their synonyms and the letters they are made of, hashed.

Texts that say the same in other words lie near one another because their lemmas or what they mean coincide; words of
one root and misspelt ones because most of their letters do. The same text has the same vector everywhere.
"""

import functools
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sandbox.llm.words import lemmas, meaning, says_little

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Vector = NDArray[numpy.float32]

_PLACES = 32
"""Coordinates that one feature touches."""
_MEANING, _LEMMA, _ROOT, _LETTERS, _PAIR, _ANY = 1.0, 0.6, 0.5, 0.7, 0.3, 0.4
"""Weights of a word's meaning, the word, its beginning, all its letters, two words in a row, and being a text."""
_ECHO = 0.25
"""What is left of the weight of a word that says little."""


def vector(text: str, width: int, dimensions: int) -> "Vector":
    """A vector of length 1: `width` numbers, the model's own, cut to the first `dimensions`."""
    import numpy

    features = list(_features(text))
    weights = numpy.array([weight for _, weight in features], dtype=numpy.float32)
    digests = numpy.frombuffer(b"".join(_digest(name) for name, _ in features), dtype=numpy.uint16)
    places = digests.reshape(len(features), _PLACES)
    signed = numpy.where(places & 1, 1.0, -1.0) * weights[:, None]
    whole = numpy.bincount((places >> 1).ravel() % width, signed.ravel(), minlength=width)[:dimensions]
    length = float(numpy.linalg.norm(whole)) or 1.0
    return (whole / length).astype(numpy.float32)


def _features(text: str) -> Iterator[tuple[str, float]]:
    """Names with weights. Words count less the more often they come, as in any language."""
    yield "any", _ANY
    found = lemmas(text)
    counted: dict[str, int] = {}
    for word in found:
        counted[word] = counted.get(word, 0) + 1
    for word, times in counted.items():
        weight = (_ECHO if says_little(word) else 1.0) * times**0.5
        yield f"m:{meaning(word)}", _MEANING * weight
        yield f"l:{word}", _LEMMA * weight
        yield f"r:{word[:5]}", _ROOT * weight
        grams = [f"^{word}$"[at : at + 3] for at in range(len(word))]
        for gram in grams:
            yield f"g:{gram}", _LETTERS * weight / len(grams) ** 0.5
    said = [meaning(word) for word in found if not says_little(word)]
    for first, second in itertools.pairwise(said):
        yield f"p:{first} {second}", _PAIR


@functools.lru_cache(maxsize=100_000)
def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=2 * _PLACES).digest()


def vectors(texts: Sequence[str], width: int, dimensions: int) -> "list[Vector]":
    return [vector(text, width, dimensions) for text in texts]

"""Vectors of texts without a neural network: lemmas, their synonyms and the letters they are made of, hashed.

Texts that say the same in other words lie near one another because their lemmas or the meanings in `synonyms.py`
coincide; misspelt words because most of their letters do. The same text has the same vector everywhere.
"""

import functools
import hashlib
import itertools
import re
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.openai.synonyms import EMPTY, MEANINGS

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Vector = NDArray[numpy.float32]

_WORD = re.compile(r"[^\W_]+")
_PLACES = 32
"""Coordinates that one feature touches."""
_MEANING, _LEMMA, _LETTERS, _PAIR, _ANY = 1.0, 0.7, 0.5, 0.35, 0.45
"""Weights of a word's meaning, of the word, of all its letters, of two words in a row, and of being a text at all."""
_ECHO = 0.25
"""What is left of the weight of a word that says little."""
_lock = threading.Lock()


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
    found = [lemma(word) for word in _WORD.findall(text.lower().replace("ё", "е"))]
    counted: dict[str, int] = {}
    for word in found:
        counted[word] = counted.get(word, 0) + 1
    for word, times in counted.items():
        weight = (_ECHO if word in EMPTY else 1.0) * times**0.5
        meaning = MEANINGS.get(word)
        yield f"m:{meaning or word}", _MEANING * weight
        yield f"l:{word}", _LEMMA * weight
        grams = [f"^{word}$"[at : at + 3] for at in range(len(word))]
        for gram in grams:
            yield f"g:{gram}", _LETTERS * weight / len(grams) ** 0.5
    said = [MEANINGS.get(word, word) for word in found if word not in EMPTY]
    for first, second in itertools.pairwise(said):
        yield f"p:{first} {second}", _PAIR


@functools.lru_cache(maxsize=100_000)
def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=2 * _PLACES).digest()


@functools.lru_cache(maxsize=100_000)
def lemma(word: str) -> str:
    """The dictionary form of a lower-case Russian word; other words stay as they are."""
    if not "а" <= word[0] <= "я":
        return word
    with _lock:
        return str(_analyzer().parse(word)[0].normal_form).replace("ё", "е")


@functools.cache
def _analyzer() -> Any:
    import pymorphy3  # 16 MB of dictionaries: only when somebody asks for vectors

    return pymorphy3.MorphAnalyzer()


def vectors(texts: Sequence[str], width: int, dimensions: int) -> "list[Vector]":
    return [vector(text, width, dimensions) for text in texts]

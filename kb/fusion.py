"""Two rankings become one: by words and by meaning, joined by weighted reciprocal rank. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.index import Hit

RANK_OFFSET = 20
DENSE_WEIGHT = 0.8
"""A place counts weight / (RANK_OFFSET + place); by words alone is the surer of the two on names and numbers."""

UNRELATED = 0.2
RELATED = 0.55
"""Cosines, as text-embedding-3-small gives them for a question and a passage: about what is below the first has
nothing to do with it, and what is above the second most likely answers it."""
MOST_SWAY = 3.0
"""How far, in logits, the vectors may move the confidence that the words give."""
LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Found:
    entry: int
    score: float
    confidence: float


def fused(lexical: Sequence[Hit], dense: Sequence[tuple[int, float]], others: Mapping[int, Hit]) -> list[Found]:
    """`dense`: (entry, cosine), best first; `others`: what the words say of entries that only the vectors found.
    An entry without a vector keeps the place and the confidence that its words give it."""
    cosines = dict(dense)
    places = {hit.entry: place for place, hit in enumerate(lexical, start=1)}
    near = {entry: place for place, (entry, _) in enumerate(dense, start=1)}
    judged = {**others, **{hit.entry: hit for hit in lexical}}
    result: list[Found] = []
    for entry in {**places, **near}:
        score = 0.0
        if entry in places:
            score += 1 / (RANK_OFFSET + places[entry])
        if entry in near:
            score += DENSE_WEIGHT / (RANK_OFFSET + near[entry])
        said = judged[entry].confidence if entry in judged else LEAST
        result.append(Found(entry, score, together(said, cosines.get(entry))))
    return sorted(result, key=lambda one: (-one.score, one.entry))


def together(by_words: float, cosine: float | None) -> float:
    """The confidence of both signs."""
    if cosine is None:
        return by_words
    middle = (UNRELATED + RELATED) / 2
    sway = max(-1.0, min(1.0, (cosine - middle) / (RELATED - middle))) * MOST_SWAY
    bounded = min(max(by_words, LEAST), 1 - LEAST)
    return 1 / (1 + math.exp(-(math.log(bounded / (1 - bounded)) + sway)))

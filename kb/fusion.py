"""Two rankings become one: by words and by meaning, joined by weighted reciprocal rank. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.index import Hit

RANK_OFFSET = 20
DENSE_WEIGHT = 0.5
"""A place counts weight / (RANK_OFFSET + place); words are the surer of the two on names, numbers and products."""

UNRELATED = 0.13
RELATED = 0.43
"""Cosines of a question and a passage: below the first they have nothing in common, above the second one most likely
answers the other."""
RAISED = 3.0
LOWERED = 1.5
"""How far, in logits, nearness and its absence may move the confidence that the words give. Nearness is the stronger
sign: where the very words of a question stand, a low cosine says little."""
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
    nearness = max(-1.0, min(1.0, (cosine - middle) / (RELATED - middle)))
    sway = nearness * (RAISED if nearness > 0 else LOWERED)
    bounded = min(max(by_words, LEAST), 1 - LEAST)
    return 1 / (1 + math.exp(-(math.log(bounded / (1 - bounded)) + sway)))

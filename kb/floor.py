"""How likely a found passage answers the question at all: a logistic of what of the question is there, and what is not.

The score alone is a weak sign (docs/decisions/0009-hybrid-and-floor.md). A question that the collection cannot answer
shows by words, nouns above all, that stand nowhere in it; one that it can answer matches several words, and those
that the passage's own heading consists of.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb import lemmas as language
from kb.terms import Term

ANSWER = 0.45
CLARIFY = 0.38
"""Confidence from which a passage answers, and from which it is worth one clarifying question. Below, nothing has
been found."""

NUMBER_WEIGHT = 0.4
NAME_WEIGHT = 0.7
"""A client's own number, or the name of a town, says less about the subject than another word as rare."""
MATCHED = 0.6

_WEIGHTS = np.array([15.16, -1.05, -1.86, 2.31, 1.06, -2.47, 1.24])
_BIAS = -8.27


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`found` has a row for each word of the question and a column for each passage: how surely the word is there.
    `topics` (0–1): how much of the passage's own heading the question has. `rarest`: the weight of an unknown word."""

    found: Floats
    topics: Floats
    rarest: float


def confidences(shares: Floats, question: str, terms: Sequence[Term], evidence: Evidence) -> Floats:
    """0–1 for each passage; `shares` are their scores as shares of the greatest that the question could have."""
    marks = signs(shares, question, terms, evidence)
    return np.asarray(1 / (1 + np.exp(-(_BIAS + marks @ _WEIGHTS))), dtype=np.float64)


def signs(shares: Floats, question: str, terms: Sequence[Term], evidence: Evidence) -> Floats:
    """A row for each passage; see the names in the text for what the columns are."""
    kinds = [language.grammar(term.word) for term in terms]
    weights = np.array([term.idf * _worth(term.word, kind) for term, kind in zip(terms, kinds, strict=True)])
    unknown = weights * (1 - np.array([term.known for term in terms])) / weights.sum()
    nouns = np.array([kind.noun for kind in kinds])
    matched = np.log1p((evidence.found >= MATCHED).sum(axis=0))
    strongest = (weights[:, None] * evidence.found).max(axis=0) / evidence.rarest
    same = np.ones(len(shares))
    return np.stack(
        [
            shares,
            same * unknown.sum(),
            same * unknown[nouns].sum(),
            evidence.topics,
            matched,
            strongest,
            same * math.log(max(1, len(question))),
        ],
        axis=1,
    )


def _worth(word: str, kind: language.Grammar) -> float:
    if word.isdigit():
        return NUMBER_WEIGHT
    return NAME_WEIGHT if kind.name else 1.0

"""How likely a passage answers the question, from 0 to 1: a logistic of what the ranking saw, fitted on questions."""

import math

from kb.index import Hit, Ranking

ANSWER = 0.5
CLARIFY = 0.25


def confidence(ranking: Ranking, hit: Hit) -> float:
    return 1 / (1 + math.exp(-(6 * (hit.coverage + hit.sentence) / 2 - 3)))

"""How well a collection is searched: recall, mean reciprocal rank and time, over questions whose source is known."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from infra.errors import ConfigError
from kb.search import Searcher

DEPTH = 10
_PASSAGES = 30


@dataclass(frozen=True, slots=True)
class Question:
    question: str
    source: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares are 0–1 over `questions`; a source counts once, at its best passage. `ms` is the mean per query."""

    questions: int
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float
    ms_per_query: float

    def as_json(self) -> dict[str, Any]:
        """The numbers under the names the command prints."""
        named = {"recall_at_1": "recall@1", "recall_at_5": "recall@5", "mrr_at_10": "MRR@10"}
        return {named.get(name, name): value for name, value in asdict(self).items()}


def load_questions(path: Path) -> list[Question]:
    """Lines of {"question", "source"}; ConfigError names the first line that is not one."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    questions: list[Question] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
            question, source = record["question"], record["source"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise ConfigError(f"{path}, line {number}: not a {{question, source}} record") from error
        if not isinstance(question, str) or not isinstance(source, str):
            raise ConfigError(f"{path}, line {number}: question and source must be strings")
        questions.append(Question(question, source))
    if not questions:
        raise ConfigError(f"{path}: no questions")
    return questions


async def evaluate(searcher: Searcher, questions: Sequence[Question]) -> Evaluation:
    """Asks every question; the index is loaded before the clock starts."""
    await searcher.refresh()
    ranks: list[int | None] = []
    spent = 0.0
    for question in questions:
        started = time.perf_counter()
        passages = await searcher.search(question.question, _PASSAGES)
        spent += time.perf_counter() - started
        ranks.append(rank_of(question.source, [passage.source for passage in passages]))
    return summarise(ranks, spent * 1000)


def rank_of(source: str, found: Sequence[str]) -> int | None:
    """The place of `source`, from 1, among the different sources found; None when it is not there."""
    different = list(dict.fromkeys(found))
    return different.index(source) + 1 if source in different else None


def summarise(ranks: Sequence[int | None], total_ms: float) -> Evaluation:
    """Recall and reciprocal rank of found places; a place beyond `DEPTH` counts as not found."""
    count = len(ranks)
    places = [rank for rank in ranks if rank is not None and rank <= DEPTH]
    return Evaluation(
        questions=count,
        recall_at_1=round(sum(rank == 1 for rank in places) / count, 4),
        recall_at_5=round(sum(rank <= 5 for rank in places) / count, 4),
        mrr_at_10=round(sum(1 / rank for rank in places) / count, 4),
        ms_per_query=round(total_ms / count, 3),
    )

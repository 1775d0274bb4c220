"""How well a collection is searched: recall, mean reciprocal rank, time, and what is answered and refused."""

import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from infra.errors import ConfigError
from kb.search import Searcher, relevant

DEPTH = 10
_PASSAGES = 30
_SHOWN = 5
_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


@dataclass(frozen=True, slots=True)
class Question:
    question: str
    source: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares are 0–1 over `questions`; a source counts once, at its best passage. `answered` have a passage above the
    floor, `refused` is the share of the foreign questions that have none. `ms` is the mean and the 95th percentile."""

    questions: int
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float
    ms_per_query: float
    ms_p95: float
    answered: float
    refused: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The numbers under the names the command prints."""
        named = {"recall_at_1": "recall@1", "recall_at_5": "recall@5", "mrr_at_10": "MRR@10"}
        return {named.get(name, name): value for name, value in asdict(self).items() if value is not None}


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


def load_foreign(path: Path) -> list[str]:
    """One question a line; ConfigError when the file cannot be read."""
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def with_typos(questions: Sequence[Question], count: int, seed: int) -> list[Question]:
    """The same questions with `count` slips in each: a letter mistaken, lost, doubled or swapped with the next."""
    chance = random.Random(seed)  # noqa: S311  # a measurement wants the same slips each time
    result: list[Question] = []
    for question in questions:
        text = question.question
        for _ in range(count):
            text = _slip(text, chance)
        result.append(Question(text, question.source))
    return result


def _slip(text: str, chance: random.Random) -> str:
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    if not places:
        return text
    at = chance.choice(places)
    letter, after = text[at], text[at + 1 :]
    slipped = (chance.choice(_LETTERS) + after, after, letter * 2 + after, after[:1] + letter + after[1:])
    return text[:at] + chance.choice(slipped)


async def evaluate(
    searcher: Searcher, questions: Sequence[Question], foreign: Sequence[str] = (), *, dense: bool = False
) -> Evaluation:
    """Asks every question; the index is loaded before the clock starts. `dense`: by meaning too, where it can be."""
    await searcher.refresh()
    ranks: list[int | None] = []
    times: list[float] = []
    answered = 0
    for question in questions:
        started = time.perf_counter()
        text = question.question
        passages = await searcher.search(text, _PASSAGES, dense_query=text if dense else None)
        times.append((time.perf_counter() - started) * 1000)
        ranks.append(rank_of(question.source, [passage.source for passage in passages]))
        answered += bool(relevant(passages[:_SHOWN]))
    refused = 0
    for text in foreign:
        refused += not relevant(await searcher.search(text, _SHOWN, dense_query=text if dense else None))
    return summarise(ranks, times, answered, refused / len(foreign) if foreign else None)


def rank_of(source: str, found: Sequence[str]) -> int | None:
    """The place of `source`, from 1, among the different sources found; None when it is not there."""
    different = list(dict.fromkeys(found))
    return different.index(source) + 1 if source in different else None


def summarise(
    ranks: Sequence[int | None], times: Sequence[float], answered: int, refused: float | None = None
) -> Evaluation:
    """Recall and reciprocal rank of found places, times in milliseconds; a place beyond `DEPTH` is not found."""
    count = len(ranks)
    places = [rank for rank in ranks if rank is not None and rank <= DEPTH]
    return Evaluation(
        questions=count,
        recall_at_1=round(sum(rank == 1 for rank in places) / count, 4),
        recall_at_5=round(sum(rank <= 5 for rank in places) / count, 4),
        mrr_at_10=round(sum(1 / rank for rank in places) / count, 4),
        ms_per_query=round(sum(times) / count, 3),
        ms_p95=round(sorted(times)[int(count * 0.95)], 3),
        answered=round(answered / count, 4),
        refused=None if refused is None else round(refused, 4),
    )

"""Answers to questions that anybody might ask, kept for a day: an equal question is answered without a model.

An answer belongs to an epoch: the versions of all it stands on. Another epoch never sees it. An equal question is found
by its wording; a paraphrase by its vector, and only when word by word it asks the same (bot/assistant/same.py). Lives
in Redis as a short log that each process reads on from where it was; nothing personal is let in.
"""

import asyncio
import hashlib
import re
import struct
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
import structlog
from prometheus_client import Counter

from bot.assistant.same import LONGEST, exact_key, same_question
from infra.cache import Cache

log = structlog.get_logger(__name__)

SIMILAR = 0.75
"""Cosine from which a paraphrase is looked at. It alone decides nothing and could not: «для 3 каналов» and «для 4
каналов» are nearer to each other than most paraphrases are."""
LOOKED_AT = 10
"""The most similar questions that are compared word by word."""
MOST = 500
"""Answers of an epoch and a language."""
SECONDS = 24 * 3600
COPIES = 4
"""Epochs and languages of which a process keeps a copy."""
AT_ONCE = 50
"""Entries read before others get their turn."""
LONGEST_ANSWER = 4_000
LONGEST_ENTRY = 32_000
"""Bytes of an entry, its sources included."""
MOST_NUMBERS = 4_096
"""Numbers of a vector."""
VERSION = 1

_HEAD = struct.Struct(">BI")
_PERSONAL = re.compile(
    r"@"
    r"|\d{9,}"
    r"|(?<!\d)(?:\+\s?\d{1,3}|[78])[\s\-(.]*\d{3}[\s\-).]*\d{3}[\s\-.]*\d{2}[\s\-.]*\d{2}(?!\d)"
    r"|(?<!\d)9\d{2}[\s\-.]+\d{3}[\s\-.]*\d{2}[\s\-.]*\d{2}(?!\d)"
    r"|\+\d[\d\s()\-]{7,}"
)
"""Phones, addresses of mail, long numbers of documents and accounts; a price is none of these."""

lookups = Counter("answer_cache_lookups_total", "Questions looked up among the answers kept", ["found"])

Vector = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """`sources`: what is shown of each passage, title first; `chunks`: their ids; `buttons`: codes of buttons."""

    text: str
    sources: Sequence[Sequence[str]] = ()
    chunks: Sequence[int] = ()
    buttons: Sequence[str] = ()


@dataclass(slots=True)
class _Copy:
    """This process's copy of one log, newest last; a ring of `MOST` places, a row of `matrix` for each."""

    last: bytes = b""
    count: int = 0
    questions: list[str] = field(default_factory=list)
    answers: list[CachedAnswer] = field(default_factory=list)
    exact: dict[str, int] = field(default_factory=dict)
    matrix: Vector | None = None

    def add(self, question: str, answer: CachedAnswer, vector: Vector | None) -> None:
        place = self.count % MOST
        if place == len(self.questions):
            self.questions.append(question)
            self.answers.append(answer)
        else:
            if self.exact.get(exact_key(self.questions[place])) == place:
                del self.exact[exact_key(self.questions[place])]
            self.questions[place], self.answers[place] = question, answer
        self.exact[exact_key(question)] = place
        if self.matrix is None and vector is not None:
            self.matrix = np.zeros((MOST, len(vector)), dtype=np.float32)
        if self.matrix is not None:
            fits = vector is not None and len(vector) == self.matrix.shape[1]
            self.matrix[place] = vector if fits else 0
        self.count += 1

    def find(self, question: str, vector: Vector | None) -> tuple[str, CachedAnswer | None]:
        """How it was found, and the answer."""
        place = self.exact.get(exact_key(question))
        if place is not None:
            return "exact", self.answers[place]
        if vector is None or self.matrix is None or len(vector) != self.matrix.shape[1]:
            return "none", None
        # not `@`: BLAS would wake a thread for each core and wait for them, 8 ms on a busy machine against 0.2
        likeness = np.einsum("ij,j->i", self.matrix[: len(self.questions)], vector)
        for place in np.argsort(-likeness)[:LOOKED_AT]:
            if likeness[place] < SIMILAR:
                break
            if same_question(question, self.questions[place]):
                return "similar", self.answers[place]
        return "none", None


class AnswerCache:
    """One per process over the Redis of all; without Redis every question is a new one."""

    def __init__(self, cache: Cache, *, enabled: bool) -> None:
        self._cache = cache
        self.enabled = enabled
        self._copies: OrderedDict[str, _Copy] = OrderedDict()

    async def get(
        self, question: str, *, epoch: str, locale: str, vector: Sequence[float] | None
    ) -> CachedAnswer | None:
        """The answer to this question within this epoch; `vector` is the question's embedding, if there is one."""
        if not self.enabled or not _fit(question):
            return None
        copy = await self._read(_log_name(epoch, locale))
        found, answer = copy.find(question, _unit(vector)) if copy is not None else ("none", None)
        lookups.labels(found).inc()
        return answer

    async def put(
        self, question: str, answer: CachedAnswer, *, epoch: str, locale: str, vector: Sequence[float] | None
    ) -> None:
        """Keep the answer for whoever asks next; nothing happens when it is too long or looks personal."""
        if not self.enabled or not _fit(question) or not answer.text or len(answer.text) > LONGEST_ANSWER:
            return
        if _PERSONAL.search(answer.text):
            return
        entry = pack(question, answer, _unit(vector))
        if len(entry) <= LONGEST_ENTRY:
            await self._cache.append(_log_name(epoch, locale), entry, most=MOST, seconds=SECONDS)

    async def _read(self, name: str) -> _Copy | None:
        """The copy of a log, brought up to date; None without Redis. A log that does not go on from where this process
        was has been flushed, has expired or was overtaken: then the copy is made anew."""
        copy = self._copies.get(name)
        asked = copy.last if copy is not None else b""
        rows = await self._cache.read_log(name, asked or b"-")
        if rows is None:
            return None
        if asked and (not rows or rows[0][0] != asked):
            copy, rows = None, await self._cache.read_log(name)
            if rows is None:
                return None
        fresh = []
        for place, (number, entry) in enumerate(rows):
            if place % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)  # a whole log takes tens of milliseconds to read
            fresh.append((number, unpack(entry)))
        copy = copy or _Copy()
        for number, unpacked in fresh:
            if _order(number) > _order(copy.last):  # two questions at once may bring the same rows
                copy.last = number
                if unpacked is not None:
                    copy.add(*unpacked)
        self._copies[name] = copy
        self._copies.move_to_end(name)
        while len(self._copies) > COPIES:
            self._copies.popitem(last=False)
        return copy


def pack(question: str, answer: CachedAnswer, vector: Vector | None) -> bytes:
    """`version | length of the JSON | JSON | the vector as float16`."""
    value = {
        "question": question,
        "text": answer.text,
        "sources": [list(one) for one in answer.sources],
        "chunks": list(answer.chunks),
        "buttons": list(answer.buttons),
    }
    body = orjson.dumps(value)
    return _HEAD.pack(VERSION, len(body)) + body + (b"" if vector is None else vector.astype(np.float16).tobytes())


def unpack(entry: bytes) -> tuple[str, CachedAnswer, Vector | None] | None:
    """None for what this version did not write: anything may stand in Redis."""
    try:
        version, size = _HEAD.unpack_from(entry)
        if version != VERSION or len(entry) > LONGEST_ENTRY:
            return None
        value = orjson.loads(entry[_HEAD.size : _HEAD.size + size])
        answer = CachedAnswer(
            _text(value["text"]),
            tuple(tuple(_text(part) for part in one) for one in value["sources"]),
            tuple(int(one) for one in value["chunks"]),
            tuple(_text(one) for one in value["buttons"]),
        )
        packed = np.frombuffer(entry[_HEAD.size + size :], dtype=np.float16)
        return _text(value["question"]), answer, _unit(packed) if len(packed) else None
    except (struct.error, ValueError, KeyError, TypeError, AttributeError):
        log.warning("answer_cache.unreadable", bytes=len(entry))
        return None


def _fit(question: str) -> bool:
    return 0 < len(question) <= LONGEST and not _PERSONAL.search(question)


def _unit(vector: "Sequence[float] | np.ndarray[Any, Any] | None") -> Vector | None:
    """Of length one; None for what is no direction."""
    if vector is None or not 0 < len(vector) <= MOST_NUMBERS:
        return None
    numbers = np.asarray(vector, dtype=np.float32)
    length = float(np.linalg.norm(numbers))
    return numbers / length if np.isfinite(length) and length > 0 else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _log_name(epoch: str, locale: str) -> str:
    return "answers:" + hashlib.sha256(f"{locale}|{epoch}".encode()).hexdigest()[:24]


def _order(number: bytes) -> tuple[int, int]:
    """The ids of a log in their order: milliseconds, then the place within one."""
    first, _, second = number.partition(b"-")
    return int(first or 0), int(second or 0)

"""Questions to a collection: an index in memory that is renewed as soon as a sync has changed the collection."""

import asyncio
import math
from dataclasses import dataclass
from enum import StrEnum

import asyncpg

from infra.database import Database
from kb import lemmas as language
from kb.index import Entry, LexicalIndex
from kb.split import SEPARATOR
from kb.sync import MAIN

PATIENCE = 3.0
"""Seconds a question waits for a renewed index before the previous one answers it."""
LONGEST_QUERY = 1000
"""Characters of a question that are looked at."""
_INLINE_CHUNKS = 5000
_LOAD_TIMEOUT = 60.0


ANSWER = 0.3
CLARIFY = 0.2
"""Confidence from which a passage answers, and from which it is worth one clarifying question."""


class Verdict(StrEnum):
    """What to do with what was found."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Passage:
    """`heading` is the path within the document, `text` plain text with «- » items, `source` the file's path in the
    synced folder. `confidence` (0–1) says how likely this passage answers the question at all."""

    rank: int
    score: float
    source: str
    heading: str
    text: str
    title: str
    chunk_id: int
    confidence: float

    @property
    def verdict(self) -> Verdict:
        """Whether to answer with this passage, to ask one clarifying question, or to admit not knowing."""
        if self.confidence >= ANSWER:
            return Verdict.ANSWER
        return Verdict.CLARIFY if self.confidence >= CLARIFY else Verdict.UNKNOWN


def verdict(passages: list[Passage]) -> Verdict:
    """The verdict on a whole search: that of its best passage."""
    return passages[0].verdict if passages else Verdict.UNKNOWN


@dataclass(frozen=True, slots=True)
class _Origin:
    chunk_id: int
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class _Loaded:
    version: int
    index: LexicalIndex
    origins: list[_Origin]


class Searcher:
    """One per process and collection. The first search loads the index; `refresh` does it ahead of time."""

    def __init__(self, db: Database, collection: str = MAIN) -> None:
        self._db = db
        self._collection = collection
        self._lock = asyncio.Lock()
        self._loaded: _Loaded | None = None
        self._building: asyncio.Future[_Loaded] | None = None

    async def search(self, query: str, top: int = 5) -> list[Passage]:
        """The `top` passages, best first; none for an empty question or collection. At most 2 ms of work for
        thousands of chunks. Database errors surface only while nothing has been loaded yet."""
        loaded = await self._current()
        query = query[:LONGEST_QUERY]
        if len(loaded.index) <= _INLINE_CHUNKS:
            return _passages(loaded, query, top)
        return await asyncio.to_thread(_passages, loaded, query, top)

    async def refresh(self) -> int:
        """Loads the collection as it is now; the number of its chunks."""
        return len((await self._current(patience=None)).index)

    async def _current(self, patience: float | None = PATIENCE) -> _Loaded:
        known = self._loaded
        try:
            version = await self._version()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            if known is None:
                raise
            return known
        if known is not None and known.version == version:
            return known
        async with self._lock:
            # whoever waited for the lock may find the work done
            if self._building is None and (self._loaded is None or self._loaded.version != version):
                self._building = await self._build()
            if self._building is not None:
                await asyncio.wait({self._building}, timeout=None if self._loaded is None else patience)
                if self._building.done():
                    building, self._building = self._building, None
                    self._loaded = building.result()
        if self._loaded is None:
            raise RuntimeError("an index was built and is not there")
        return self._loaded

    async def _version(self) -> int:
        version = await self._db.pool.fetchval("SELECT version FROM kb_collection WHERE name = $1", self._collection)
        return version or 0

    async def _build(self) -> "asyncio.Future[_Loaded]":
        async with (
            self._db.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            version = await connection.fetchval("SELECT version FROM kb_collection WHERE name = $1", self._collection)
            rows = await connection.fetch(
                """SELECT chunk.id, source, title, heading, text, lemmas
                   FROM kb_chunk AS chunk
                   JOIN kb_document AS document ON document.id = chunk.document_id
                   JOIN kb_collection AS collection ON collection.id = document.collection_id
                   WHERE collection.name = $1 ORDER BY source, position""",
                self._collection,
                timeout=_LOAD_TIMEOUT,
            )
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(None, _load, version or 0, rows)


def _load(version: int, rows: "list[asyncpg.Record]") -> _Loaded:
    """Builds the index; for a thread."""
    language.warm_up()
    entries = [Entry(tuple(row["heading"]), row["text"], row["lemmas"]) for row in rows]
    origins = [_Origin(row["id"], row["source"], row["title"]) for row in rows]
    return _Loaded(version, LexicalIndex(entries), origins)


def _passages(loaded: _Loaded, query: str, top: int) -> list[Passage]:
    result: list[Passage] = []
    for rank, hit in enumerate(loaded.index.rank(query, top), start=1):
        origin = loaded.origins[hit.entry]
        entry = loaded.index.entry(hit.entry)
        result.append(
            Passage(
                rank=rank,
                score=round(hit.score, 4),
                source=origin.source,
                heading=SEPARATOR.join(entry.heading),
                text=entry.text,
                title=origin.title,
                chunk_id=origin.chunk_id,
                confidence=confidence(hit.share),
            )
        )
    return result


def confidence(share: float) -> float:
    """How likely a passage with this share of the greatest score answers the question, 0–1: a logistic fitted on the
    company's questions, on foreign ones and on a public set (docs/decisions/0003-lexical-retrieval.md)."""
    return round(1 / (1 + math.exp(5.6 - 18 * share)), 4)

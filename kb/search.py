"""Questions to a collection: an index in memory that is renewed as soon as a sync has changed the collection."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import asyncpg

from infra.database import Database
from infra.tasks import Tasks
from kb.collection import Loaded, load
from kb.index import Hit
from kb.split import SEPARATOR
from kb.sync import MAIN

PATIENCE = 3.0
"""Seconds a question waits for a renewed index before the previous one answers it."""
LONGEST_QUERY = 1000
"""Characters of a question that are looked at."""
_INLINE_CHUNKS = 2000


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


def verdict(passages: Sequence[Passage]) -> Verdict:
    """The verdict on a whole search: that of its best passage."""
    return passages[0].verdict if passages else Verdict.UNKNOWN


class Searcher:
    """One per process and collection. The first search loads the index; `refresh` does it ahead of time."""

    def __init__(self, db: Database, collection: str = MAIN) -> None:
        self._db = db
        self._collection = collection
        self._lock = asyncio.Lock()
        self._loaded: Loaded | None = None
        self._tasks = Tasks()
        self._loading: asyncio.Task[Loaded] | None = None

    async def search(self, query: str, top: int = 5) -> list[Passage]:
        """The `top` passages, best first; none for an empty question or collection. Some milliseconds of work.
        Database errors surface only while nothing has been loaded yet."""
        loaded, fresh = await self._current()
        query = query[:LONGEST_QUERY]
        if len(loaded.index) <= _INLINE_CHUNKS:
            hits = loaded.index.rank(query, top)
        else:
            hits = await asyncio.to_thread(loaded.index.rank, query, top)
        if not fresh:
            hits = await self._still_there(loaded, hits)
        return [_passage(loaded, hit, rank) for rank, hit in enumerate(hits, start=1)]

    async def refresh(self) -> int:
        """Loads the collection as it is now; the number of its chunks."""
        loaded, _ = await self._current(patience=None)
        return len(loaded.index)

    async def version(self) -> int:
        """Grows with every sync that changed something; 0 when there is no such collection."""
        version = await self._db.pool.fetchval("SELECT version FROM kb_collection WHERE name = $1", self._collection)
        return version or 0

    async def _current(self, patience: float | None = PATIENCE) -> tuple[Loaded, bool]:
        """What is loaded, and whether it is the collection as it is now."""
        known = self._loaded
        try:
            version = await self.version()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            if known is None:
                raise
            return known, True
        if known is not None and known.version == version:
            return known, True
        async with self._lock:
            # whoever waited for the lock may find the work done
            if self._loading is None and (self._loaded is None or self._loaded.version != version):
                self._loading = self._tasks.start("kb.load", load(self._db, self._collection, self._loaded))
            if self._loading is not None:
                await asyncio.wait({self._loading}, timeout=None if self._loaded is None else patience)
                if self._loading.done():
                    loading, self._loading = self._loading, None
                    self._loaded = loading.result()
        if self._loaded is None:
            raise RuntimeError("an index was built and is not there")
        return self._loaded, self._loaded.version >= version

    async def _still_there(self, loaded: Loaded, hits: list[Hit]) -> list[Hit]:
        """A sync has ended and its index is not ready: nothing is said any more that the sync took away."""
        found = await self._db.pool.fetch(
            "SELECT id, text_hash FROM kb_chunk WHERE id = ANY ($1::bigint[])",
            [loaded.chunks[hit.entry].chunk_id for hit in hits],
        )
        digests = {row["id"]: row["text_hash"] for row in found}
        chunks = loaded.chunks
        return [hit for hit in hits if digests.get(chunks[hit.entry].chunk_id) == chunks[hit.entry].digest]


def _passage(loaded: Loaded, hit: Hit, rank: int) -> Passage:
    chunk = loaded.chunks[hit.entry]
    return Passage(
        rank=rank,
        score=round(hit.score, 4),
        source=chunk.source,
        heading=SEPARATOR.join(chunk.heading),
        text=chunk.text,
        title=chunk.title,
        chunk_id=chunk.chunk_id,
        confidence=confidence(hit.share),
    )


def confidence(share: float) -> float:
    """How likely a passage with this share of the greatest score answers the question, 0–1: a logistic fitted on the
    company's questions, on foreign ones and on a public set (docs/decisions/0003-lexical-retrieval.md)."""
    return round(1 / (1 + math.exp(5.6 - 18 * share)), 4)

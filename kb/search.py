"""Questions to a collection: by words in memory, by meaning in PostgreSQL when there is an embedder, both fused.

The index in memory is renewed as soon as a sync has changed the collection.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import asyncpg

from infra.database import Database
from infra.tasks import Tasks
from kb.collection import Loaded, load
from kb.dense import Embedder, Vector, Vectors, nearest
from kb.floor import ANSWER, CLARIFY
from kb.fusion import Found, fused
from kb.index import Asked
from kb.split import SEPARATOR
from kb.sync import MAIN

PATIENCE = 3.0
"""Seconds a question waits for a renewed index before the previous one answers it."""
LONGEST_QUERY = 1000
"""Characters of a question that are looked at."""
CANDIDATES = 30
"""How many of each ranking are fused."""
EXTRA = 5
"""How many more are looked at, for some may be the same."""
ALIKE = 0.9
"""Share of common words from which two passages say the same."""
_INLINE_CHUNKS = 1000


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


def relevant(passages: Iterable[Passage]) -> list[Passage]:
    """Those above the floor: what may be shown or given to a model; empty when the collection has no answer."""
    found = [passage for passage in passages if passage.verdict is not Verdict.UNKNOWN]
    return [replace(passage, rank=rank) for rank, passage in enumerate(found, start=1)]


class Reranker(Protocol):
    """Puts passages in a better order: their places in the given sequence, best first; None when it cannot."""

    async def __call__(self, question: str, passages: Sequence[Passage], /) -> Sequence[int] | None: ...


class Searcher:
    """One per process and collection. The first search loads the index; `refresh` does it ahead of time."""

    def __init__(self, db: Database, collection: str = MAIN, *, embedder: Embedder | None = None) -> None:
        self._db = db
        self._collection = collection
        self._vectors = Vectors(embedder) if embedder else None
        self._lock = asyncio.Lock()
        self._loaded: Loaded | None = None
        self._tasks = Tasks()
        self._loading: asyncio.Task[Loaded] | None = None

    async def search(
        self, query: str, top: int = 5, *, dense_query: str | None = None, rerank: Reranker | None = None
    ) -> list[Passage]:
        """The `top` passages, best first, none of them twice; none for an empty question or collection.

        `query` is searched by words here; `dense_query` is the same without personal data and may be sent to the
        embedding service and to `rerank`; without it the search is by words alone, as it is when the service is slow
        or away. Some milliseconds of work beside that. Database errors surface only while nothing has been loaded.
        """
        loaded, fresh = await self._current()
        query = query[:LONGEST_QUERY]
        near: list[tuple[int, float]] = []
        if dense_query and self._vectors is not None and loaded.model == self._vectors.model:
            asked, near = await asyncio.gather(
                self._ask(loaded, query, CANDIDATES), self._near(loaded, dense_query[:LONGEST_QUERY])
            )
            missing = [entry for entry, _ in near]
            asked = await self._ask(loaded, query, CANDIDATES, missing) if near else asked
        else:
            asked = await self._ask(loaded, query, max(top + EXTRA, CANDIDATES if rerank else 0))
        if near:
            found = fused(asked.hits, near, asked.others)
        else:
            found = [Found(hit.entry, hit.score, hit.confidence) for hit in asked.hits]
        if not fresh:
            found = await self._still_there(loaded, found)
        passages = _different([_passage(loaded, one) for one in found], top * 2 if rerank else top)
        if rerank is not None and dense_query:
            passages = _reordered(passages, await rerank(dense_query, passages))
        return [replace(passage, rank=rank) for rank, passage in enumerate(passages[:top], start=1)]

    async def vector(self, text: str) -> Vector | None:
        """The vector of a question without personal data; None without an embedder or when it is slow or away."""
        return await self._vectors.of(text[:LONGEST_QUERY]) if self._vectors is not None and text.strip() else None

    async def refresh(self) -> int:
        """Loads the collection as it is now; the number of its chunks."""
        loaded, _ = await self._current(patient=True)
        return len(loaded.index)

    async def version(self) -> int:
        """Grows with every sync that changed something; 0 when there is no such collection."""
        version = await self._db.pool.fetchval("SELECT version FROM kb_collection WHERE name = $1", self._collection)
        return version or 0

    async def _current(self, *, patient: bool = False) -> tuple[Loaded, bool]:
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
                await asyncio.wait({self._loading}, timeout=None if patient or self._loaded is None else PATIENCE)
                if self._loading.done():
                    loading, self._loading = self._loading, None
                    self._loaded = loading.result()
        if self._loaded is None:
            raise RuntimeError("an index was built and is not there")
        return self._loaded, self._loaded.version >= version

    async def _ask(self, loaded: Loaded, query: str, top: int, also: Sequence[int] = ()) -> Asked:
        if len(loaded.index) <= _INLINE_CHUNKS:
            return loaded.index.ask(query, top, also)
        return await asyncio.to_thread(loaded.index.ask, query, top, also)

    async def _near(self, loaded: Loaded, query: str) -> list[tuple[int, float]]:
        """(entry, cosine) of what is nearest in meaning, best first."""
        vector = await self.vector(query)
        if vector is None or loaded.model is None:
            return []
        found = await nearest(self._db, self._collection, loaded.model, vector, CANDIDATES)
        return [(loaded.places[chunk], cosine) for chunk, cosine in found if chunk in loaded.places]

    async def _still_there(self, loaded: Loaded, found: list[Found]) -> list[Found]:
        """A sync has ended and its index is not ready: nothing is said any more that the sync took away."""
        chunks = loaded.chunks
        rows = await self._db.pool.fetch(
            "SELECT id, text_hash FROM kb_chunk WHERE id = ANY ($1::bigint[])",
            [chunks[one.entry].chunk_id for one in found],
        )
        digests = {row["id"]: row["text_hash"] for row in rows}
        return [one for one in found if digests.get(chunks[one.entry].chunk_id) == chunks[one.entry].digest]


def _passage(loaded: Loaded, found: Found) -> Passage:
    chunk = loaded.chunks[found.entry]
    return Passage(
        rank=0,
        score=round(found.score, 4),
        source=chunk.source,
        heading=SEPARATOR.join(chunk.heading),
        text=chunk.text,
        title=chunk.title,
        chunk_id=chunk.chunk_id,
        confidence=round(found.confidence, 4),
    )


def _different(passages: Iterable[Passage], top: int) -> list[Passage]:
    """The first `top` of which none says the same as a better one."""
    kept: list[Passage] = []
    said: list[frozenset[str]] = []
    for passage in passages:
        words = frozenset(passage.text.lower().split())
        if not any(_alike(words, other) for other in said):
            kept.append(passage)
            said.append(words)
            if len(kept) == top:
                break
    return kept


def _alike(words: frozenset[str], others: frozenset[str]) -> bool:
    shorter, longer = sorted((len(words), len(others)))
    return shorter >= ALIKE * longer and len(words & others) >= ALIKE * len(words | others)


def _reordered(passages: Sequence[Passage], order: Sequence[int] | None) -> list[Passage]:
    """The passages in the order given; those that it forgets follow as they were."""
    places = list(dict.fromkeys(place for place in order or () if 0 <= place < len(passages)))
    places += [place for place in range(len(passages)) if place not in places]
    return [passages[place] for place in places]

"""Search by meaning: the question's vector against the chunks', in PostgreSQL.

Everything here may be slow or away: then a search goes on without vectors, which is counted and never an error.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import asyncpg
import structlog
from prometheus_client import Counter

from infra.database import Database
from infra.errors import AppError
from infra.tasks import Tasks

log = structlog.get_logger(__name__)

PATIENCE = 1.5
"""Seconds a question waits for its vector."""
QUERY_TIMEOUT = 1.0
"""Seconds a search among the vectors may take."""
REST = 15.0
"""Seconds without vectors after the service has failed, so that not every question waits for it."""
KEPT = 512
SEARCHED = 100
"""How many candidates an HNSW index looks at; PostgreSQL's default of 40 loses some of the best."""

missed = Counter("kb_dense_missed_total", "Searches that went without vectors", ["reason"])

Vector = Sequence[float]


class Embedder(Protocol):
    """What makes vectors of unit length; kb/embed.py has the real one."""

    model: str

    async def embed(self, texts: Sequence[str], *, patience: float = ...) -> list[list[float]]: ...


class Vectors:
    """The vectors of questions: each is asked for once, the last `KEPT` are kept in memory."""

    def __init__(self, embedder: Embedder) -> None:
        self.model = embedder.model
        self._embedder = embedder
        self._tasks = Tasks()
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._asked: dict[str, asyncio.Task[Vector | None]] = {}
        self._rest_until = 0.0

    async def of(self, text: str) -> Vector | None:
        """None when there is no vector within `PATIENCE`; one that comes later serves the next time."""
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
            return known
        if time.monotonic() < self._rest_until:
            missed.labels("resting").inc()
            return None
        asked = self._asked.get(text)
        if asked is None:
            asked = self._asked[text] = self._tasks.start("kb.embed_question", self._ask(text))
        done, _ = await asyncio.wait({asked}, timeout=PATIENCE)
        if not done:
            missed.labels("slow").inc()
            self._rest_until = time.monotonic() + REST
            return None
        return None if asked.cancelled() else asked.result()

    async def _ask(self, text: str) -> Vector | None:
        try:
            [vector] = await self._embedder.embed([text], patience=PATIENCE * 4)
        except (AppError, OSError, TimeoutError, ValueError) as error:
            missed.labels("failed").inc()
            log.warning("embed.question_failed", error=type(error).__name__)
            self._rest_until = time.monotonic() + REST
            return None
        finally:
            self._asked.pop(text, None)
        self._rest_until = 0.0
        self._known[text] = vector
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return vector


async def nearest(db: Database, collection: str, model: str, vector: Vector, count: int) -> list[tuple[int, float]]:
    """(chunk id, cosine) of the chunks nearest in meaning, best first; none when the collection's vectors are of
    another model, not there yet or out of reach. Exact without an index (29 ms for 5,000 chunks), by HNSW with one."""
    try:
        async with asyncio.timeout(QUERY_TIMEOUT):
            async with db.pool.acquire() as connection, connection.transaction(readonly=True):
                # the number stands in the statement, for the partial index of a collection is found by it
                number = await connection.fetchval(
                    "SELECT id FROM kb_collection WHERE name = $1 AND embedding_model = $2", collection, model
                )
                if number is None:
                    return []
                await connection.execute(f"SET LOCAL hnsw.ef_search = {SEARCHED}")
                rows = await connection.fetch(
                    f"""SELECT id, 1 - (embedding <=> $1::text::halfvec) AS cosine FROM kb_chunk
                        WHERE collection_id = {int(number)} AND embedding IS NOT NULL
                        ORDER BY embedding <=> $1::text::halfvec LIMIT $2""",  # noqa: S608  # a number of ours
                    "[" + ",".join(f"{value:.6g}" for value in vector) + "]",
                    count,
                )
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        missed.labels("database").inc()
        log.warning("embed.search_failed", error=type(error).__name__)
        return []
    return [(row["id"], float(row["cosine"])) for row in rows]

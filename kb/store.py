"""What a sync reads and writes in PostgreSQL: documents, chunks, their vectors, the index over them."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from infra.database import Database
from kb.embed import embedded_text, text_hash
from kb.parse import VERSION
from kb.prepare import Prepared

if TYPE_CHECKING:
    import asyncpg

WRITE_TIMEOUT = 600.0
"""Seconds a statement of the one transaction may take; readers go on meanwhile."""
INDEX_TIMEOUT = 3600.0
_SLICE = 100

INDEX_FROM = 1_000
INDEX_UNTIL = 700
"""Vectors of a collection from which an HNSW index over them is kept, and below which it is dropped: up to there an
exact search takes some 10 ms and finds all (docs/decisions/0006-vectors.md)."""

_STAGE = """
CREATE TEMP TABLE kb_staged (document_id bigint, position integer, heading text[], text text, lemmas text[],
                             text_hash bytea) ON COMMIT DROP
"""
_FROM_STAGE = """
INSERT INTO kb_chunk (document_id, collection_id, position, heading, text, lemmas, text_hash, embedding)
SELECT s.document_id, $1, s.position, s.heading, s.text, s.lemmas, s.text_hash, e.embedding
FROM kb_staged s LEFT JOIN kb_embedding e ON e.text_hash = s.text_hash AND e.model = $2
ORDER BY s.document_id, s.position
"""
_ANOTHER_MODEL = """
UPDATE kb_chunk AS c SET embedding = (
    SELECT e.embedding FROM kb_embedding e WHERE e.text_hash = c.text_hash AND e.model = $2)
WHERE c.collection_id = $1
"""
_FILL = """
UPDATE kb_chunk AS c SET embedding = e.embedding FROM kb_embedding e
WHERE c.collection_id = $1 AND c.embedding IS NULL AND e.text_hash = c.text_hash AND e.model = $2
"""
_PRUNE = """
DELETE FROM kb_embedding e WHERE made_at < now() - interval '1 day' AND NOT EXISTS (
    SELECT FROM kb_chunk c JOIN kb_collection k ON k.id = c.collection_id
    WHERE c.text_hash = e.text_hash AND k.embedding_model = e.model)
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it stands."""

    content_hash: bytes
    parser_version: int


@dataclass(frozen=True, slots=True)
class State:
    """A collection as it stands; `model` made its vectors, None while it has none."""

    id: int
    version: int
    model: str | None
    documents: dict[str, Stored]


@dataclass(frozen=True, slots=True)
class Fresh:
    """A document that is new or changed, ready to be written."""

    source: str
    content_hash: bytes
    prepared: Prepared


async def read_state(db: Database, collection: str) -> State:
    """The collection, made if it is not there."""
    # outside the snapshot below, where a collection that another process has just made could not be seen
    await db.pool.execute("INSERT INTO kb_collection (name) VALUES ($1) ON CONFLICT DO NOTHING", collection)
    async with (
        db.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        row = await connection.fetchrow(
            "SELECT id, version, embedding_model FROM kb_collection WHERE name = $1", collection
        )
        if row is None:
            raise RuntimeError("a collection that was made is not there")
        rows = await connection.fetch(
            "SELECT source, content_hash, parser_version FROM kb_document WHERE collection_id = $1",
            row["id"],
            timeout=WRITE_TIMEOUT,
        )
    documents = {one["source"]: Stored(one["content_hash"], one["parser_version"]) for one in rows}
    return State(row["id"], row["version"], row["embedding_model"], documents)


async def write(db: Database, state: State, model: str | None, fresh: Sequence[Fresh], gone: Collection[str]) -> bool:
    """All changes in one transaction; False when the collection is no longer as `state` says.

    `model`: whose vectors the collection shall have; every chunk gets the vector that is kept for it, or none.
    """
    async with db.pool.acquire() as connection, connection.transaction():
        version = await connection.fetchval(
            "SELECT version FROM kb_collection WHERE id = $1 FOR UPDATE", state.id, timeout=WRITE_TIMEOUT
        )
        if version != state.version:
            return False
        changed = bool(fresh or gone)
        if gone:
            await connection.execute(
                "DELETE FROM kb_document WHERE collection_id = $1 AND source = ANY ($2::text[])",
                state.id,
                list(gone),
                timeout=WRITE_TIMEOUT,
            )
        if model is not None:
            statement = _FILL if model == state.model else _ANOTHER_MODEL
            done = await connection.execute(statement, state.id, model, timeout=WRITE_TIMEOUT)
            changed = changed or model != state.model or done != "UPDATE 0"
        if fresh:
            await _write_documents(connection, state.id, model, fresh)
        if changed:
            await connection.execute(
                """UPDATE kb_collection SET version = version + 1, updated_at = now(), embedding_model = $2
                   WHERE id = $1""",
                state.id,
                model,
            )
    return True


async def _write_documents(
    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]",
    collection_id: int,
    model: str | None,
    fresh: Sequence[Fresh],
) -> None:
    rows = await connection.fetch(
        """INSERT INTO kb_document (collection_id, source, title, content_hash, parser_version)
           SELECT $1, source, title, content_hash, $5
           FROM unnest($2::text[], $3::text[], $4::bytea[]) AS new (source, title, content_hash)
           ON CONFLICT (collection_id, source) DO UPDATE SET title = excluded.title,
               content_hash = excluded.content_hash, parser_version = excluded.parser_version, updated_at = now()
           RETURNING id, source""",
        collection_id,
        [document.source for document in fresh],
        [document.prepared.title for document in fresh],
        [document.content_hash for document in fresh],
        VERSION,
        timeout=WRITE_TIMEOUT,
    )
    ids = {row["source"]: row["id"] for row in rows}
    await connection.execute(
        "DELETE FROM kb_chunk WHERE document_id = ANY ($1::bigint[])", list(ids.values()), timeout=WRITE_TIMEOUT
    )
    await connection.execute(_STAGE)
    await _stage(connection, ids, fresh)
    await connection.execute(_FROM_STAGE, collection_id, model, timeout=WRITE_TIMEOUT)


async def _stage(
    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", ids: dict[str, int], fresh: Sequence[Fresh]
) -> None:
    """The chunks of `fresh`, a slice at a time: encoding them all at once would hold up the whole process."""
    records = (
        (
            ids[document.source],
            position,
            list(chunk.heading),
            chunk.text,
            found,
            text_hash(embedded_text(chunk.heading, chunk.text)),
        )
        for document in fresh
        for position, (chunk, found) in enumerate(document.prepared.chunks)
    )
    while part := list(islice(records, _SLICE)):
        await connection.copy_records_to_table(
            "kb_staged",
            columns=("document_id", "position", "heading", "text", "lemmas", "text_hash"),
            records=part,
            timeout=WRITE_TIMEOUT,
        )
        await asyncio.sleep(0)


async def count_vectors(db: Database, collection_id: int) -> tuple[int, int]:
    """(chunks, those with a vector)."""
    row = await db.pool.fetchrow(
        "SELECT count(*) AS chunks, count(embedding) AS vectors FROM kb_chunk WHERE collection_id = $1",
        collection_id,
        timeout=WRITE_TIMEOUT,
    )
    return (row["chunks"], row["vectors"]) if row is not None else (0, 0)


async def note_sync(db: Database, collection_id: int, report: dict[str, Any]) -> None:
    """What the last sync did, for those who ask."""
    await db.pool.execute(
        "UPDATE kb_collection SET synced_at = now(), report = $2 WHERE id = $1", collection_id, report
    )


async def prune(db: Database) -> None:
    """Vectors that no chunk of any collection needs any more, a day after they were made."""
    await db.pool.execute(_PRUNE, timeout=WRITE_TIMEOUT)


def index_name(collection_id: int) -> str:
    return f"ix_kb_chunk_embedding_{int(collection_id)}"


async def keep_index(db: Database, collection_id: int, vectors: int) -> None:
    """An HNSW index over a large collection's vectors, built while readers and writers go on.

    It is partial: a query uses it only when it says `collection_id = <the number itself>`.
    """
    name = index_name(collection_id)
    async with db.listener() as connection:
        valid = await connection.fetchval(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)", name, timeout=WRITE_TIMEOUT
        )
        if valid is False or (valid and vectors < INDEX_UNTIL):
            await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", timeout=INDEX_TIMEOUT)
            valid = None
        if valid is None and vectors > INDEX_FROM:
            await connection.execute("SET maintenance_work_mem = '256MB'")
            await connection.execute(
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON kb_chunk "
                f"USING hnsw (embedding halfvec_cosine_ops) WHERE collection_id = {int(collection_id)}",
                timeout=INDEX_TIMEOUT,
            )
            await connection.execute("ANALYZE kb_chunk", timeout=INDEX_TIMEOUT)  # lest the planner passes the index by

"""A collection in memory: its index and where each passage comes from, read in one snapshot of the database.

What an earlier reading already knows, by chunk and by the hash of its text, is taken over, so that a sync of one
article costs a second even among a hundred thousand chunks.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import asyncpg

from infra.database import Database
from kb import lemmas as language
from kb.forward import Entry
from kb.index import IndexBuilder, LexicalIndex

_TIMEOUT = 60.0
_BATCH = 400
_BREATH = 8
"""Chunks that are read in one go; then the event loop gets its turn."""
_PAUSE = 0.0002


@dataclass(frozen=True, slots=True)
class Stored:
    """A chunk as it lies in the database; `digest` is that of its headings and its text."""

    chunk_id: int
    source: str
    title: str
    heading: tuple[str, ...]
    text: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Loaded:
    """`chunks[n]` is entry n of the index; `places` finds it by the chunk's id."""

    version: int
    model: str | None
    index: LexicalIndex
    chunks: Sequence[Stored]
    places: dict[int, int]


async def load(db: Database, collection: str, earlier: Loaded | None = None) -> Loaded:
    """The collection as it is now, empty when there is none. Database errors pass through."""
    await asyncio.to_thread(language.warm_up)
    builder = await asyncio.to_thread(IndexBuilder, earlier.index if earlier else None)
    chunks: list[Stored] = []
    async with (
        db.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        row = await connection.fetchrow(
            "SELECT version, embedding_model FROM kb_collection WHERE name = $1", collection
        )
        listed = await connection.fetch(
            """SELECT chunk.id, chunk.text_hash
               FROM kb_chunk AS chunk
               JOIN kb_document AS document ON document.id = chunk.document_id
               JOIN kb_collection AS collection ON collection.id = chunk.collection_id
               WHERE collection.name = $1 ORDER BY document.source, chunk.position""",
            collection,
            timeout=_TIMEOUT,
        )
        for batch in _batches(listed):
            rows = await _rows(connection, batch, earlier)
            await asyncio.to_thread(_take, builder, earlier, batch, rows, chunks)
    index = await asyncio.to_thread(builder.done)
    places = await asyncio.to_thread(_places, chunks)
    return Loaded(row["version"] if row else 0, row["embedding_model"] if row else None, index, chunks, places)


def _batches(listed: "list[asyncpg.Record]") -> Iterator["list[asyncpg.Record]"]:
    for start in range(0, len(listed), _BATCH):
        yield listed[start : start + _BATCH]


def _known(earlier: Loaded | None, chunk_id: int, digest: bytes) -> int | None:
    place = earlier.places.get(chunk_id) if earlier else None
    return place if earlier and place is not None and earlier.chunks[place].digest == digest else None


async def _rows(
    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]",
    batch: "list[asyncpg.Record]",
    earlier: Loaded | None,
) -> "dict[int, asyncpg.Record]":
    """The chunks that are not known yet, by id."""
    missing = [row["id"] for row in batch if _known(earlier, row["id"], row["text_hash"]) is None]
    if not missing:
        return {}
    rows = await connection.fetch(
        """SELECT chunk.id, source, title, heading, text, array_to_string(lemmas, ' ') AS lemmas
           FROM kb_chunk AS chunk JOIN kb_document AS document ON document.id = chunk.document_id
           WHERE chunk.id = ANY ($1::bigint[])""",
        missing,
        timeout=_TIMEOUT,
    )
    return {row["id"]: row for row in rows}


def _take(
    builder: IndexBuilder,
    earlier: Loaded | None,
    batch: "list[asyncpg.Record]",
    rows: "dict[int, asyncpg.Record]",
    chunks: list[Stored],
) -> None:
    """For a thread, which lets the others work in between."""
    for chunk_id, digest in batch:
        place = _known(earlier, chunk_id, digest)
        if earlier is not None and place is not None:
            builder.keep(place)
            chunks.append(earlier.chunks[place])
            continue
        row = rows[chunk_id]
        heading = tuple(row["heading"])
        builder.read(Entry(heading, row["text"], row["lemmas"].split()))
        chunks.append(Stored(chunk_id, row["source"], row["title"], heading, row["text"], digest))
        if len(chunks) % _BREATH == 0:
            time.sleep(_PAUSE)


def _places(chunks: Sequence[Stored]) -> dict[int, int]:
    return {chunk.chunk_id: place for place, chunk in enumerate(chunks)}

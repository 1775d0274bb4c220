"""Vectors are computed before a sync writes anything, and kept: a sync that breaks off has not paid in vain."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping

from infra.database import Database
from infra.errors import VendorError
from kb.embed import Embedder, embedded_text, text_hash
from kb.store import WRITE_TIMEOUT, Fresh, State

BATCH = 32
AT_ONCE = 3
"""Texts of a request, and requests at a time."""
_PAGE = 2_000

_MISSING = """
SELECT DISTINCT ON (text_hash) text_hash, heading, text FROM kb_chunk c
WHERE c.collection_id = $1 AND ($3 OR c.embedding IS NULL) AND text_hash > $4
  AND NOT EXISTS (SELECT FROM kb_embedding e WHERE e.text_hash = c.text_hash AND e.model = $2)
  AND NOT EXISTS (SELECT FROM kb_document d WHERE d.id = c.document_id AND d.source = ANY ($5::text[]))
ORDER BY text_hash LIMIT $6
"""
_KEEP = """
INSERT INTO kb_embedding (text_hash, model, embedding) VALUES ($1, $2, $3::real[]::halfvec)
ON CONFLICT (text_hash, model) DO UPDATE SET made_at = now()
"""


async def make_vectors(
    db: Database,
    embedder: Embedder,
    state: State,
    fresh: Collection[Fresh],
    replaced: Collection[str],
    told: Callable[[int, int], None],
) -> VendorError | None:
    """Embed what is new in `fresh` and what the collection still lacks; the documents `replaced` are as good as gone.

    `told(done, total)`. The vendor's error, after which what was embedded so far is kept.
    """
    texts = await _new_texts(db, embedder.model, fresh)
    total, done = len(texts) + await _count_missing(db, embedder.model, state, replaced), 0

    def counted(number: int) -> None:
        nonlocal done
        done += number
        told(done, max(total, done))

    if total:
        told(0, total)
    error = await _embed(db, embedder, texts, counted)
    last = b""
    while error is None:
        page = await _missing(db, embedder.model, state, replaced, last)
        if not page:
            break
        last = max(page)
        error = await _embed(db, embedder, page, counted)
    return error


async def _new_texts(db: Database, model: str, fresh: Iterable[Fresh]) -> dict[bytes, str]:
    """hash → text of chunks whose vector is not kept yet."""
    texts = {
        text_hash(text): text
        for document in fresh
        for chunk, _ in document.prepared.chunks
        for text in (embedded_text(chunk.heading, chunk.text),)
    }
    known = await db.pool.fetch(
        "SELECT text_hash FROM kb_embedding WHERE model = $1 AND text_hash = ANY ($2::bytea[])",
        model,
        list(texts),
        timeout=WRITE_TIMEOUT,
    )
    for row in known:
        del texts[row["text_hash"]]
    return texts


async def _count_missing(db: Database, model: str, state: State, replaced: Collection[str]) -> int:
    number: int = await db.pool.fetchval(
        f"SELECT count(*) FROM ({_MISSING}) AS missing",  # noqa: S608  # a constant of this module
        *_arguments(model, state, replaced, b""),
        10_000_000,
        timeout=WRITE_TIMEOUT,
    )
    return number


async def _missing(db: Database, model: str, state: State, replaced: Collection[str], after: bytes) -> dict[bytes, str]:
    rows = await db.pool.fetch(_MISSING, *_arguments(model, state, replaced, after), _PAGE, timeout=WRITE_TIMEOUT)
    return {row["text_hash"]: embedded_text(row["heading"], row["text"]) for row in rows}


def _arguments(model: str, state: State, replaced: Collection[str], after: bytes) -> tuple[object, ...]:
    return state.id, model, state.model != model, after, list(replaced)


async def _embed(
    db: Database, embedder: Embedder, texts: Mapping[bytes, str], counted: Callable[[int], None]
) -> VendorError | None:
    waiting = list(texts.items())
    groups = [waiting[at : at + BATCH] for at in range(0, len(waiting), BATCH)]
    failure: VendorError | None = None

    async def work() -> None:
        nonlocal failure
        while groups and failure is None:
            group = groups.pop(0)
            try:
                vectors = await embedder.embed([text for _, text in group])
            except VendorError as error:
                failure = error
                return
            rows = [(key, embedder.model, vector) for (key, _), vector in zip(group, vectors, strict=True)]
            await db.pool.executemany(_KEEP, rows, timeout=WRITE_TIMEOUT)
            counted(len(group))

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return failure

"""Brings a collection in line with a folder: only what changed is parsed, and all of it appears in one transaction."""

import asyncio
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from infra.database import Database
from infra.errors import ConfigError
from kb import lemmas as language
from kb.embed import embedded_text, text_hash
from kb.parse import VERSION, UnreadableError, most_bytes, parse_bytes, readable
from kb.split import Chunk, split

if TYPE_CHECKING:
    import asyncpg

MAIN = "main"
_WRITE_TIMEOUT = 120.0
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read; its last good version, if there was one, goes on answering."""

    source: str
    reason: str


@dataclass(slots=True)
class SyncReport:
    """Numbers of documents; `failures` names the files that could not be read."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return len(self.failures)


@dataclass(frozen=True, slots=True)
class _Stored:
    content_hash: bytes
    parser_version: int


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A document that is new or changed, ready to be written."""

    source: str
    title: str
    content_hash: bytes
    chunks: list[tuple[Chunk, list[str]]]


async def sync_folder(db: Database, folder: Path, collection: str = MAIN) -> SyncReport:
    """Sync `folder` and all below it into `collection`. ConfigError when there is no such folder.

    Several processes may do it at once: who comes second looks again at what is left to do.
    """
    if not await asyncio.to_thread(folder.is_dir):
        raise ConfigError(f"{folder} is not a folder")
    for _ in range(_ATTEMPTS):
        version, stored = await _read_stored(db, collection)
        report, fresh, gone = await asyncio.to_thread(_compare, folder, stored)
        if not fresh and not gone:
            return report
        if await _write(db, collection, version, fresh, gone):
            return report
    raise ConfigError(f"collection {collection} is being changed by others all the time")


async def _read_stored(db: Database, collection: str) -> tuple[int, dict[str, _Stored]]:
    # outside the snapshot below, where a collection that another process has just made could not be seen
    await db.pool.execute("INSERT INTO kb_collection (name) VALUES ($1) ON CONFLICT DO NOTHING", collection)
    async with (
        db.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        version = await connection.fetchval("SELECT version FROM kb_collection WHERE name = $1", collection)
        rows = await connection.fetch(
            """SELECT source, content_hash, parser_version FROM kb_document
               WHERE collection_id = (SELECT id FROM kb_collection WHERE name = $1)""",
            collection,
        )
    return version, {row["source"]: _Stored(row["content_hash"], row["parser_version"]) for row in rows}


def _compare(folder: Path, stored: Mapping[str, _Stored]) -> tuple[SyncReport, list[_Fresh], list[str]]:
    """What has to be written and what removed. Reads and parses files: for a thread."""
    report = SyncReport()
    fresh: list[_Fresh] = []
    seen: set[str] = set()
    for source, path in _files(folder):
        seen.add(source)
        known = stored.get(source)
        try:
            content = _read(path, folder)
            content_hash = hashlib.sha256(content).digest()
            if known == _Stored(content_hash, VERSION):
                report.unchanged += 1
                continue
            document = _prepare(source, content, content_hash)
        except UnreadableError as error:
            report.failures.append(Failure(source, str(error)))
            continue
        fresh.append(document)
        if known:
            report.changed += 1
        else:
            report.added += 1
    gone = sorted(stored.keys() - seen)
    report.removed = len(gone)
    return report, fresh, gone


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """(source, path) of every file that has a parser, hidden ones aside, in a stable order."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and readable(name):
                path = Path(parent, name)
                yield path.relative_to(folder).as_posix(), path


def _read(path: Path, folder: Path) -> bytes:
    try:
        # a link may lead to what is nobody's business to publish, a pipe would never end
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            raise UnreadableError("leads out of the folder or is not a plain file")
        if path.stat().st_size > most_bytes(path.name):
            raise UnreadableError(f"larger than {most_bytes(path.name) // 1024 // 1024} MB")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(error.strerror or type(error).__name__) from error


def _prepare(source: str, content: bytes, content_hash: bytes) -> _Fresh:
    try:
        source.encode()
    except UnicodeEncodeError as error:
        raise UnreadableError("its name is not UTF-8") from error
    parsed = parse_bytes(source, content)
    chunks = [(chunk, language.lemmas(language.words(chunk.text))) for chunk in split(parsed)]
    return _Fresh(source, parsed.title, content_hash, chunks)


async def _write(db: Database, collection: str, version: int, fresh: list[_Fresh], gone: list[str]) -> bool:
    """All changes in one transaction; False when the collection is no longer at `version`."""
    async with db.pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(
            "SELECT id, version FROM kb_collection WHERE name = $1 FOR UPDATE", collection, timeout=_WRITE_TIMEOUT
        )
        if row is None or row["version"] != version:
            return False
        await connection.execute(
            "DELETE FROM kb_document WHERE collection_id = $1 AND source = ANY ($2::text[])", row["id"], gone
        )
        await _write_documents(connection, row["id"], fresh)
        await connection.execute(
            "UPDATE kb_collection SET version = version + 1, updated_at = now() WHERE id = $1", row["id"]
        )
    return True


async def _write_documents(
    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", collection_id: int, fresh: list[_Fresh]
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
        [document.title for document in fresh],
        [document.content_hash for document in fresh],
        VERSION,
        timeout=_WRITE_TIMEOUT,
    )
    ids = {row["source"]: row["id"] for row in rows}
    await connection.execute("DELETE FROM kb_chunk WHERE document_id = ANY ($1::bigint[])", list(ids.values()))
    await connection.copy_records_to_table(
        "kb_chunk",
        columns=("document_id", "collection_id", "position", "heading", "text", "lemmas", "text_hash"),
        records=[
            (
                ids[document.source],
                collection_id,
                position,
                list(chunk.heading),
                chunk.text,
                found,
                text_hash(embedded_text(chunk.heading, chunk.text)),
            )
            for document in fresh
            for position, (chunk, found) in enumerate(document.chunks)
        ],
        timeout=_WRITE_TIMEOUT,
    )

"""Brings a collection in line with a folder: only what changed is parsed, and all of it appears in one transaction.

Vectors are computed before that transaction. When the embedding service fails, texts go live without vectors and are
found by their words; the next sync computes what is missing.
"""

import asyncio
import contextlib
import functools
import hashlib
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.database import Database
from infra.errors import ConfigError
from kb.embed import Embedder
from kb.folder import Failure, Found, look_through, read
from kb.parse import VERSION, UnreadableError
from kb.prepare import Outcome, Prepared, Work, prepare_all
from kb.reading import FILE_TIMEOUT
from kb.store import Fresh, State, Stored, count_vectors, keep_index, note_sync, prune, read_state, write
from kb.vectors import make_vectors

MAIN = "main"
COUNTS = ("added", "changed", "removed", "unchanged", "failed")
_ATTEMPTS = 5
_TRY_EVERY = 0.5

Progress = Callable[[str, int, int], None]
"""Told of a stage («reading», «embedding»), how much of it is done, and how much there is."""

__all__ = ["COUNTS", "MAIN", "Failure", "Progress", "SyncReport", "sync_folder"]


@dataclass(slots=True)
class SyncReport:
    """Numbers of documents; `failures` names the files that could not be read.

    `chunks` and `vectors` are those of the whole collection afterwards. `missing` chunks have no vector although
    there is an embedder; `embedding_error` says why.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    failures: list[Failure] = field(default_factory=list)
    chunks: int = 0
    vectors: int = 0
    missing: int = 0
    embedding_error: str | None = None

    @property
    def failed(self) -> int:
        return len(self.failures)

    def as_json(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in COUNTS},
            "failures": [{"source": one.source, "reason": one.reason, "code": one.code} for one in self.failures],
            "chunks": self.chunks,
            "vectors": self.vectors,
            "missing": self.missing,
            "embedding_error": self.embedding_error,
        }


async def sync_folder(
    db: Database,
    folder: Path,
    collection: str = MAIN,
    *,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    file_timeout: float = FILE_TIMEOUT,
) -> SyncReport:
    """Sync `folder` and all below it into `collection`. ConfigError when there is no such folder.

    Several processes may do it at once: who comes second looks again at what is left to do. With an `embedder` they
    wait for one another, so that nothing is embedded twice. `file_timeout`: seconds a file's parser may take.
    """
    if not await asyncio.to_thread(folder.is_dir):
        raise ConfigError(f"{folder} is not a folder")
    sync = _Sync(db, folder, collection, embedder, progress or _silent, file_timeout)
    if embedder is None:
        return await sync.run()
    async with _alone(db, collection):
        return await sync.run()


class _Sync:
    """One sync; what was prepared is kept for a second look."""

    def __init__(
        self,
        db: Database,
        folder: Path,
        collection: str,
        embedder: Embedder | None,
        progress: Progress,
        file_timeout: float,
    ) -> None:
        self._db = db
        self._folder = folder
        self._collection = collection
        self._embedder = embedder
        self._progress = progress
        self._file_timeout = file_timeout
        self._ready: dict[tuple[str, bytes], Prepared] = {}

    async def run(self) -> SyncReport:
        for _ in range(_ATTEMPTS):
            state = await read_state(self._db, self._collection)
            report, fresh, gone = await self._compare(state)
            replaced = [*(document.source for document in fresh), *gone]
            model = state.model
            if self._embedder is not None:
                error = await make_vectors(
                    self._db, self._embedder, state, fresh, replaced, functools.partial(self._progress, "embedding")
                )
                report.embedding_error = str(error) if error is not None else None
                model = self._embedder.model
                if state.model is not None and model != state.model:
                    await keep_index(self._db, state.id, 0)  # to fill it row by row takes longer than to build it anew
            if await write(self._db, state, model, fresh, gone):
                await self._finish(state, report)
                return report
        raise ConfigError(f"collection {self._collection} is being changed by others all the time")

    async def _compare(self, state: State) -> tuple[SyncReport, list[Fresh], list[str]]:
        """What has to be written and what removed."""
        found, failures = await asyncio.to_thread(look_through, self._folder)
        report = SyncReport(failures=failures)
        fresh: list[Fresh] = []
        new = [file for file in found if state.documents.get(file.source) != Stored(file.content_hash, VERSION)]
        report.unchanged = len(found) - len(new)
        known = [file for file in new if (file.source, file.content_hash) in self._ready]
        for file in known:
            fresh.append(Fresh(file.source, file.content_hash, self._ready[file.source, file.content_hash]))
        await self._prepare([file for file in new if file not in known], fresh, report)
        for document in fresh:
            if document.source in state.documents:
                report.changed += 1
            else:
                report.added += 1
        fresh.sort(key=lambda document: document.source)
        report.failures.sort(key=lambda failure: failure.source)
        seen = {file.source for file in found} | {failure.source for failure in failures}
        gone = sorted(state.documents.keys() - seen)
        report.removed = len(gone)
        return report, fresh, gone

    async def _prepare(self, files: list[Found], fresh: list[Fresh], report: SyncReport) -> None:
        done = 0

        def ended(work: Work, data: bytes, outcome: Outcome) -> None:
            nonlocal done
            done += 1
            if isinstance(outcome, UnreadableError):
                report.failures.append(Failure(work.source, str(outcome), outcome.code))
            else:
                content_hash = hashlib.sha256(data).digest()  # the file may have changed since it was looked at
                self._ready[work.source, content_hash] = outcome
                fresh.append(Fresh(work.source, content_hash, outcome))
            self._progress("reading", done, len(files))

        works = [Work(file.source, file.size, functools.partial(read, file.path, self._folder)) for file in files]
        if works:
            self._progress("reading", 0, len(works))
        await prepare_all(works, ended, timeout=self._file_timeout)

    async def _finish(self, state: State, report: SyncReport) -> None:
        report.chunks, report.vectors = await count_vectors(self._db, state.id)
        if self._embedder is not None:
            report.missing = report.chunks - report.vectors
            await keep_index(self._db, state.id, report.vectors)
            if report.embedding_error is None:
                await prune(self._db)
        await note_sync(self._db, state.id, report.as_json())


@contextlib.asynccontextmanager
async def _alone(db: Database, collection: str) -> AsyncIterator[None]:
    """One sync of a collection that embeds at a time; the lock ends with its connection."""
    number = zlib.crc32(f"kb.sync:{collection}".encode())
    async with db.listener() as connection:
        # the lock lives in the database: no event of this process tells when it is free
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", number):  # noqa: ASYNC110
            await asyncio.sleep(_TRY_EVERY)
        yield


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody wants to know."""

"""Keeps the knowledge base in line with its folder: on a schedule, when managers ask, and while vectors are missing."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
import structlog

from bot.jobs import enqueue_on
from bot.services import Services
from infra.errors import AppError
from infra.leader import lead
from kb.embed import Embedder, embedder_of
from kb.sync import SyncReport, sync_folder

log = structlog.get_logger(__name__)

REPORT = "kb.report"
"""The job that tells managers what came of their request."""
POLL = 1.0
AGAIN = timedelta(minutes=5)
"""How soon vectors that the vendor failed to give are asked for again."""


class KnowledgeSync:
    """The duty of one process among all; the others only ask for it by a row in `kb_request`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._embedder: Embedder | None = embedder_of(services.settings)

    async def duty(self) -> None:
        """For `Tasks.keep`."""
        await lead(self._services.db, "kb", self._work)

    async def close(self) -> None:
        if self._embedder is not None:
            await self._embedder.close()

    async def _work(self) -> None:
        services = self._services
        minutes = services.settings.kb_sync_minutes
        every = timedelta(minutes=minutes) if minutes else None
        # the start has synced the texts; their vectors come now, so that no start waits for the vendor
        due = services.clock.now() if self._embedder is not None else _later(services, every)
        while True:
            asked = [row["id"] for row in await services.db.pool.fetch("SELECT id FROM kb_request ORDER BY id")]
            if asked or (due is not None and services.clock.now() >= due):
                report = await self._sync(asked)
                behind = report is None or report.missing > 0
                due = _later(services, min(every or AGAIN, AGAIN) if behind and self._embedder is not None else every)
            await asyncio.sleep(POLL)

    async def _sync(self, asked: Sequence[int]) -> SyncReport | None:
        """One sync and the answer to those who asked before it began; None when it failed as a whole."""
        services = self._services
        report: SyncReport | None = None
        try:
            report = await sync_folder(services.db, services.settings.content_dir, embedder=self._embedder)
        except (AppError, asyncpg.PostgresError) as error:
            log.error("kb.sync_failed", error=str(error)[:200] if isinstance(error, AppError) else type(error).__name__)
        else:
            _note(report)
        async with services.db.pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(
                "DELETE FROM kb_request WHERE id = ANY ($1::bigint[]) RETURNING thread_id", list(asked)
            )
            for thread_id in dict.fromkeys(row["thread_id"] for row in rows):
                await enqueue_on(
                    connection,
                    REPORT,
                    {"thread_id": thread_id, "done": report is not None},
                    at=services.clock.now(),
                )
        return report


def _later(services: Services, pause: timedelta | None) -> datetime | None:
    return services.clock.now() + pause if pause is not None else None


def _note(report: SyncReport) -> None:
    if report.added or report.changed or report.removed:
        log.info("kb.synced", added=report.added, changed=report.changed, removed=report.removed)
    if report.failed:
        log.warning("kb.unreadable", files=[failure.source for failure in report.failures[:20]])
    if report.embedding_error:
        log.warning("kb.vectors_missing", missing=report.missing, error=report.embedding_error[:200])

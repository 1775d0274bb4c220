"""Background jobs: what need not hold up a client's turn. A table of our own, for three reasons in docs/decisions.

A job is enqueued in the transaction of the data it belongs to. `run_at` is business time, so that reminders and
deadlines follow the clock that tests and the simulated world move; leases use the database's clock. Jobs with the same
`serial_key` run one after another in the order of their ids. Attempts are counted before the work, so that a job that
kills its process ends as held instead of running for ever. A payload holds ids only, never anything personal.
"""

import asyncio
import contextlib
import functools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import structlog
from aiogram.exceptions import TelegramRetryAfter
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.channel import patience
from bot.journal import Journal, Scope, current_scope
from infra import metrics, sentry
from infra.clock import Clock
from infra.database import Database, raw_connection
from infra.tasks import Tasks

log = structlog.get_logger(__name__)

WAKE = "jobs"
POLL = 1.0
MAX_ATTEMPTS = 8
DEADLINE = 30.0
GRACE = 20.0

ENQUEUE = """
WITH made AS (
    INSERT INTO job (kind, payload, serial_key, dedupe_key, run_at) VALUES ($1, $2::text::jsonb, $3, $4, $5)
    ON CONFLICT (dedupe_key) WHERE held_at IS NULL DO UPDATE
    SET payload = excluded.payload,
        run_at = CASE WHEN $6 THEN excluded.run_at ELSE LEAST(job.run_at, excluded.run_at) END
    RETURNING id
)
SELECT id, pg_notify('jobs', '') FROM made
"""

CLAIM = """
WITH due AS (
    SELECT id FROM job j
    WHERE held_at IS NULL AND run_at <= $2 AND (lease_until IS NULL OR lease_until < clock_timestamp())
      AND (serial_key IS NULL OR NOT EXISTS (
          SELECT FROM job e WHERE e.serial_key = j.serial_key AND e.id < j.id AND e.held_at IS NULL))
    ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE job SET owner = $1, attempts = attempts + 1, lease_until = clock_timestamp() + interval '40 seconds',
       dedupe_key = NULL
FROM due WHERE job.id = due.id
RETURNING job.id, job.kind, job.payload, job.attempts, due.id, job.run_at
"""

DONE = "DELETE FROM job WHERE id = $1 AND owner = $2"
RETRY = "UPDATE job SET owner = NULL, lease_until = NULL, run_at = $3, last_error = $4 WHERE id = $1 AND owner = $2"
POSTPONE = (
    "UPDATE job SET owner = NULL, lease_until = NULL, run_at = $3, attempts = attempts - 1 WHERE id = $1 AND owner = $2"
)
HOLD = "UPDATE job SET owner = NULL, lease_until = NULL, held_at = now(), last_error = $3 WHERE id = $1 AND owner = $2"
GIVE_BACK = "UPDATE job SET owner = NULL, lease_until = NULL WHERE owner = $1"


@dataclass(frozen=True, slots=True)
class Job:
    """What a job's function receives."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int


class Later(Exception):
    """Raised by a job that cannot run yet: again after `seconds`, without counting the attempt."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


Work = Callable[[Job], Awaitable[None]]


async def enqueue(
    session: AsyncSession,
    kind: str,
    payload: dict[str, Any],
    *,
    at: datetime,
    serial_key: str | None = None,
    dedupe_key: str | None = None,
    move: bool = False,
) -> None:
    """Add a job inside the caller's transaction. An equal `dedupe_key` that waits is kept (moved to `at` if `move`)."""
    connection = await raw_connection(session)
    await enqueue_on(connection, kind, payload, at=at, serial_key=serial_key, dedupe_key=dedupe_key, move=move)


async def enqueue_on(
    connection: Any,
    kind: str,
    payload: dict[str, Any],
    *,
    at: datetime,
    serial_key: str | None = None,
    dedupe_key: str | None = None,
    move: bool = False,
) -> None:
    """The same on a plain asyncpg connection."""
    await connection.execute(ENQUEUE, kind, orjson.dumps(payload).decode(), serial_key, dedupe_key, at, move)


class Jobs:
    """The registry of job kinds and the runner of due jobs; any number of processes may run it."""

    def __init__(self, db: Database, clock: Clock, journal: Journal, *, slots: int = 8) -> None:
        self._db = db
        self._clock = clock
        self._journal = journal
        self._slots = slots
        self._kinds: dict[str, Work] = {}
        self._me = uuid4()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._stopping = False
        self._tasks = Tasks()

    def register(self, kind: str, work: Work) -> None:
        self._kinds[kind] = work

    def start(self) -> None:
        self._tasks.keep("jobs.listen", self._listen, pause=0.5)
        self._tasks.keep("jobs.claim", self._claim_forever, pause=0.5)

    async def stop(self) -> None:
        """Take nothing new, wait GRACE seconds for what is in hand, give back the rest."""
        self._stopping = True
        self._wake.set()
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=GRACE)
        await self._tasks.close()
        with contextlib.suppress(Exception):  # without the database the leases end by themselves
            await self._db.pool.execute(GIVE_BACK, self._me, timeout=2)

    async def _listen(self) -> None:
        async with self._db.listener() as connection:
            await connection.add_listener(WAKE, lambda *_: self._wake.set())
            self._wake.set()
            while not connection.is_closed():
                await asyncio.sleep(2)
                await connection.execute("SELECT 1")

    async def _claim_forever(self) -> None:
        while not self._stopping:
            free = self._slots - len(self._running)
            self._wake.clear()
            rows: list[asyncpg.Record] = []
            if free > 0:
                rows = await self._db.pool.fetch(CLAIM, self._me, self._clock.now(), free)
            for row in rows:
                job = Job(row["id"], row["kind"], row["payload"], row["attempts"])
                task = self._tasks.start(f"job.{job.kind}", self._run(job))
                self._running[job.id] = task
                task.add_done_callback(functools.partial(self._finished, job.id))
            try:
                async with asyncio.timeout(POLL):
                    await self._wake.wait()
            except TimeoutError:
                pass
        await asyncio.sleep(POLL)

    def _finished(self, job_id: int, _: "asyncio.Task[None]") -> None:
        self._running.pop(job_id, None)
        self._wake.set()

    async def _run(self, job: Job) -> None:
        structlog.contextvars.bind_contextvars(job=job.id, kind=job.kind)
        work = self._kinds.get(job.kind)
        scope = Scope(None, job.id)
        current_scope.set(scope)
        patience.set(1.0)  # a job that must wait for the vendor's pace comes again and leaves its slot to others
        started = time.monotonic()
        try:
            if job.attempts > MAX_ATTEMPTS:  # every attempt took its process along: no error was ever reported
                await self._hold(job, "attempts")
                return
            if work is None:
                raise LookupError(f"no job kind {job.kind!r}")
            await self._journal.load(scope)  # a postponed job comes back with its attempts uncounted
            async with asyncio.timeout(DEADLINE):
                await work(job)
        except Later as later:
            await self._postpone(job, later.seconds)
        except TelegramRetryAfter as error:
            await self._postpone(job, float(error.retry_after))
        except Exception as error:
            await self._failed(job, error)
        else:
            await self._db.pool.execute(DONE, job.id, self._me)
            metrics.jobs_done.labels(job.kind).inc()
            log.debug("job.done", seconds=round(time.monotonic() - started, 3))

    async def _postpone(self, job: Job, seconds: float) -> None:
        await self._db.pool.execute(POSTPONE, job.id, self._me, self._clock.now() + timedelta(seconds=seconds))

    async def _failed(self, job: Job, error: Exception) -> None:
        metrics.jobs_failed.labels(job.kind).inc()
        sentry.report(error)
        log.warning("job.failed", attempt=job.attempts, error=type(error).__name__, exc_info=error)
        if job.attempts >= MAX_ATTEMPTS:
            await self._hold(job, type(error).__name__)
            return
        pause = min(300.0, 1.0 * 2 ** (job.attempts - 1))
        at = self._clock.now() + timedelta(seconds=pause)
        await self._db.pool.execute(RETRY, job.id, self._me, at, type(error).__name__)

    async def _hold(self, job: Job, reason: str) -> None:
        metrics.jobs_held.labels(job.kind).inc()
        log.error("job.held", reason=reason, attempts=job.attempts)
        await self._db.pool.execute(HOLD, job.id, self._me, reason)

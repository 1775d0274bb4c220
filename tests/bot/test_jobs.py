"""Background jobs: in the caller's transaction, in order, counted before the work, by business time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot import jobs as module
from bot.jobs import Job, Jobs, Later, enqueue, enqueue_on
from bot.journal import Journal
from infra.clock import Clock
from infra.database import Database


class Runner:
    """One process's jobs, and what they did."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = Clock()
        self.done: list[Any] = []
        self.started: list[Jobs] = []

    def start(self, work: Callable[[Job], Awaitable[None]] | None = None, **options: Any) -> Jobs:
        jobs = Jobs(self.db, self.clock, Journal(self.db), **options)
        jobs.register("note", work or self.note)
        jobs.start()
        self.started.append(jobs)
        return jobs

    async def note(self, job: Job) -> None:
        self.done.append(job.payload["n"])

    async def add(self, number: int, *, after: float = 0.0, kind: str = "note", **options: Any) -> None:
        at = self.clock.now() + timedelta(seconds=after)
        async with self.db.pool.acquire() as connection:
            await enqueue_on(connection, kind, {"n": number}, at=at, **options)

    async def count(self, where: str = "true") -> int:
        return int(await self.db.pool.fetchval(f"SELECT count(*) FROM job WHERE {where}"))

    async def until(self, condition: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while not await condition():
                await asyncio.sleep(0.01)

    async def empty(self) -> None:
        async def none() -> bool:
            return not await self.count("held_at IS NULL")

        await self.until(none)


@pytest.fixture
async def runner(db: Database) -> AsyncIterator[Runner]:
    runner = Runner(db)
    yield runner
    for jobs in runner.started:
        await jobs.stop()


async def test_a_job_of_a_committed_transaction_runs_at_once(runner: Runner) -> None:
    runner.start()
    async with runner.db.session() as session, session.begin():
        await enqueue(session, "note", {"n": 1}, at=runner.clock.now())
    await runner.empty()
    assert runner.done == [1]


async def test_a_job_of_a_rolled_back_transaction_never_was(runner: Runner) -> None:
    runner.start()
    async with runner.db.session() as session:
        await enqueue(session, "note", {"n": 1}, at=runner.clock.now())
        await session.rollback()
    await runner.add(2)
    await runner.empty()
    assert runner.done == [2]


async def test_an_equal_key_that_waits_is_one_job_with_the_newest_payload(runner: Runner) -> None:
    await runner.add(1, after=60, dedupe_key="k")
    await runner.add(2, dedupe_key="k")
    await runner.add(3, after=600, dedupe_key="k")
    assert await runner.count() == 1
    runner.start()
    await runner.empty()
    assert runner.done == [3]


async def test_a_moved_job_waits_for_its_new_time(runner: Runner) -> None:
    await runner.add(1, dedupe_key="k")
    await runner.add(2, after=600, dedupe_key="k", move=True)
    runner.start()
    await runner.add(9)
    await runner.until(lambda: _is(runner, [9]))
    runner.clock.offset += 601
    await runner.empty()
    assert runner.done == [9, 2]


async def _is(runner: Runner, done: list[int]) -> bool:
    return runner.done == done


async def test_a_key_is_free_again_once_its_job_runs(runner: Runner) -> None:
    going, go = asyncio.Event(), asyncio.Event()

    async def slow(job: Job) -> None:
        going.set()
        await go.wait()
        await runner.note(job)

    runner.start(slow)
    await runner.add(1, dedupe_key="k")
    await asyncio.wait_for(going.wait(), 5)
    await runner.add(2, dedupe_key="k")
    assert await runner.count() == 2
    go.set()
    await runner.empty()
    assert runner.done == [1, 2]


async def test_serial_jobs_run_in_order_over_several_processes(runner: Runner) -> None:
    at_once: set[int] = set()
    most = 0

    async def work(job: Job) -> None:
        nonlocal most
        at_once.add(job.id)
        most = max(most, len(at_once))
        await asyncio.sleep(0)
        await runner.note(job)
        at_once.discard(job.id)

    for number in range(20):
        await runner.add(number, serial_key="one")
    runner.start(work)
    runner.start(work)
    await runner.empty()
    assert runner.done == list(range(20))
    assert most == 1


async def test_a_serial_job_that_fails_keeps_its_place(runner: Runner) -> None:
    async def work(job: Job) -> None:
        if job.payload["n"] == 1 and job.attempts < 2:
            raise RuntimeError("not yet")
        await runner.note(job)

    await runner.add(1, serial_key="one")
    await runner.add(2, serial_key="one")
    await runner.add(3)
    runner.start(work)
    await runner.until(lambda: _is(runner, [3]))
    runner.clock.offset += 5
    await runner.empty()
    assert runner.done == [3, 1, 2]


async def test_later_does_not_count_as_an_attempt(runner: Runner) -> None:
    attempts: list[int] = []

    async def work(job: Job) -> None:
        attempts.append(job.attempts)
        if len(attempts) < 12:
            raise Later(0)
        await runner.note(job)

    runner.start(work)
    await runner.add(1)
    await runner.empty()
    assert attempts == [1] * 12
    assert runner.done == [1]


async def test_business_time_decides_when_a_job_is_due(runner: Runner) -> None:
    runner.start()
    await runner.add(1, after=24 * 3600)
    await runner.add(2)
    await runner.until(lambda: _is(runner, [2]))
    runner.clock.offset += 24 * 3600
    await runner.empty()
    assert runner.done == [2, 1]


async def test_a_job_that_always_fails_is_held_after_eight_attempts(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(job: Job) -> None:
        runner.done.append(job.attempts)
        raise ValueError("words of a client")

    async def held() -> bool:
        """Each pause before the next attempt passes at once."""
        runner.clock.offset += 400 * await runner.count("held_at IS NULL AND owner IS NULL")
        return not await runner.count("held_at IS NULL")

    monkeypatch.setattr(module, "POLL", 0.01)
    runner.start(work)
    await runner.add(1, dedupe_key="k")
    await runner.until(held)
    assert runner.done == list(range(1, 9))
    row = await runner.db.pool.fetchrow("SELECT attempts, last_error, owner FROM job WHERE held_at IS NOT NULL")
    assert tuple(row) == (8, "ValueError", None)
    await runner.add(2, dedupe_key="k")
    assert await runner.count("held_at IS NULL") == 1, "a held job does not stand in the way of a new one"


async def test_a_job_that_kills_its_process_is_held_without_another_try(runner: Runner) -> None:
    await runner.add(1)
    await runner.db.pool.execute("UPDATE job SET attempts = 8, lease_until = now() - interval '1 second'")
    runner.start()
    await runner.empty()
    assert runner.done == []
    assert await runner.db.pool.fetchval("SELECT last_error FROM job WHERE held_at IS NOT NULL") == "attempts"


async def test_a_job_of_a_dead_process_is_taken_over_when_its_lease_ends(runner: Runner) -> None:
    going = asyncio.Event()

    async def stuck(job: Job) -> None:
        going.set()
        await asyncio.Event().wait()

    dead = runner.start(stuck)
    await runner.add(1)
    await asyncio.wait_for(going.wait(), 5)
    await dead._tasks.close()  # as kill -9: no end, no release
    runner.started.remove(dead)
    await runner.db.pool.execute("UPDATE job SET lease_until = now() - interval '1 second'")
    seen: list[int] = []

    async def work(job: Job) -> None:
        seen.append(job.attempts)

    runner.start(work)
    await runner.empty()
    assert seen == [2]


async def test_a_stop_waits_for_the_job_in_hand(runner: Runner) -> None:
    going, go = asyncio.Event(), asyncio.Event()

    async def work(job: Job) -> None:
        going.set()
        await go.wait()
        await runner.note(job)

    jobs = runner.start(work)
    await runner.add(1)
    await asyncio.wait_for(going.wait(), 5)
    stopping = asyncio.ensure_future(jobs.stop())
    await runner.add(2)
    go.set()
    await stopping
    assert runner.done == [1]
    assert await runner.count("lease_until IS NULL") == 1, "nothing new was taken"


async def test_a_stop_gives_back_what_does_not_end_in_time(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE", 0.05)
    going = asyncio.Event()

    async def stuck(job: Job) -> None:
        going.set()
        await asyncio.Event().wait()

    jobs = runner.start(stuck)
    await runner.add(1)
    await asyncio.wait_for(going.wait(), 5)
    await jobs.stop()
    runner.start()
    await runner.empty()
    assert runner.done == [1]


async def test_an_unknown_kind_is_tried_again_not_lost(runner: Runner) -> None:
    runner.start()
    await runner.add(1, kind="of another version")

    async def failed_once() -> bool:
        return await runner.count("last_error = 'LookupError' AND run_at > now()") == 1

    await runner.until(failed_once)
    assert await runner.count() == 1


async def test_a_job_that_hangs_is_ended_and_tried_again(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE", 0.05)

    async def stuck(job: Job) -> None:
        await asyncio.Event().wait()

    runner.start(stuck)
    await runner.add(1)

    async def failed_once() -> bool:
        return await runner.count("last_error = 'TimeoutError'") == 1

    await runner.until(failed_once)
    assert await runner.count("owner IS NULL") == 1


async def test_jobs_go_on_after_the_database_was_away(runner: Runner) -> None:
    runner.start()
    await runner.db.pool.fetch(
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()"""
    )
    async with runner.db.session() as session, session.begin():
        assert await session.scalar(text("SELECT 1")) == 1
    await runner.add(1)
    await runner.empty()
    assert runner.done == [1]

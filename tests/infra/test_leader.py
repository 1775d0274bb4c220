"""One process leads; another takes over when the leader's connection dies."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from infra import leader
from infra.database import Database
from infra.leader import lead
from infra.tasks import Tasks


class Duty:
    """What the leader does: nothing but being counted."""

    def __init__(self) -> None:
        self.working: set[str] = set()
        self.most = 0
        self.history: list[str] = []

    async def work(self, name: str) -> None:
        self.working.add(name)
        self.history.append(name)
        self.most = max(self.most, len(self.working))
        try:
            await asyncio.Event().wait()
        finally:
            self.working.discard(name)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader, "TRY_EVERY", 0.05)
    monkeypatch.setattr(leader, "CHECK_EVERY", 0.2)


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    tasks = Tasks()
    yield tasks
    await tasks.close()


async def until(duty: Duty, count: int) -> None:
    async with asyncio.timeout(10):
        while len(duty.history) < count or len(duty.working) != 1:
            await asyncio.sleep(0.02)


async def test_one_of_two_leads_and_the_other_takes_over(db: Database, tasks: Tasks) -> None:
    duty = Duty()
    for name in ("a", "b"):
        tasks.keep(name, lambda name=name: lead(db, "polling", lambda: duty.work(name)), pause=0.5)  # type: ignore[misc]  # bound now
    await until(duty, 1)
    (first,) = duty.working
    await db.pool.execute(
        """SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
           WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()"""
    )
    await until(duty, 2)
    assert duty.history[1] != first
    assert duty.most == 1


async def test_different_duties_have_different_leaders(db: Database, tasks: Tasks) -> None:
    duty = Duty()
    for name in ("polling", "schedules"):
        tasks.start(name, lead(db, name, lambda name=name: duty.work(name)))  # type: ignore[misc]  # bound now
    async with asyncio.timeout(10):
        while duty.working != {"polling", "schedules"}:
            await asyncio.sleep(0.02)
    assert duty.most == 2


async def test_a_leader_whose_work_fails_gives_the_lock_back(db: Database) -> None:
    async def broken() -> None:
        raise RuntimeError("cannot")

    with pytest.raises(RuntimeError, match="cannot"):
        await asyncio.wait_for(lead(db, "polling", broken), 5)
    duty = Duty()
    second = asyncio.ensure_future(lead(db, "polling", lambda: duty.work("b")))
    await until(duty, 1)
    second.cancel()
    await asyncio.wait([second], timeout=5)
    assert not duty.working

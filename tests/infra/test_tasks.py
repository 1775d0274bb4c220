"""Background tasks: restarted when they fail, ended in order, and silent about what clients wrote."""

import asyncio

import pytest
from structlog.testing import CapturingLogger

from infra import tasks as module
from infra.errors import VendorDown
from infra.tasks import Tasks


async def test_what_fails_or_returns_is_started_again() -> None:
    tasks, runs, enough = Tasks(), 0, asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 5:
            enough.set()
        if runs % 2:
            raise RuntimeError("down")

    tasks.keep("work", work, pause=0)
    await asyncio.wait_for(enough.wait(), 5)
    await tasks.close()
    assert runs >= 5


async def test_close_ends_everything_and_waits_for_it() -> None:
    tasks, ended = Tasks(), []

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(name)

    running = [tasks.start(name, work(name)) for name in ("a", "b")]
    await asyncio.sleep(0)
    await tasks.close()
    assert sorted(ended) == ["a", "b"]
    assert all(task.cancelled() for task in running)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> CapturingLogger:
    recorder = CapturingLogger()
    monkeypatch.setattr(module, "log", recorder)
    return recorder


async def fail_once(error: Exception) -> None:
    tasks, failed = Tasks(), asyncio.Event()

    async def work() -> None:
        failed.set()
        raise error

    tasks.keep("work", work, pause=60)
    await asyncio.wait_for(failed.wait(), 5)
    await asyncio.sleep(0)
    await tasks.close()


async def test_the_log_tells_the_kind_of_error_and_not_its_words(logged: CapturingLogger) -> None:
    await fail_once(ValueError("Мария просит скидку"))
    (call,) = logged.calls
    assert call.kwargs["error"] == "ValueError"
    assert "Мария" not in repr(call)


async def test_the_words_of_our_own_errors_are_for_the_log(logged: CapturingLogger) -> None:
    await fail_once(VendorDown("telegram", "a file answers 502"))
    (call,) = logged.calls
    assert call.kwargs["detail"] == "telegram: a file answers 502"

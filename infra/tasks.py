"""The one supervised place where background tasks are made: each is named, logged when it dies, and restarted."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from infra.errors import AppError

log = structlog.get_logger(__name__)


class Tasks:
    """Background tasks of one process; `close()` cancels what is left and waits for it."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._closing = False

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run once; an error is logged with the task's name."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def keep(self, name: str, work: Callable[[], Awaitable[None]], *, pause: float = 1.0) -> asyncio.Task[Any]:
        """Run for ever: when it fails or returns, it is started again after `pause` seconds."""
        return self.start(name, self._again(name, work, pause))

    async def _again(self, name: str, work: Callable[[], Awaitable[None]], pause: float) -> None:
        failures = 0
        while not self._closing:
            try:
                await work()
                failures = 0
            except Exception as error:
                failures += 1
                if failures in (1, 10) or failures % 60 == 0:
                    log.warning(
                        "task.failed",
                        task=name,
                        error=type(error).__name__,
                        detail=str(error)[:200] if isinstance(error, AppError) else "",  # others quote their values
                        times=failures,
                    )
            await asyncio.sleep(pause)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled() or self._closing:
            return
        error = task.exception()
        if error is not None:
            log.error("task.died", task=task.get_name(), error=type(error).__name__, exc_info=error)

    async def close(self) -> None:
        """Cancel everything and wait; asked again each second, for a library may swallow a cancellation."""
        self._closing = True
        for _ in range(5):
            tasks = list(self._running)
            if not tasks:
                return
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=1)
            self._running.difference_update(task for task in tasks if task.done())
        if self._running:
            log.warning("task.stuck", tasks=[task.get_name() for task in self._running])

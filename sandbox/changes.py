"""How the page learns that something happened: one number for the whole world that grows with every change."""

import asyncio
import contextlib


class Changes:
    """The number, and a way to wait for the next one."""

    def __init__(self) -> None:
        self.number = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def note(self) -> None:
        self.number += 1
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def after(self, number: int, seconds: float) -> None:
        """Return when the number differs from `number`, or after `seconds`."""
        if self.number != number:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(future, seconds)
        self._waiting.discard(future)

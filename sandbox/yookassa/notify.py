"""Notifications to the shop: not signed, delivered until answered 200 or a day old, possibly twice or out of order."""

import asyncio
from dataclasses import dataclass, field

import aiohttp
import orjson

from sandbox.world import Json, World

DAY = 24 * 3600
SECONDS = 10


@dataclass(slots=True)
class Notifier:
    """`address` is what the shop has set in its cabinet; empty: nobody is told. `sent` is a record for people."""

    world: World
    address: str = ""
    sent: list[Json] = field(default_factory=list)
    http: aiohttp.ClientSession | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def tell(self, event: str, about: Json, *, copies: int = 1, delay: float = 0.0) -> None:
        """Tell the shop what has become of `about`, as it stands now."""
        body = {"type": "notification", "event": event, "object": about}
        for _ in range(copies if self.address else 0):
            record: Json = {"event": event, "object": about["id"], "status": None, "tries": 0}
            self.sent.append(record)
            task = self.world.tasks.start("yookassa notification", self._deliver(body, record, delay))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def forget(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.sent.clear()

    async def _deliver(self, body: Json, record: Json, delay: float) -> None:
        await asyncio.sleep(delay)
        pause = self.world.settings.webhook_retry
        until = self.world.clock.now().timestamp() + DAY
        while self.world.clock.now().timestamp() < until:
            record["tries"] += 1
            record["status"] = await self._post(body)
            self.world.changes.note()
            if record["status"] == 200:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, self.world.settings.webhook_retry_max)

    async def _post(self, body: Json) -> int | str:
        if self.http is None:
            return "not running"
        headers = {"Content-Type": "application/json"}
        try:
            async with self.http.post(self.address, data=orjson.dumps(body), headers=headers) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            return type(error).__name__

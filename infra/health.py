"""`/health` (alive), `/ready` (each dependency's state), `/metrics` (Prometheus)."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from infra import metrics
from infra.http import ApiError

Check = Callable[[], Awaitable[bool]]
DEADLINE = 2.5


@dataclass(frozen=True, slots=True)
class Watched:
    check: Check
    needed: bool


class Health:
    """What this process stands on. `ready` opens the gate for everything that needs the database."""

    def __init__(self) -> None:
        self.ready = False
        self._started = time.monotonic()
        self._watched: dict[str, Watched] = {}

    def watch(self, name: str, check: Check, *, needed: bool) -> None:
        self._watched[name] = Watched(check, needed)

    def require_ready(self) -> None:
        """503 until the start is complete: senders keep their message and come again."""
        if not self.ready:
            raise ApiError(
                503,
                "starting",
                "Сервис запускается. Попробуйте через несколько секунд.",
                headers={"Retry-After": "2"},
            )

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/health", self._health),
            web.get("/ready", self._ready),
            web.get("/metrics", self._metrics),
        ]

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "alive", "seconds": round(time.monotonic() - self._started)})

    async def _ready(self, _: web.Request) -> web.Response:
        names = list(self._watched)
        states = await asyncio.gather(*(self._state(self._watched[name]) for name in names))
        found = dict(zip(names, states, strict=True))
        down = [name for name in names if found[name] != "up" and self._watched[name].needed]
        ready = self.ready and not down
        body = {"status": "ready" if ready else "not ready", "started": self.ready, "dependencies": found}
        return web.json_response(body, status=200 if ready else 503)

    async def _state(self, watched: Watched) -> str:
        try:
            async with asyncio.timeout(DEADLINE):
                return "up" if await watched.check() else "down"
        except Exception:
            return "down"

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=metrics.render(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

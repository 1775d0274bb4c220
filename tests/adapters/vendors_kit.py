"""The simulated world in this process for the adapters' tests, and a shop that hears its notifications."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.app import Sandbox
from sandbox.settings import SandboxSettings


@dataclass
class Outer:
    """The simulated world: its address and its own routes."""

    base: str
    sandbox: Sandbox
    http: aiohttp.ClientSession

    async def post(self, path: str, body: Any, status: int = 200) -> Any:
        async with self.http.post(self.base + path, json=body) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def get(self, path: str) -> Any:
        async with self.http.get(self.base + path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def fault(self, service: str, mode: str, **more: Any) -> None:
        await self.post("/faults", {"service": service, "mode": mode, **({"for": 1} | more)})

    async def advance(self, seconds: float) -> None:
        await self.post("/play/clock", {"advance": seconds})


@asynccontextmanager
async def outer_world(**settings: Any) -> AsyncIterator[Outer]:
    sandbox = Sandbox(SandboxSettings(port=0, webhook_retry=0.05, **settings))
    runner = web.AppRunner(sandbox.application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession() as http:
            yield Outer(base, sandbox, http)
    finally:
        await runner.cleanup()


@dataclass
class Ear:
    """A shop's webhook: keeps what it heard and answers with the next of `statuses`, then 200."""

    address: str = ""
    heard: list[Any] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    @property
    def events(self) -> list[tuple[str, str]]:
        return [(body["event"], body["object"]["id"]) for body in self.heard]


@asynccontextmanager
async def listening() -> AsyncIterator[Ear]:
    ear = Ear()
    app = web.Application()
    app.router.add_post("/hook", ear.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ear.address = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield ear
    await runner.cleanup()


async def until(check: Callable[[], Any | Awaitable[Any]], seconds: float = 10.0) -> Any:
    """Ask again until the answer is true."""
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        found = await found if isinstance(found, Awaitable) else found
        if found:
            return found
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.02)

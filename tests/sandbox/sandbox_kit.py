"""A real aiogram bot connected to the simulated world, and people who act in it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.types import Message, Update

GROUP = -1001000000001
CLIENT = 501


class Session(AiohttpSession):
    """aiogram's own session, closed at once: its quarter of a second is for encrypted connections."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


@dataclass
class Play:
    """The sandbox's own routes, as a person or a test uses them."""

    base: str
    http: aiohttp.ClientSession

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        async with self.http.post(self.base + path, json=body) as response:
            return response.status, await response.json()

    async def get(self, path: str) -> Any:
        async with self.http.get(self.base + path) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def act(self, **action: Any) -> dict[str, Any]:
        """A person acts; a client in their own chat unless said otherwise."""
        status, answer = await self.post("/play/telegram", {"chat": CLIENT, "user": CLIENT, **action})
        assert status == 200, answer
        return dict(answer)

    async def refused(self, **action: Any) -> tuple[int, str]:
        status, answer = await self.post("/play/telegram", {"chat": CLIENT, "user": CLIENT, **action})
        assert status >= 400, answer
        return status, answer["error"]["code"]

    async def messages(self, chat: int = CLIENT) -> list[dict[str, Any]]:
        return list(await self.get(f"/inspect/telegram?chat={chat}"))

    async def fault(self, mode: str, **more: Any) -> None:
        status, answer = await self.post("/faults", {"service": "telegram", "mode": mode, **more})
        assert status == 200, answer


@dataclass
class World:
    play: Play
    bot: Bot

    async def update(self) -> Update:
        """The next update by polling, acknowledged at once."""
        updates = await self.bot.get_updates(limit=1, timeout=5)
        assert updates, "no update came"
        await self.bot.get_updates(offset=updates[0].update_id + 1, timeout=0)
        return updates[0]

    async def greeted(self) -> Message:
        """The bot's first message to a client who has written."""
        await self.play.act(start="")
        await self.update()
        return await self.bot.send_message(CLIENT, "Здравствуйте")


async def until(check: Callable[[], Awaitable[Any]], seconds: float = 5.0) -> Any:
    """Ask again until the answer is true; the deadline is an error."""
    deadline = time.monotonic() + seconds
    while True:
        answer = await check()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError("it did not come true in time")
        await asyncio.sleep(0.02)

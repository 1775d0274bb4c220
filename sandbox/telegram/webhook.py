"""Webhook delivery: updates of one chat in order, chats side by side, whatever is not answered 2xx again and again."""

import asyncio
import hmac
import time
from collections import deque
from collections.abc import Awaitable, Callable

import aiohttp
import orjson

from infra.tasks import Tasks
from sandbox.settings import SandboxSettings
from sandbox.telegram.updates import Bot, Update
from sandbox.world import Json

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
ANSWER_LIMIT = 100_000
Execute = Callable[[Bot, Json], Awaitable[None]]


class Webhook:
    """One registered webhook and its delivery. `execute` runs a method that came as the answer to a delivery."""

    def __init__(
        self,
        bot: Bot,
        url: str,
        secret: str,
        max_connections: int,
        *,
        tasks: Tasks,
        http: aiohttp.ClientSession,
        settings: SandboxSettings,
        execute: Execute,
    ) -> None:
        self.bot = bot
        self.url = url
        self.secret = secret
        self.max_connections = max_connections
        self.last_error: str | None = None
        self.last_error_at = 0
        self._tasks = tasks
        self._http = http
        self._settings = settings
        self._execute = execute
        self._room = asyncio.Semaphore(max_connections)
        self._lanes: dict[int, deque[tuple[int, Update]]] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        for entry, update in bot.queue.items():
            self.offer(entry, update)

    def same(self, url: str, secret: str, max_connections: int) -> bool:
        same_secret = hmac.compare_digest(self.secret, secret)
        return self.url == url and same_secret and self.max_connections == max_connections

    def offer(self, entry: int, update: Update) -> None:
        """Deliver this update after the earlier ones of its lane."""
        lane = self._lanes.setdefault(update.lane, deque())
        lane.append((entry, update))
        if update.lane not in self._running:
            self._running[update.lane] = self._tasks.start("telegram webhook", self._work(update.lane))

    def drop_pending(self) -> None:
        for lane in self._lanes.values():
            lane.clear()

    def stop(self) -> None:
        """Deliver no more; what was not accepted stays in the bot's queue."""
        for task in self._running.values():
            task.cancel()
        self._running.clear()

    async def _work(self, number: int) -> None:
        lane = self._lanes[number]
        delay = self._settings.webhook_retry
        while lane:
            entry, update = lane[0]
            async with self._room:
                accepted = await self._deliver(update)
            if accepted:
                self.bot.queue.pop(entry, None)
                if lane and lane[0][0] == entry:
                    lane.popleft()
                delay = self._settings.webhook_retry
            else:
                await asyncio.sleep(delay)
                delay = min(delay * 2, self._settings.webhook_retry_max)
        del self._lanes[number]
        del self._running[number]

    async def _deliver(self, update: Update) -> bool:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers[SECRET_HEADER] = self.secret
        try:
            async with self._http.post(self.url, data=orjson.dumps(update.body), headers=headers) as response:
                body = await response.content.read(ANSWER_LIMIT)
                if 200 <= response.status < 300:
                    await self._answer(body)
                    return True
                self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
        except TimeoutError:
            self._failed("Read timeout expired")
        except aiohttp.ClientConnectorError:
            self._failed("Connection refused")
        except aiohttp.ClientError:
            self._failed("Webhook connection closed")
        return False

    async def _answer(self, body: bytes) -> None:
        """A bot may answer a delivery with a method to run; its result is not reported back."""
        try:
            method = orjson.loads(body) if body.strip() else None
        except orjson.JSONDecodeError:
            return
        if isinstance(method, dict) and isinstance(method.get("method"), str):
            await self._execute(self.bot, method)

    def _failed(self, reason: str) -> None:
        self.last_error = reason
        self.last_error_at = int(time.time())

    def info(self) -> Json:
        """WebhookInfo."""
        body: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.bot.queue),
            "max_connections": self.max_connections,
        }
        if self.last_error:
            body |= {"last_error_date": self.last_error_at, "last_error_message": self.last_error}
        if self.bot.allowed:
            body["allowed_updates"] = sorted(self.bot.allowed)
        return body

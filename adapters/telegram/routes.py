"""How Telegram's updates come in: one process polls, or Telegram calls the webhook. Both store first, then say "ok"."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import orjson
import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import DeleteWebhook, SetWebhook
from aiohttp import ClientError, ClientSession, ClientTimeout, web

from adapters.channel import Inbound
from adapters.telegram.parse import CARRIERS, inbound
from infra.http import ApiError

log = structlog.get_logger(__name__)

POLL_SECONDS = 25
LIMIT = 100
BODY_LIMIT = 1024 * 1024

Accept = Callable[[Inbound, str], Awaitable[Any]]
Hold = Callable[[int, str, bytes, str], Awaitable[None]]


class TelegramIntake:
    """Takes raw updates, whether polled or posted, and hands them to the inbox one by one, in Telegram's order."""

    def __init__(self, bot: Bot, api_url: str, accept: Accept, hold: Hold, *, proxy: str | None = None) -> None:
        self.bot = bot
        self._url = f"{api_url.rstrip('/')}/bot{bot.token}/getUpdates"
        self._accept = accept
        self._hold = hold
        self._proxy = proxy

    async def take(self, raw: Any) -> None:
        """Store one raw update; what names no chat is held apart."""
        trace = uuid4().hex
        try:
            if not isinstance(raw, dict):
                raise ValueError("not an object")
            message = inbound(self.bot.id, raw)
        except ValueError as error:
            number = raw.get("update_id") if isinstance(raw, dict) else None
            external_id = str(number) if isinstance(number, int) else f"unreadable-{trace}"
            await self._hold(self.bot.id, external_id, orjson.dumps(raw)[:BODY_LIMIT], str(error))
            return
        await self._accept(message, trace)

    async def poll_forever(self) -> None:
        """Long polling; an update is acknowledged only after it and all before it are stored."""
        await self.bot(DeleteWebhook(drop_pending_updates=False))
        offset = 0
        async with ClientSession(timeout=ClientTimeout(total=POLL_SECONDS + 10, connect=5)) as session:
            while True:
                try:
                    updates = await self._get_updates(session, offset)
                except (ClientError, TimeoutError, OSError, ValueError) as error:
                    log.warning("telegram.poll_failed", error=type(error).__name__)
                    await asyncio.sleep(2)
                    continue
                for raw in updates:
                    await self.take(raw)
                    if isinstance(raw, dict) and isinstance(raw.get("update_id"), int):
                        offset = max(offset, raw["update_id"] + 1)

    async def _get_updates(self, session: ClientSession, offset: int) -> list[Any]:
        request = {"offset": offset, "timeout": POLL_SECONDS, "limit": LIMIT, "allowed_updates": list(CARRIERS)}
        async with session.post(self._url, json=request, proxy=self._proxy) as answer:
            data = orjson.loads(await answer.read())
        if not isinstance(data, dict) or not data.get("ok"):
            code = data.get("error_code") if isinstance(data, dict) else None
            raise ValueError(f"getUpdates answered {code}")
        return list(data.get("result") or [])

    async def keep_webhook(self, url: str, secret: str) -> None:
        """Register the webhook, and again each ten minutes: it is lost when somebody else sets another."""
        while True:
            try:
                await self.bot(
                    SetWebhook(url=url, secret_token=secret, allowed_updates=list(CARRIERS), max_connections=40)
                )
            except TelegramAPIError as error:
                log.warning("telegram.webhook_failed", error=type(error).__name__)
            await asyncio.sleep(600)


def webhook(intake: TelegramIntake, secret: str, gate: Callable[[], None]) -> web.RouteDef:
    """`POST /telegram/webhook`: 401 without the secret header, 400 for what is not JSON, 200 when it is stored."""

    async def handle(request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode()):
            raise ApiError(401, "unauthorized", "Неверный или отсутствующий секрет.")
        gate()
        body = await request.read()
        try:
            raw = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise ApiError(400, "bad_json", "Тело запроса — не JSON.") from None
        await intake.take(raw)
        return web.json_response({"ok": True})

    return web.post("/telegram/webhook", handle)

"""The session toward Telegram: keeps its limits, honours `retry_after`, repeats what is safe to repeat."""

import asyncio
import time
from typing import Any, cast

import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import EditMessageText, GetUpdates, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientConnectorError, ClientError, ClientTimeout

from adapters.channel import DURABLE
from adapters.telegram.render import TEXT_LIMIT, plain, split
from infra import metrics
from infra.cache import Cache
from infra.crypto import pseudonym

OVERALL = 30.0
PRIVATE = (1.0, 4.0)
GROUP = (20 / 60, 6.0)
"""Telegram's published limits as (per second, burst): 30/s in all, about 1/s a chat, 20/min a group."""

CALL_SECONDS = 10.0
PATIENCE = 6.0
"""Seconds a call may wait for its turn or for a short `retry_after` before the whole turn is put off."""

CONNECT_TRIES = 3


class TelegramSession(AiohttpSession):
    """aiogram's own HTTP session with our limits and repeats around it. One per bot."""

    def __init__(
        self, api_url: str, cache: Cache, secret: bytes, *, proxy: str | None = None, rate: float = OVERALL
    ) -> None:
        super().__init__(proxy=proxy, api=TelegramAPIServer.from_base(api_url), json_loads=orjson.loads, timeout=10)
        self._cache = cache
        self._secret = secret
        self._rate = rate
        if not api_url.startswith("https://"):
            self._connector_init.pop("ssl", None)

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        if isinstance(method, SendMessage) and len(method.text) > TEXT_LIMIT:
            return cast(TelegramType, await self._in_parts(bot, method))
        try:
            return await self._paced(bot, method, timeout)
        except TelegramBadRequest as error:
            if isinstance(method, SendMessage | EditMessageText) and "can't parse entities" in error.message:
                text = plain(method.text or "")
                bare = method.model_copy(update={"text": text, "parse_mode": None})
                return cast(TelegramType, await self._paced(bot, cast(TelegramMethod[Any], bare), timeout))
            raise

    async def _in_parts(self, bot: Bot, method: SendMessage) -> Any:
        parts = split(method.text)
        for part in parts[:-1]:
            await self._paced(bot, method.model_copy(update={"text": part, "reply_markup": None}), None)
        return await self._paced(bot, method.model_copy(update={"text": parts[-1]}), None)

    async def _paced(self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None) -> TelegramType:
        patience = PATIENCE
        for attempt in range(1, 10):
            if isinstance(method, DURABLE):
                await self._take_turn(bot, method, patience)
            try:
                return await self._measured(bot, method, timeout)
            except TelegramRetryAfter as error:
                patience -= error.retry_after
                if patience < 0 or attempt == 9:
                    raise
                await asyncio.sleep(error.retry_after)
            except TelegramNetworkError as error:
                if getattr(error, "reached", True) or attempt >= CONNECT_TRIES:
                    raise
                await asyncio.sleep(0.2 * attempt)
        raise AssertionError("the last attempt returns or raises")

    async def _take_turn(self, bot: Bot, method: TelegramMethod[Any], patience: float) -> None:
        chat_id = getattr(method, "chat_id", None)
        rate, burst = GROUP if isinstance(chat_id, int) and chat_id < 0 else PRIVATE
        chat = pseudonym(self._secret, bot.id, chat_id)
        wait = await self._cache.take(
            (f"telegram:{bot.id}", self._rate, self._rate), (f"telegram:{chat}", rate, burst), patience=patience
        )
        if wait > patience:
            raise TelegramRetryAfter(method=method, message="our own pace toward Telegram", retry_after=int(wait) + 1)
        if wait > 0:
            await asyncio.sleep(wait)

    async def _measured(self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None) -> TelegramType:
        started = time.monotonic()
        outcome = "error"
        try:
            result = await self._post(bot, method, timeout)
            outcome = "ok"
            return result
        finally:
            name = type(method).__name__
            metrics.outgoing_calls.labels("telegram", name, outcome).inc()
            if not isinstance(method, GetUpdates):
                metrics.outgoing_seconds.labels("telegram").observe(time.monotonic() - started)

    async def _post(self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None) -> TelegramType:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        form = self.build_form_data(bot=bot, method=method)
        try:
            limit = ClientTimeout(total=timeout or CALL_SECONDS, connect=5)
            async with session.post(url, data=form, timeout=limit) as answer:
                content = await answer.text()
        except ClientConnectorError as error:
            raise _network_error(method, type(error).__name__, reached=False) from None
        except (TimeoutError, ClientError, OSError, UnicodeDecodeError) as error:
            raise _network_error(method, type(error).__name__, reached=True) from None
        try:
            response = self.check_response(bot=bot, method=method, status_code=answer.status, content=content)
        except ClientDecodeError:
            raise _network_error(method, f"unreadable answer, status {answer.status}", reached=True) from None
        return cast(TelegramType, response.result)


def _network_error(method: TelegramMethod[Any], text: str, *, reached: bool) -> TelegramNetworkError:
    """`reached`: it may have been accepted, so the journal calls the send uncertain. No address in the text."""
    error = TelegramNetworkError(method=method, message=text)
    error.reached = reached  # type: ignore[attr-defined]  # read by the journal
    return error

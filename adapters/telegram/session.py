"""The session toward Telegram: keeps its limits, honours `retry_after`, repeats what is safe to repeat."""

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any, cast

import orjson
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import GetUpdates, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientConnectorError, ClientError, ClientTimeout, ConnectionTimeoutError

from adapters.channel import DURABLE, patience
from adapters.telegram.render import CAPTION_LIMIT, TEXT_LIMIT, plain, split
from infra import metrics
from infra.cache import Cache
from infra.crypto import pseudonym
from infra.errors import VendorDown

OVERALL = 30.0
PRIVATE = (1.0, 4.0)
GROUP = (20 / 60, 15.0)
"""Telegram's published limits as (per second, burst): 30/s in all, about 1/s a chat, 20/min a group."""

CALL_SECONDS = 10.0
CONNECT_TRIES = 3


class TelegramSession(AiohttpSession):
    """aiogram's own HTTP session with our limits and repeats around it. One per bot."""

    def __init__(
        self, api_url: str, cache: Cache, secret: bytes, *, proxy: str | None = None, rate: float = OVERALL
    ) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url), json_loads=orjson.loads, timeout=10)
        self._http_proxy = proxy
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
        method = _cut(bot, method)
        try:
            return await self._paced(bot, method, timeout)
        except TelegramBadRequest as error:
            bare = _bare(method)
            if bare is None or "can't parse entities" not in error.message:
                raise
            return await self._paced(bot, bare, timeout)

    async def _in_parts(self, bot: Bot, method: SendMessage) -> Any:
        """A long text as several messages, the buttons under the last; answers with the last one."""
        parts = split(method.text, markup=_is_markup(bot, method))
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            update = {"text": part} if last else {"text": part, "reply_markup": None}
            try:
                result = await self._paced(bot, method.model_copy(update=update), None)
            except TelegramRetryAfter as error:
                if number == 0:
                    raise
                raise _network_error(method, f"a part was refused for {error.retry_after} s", reached=True) from None
            except TelegramNetworkError as error:
                if number == 0:
                    raise
                raise _network_error(method, error.message, reached=True) from None  # its beginning was delivered
        return result

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """A file's bytes. VendorDown, whose text has no address: the token is part of it."""
        session = await self.create_session()
        limit = ClientTimeout(total=timeout, connect=5)
        try:
            async with session.get(url, timeout=limit, headers=headers or {}, proxy=self._http_proxy) as answer:
                if raise_for_status and answer.status >= 400:
                    raise VendorDown("telegram", f"a file answers {answer.status}")
                async for chunk in answer.content.iter_chunked(chunk_size):
                    yield chunk
        except (TimeoutError, ClientError, OSError) as error:
            raise VendorDown("telegram", f"a file did not arrive: {type(error).__name__}") from None

    async def _paced(self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None) -> TelegramType:
        left = patience.get()
        for attempt in range(1, 10):
            if isinstance(method, DURABLE):
                await self._take_turn(bot, method, left)
            try:
                return await self._measured(bot, method, timeout)
            except TelegramRetryAfter as error:
                left -= error.retry_after
                if left < 0 or attempt == 9:
                    raise
                await asyncio.sleep(error.retry_after)
            except TelegramNetworkError as error:
                if getattr(error, "reached", True) or attempt >= CONNECT_TRIES:
                    raise
                await asyncio.sleep(0.2 * attempt)
        raise AssertionError("the last attempt returns or raises")

    async def _take_turn(self, bot: Bot, method: TelegramMethod[Any], longest: float) -> None:
        chat_id = getattr(method, "chat_id", None)
        rate, burst = GROUP if isinstance(chat_id, int) and chat_id < 0 else PRIVATE
        chat = pseudonym(self._secret, bot.id, chat_id)
        wait = await self._cache.take(
            (f"telegram:{bot.id}", self._rate, self._rate), (f"telegram:{chat}", rate, burst), patience=longest
        )
        if wait > longest:
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
            async with session.post(url, data=form, timeout=limit, proxy=self._http_proxy) as answer:
                content = await answer.text()
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise _network_error(method, type(error).__name__, reached=False) from None
        except (TimeoutError, ClientError, OSError, UnicodeDecodeError) as error:
            raise _network_error(method, type(error).__name__, reached=True) from None
        try:
            response = self.check_response(bot=bot, method=method, status_code=answer.status, content=content)
        except ClientDecodeError:
            raise _network_error(method, f"unreadable answer, status {answer.status}", reached=True) from None
        return cast(TelegramType, response.result)


def _is_markup(bot: Bot, method: TelegramMethod[Any]) -> bool:
    mode = getattr(method, "parse_mode", None)
    if isinstance(mode, Default):
        mode = bot.default[mode.name]
    return mode is not None


def _cut(bot: Bot, method: TelegramMethod[TelegramType]) -> TelegramMethod[TelegramType]:
    """An edit or a caption over Telegram's limit: its beginning, for it cannot become several messages."""
    for name, limit in (("text", TEXT_LIMIT), ("caption", CAPTION_LIMIT)):
        value = getattr(method, name, None)
        if isinstance(value, str) and len(value) > limit and isinstance(method, DURABLE):
            method = method.model_copy(update={name: split(value, limit, markup=_is_markup(bot, method))[0]})
    return method


def _bare(method: TelegramMethod[TelegramType]) -> TelegramMethod[TelegramType] | None:
    """The same without markup, or None when there is no text in it."""
    texts = {name: plain(text) for name in ("text", "caption") if isinstance(text := getattr(method, name, None), str)}
    return method.model_copy(update={**texts, "parse_mode": None}) if texts else None


def _network_error(method: TelegramMethod[Any], text: str, *, reached: bool) -> TelegramNetworkError:
    """`reached`: it may have been accepted, so the journal calls the send uncertain. No address in the text."""
    error = TelegramNetworkError(method=method, message=text)
    error.reached = reached  # type: ignore[attr-defined]  # read by the journal
    return error

"""The session that "sends" to a visitor: each message is an event, written in one transaction with its journal mark.

So the site is exact: a message that was recorded stands, one that was not never did.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import asyncpg
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import (
    DeleteMyCommands,
    GetFile,
    GetMe,
    SetChatMenuButton,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import File, InputFile, Message, User

from adapters.channel import SITE_ACCOUNT, current_delivery
from adapters.site import fleeting
from adapters.site.eventlog import EventLog, Payload, take, write
from adapters.site.files import Files, store_file
from adapters.site.parse import BOT_NAME
from adapters.site.render import Delete, Edit, Fleeting, New, NewFile, NotShown, render
from adapters.site.results import described, message, stamp
from infra import metrics
from infra.cache import Cache
from infra.clock import Clock
from infra.crypto import CryptoError, DataKey
from infra.database import Database
from infra.errors import AppError, NotFoundError

SITE_TOKEN = f"{SITE_ACCOUNT}:site"
"""What aiogram wants for a token; its left part is the bot's id."""

WAIT_FOR_CONNECTION = 5.0
OUTGOING_LIMIT = 50 * 1024 * 1024
"""Bytes of a file a bot may send, as in the Bot API."""

CONVERSATION = "SELECT id FROM conversation WHERE account_id = $1 AND chat_id = $2 AND thread_id = 0"

PROFILE = (
    SetMyCommands,
    DeleteMyCommands,
    SetMyName,
    SetMyDescription,
    SetMyShortDescription,
    SetChatMenuButton,
)
"""What dresses a bot in Telegram and has no counterpart on a page: done, nobody can miss it."""

KeyOf = Callable[[int], Awaitable[DataKey]]
"""chat id → the data key of its conversation. LookupError: no such chat; CryptoError: the person was forgotten."""

_UNAVAILABLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class DeliveryRefused(AppError):
    """The turn is no longer this worker's: its message was rolled back."""


class SiteSession(BaseSession):
    """Executes Bot API methods for visitors. Errors are aiogram's own; a database that is away raises as it is."""

    def __init__(
        self, db: Database, cache: Cache, clock: Clock, log: EventLog, files: Files, key_of: KeyOf, secret: bytes
    ) -> None:
        super().__init__(api=TelegramAPIServer(base="", file="{path}"))
        self._db = db
        self._cache = cache
        self._clock = clock
        self._log = log
        self._files = files
        self._key_of = key_of
        self._secret = secret

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        started = time.monotonic()
        outcome = "error"
        try:
            result = await self._carry_out(bot, method)
            outcome = "ok"
            return cast(TelegramType, result)
        except (NotShown, LookupError) as error:
            text = str(error) if isinstance(error, NotShown) else "Bad Request: chat not found"
            raise TelegramBadRequest(method=method, message=text) from None
        except CryptoError:
            text = "Forbidden: the person was forgotten"
            raise TelegramForbiddenError(method=method, message=text) from None
        finally:
            metrics.outgoing_calls.labels("site", type(method).__name__, outcome).inc()
            metrics.outgoing_seconds.labels("site").observe(time.monotonic() - started)

    async def _carry_out(self, bot: Bot, method: TelegramMethod[Any]) -> Any:
        if isinstance(method, GetMe):
            return User(id=bot.id, is_bot=True, first_name=BOT_NAME, username="site")
        if isinstance(method, GetFile):
            return await self._get_file(method.file_id)
        if isinstance(method, PROFILE):
            return True
        shown = render(bot, method)
        if isinstance(shown, New):
            return await self._send(bot, shown, method)
        if isinstance(shown, NewFile):
            return await self._send_file(bot, shown, method)
        if isinstance(shown, Edit):
            return await self._edit(bot, shown)
        if isinstance(shown, Delete):
            return await self._delete(shown)
        if isinstance(shown, Fleeting):
            await self._publish(shown)
        return True

    async def _send(self, bot: Bot, shown: New, method: Any) -> Message:
        key = await self._key_of(shown.chat_id)
        now = self._clock.now()
        async with self._transaction() as connection:
            payload = await self._say(connection, shown.chat_id, key, now, shown.payload)
        return message(bot, shown.chat_id, payload, now, method.reply_markup)

    async def _send_file(self, bot: Bot, shown: NewFile, method: Any) -> Message:
        key = await self._key_of(shown.chat_id)
        now = self._clock.now()
        body: bytes | None = None
        if isinstance(shown.file, InputFile):
            body = await _read(bot, shown.file)
            file = described(shown.file.filename, body, photo=shown.photo)
        else:
            file = await self._stored(bot, shown.chat_id, shown.file)
        async with self._transaction() as connection:
            if body is not None:
                conversation_id = await connection.fetchval(CONVERSATION, bot.id, shown.chat_id)
                if conversation_id is None:
                    raise LookupError(shown.chat_id)
                name, kind = file["filename"], file["content_type"]
                await store_file(connection, conversation_id, key, UUID(file["file"]), name, kind, body)
            payload = await self._say(connection, shown.chat_id, key, now, {**shown.payload, **file})
        return message(bot, shown.chat_id, payload, now, method.reply_markup, photo=shown.photo)

    async def _say(self, connection: Any, chat_id: int, key: DataKey, now: datetime, payload: Payload) -> Payload:
        def numbered(number: int) -> Payload:
            return {**payload, "message": number, "at": at}

        at = stamp(now)
        said = await self._log.append(connection, chat_id, key, numbered)
        await self._record(connection, said["message"])
        return said

    async def _stored(self, bot: Bot, chat_id: int, file_id: str) -> Payload:
        """A file sent before, by its id; another conversation's is as good as none."""
        conversation_id = await self._db.pool.fetchval(CONVERSATION, bot.id, chat_id)
        try:
            about = await self._files.about(UUID(file_id))
        except (ValueError, NotFoundError):
            about = None
        if about is None or about.conversation_id != conversation_id:
            raise NotShown("Bad Request: wrong file identifier/HTTP URL specified")
        described = {"file": str(about.id), "filename": about.filename, "content_type": about.content_type}
        return {**described, "size": about.size}

    async def _edit(self, bot: Bot, shown: Edit) -> Message:
        """An edit that changes nothing leaves no event, and is no error."""
        key = await self._key_of(shown.chat_id)
        now = self._clock.now()
        async with self._transaction() as connection:
            number = await take(connection, shown.chat_id)
            before = await self._log.message(connection, shown.chat_id, shown.message, key)
            if before is None:
                raise NotShown("Bad Request: message to edit not found")
            text = before.get("text", before.get("caption", ""))
            old = {"text": text, "html": before["html"], "buttons": before["buttons"]}
            new = {**old, **shown.changes}
            if new != old:
                about = {"author": before["author"], "at": stamp(now)}
                payload = {"type": "edit", "message": shown.message, **new, **about}
                await write(connection, shown.chat_id, number, key, payload)
            await self._record(connection, shown.message)
        return message(bot, shown.chat_id, {**before, **new}, now, shown.markup)

    async def _delete(self, shown: Delete) -> bool:
        key = await self._key_of(shown.chat_id)
        async with self._transaction() as connection:
            for one in shown.messages:
                number = await take(connection, shown.chat_id)
                if await self._log.message(connection, shown.chat_id, one, key) is None:
                    raise NotShown("Bad Request: message to delete not found")
                await write(connection, shown.chat_id, number, key, {"type": "delete", "message": one})
            await self._record(connection, *shown.messages)
        return True

    @contextlib.asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Any]:
        async with self._db.pool.acquire(timeout=WAIT_FOR_CONNECTION) as connection, connection.transaction():
            yield connection

    async def _record(self, connection: Any, *numbers: int) -> None:
        """The journal's mark, in the same transaction. DeliveryRefused rolls everything back."""
        delivery = current_delivery.get()
        if delivery is not None and not await delivery.record(connection, ",".join(map(str, numbers))):
            raise DeliveryRefused("the turn belongs to another worker now")

    async def _publish(self, shown: Fleeting) -> None:
        """Lost without regret when there is nobody to tell or no way to."""
        try:
            key = await self._key_of(shown.chat_id)
        except (*_UNAVAILABLE, LookupError, CryptoError):
            return
        name = fleeting.channel(self._secret, shown.chat_id)
        await self._cache.publish(name, fleeting.seal(key, name, shown.payload))

    async def _get_file(self, file_id: str) -> File:
        try:
            about = await self._files.about(UUID(file_id))
        except (ValueError, NotFoundError):
            raise NotShown("Bad Request: wrong file_id or the file is temporarily unavailable") from None
        path = f"{about.id}/{about.filename}"  # as in Telegram the end of the path is a file's name
        return File(file_id=file_id, file_unique_id=file_id, file_size=about.size, file_path=path)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """A stored file's bytes; `url` is the path that GetFile gave. NotFoundError."""
        try:
            body = await self._files.body(UUID(url.partition("/")[0]))
        except ValueError:
            raise NotFoundError("not the path of a stored file") from None
        for at in range(0, len(body), chunk_size):
            yield body[at : at + chunk_size]

    async def close(self) -> None:
        """Nothing of its own to close: the pool and Redis belong to the process."""


async def _read(bot: Bot, file: InputFile) -> bytes:
    body = bytearray()
    async for chunk in file.read(bot):
        body += chunk
        if len(body) > OUTGOING_LIMIT:
            raise NotShown("Bad Request: file is too big")
    if not body:
        raise NotShown("Bad Request: file must be non-empty")
    return bytes(body)

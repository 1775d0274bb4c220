"""Events on their way to pages: one LISTEN and one Redis subscription per process wake the streams that wait.

A stream reads from PostgreSQL what came after the last id it sent, so a lost wake-up costs time and never an event.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson
from aiohttp import web
from prometheus_client import Gauge

from adapters.channel import SITE_ACCOUNT
from adapters.site import fleeting
from adapters.site.eventlog import CHANNEL, EventLog, KeyById, Payload
from infra.cache import Cache
from infra.crypto import CryptoError, key_id
from infra.database import Database
from infra.errors import LimitError
from infra.tasks import Tasks

BATCH = 100
POLL_LIMIT = 1_000
"""Events of one answer to a poll; a longer history comes with the next one."""

REMEMBERED = 50_000
WRITE_SECONDS = 20.0
"""A page that takes nothing for so long is gone."""

RETRY_MS = 2_000

streams_open = Gauge("site_streams_open", "Event streams that pages of the site hold open")

_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How many streams one visitor and one address may hold, how long one lives, how often it says it is alive."""

    per_visitor: int = 5
    per_address: int = 20
    seconds: float = 1800.0
    ping: float = 15.0


@dataclass(slots=True, eq=False)
class Stream:
    """One page that listens."""

    visitor: str
    address: str
    after: int
    chat_id: int | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    dirty: bool = True
    ended: bool = False
    passing: deque[tuple[str, bytes]] = field(default_factory=lambda: deque(maxlen=16))
    last_at: float = 0.0

    def rouse(self) -> None:
        self.dirty = True
        self.wake.set()

    def end(self) -> None:
        self.ended = True
        self.wake.set()


class Events:
    """The streams of this process and what wakes them. `start()` once, `close()` at the end."""

    def __init__(
        self,
        db: Database,
        cache: Cache,
        log: EventLog,
        key: KeyById,
        secret: bytes,
        *,
        limits: StreamLimits | None = None,
        account_id: int = SITE_ACCOUNT,
    ) -> None:
        self._db = db
        self._cache = cache
        self._log = log
        self._key = key
        self._secret = secret
        self._limits = limits or StreamLimits()
        self._account_id = account_id
        self._streams: set[Stream] = set()
        self._by_visitor: dict[str, list[Stream]] = {}
        self._by_chat: dict[int, set[Stream]] = {}
        self._by_channel: dict[str, int] = {}
        self._chats: OrderedDict[str, int] = OrderedDict()
        self._stopping = False
        self._tasks = Tasks()

    def start(self) -> None:
        self._tasks.keep("site.listen", self._listen, pause=0.5)
        self._tasks.keep("site.fleeting", self._hear, pause=1.0)

    def stop(self) -> None:
        """End every stream: the pages reconnect to whoever serves them next."""
        self._stopping = True
        for stream in list(self._streams):
            stream.end()

    async def close(self) -> None:
        self.stop()
        await self._tasks.close()

    @property
    def open(self) -> int:
        return len(self._streams)

    async def page(self, visitor: str, after: int) -> list[Payload]:
        """What came after `after`, at once: `[{"id", "type", …}]`, at most POLL_LIMIT."""
        chat_id = await self._chat_of(visitor)
        if chat_id is None:
            return []
        return [
            {"id": event.id, **self._log.shown(event.payload)}
            for event in await self._log.read(chat_id, after, POLL_LIMIT)
            if event.payload is not None
        ]

    async def stream(self, request: web.Request, visitor: str, address: str, after: int) -> web.StreamResponse:
        """Server-sent events until the page leaves, the server stops, or the stream is old. LimitError by address.

        A visitor who opens one too many loses the oldest: it is most likely a page whose connection died unnoticed.
        """
        with self._joined(Stream(visitor, address, after)) as stream:
            await self._find(visitor)  # a database that is away is told before the answer begins
            response = web.StreamResponse(
                headers={
                    "Content-Type": "text/event-stream; charset=utf-8",
                    "Cache-Control": "no-store",
                    "X-Accel-Buffering": "no",
                }
            )
            await response.prepare(request)
            # From here on nothing may be raised: the answer has begun. A page whose stream ends comes again.
            with contextlib.suppress(*_AWAY):
                async with asyncio.timeout(self._limits.seconds):
                    await self._pour(stream, request, response)
            with contextlib.suppress(*_AWAY):
                await response.write_eof()
        return response

    async def _pour(self, stream: Stream, request: web.Request, response: web.StreamResponse) -> None:
        async with contextlib.aclosing(self._blocks(stream)) as blocks:
            async for block in blocks:
                async with asyncio.timeout(WRITE_SECONDS):
                    await response.write(block)
                if request.transport is None or request.transport.is_closing():
                    return

    @contextlib.contextmanager
    def _joined(self, stream: Stream) -> Iterator[Stream]:
        """Counts the stream in before it first reads, so that nothing falls between reading and waiting."""
        others = sum(other.address == stream.address and not other.ended for other in self._streams)
        own = self._by_visitor.setdefault(stream.visitor, [])
        surplus = own[: max(0, len(own) + 1 - self._limits.per_visitor)]
        if others - len(surplus) >= self._limits.per_address:
            raise LimitError(
                "too many streams of one address", retry_after=30, public="Слишком много открытых чатов с этого адреса."
            )
        for oldest in surplus:
            own.remove(oldest)
            oldest.end()
        own.append(stream)
        self._streams.add(stream)
        streams_open.inc()
        if self._stopping:
            stream.end()
        try:
            yield stream
        finally:
            streams_open.dec()
            self._leave(stream)

    def _leave(self, stream: Stream) -> None:
        self._streams.discard(stream)
        own = self._by_visitor.get(stream.visitor, [])
        if stream in own:
            own.remove(stream)
        if not own:
            self._by_visitor.pop(stream.visitor, None)
        if stream.chat_id is not None:
            others = self._by_chat.get(stream.chat_id, set())
            others.discard(stream)
            if not others:
                self._by_chat.pop(stream.chat_id, None)
                self._by_channel.pop(fleeting.channel(self._secret, stream.chat_id), None)

    async def _blocks(self, stream: Stream) -> AsyncGenerator[bytes, None]:
        yield b"retry: %d\n\n" % RETRY_MS
        while not stream.ended:
            stream.wake.clear()
            if stream.dirty:
                stream.dirty = False
                async for block in self._durable(stream):
                    yield block
            async for block in self._passing(stream):
                yield block
            try:
                async with asyncio.timeout(self._limits.ping):
                    await stream.wake.wait()
            except TimeoutError:
                stream.dirty = True  # a wake-up may be lost with the connection that should have brought it
                yield b": ping\n\n"

    async def _durable(self, stream: Stream) -> AsyncGenerator[bytes, None]:
        """Everything after the last id sent, in order, in batches."""
        if stream.chat_id is None:
            stream.chat_id = await self._chat_of(stream.visitor)
            if stream.chat_id is None:
                return
            self._by_chat.setdefault(stream.chat_id, set()).add(stream)
            self._by_channel[fleeting.channel(self._secret, stream.chat_id)] = stream.chat_id
        while not stream.ended:
            events = await self._log.read(stream.chat_id, stream.after, BATCH)
            blocks = []
            for event in events:
                stream.after = event.id
                if event.payload is None:
                    continue
                if event.payload["type"] in ("message", "document"):
                    stream.last_at = event.at.timestamp()
                blocks.append(b"id: %d\ndata: %b\n\n" % (event.id, orjson.dumps(self._log.shown(event.payload))))
            if blocks:
                yield b"".join(blocks)
            if len(events) < BATCH:
                return

    async def _passing(self, stream: Stream) -> AsyncGenerator[bytes, None]:
        """Drafts and typing, unless the message they led to has gone out already."""
        while stream.passing:
            name, sealed = stream.passing.popleft()
            try:
                sent, payload = fleeting.unseal(await self._key(key_id(sealed)), name, sealed)
            except (*_AWAY, CryptoError, ValueError, KeyError):
                continue
            if sent > stream.last_at:
                yield b"data: %b\n\n" % orjson.dumps(payload)

    async def _chat_of(self, visitor: str) -> int | None:
        """The visitor's chat; None before their first message. It never changes, so it is remembered."""
        return self._chats.get(visitor) or await self._find(visitor)

    async def _find(self, visitor: str) -> int | None:
        chat_id: int | None = await self._db.pool.fetchval(
            "SELECT chat_id FROM identity WHERE account_id = $1 AND external_id = $2", self._account_id, visitor
        )
        if chat_id is not None:
            self._chats[visitor] = chat_id
            if len(self._chats) > REMEMBERED:
                self._chats.popitem(last=False)
        return chat_id

    async def _listen(self) -> None:
        async with self._db.listener() as connection:
            await connection.add_listener(CHANNEL, self._notified)
            for stream in list(self._streams):
                stream.rouse()
            while not connection.is_closed():
                await asyncio.sleep(2)
                await connection.execute("SELECT 1")

    def _notified(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        chat, _, visitor = str(payload).partition(" ")
        for stream in self._by_chat.get(int(chat), ()) if chat.isdigit() else ():
            stream.rouse()
        for stream in self._by_visitor.get(visitor, ()):
            stream.rouse()

    async def _hear(self) -> None:
        async for name, sealed in self._cache.subscribe(f"{fleeting.PREFIX}*"):
            chat_id = self._by_channel.get(name)
            for stream in self._by_chat.get(chat_id, ()) if chat_id is not None else ():
                stream.passing.append((name, sealed))
                stream.wake.set()

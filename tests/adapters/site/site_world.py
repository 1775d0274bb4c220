"""The site's server side put together over real PostgreSQL, real Redis and real HTTP, and a visitor who uses it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.channel import SITE_ACCOUNT
from adapters.site.eventlog import EventLog
from adapters.site.events import Events, StreamLimits
from adapters.site.files import Files
from adapters.site.origins import Origins
from adapters.site.routes import Limits, Sales, SiteRoutes
from adapters.site.session import SITE_TOKEN, SiteSession
from adapters.site.tokens import DocumentLinks, VisitorTokens
from bot.inbox import Intake
from bot.keys import Keys
from infra import http
from infra.cache import Cache
from infra.clock import Clock
from infra.crypto import DataKey
from infra.database import Database
from infra.errors import AppError

SECRET = b"a secret of the tests, 32 bytes long at least"
SECONDS = 10.0
UNLIMITED = Limits(None, None, None, None, None)
LISTED = "https://shop.example"
PUBLIC = "https://assistant.example"


class QuoteRefused(AppError):
    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("refused", public="Проверьте расчёт.")
        self.fields = fields


def quote(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or body.get("package") != "chatbot":
        raise QuoteRefused({"package": "Такой услуги нет в прайсе."})
    return {"total": "120000.00", "lines": []}


def price_list() -> dict[str, Any]:
    return {"version": "v1", "currency": "RUB", "packages": []}


@dataclass
class World:
    """Everything of one test."""

    db: Database
    cache: Cache
    keys: Keys
    clock: Clock
    bot: Bot
    session: SiteSession
    events: Events
    log: EventLog
    files: Files
    tokens: VisitorTokens
    links: DocumentLinks
    intake: Intake
    routes: SiteRoutes
    client: TestClient[Any, Any]
    app: web.Application

    async def visitor(self) -> Visitor:
        answer = await self.client.post("/api/session", json={})
        assert answer.status == 200
        data = await answer.json()
        return Visitor(self, data["token"], data["visitor"])


@dataclass
class Visitor:
    """A page in a browser."""

    world: World
    token: str
    uuid: str
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, body: Any, **headers: str) -> ClientResponse:
        return await self.world.client.post("/api/messages", json=body, headers={**self.headers, **headers})

    async def say(self, text: str, number: str | None = None) -> str:
        number = number or str(uuid4())
        answer = await self.post({"id": number, "text": text})
        assert answer.status == 202, await answer.text()
        assert await answer.json() == {"accepted": True}
        return number

    async def upload(self, filename: str, body: bytes, number: str | None = None) -> ClientResponse:
        form = FormData()
        form.add_field("id", number or str(uuid4()))
        form.add_field("file", body, filename=filename, content_type="application/x-anything")
        return await self.world.client.post("/api/messages", data=form, headers=self.headers)

    async def poll(self, after: int = 0) -> list[dict[str, Any]]:
        answer = await self.world.client.get(f"/api/events?after={after}&wait=0", headers=self.headers)
        assert answer.status == 200, await answer.text()
        return list(await answer.json())

    async def chat_id(self) -> int:
        chat_id = await self.world.db.pool.fetchval(
            "SELECT chat_id FROM identity WHERE account_id = $1 AND external_id = $2", SITE_ACCOUNT, self.uuid
        )
        assert chat_id is not None
        return int(chat_id)

    async def met(self) -> int:
        """A first `start`, so that the chat exists; its id."""
        answer = await self.post({"id": str(uuid4()), "start": ""})
        assert answer.status == 202
        return await self.chat_id()

    @contextlib.asynccontextmanager
    async def listening(self, after: int = 0) -> AsyncIterator[Listener]:
        path = f"/api/events?after={after}"
        async with self.world.client.get(path, headers=self.headers, timeout=None) as answer:
            assert answer.status == 200, await answer.text()
            yield Listener(answer)


class Listener:
    """Reads server-sent events as a browser does."""

    def __init__(self, answer: ClientResponse) -> None:
        self.answer = answer
        self.last = 0
        self._rest = ""

    async def block(self) -> str | None:
        """The next block, whatever it is; None at the stream's end."""
        async with asyncio.timeout(SECONDS):
            while "\n\n" not in self._rest:
                chunk = await self.answer.content.readany()
                if not chunk:
                    return None
                self._rest += chunk.decode()
        block, self._rest = self._rest.split("\n\n", 1)
        return block

    async def next(self) -> dict[str, Any] | None:
        """The next event; None at the stream's end."""
        while (block := await self.block()) is not None:
            fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
            if "data" not in fields:
                continue
            event: dict[str, Any] = json.loads(fields["data"])
            if "id" in fields:
                assert int(fields["id"]) > self.last
                self.last = event["id"] = int(fields["id"])
            return event
        return None

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while (event := await self.next()) is not None:
            if wanted(event):
                return event
        raise AssertionError("the stream ended first")


async def eventually(check: Callable[[], Any], what: str, seconds: float = SECONDS) -> None:
    """Poll a condition, which may be a coroutine function, until it holds."""
    deadline = time.monotonic() + seconds
    while True:
        value = check()
        if asyncio.iscoroutine(value):
            value = await value
        if value:
            return
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.01)


def key_of(db: Database, keys: Keys) -> Callable[[int], Any]:
    async def find(chat_id: int) -> DataKey:
        number = await db.pool.fetchval(
            "SELECT key_id FROM conversation WHERE account_id = $1 AND chat_id = $2", SITE_ACCOUNT, chat_id
        )
        if number is None:
            raise LookupError(chat_id)
        return await keys.get(number)

    return find


@contextlib.asynccontextmanager
async def built(
    db: Database,
    cache: Cache,
    keys: Keys,
    *,
    limits: Limits = UNLIMITED,
    streams: StreamLimits | None = None,
    accept: Any = None,
    trusted: tuple[str, ...] = (),
    hears: bool = True,
) -> AsyncIterator[World]:
    """A running site. `accept` stands in for the inbox where a test needs it to fail; `hears=False`: no wake-ups."""
    await db.pool.execute(
        "INSERT INTO account (id, channel, external_id) VALUES (2, 'site', '2') ON CONFLICT DO NOTHING"
    )
    clock = Clock()
    links = DocumentLinks(keys.ring.derive("documents"), clock)
    log, files = EventLog(db, keys.get, links), Files(db, keys.get)
    session = SiteSession(db, cache, clock, log, files, key_of(db, keys), SECRET)
    events = Events(db, cache, log, keys.get, SECRET, limits=streams)
    intake = Intake(db, keys)
    tokens = VisitorTokens(SECRET, clock)
    routes = SiteRoutes(
        accept=accept or intake.accept,
        sales=Sales(price_list, quote),
        events=events,
        log=log,
        files=files,
        tokens=tokens,
        links=links,
        origins=Origins([LISTED], PUBLIC),
        cache=cache,
        clock=clock,
        secret=SECRET,
        limits=limits,
        trusted_proxies=trusted,
    )
    app = web.Application(middlewares=[http.policy], client_max_size=http.BODY_LIMIT)
    http.add_headers(app)
    routes.add_to(app)
    if hears:
        events.start()
    server = TestServer(app)
    async with TestClient(server) as client:
        await client.start_server()
        bot = Bot(SITE_TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML"))
        yield World(
            db, cache, keys, clock, bot, session, events, log, files, tokens, links, intake, routes, client, app
        )
    await events.close()

"""A whole assistant in the test's own process, and clients who talk with it over Telegram or the site.

    await client.send("Сколько стоит чат-бот?")
    await client.click("Оба")
    assert "286 000 ₽" in client.text

Real PostgreSQL, Valkey and HTTP; only Telegram's servers are simulated, and they speak the Bot API.
"""

import asyncio
import contextlib
import itertools
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson
from aiohttp import ClientSession, ClientTimeout, FormData, web
from pydantic import SecretStr

from bot.app import App
from infra.runtime import Servers
from infra.settings import Settings
from sandbox.app import Sandbox
from sandbox.settings import SandboxSettings

ADMIN_CHAT = -1001000000001
ANNA, BORIS, STRANGER = 9001, 9002, 9999
TOKEN = "7000000001:test-bot-of-the-simulated-world-00000"
DEADLINE = 30.0
_numbers = itertools.count(int(time.time()) % 100_000 * 10_000 + 1_000_000)


@dataclass(slots=True)
class Reply:
    """A message as the client sees it now."""

    message: int
    text: str
    buttons: list[list[dict[str, str]]] = field(default_factory=list)
    author: str = "bot"
    filename: str | None = None
    edited: bool = False

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]

    def button(self, label: str) -> dict[str, str]:
        """The button with this label, or whose label contains it."""
        every = [button for row in self.buttons for button in row]
        wanted = plain(label)
        for button in every:
            if plain(button["text"]) == wanted:
                return button
        for button in every:
            if wanted in plain(button["text"]):
                return button
        raise AssertionError(f"no button {label!r} among {self.labels} under {self.text!r}")


def plain(text: str) -> str:
    """No-break spaces as spaces, so that a test is written as it is read."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


class World:
    """One running assistant with the simulated world beside it."""

    def __init__(self, app: App, sandbox: Sandbox, sandbox_url: str, http: ClientSession) -> None:
        self.app = app
        self.sandbox = sandbox
        self.sandbox_url = sandbox_url
        self.http = http
        self.url = f"http://127.0.0.1:{app.port}"

    async def get(self, url: str, **options: Any) -> Any:
        async with self.http.get(url, **options) as answer:
            assert answer.status == 200, await answer.text()
            return orjson.loads(await answer.read())

    async def post(self, url: str, body: Any, status: int = 200, **options: Any) -> Any:
        async with self.http.post(url, json=body, **options) as answer:
            assert answer.status == status, (answer.status, await answer.text())
            return orjson.loads(await answer.read())

    async def until(self, condition: Any, what: str = "it") -> Any:
        """Wait until the coroutine function `condition` returns something true; what it returned."""
        deadline = time.monotonic() + DEADLINE
        while True:
            found = await condition()
            if found:
                return found
            assert time.monotonic() < deadline, f"{what} did not happen within {DEADLINE:.0f} s"
            await asyncio.sleep(0.02)

    async def handled(self, account_id: int, external_id: str) -> None:
        """Wait until the turn that answers this message has ended."""

        async def done() -> bool:
            return bool(
                await self.app.db.pool.fetchval(
                    """SELECT t.done_at IS NOT NULL FROM inbox i JOIN turn t ON t.id = i.turn_id
                       WHERE i.account_id = $1 AND i.external_id = $2""",
                    account_id,
                    external_id,
                )
            )

        await self.until(done, f"the end of the turn for {external_id}")

    async def jobs_done(self) -> None:
        """Wait until no job is due."""

        async def none() -> bool:
            now = self.app.clock.now()
            return not await self.app.db.pool.fetchval(
                "SELECT count(*) FROM job WHERE held_at IS NULL AND run_at <= $1", now
            )

        await self.until(none, "the end of the due jobs")

    async def advance(self, seconds: float) -> None:
        """Move business time on and wait until the assistant has noticed."""
        await self.post(self.sandbox_url + "/play/clock", {"advance": seconds})
        offset = (await self.get(self.sandbox_url + "/clock"))["offset"]

        async def noticed() -> bool:
            return abs(self.app.clock.offset - offset) < 0.01

        await self.until(noticed, "the new time")


class Client(Protocol):
    """A person in a channel."""

    channel: str
    world: World
    replies: list[Reply]

    async def send(self, text: str) -> list[Reply]: ...
    async def click(self, label: str) -> list[Reply]: ...
    async def start(self, payload: str = "") -> list[Reply]: ...
    async def refresh(self) -> list[Reply]: ...
    @property
    def text(self) -> str: ...
    @property
    def last(self) -> Reply: ...
    @property
    def labels(self) -> list[str]: ...


class _Talk:
    channel = ""

    def __init__(self, world: World) -> None:
        self.world = world
        self.messages: list[Reply] = []
        self.replies: list[Reply] = []
        """What is new or changed since the last act of the client."""

    @property
    def text(self) -> str:
        """All that the last act brought, no-break spaces made plain."""
        return plain("\n".join(reply.text for reply in self.replies))

    @property
    def last(self) -> Reply:
        assert self.messages, "the client has received nothing"
        return (self.replies or self.messages)[-1]

    @property
    def labels(self) -> list[str]:
        return [plain(label) for reply in self.replies for label in reply.labels]

    def _find(self, label: str) -> tuple[Reply, dict[str, str]]:
        for reply in reversed(self.messages):
            with contextlib.suppress(AssertionError):
                return reply, reply.button(label)
        raise AssertionError(f"no button {label!r} in {[reply.labels for reply in self.messages]}")

    def _changed(self, now: list[Reply]) -> list[Reply]:
        before = {one.message: (one.text, one.buttons) for one in self.messages}
        self.replies = [one for one in now if before.get(one.message) != (one.text, one.buttons)]
        self.messages = now
        return self.replies


class TelegramClient(_Talk):
    channel = "telegram"

    def __init__(self, world: World, name: str = "Мария") -> None:
        super().__init__(world)
        self.user = next(_numbers)
        self.name = name

    async def act(self, **action: Any) -> list[Reply]:
        """Any act of `POST /play/telegram`."""
        body = {"chat": self.user, "user": self.user, "name": self.name, **action}
        answer = await self.world.post(self.world.sandbox_url + "/play/telegram", body)
        if "stop" not in action:
            await self.world.handled(int(TOKEN.split(":")[0]), str(answer["update_id"]))
        return await self.refresh()

    async def send(self, text: str) -> list[Reply]:
        return await self.act(text=text)

    async def start(self, payload: str = "") -> list[Reply]:
        return await self.act(start=payload)

    async def click(self, label: str) -> list[Reply]:
        reply, button = self._find(label)
        return await self.act(message=reply.message, data=button["data"])

    async def press(self, message: int, data: str) -> list[Reply]:
        return await self.act(message=message, data=data)

    async def refresh(self) -> list[Reply]:
        record = await self.world.get(f"{self.world.sandbox_url}/inspect/telegram?chat={self.user}")
        return self._changed(
            [
                Reply(
                    one["message"],
                    one["text"] or "",
                    one["buttons"] or [],
                    filename=one["filename"],
                    edited=bool(one["edited"]),
                )
                for one in record
                if one["from_bot"] and not one["deleted"]
            ]
        )


class SiteClient(_Talk):
    channel = "site"
    token = ""
    visitor = ""

    async def open(self) -> "SiteClient":
        session = await self.world.post(self.world.url + "/api/session", {})
        self.token, self.visitor = session["token"], session["visitor"]
        return self

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def act(self, **action: Any) -> list[Reply]:
        """Any body of `POST /api/messages`, without its id."""
        number = str(uuid.uuid4())
        await self.world.post(
            self.world.url + "/api/messages", {"id": number, **action}, status=202, headers=self.headers
        )
        if "stop" not in action:
            await self.world.handled(2, f"{self.visitor}:{number}")
        return await self.refresh()

    async def send(self, text: str) -> list[Reply]:
        return await self.act(text=text)

    async def start(self, payload: str = "") -> list[Reply]:
        return await self.act(start=payload)

    async def click(self, label: str) -> list[Reply]:
        reply, button = self._find(label)
        return await self.press(reply.message, button["data"])

    async def press(self, message: int, data: str) -> list[Reply]:
        return await self.act(click={"message": message, "data": data})

    async def upload(self, filename: str, body: bytes, content_type: str) -> list[Reply]:
        number = str(uuid.uuid4())
        form = FormData()
        form.add_field("id", number)
        form.add_field("file", body, filename=filename, content_type=content_type)
        async with self.world.http.post(self.world.url + "/api/messages", data=form, headers=self.headers) as answer:
            assert answer.status == 202, await answer.text()
        await self.world.handled(2, f"{self.visitor}:{number}")
        return await self.refresh()

    async def events(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.world.get(
            f"{self.world.url}/api/events?after={after}&wait=0", headers=self.headers
        )
        return found

    async def refresh(self) -> list[Reply]:
        shown: dict[int, Reply] = {}
        after = 0
        while page := await self.events(after):
            for event in page:
                self._apply(shown, event)
            after = page[-1]["id"]
        return self._changed(list(shown.values()))

    def _apply(self, shown: dict[int, Reply], event: dict[str, Any]) -> None:
        kind = event["type"]
        if kind == "message":
            shown[event["message"]] = Reply(
                event["message"], readable(event), event.get("buttons") or [], event.get("author", "bot")
            )
        elif kind == "document":
            shown[event["message"]] = Reply(
                event["message"],
                event.get("caption") or "",
                author=event.get("author", "bot"),
                filename=event["filename"],
            )
        elif kind == "edit":
            shown[event["message"]] = Reply(
                event["message"], readable(event), event.get("buttons") or [], event.get("author", "bot"), edited=True
            )
        elif kind == "delete":
            shown.pop(event["message"], None)


def readable(event: dict[str, Any]) -> str:
    """An event's text as a browser shows it."""
    import html
    import re

    text: str = event["text"]
    return html.unescape(re.sub(r"<[^>]+>", "", text)) if event.get("html") else text


class Desk:
    """The managers' group."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def messages(self) -> list[dict[str, Any]]:
        await self.world.jobs_done()
        found: list[dict[str, Any]] = await self.world.get(
            f"{self.world.sandbox_url}/inspect/telegram?chat={ADMIN_CHAT}"
        )
        return [one for one in found if not one["deleted"]]

    async def act(self, user: int = ANNA, **action: Any) -> None:
        body = {"chat": ADMIN_CHAT, "user": user, **action}
        answer = await self.world.post(self.world.sandbox_url + "/play/telegram", body)
        await self.world.handled(int(TOKEN.split(":")[0]), str(answer["update_id"]))

    async def thread_of(self, client: Client) -> int:
        """The topic of a client's conversation."""
        chat = await self._chat(client)
        row = await self.world.app.db.pool.fetchrow(
            """SELECT d.thread_id FROM desk_topic d JOIN conversation c ON c.id = d.conversation_id
               WHERE c.account_id = $1 AND c.chat_id = $2""",
            *chat,
        )
        assert row is not None, "no topic for this client"
        return int(row["thread_id"])

    async def _chat(self, client: Client) -> tuple[int, int]:
        if isinstance(client, TelegramClient):
            return int(TOKEN.split(":")[0]), client.user
        assert isinstance(client, SiteClient)
        number = await self.world.app.db.pool.fetchval(
            "SELECT chat_id FROM identity WHERE account_id = 2 AND external_id = $1", client.visitor
        )
        return 2, int(number)

    async def topic(self, client: Client) -> list[dict[str, Any]]:
        """What stands in the topic of this client, oldest first."""
        await self.world.jobs_done()
        thread = await self.thread_of(client)
        return [one for one in await self.messages() if one["thread"] == thread]

    async def card(self, client: Client) -> dict[str, Any]:
        """The lead's card: the first message of the bot in the topic that has buttons."""
        return next(one for one in await self.topic(client) if one["from_bot"] and one["buttons"])

    async def click(self, client: Client, label: str, user: int = ANNA) -> None:
        for one in reversed(await self.topic(client)):
            for button in (button for row in one["buttons"] or [] for button in row):
                if plain(label) in plain(button["text"]):
                    await self.act(user, message=one["message"], data=button["data"])
                    return
        raise AssertionError(f"no button {label!r} in the topic")

    async def reply(self, client: Client, text: str, user: int = ANNA) -> None:
        await self.act(user, text=text, thread=await self.thread_of(client))


@contextlib.asynccontextmanager
async def open_world(
    database_url: str, redis_url: str, folder: Path, *, models: Sequence[str] = (), **options: Any
) -> AsyncIterator[World]:
    """An assistant (role all) on free ports, on this database; `models`: the simulated vendors it has a key of;
    `options` are settings."""
    sandbox = Sandbox(SandboxSettings(port=0, telegram_limits=False, webhook_retry=0.05))
    runner = web.AppRunner(sandbox.application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sandbox_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    for vendor in models:
        options[f"{vendor}_api_key"] = SecretStr(f"sk-test-of-the-simulated-{vendor}")
        options[f"{vendor}_base_url"] = f"{sandbox_url}/{vendor}" + ("/v1" if vendor == "openai" else "")
    settings = Settings(
        _env_file=None,
        demo=True,
        telegram_token=SecretStr(TOKEN),
        telegram_api_url=f"{sandbox_url}/telegram",
        telegram_rate=1000,
        admin_chat_id=ADMIN_CHAT,
        sandbox_url=sandbox_url,
        http_port=0,
        data_dir=folder,
        site_limits=False,
        **options,
    )
    app = App(settings, Servers(database_url, redis_url))
    try:
        await app.start()
        async with ClientSession(timeout=ClientTimeout(total=30)) as http:
            yield World(app, sandbox, sandbox_url, http)
    finally:
        await app.stop()
        await runner.cleanup()

"""What the browser's tests share: the chat as a visitor sees it, foreign pages, and what a page complains of."""

import asyncio
import contextlib
import re
import shutil
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, WebError, expect

from tests.harness import Desk, SiteClient, World, plain

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
SHOP = "Сколько стоит чат-бот для интернет-магазина?"
OFFLINE = "Нет связи. Отправлю, как только она появится"
PATIENCE = 15_000
"""Milliseconds that a machine under load may need before something is called missing."""


def chromium() -> str:
    """Debian's browser, under whichever of its names."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise FileNotFoundError("no Chromium in PATH; `make setup-test` installs it")


@dataclass
class Watch:
    """What the pages of a context complained of, and whom they called."""

    allowed: set[str]
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    expected: re.Pattern[str] | None = None

    def over(self, context: BrowserContext) -> "Watch":
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        return self

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} at {message.location.get('url')}")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc not in self.allowed:
            self.strangers.append(request.url)

    def check(self) -> None:
        """Nothing in the console but what the test said it would cause; nobody else was called."""
        left = [one for one in self.complaints if not (self.expected and self.expected.search(one))]
        assert left == [], left
        assert self.strangers == [], self.strangers


class Chat:
    """The widget on one page."""

    def __init__(self, page: Page, world: World) -> None:
        self.page = page
        self.world = world
        self.launcher = page.locator("sales-assistant .launcher")
        self.panel = page.locator("sales-assistant").get_by_role("dialog")
        self.log = self.panel.get_by_role("log", name="Сообщения")
        self.input = self.panel.get_by_role("textbox", name="Сообщение", exact=True)
        self.status = self.panel.get_by_role("status")
        self.rows = self.log.locator(".row")
        self.answers = self.log.locator(".row.bot .text")
        self.own = self.log.locator(".row.me .text")
        self.managers = self.log.locator(".row.manager")
        self.waiting = self.panel.locator(".row.me.pending .text")

    async def visit(self, path: str = "/") -> "Chat":
        await self.page.goto(self.world.url + path)
        return self

    async def open(self) -> "Chat":
        """Open by the launcher and wait for the greeting."""
        await self.launcher.click()
        await expect(self.answers.first).to_contain_text("ИИ-помощник")
        return self

    async def say(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    async def hears(self, text: str) -> None:
        """The newest answer contains this."""
        await expect(self.answers.last).to_contain_text(text)

    async def press(self, label: str) -> None:
        """Press a button that has not been pressed yet, of the newest message that has it."""
        await self.log.get_by_role("button", name=label, exact=True).last.click()

    async def transcript(self) -> list[str]:
        """Every bubble's text, oldest first."""
        return [plain(text) for text in await self.log.locator(".row .text").all_inner_texts()]

    async def visitor(self) -> SiteClient:
        """The same visitor as the harness's client, so that the desk finds their talk."""
        session = await self.page.evaluate(
            """() => JSON.parse(Object.entries(localStorage).find(([key]) => key.endsWith(":session"))[1])"""
        )
        client = SiteClient(self.world)
        client.token, client.visitor = session["token"], session["visitor"]
        return client

    async def call_manager(self) -> SiteClient:
        """Ask for a person and wait until the talk has its topic in the group."""
        await self.say("Позовите менеджера")
        await expect(self.own.last).to_have_text("Позовите менеджера")
        await expect(self.answers.last).to_contain_text("ответит")
        visitor = await self.visitor()

        async def topic_stands() -> bool:
            with contextlib.suppress(AssertionError):
                return bool(await Desk(self.world).thread_of(visitor))
            return False

        await self.world.until(topic_stands, "the topic in the managers' group")
        return visitor


class Door:
    """One address that outlives the assistants behind it: connections are refused while nobody is behind."""

    def __init__(self) -> None:
        self.port = 0
        self._behind = 0
        self._server: asyncio.Server | None = None
        self._pipes: set[asyncio.Task[Any]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def lead_to(self, port: int) -> None:
        self._behind = port
        self._server = await asyncio.start_server(self._through, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Close the port and cut whoever is inside, as a process that dies does."""
        if self._server is not None:
            self._server.close()
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pipes.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._behind)
                await first_of(_pour(reader, inner_writer), _pour(inner_reader, writer))
        finally:
            self._pipes.discard(task)
            writer.close()


async def first_of(*works: Awaitable[None]) -> None:
    """Until the first ends; the others are cancelled, also when the caller is."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


HOST_PAGE = """<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Чужой сайт</title>
<link rel="icon" href="data:,"><script src="{widget}" defer></script><script src="/own.js" defer></script></head>
<body><h1>Магазин</h1><button type="button" id="buy">Купить</button></body></html>"""
HOST_SCRIPT = """
document.getElementById("buy").addEventListener("click", (event) => { event.target.textContent = "Куплено"; });
"""


class ForeignSite:
    """A small site of somebody else, which embeds the widget and has a script of its own."""

    def __init__(self) -> None:
        self.widget = ""
        self.policy = "default-src 'self'; img-src data:"
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def other_name(self) -> str:
        """The same pages under another origin."""
        return f"http://localhost:{self.port}"

    def embed(self, assistant: str) -> None:
        """The widget of this assistant, under the strictest policy that the guide promises to suffice."""
        self.widget = f"{assistant}/widget.js"
        self.policy = f"default-src 'none'; img-src data:; script-src 'self' {assistant}; connect-src {assistant}"

    async def _page(self, _: web.Request) -> web.Response:
        body = HOST_PAGE.format(widget=self.widget)
        return web.Response(text=body, content_type="text/html", headers={"Content-Security-Policy": self.policy})

    async def _script(self, _: web.Request) -> web.Response:
        return web.Response(text=HOST_SCRIPT, content_type="text/javascript")

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["ForeignSite"]:
        app = web.Application()
        app.router.add_get("/", self._page)
        app.router.add_get("/own.js", self._script)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()

"""Where a scenario is played: throw-away servers, a database each lane, an assistant with only the site's channel.

Nothing here touches the installation's own data: the servers run in a temporary folder unless they are given, and the
databases are dropped. In the scripted mode each lane has simulated vendors of its own, a process beside us.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from aiohttp import ClientError, ClientSession, ClientTimeout
from pydantic import SecretStr

from bot.app import App
from bot.assistant.breaker import Breaker
from bot.worktime import is_open
from infra.database import Database
from infra.errors import ConfigError
from infra.migrate import migrate
from infra.runtime import Servers
from infra.settings import Settings
from kb.embed import embedder_of
from kb.sync import sync_folder

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
NOON, NIGHT = 12, 23
HORIZON = 40
"""Days looked ahead for one on which people work."""
VENDORS = ("openai", "anthropic")


@dataclass(slots=True)
class Lane:
    """One assistant on which one talk at a time is played; `sandbox` is empty with real vendors."""

    app: App
    http: ClientSession
    sandbox: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.app.port}"

    async def reset(self, at: str) -> None:
        """As if nothing had been asked yet, at a decent hour: nothing scripted, no breaker open, the clock set."""
        if self.sandbox:
            await self._post("/reset", {})
        assistant = self.app.assistant
        for vendor in assistant.vendors if assistant is not None else ():
            vendor.breaker = Breaker(vendor.name)
        self.app.clock.offset = 0.0
        now = self.app.clock.now()
        self.app.clock.offset = (moment(self.app, now, at) - now).total_seconds()

    async def script(self, vendor: str, replies: list[dict[str, Any]], *, loop: bool) -> None:
        await self._post(f"/script/{vendor}", {"replies": replies, "loop": loop, "replace": True})

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        async with self.http.post(self.sandbox + path, json=body) as answer:
            if answer.status != 200:
                raise ConfigError(f"the simulated world refused {path}: {(await answer.text())[:300]}")


def moment(app: App, now: datetime, at: str) -> datetime:
    """The next working noon, the night before it, or the next day off, by the company's calendar."""
    calendar = app.services.company.calendar
    for ahead in range(1, HORIZON):
        day = calendar.local(now) + timedelta(days=ahead)
        noon = day.replace(hour=NOON, minute=0, second=0, microsecond=0)
        if at == "weekend" and calendar.hours(noon.date()) is None:
            return noon
        if at != "weekend" and is_open(calendar, noon):
            return noon if at == "day" else noon.replace(hour=NIGHT) - timedelta(days=1)
    return now


@contextlib.asynccontextmanager
async def open_lanes(
    settings: Settings, count: int, *, scripted: bool, servers: Servers | None = None
) -> AsyncIterator[list[Lane]]:
    """`count` lanes, alike; on `servers`, or on new ones in a temporary folder."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evaluate-", ignore_cleanup_errors=True)))
        os.chmod(folder, 0o755)  # noqa: S103  # the servers run as another user and must get in
        http = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=60)))
        own_servers, worlds = await asyncio.gather(
            stack.enter_async_context(_servers(folder, servers)),
            asyncio.gather(*(stack.enter_async_context(_world(http)) for _ in range(count if scripted else 0))),
        )
        own = [_settings(settings, folder, worlds[n] if scripted else "", count) for n in range(count)]
        template = await stack.enter_async_context(_database(own_servers.database_url))
        await _fill(template, own[0])
        lanes: list[Lane] = []
        for number in range(count):
            url = await stack.enter_async_context(_database(own_servers.database_url, template.rsplit("/", 1)[1]))
            app = App(own[number], Servers(url, own_servers.redis_url))
            stack.push_async_callback(app.stop)
            await app.start()
            lanes.append(Lane(app, http, worlds[number] if scripted else ""))
        yield lanes


@contextlib.asynccontextmanager
async def _servers(folder: Path, given: Servers | None) -> AsyncIterator[Servers]:
    """Those that are given, or new ones that end with the run."""
    from infra.embedded import EmbeddedError, attach

    if given is not None:
        yield given
        return
    try:
        attachment = await asyncio.to_thread(attach, folder)
    except EmbeddedError as error:
        raise ConfigError(str(error)) from error
    try:
        yield Servers(attachment.database_url, attachment.redis_url)
    finally:
        await asyncio.to_thread(attachment.close, stop=True)


@contextlib.asynccontextmanager
async def _database(url: str, template: str = "template1") -> AsyncIterator[str]:
    """The address of a new database, dropped afterwards."""
    name = f"evaluate_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield f"{url.rsplit('/', 1)[0]}/{name}"
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


async def _fill(url: str, settings: Settings) -> None:
    """The schema and the knowledge base, once for all lanes."""
    await migrate(url)
    db = await Database.open(url, pool_size=4)
    embedder = embedder_of(settings)
    try:
        await sync_folder(db, settings.content_dir, embedder=embedder)
    finally:
        if embedder is not None:
            await embedder.close()
        await db.close()


def _settings(settings: Settings, folder: Path, sandbox: str, lanes: int) -> Settings:
    """Those of the installation, without its channels, its keys and its data; the day's budget is shared by lanes."""
    update: dict[str, Any] = {
        **dict.fromkeys(("telegram_token", "telegram_webhook_secret", "admin_chat_id", "public_url", "sentry_dsn")),
        **dict.fromkeys(
            ("database_url", "redis_url", "encryption_keys", "jwt_secret", "sandbox_url", "telegram_proxy")
        ),
        "demo": True,
        "telegram_mode": "polling",
        "http_host": "127.0.0.1",
        "http_port": 0,
        "metrics_port": 0,
        "data_dir": folder,
        "site_limits": False,
        "answer_cache": False,
        "kb_sync_minutes": 0,
        "llm_day_budget": settings.llm_day_budget / lanes,
    }
    if sandbox:
        update |= {f"{vendor}_api_key": SecretStr(f"sk-of-the-simulated-{vendor}") for vendor in VENDORS}
        update |= {"openai_base_url": f"{sandbox}/openai/v1", "anthropic_base_url": f"{sandbox}/anthropic"}
        update |= {"llm_day_budget": 0.0, "llm_talk_budget": 0.0, "llm_proxy": None}
    return settings.model_copy(update=update)


@contextlib.asynccontextmanager
async def _world(http: ClientSession) -> AsyncIterator[str]:
    """The address of simulated vendors in a process of their own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", cwd=PROJECT, env={**environment, "SANDBOX_PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(START_SECONDS):
            while process.returncode is None:
                with contextlib.suppress(ClientError, OSError, TimeoutError):
                    async with http.get(f"{url}/clock", timeout=ClientTimeout(total=2)) as answer:
                        if answer.status == 200:
                            break
                await asyncio.sleep(0.05)
        if process.returncode is not None:
            raise ConfigError("the simulated world did not start")
        yield url
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()

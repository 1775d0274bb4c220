"""The demo mode: the outside world is simulated beside the embedded servers, and settings point at it."""

import asyncio
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from pydantic import SecretStr

from infra.errors import ConfigError
from infra.runtime import Servers
from infra.settings import DEMO_ADMIN_CHAT, DEMO_BOT_TOKEN, Settings

PROJECT = Path(__file__).resolve().parent.parent
REAL_TELEGRAM = "https://api.telegram.org"
START_SECONDS = 40.0


async def prepare_demo(settings: Settings, servers: Servers) -> None:
    """Start the simulated world unless an address of one is given, and fill in what a demo does not ask for."""
    if settings.admin_chat_id is None:
        settings.admin_chat_id = DEMO_ADMIN_CHAT
    if settings.telegram_token is None:
        settings.telegram_token = SecretStr(DEMO_BOT_TOKEN)
    if settings.telegram_api_url != REAL_TELEGRAM:
        return
    if settings.sandbox_url is None:
        await _start_sandbox(settings, servers)
        settings.sandbox_url = f"http://127.0.0.1:{settings.sandbox_port}"
    settings.telegram_api_url = f"{settings.sandbox_url}/telegram"


async def sandbox_started(settings: Settings) -> bool:
    """Wait until the simulated world of a demo answers; False when it does not within START_SECONDS."""
    port = urlsplit(settings.sandbox_url or "").port
    if not settings.demo or port is None:
        return True
    deadline = time.monotonic() + START_SECONDS
    while not await _answers(port):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.1)
    return True


async def _start_sandbox(settings: Settings, servers: Servers) -> None:
    if await _answers(settings.sandbox_port):
        return
    if servers.attachment is None:
        from infra.embedded import attach

        servers.attachment = await asyncio.to_thread(attach, settings.data_dir, servers=())
    environment = {"SANDBOX_PORT": str(settings.sandbox_port), "ADMIN_CHAT_ID": str(settings.admin_chat_id)}
    await asyncio.to_thread(
        servers.attachment.ensure,
        "sandbox",
        [sys.executable, "-m", "sandbox"],
        environment,
        cwd=PROJECT,
    )
    if await _taken_by_another(settings.sandbox_port):
        raise ConfigError(f"SANDBOX_PORT {settings.sandbox_port} is busy: another program listens there")


async def _answers(port: int) -> bool:
    """Whether a simulated world already listens on the port (another role of the same demo started it)."""
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=1)) as session,
            session.get(f"http://127.0.0.1:{port}/clock") as answer,
        ):
            return answer.status == 200 and "offset" in await answer.json()
    except (ClientError, OSError, TimeoutError, ValueError):
        return False


async def _taken_by_another(port: int) -> bool:
    """A port that accepts connections but does not speak as the simulated world does."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 0.5)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return not await _answers(port)

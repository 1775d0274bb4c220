"""Runs one process until it is told to stop, and tells the operator where to look."""

import asyncio
import sys
from typing import cast

from bot.app import App, Role
from bot.demo import sandbox_started
from infra.runtime import Servers
from infra.settings import Settings


async def run(settings: Settings, servers: Servers, role: str, stop: asyncio.Event) -> int:
    """Start, wait for `stop`, finish what is in hand. ConfigError with one line says what stops the start."""
    app = App(settings, servers, role=cast(Role, role))
    starting = asyncio.ensure_future(app.start())
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            if role != "worker" and not await sandbox_started(settings):
                sys.stderr.write("warning: the simulated world does not answer; see sandbox.log under DATA_DIR\n")
            _say_where(settings, app, role)
            await stopping
    finally:
        stopping.cancel()
        starting.cancel()
        await asyncio.wait([starting])
        await app.stop()
    return 0


def _say_where(settings: Settings, app: App, role: str) -> None:
    if role == "worker":
        lines = ["Worker ready."]
    else:
        host = "127.0.0.1" if settings.http_host in ("0.0.0.0", "::") else settings.http_host  # noqa: S104
        base = settings.public_url or f"http://{host}:{app.port}"
        lines = ["", "The sales assistant is ready.", f"  site with the chat     {base}/"]
        lines.append(f"  price calculator       {base}/calculator")
        if settings.demo and settings.sandbox_url:
            lines.append(f"  Telegram and managers  {settings.sandbox_url}/   (simulated world)")
        lines += [f"  state                  {base}/ready", "Ctrl-C stops it.", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()

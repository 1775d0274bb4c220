"""A whole installation of its own for one measurement: embedded servers, the simulated world, any number of roles."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout

from infra.embedded import Attachment, attach

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 90.0
TOKEN = "7000000001:bench-bot-of-the-simulated-world-0000"  # noqa: S105  # opens nothing but the sandbox
ADMIN_CHAT = -1001000000001


def free_port() -> int:
    """A loopback port nobody listens on now, below the range of outgoing connections."""
    while True:
        port = 21000 + secrets.randbelow(9000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


class Stand:
    """Addresses and processes of one installation. Ask for roles with `start_role`."""

    def __init__(self, folder: Path, attachment: Attachment, http: ClientSession, options: dict[str, str]) -> None:
        self.folder = folder
        self.attachment = attachment
        self.http = http
        self.port = free_port()
        self.sandbox_port = free_port()
        self.secret = secrets.token_urlsafe(24)
        self.url = f"http://127.0.0.1:{self.port}"
        self.sandbox = f"http://127.0.0.1:{self.sandbox_port}"
        self.processes: list[asyncio.subprocess.Process] = []
        self._options = options

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            "DEMO": "1",
            "DATA_DIR": str(self.folder),
            "HTTP_PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "SANDBOX_PORT": str(self.sandbox_port),
            "SANDBOX_TELEGRAM_LIMITS": "0",
            "SANDBOX_URL": self.sandbox,
            "TELEGRAM_API_URL": f"{self.sandbox}/telegram",
            "OPENAI_BASE_URL": f"{self.sandbox}/openai/v1",
            "ANTHROPIC_BASE_URL": f"{self.sandbox}/anthropic",
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": self.secret,
            "TELEGRAM_RATE": "1000",
            "ADMIN_CHAT_ID": str(ADMIN_CHAT),
            "SITE_LIMITS": "0",
            "LOG_LEVEL": "WARNING",
            "LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
        }
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        return kept | ours | self._options

    async def start_sandbox(self) -> None:
        await self._spawn("sandbox", "-m", "sandbox")
        await self.until(self.sandbox + "/health")

    async def start_role(self, role: str, *, wait: bool = True) -> asyncio.subprocess.Process:
        process = await self._spawn(role, "-m", "bot", "--role", role)
        if wait and role != "worker":
            await self.until(self.url + "/ready", process)
        return process

    async def _spawn(self, name: str, *arguments: str) -> asyncio.subprocess.Process:
        log = os.open(self.folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        finally:
            os.close(log)
        self.processes.append(process)
        return process

    async def until(self, url: str, process: asyncio.subprocess.Process | None = None) -> None:
        """Wait until `url` answers 200."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if process is not None and process.returncode is not None:
                raise RuntimeError(f"the process ended with {process.returncode}: see {self.folder}")
            with contextlib.suppress(ClientError, OSError, TimeoutError):
                async with self.http.get(url, timeout=ClientTimeout(total=3)) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)
        raise TimeoutError(f"{url} does not answer")

    async def get(self, url: str, **options: Any) -> Any:
        async with self.http.get(url, **options) as answer:
            answer.raise_for_status()
            return orjson.loads(await answer.read())

    async def post(self, url: str, body: Any, **options: Any) -> Any:
        async with self.http.post(url, json=body, **options) as answer:
            answer.raise_for_status()
            return orjson.loads(await answer.read())

    def logged(self) -> Counter[str]:
        """How often each event (with its error or reason) stands in the processes' logs."""
        counts: Counter[str] = Counter()
        for path in self.folder.glob("*.log"):
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                with contextlib.suppress(orjson.JSONDecodeError, TypeError, KeyError):
                    entry = orjson.loads(line)
                    why = entry.get("reason") or entry.get("error") or ""
                    counts[f"{entry['event']} {why}".strip()] += 1
        return counts

    async def command(self, *arguments: str) -> bytes:
        """Standard output of `python -m bot …` in this installation."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments, cwd=ROOT, env=self.environment, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"python -m bot {' '.join(arguments)} ended with {process.returncode}")
        return output

    async def close(self) -> None:
        alive = [process for process in self.processes if process.returncode is None]
        for process in alive:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in alive:
            try:
                await asyncio.wait_for(process.wait(), 35)
            except TimeoutError:
                process.kill()


@contextlib.asynccontextmanager
async def open_stand(*, sandbox: bool = True, **options: str) -> AsyncIterator[Stand]:
    """Servers and the simulated world running; nothing of the assistant yet. `options` are settings."""
    with tempfile.TemporaryDirectory(prefix="assistant-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.chmod(folder, 0o755)  # noqa: S103  # the servers run as another user and must get in
        attachment = await asyncio.to_thread(attach, folder)
        async with ClientSession(timeout=ClientTimeout(total=30)) as http:
            stand = Stand(folder, attachment, http, options)
            try:
                if sandbox:
                    await stand.start_sandbox()
                yield stand
            finally:
                await stand.close()
                await asyncio.to_thread(attachment.close, stop=True)

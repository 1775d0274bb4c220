"""The embedded Valkey (Redis protocol): append-only file, password, loopback."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

from infra.embedded.layout import EmbeddedError, Layout
from infra.embedded.place import Place
from infra.embedded.process import Identity, by_pid_file
from infra.embedded.service import Service, say


class Valkey(Service):
    """Valkey in `place.data`/valkey; its `port` is chosen by the supervisor."""

    needs_port = True
    stop_steps = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))

    def __init__(self, layout: Layout, place: Place, password: str, changed: Callable[[], None]) -> None:
        super().__init__("valkey", layout.log("valkey"), place.account, changed)
        self._binary = place.binaries.valkey
        self.data = place.data / "valkey"
        self._password = password

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    @property
    def configuration(self) -> Path:
        return self.data / "valkey.conf"

    def argv(self) -> list[str]:
        return [str(self._binary), str(self.configuration)]

    def prepare(self) -> None:
        """Writes the configuration, and sets damaged data aside: what is in here may be lost, a start may not."""
        if not self.was_ready and self._failures == 3:
            say("valkey does not start with its data, which is set aside")
            for name in ("appendonlydir", "dump.rdb"):
                if (self.data / name).exists():
                    (self.data / name).rename(self.data / f"{name}.bad.{os.urandom(4).hex()}")
        lines = (
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self._password}",
            f'dir "{self.data}"',
            f'pidfile "{self.data / "valkey.pid"}"',
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory 256mb",
            "maxmemory-policy allkeys-lru",
            "set-proc-title no",
            "daemonize no",
            "always-show-logo no",
            "loglevel warning",
        )
        temporary = self.configuration.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")
        if self.account:
            os.chown(temporary, self.account.uid, self.account.gid)
        temporary.replace(self.configuration)

    def leftover(self) -> Identity | None:
        return by_pid_file(self.data / "valkey.pid", str(self.configuration))

    async def probe(self) -> bool:
        return await self._command("PING") == b"+PONG\r\n"

    async def ask_to_stop(self) -> None:
        """SHUTDOWN SAVE: everything on disk before it ends; the connection closes without an answer."""
        answer = await self._command("SHUTDOWN SAVE")
        if answer:
            raise OSError(answer.decode(errors="replace"))

    async def _command(self, command: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"AUTH {self._password}\r\n".encode())
            if await reader.readline() != b"+OK\r\n":
                raise EmbeddedError("valkey refused its password: another server has taken the port")
            writer.write(f"{command}\r\n".encode())
            return await reader.readline()
        finally:
            writer.close()

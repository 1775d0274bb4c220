"""The supervisor: holds the lock of one DATA_DIR, keeps its servers alive, and stops them when nobody needs them.

It speaks JSON lines on a unix socket. A connection that said "attach" is a reference for as long as it stays open;
every other request is one line and one answer.
"""

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import struct
import time
from typing import Any

from infra.embedded.extra import Command, Extra
from infra.embedded.layout import SERVERS, EmbeddedError, Layout, read_json, short_socket_path, write_private
from infra.embedded.place import find_place
from infra.embedded.postgres import Postgres, create_cluster
from infra.embedded.process import Identity, Watch, end
from infra.embedded.service import Service, say
from infra.embedded.valkey import Valkey

LOG_LIMIT = 10 * 1024 * 1024
LOG_CHECK_SECONDS = 60.0


class Supervisor:
    """One per DATA_DIR. `resident` stays until it is told to stop; otherwise it goes after `grace` seconds unused."""

    def __init__(self, layout: Layout, *, resident: bool, grace: float) -> None:
        self._layout = layout
        self._resident = resident
        self._grace = grace
        self._state = read_json(layout.state)
        self._servers: dict[str, Postgres | Valkey] = {}
        self._extras: dict[str, Extra] = {}
        self._notices: tuple[str, ...] = ()
        self._references: set[asyncio.StreamWriter] = set()
        self._changed = asyncio.Event()
        self._prepared: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._stop_asked = asyncio.Event()
        self._connections: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
        self._answering: set[asyncio.Future[None]] = set()
        self._reordering = asyncio.Lock()

    async def run(self) -> None:
        """Until stopped. Raises EmbeddedError when the servers cannot be prepared (after telling those who wait)."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        listener = listen(self._layout)
        inode = self._layout.socket.stat().st_ino
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            server = await asyncio.start_unix_server(self._serve, sock=listener)
            preparing = tasks.create_task(self._prepare())
            trimming = tasks.create_task(self._trim_logs())
            await self._until_unneeded()
            trimming.cancel()
            server.close()
            with contextlib.suppress(OSError):
                if self._layout.socket.stat().st_ino == inode:
                    self._layout.socket.unlink()
            await preparing
            await self._stop_all()
            await self._close_connections()
        if error := self._prepared.exception():
            raise error

    def _stop(self) -> None:
        self._stop_asked.set()
        self._changed.set()

    async def _until_unneeded(self) -> None:
        while not self._stop_asked.is_set():
            self._changed.clear()
            wait = None if self._resident or self._references else self._grace
            try:
                await asyncio.wait_for(self._changed.wait(), wait)
            except TimeoutError:
                say(f"unused for {self._grace:.0f} s, stopping")
                self._stop_asked.set()

    async def _stop_all(self) -> None:
        """The processes that use the servers first, then the servers together."""
        await asyncio.gather(*(extra.stop() for extra in self._extras.values()))
        await asyncio.gather(*(server.stop() for server in self._servers.values()))
        self._record()
        say("stopped")

    async def _close_connections(self) -> None:
        """What is being answered is answered first; then the end of each connection says that all has stopped."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=1.0)
        serving = [task for task in self._connections.values() if task]
        for writer in tuple(self._connections):
            # An attachment that reads no goodbye takes the end for a crash and starts a supervisor again.
            writer.write(b'{"bye": true}\n')
            writer.close()
        if serving:
            await asyncio.wait(serving, timeout=1.0)

    async def _prepare(self) -> None:
        """Finds the place, makes what is missing, takes over what an earlier supervisor left running."""
        begun = time.monotonic()
        try:
            passwords, new = self._passwords()
            place = await asyncio.to_thread(find_place, self._layout)
            self._notices = place.notices
            postgres = Postgres(self._layout, place, passwords["postgres"], self._record)
            valkey = Valkey(self._layout, place, passwords["valkey"], self._record)
            self._servers = {"postgres": postgres, "valkey": valkey}
            recorded = self._state.get("services", {})
            for name, entry in recorded.items():
                identity = Identity.recorded(entry)
                if identity and (new or name not in self._servers):
                    await end(Watch(identity), Service.stop_steps)
            for name, server in self._servers.items():
                await self._take_over(server, recorded.get(name, {}))
            if postgres.adopted is None:
                await asyncio.to_thread(create_cluster, self._layout, place, passwords["postgres"], new_password=new)
            if new:
                write_private(self._layout.secrets, passwords)
        except Exception as error:  # whatever it is, those who wait must hear it
            self._prepared.set_exception(
                error if isinstance(error, EmbeddedError) else EmbeddedError(f"{type(error).__name__}: {error}")
            )
            self._stop()
            return
        self._launch(*(server for server in self._servers.values() if server.adopted))
        say(f"prepared in {time.monotonic() - begun:.2f} s")
        self._prepared.set_result(None)

    def _passwords(self) -> tuple[dict[str, str], bool]:
        """The servers' passwords, and whether they are new."""
        stored = read_json(self._layout.secrets)
        if all(isinstance(stored.get(name), str) for name in SERVERS):
            return stored, False
        return {name: os.urandom(24).hex() for name in SERVERS}, True

    async def _take_over(self, server: Postgres | Valkey, entry: dict[str, Any]) -> None:
        """Adopts the recorded process; one that only its pid file knows is stopped, its port being unknown."""
        port = entry.get("port")
        server.port = port if isinstance(port, int) else None
        identity = Identity.recorded(entry)
        if identity and server.port:
            say(f"{server.name} still runs as process {identity.pid}, taken over")
            server.adopted = identity
        elif stray := server.leftover():
            await end(Watch(stray), server.stop_steps)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection. Only this account and root may speak: the answers hold passwords."""
        credentials = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        if struct.unpack("3i", credentials)[1] not in {0, os.geteuid()}:
            writer.close()
            return
        self._connections[writer] = asyncio.current_task()
        try:
            while line := await reader.readline():
                answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._answering.add(answered)
                try:
                    answer = await self._answer(json.loads(line), writer)
                    writer.write(json.dumps(answer).encode() + b"\n")
                    await writer.drain()
                finally:
                    self._answering.discard(answered)
                    answered.set_result(None)
                if answer.get("stopping") is False:
                    break
        except (OSError, ValueError):
            pass  # a client that went away or speaks another language has nothing to be told
        finally:
            # While stopping, a reference stays open: its end tells the client that everything has stopped.
            if not (self._stop_asked.is_set() and writer in self._references):
                self._references.discard(writer)
                self._changed.set()
                writer.close()
            self._connections.pop(writer)

    async def _answer(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        """Raises ConnectionAbortedError when the client should connect again, to a successor."""
        actions = {
            "attach": self._attach,
            "detach": self._detach,
            "ensure": self._ensure,
            "restart": self._restart,
            "status": self._status,
            "stop": self._stop_on_request,
        }
        action = actions.get(str(message.get("do")))
        if action is None:
            return {"error": f"unknown request {message.get('do')!r}"}
        try:
            return await action(message, writer)
        except EmbeddedError as error:
            return {"error": str(error)}

    async def _attach(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        if self._stop_asked.is_set():
            raise ConnectionAbortedError
        self._references.add(writer)
        self._changed.set()
        await asyncio.shield(self._prepared)
        wanted = [server for name, server in self._servers.items() if name in message.get("servers", SERVERS)]
        self._launch(*wanted)
        try:
            await asyncio.gather(*(server.wait_ready() for server in wanted))
        except EmbeddedError:
            if self._stop_asked.is_set():
                self._references.discard(writer)
                raise ConnectionAbortedError from None
            raise
        urls = {f"{server.name}_url": server.url for server in wanted}
        return {"notices": list(self._notices), **urls}

    def _launch(self, *services: Service) -> None:
        for service in services:
            if not service.launched and not self._stop_asked.is_set():
                service.launched = True
                self._tasks.create_task(service.run())

    async def _detach(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        self._references.discard(writer)
        last = bool(message.get("stop")) and not self._references and not self._resident
        if last:
            self._references.add(writer)
            self._stop()
        self._changed.set()
        return {"stopping": last}

    async def _ensure(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        name = str(message.get("name"))
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", name) or name in (*SERVERS, "supervisor"):
            raise EmbeddedError(f"{name!r} is no name for a process")
        command = Command.of(message)
        async with self._reordering:
            extra = self._extras.get(name)
            if extra is not None and extra.command != command:
                await extra.stop()
                extra = None
            if extra is None:
                extra = self._extras[name] = Extra(name, command, self._layout, self._record)
                self._launch(extra)
        await extra.wait_ready()
        return extra.report()

    async def _restart(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        await asyncio.shield(self._prepared)
        service = self._services().get(str(message.get("name")))
        if service is None or not service.launched:
            raise EmbeddedError(f"{message.get('name')!r} does not run here")
        async with self._reordering:
            await service.restart()
        return service.report()

    async def _status(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        await asyncio.shield(self._prepared)
        services = {name: service.report() for name, service in self._services().items()}
        return {"pid": os.getpid(), "attachments": len(self._references), "services": services}

    async def _stop_on_request(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        self._references.add(writer)
        self._stop()
        return {"stopping": True}

    def _services(self) -> dict[str, Service]:
        return {**self._servers, **self._extras}

    def _record(self) -> None:
        """The state file: what runs where, for a successor and for people."""
        services = {name: service.record() for name, service in self._services().items()}
        urls = {f"{name}_url": server.url for name, server in self._servers.items() if server.port}
        own = Identity.of(os.getpid())
        state = {"supervisor": own.record() if own else {}, "services": services, **urls}
        try:
            write_private(self._layout.state, state)
        except OSError as error:
            say(f"the state could not be written: {error}")

    async def _trim_logs(self) -> None:
        """Keeps one old copy of a log that has grown large. Every writer appends, so cutting it short is safe."""
        while True:
            for path in self._layout.home.glob("*.log"):
                if path.stat().st_size > LOG_LIMIT:
                    await asyncio.to_thread(shutil.copyfile, path, path.with_suffix(".log.1"))
                    os.truncate(path, 0)
            await asyncio.sleep(LOG_CHECK_SECONDS)


def listen(layout: Layout) -> socket.socket:
    """The control socket, readable by this account alone. The lock is held: one that is there is stale."""
    layout.socket.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    with short_socket_path(layout.socket) as path:
        try:
            listener.bind(path)
        except OSError as error:
            raise EmbeddedError(f"no socket can be made in {layout.home}: {error.strerror}") from error
    layout.socket.chmod(0o600)
    listener.listen(64)
    return listener

"""One supervised process: started, watched, restarted after a crash with growing pauses, ended in order."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from infra.embedded.layout import EmbeddedError, last_line
from infra.embedded.place import Account
from infra.embedded.process import Identity, Watch, end

READY_SECONDS = 45.0
STEADY_SECONDS = 30.0  # a process that lived so long starts its row of pauses anew
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
HOPELESS = 6  # failures in a row, before it was ever ready, after which those who wait are told
PROBE_SECONDS = 1.0
# Below the range the kernel gives to outgoing connections: nobody takes the port while its server restarts,
# and a client that retries cannot be connected to itself.
PORTS = range(20000, 30000)


def say(text: str) -> None:
    """One line for the supervisor's log."""
    sys.stderr.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}\n")
    sys.stderr.flush()


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A loopback port nobody listens on now. Raises EmbeddedError when there is none."""
    start = int.from_bytes(os.urandom(2), "big")
    for step in range(len(PORTS)):
        port = PORTS[(start + step) % len(PORTS)]
        if port_is_free(port):
            return port
    raise EmbeddedError(f"no free port on 127.0.0.1 between {PORTS.start} and {PORTS.stop}")


class Service:
    """Subclasses say what to run and when it is ready; `changed` is called when there is something to record."""

    needs_port = False
    stop_steps: tuple[tuple[int, float], ...] = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))

    def __init__(self, name: str, log: Path, account: Account | None, changed: Callable[[], None]) -> None:
        self.name = name
        self.log = log
        self.account = account
        self.port: int | None = None
        self.restarts = 0
        self.problem = ""
        self.ready = asyncio.Event()
        self.was_ready = False
        self.launched = False
        self.adopted: Identity | None = None
        self._changed = changed
        self._watch: Watch | None = None
        self._stop_asked = asyncio.Event()
        self._restarting = False
        self._failures = 0
        self._wake = asyncio.Event()
        self._news = asyncio.Event()

    def argv(self) -> list[str]:
        """The command line; no secret in it."""
        raise AssertionError("a service names its command")

    def directory(self) -> Path:
        return Path("/")

    def environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def prepare(self) -> None:
        """Before each start, in a thread: clears what a crash left behind."""

    def leftover(self) -> Identity | None:
        """The process an earlier, killed supervisor left running, by the process's own files."""
        return None

    async def probe(self) -> bool:
        """True when it can be used; called again and again after a start."""
        return True

    async def ask_to_stop(self) -> None:
        """A request to end in the process's own protocol, before any signal."""

    def record(self) -> dict[str, Any]:
        """What a later supervisor needs to find this process again."""
        identity = self._watch.identity.record() if self._watch else {}
        return identity | ({"port": self.port} if self.port else {})

    def report(self) -> dict[str, Any]:
        state = "ready" if self.ready.is_set() else "down" if self._watch is None else "starting"
        pid = self._watch.identity.pid if self._watch else None
        return {"state": state, "pid": pid, "port": self.port, "restarts": self.restarts, "problem": self.problem}

    async def run(self) -> None:
        """Keeps the process alive until `stop`."""
        while not self._stop_asked.is_set():
            begun = time.monotonic()
            try:
                await self._live()
            except (OSError, subprocess.SubprocessError, EmbeddedError) as error:
                self.problem = str(error)
            self.ready.clear()
            self._watch = None
            if self._stop_asked.is_set():
                break
            self.restarts += 1
            if self._restarting:
                self._restarting = False
                continue
            self._failures = 1 if time.monotonic() - begun > STEADY_SECONDS else self._failures + 1
            self._news.set()
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self._failures - 1))
            say(f"{self.name} ended ({self.problem or 'no reason given'}), again in {pause:.1f} s")
            await self._rest(pause)

    async def _live(self) -> None:
        """One life of the process, from its start (or its adoption) to its end."""
        adopted, self.adopted = self.adopted, None
        if adopted is None:
            # Once handed out, a port stays: the address is in the hands of other processes.
            if self.needs_port and not self.was_ready and not (self.port and port_is_free(self.port)):
                self.port = free_port()
            await asyncio.to_thread(self.prepare)
            if self._stop_asked.is_set():
                return
            child = self._spawn()
            identity = Identity.of(child.pid)
            if identity is None:
                child.wait()
                raise EmbeddedError(last_line(self.log) or f"{self.name} ended at once")
            watch = Watch(identity, child)
        else:
            watch = Watch(adopted)
        self._watch = watch
        self._changed()
        if await self._becomes_ready(watch):
            self.was_ready, self.problem = True, ""
            self.ready.set()
            self._news.set()
            self._changed()
            say(f"{self.name} is ready, process {watch.identity.pid}")
        await watch.gone.wait()
        self.problem = watch.cause() or last_line(self.log)

    def _spawn(self) -> subprocess.Popen[bytes]:
        output: IO[bytes]
        with self.log.open("ab") as output:
            os.fchmod(output.fileno(), 0o600)
            return start(self.argv(), self.account, output, self.environment(), self.directory())

    async def _becomes_ready(self, watch: Watch) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        pause = 0.01
        while not watch.gone.is_set():
            try:
                if await asyncio.wait_for(self.probe(), PROBE_SECONDS):
                    return True
            except (OSError, EmbeddedError, asyncio.IncompleteReadError, TimeoutError) as error:
                self.problem = str(error)
            if time.monotonic() > deadline:
                say(f"{self.name} did not become ready in {READY_SECONDS:.0f} s, killed")
                await end(watch, ((signal.SIGQUIT, 2.0),))
                return False
            await watch.wait(pause)
            pause = min(0.1, pause * 1.5)
        return False

    async def _rest(self, seconds: float) -> None:
        self._wake.clear()
        if not (self._stop_asked.is_set() or self._restarting):
            try:
                await asyncio.wait_for(self._wake.wait(), seconds)
            except TimeoutError:
                return

    async def wait_ready(self) -> None:
        """Returns when it can be used. Raises EmbeddedError when it fails again and again from the first start on."""
        while not self.ready.is_set():
            if self._stop_asked.is_set() or (not self.was_ready and self._failures >= HOPELESS):
                raise EmbeddedError(f"{self.name} does not start: {self.problem} (see {self.log})")
            self._news.clear()
            await self._news.wait()

    async def restart(self) -> None:
        """Ends the process in order and returns when its successor is ready."""
        self._restarting = True
        self.ready.clear()
        self._wake.set()
        await self._end()
        await self.wait_ready()

    async def stop(self) -> None:
        """Ends the process in order, for good."""
        self._stop_asked.set()
        self._wake.set()
        self._news.set()
        await self._end()

    async def _end(self) -> None:
        watch = self._watch
        if watch is None or watch.gone.is_set():
            return
        try:
            await asyncio.wait_for(self.ask_to_stop(), PROBE_SECONDS)
        except (OSError, EmbeddedError, asyncio.IncompleteReadError, TimeoutError):
            say(f"{self.name} did not take the request to stop, signalling")
        await end(watch, self.stop_steps)


def start(
    argv: list[str], account: Account | None, output: IO[bytes], environment: dict[str, str], directory: Path
) -> subprocess.Popen[bytes]:
    """Starts a process in a session of its own, as `account` when given."""
    return subprocess.Popen(  # noqa: S603 - our own words, no shell
        argv,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=directory,
        start_new_session=True,
        umask=0o077,
        **(account.switch() if account else {}),
    )

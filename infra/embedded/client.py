"""Attaching to the servers of a DATA_DIR from any process: starts the supervisor when none runs."""

import contextlib
import fcntl
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.embedded.layout import SERVERS, EmbeddedError, Layout, exchange, last_line, short_socket_path

ATTACH_SECONDS = 90.0
STOP_SECONDS = 40.0
RETRY_SECONDS = 0.02
MOST_STARTS = 8
PROJECT = Path(__file__).resolve().parents[2]

logger = logging.getLogger("infra.embedded")


def attach(data_dir: Path, *, servers: Collection[str] = SERVERS, seconds: float = ATTACH_SECONDS) -> "Attachment":
    """Returns when the servers of `data_dir` accept connections, starting what does not run. Blocking.

    `servers` names those needed ("postgres", "valkey"). Raises EmbeddedError with the line to print.
    """
    layout = Layout.of(data_dir)
    layout.create()
    attachment = Attachment(layout, tuple(servers))
    started = attachment.connect(time.monotonic() + seconds)
    for notice in attachment.notices:
        logger.log(logging.WARNING if started else logging.DEBUG, "%s", notice)
    return attachment


class Attachment:
    """A reference to running servers: they stay up while one exists, and for some seconds after the last.

    When the supervisor itself is killed, the attachment starts it again; the servers go on meanwhile.
    """

    def __init__(self, layout: Layout, servers: tuple[str, ...]) -> None:
        self._layout = layout
        self._servers = servers
        self._connection: socket.socket | None = None
        self._watcher: threading.Thread | None = None
        self._closing = False
        self._wanted: dict[str, dict[str, Any]] = {}
        self.database_url = ""
        self.redis_url = ""
        self.notices: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def connect(self, deadline: float) -> bool:
        """Finds or starts the supervisor and waits for its servers; True when it started one. Raises EmbeddedError."""
        starts = 0
        while True:
            try:
                connection, answer = self._ask({"do": "attach", "servers": self._servers}, deadline)
            except TimeoutError as error:
                logs = self._layout.home
                raise EmbeddedError(f"the embedded servers did not start in time (see {logs})") from error
            if connection is not None and answer is not None:
                break
            if time.monotonic() > deadline or starts >= MOST_STARTS:
                log = self._layout.log("supervisor")
                raise EmbeddedError(f"the embedded servers do not start: {last_line(log)} (see {log})")
            # A start returns before the socket is there; a supervisor that ends still holds the lock.
            starts += start_supervisor(self._layout)
            time.sleep(RETRY_SECONDS)
        if "error" in answer:
            connection.close()
            raise EmbeddedError(answer["error"])
        self.database_url = answer.get("postgres_url", "")
        self.redis_url = answer.get("valkey_url", "")
        self.notices = tuple(answer["notices"])
        self._connection = connection
        self._watcher = threading.Thread(target=self._watch, args=(connection,), name="embedded-watch", daemon=True)
        self._watcher.start()
        return starts > 0

    def _ask(self, message: dict[str, Any], deadline: float) -> tuple[socket.socket | None, dict[str, Any] | None]:
        """Connects and asks; (None, None) when nobody listens or the supervisor went away."""
        connection = socket.socket(socket.AF_UNIX)
        try:
            with short_socket_path(self._layout.socket) as path:
                connection.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            return None, None
        except OSError as error:
            connection.close()
            raise EmbeddedError(f"the supervisor of {self._layout.root} cannot be reached: {error}") from error
        answer = exchange(connection, message, deadline)
        if answer is None or "bye" in answer:
            connection.close()
            return None, None
        return connection, answer

    def _watch(self, connection: socket.socket) -> None:
        """In a thread: when the supervisor dies without a goodbye, another one is started."""
        said = b""
        with contextlib.suppress(OSError):
            connection.settimeout(None)
            while chunk := connection.recv(4096):
                said += chunk
        if self._closing or said:
            return
        logger.warning("the supervisor of the embedded servers is gone, starting it again")
        before = self.database_url, self.redis_url
        try:
            self.connect(time.monotonic() + ATTACH_SECONDS)
            for message in tuple(self._wanted.values()):
                self.request(message)
        except EmbeddedError as error:
            logger.error("the embedded servers are lost: %s", error)
            return
        connection.close()
        if (self.database_url, self.redis_url) != before:
            logger.error("the embedded servers came back at another address: this process must be restarted")

    def request(self, message: dict[str, Any], seconds: float = ATTACH_SECONDS) -> dict[str, Any]:
        """One request on a connection of its own. Raises EmbeddedError with the supervisor's reason."""
        try:
            connection, answer = self._ask(message, time.monotonic() + seconds)
        except TimeoutError as error:
            raise EmbeddedError(f"no answer from the supervisor to {message['do']}") from error
        if connection is None or answer is None:
            raise EmbeddedError(f"no supervisor runs for {self._layout.root}")
        if answer.get("stopping"):
            wait_closed(connection)
        connection.close()
        if "error" in answer:
            raise EmbeddedError(answer["error"])
        return answer

    def ensure(
        self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None, *, cwd: Path | None = None
    ) -> int:
        """Keeps a further process running beside the servers, restarted after a crash, stopped with them; its id.

        `env` is added to the supervisor's environment. The same request again changes nothing, another command or
        environment under the same name replaces the process. Its output goes to DATA_DIR/embedded/NAME.log.
        """
        folder = str(cwd or Path.cwd())
        message = {"do": "ensure", "name": name, "argv": list(argv), "env": dict(env or {}), "cwd": folder}
        answer = self.request(message)
        self._wanted[name] = message
        pid: int = answer["pid"]
        return pid

    def restart(self, name: str) -> None:
        """Ends one of the servers in order and returns when it accepts connections again."""
        self.request({"do": "restart", "name": name})

    def status(self) -> dict[str, Any]:
        """`{"pid", "attachments", "services": {name: {"state", "pid", "port", "restarts", "problem"}}}`."""
        return self.request({"do": "status"})

    def close(self, *, stop: bool = False) -> None:
        """Gives the reference back. `stop`: if it was the last, the servers end now and this returns when they have."""
        self._closing = True
        connection, self._connection = self._connection, None
        if connection is None or self._watcher is None:
            return
        with contextlib.suppress(OSError):
            if stop:
                connection.sendall(json.dumps({"do": "detach", "stop": True}).encode() + b"\n")
                self._watcher.join(STOP_SECONDS)
            # The watching thread sits in a blocking read, which only a shutdown ends.
            connection.shutdown(socket.SHUT_RDWR)
        self._watcher.join(STOP_SECONDS)
        connection.close()


def wait_closed(connection: socket.socket) -> None:
    """Reads until the supervisor closes the connection, which it does when everything is stopped."""
    connection.settimeout(STOP_SECONDS)
    with contextlib.suppress(OSError):
        while connection.recv(4096):
            pass


def start_supervisor(layout: Layout) -> bool:
    """Starts one in the background unless one is there, starting or stopping; says whether it did."""
    descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    path = [str(PROJECT), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(path)
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [sys.executable, "-m", "infra.embedded", str(layout.root), "--detach"],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=ATTACH_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip() or last_line(layout.log("supervisor"))
        raise EmbeddedError(f"the supervisor of the embedded servers does not start: {reason.splitlines()[-1]}")
    return True

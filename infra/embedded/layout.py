"""Where the supervisor of one DATA_DIR keeps its lock, socket, state, secrets and logs, and how it writes them."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.errors import AppError

# sun_path holds 108 bytes with its closing zero; a longer path is reached through /proc/self/fd.
SOCKET_PATH_LIMIT = 100
LOCK_SECONDS = 1.0
SERVERS = ("postgres", "valkey")


class EmbeddedError(AppError):
    """An embedded server cannot be started or reached; the text is the one line to print."""


class AlreadyRunning(EmbeddedError):
    """Another supervisor holds this DATA_DIR."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Files of the supervisor under `root`, the absolute DATA_DIR with its links resolved."""

    root: Path

    @classmethod
    def of(cls, data_dir: Path) -> "Layout":
        return cls(data_dir.resolve())

    @property
    def home(self) -> Path:
        return self.root / "embedded"

    @property
    def lock(self) -> Path:
        return self.home / "lock"

    @property
    def socket(self) -> Path:
        return self.home / "control.sock"

    @property
    def state(self) -> Path:
        return self.home / "state.json"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets.json"

    def log(self, name: str) -> Path:
        return self.home / f"{name}.log"

    def create(self) -> None:
        """Makes DATA_DIR and the supervisor's folder. Raises EmbeddedError when this account may not.

        A DATA_DIR made by root can be passed through, not listed: the servers' own account has its folders inside.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
            self.home.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise EmbeddedError(f"DATA_DIR {self.root} cannot be used: {error.strerror}") from error
        if not os.access(self.home, os.R_OK | os.W_OK | os.X_OK):
            raise EmbeddedError(f"DATA_DIR {self.root} belongs to another user; start as that user or choose another")


def write_private(path: Path, value: dict[str, Any]) -> None:
    """Writes JSON readable by its owner only; a crash leaves the old file or the new one, never half of one."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """The object stored at `path`; empty when there is none or it is damaged."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


@contextmanager
def short_socket_path(path: Path) -> Iterator[str]:
    """A name for `path` short enough for a unix socket, valid inside the block."""
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def exchange(connection: socket.socket, message: dict[str, Any], deadline: float) -> dict[str, Any] | None:
    """Sends one request and reads its one-line answer until `deadline` (monotonic); None when the other side left."""
    try:
        connection.settimeout(max(0.01, deadline - time.monotonic()))
        connection.sendall(json.dumps(message).encode() + b"\n")
        received = b""
        while b"\n" not in received:
            connection.settimeout(max(0.01, deadline - time.monotonic()))
            chunk = connection.recv(65536)
            if not chunk:
                return None
            received += chunk
    except TimeoutError:
        raise
    except OSError:
        return None
    # a goodbye may follow in the same packet
    answer: dict[str, Any] = json.loads(received.partition(b"\n")[0])
    return answer


def last_line(path: Path) -> str:
    """The last line of a log that says something; empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 4096))
            lines = file.read().decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip() if lines else ""


def take_lock(layout: Layout) -> int:
    """The descriptor that holds the lock of this DATA_DIR for as long as it is open. Raises AlreadyRunning."""
    descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise AlreadyRunning(f"another supervisor holds {layout.root}") from error
            time.sleep(0.02)
        else:
            return descriptor

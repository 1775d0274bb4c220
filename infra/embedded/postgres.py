"""The embedded PostgreSQL: made once by initdb with a password, then started, probed and stopped."""

import asyncio
import locale
import os
import shutil
import signal
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

from infra.embedded.layout import EmbeddedError, Layout
from infra.embedded.place import Account, Place
from infra.embedded.process import Identity, by_pid_file
from infra.embedded.service import Service, say

NAME = "assistant"  # of the role and of the database
MAJOR = "18"
INIT_SECONDS = 120.0
SHARED_MEMORY_BYTES = 256 * 1024 * 1024
PROTOCOL = 196608  # 3.0

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "wal_compression": "on",
    "max_wal_size": "512MB",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",
    "io_method": "sync",  # no processes of its own for reading: the data fits in memory
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A failed statement may hold a person's words or phone: neither it nor the row goes to the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class Postgres(Service):
    """PostgreSQL in `place.data`/postgres; its `port` is chosen by the supervisor."""

    needs_port = True
    # Fast shutdown, then immediate (which recovers at the next start), then by force.
    stop_steps = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

    def __init__(self, layout: Layout, place: Place, password: str, changed: Callable[[], None]) -> None:
        super().__init__("postgres", layout.log("postgres"), place.account, changed)
        self._binaries = place.binaries.postgres
        self.data = place.data / "postgres"
        self._password = password

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}:{self._password}@127.0.0.1:{self.port}/{NAME}"

    def argv(self) -> list[str]:
        settings = SETTINGS | {"port": str(self.port), "dynamic_shared_memory_type": shared_memory_type()}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self._binaries / "postgres"), "-D", str(self.data), *options]

    def directory(self) -> Path:
        # A core dump, or anything else written to the working folder, stays with the data.
        return Path("/") if self.account else self.data

    def prepare(self) -> None:
        """A pid file left by a crash may name a process of somebody else by now; PostgreSQL would wait for it."""
        if self.leftover() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def leftover(self) -> Identity | None:
        return by_pid_file(self.data / "postmaster.pid", str(self.data))

    async def probe(self) -> bool:
        """True when a connection is asked for its password.

        The pid file says first that it is this process and that it has started: the port may have been taken by
        another server a moment earlier, and a connection that comes too early leaves an error in the log.
        """
        if self._watch is None or self.leftover() != self._watch.identity:
            return False
        if "ready" not in (self.data / "postmaster.pid").read_text():
            return False
        packet = f"user\0{NAME}\0database\0{NAME}\0\0".encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(struct.pack("!II", len(packet) + 8, PROTOCOL) + packet)
            return await reader.readexactly(1) == b"R"
        finally:
            writer.close()


def create_cluster(layout: Layout, place: Place, password: str, *, new_password: bool) -> None:
    """Makes the database cluster unless it is there; a crash half-way leaves none. Blocking, about a second.

    `new_password` says that the stored one was lost: data inside DATA_DIR gets the new one, data outside belonged to a
    DATA_DIR that was deleted and is set aside. Raises EmbeddedError.
    """
    data = place.data / "postgres"
    if not (data / "PG_VERSION").exists():
        initialise(place, password)
        return
    major = (data / "PG_VERSION").read_text().strip()
    if major != MAJOR:
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {major}, this is {MAJOR}: restore a backup into a new DATA_DIR"
        )
    if new_password and place.data != layout.root:
        aside = data.with_name("postgres.old")
        shutil.rmtree(aside, ignore_errors=True)
        data.rename(aside)
        say(f"the data of an earlier, deleted DATA_DIR was set aside as {aside}")
        initialise(place, password)
    elif new_password:
        in_single_user_mode(place, data, f"ALTER ROLE {NAME} PASSWORD '{password}'")


def initialise(place: Place, password: str) -> None:
    """initdb and our database in a folder of another name, which then takes its place at once."""
    fresh = place.data / "postgres.init"
    password_file = place.data / "postgres.password"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    password_file.unlink(missing_ok=True)
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(password)
        if place.account:
            for path in (fresh, password_file):
                os.chown(path, place.account.uid, place.account.gid)
        run_once(
            [
                str(place.binaries.postgres / "initdb"),
                *("-D", str(fresh), "-U", NAME, "--pwfile", str(password_file)),
                *("--auth=scram-sha-256", "--encoding=UTF8", f"--locale={system_locale()}"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--text-search-config=simple"),
            ],
            place.account,
        )
    finally:
        password_file.unlink(missing_ok=True)
    in_single_user_mode(place, fresh, f"CREATE DATABASE {NAME}")
    fresh.replace(place.data / "postgres")


def in_single_user_mode(place: Place, data: Path, statement: str) -> None:
    """One statement without a running server; on standard input, for it may hold a password."""
    argv = [str(place.binaries.postgres / "postgres"), "--single", "-D", str(data), "postgres"]
    run_once(argv, place.account, statement + "\n")


def run_once(argv: list[str], account: Account | None, text: str = "") -> None:
    """Runs a program of PostgreSQL to its end. Raises EmbeddedError with its last line."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            argv,
            input=text,
            capture_output=True,
            text=True,
            timeout=INIT_SECONDS,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            **(account.switch() if account else {}),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedError(f"{Path(argv[0]).name} failed: {error}") from error
    errors = [line for line in done.stderr.splitlines() if "ERROR:" in line or "FATAL:" in line]
    if done.returncode != 0 or errors:
        lines = errors or done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise EmbeddedError(f"{Path(argv[0]).name} failed: {lines[-1]}")


def system_locale() -> str:
    """C.UTF-8 where the system has it (it tells a dash from a letter when text is split into words), else C.

    Sorting and case do not depend on it: they come from PostgreSQL's own C.UTF-8.
    """
    current = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    locale.setlocale(locale.LC_CTYPE, current)
    return "C.UTF-8"


def shared_memory_type() -> str:
    """posix where /dev/shm has room (a container often gives it 64 MB), else files beside the data."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 - the kernel's own mount, nothing is written here
    except OSError:
        return "mmap"
    enough = room.f_bavail * room.f_frsize >= SHARED_MEMORY_BYTES
    return "posix" if enough and os.access("/dev/shm", os.W_OK) else "mmap"  # noqa: S108 - as above

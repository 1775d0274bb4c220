"""Processes by identity (id and moment of birth), so that a recycled id is never taken for ours."""

import asyncio
import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Identity:
    """`started` is the kernel's start tick with the id of the boot it counts from."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """The living process with this id; None when there is none (a zombie is none)."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()
        if fields[0] in {"Z", "X"}:
            return None
        return cls(pid, f"{boot}:{fields[19]}")

    @classmethod
    def recorded(cls, value: Any) -> "Identity | None":
        """What `record` wrote, if that very process still lives."""
        if not isinstance(value, dict) or not isinstance(value.get("pid"), int):
            return None
        living = cls.of(value["pid"])
        return living if living and living.started == value.get("started") else None

    def record(self) -> dict[str, Any]:
        return {"pid": self.pid, "started": self.started}

    def alive(self) -> bool:
        return Identity.of(self.pid) == self

    def send(self, number: int) -> None:
        """Signals the process if it is still the same one."""
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def by_pid_file(path: Path, marker: str) -> Identity | None:
    """The process a server's own pid file names, if its command line holds `marker` (its data folder)."""
    try:
        pid = int(path.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    return Identity.of(pid) if any(marker == os.fsdecode(word) for word in command) else None


class Watch:
    """Notices the end of a process, a child or one taken over from an earlier supervisor: sets `gone`."""

    def __init__(self, identity: Identity, child: subprocess.Popen[bytes] | None = None) -> None:
        self.identity = identity
        self.gone = asyncio.Event()
        self._child = child
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._descriptor: int | None = None
        try:
            self._descriptor = os.pidfd_open(identity.pid)
        except OSError:  # an old kernel or a container that forbids it
            self._poll()
        else:
            self._loop.add_reader(self._descriptor, self._ended)
            if child is None and not identity.alive():
                self._ended()

    def _poll(self) -> None:
        if (self._child.poll() is not None) if self._child else not self.identity.alive():
            self._ended()
        else:
            self._timer = self._loop.call_later(POLL_SECONDS, self._poll)

    def _ended(self) -> None:
        if self._descriptor is not None:
            self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None
        if self._child is not None:
            self._child.wait()
        self.gone.set()

    def cause(self) -> str:
        """The signal that ended the process; empty when it ended by itself or is not our child."""
        status = self._child.returncode if self._child else None
        return f"killed by {signal.Signals(-status).name}" if status is not None and status < 0 else ""

    async def wait(self, seconds: float) -> bool:
        """True when the process ended within that time."""
        try:
            await asyncio.wait_for(self.gone.wait(), seconds)
        except TimeoutError:
            return False
        return True


async def end(watch: Watch, steps: tuple[tuple[int, float], ...]) -> None:
    """Signals of growing force, each with the seconds it is given; returns when the process is gone."""
    for number, seconds in steps:
        watch.identity.send(number)
        if await watch.wait(seconds):
            return
    watch.identity.send(signal.SIGKILL)
    await watch.gone.wait()

"""Processes are known by id and birth, and their end is noticed with or without the kernel's help."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra.embedded.layout import SOCKET_PATH_LIMIT, last_line, read_json, short_socket_path, write_private
from infra.embedded.process import Identity, Watch, by_pid_file, end

SLEEPER = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)",
]


def started(argv: list[str]) -> subprocess.Popen[bytes]:
    """A child whose program runs: before that its command line reads empty."""
    child = subprocess.Popen(argv, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    child.stdout.close()
    return child


def identity(child: subprocess.Popen[bytes]) -> Identity:
    found = Identity.of(child.pid)
    assert found is not None
    return found


def test_a_recycled_id_is_not_taken_for_ours() -> None:
    own = Identity.of(os.getpid())
    assert own is not None
    assert Identity.recorded(own.record()) == own
    assert Identity.recorded({"pid": own.pid, "started": "another boot:1"}) is None
    assert Identity.recorded({"pid": "text"}) is None
    assert Identity.recorded(None) is None


def test_a_zombie_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert Identity.of(child.pid) is None


def test_a_pid_file_counts_only_with_the_right_command_line(tmp_path: Path) -> None:
    path = tmp_path / "server.pid"
    assert by_pid_file(path, "anything") is None
    child = started([*SLEEPER, "/the/data"])
    path.write_text(f"{child.pid}\n/the/data\n")
    assert by_pid_file(path, "/other/data") is None
    assert by_pid_file(path, "/the/data") == identity(child)
    child.kill()
    child.wait()


@pytest.mark.parametrize("kernel_helps", [True, False])
async def test_the_end_of_a_child_and_of_a_stranger_is_noticed(
    kernel_helps: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not kernel_helps:
        monkeypatch.setattr(os, "pidfd_open", refuse)
    child = started(SLEEPER)
    as_child, as_stranger = Watch(identity(child), child), Watch(identity(child))
    assert not await as_child.wait(0.01)
    child.send_signal(signal.SIGKILL)
    assert await as_child.wait(10)
    assert await as_stranger.wait(10)
    assert (as_child.cause(), as_stranger.cause()) == ("killed by SIGKILL", "")
    assert await Watch(Identity(child.pid, "gone")).wait(10), "one that had ended before is noticed too"


def refuse(pid: int) -> int:
    raise OSError("not permitted here")


async def test_a_process_that_ignores_the_request_is_ended_by_force() -> None:
    child = started(STUBBORN)
    watch = Watch(identity(child), child)
    await end(watch, ((signal.SIGTERM, 0.05),))
    assert watch.cause() == "killed by SIGKILL"


def test_private_files_are_whole_and_for_their_owner(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_private(path, {"a": 1})
    assert read_json(path) == {"a": 1}
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("{half")
    assert read_json(path) == {}
    path.write_text("[1]")
    assert read_json(path) == {}


def test_the_last_line_that_says_something(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert last_line(log) == ""
    log.write_text("first\nlast\n\n")
    assert last_line(log) == "last"


def test_a_long_socket_path_is_shortened(tmp_path: Path) -> None:
    folder = tmp_path / ("d" * SOCKET_PATH_LIMIT)
    folder.mkdir()
    (folder / "control.sock").write_text("here")
    with short_socket_path(folder / "control.sock") as short:
        assert len(short) < SOCKET_PATH_LIMIT
        assert Path(short).read_text() == "here"

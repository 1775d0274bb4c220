"""The embedded servers as their users meet them: addresses that work, data that stays, crashes that heal."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from infra.embedded import Attachment, EmbeddedError, attach
from infra.embedded.layout import SOCKET_PATH_LIMIT, Layout
from infra.embedded.place import installed_binaries
from infra.embedded.process import Identity

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = 30.0


def eventually(check: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def sql(url: str, statement: str) -> str:
    psql = installed_binaries().postgres / "psql"
    done = subprocess.run([psql, url, "-Atqc", statement], capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.stdout.strip() or done.stderr.strip()


def answers(url: str) -> bool:
    return sql(url, "select 1") == "1"


def pid_of(attachment: Attachment, name: str) -> int:
    pid: int = attachment.status()["services"][name]["pid"]
    return pid


def alive(pid: int) -> bool:
    return Identity.of(pid) is not None


def supervisor(data_dir: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.embedded", str(data_dir), *options]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=SECONDS, check=False)


@pytest.fixture
def fresh_dir() -> Iterator[Path]:
    """A DATA_DIR still to be made where the servers' account can reach it, stopped and removed afterwards."""
    base = Path(tempfile.mkdtemp(prefix="embedded-"))
    base.chmod(0o755)
    yield base / "data"
    if Layout.of(base / "data").socket.exists():
        supervisor(base / "data", "--stop")
    shutil.rmtree(base)


@pytest.fixture(scope="module")
def used_dir() -> Iterator[Path]:
    """A DATA_DIR after a first start, at rest."""
    base = Path(tempfile.mkdtemp(prefix="embedded-"))
    base.chmod(0o755)
    with attach(base / "data") as attachment:
        attachment.close(stop=True)
    yield base / "data"
    shutil.rmtree(base)


@pytest.fixture
def data_dir(fresh_dir: Path, used_dir: Path) -> Path:
    """A copy of a used DATA_DIR: a first start costs a second of processor time."""
    subprocess.run(["cp", "--archive", used_dir, fresh_dir], check=True, timeout=SECONDS)
    return fresh_dir


def test_servers_answer_with_their_passwords_only_and_keep_data_and_addresses(fresh_dir: Path) -> None:
    with attach(fresh_dir) as first:
        sql(first.database_url, "create extension vector; create extension pg_trgm; create table t as select 'Ёж' as x")
        assert sql(first.database_url, "select lower(x) from t") == "ёж"
        assert redis.Redis.from_url(first.redis_url).set("k", "v")
        wrong = first.database_url.replace("assistant:", "assistant:x", 1)
        assert "password authentication failed" in sql(wrong, "select 1")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(first.redis_url.replace("redis://:", "redis://:x")).ping()
        processes = [first.status()["pid"], pid_of(first, "postgres"), pid_of(first, "valkey")]
        begun = time.monotonic()
        first.close(stop=True)
        assert time.monotonic() - begun < 2.0
    eventually(lambda: not any(map(alive, processes)), "everything has ended")
    with attach(fresh_dir) as second:
        assert (second.database_url, second.redis_url) == (first.database_url, first.redis_url)
        assert sql(second.database_url, "select x from t") == "Ёж"
        assert redis.Redis.from_url(second.redis_url).get("k") == b"v"
        second.close(stop=True)


def test_what_lies_on_disk_is_private(fresh_dir: Path) -> None:
    with attach(fresh_dir) as attachment:
        password = json.loads(Layout.of(fresh_dir).secrets.read_text())["postgres"]
        assert password in attachment.database_url
        home = Layout.of(fresh_dir).home
        assert home.stat().st_mode & 0o077 == 0
        assert all(path.stat().st_mode & 0o077 == 0 for path in home.iterdir())
        for server in ("postgres", "valkey"):
            folder = fresh_dir / server
            assert folder.stat().st_mode & 0o077 == 0
            assert os.geteuid() != 0 or folder.stat().st_uid != 0, "root's servers run as another account"
        command = Path(f"/proc/{pid_of(attachment, 'valkey')}/cmdline").read_text()
        assert password not in command
        attachment.close(stop=True)


def test_processes_that_attach_at_the_same_moment_share_the_servers(fresh_dir: Path) -> None:
    program = "import sys; from pathlib import Path; from infra.embedded import attach; a = attach(Path(sys.argv[1]))"
    program += "; print(a.status()['pid'], a.database_url); sys.stdin.read()"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(fresh_dir)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    lines = {process.stdout.readline() for process in started if process.stdout}
    for process in started:
        process.communicate(timeout=SECONDS)
    assert len(lines) == 1
    assert answers(lines.pop().split()[1]), "they stay for a while after the last one went"


def test_a_server_that_crashes_is_started_again_at_the_same_address(data_dir: Path) -> None:
    with attach(data_dir) as attachment:
        sql(attachment.database_url, "create table t as select 7 as n")
        client = redis.Redis.from_url(attachment.redis_url)
        for name in ("postgres", "valkey"):
            os.kill(pid_of(attachment, name), signal.SIGKILL)
        eventually(lambda: sql(attachment.database_url, "select n from t") == "7", "PostgreSQL is back")

        def pings() -> bool:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

        eventually(pings, "Valkey is back")
        assert attachment.status()["services"]["postgres"]["restarts"] >= 1
        assert "postgres ended (killed by SIGKILL)" in Layout.of(data_dir).log("supervisor").read_text()
        attachment.close(stop=True)


def test_the_servers_outlive_a_killed_supervisor_and_get_a_new_one(data_dir: Path) -> None:
    with attach(data_dir) as attachment:
        postgres, killed = pid_of(attachment, "postgres"), attachment.status()["pid"]
        os.kill(killed, signal.SIGKILL)

        def watched_again() -> bool:
            try:
                status = attachment.status()
            except EmbeddedError:
                return False
            return bool(status["attachments"] == 1 and status["services"]["postgres"]["state"] == "ready")

        eventually(watched_again, "a new supervisor")
        assert attachment.status()["pid"] != killed
        assert pid_of(attachment, "postgres") == postgres, "the running server was taken over"
        os.kill(postgres, signal.SIGKILL)
        eventually(lambda: answers(attachment.database_url), "the one taken over is watched")
        attachment.close(stop=True)
    eventually(lambda: not alive(postgres), "nothing is left")


def test_restart_on_request_keeps_the_address(data_dir: Path) -> None:
    with attach(data_dir) as attachment:
        before = pid_of(attachment, "postgres")
        assert supervisor(data_dir, "--restart", "postgres").returncode == 0
        assert answers(attachment.database_url)
        assert pid_of(attachment, "postgres") != before
        refused = supervisor(data_dir, "--restart", "oracle")
        assert (refused.returncode, refused.stderr.strip()) == (1, "'oracle' does not run here")
        attachment.close(stop=True)


def test_a_further_process_is_started_once_restarted_and_stopped_with_the_rest(data_dir: Path) -> None:
    argv = [sys.executable, "-c", "import os, time; print(os.environ['WORD'], flush=True); time.sleep(600)"]
    log = Layout.of(data_dir).log("world")
    with attach(data_dir) as attachment:
        first = attachment.ensure("world", argv, {"WORD": "one"})
        assert attachment.ensure("world", argv, {"WORD": "one"}) == first
        eventually(lambda: log.read_text().count("one") == 1, "it runs")
        os.kill(first, signal.SIGKILL)
        eventually(lambda: log.read_text().count("one") == 2, "it runs again")
        second = attachment.ensure("world", argv, {"WORD": "two"})
        eventually(lambda: "two" in log.read_text(), "the changed one replaces it")
        with pytest.raises(EmbeddedError, match="no name for a process"):
            attachment.ensure("postgres", argv)
        attachment.close(stop=True)
    assert not alive(first)
    assert not alive(second)


def test_unused_servers_end_after_the_grace_and_a_used_one_does_not(data_dir: Path) -> None:
    assert supervisor(data_dir, "--detach", "--grace", "0.3").returncode == 0
    with attach(data_dir) as attachment:
        pid = attachment.status()["pid"]
        with attach(data_dir):
            assert attachment.status()["attachments"] == 2
        assert answers(attachment.database_url)
    eventually(lambda: not alive(pid), "the supervisor has ended", 5.0)
    status = supervisor(data_dir, "--status")
    assert (status.returncode, "no supervisor runs" in status.stderr) == (1, True)


def test_a_stop_on_purpose_is_not_undone_by_those_attached(data_dir: Path) -> None:
    with attach(data_dir) as attachment:
        pids = [attachment.status()["pid"], pid_of(attachment, "postgres"), pid_of(attachment, "valkey")]
        os.kill(pids[0], signal.SIGTERM)
        eventually(lambda: not any(map(alive, pids)), "everything has ended")
        assert supervisor(data_dir, "--status").returncode == 1


def test_only_the_servers_asked_for_are_started(data_dir: Path) -> None:
    with attach(data_dir, servers=["valkey"]) as attachment:
        assert attachment.database_url == ""
        assert redis.Redis.from_url(attachment.redis_url).ping()
        assert pid_of(attachment, "postgres") is None
        attachment.close(stop=True)


def test_a_pid_file_that_names_a_stranger_does_not_keep_postgres_from_starting(data_dir: Path) -> None:
    with attach(data_dir) as attachment:
        pid_file = data_dir / "postgres" / "postmaster.pid"
        content = pid_file.read_text()
        attachment.close(stop=True)
    pid_file.write_text(content.replace(content.split()[0], str(os.getpid()), 1))
    with attach(data_dir) as attachment:
        assert answers(attachment.database_url)
        attachment.close(stop=True)


def test_a_recorded_port_taken_by_another_program_is_replaced(data_dir: Path) -> None:
    with attach(data_dir) as attachment:
        port = attachment.status()["services"]["postgres"]["port"]
        attachment.close(stop=True)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        with attach(data_dir) as attachment:
            assert attachment.status()["services"]["postgres"]["port"] != port
            assert answers(attachment.database_url)
            attachment.close(stop=True)


def test_lost_passwords_are_replaced_without_losing_the_data(data_dir: Path) -> None:
    with attach(data_dir) as attachment:
        before = attachment.database_url
        sql(before, "create table t as select 7 as n")
        attachment.close(stop=True)
    shutil.rmtree(Layout.of(data_dir).home)
    with attach(data_dir) as attachment:
        assert sql(attachment.database_url, "select n from t") == "7"
        assert attachment.database_url != before
        attachment.close(stop=True)


def test_a_path_longer_than_a_socket_address_works(fresh_dir: Path) -> None:
    fresh_dir.mkdir(mode=0o755)
    deep = fresh_dir / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    assert len(str(Layout.of(deep).socket)) > SOCKET_PATH_LIMIT
    with attach(deep) as attachment:
        assert answers(attachment.database_url)
        attachment.close(stop=True)


def test_a_fresh_dir_that_cannot_be_one_is_told_in_one_line(fresh_dir: Path) -> None:
    fresh_dir.write_text("a file")
    with pytest.raises(EmbeddedError) as failure:
        attach(fresh_dir)
    assert str(fresh_dir) in str(failure.value)
    assert "\n" not in str(failure.value)


def test_data_of_another_major_version_is_refused_untouched(data_dir: Path) -> None:
    with attach(data_dir) as attachment:
        attachment.close(stop=True)
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 17, this is 18"):
        attach(data_dir)
    assert (data_dir / "postgres" / "base").is_dir()


def test_damaged_valkey_data_is_set_aside(data_dir: Path) -> None:
    with attach(data_dir) as attachment:
        attachment.close(stop=True)
    manifest = next((data_dir / "valkey" / "appendonlydir").glob("*.manifest"))
    manifest.write_text("nonsense\n")
    with attach(data_dir) as attachment:
        assert redis.Redis.from_url(attachment.redis_url).ping()
        attachment.close(stop=True)
    assert list((data_dir / "valkey").glob("appendonlydir.bad.*"))

"""`python -m bot` as an operator meets it: what is wrong is one line on standard error and an exit status."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.keys import Keys
from infra.crypto import Keyring
from infra.database import Database
from infra.embedded import Attachment

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def env(servers: Attachment, database_url: str, tmp_path: Path) -> dict[str, str]:
    """The test servers and a folder of its own; no setting of whoever runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(PROJECT),
        "DATABASE_URL": database_url,
        "REDIS_URL": servers.redis_url,
        "DATA_DIR": str(tmp_path / "data"),
        "HTTP_PORT": "0",
        "LOG_LEVEL": "ERROR",
        "DEMO": "1",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "COMPANY_FILE": str(PROJECT / "kb/company.yaml"),
        "PRICING_FILE": str(PROJECT / "kb/pricing.yaml"),
        "CONTENT_DIR": str(PROJECT / "kb/content"),
    }


@contextlib.asynccontextmanager
async def process(folder: Path, env: dict[str, str], *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def ended(folder: Path, env: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """(status, standard output, standard error) of a command that ends by itself."""
    async with process(folder, env, *arguments) as child:
        out, err = await asyncio.wait_for(child.communicate(), 60)
        assert child.returncode is not None
        return child.returncode, out.decode(), err.decode()


async def one_line(folder: Path, env: dict[str, str], *arguments: str) -> str:
    status, _, err = await ended(folder, env, *arguments)
    assert status != 0
    assert err.count("\n") == 1, err
    assert err.startswith("error: "), err
    return err.strip()


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


async def test_an_unknown_setting_stops_the_start(tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / ".env").write_text("HTTP_PROT=8080\n", encoding="utf-8")
    line = await one_line(tmp_path, env)
    assert "HTTP_PROT is not a known setting; did you mean HTTP_PORT?" in line


async def test_a_broken_price_list_stops_the_start(tmp_path: Path, env: dict[str, str]) -> None:
    broken = tmp_path / "pricing.yaml"
    broken.write_text(
        (PROJECT / "kb/pricing.yaml").read_text(encoding="utf-8").replace("packages:", "pakages:", 1), encoding="utf-8"
    )
    line = await one_line(tmp_path, env | {"PRICING_FILE": str(broken)})
    assert "pricing.yaml" in line
    assert "packages" in line


async def test_a_broken_company_file_stops_the_start(tmp_path: Path, env: dict[str, str]) -> None:
    broken = tmp_path / "company.yaml"
    broken.write_text("name: [", encoding="utf-8")
    assert "company.yaml" in await one_line(tmp_path, env | {"COMPANY_FILE": str(broken)}, "--role", "worker")


async def test_a_missing_content_folder_stops_the_start(tmp_path: Path, env: dict[str, str]) -> None:
    missing = tmp_path / "no-such-folder"
    assert "no-such-folder" in await one_line(tmp_path, env | {"CONTENT_DIR": str(missing)})


async def test_a_busy_port_stops_the_start(tmp_path: Path, env: dict[str, str], busy: int) -> None:
    line = await one_line(tmp_path, env | {"HTTP_PORT": str(busy)})
    assert f"HTTP_PORT {busy}" in line


async def test_a_busy_port_of_the_simulated_world_stops_the_start(
    tmp_path: Path, env: dict[str, str], busy: int
) -> None:
    line = await one_line(tmp_path, {**env, "TELEGRAM_API_URL": "", "SANDBOX_PORT": str(busy)})
    assert f"SANDBOX_PORT {busy}" in line


async def test_the_wrong_master_key_stops_the_start(tmp_path: Path, env: dict[str, str], db: Database) -> None:
    await Keys(db, Keyring([("one", bytes(32))])).start()
    line = await one_line(tmp_path, env | {"ENCRYPTION_KEYS": "two:" + "A" * 43 + "="}, "--role", "worker")
    assert "'one' is not among ENCRYPTION_KEYS" in line


async def test_secrets_are_asked_for_outside_the_demo(tmp_path: Path, env: dict[str, str]) -> None:
    line = await one_line(tmp_path, env | {"DEMO": "0"})
    assert "ENCRYPTION_KEYS and JWT_SECRET must be set" in line


async def test_a_likely_misspelling_is_a_warning_only(tmp_path: Path, env: dict[str, str]) -> None:
    status, out, err = await ended(tmp_path, env | {"TELEGRAM_TOKENS": "5:secret"}, "migrate")
    assert status == 0
    assert err == "warning: TELEGRAM_TOKENS is set in the environment; did you mean TELEGRAM_TOKEN?\n"
    assert "schema " in out


async def test_a_command_on_a_database_that_is_away_says_so(tmp_path: Path, env: dict[str, str]) -> None:
    line = await one_line(tmp_path, env | {"DATABASE_URL": "postgresql://user:secret@127.0.0.1:9/db"}, "migrate")
    assert "postgresql" in line
    assert "secret" not in line


async def test_an_unknown_command_is_refused(tmp_path: Path, env: dict[str, str]) -> None:
    status, _, err = await ended(tmp_path, env, "migrat")
    assert status == 2
    assert "Traceback" not in err


@pytest.mark.parametrize("after", [0.3, 1.5])
async def test_sigterm_during_the_start_ends_it_in_order(tmp_path: Path, env: dict[str, str], after: float) -> None:
    """The database is away, so that the start goes on until it is told to stop."""
    async with process(tmp_path, env | {"DATABASE_URL": "postgresql://u:p@127.0.0.1:9/db"}) as child:
        await _listening(child.pid, after)
        child.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(child.communicate(), 30)
        assert child.returncode == 0 or (after < 1 and child.returncode == -signal.SIGTERM), err.decode()
        assert b"Traceback" not in err


async def _listening(pid: int, seconds: float) -> None:
    """Until the process has used this much processor time: it is somewhere in its start then."""
    async with asyncio.timeout(60):
        while _used(pid) < seconds:
            await asyncio.sleep(0.02)


def _used(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

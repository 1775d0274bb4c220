"""What the tests of the operator's commands share: people, an empty database, the environment of a shell."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from bot.keys import Keys
from infra.crypto import Keyring
from infra.database import Database
from infra.embedded import Attachment
from tests.bot.ops.ops_kit import JWT_SECRET, MASTER, People, setting


@pytest.fixture
def keyring() -> Keyring:
    return Keyring([("first", MASTER)], JWT_SECRET.encode())


@pytest.fixture
async def people(db: Database, keys: Keys) -> People:
    people = People(db, keys)
    await people.accounts()
    return people


@pytest.fixture
async def empty_url(servers: Attachment) -> AsyncIterator[str]:
    """The address of a database that holds nothing, not even the schema."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(servers.database_url)
    await connection.execute(f"CREATE DATABASE {name}")
    yield servers.database_url.rsplit("/", 1)[0] + f"/{name}"
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
def command(servers: Attachment, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of an operator's shell; what a test changes in it holds for its own commands."""
    monkeypatch.chdir(tmp_path)
    environment = {
        "DEMO": "0",
        "DATABASE_URL": database_url,
        "REDIS_URL": servers.redis_url,
        "DATA_DIR": str(tmp_path / "data"),
        "JWT_SECRET": JWT_SECRET,
        "ENCRYPTION_KEYS": setting(("first", MASTER)),
        "LOG_LEVEL": "WARNING",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment

"""What a process needs before it can do anything: addresses of the servers, secrets, an open and current database."""

import asyncio
import base64
import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.crypto import Keyring
from infra.database import Database
from infra.errors import ConfigError
from infra.migrate import migrate
from infra.settings import Settings, parse_encryption_keys

if TYPE_CHECKING:
    from infra.embedded import Attachment


@dataclass(slots=True)
class Servers:
    """Where PostgreSQL and Redis are; `attachment` when they are our own embedded ones."""

    database_url: str
    redis_url: str
    attachment: "Attachment | None" = None

    def close(self, *, stop: bool = False) -> None:
        if self.attachment is not None:
            self.attachment.close(stop=stop)


async def find_servers(settings: Settings, *, redis: bool = True) -> Servers:
    """The configured addresses; what is not configured is started under DATA_DIR. ConfigError when that fails."""
    database = settings.database_url.get_secret_value() if settings.database_url else ""
    cache = settings.redis_url.get_secret_value() if settings.redis_url else ""
    wanted = [name for name, url in (("postgres", database), ("valkey", cache)) if not url]
    if not redis and "valkey" in wanted:
        wanted.remove("valkey")
    if not wanted:
        return Servers(database, cache)
    from infra.embedded import EmbeddedError, attach

    try:
        attachment = await asyncio.to_thread(attach, settings.data_dir, servers=tuple(wanted))
    except EmbeddedError as error:
        raise ConfigError(str(error)) from error
    return Servers(database or attachment.database_url, cache or attachment.redis_url, attachment)


@contextlib.asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """A database with the current schema, for commands that need nothing else."""
    servers = await find_servers(settings, redis=False)
    try:
        await migrate(servers.database_url)
        db = await Database.open(servers.database_url, pool_size=4)
        try:
            yield db
        finally:
            await db.close()
    finally:
        servers.close()


def load_secrets(settings: Settings) -> tuple[Keyring, bytes]:
    """(master keys, JWT secret). In the demo mode what is missing is made once and kept under DATA_DIR (mode 0600)."""
    keys = settings.encryption_keys.get_secret_value() if settings.encryption_keys else None
    jwt = settings.jwt_secret.get_secret_value() if settings.jwt_secret else None
    if keys is None:
        keys = _kept(settings.data_dir / "secrets" / "encryption_keys", f"demo:{_random_key()}")
    if jwt is None:
        jwt = _kept(settings.data_dir / "secrets" / "jwt_secret", secrets.token_urlsafe(48))
    return Keyring(parse_encryption_keys(keys), jwt.encode()), jwt.encode()


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _kept(path: Path, fresh: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text(fresh, encoding="utf-8")
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)  # the first of several processes wins, the others read what it wrote
    temporary.unlink()
    return path.read_text(encoding="utf-8").strip()

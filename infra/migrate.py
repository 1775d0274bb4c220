"""Brings the schema up to date with alembic; skips alembic's import when the stored revision is already the newest."""

import asyncio
import re
from pathlib import Path

import asyncpg

from infra.database import sqlalchemy_url
from infra.errors import VendorDown

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def newest_revision() -> str:
    """The last revision on disk; migrations are numbered, so it is the greatest number."""
    return max(match.group(1) for file in FOLDER.glob("versions/*.py") if (match := re.match(r"(\d{4})_", file.name)))


async def current_revision(url: str) -> str | None:
    """What the database says it is at; None for an empty one. VendorDown when it cannot be reached."""
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise VendorDown("postgresql", type(error).__name__) from error
    try:
        exists = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
        return await connection.fetchval("SELECT version_num FROM alembic_version") if exists else None
    finally:
        await connection.close(timeout=2)


async def migrate(url: str, target: str = "head") -> bool:
    """Upgrade to `target`; False when there was nothing to do."""
    if target == "head" and await current_revision(url) == newest_revision():
        return False
    await asyncio.to_thread(_alembic, url, "upgrade", target)
    return True


async def downgrade(url: str, target: str = "base") -> None:
    await asyncio.to_thread(_alembic, url, "downgrade", target)


def _alembic(url: str, direction: str, target: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", sqlalchemy_url(url).replace("%", "%%"))
    getattr(command, direction)(config, target)

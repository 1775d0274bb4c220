"""The schema: up, down and up again; the models say what it says."""

import importlib
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger, Connection, Integer
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import TypeEngine

from infra.database import Base, sqlalchemy_url
from infra.errors import VendorDown
from infra.migrate import current_revision, downgrade, migrate, newest_revision

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


async def shape(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            """SELECT format('%s.%s %s %s %s', table_name, column_name, udt_name, is_nullable, column_default) AS line
               FROM information_schema.columns WHERE table_schema = 'public'
               UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
               UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
               WHERE connamespace = 'public'::regnamespace ORDER BY 1"""
        )
        return [row["line"] for row in rows]
    finally:
        await connection.close()


async def test_down_leaves_nothing_and_up_again_the_same(database_url: str) -> None:
    before = await shape(database_url)
    await downgrade(database_url)
    connection = await asyncpg.connect(database_url)
    assert await connection.fetch(TABLES) == []
    await connection.close()
    assert await migrate(database_url) is True
    assert await shape(database_url) == before
    assert await migrate(database_url) is False
    assert await current_revision(database_url) == newest_revision()


async def test_a_server_that_is_away_is_told_apart() -> None:
    with pytest.raises(VendorDown, match="postgresql"):
        await current_revision("postgresql://u:p@127.0.0.1:9/db")


def another_type(
    _context: object, _column: object, _model: object, stored: TypeEngine[Any], said: TypeEngine[Any]
) -> Any:
    """A model may hold greater numbers than its column, never smaller ones; None asks alembic."""
    return False if isinstance(stored, Integer) and isinstance(said, BigInteger) else None


async def test_the_models_agree_with_the_schema(database_url: str) -> None:
    """What a model names exists with its type and nullability; columns a model leaves out are read by plain SQL."""
    for module in ("bot.db.assistant", "bot.db.client", "bot.db.desk", "bot.db.lead", "kb.models"):
        importlib.import_module(module)

    def differences(connection: Connection) -> list[str]:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": another_type,
                "include_object": lambda item, name, kind, reflected, other: (
                    (kind != "table" or name in Base.metadata.tables) and not (reflected and other is None)
                ),
            },
        )
        found = compare_metadata(context, Base.metadata)
        flat = [one for entry in found for one in (entry if isinstance(entry, list) else [entry])]
        return [str(one) for one in flat]

    engine = create_async_engine(sqlalchemy_url(database_url))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()

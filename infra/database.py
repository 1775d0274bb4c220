"""PostgreSQL: an asyncpg pool for the hot path, SQLAlchemy sessions for the rest, one metadata for all models."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import orjson
from sqlalchemy import BigInteger, MetaData, Text, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BEGIN = text("SELECT 1")
"""The cheapest statement that makes SQLAlchemy begin its transaction."""

QUEUE_TIMEOUT = 30.0
"""Seconds a session may wait for a free connection: a burst is worked off, not refused."""

STATEMENT_TIMEOUT = 10.0
"""Seconds a statement may take before the connection is given up; no query of ours comes near it."""


class Base(DeclarativeBase):
    """Every model of every package stands on this one metadata."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {int: BigInteger, str: Text}  # noqa: RUF012  # read by SQLAlchemy as the class is made


class Database:
    """`pool` for few whole statements on the hot path, `session()` for the rest. Neither may span a vendor call."""

    def __init__(self, url: str, pool: asyncpg.Pool[asyncpg.Record], engine: AsyncEngine) -> None:
        self.url = url
        self.pool = pool
        self.engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @classmethod
    async def open(cls, url: str, *, pool_size: int = 10) -> Database:
        """`url`: postgresql://user:pass@host:port/name. Connects at first use, so it opens while the server is away."""
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=pool_size,
            command_timeout=STATEMENT_TIMEOUT,
            timeout=5,
            init=_prepare_connection,
            reset=_keep_as_it_is,
            max_inactive_connection_lifetime=120,
        )
        engine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=max(2, pool_size // 2),
            max_overflow=4,
            pool_pre_ping=True,
            pool_timeout=QUEUE_TIMEOUT,
        )
        return cls(url, pool, engine)

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A short ORM session; the caller commits (`async with db.session() as s, s.begin():`)."""
        async with self._sessions() as session:
            yield session

    @contextlib.asynccontextmanager
    async def listener(self) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
        """A connection of its own, outside the pool, for LISTEN and advisory locks."""
        connection = await asyncpg.connect(self.url, timeout=5, command_timeout=STATEMENT_TIMEOUT)
        try:
            yield connection
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=2)

    async def close(self) -> None:
        await self.engine.dispose()
        try:
            await asyncio.wait_for(self.pool.close(), 5)
        except TimeoutError:
            self.pool.terminate()


async def raw_connection(session: AsyncSession) -> Any:
    """The asyncpg connection beneath an ORM session, so that plain statements join its transaction.

    SQLAlchemy sends BEGIN only with its own first statement: until then plain ones would commit one by one.
    """
    connection = await session.connection()
    raw: Any = (await connection.get_raw_connection()).driver_connection
    if not raw.is_in_transaction():
        await connection.execute(BEGIN)
    return raw


def database_away(error: BaseException) -> bool:
    """Whether an error means that the server is gone or starting, not that the statement was wrong."""
    if isinstance(error, NoFreeConnection):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, OperationalError)
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, ValueError)  # a value of the wrong type is called an InterfaceError too
    return isinstance(
        error,
        OSError
        | asyncpg.PostgresConnectionError
        | asyncpg.CannotConnectNowError
        | asyncpg.AdminShutdownError
        | asyncpg.CrashShutdownError,
    )


def sqlalchemy_url(url: str) -> str:
    """The same address as SQLAlchemy writes it (postgresql+asyncpg://…)."""
    parts = urlsplit(url)
    return urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, parts.query, ""))


async def _keep_as_it_is(_: asyncpg.Connection[asyncpg.Record]) -> None:
    """Nothing here changes a pooled connection's session (locks and LISTEN have connections of their own), so the
    reset that asyncpg sends at every release would only double the round trips."""


async def _prepare_connection(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda value: orjson.loads(value[1:]),
        format="binary",
    )

"""What only one process may do (polling, schedules, registering webhooks) has a leader: a PostgreSQL advisory lock."""

import asyncio
import contextlib
import zlib
from collections.abc import Awaitable, Callable

import structlog

from infra.database import Database

log = structlog.get_logger(__name__)

TRY_EVERY = 2.0
CHECK_EVERY = 2.0


async def lead(db: Database, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` while this process holds the lock `name`; returns when the lock or the work is lost.

    The caller runs it again and again (`Tasks.keep`). The lock lives with its connection: when that breaks, another
    process may lead, so the work is cancelled within CHECK_EVERY seconds.
    """
    number = zlib.crc32(name.encode())
    async with db.listener() as connection:
        # the lock lives in the database: no event of this process tells when it is free
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", number):  # noqa: ASYNC110
            await asyncio.sleep(TRY_EVERY)
        log.info("leader.begins", duty=name)
        task = asyncio.ensure_future(work())

        def lost(_: object) -> None:
            task.cancel()  # whoever waits for the lock has it by now

        connection.add_termination_listener(lost)
        try:
            while not task.done():
                await asyncio.wait([task], timeout=CHECK_EVERY)
                if connection.is_closed():
                    raise ConnectionError("the leader's connection is lost")
                await connection.fetchval("SELECT 1", timeout=CHECK_EVERY)
            await task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
            log.info("leader.ends", duty=name)

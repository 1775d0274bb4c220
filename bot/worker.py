"""The worker: takes conversations that wait, runs their turns in order, one at a time across all processes.

CLAIM takes a lease on a conversation and brings everything the turn needs in one statement. OPEN freezes the turn's
members. FINISH ends it in one transaction, fenced by the lease. BEAT keeps all of a process's leases alive at once.
"""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import structlog
from aiogram import Dispatcher
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import TelegramMethod
from aiogram.types import Update

from adapters.channel import Channel, ParseContext
from bot.inbox import FORGOTTEN, STOP, WAKE
from bot.journal import Journal, LeaseLost, Scope, current_scope
from bot.keys import Keys
from bot.opening import Opener
from bot.position import PositionStorage
from bot.turn import BUDGET, Lease, Turn, current_turn
from bot.worker_sql import BEAT_ALL, CLAIM, FINISH, QUEUE, RELEASE
from infra import metrics, sentry
from infra.database import Database, database_away, raw_connection
from infra.tasks import Tasks

log = structlog.get_logger(__name__)

BEAT = 1.5
LOST_AFTER = 4.0
POLL = 0.5
PAUSE = 0.5
"""Seconds before the second attempt at a turn; doubled for each further one."""

MAX_ATTEMPTS = 5
GRACE = 24.0
"""Seconds a graceful stop gives the turns in hand."""


@dataclass(slots=True)
class Running:
    """A conversation in hand."""

    epoch: int
    task: asyncio.Task[None]
    turn: Turn | None = None


GiveUp = Callable[[Turn, Channel, str], Awaitable[None]]


class Worker:
    """Runs turns of any conversation; `slots` of them at once in this process."""

    def __init__(
        self,
        db: Database,
        keys: Keys,
        dispatcher: Dispatcher,
        channels: Mapping[int, Channel],
        journal: Journal,
        storage: PositionStorage,
        *,
        slots: int = 200,
        give_up: GiveUp | None = None,
    ) -> None:
        self._db = db
        self._keys = keys
        self._opener = Opener(db, keys)
        self._dispatcher = dispatcher
        self._channels = channels
        self._journal = journal
        self._storage = storage
        self._slots = slots
        self._give_up = give_up
        self._me = uuid4()
        self._running: dict[int, Running] = {}
        self._wake = asyncio.Event()
        self._stopping = False
        self._full = False
        self._tasks = Tasks()

    def start(self) -> None:
        self._tasks.keep("worker.listen", self._listen, pause=0.5)
        self._tasks.keep("worker.claim", self._claim_forever, pause=0.5)
        self._tasks.keep("worker.beat", self._beat_forever, pause=0.2)
        self._tasks.keep("worker.positions", self._storage.flush_forever)

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand within GRACE seconds, leave the rest to others."""
        self._stopping = True
        self._wake.set()
        tasks = [running.task for running in self._running.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=2)
        await self._tasks.close()
        await self._storage.flush()

    async def _listen(self) -> None:
        async with self._db.listener() as connection:
            await connection.add_listener(WAKE, lambda *_: self._wake.set())
            await connection.add_listener(STOP, lambda _c, _p, _ch, payload: self._stop_turn(int(payload)))
            await connection.add_listener(FORGOTTEN, lambda _c, _p, _ch, payload: self._keys.forget(int(payload)))
            self._wake.set()
            while not connection.is_closed():
                await asyncio.sleep(2)
                await connection.execute("SELECT 1")

    async def _claim_forever(self) -> None:
        while not self._stopping:
            free = self._slots - len(self._running)
            self._full = free <= 0
            self._wake.clear()
            taken = await self._claim(min(free, 16)) if free > 0 else 0
            if taken < 16:
                try:
                    async with asyncio.timeout(POLL):
                        await self._wake.wait()
                except TimeoutError:
                    pass
        await asyncio.sleep(POLL)

    async def _claim(self, limit: int) -> int:
        rows = await self._db.pool.fetch(CLAIM, self._me, limit)
        taken: dict[int, list[asyncpg.Record]] = {}
        for row in rows:
            taken.setdefault(row["id"], []).append(row)
        for conversation_id, members in taken.items():
            task = self._tasks.start("turn", self._handle(members))
            self._running[conversation_id] = Running(members[0]["epoch"], task)
            task.add_done_callback(functools.partial(self._done, conversation_id))
        metrics.open_turns.set(len(self._running))
        return len(taken)

    def _done(self, conversation_id: int, task: "asyncio.Task[None]") -> None:
        running = self._running.get(conversation_id)
        if running is not None and running.task is task:
            del self._running[conversation_id]
        metrics.open_turns.set(len(self._running))
        if self._full:
            self._wake.set()

    async def _beat_forever(self) -> None:
        good = time.monotonic()
        while True:
            await asyncio.sleep(BEAT)
            running = dict(self._running)
            if not running:
                good = time.monotonic()
                continue
            try:
                rows = await asyncio.wait_for(
                    self._db.pool.fetch(BEAT_ALL, self._me, list(running), [r.epoch for r in running.values()]), 2
                )
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                if time.monotonic() - good > LOST_AFTER:
                    for lost in running.values():
                        lost.task.cancel()
                continue
            good = time.monotonic()
            kept = {row["id"] for row in rows}
            for conversation_id, one in running.items():
                if conversation_id not in kept and self._running.get(conversation_id) is one:
                    one.task.cancel()
            for row in rows:
                if row["stop"]:
                    self._stop_turn(row["id"])

    def _stop_turn(self, conversation_id: int) -> None:
        running = self._running.get(conversation_id)
        if running is not None and running.turn is not None:
            running.turn.stop.set()

    async def _handle(self, rows: list[asyncpg.Record]) -> None:
        """One claimed conversation: build its turn, run it, end it or leave it for later."""
        row = rows[0]
        lease = Lease(self._me, row["epoch"])
        channel = self._channels.get(row["account_id"])
        try:
            if row["seq"] is None or channel is None:
                await self._release(row["id"], lease, 0.0 if channel else 30.0)
                return
            turn = await self._opener.open(rows, lease)
            if turn is None:
                return
            running = self._running.get(row["id"])
            if running is not None:
                running.turn = turn
            await self._attempt(turn, channel)
        except LeaseLost:
            log.warning("turn.lease_lost", conversation=row["id"])
        except Exception as error:
            log.warning("turn.left", conversation=row["id"], error=type(error).__name__, exc_info=error)

    async def _attempt(self, turn: Turn, channel: Channel) -> None:
        """Run the turn and end it; or leave it for later, whose fault decides whether the attempt counts."""
        structlog.contextvars.bind_contextvars(trace=turn.trace, turn=turn.id)
        scope = Scope(turn, None)
        current_turn.set(turn)
        current_scope.set(scope)
        try:
            await self._finish(turn, await self._outcome(turn, channel, scope))
        except TelegramRetryAfter as error:
            await self._release(turn.conversation_id, turn.lease, float(error.retry_after), forgive=True)
        except (TelegramNetworkError, TelegramServerError) as error:  # the channel is away: wait for it, however long
            metrics.updates_failed.labels(channel.name, type(error).__name__).inc()
            waited = (datetime.now(UTC) - turn.now).total_seconds()
            await self._release(turn.conversation_id, turn.lease, min(30.0, 1 + waited / 4), forgive=True)
        except Exception as error:
            metrics.updates_failed.labels(channel.name, type(error).__name__).inc()
            if isinstance(error, LeaseLost) or database_away(error):
                raise
            sentry.report(error)
            log.error("turn.failed", attempt=turn.attempts, error=type(error).__name__, exc_info=error)
            await self._release(turn.conversation_id, turn.lease, min(8.0, PAUSE * 2 ** (turn.attempts - 1)))
        else:
            metrics.updates_handled.labels(channel.name).inc(len(turn.members))
            waited = (datetime.now(UTC) - turn.members[0].received_at).total_seconds()
            metrics.turn_seconds.labels(channel.name).observe(max(0.0, waited))

    async def _outcome(self, turn: Turn, channel: Channel, scope: Scope) -> str:
        if turn.rerun:
            await self._journal.load(scope)
        if turn.attempts > MAX_ATTEMPTS:
            return await self._held(turn, channel, "attempts")
        try:
            async with asyncio.timeout(BUDGET - 1):
                await self._feed(turn, channel)
        except TelegramForbiddenError:
            turn.at_end(_mark_blocked(turn))
            return "blocked"
        except TimeoutError:
            metrics.updates_failed.labels(channel.name, "budget").inc()
            return await self._held(turn, channel, "budget")
        return "answered"

    async def _feed(self, turn: Turn, channel: Channel) -> None:
        context = ParseContext(turn.account_id, turn.chat_id, turn.members[0].seq)
        try:
            data = channel.parse([member.payload for member in turn.members], context)
            update = Update.model_validate(data, context={"bot": channel.bot})
        except ValueError as error:
            log.warning("turn.unreadable", error=type(error).__name__)
            metrics.held_inbound.inc()
            await self._db.pool.execute(
                """INSERT INTO inbox_held (account_id, external_id, payload, reason)
                   SELECT account_id, external_id, payload, 'unreadable' FROM inbox WHERE turn_id = $1
                   ON CONFLICT DO NOTHING""",
                turn.id,
            )
            return
        result = await self._dispatcher.feed_update(channel.bot, update, turn=turn, channel=channel)
        if isinstance(result, TelegramMethod):
            await channel.bot(result)

    async def _held(self, turn: Turn, channel: Channel, reason: str) -> str:
        """The turn will not succeed: say so honestly, tell the managers, go on with the next one."""
        metrics.held_turns.labels(channel.name).inc()
        log.error("turn.held", reason=reason, attempts=turn.attempts)
        turn.effects.clear()
        if self._give_up is not None and turn.attempts <= MAX_ATTEMPTS + 2:
            async with asyncio.timeout(10):
                await self._give_up(turn, channel, reason)
        return "held"

    async def _finish(self, turn: Turn, outcome: str) -> None:
        origin = f"t{turn.id}"
        lines = turn.lines
        values = (
            turn.conversation_id,
            turn.lease.owner,
            turn.lease.epoch,
            turn.id,
            outcome,
            len(turn.members),
            self._storage.seal(turn) if turn.moved or turn.first_contact else None,
            turn.in_form,
            origin,
            list(range(len(lines))),
            [line.author for line in lines],
            [line.message_id for line in lines],
            [
                turn.key.seal_text(line.text, f"transcript|{turn.conversation_id}|{origin}|{n}|body")
                for n, line in enumerate(lines)
            ],
        )
        if turn.effects:
            async with self._db.session() as session, session.begin():
                for effect in turn.effects:
                    await effect(session)
                pending = await (await raw_connection(session)).fetchval(FINISH, *values)
                if pending is None:
                    raise LeaseLost
        elif (pending := await self._db.pool.fetchval(FINISH, *values)) is None:
            raise LeaseLost
        if pending:
            self._wake.set()

    async def _release(self, conversation_id: int, lease: Lease, pause: float, *, forgive: bool = False) -> None:
        """Leave the conversation for later; `forgive` when the failed attempt was not the turn's fault."""
        await self._db.pool.execute(RELEASE, conversation_id, lease.owner, lease.epoch, pause, int(forgive))

    async def measure_queue(self) -> tuple[int, float]:
        """(conversations that wait, seconds the oldest has waited) for the metrics."""
        row: Any = await self._db.pool.fetchrow(QUEUE)
        waiting, age = int(row["waiting"]), float(row["age"] or 0)
        metrics.queue_length.set(waiting)
        metrics.queue_age.set(age)
        return waiting, age


def _mark_blocked(turn: Turn) -> Callable[[Any], Awaitable[None]]:
    async def effect(session: Any) -> None:
        await (await raw_connection(session)).execute(
            "UPDATE identity SET blocked_at = now() WHERE account_id = $1 AND chat_id = $2",
            turn.account_id,
            turn.chat_id,
        )

    return effect

"""The inbox: an inbound message is stored, in order within its conversation, before its sender is told "ok".

`seq` is given under the conversation's row lock, so it is the order of commits. The same external id again changes
nothing. What cannot be put in a conversation is held apart and counted, and never stops its neighbours.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from adapters.channel import Inbound
from bot.keys import Keys
from bot.turn import current_turn
from infra import metrics
from infra.crypto import DataKey
from infra.database import Database

log = structlog.get_logger(__name__)

WAKE = "inbox"
STOP = "stop"
FORGOTTEN = "forgotten"
"""A data key was destroyed: every process drops what it remembers of it."""

REMEMBERED = 20_000

STORE = """
WITH held AS MATERIALIZED (
    SELECT id, seq, pending FROM conversation WHERE id = $1 AND key_id = $8 FOR UPDATE
), stored AS (
    INSERT INTO inbox (conversation_id, seq, account_id, external_id, mergeable, sender_id, payload, trace)
    SELECT id, seq + 1, $2, $3, $4, $5, $6, $7 FROM held
    ON CONFLICT (account_id, external_id) DO NOTHING
    RETURNING conversation_id, seq
), moved AS (
    UPDATE conversation c SET seq = stored.seq, pending = c.pending + 1,
           since = CASE WHEN c.pending = 0 THEN clock_timestamp() ELSE c.since END, active_at = clock_timestamp()
    FROM stored WHERE c.id = stored.conversation_id
    RETURNING c.id, c.seq
)
SELECT (SELECT count(*) FROM held) AS found, moved.seq, CASE WHEN moved.seq IS NOT NULL THEN pg_notify('inbox', '') END
FROM (SELECT 1) AS always LEFT JOIN moved ON true
"""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What intake did: `seq` is None for a message that was already there."""

    conversation_id: int
    seq: int | None

    @property
    def new(self) -> bool:
        return self.seq is not None


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation as intake remembers it."""

    conversation_id: int
    chat_id: int
    key: DataKey


OnNew = Callable[[Any, Place, int], Awaitable[None]]


class Intake:
    """Stores what channels bring. Every method commits before it returns."""

    def __init__(self, db: Database, keys: Keys) -> None:
        self._db = db
        self._keys = keys
        self._places: OrderedDict[tuple[int, str, int], Place] = OrderedDict()

    async def accept(self, inbound: Inbound, trace: str, on_new: OnNew | None = None) -> Accepted:
        """Store one message. `on_new(connection, place, seq)` joins the same transaction, for a new message only."""
        for _ in range(2):
            place = await self.place(inbound)
            if inbound.stop:
                await self._stop(place.conversation_id)
                return Accepted(place.conversation_id, None)
            accepted = await self._store(inbound, place, trace, on_new)
            if accepted is not None:
                metrics.received(inbound.account_id, new=accepted.new)
                return accepted
            self._places.pop((inbound.account_id, inbound.chat, inbound.thread_id), None)
        raise LookupError("the conversation changed its key twice in a row")

    async def hold(self, account_id: int, external_id: str, payload: bytes, reason: str) -> None:
        """Keep what cannot be put in a conversation, for people to look at; counted once per external id."""
        place = f"inbox_held|{account_id}|{external_id}|payload"
        new = await self._db.pool.fetchval(
            """INSERT INTO inbox_held (account_id, external_id, payload, reason) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING RETURNING id""",
            account_id,
            external_id,
            self._keys.system.seal(payload, place),
            reason[:200],
        )
        if new is not None:
            metrics.held_inbound.inc()
            log.warning("inbox.held", account=account_id, reason=reason[:200])

    async def place(self, inbound: Inbound) -> Place:
        """The conversation a message belongs to; created with its client and key at first contact."""
        known = (inbound.account_id, inbound.chat, inbound.thread_id)
        place = self._places.get(known)
        if place is None:
            place = await self._find(inbound) or await self._create(inbound)
            self._places[known] = place
            if len(self._places) > REMEMBERED:
                self._places.popitem(last=False)
        return place

    async def key_of(self, account_id: int, chat_id: int) -> DataKey:
        """The data key of a private chat: of the turn in hand where it is that chat's, otherwise from the database.

        LookupError when there is no such conversation, CryptoError when its person was forgotten.
        """
        turn = current_turn.get()
        if turn is not None and turn.chat_id == chat_id and turn.account_id == account_id:
            return turn.key
        row = await self._db.pool.fetchrow(
            """SELECT c.key_id, k.wrapped FROM conversation c JOIN data_key k ON k.id = c.key_id
               WHERE c.account_id = $1 AND c.chat_id = $2 AND c.thread_id = 0""",
            account_id,
            chat_id,
        )
        if row is None:
            raise LookupError("no such conversation")
        return self._keys.unwrap(row["key_id"], row["wrapped"])

    async def _store(self, inbound: Inbound, place: Place, trace: str, on_new: OnNew | None) -> Accepted | None:
        sealed = place.key.seal(inbound.payload, payload_place(inbound.account_id, inbound.external_id))
        values = (
            place.conversation_id,
            inbound.account_id,
            inbound.external_id,
            inbound.mergeable,
            inbound.sender_id,
            sealed,
            trace,
            place.key.id,
        )
        if on_new is None:
            row = await self._db.pool.fetchrow(STORE, *values)
        else:
            async with self._db.pool.acquire() as connection, connection.transaction():
                row = await connection.fetchrow(STORE, *values)
                if row is not None and row["seq"] is not None:
                    await on_new(connection, place, row["seq"])
        if row is None or not row["found"]:
            return None
        return Accepted(place.conversation_id, row["seq"])

    async def _stop(self, conversation_id: int) -> None:
        await self._db.pool.execute(
            """WITH t AS (UPDATE turn SET cancel_at = clock_timestamp()
                          WHERE conversation_id = $1 AND done_at IS NULL RETURNING conversation_id)
               SELECT pg_notify('stop', conversation_id::text) FROM t""",
            conversation_id,
        )

    async def _find(self, inbound: Inbound) -> Place | None:
        if inbound.shared:
            row = await self._db.pool.fetchrow(
                """SELECT c.id, c.chat_id, c.key_id, k.wrapped FROM conversation c JOIN data_key k ON k.id = c.key_id
                   WHERE c.account_id = $1 AND c.chat_id = $2 AND c.thread_id = $3""",
                inbound.account_id,
                inbound.chat_id,
                inbound.thread_id,
            )
        else:
            row = await self._db.pool.fetchrow(
                """SELECT c.id, c.chat_id, c.key_id, k.wrapped
                   FROM identity i JOIN conversation c ON c.account_id = i.account_id AND c.chat_id = i.chat_id
                   JOIN data_key k ON k.id = c.key_id
                   WHERE i.account_id = $1 AND i.external_id = $2 AND c.thread_id = $3""",
                inbound.account_id,
                inbound.chat,
                inbound.thread_id,
            )
        if row is None or row["wrapped"] is None:
            return None
        return Place(row["id"], row["chat_id"], self._keys.unwrap(row["key_id"], row["wrapped"]))

    async def _create(self, inbound: Inbound) -> Place:
        async with self._db.pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", inbound.chat, inbound.account_id
            )
            if inbound.shared:
                await self._create_shared(connection, inbound)
            else:
                await self._create_private(connection, inbound)
        place = await self._find(inbound)
        if place is None:
            raise LookupError("a conversation that was just created is not there")
        return place

    async def _create_shared(self, connection: asyncpg.pool.PoolConnectionProxy[Any], inbound: Inbound) -> None:
        await connection.execute(
            """INSERT INTO conversation (account_id, chat_id, thread_id, key_id) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING""",
            inbound.account_id,
            inbound.chat_id,
            inbound.thread_id,
            self._keys.system.id,
        )

    async def _create_private(self, connection: asyncpg.pool.PoolConnectionProxy[Any], inbound: Inbound) -> None:
        identity = await connection.fetchrow(
            """SELECT i.chat_id, i.client_id, c.key_id, k.wrapped IS NOT NULL AS alive
               FROM identity i JOIN client c ON c.id = i.client_id JOIN data_key k ON k.id = c.key_id
               WHERE i.account_id = $1 AND i.external_id = $2""",
            inbound.account_id,
            inbound.chat,
        )
        if identity is not None and identity["alive"]:
            chat_id, client_id, key_id = identity["chat_id"], identity["client_id"], identity["key_id"]
        else:
            _, wrapped = self._keys.ring.new_key()
            key_id = await connection.fetchval(
                "INSERT INTO data_key (purpose, wrapped) VALUES ('client', $1) RETURNING id", wrapped
            )
            client_id = await connection.fetchval("INSERT INTO client (key_id) VALUES ($1) RETURNING id", key_id)
            number = await connection.fetchval("SELECT nextval(pg_get_serial_sequence('identity', 'id'))")
            chat_id = await connection.fetchval(
                """INSERT INTO identity (id, account_id, external_id, chat_id, client_id) OVERRIDING SYSTEM VALUE
                   VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (account_id, external_id) DO UPDATE SET client_id = excluded.client_id
                   RETURNING chat_id""",
                number,
                inbound.account_id,
                inbound.chat,
                number if inbound.chat_id is None else inbound.chat_id,
                client_id,
            )
        await connection.execute(
            """INSERT INTO conversation (account_id, chat_id, thread_id, client_id, key_id) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (account_id, chat_id, thread_id)
               DO UPDATE SET client_id = excluded.client_id, key_id = excluded.key_id,
                             position = NULL, in_form = false""",
            inbound.account_id,
            chat_id,
            inbound.thread_id,
            client_id,
            key_id,
        )


def payload_place(account_id: int, external_id: str) -> str:
    """What a stored payload's ciphertext is bound to."""
    return f"inbox|{account_id}|{external_id}|payload"

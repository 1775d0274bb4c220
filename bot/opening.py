"""Opening a claimed conversation's turn: its members are frozen, unsealed and made into a `Turn`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import orjson

from bot.inbox import payload_place
from bot.journal import LeaseLost
from bot.keys import Keys
from bot.position import place as position_place
from bot.turn import ClientCard, Lease, Member, Position, Turn
from bot.worker_sql import DROP_UNREADABLE, KEEP, OPEN, REOPEN
from infra.crypto import CryptoError, DataKey
from infra.database import Database


class Opener:
    """Makes the turn of the rows that CLAIM brought."""

    def __init__(self, db: Database, keys: Keys) -> None:
        self._db = db
        self._keys = keys

    async def open(self, rows: Sequence[asyncpg.Record], lease: Lease) -> Turn | None:
        """None when the person was forgotten while this waited: nobody may read it any more. LeaseLost."""
        row = rows[0]
        try:
            key = self._keys.unwrap(row["key_id"], row["wrapped"])
        except CryptoError:
            await self._db.pool.execute(DROP_UNREADABLE, row["id"], lease.owner, lease.epoch)
            return None
        kept: dict[str, Any] = {}
        if row["turn_id"] is None:
            rows = merged(rows)
            turn_id = await self._db.pool.fetchval(
                OPEN, row["id"], rows[0]["seq"], rows[-1]["seq"], lease.owner, lease.epoch
            )
            attempts = 1
        else:
            turn_id = row["turn_id"]
            opened = await self._db.pool.fetchrow(REOPEN, turn_id, row["id"], lease.owner, lease.epoch)
            if opened is None:
                raise LeaseLost
            attempts = opened["attempts"]
            if opened["answer"]:
                kept = orjson.loads(key.open(opened["answer"], kept_place(turn_id)))
        if turn_id is None:
            raise LeaseLost
        turn = self._turn(rows, lease, key, turn_id, attempts)
        turn.rerun = row["turn_id"] is not None
        turn.remember(kept, self._keeper(turn))
        return turn

    def _turn(self, rows: Sequence[asyncpg.Record], lease: Lease, key: DataKey, turn_id: int, attempts: int) -> Turn:
        row = rows[0]
        client = None
        if row["client_id"] is not None:
            name = key.open_text(row["name"], f"client|{row['client_id']}|name") if row["name"] else None
            client = ClientCard(row["client_id"], key, row["locale"], row["warnings"], row["muted_until"], name)
        position = row["position"]
        members = [
            Member(
                one["seq"],
                one["external_id"],
                orjson.loads(key.open(one["payload"], payload_place(one["account_id"], one["external_id"]))),
                one["trace"],
                one["received_at"],
            )
            for one in rows
        ]
        return Turn(
            id=turn_id,
            conversation_id=row["id"],
            account_id=row["account_id"],
            chat_id=row["chat_id"],
            thread_id=row["thread_id"],
            key=key,
            lease=lease,
            members=members,
            attempts=attempts,
            position=Position.load(key.open(position, position_place(row["id"])) if position else None),
            client=client,
            silent=row["silent"],
            in_form=row["in_form"],
            first_contact=position is None,
        )

    def _keeper(self, turn: Turn) -> Callable[[bytes], Awaitable[None]]:
        async def keep(plain: bytes) -> None:
            sealed = turn.key.seal(plain, kept_place(turn.id))
            kept = await self._db.pool.fetchval(
                KEEP, turn.id, sealed, turn.conversation_id, turn.lease.owner, turn.lease.epoch
            )
            if kept is None:
                raise LeaseLost

        return keep


def kept_place(turn_id: int) -> str:
    return f"turn|{turn_id}|answer"


def merged(rows: Sequence[asyncpg.Record]) -> Sequence[asyncpg.Record]:
    """The lowest message and the run of plain texts by the same person right behind it, outside a form."""
    first = rows[0]
    if first["in_form"] or not first["mergeable"]:
        return rows[:1]
    count = 1
    for row in rows[1:]:
        if not row["mergeable"] or row["sender_id"] != first["sender_id"] or row["seq"] != first["seq"] + count:
            break
        count += 1
    return rows[:count]

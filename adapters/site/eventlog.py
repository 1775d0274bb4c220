"""A visitor's numbered events in PostgreSQL: the id is taken and the event written in the caller's transaction.

The counter's row stays locked until the commit, so ids become visible in order and reading after N can miss none.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from adapters.site.tokens import DocumentLinks
from infra.crypto import CryptoError, DataKey, key_id
from infra.database import Database

CHANNEL = "site"
"""PostgreSQL's notification: `chat id`, or `chat id visitor` where the visitor's first event may be awaited."""

HISTORY = 400
"""Latest events searched for changes of an older message."""

GUESSES = 4
"""Ids an event is sealed for in advance: others (a message of the visitor's, a manager's) may have come between."""

REMEMBERED = 20_000

KeyById = Callable[[int], Awaitable[DataKey]]
Payload = dict[str, Any]

TAKE = """
INSERT INTO site_visitor (chat_id, last_event) VALUES ($1, $2)
ON CONFLICT (chat_id) DO UPDATE SET last_event = site_visitor.last_event + 1 RETURNING last_event
"""
WRITE = """
WITH e AS (INSERT INTO site_event (chat_id, id, payload) VALUES ($1, $2, $3))
SELECT pg_notify('site', $4)
"""
APPEND = """
WITH v AS (
    UPDATE site_visitor SET last_event = last_event + 1
    WHERE chat_id = $1 AND last_event + 1 BETWEEN $2 AND $2 + cardinality($3::bytea[]) - 1 RETURNING last_event
), e AS (
    INSERT INTO site_event (chat_id, id, payload)
    SELECT $1, last_event, ($3::bytea[])[last_event - $2 + 1] FROM v RETURNING id
)
SELECT id, pg_notify('site', $4) FROM e
"""
"""`take` and `write` in one: $3 holds the event sealed for each of the ids that may come next, from $2 on."""

READ = "SELECT id, payload, created_at FROM site_event WHERE chat_id = $1 AND id > $2 ORDER BY id LIMIT $3"
ABOUT = """
SELECT id, payload FROM site_event WHERE chat_id = $1 AND id = $2
UNION ALL
(SELECT id, payload FROM site_event WHERE chat_id = $1 AND id > $2 ORDER BY id DESC LIMIT $3)
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is stored; `payload` is None when its key was destroyed: nobody may read it any more."""

    id: int
    payload: Payload | None
    at: datetime


def place(chat_id: int, number: int) -> str:
    """What an event's ciphertext is bound to."""
    return f"site_event|{chat_id}|{number}|payload"


def first_number() -> int:
    """Where a chat's numbers begin: at the time, ten a second since 2026.

    A visitor who was forgotten and writes again has an open page that asks for what came after their old, last number.
    """
    return int(time.time() - 1_767_225_600) * 10


async def take(connection: Any, chat_id: int) -> int:
    """The next event id; locks the visitor's counter until the transaction ends."""
    return int(await connection.fetchval(TAKE, chat_id, first_number()))


async def write(connection: Any, chat_id: int, number: int, key: DataKey, payload: Payload, visitor: str = "") -> None:
    sealed = _sealed(key, chat_id, number, payload)
    await connection.fetchval(WRITE, chat_id, number, sealed, f"{chat_id} {visitor}".strip())


def _sealed(key: DataKey, chat_id: int, number: int, payload: Payload) -> bytes:
    return key.seal(orjson.dumps(payload), place(chat_id, number))


class EventLog:
    """Appends events and reads them back. `key` gives a data key by its id: old events stay under their old key."""

    def __init__(self, db: Database, key: KeyById, links: DocumentLinks) -> None:
        self._db = db
        self._key = key
        self._links = links
        self._last: OrderedDict[int, int] = OrderedDict()

    async def append(
        self, connection: Any, chat_id: int, key: DataKey, build: Callable[[int], Payload], visitor: str = ""
    ) -> Payload:
        """Write the event that `build(id)` makes; returns it. In the caller's transaction, mostly in one statement.

        An event's ciphertext is bound to its id, which only the database knows. A statement costs far more than
        sealing, so the event is sealed for the few ids it will most likely get, and asked for when all were wrong.
        """
        last = self._last.get(chat_id)
        if last is not None:
            built = [build(number) for number in range(last + 1, last + 1 + GUESSES)]
            sealed = [_sealed(key, chat_id, last + 1 + n, payload) for n, payload in enumerate(built)]
            notice = f"{chat_id} {visitor}".strip()
            number = await connection.fetchval(APPEND, chat_id, last + 1, sealed, notice)
            if number is not None:
                self._saw(chat_id, number)
                return built[int(number) - last - 1]
        number = await take(connection, chat_id)
        payload = build(number)
        await write(connection, chat_id, number, key, payload, visitor)
        self._saw(chat_id, number)
        return payload

    def _saw(self, chat_id: int, number: int) -> None:
        """A guess for the next time; it may be wrong (the transaction may yet fail), and then it costs a statement."""
        self._last[chat_id] = number
        self._last.move_to_end(chat_id)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)

    async def read(self, chat_id: int, after: int, limit: int) -> list[Event]:
        """Events after `after`, oldest first."""
        rows = await self._db.pool.fetch(READ, chat_id, after, limit)
        if rows and rows[-1]["id"] > self._last.get(chat_id, 0):
            self._saw(chat_id, rows[-1]["id"])
        return [
            Event(row["id"], await self._open(chat_id, row["id"], row["payload"]), row["created_at"]) for row in rows
        ]

    async def message(self, connection: Any, chat_id: int, number: int, key: DataKey) -> Payload | None:
        """What message `number` shows now; None when there is no such message, or no longer. `key` is the chat's."""
        state: Payload | None = None
        for payload in await self._about(connection, chat_id, number, key):
            if payload["type"] in ("message", "document"):
                state = payload
            elif state is not None:
                state = None if payload["type"] == "delete" else {**state, **payload, "type": state["type"]}
        return state

    async def label(self, connection: Any, chat_id: int, number: int, data: str, key: DataKey) -> str | None:
        """The text on the button of message `number` that carries `data`; also when it has been edited away since."""
        for payload in reversed(await self._about(connection, chat_id, number, key)):
            for button in (button for row in payload.get("buttons", ()) for button in row):
                if button.get("data") == data:
                    return str(button["text"])
        return None

    def shown(self, payload: Payload) -> Payload:
        """An event as the page gets it: a file's link is signed anew, so that it works whenever it is read."""
        if payload.get("type") != "document":
            return payload
        rest = {name: value for name, value in payload.items() if name != "file"}
        return {**rest, "url": self._links.url(UUID(payload["file"]))}

    async def _about(self, connection: Any, chat_id: int, number: int, key: DataKey) -> list[Payload]:
        rows = sorted(await connection.fetch(ABOUT, chat_id, number, HISTORY), key=lambda row: int(row["id"]))
        opened = [await self._open(chat_id, row["id"], row["payload"], key) for row in rows]
        return [payload for payload in opened if payload is not None and payload.get("message") == number]

    async def _open(self, chat_id: int, number: int, sealed: bytes, key: DataKey | None = None) -> Payload | None:
        """A key at hand is not asked for: inside a transaction that would take a second connection."""
        try:
            if key is None or key.id != key_id(sealed):
                key = await self._key(key_id(sealed))
            payload: Payload = orjson.loads(key.open(sealed, place(chat_id, number)))
        except CryptoError:
            return None
        return payload

"""A visitor's numbered events in PostgreSQL: the id is taken and the event written in the caller's transaction.

The counter's row stays locked until the commit, so ids become visible in order and reading after N can miss none.
"""

from __future__ import annotations

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

KeyById = Callable[[int], Awaitable[DataKey]]
Payload = dict[str, Any]

TAKE = """
INSERT INTO site_visitor (chat_id, last_event) VALUES ($1, 1)
ON CONFLICT (chat_id) DO UPDATE SET last_event = site_visitor.last_event + 1 RETURNING last_event
"""
WRITE = """
WITH e AS (INSERT INTO site_event (chat_id, id, payload) VALUES ($1, $2, $3))
SELECT pg_notify('site', $4)
"""
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


async def take(connection: Any, chat_id: int) -> int:
    """The next event id; locks the visitor's counter until the transaction ends."""
    return int(await connection.fetchval(TAKE, chat_id))


async def write(connection: Any, chat_id: int, number: int, key: DataKey, payload: Payload, visitor: str = "") -> None:
    sealed = key.seal(orjson.dumps(payload), place(chat_id, number))
    await connection.fetchval(WRITE, chat_id, number, sealed, f"{chat_id} {visitor}".strip())


class EventLog:
    """Reads events back. `key` gives a data key by its id: old events stay under the key they were written with."""

    def __init__(self, db: Database, key: KeyById, links: DocumentLinks) -> None:
        self._db = db
        self._key = key
        self._links = links

    async def read(self, chat_id: int, after: int, limit: int) -> list[Event]:
        """Events after `after`, oldest first."""
        rows = await self._db.pool.fetch(READ, chat_id, after, limit)
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

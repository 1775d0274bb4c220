"""aiogram's FSM storage over the conversation's position in PostgreSQL, with a copy in Redis for other readers.

Inside a turn the position is in memory: it came with the claim and is committed when the turn ends, so that a rerun
starts where the turn started and no scene step costs a query. Elsewhere it is read from Redis, then PostgreSQL.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from bot.keys import Keys
from bot.turn import Position, Turn, current_turn
from infra.cache import Cache
from infra.crypto import CryptoError, key_id
from infra.database import Database

log = structlog.get_logger(__name__)

VERSION = 1
"""Grows when scenes or steps change their meaning; an older position leads to the first unanswered question."""

KEPT = 30 * 24 * 3600
"""Seconds a position stays in the cache."""


def place(conversation_id: int) -> str:
    return f"conversation|{conversation_id}|position"


class PositionStorage(BaseStorage):
    """One slot per person: "" for the client of a conversation, the user's id at the managers' desk."""

    def __init__(self, db: Database, cache: Cache, keys: Keys) -> None:
        self._db = db
        self._cache = cache
        self._keys = keys
        self._fresh: dict[int, bytes] = {}
        self._flushing: asyncio.Event = asyncio.Event()

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        if key.destiny != "default":  # the history of scenes is not kept: every scene names its own previous one
            return
        turn, slot = _slot(key)
        value = state.state if isinstance(state, State) else state
        if slot.get("state") != value:
            slot["state"] = value
            turn.moved = True

    async def get_state(self, key: StorageKey) -> str | None:
        if key.destiny != "default":
            return None
        return _slot(key)[1].get("state")

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        if key.destiny != "default":
            return
        turn, slot = _slot(key)
        slot["data"] = dict(data)
        turn.moved = True

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        if key.destiny != "default":
            return {}
        return dict(_slot(key)[1].get("data") or {})

    async def close(self) -> None:
        await self.flush()

    def seal(self, turn: Turn) -> bytes:
        """The position as the turn's end stores it; remembered for the cache."""
        turn.position.version = VERSION
        sealed = turn.key.seal(turn.position.dump(), place(turn.conversation_id))
        self._fresh[turn.conversation_id] = sealed
        self._flushing.set()
        return sealed

    async def read(self, conversation_id: int) -> Position:
        """The position of any conversation, for those who are not handling it."""
        cached = self._fresh.get(conversation_id) or await self._cache.get(_cache_key(conversation_id))
        found = await self._opened(cached, conversation_id) if cached else None
        if found is None:
            stored = await self._db.pool.fetchval("SELECT position FROM conversation WHERE id = $1", conversation_id)
            found = await self._opened(stored, conversation_id) if stored else None
        return found or Position(VERSION)

    async def _opened(self, sealed: bytes, conversation_id: int) -> Position | None:
        """None for what cannot be read: a damaged copy, or a person who was forgotten."""
        try:
            key = await self._keys.get(key_id(sealed))
            return Position.load(key.open(sealed, place(conversation_id)))
        except CryptoError:
            return None

    async def flush_forever(self) -> None:
        """Copies finished positions to Redis, many at a time, off the path of any turn."""
        while True:
            await self._flushing.wait()
            await asyncio.sleep(0.2)
            await self.flush()

    async def flush(self) -> None:
        self._flushing.clear()
        fresh, self._fresh = self._fresh, {}
        if fresh:
            await self._cache.set_many({_cache_key(number): sealed for number, sealed in fresh.items()}, KEPT)


def _slot(key: StorageKey) -> tuple[Turn, dict[str, Any]]:
    turn = current_turn.get()
    if turn is None:
        raise LookupError("a dialogue's position is only written inside a turn")
    name = "" if turn.client is not None else str(key.user_id)
    return turn, turn.position.slots.setdefault(name, {})


def _cache_key(conversation_id: int) -> str:
    return f"position:{conversation_id}"

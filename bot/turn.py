"""A turn: one answer to one message, or to a burst of plain texts. Everything a handler may know or change about it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from infra.crypto import DataKey

BUDGET = 25.0
"""Seconds one turn may take, the model's time included."""

Effect = Callable[[AsyncSession], Awaitable[None]]


@dataclass(slots=True)
class Position:
    """Where in the dialogue a conversation stands, for each person in it (one for a client, several at the desk)."""

    version: int = 1
    slots: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, plain: bytes | None) -> "Position":
        if not plain:
            return cls()
        data = orjson.loads(plain)
        return cls(version=data.get("version", 0), slots=data.get("slots", {}))

    def dump(self) -> bytes:
        return orjson.dumps({"version": self.version, "slots": self.slots})


@dataclass(slots=True)
class ClientCard:
    """The client of a conversation as the turn needs them; names and contacts stay sealed until asked for."""

    id: int
    key: DataKey
    locale: str
    warnings: int
    muted_until: datetime | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """One inbound message of the turn."""

    seq: int
    external_id: str
    payload: dict[str, Any]
    trace: str
    received_at: datetime


@dataclass(slots=True)
class Line:
    """A line of the transcript, written when the turn ends."""

    author: str
    text: str
    message_id: int | None = None


@dataclass(slots=True)
class Lease:
    """The right to handle a conversation: every write of the turn is fenced by it."""

    owner: UUID
    epoch: int


@dataclass(slots=True)
class Turn:
    """Handed to handlers as `turn`. What is deferred to its end is committed in one fenced transaction."""

    id: int
    conversation_id: int
    account_id: int
    chat_id: int
    thread_id: int
    key: DataKey
    lease: Lease
    members: list[Member]
    attempts: int
    position: Position
    client: ClientCard | None
    silent: bool
    in_form: bool
    rerun: bool = False
    """It was begun before: what it has sent is in the journal. `attempts` does not tell, for some are forgiven."""
    first_contact: bool = False
    """Nothing was ever said to this person before."""
    effects: list[Effect] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    sent: int = 0
    moved: bool = False
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    started: float = field(default_factory=time.monotonic)
    _kept: dict[str, Any] = field(default_factory=dict)
    _keep: Callable[[bytes], Awaitable[None]] | None = None

    @property
    def trace(self) -> str:
        return self.members[0].trace

    @property
    def now(self) -> datetime:
        """When the newest message of the turn arrived, by the database's clock."""
        return self.members[-1].received_at

    @property
    def left(self) -> float:
        """Seconds of the budget that remain."""
        return BUDGET - (time.monotonic() - self.started)

    def at_end(self, effect: Effect) -> None:
        """Run `effect` inside the transaction that ends the turn: it happens once, however often the turn runs."""
        self.effects.append(effect)

    def remember(self, kept: dict[str, Any], keep: Callable[[bytes], Awaitable[None]]) -> None:
        """What an earlier attempt kept, and how to keep more."""
        self._kept, self._keep = kept, keep

    def kept(self, name: str) -> Any:
        """What this turn kept under `name`, in this attempt or an earlier one; None when nothing."""
        return self._kept.get(name)

    async def keep(self, name: str, value: Any) -> None:
        """Save, sealed, what costs money or would come out differently the next time (a model's answer, a
        transcription) before anything is said: a rerun says the same. `value` is plain JSON. LeaseLost."""
        self._kept[name] = value
        if self._keep is not None:
            await self._keep(orjson.dumps(self._kept))

    def note(self, author: str, text: str, message_id: int | None = None) -> None:
        self.lines.append(Line(author, text, message_id))


current_turn: ContextVar[Turn | None] = ContextVar("current_turn", default=None)

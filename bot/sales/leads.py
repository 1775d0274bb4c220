"""The lead of a conversation inside a turn: read once, changed in memory, written when the turn ends.

Writing goes through `turn.at_end`, so it happens once however often the turn runs, together with the job that brings
the managers' card up to date. No aiogram in here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.client import Client, Consent
from bot.db.lead import Handoff, Lead
from bot.jobs import enqueue
from bot.turn import Turn
from infra.clock import Clock
from infra.crypto import DataKey, Keyring
from infra.database import Database

OPEN = text("state IN ('new', 'taken')")
"""The partial index's own words: with bound values PostgreSQL no longer finds the index once it plans generically."""

SEALED = ("task", "deadline", "budget")

CARD = "desk.card"
"""Job: bring the managers' card of a conversation up to date. Payload {"conversation_id"}."""

ESCALATE = "desk.escalate"
"""Job at a promise's deadline: nobody took it. Payload {"handoff_id", "step"}."""


@dataclass(slots=True)
class LeadDraft:
    """A lead as handlers see it. `id` is None until it is first saved; texts are in the clear, in memory only."""

    conversation_id: int
    client_id: int
    id: int | None = None
    state: str = "new"
    stage: str = "talk"
    package: str | None = None
    configuration: dict[str, Any] | None = None
    total: Decimal | None = None
    monthly: Decimal | None = None
    price_version: str | None = None
    task: str | None = None
    deadline: str | None = None
    budget: str | None = None
    hot: bool = False
    owner_id: int | None = None
    handoff: Handoff | None = None
    """The promise that still waits for a person, if there is one."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """How to reach a client, in the clear; any of them may be missing."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(slots=True)
class _Pending:
    """What one turn does to the lead; several changes in a turn are one write."""

    draft: LeadDraft
    handoff: tuple[str, datetime] | None = None
    contacts: Contacts | None = None
    consents: list[tuple[str, bool, str, str]] = field(default_factory=list)


class Leads:
    """Reads and writes leads, contacts and consents of the conversation a turn is about."""

    def __init__(self, db: Database, clock: Clock, ring: Keyring) -> None:
        self._db = db
        self._clock = clock
        self._ring = ring

    async def current(self, turn: Turn) -> LeadDraft:
        """The open lead of the conversation, or a fresh draft that is saved only if `save` is called."""
        client_id = _client_id(turn)
        async with self._db.session() as session:
            row = await session.scalar(
                select(Lead).where(Lead.conversation_id == turn.conversation_id, Lead.state.in_(("new", "taken")))
            )
            if row is None:
                return LeadDraft(turn.conversation_id, client_id)
            handoff = await session.scalar(
                select(Handoff).where(
                    Handoff.lead_id == row.id, Handoff.taken_at.is_(None), Handoff.closed_at.is_(None)
                )
            )
            return read_lead(row, turn.key, handoff)

    def save(self, turn: Turn, draft: LeadDraft) -> None:
        """Write the lead when the turn ends, and bring the managers' card up to date."""
        self._pending(turn, draft)

    def promise(self, turn: Turn, draft: LeadDraft, reason: str, deadline: datetime) -> None:
        """A person will answer by `deadline`: recorded with the lead, escalated when nobody takes it."""
        self._pending(turn, draft).handoff = (reason, deadline)

    def set_contacts(self, turn: Turn, draft: LeadDraft, contacts: Contacts) -> None:
        """Store what is given (the rest stays as it was). Consent must have been recorded before."""
        self._pending(turn, draft).contacts = contacts

    def record_consent(
        self, turn: Turn, draft: LeadDraft, kind: str, granted: bool, version: str, channel: str
    ) -> None:
        """`kind`: personal_data or marketing. Refusals are recorded too."""
        self._pending(turn, draft).consents.append((kind, granted, version, channel))

    async def consent(self, client_id: int, kind: str) -> bool | None:
        """The client's last answer to a request for consent; None when never asked."""
        async with self._db.session() as session:
            return await session.scalar(
                select(Consent.granted)
                .where(Consent.client_id == client_id, Consent.kind == kind)
                .order_by(Consent.id.desc())
                .limit(1)
            )

    async def contacts(self, client_id: int, key: DataKey) -> Contacts:
        async with self._db.session() as session:
            row = await session.get(Client, client_id)
            return read_contacts(row, key) if row is not None else Contacts()

    def _pending(self, turn: Turn, draft: LeadDraft) -> _Pending:
        for effect in turn.effects:
            known = getattr(effect, "pending", None)
            if isinstance(known, _Pending) and known.draft is draft:
                return known
        pending = _Pending(draft)
        turn.at_end(_Write(self, turn, pending))
        return pending

    async def write(self, session: AsyncSession, turn: Turn, pending: _Pending) -> None:
        now = self._clock.now()
        draft = pending.draft
        await self._write_lead(session, turn.key, draft, now)
        if pending.contacts is not None:
            await session.execute(
                update(Client).where(Client.id == draft.client_id).values(**self._sealed(turn, draft, pending.contacts))
            )
        for kind, granted, version, channel in pending.consents:
            session.add(
                Consent(
                    client_id=draft.client_id, kind=kind, granted=granted, text_version=version, channel=channel, at=now
                )
            )
        if pending.handoff is not None:
            await self._write_handoff(session, draft, pending.handoff, now)
        await enqueue(
            session,
            CARD,
            {"conversation_id": draft.conversation_id},
            at=now,
            serial_key=f"desk:{draft.conversation_id}",
            dedupe_key=f"{CARD}:{draft.conversation_id}",
        )

    async def _write_lead(self, session: AsyncSession, key: DataKey, draft: LeadDraft, now: datetime) -> None:
        values: dict[str, Any] = {
            name: getattr(draft, name)
            for name in ("state", "stage", "package", "configuration", "total", "monthly", "price_version", "hot")
        }
        for name in SEALED:
            said = getattr(draft, name)
            values[name] = key.seal_text(said, _place(draft.conversation_id, name)) if said else None
        values["updated_at"] = now
        if draft.id is not None:
            values.pop("state")
            await session.execute(update(Lead).where(Lead.id == draft.id).values(**values))
            return
        statement = insert(Lead).values(
            client_id=draft.client_id, conversation_id=draft.conversation_id, created_at=now, **values
        )
        values.pop("state")
        draft.id = await session.scalar(
            statement.on_conflict_do_update(
                index_elements=["conversation_id"], index_where=OPEN, set_=values
            ).returning(Lead.id)
        )

    async def _write_handoff(
        self, session: AsyncSession, draft: LeadDraft, handoff: tuple[str, datetime], now: datetime
    ) -> None:
        reason, deadline = handoff
        number = await session.scalar(
            insert(Handoff)
            .values(lead_id=draft.id, reason=reason, asked_at=now, deadline=deadline)
            .on_conflict_do_nothing()
            .returning(Handoff.id)
        )
        if number is not None:
            await enqueue(session, ESCALATE, {"handoff_id": number, "step": 1}, at=deadline)

    def _sealed(self, turn: Turn, draft: LeadDraft, contacts: Contacts) -> dict[str, bytes]:
        values: dict[str, bytes] = {}
        for name in ("name", "phone", "email"):
            given = getattr(contacts, name)
            if given:
                values[name] = turn.key.seal_text(given, f"client|{draft.client_id}|{name}")
                if name != "name":
                    values[f"{name}_hash"] = self._ring.lookup(name, given)
        return values


@dataclass(slots=True)
class _Write:
    leads: Leads
    turn: Turn
    pending: _Pending

    async def __call__(self, session: AsyncSession) -> None:
        await self.leads.write(session, self.turn, self.pending)


def read_lead(row: Lead, key: DataKey, handoff: Handoff | None = None) -> LeadDraft:
    """A stored lead with its texts opened."""
    texts = {
        name: key.open_text(sealed, _place(row.conversation_id, name)) if (sealed := getattr(row, name)) else None
        for name in SEALED
    }
    return LeadDraft(
        conversation_id=row.conversation_id,
        client_id=row.client_id,
        id=row.id,
        state=row.state,
        stage=row.stage,
        package=row.package,
        configuration=row.configuration,
        total=row.total,
        monthly=row.monthly,
        price_version=row.price_version,
        hot=row.hot,
        owner_id=row.owner_id,
        handoff=handoff,
        **texts,
    )


def read_contacts(row: Client, key: DataKey) -> Contacts:
    """A stored client's name, phone and e-mail, opened."""
    return Contacts(
        **{
            name: key.open_text(sealed, f"client|{row.id}|{name}") if (sealed := getattr(row, name)) else None
            for name in ("name", "phone", "email")
        }
    )


def _place(conversation_id: int, name: str) -> str:
    return f"lead|{conversation_id}|{name}"


def _client_id(turn: Turn) -> int:
    if turn.client is None:
        raise LookupError("a conversation of the managers has no lead of its own")
    return turn.client.id

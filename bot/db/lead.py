"""A lead: what a client wants, what it costs, which manager has it; and the promise that a person answers."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.client import UTC_TIME
from infra.database import Base


class Manager(Base):
    __tablename__ = "manager"

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(unique=True)
    name: Mapped[bytes]
    role: Mapped[str] = mapped_column(default="manager")
    rota: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Lead(Base):
    """`state`: new, taken, won, lost. `stage`: how far the talk went (talk, priced, brief, contact)."""

    __tablename__ = "lead"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    conversation_id: Mapped[int]
    state: Mapped[str] = mapped_column(default="new")
    stage: Mapped[str] = mapped_column(default="talk")
    package: Mapped[str | None]
    configuration: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    total: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    monthly: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    price_version: Mapped[str | None]
    task: Mapped[bytes | None]
    deadline: Mapped[bytes | None]
    budget: Mapped[bytes | None]
    hot: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("manager.id"))
    loss_reason: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(UTC_TIME)
    closed_at: Mapped[datetime | None] = mapped_column(UTC_TIME)
    created_at: Mapped[datetime] = mapped_column(UTC_TIME)
    updated_at: Mapped[datetime] = mapped_column(UTC_TIME)


class Handoff(Base):
    """A promise that a person will answer: an owner, a deadline by working hours, and steps of escalation."""

    __tablename__ = "handoff"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    reason: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTC_TIME)
    deadline: Mapped[datetime] = mapped_column(UTC_TIME)
    step: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[datetime | None] = mapped_column(UTC_TIME)
    closed_at: Mapped[datetime | None] = mapped_column(UTC_TIME)

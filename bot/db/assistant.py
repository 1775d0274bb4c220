"""What the assistant leaves behind: the cost of each call of a model, and the summary of a long talk."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Integer, Numeric, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.client import UTC_TIME
from infra.database import Base


class ModelCall(Base):
    """One request to a vendor. Tokens read from and written to the vendor's cache are among `input_tokens`; `cost` is
    in US dollars, `at` business time. No word of what was said."""

    __tablename__ = "model_call"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None]
    vendor: Mapped[str]
    model: Mapped[str]
    purpose: Mapped[str]
    outcome: Mapped[str]
    input_tokens: Mapped[int] = mapped_column(Integer)
    cached_tokens: Mapped[int] = mapped_column(Integer)
    cache_write_tokens: Mapped[int] = mapped_column(Integer)
    output_tokens: Mapped[int] = mapped_column(Integer)
    audio_seconds: Mapped[Decimal] = mapped_column(Numeric(10, 3))
    cost: Mapped[Decimal] = mapped_column(Numeric(12, 8))
    milliseconds: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UTC_TIME)


class TalkSummary(Base):
    """What was said before the lines that the model is shown; sealed under the client's key. `up_to` and the two
    beside it name the newest line of the transcript that it covers."""

    __tablename__ = "talk_summary"

    conversation_id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    up_to: Mapped[datetime] = mapped_column(UTC_TIME)
    up_to_origin: Mapped[str]
    up_to_n: Mapped[int] = mapped_column(SmallInteger)
    updated_at: Mapped[datetime] = mapped_column(UTC_TIME)

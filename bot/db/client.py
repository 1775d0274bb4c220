"""A client: a person known by their channels, with everything personal sealed under their own data key."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from infra.database import Base

UTC_TIME = TIMESTAMP(timezone=True)


class Client(Base):
    __tablename__ = "client"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int]
    name: Mapped[bytes | None]
    phone: Mapped[bytes | None]
    phone_hash: Mapped[bytes | None]
    email: Mapped[bytes | None]
    email_hash: Mapped[bytes | None]
    locale: Mapped[str] = mapped_column(default="ru")
    warnings: Mapped[int] = mapped_column(default=0)
    muted_until: Mapped[datetime | None] = mapped_column(UTC_TIME)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    forgotten_at: Mapped[datetime | None] = mapped_column(UTC_TIME)


class Consent(Base):
    """One answer to a request for consent: which text was shown, when, in which channel. Only ever added."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    kind: Mapped[str]
    granted: Mapped[bool]
    text_version: Mapped[str]
    channel: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTC_TIME)

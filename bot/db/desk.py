"""The managers' chat: which topic belongs to which conversation, and which of its messages stand for which client's."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from bot.db.client import UTC_TIME
from infra.database import Base


class DeskTopic(Base):
    """`thread_id` 0: the group has no topics, the card itself is answered to."""

    __tablename__ = "desk_topic"

    conversation_id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int]
    thread_id: Mapped[int] = mapped_column(default=0)
    card_message_id: Mapped[int | None]
    card_digest: Mapped[bytes | None]
    relayed_at: Mapped[datetime | None] = mapped_column(UTC_TIME)


class DeskMessage(Base):
    """A message in the group that belongs to a conversation: a reply to it goes to that client."""

    __tablename__ = "desk_message"

    chat_id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int]
    client_message_id: Mapped[int | None]

"""What a channel is: how its payloads become updates, who answers for it, and what its session promises.

A channel is four small things: `parse` (payload → update, pure), `render` (Bot API method → what it can show, pure),
a session (aiogram's `BaseSession`) and `routes`. The engine sees only the values defined here.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiogram import Bot
from aiogram.methods import (
    CopyMessage,
    CreateForumTopic,
    DeleteMessage,
    EditForumTopic,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    ForwardMessage,
    PinChatMessage,
    SendContact,
    SendDocument,
    SendLocation,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendVoice,
    TelegramMethod,
)

SITE_ACCOUNT = 2
"""Tiny account ids are ours, so that a bot of such a channel has an id that no Telegram bot can have (1 is Avito)."""

DURABLE: tuple[type[TelegramMethod[Any]], ...] = (
    SendMessage,
    SendPhoto,
    SendDocument,
    SendMediaGroup,
    SendVoice,
    SendContact,
    SendLocation,
    EditMessageText,
    EditMessageCaption,
    EditMessageReplyMarkup,
    DeleteMessage,
    CopyMessage,
    ForwardMessage,
    PinChatMessage,
    CreateForumTopic,
    EditForumTopic,
)
"""Calls a person can notice: each is journaled. Drafts, chat actions, callback answers and reads are not."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as it arrived, with just enough read from it to put it in its conversation's queue."""

    account_id: int
    external_id: str
    """Unique for ever within the account; the same again is the same message redelivered."""
    chat: str
    """The channel's own name of the chat: a Telegram chat id, a site visitor's uuid."""
    payload: bytes
    """Raw JSON as the channel sent it (at most a few hundred kilobytes)."""
    chat_id: int | None = None
    """The chat's number where the channel has one; otherwise ours is given at first contact."""
    thread_id: int = 0
    sender_id: int = 0
    mergeable: bool = False
    """A plain text that may be answered together with its neighbours."""
    shared: bool = False
    """A group chat: belongs to no client."""
    stop: bool = False
    """Ask to stop what is being said right now; does not wait in the queue."""


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What `parse` may know besides the payload: the numbers given to the chat and to this message."""

    account_id: int
    chat_id: int
    seq: int


class Parse(Protocol):
    """Payloads of one turn (one, or several plain texts in order) → one aiogram update as a dict. Pure.

    ValueError when the payload makes no sense; the message is then held and reported.
    """

    def __call__(self, payloads: Sequence[dict[str, Any]], context: ParseContext, /) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Channel:
    """A connected account: its bot (the session inside speaks the vendor's protocol) and its pure functions."""

    name: str
    account_id: int
    external_id: str
    bot: Bot
    parse: Parse
    transactional: bool = False
    """The journal's mark is written by the session itself, in one transaction with the message (the site)."""
    drafts: bool = True
    on_start: Sequence[Callable[[], Any]] = field(default_factory=tuple)


class Delivery(Protocol):
    """Handed to a transactional session: `record` writes the journal's mark on the connection it is given.

    False: this worker no longer owns the turn; the session must roll its message back.
    """

    async def record(self, connection: Any, external_id: str) -> bool: ...


current_delivery: ContextVar[Delivery | None] = ContextVar("current_delivery", default=None)

patience: ContextVar[float] = ContextVar("patience", default=6.0)
"""Seconds a send may wait for the vendor's pace before it is put off. Background jobs have little: they come again."""

author: ContextVar[str] = ContextVar("author", default="bot")
"""Who speaks in what is being sent now: `bot` or `manager`. Channels that can show it do."""

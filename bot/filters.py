"""Filters of the client's dialogue; all of them asynchronous, for any other costs a hop to a thread."""

from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, TelegramObject


class Private(Filter):
    """Only a talk with one person: no group, no channel."""

    async def __call__(self, event: TelegramObject) -> bool:
        message = event.message if isinstance(event, CallbackQuery) else event
        if isinstance(message, Message | ChatMemberUpdated):
            return message.chat.type == "private"
        return isinstance(event, CallbackQuery)


class Words(Filter):
    """A text that says something; handed over as `said`. Commands belong to others."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        said = (message.text or "").strip()
        return {"said": said} if said and not said.startswith("/") else False


class Carries(Filter):
    """A message of one of these kinds (names of `Message` fields)."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = kinds

    async def __call__(self, message: Message) -> bool:
        return any(getattr(message, kind) for kind in self._kinds)


class Nothing(Filter):
    """A message without a word in it."""

    async def __call__(self, message: Message) -> bool:
        return not (message.text or "").strip()

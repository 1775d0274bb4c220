"""What surrounds every handler of a client's dialogue: texts, memory, transcript, mute, and silence for a manager."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.exceptions import TelegramAPIError
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, TelegramObject

from adapters.channel import Channel
from bot.attached import attached
from bot.heard import heard, pressed
from bot.services import Services
from bot.talk import Memory, Talk
from bot.turn import Turn
from infra.errors import AppError

log = structlog.get_logger(__name__)

FORMS = frozenset(("calculator", "brief"))
"""Scenes in which the next plain text answers a form, so that texts are not merged into one turn."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Dialogue(BaseMiddleware):
    """Hands `talk` and `t` to handlers of private chats and keeps what belongs to every turn in one place."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        turn: Turn = data["turn"]
        services: Services = data["services"]
        if turn.client is None or isinstance(event, ChatMemberUpdated):
            return await handler(event, data)
        talk = await _talk(event, data)
        if isinstance(event, Message) and event.edit_date is None:
            hint = event.from_user.language_code if event.from_user is not None else None
            talk.follow(event.text or event.caption or "", hint=hint)
        data["talk"], data["t"] = talk, talk.t
        if isinstance(event, Message) and event.edit_date is not None:
            if turn.silent:
                talk.relay()
            return await handler(event, data)
        _note(talk, event)
        muted = turn.client.muted_until
        if muted is not None and muted > services.clock.now():
            await _stop_spinner(event)
            return None
        if turn.silent:
            talk.relay()
            await _stop_spinner(event)
            return None
        return await self._answer(handler, event, data, talk)

    async def _answer(self, handler: Handler, event: TelegramObject, data: dict[str, Any], talk: Talk) -> Any:
        if talk.memory.waiting and await _still_waiting(talk):
            talk.relay()
        try:
            result = await handler(event, data)
        except AppError as error:
            log.warning("dialogue.refused", error=type(error).__name__, detail=str(error))
            result = None
            await talk.say(talk.t("error.told", text=error.public))
        await talk.finish()
        await _stop_spinner(event)
        await _remember(talk)
        return result


async def _talk(event: TelegramObject, data: dict[str, Any]) -> Talk:
    turn: Turn = data["turn"]
    services: Services = data["services"]
    channel: Channel = data["channel"]
    state: FSMContext = data["state"]
    assert turn.client is not None  # noqa: S101  # the caller has looked
    shown = event.message if isinstance(event, CallbackQuery) and isinstance(event.message, Message) else None
    return Talk(
        turn=turn,
        services=services,
        channel=channel,
        t=services.text(turn.client.locale),
        state=state,
        scenes=data["scenes"],
        memory=Memory.load(await state.get_data()),
        client=turn.client,
        shown=shown,
        carried=attached(event) if isinstance(event, Message) and event.edit_date is None else None,
    )


def _note(talk: Talk, event: TelegramObject) -> None:
    if isinstance(event, Message):
        talk.turn.note("client", heard(event, talk.t), event.message_id)
    elif isinstance(event, CallbackQuery):
        label = pressed(event, talk)
        if label:
            talk.turn.note("client", talk.t.plain("heard.button", label=label))


async def _still_waiting(talk: Talk) -> bool:
    draft = await talk.draft()
    talk.memory.waiting = draft.handoff is not None
    return talk.memory.waiting


async def _remember(talk: Talk) -> None:
    now = int(talk.now.timestamp())
    if now - talk.memory.seen > SEEN_EVERY or now < talk.memory.seen:
        talk.memory.seen = now
    kept = talk.memory.dump()
    if kept != await talk.state.get_data():
        await talk.state.set_data(kept)
    talk.turn.in_form = await talk.state.get_state() in FORMS


SEEN_EVERY = 600
"""Seconds between two notes of when the client was last here: precise enough to greet someone who comes back."""


async def _stop_spinner(event: TelegramObject) -> None:
    """Every press is acknowledged, whatever came of it; one that is too old to be acknowledged does not matter."""
    if isinstance(event, CallbackQuery):
        with suppress(TelegramAPIError):
            await event.answer()

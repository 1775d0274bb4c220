"""What follows an answer that stands aside from the talk: the form's open question again, or the ways on."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiogram.exceptions import TelegramAPIError

from bot.keyboards import go
from bot.scenes import brief, calculator, consult
from bot.talk import Talk
from bot.texts import Html
from infra.errors import AppError

Step = Callable[[Talk], Awaitable[None]]
Hear = Callable[[Talk, str], Awaitable[None]]

STEPS: dict[str, Step] = {"calculator": calculator.step, "brief": brief.step}
HEARS: dict[str, Hear] = {"calculator": calculator.hear, "brief": brief.hear}
SIGN_SECONDS = 2.0


async def form_of(talk: Talk) -> str:
    """The name of the form that is open; empty when none is."""
    state = await talk.state.get_state() or ""
    return state if state in STEPS else ""


async def go_on(talk: Talk, text: Html) -> None:
    """Say it, and repeat the question of a form that is open, in one message."""
    form = await form_of(talk)
    if not form:
        await talk.say(text, [go(talk.t, "button.prices", "prices"), go(talk.t, "button.menu", "menu")])
        return
    talk.first(text)
    await STEPS[form](talk)


async def hear(talk: Talk, said: str) -> None:
    """Words that were not typed, handled exactly as if they had been."""
    talk.follow(said)
    await HEARS.get(await form_of(talk), consult.hear)(talk, said)


async def sign_of_life(talk: Talk) -> None:
    """«печатает…» before something that takes seconds; nobody misses it when it cannot be shown."""
    with suppress(TelegramAPIError, AppError, TimeoutError):
        async with asyncio.timeout(SIGN_SECONDS):
            await talk.channel.bot.send_chat_action(talk.turn.chat_id, "typing")


def amend_note(talk: Talk, message_id: int, text: str) -> None:
    """The transcript keeps this of the client's message instead of a mere mark of its kind."""
    for line in talk.turn.lines:
        if line.author == "client" and line.message_id == message_id:
            line.text = text

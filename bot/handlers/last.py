"""Whatever nobody else took: words become a question, an unknown button gets a polite way on."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import Words
from bot.scenes import consult, welcome
from bot.talk import Talk


async def words(_: Message, talk: Talk, said: str) -> None:
    await consult.hear(talk, said)


async def unknown_command(_: Message, talk: Talk) -> None:
    await welcome.help_(talk)


async def stale(_: CallbackQuery, talk: Talk) -> None:
    await talk.say(talk.t("unexpected.stale"), welcome.ways(talk))


def build() -> Router:
    router = Router(name="last")
    router.message.register(words, Words())
    router.message.register(unknown_command)
    router.callback_query.register(stale)
    return router

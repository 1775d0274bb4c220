"""Commands: each works in any state."""

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import Message

from bot.scenes import calculator, handoff, privacy, welcome
from bot.talk import Talk


async def start(_: Message, talk: Talk, command: CommandObject) -> None:
    await welcome.start(talk, (command.args or "").strip())


async def help_(_: Message, talk: Talk) -> None:
    await welcome.help_(talk)


async def cancel(_: Message, talk: Talk) -> None:
    await welcome.cancel(talk)


async def human(_: Message, talk: Talk) -> None:
    await handoff.person(talk)


async def price(_: Message, talk: Talk) -> None:
    await talk.leave()
    await calculator.choose(talk)


async def delete(_: Message, talk: Talk) -> None:
    await privacy.confirm(talk)


def build() -> Router:
    router = Router(name="commands")
    router.message.register(start, CommandStart())
    router.message.register(help_, Command("help"))
    router.message.register(cancel, Command("cancel"))
    router.message.register(human, Command("human", "manager"))
    router.message.register(price, Command("price"))
    router.message.register(delete, Command("delete"))
    return router

"""The client's side of the dispatcher: commands, buttons of any age, scenes, unexpected input, and a last fallback."""

from aiogram import Dispatcher, Router

from bot import scenes
from bot.filters import Private
from bot.handlers import buttons, commands, last, unexpected
from bot.middlewares import Dialogue

COMMANDS: list[tuple[str, str]] = [
    ("start", "Начать разговор"),
    ("price", "Узнать цену"),
    ("human", "Позвать человека"),
    ("cancel", "Выйти из анкеты или расчёта"),
    ("help", "Что я умею"),
    ("delete", "Удалить мои данные"),
]
"""For the menu of commands in Telegram."""


def setup(dispatcher: Dispatcher) -> None:
    """Include everything in the order that decides who answers. `bot.scenes.setup` comes first."""
    client = Router(name="client")
    dialogue = Dialogue()
    for observer in (client.message, client.edited_message, client.callback_query, client.my_chat_member):
        observer.filter(Private())
        observer.outer_middleware(dialogue)
    client.include_router(commands.build())
    client.include_router(buttons.build())
    scenes.include(client)
    client.include_router(unexpected.build())
    client.include_router(last.build())
    dispatcher.include_router(client)

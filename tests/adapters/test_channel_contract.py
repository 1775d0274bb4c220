"""What every channel's session answers is what aiogram promises its callers, method by method."""

import base64
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import (
    CopyMessage,
    DeleteMessage,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    GetMe,
    SendChatAction,
    SendContact,
    SendDocument,
    SendLocation,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import Response
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from adapters.channel import DURABLE
from tests.harness import Client, SiteClient, TelegramClient, World

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data="y")]])
Make = Callable[[int, int], TelegramMethod[Any]]

METHODS: dict[str, Make] = {
    "getMe": lambda chat, _: GetMe(),
    "sendMessage": lambda chat, _: SendMessage(chat_id=chat, text="<b>Да</b>", reply_markup=KEYBOARD),
    "sendMessage, long": lambda chat, _: SendMessage(chat_id=chat, text="слово " * 1500),
    "sendDocument": lambda chat, _: SendDocument(
        chat_id=chat, document=BufferedInputFile(b"%PDF-1.4", "kp.pdf"), caption="КП"
    ),
    "sendPhoto": lambda chat, _: SendPhoto(chat_id=chat, photo=BufferedInputFile(PIXEL, "a.png")),
    "sendContact": lambda chat, _: SendContact(chat_id=chat, phone_number="+79990000000", first_name="Анна"),
    "sendLocation": lambda chat, _: SendLocation(chat_id=chat, latitude=55.75, longitude=37.61),
    "sendChatAction": lambda chat, _: SendChatAction(chat_id=chat, action="typing"),
    "editMessageText": lambda chat, number: EditMessageText(chat_id=chat, message_id=number, text="Нет"),
    "editMessageReplyMarkup": lambda chat, number: EditMessageReplyMarkup(
        chat_id=chat, message_id=number, reply_markup=KEYBOARD
    ),
    "editMessageCaption": lambda chat, number: EditMessageCaption(chat_id=chat, message_id=number, caption="Нет"),
    "copyMessage": lambda chat, number: CopyMessage(chat_id=chat, from_chat_id=chat, message_id=number),
    "deleteMessage": lambda chat, number: DeleteMessage(chat_id=chat, message_id=number),
}
NEEDED = {
    "getMe",
    "sendMessage",
    "sendMessage, long",
    "sendDocument",
    "sendChatAction",
    "editMessageText",
    "deleteMessage",
}
"""What the dialogue relies on in every channel; the rest may be refused, by name and never by silence."""


async def place(world: World, client: Client) -> tuple[Bot, int]:
    if isinstance(client, TelegramClient):
        return next(one.bot for one in world.app.channels.values() if one.name == "telegram"), client.user
    assert isinstance(client, SiteClient)
    chat = await world.app.db.pool.fetchval(
        "SELECT chat_id FROM identity WHERE account_id = 2 AND external_id = $1", client.visitor
    )
    return world.app.channels[2].bot, int(chat)


@pytest.mark.parametrize("name", list(METHODS))
async def test_a_result_is_what_aiogram_promises(world: World, client: Client, name: str) -> None:
    await client.send("Здравствуйте")
    bot, chat = await place(world, client)
    number = (await bot.send_message(chat, "Было")).message_id
    method = METHODS[name](chat, number)
    result = None
    with nullcontext() if name in NEEDED else suppress(TelegramAPIError):
        result = await bot(method)
    if result is None:
        assert name not in NEEDED
        return
    shown = (
        result.model_dump(mode="json", exclude_unset=True, by_alias=True) if hasattr(result, "model_dump") else result
    )
    checked = Response[method.__returning__].model_validate({"ok": True, "result": shown})  # type: ignore[name-defined]  # a value, as aiogram itself uses it
    assert checked.result is not None
    if hasattr(result, "message_id"):
        assert result.message_id > 0
        assert getattr(result, "bot", bot) is bot


async def test_what_a_person_would_notice_is_journaled() -> None:
    seen = {type(make(1, 1)) for make in METHODS.values()}
    assert {one for one in seen if one.__name__.startswith(("Send", "Edit", "Delete", "Copy"))} - {
        SendChatAction
    } <= set(DURABLE)

"""Editing, deleting and pinning messages, and answering pressed buttons."""

from typing import Any

from aiogram import methods as m

from sandbox.telegram import keyboards
from sandbox.telegram.api import Api, method
from sandbox.telegram.errors import NOT_MODIFIED, OLD_QUERY, bad_request
from sandbox.telegram.methods.sending import mode
from sandbox.telegram.requests import Call
from sandbox.telegram.state import Message
from sandbox.telegram.texts import CAPTION_LIMIT, MESSAGE_LIMIT, formatted
from sandbox.telegram.updates import Bot
from sandbox.telegram.views import snapshot
from sandbox.world import Json

DELETABLE_SECONDS = 48 * 3600
QUERY_SECONDS = 60
TOAST_LIMIT = 200


def _edit(api: Api, bot: Bot, message: Message, text: str, entities: list[Json], markup: Json | None) -> Json:
    if (text, entities, markup) == (message.text, message.entities, message.markup):
        raise bad_request(NOT_MODIFIED)
    api.limits.edit(bot.id)
    message.edits.append(snapshot(message))
    message.text, message.entities, message.markup = text, entities, markup
    message.edit_date = api.world.timestamp()
    api.state.changes.note()
    return api.show(message)


def _not_inline(method: Any) -> None:
    if method.inline_message_id:
        raise bad_request("MESSAGE_ID_INVALID")


@method(m.EditMessageText)
async def edit_message_text(api: Api, bot: Bot, method: m.EditMessageText, _call: Call) -> Json:
    _not_inline(method)
    if not method.text:
        raise bad_request("message text is empty")
    message = api.own(bot, method.chat_id, method.message_id)
    text, entities = formatted(method.text, mode(method.parse_mode), method.entities, limit=MESSAGE_LIMIT)
    if message.file is not None or "contact" in message.extra:
        raise bad_request("there is no text in the message to edit")
    if not text:
        raise bad_request("text must be non-empty")
    return _edit(api, bot, message, text, entities, keyboards.stored(method.reply_markup))


@method(m.EditMessageCaption)
async def edit_message_caption(api: Api, bot: Bot, method: m.EditMessageCaption, _call: Call) -> Json:
    _not_inline(method)
    message = api.own(bot, method.chat_id, method.message_id)
    text, entities = formatted(
        method.caption or "",
        mode(method.parse_mode),
        method.caption_entities,
        limit=CAPTION_LIMIT,
        caption=True,
    )
    if message.file is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(api, bot, message, text, entities, keyboards.stored(method.reply_markup))


@method(m.EditMessageReplyMarkup)
async def edit_message_reply_markup(api: Api, bot: Bot, method: m.EditMessageReplyMarkup, _call: Call) -> Json:
    _not_inline(method)
    message = api.own(bot, method.chat_id, method.message_id)
    return _edit(api, bot, message, message.text, message.entities, keyboards.stored(method.reply_markup))


@method(m.DeleteMessage)
async def delete_message(api: Api, bot: Bot, method: m.DeleteMessage, _call: Call) -> bool:
    chat = api.writable(method.chat_id)
    message = api.state.find(chat, method.message_id)
    if message is None:
        raise bad_request("message to delete not found")
    administrator = chat.bot_status == "administrator"
    allowed = message.sender.id == bot.id or chat.private or administrator
    old = api.world.timestamp() - message.date > DELETABLE_SECONDS and not administrator
    topic_root = message.id in chat.topics
    if not allowed or old or topic_root:
        raise bad_request("message can't be deleted")
    message.deleted = True
    api.state.changes.note()
    return True


@method(m.DeleteMessages)
async def delete_messages(api: Api, _bot: Bot, method: m.DeleteMessages, _call: Call) -> bool:
    chat = api.writable(method.chat_id)
    if not 1 <= len(method.message_ids) <= 100:
        raise bad_request("Message identifiers are not specified")
    for number in method.message_ids:
        message = api.state.find(chat, number)
        if message is not None:
            message.deleted = True
    api.state.changes.note()
    return True


@method(m.PinChatMessage)
async def pin_chat_message(api: Api, bot: Bot, method: m.PinChatMessage, _call: Call) -> bool:
    chat = api.writable(method.chat_id)
    message = api.state.find(chat, method.message_id)
    if message is None:
        raise bad_request("message to pin not found")
    if not chat.private and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        api.state.add_message(
            chat,
            bot.user,
            api.world.timestamp(),
            thread=message.thread,
            extra={"pinned_message": api.show(message)},
            service=True,
        )
    return True


@method(m.UnpinChatMessage)
async def unpin_chat_message(api: Api, _bot: Bot, method: m.UnpinChatMessage, _call: Call) -> bool:
    chat = api.writable(method.chat_id)
    number = method.message_id or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    api.state.changes.note()
    return True


@method(m.AnswerCallbackQuery)
async def answer_callback_query(api: Api, _bot: Bot, method: m.AnswerCallbackQuery, _call: Call) -> bool:
    press = api.state.presses.get(method.callback_query_id)
    if press is None or api.world.timestamp() - press.at > QUERY_SECONDS:
        raise bad_request(OLD_QUERY)
    if method.text and len(method.text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    if method.url:
        raise bad_request("URL_INVALID")
    press.answered = True
    press.text, press.alert = method.text, bool(method.show_alert)
    api.state.changes.note()
    return True

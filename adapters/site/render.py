"""What the site can show: Bot API methods → event payloads as the page gets them. Pure.

A method becomes one of the values below; the session stores or publishes it. Not shown, because a page has no place
for it: reply keyboards (and so requests for a contact), entities given apart from the text, replies, effects.
"""

from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.enums import ParseMode
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendMessageDraft,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import InlineKeyboardMarkup, InputFile

from adapters.channel import author
from adapters.site.html import plain, safe_url, sanitise

Buttons = list[list[dict[str, str]]]
Payload = dict[str, Any]


class NotShown(ValueError):
    """The method cannot be carried out here; the text is what Telegram would answer."""


@dataclass(frozen=True, slots=True)
class New:
    """A message; its number is the id of the event that carries it."""

    chat_id: int
    payload: Payload


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file with a caption. `file` is what to read, or the id of a file already stored."""

    chat_id: int
    payload: Payload
    file: InputFile | str
    photo: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes to an earlier message: what is in `changes` replaces what was there."""

    chat_id: int
    message: int
    changes: Payload
    markup: InlineKeyboardMarkup | None


@dataclass(frozen=True, slots=True)
class Delete:
    chat_id: int
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fleeting:
    """Shown at once or never: carries no id and is not replayed."""

    chat_id: int
    payload: Payload


@dataclass(frozen=True, slots=True)
class Nothing:
    """Done, and nothing to show."""


Rendered = New | NewFile | Edit | Delete | Fleeting | Nothing


def render(bot: Bot, method: TelegramMethod[Any]) -> Rendered:
    """NotShown when the site cannot do it."""
    if isinstance(method, SendMessage):
        return New(_chat(method.chat_id), {"type": "message", **_body(bot, method.text, method), **_frame(method)})
    if isinstance(method, SendDocument | SendPhoto):
        return _file(bot, method)
    if isinstance(method, EditMessageText):
        return _edit(method, _body(bot, method.text or "", method))
    if isinstance(method, EditMessageCaption):
        return _edit(method, _body(bot, method.caption or "", method, empty=True))
    if isinstance(method, EditMessageReplyMarkup):
        return _edit(method, {})
    if isinstance(method, DeleteMessage):
        return Delete(_chat(method.chat_id), (method.message_id,))
    if isinstance(method, DeleteMessages):
        return Delete(_chat(method.chat_id), tuple(method.message_ids))
    if isinstance(method, SendChatAction):
        return Fleeting(_chat(method.chat_id), {"type": "typing"})
    if isinstance(method, SendMessageDraft):
        return _draft(bot, method)
    if isinstance(method, AnswerCallbackQuery):
        return _toast(method)
    raise NotShown(f"Bad Request: method {type(method).__name__} is not supported on site")


def buttons(markup: Any) -> Buttons:
    """Rows of `{text, data}` and `{text, url}`; buttons that a page cannot press are left out, empty rows too."""
    if not isinstance(markup, InlineKeyboardMarkup):
        return []
    rows = []
    for line in markup.inline_keyboard:
        row = []
        for button in line:
            url = button.url or (button.web_app.url if button.web_app else None)
            if button.callback_data is not None:
                row.append({"text": button.text, "data": button.callback_data})
            elif url and safe_url(url):
                row.append({"text": button.text, "url": url})
        if row:
            rows.append(row)
    return rows


def as_text(payload: Payload) -> str:
    """What a person reads in a message or a document's caption."""
    text = str(payload.get("text") or payload.get("caption") or "")
    return plain(text) if payload.get("html") else text


def _file(bot: Bot, method: SendDocument | SendPhoto) -> NewFile:
    file = method.photo if isinstance(method, SendPhoto) else method.document
    body = _body(bot, method.caption or "", method, empty=True)
    payload = {"type": "document", "caption": body["text"], "html": body["html"], **_frame(method)}
    return NewFile(_chat(method.chat_id), payload, file, isinstance(method, SendPhoto))


def _edit(method: EditMessageText | EditMessageCaption | EditMessageReplyMarkup, changes: Payload) -> Edit:
    if method.message_id is None:
        raise NotShown("Bad Request: message identifier is not specified")
    markup = method.reply_markup
    return Edit(_chat(method.chat_id), method.message_id, {**changes, "buttons": buttons(markup)}, markup)


def _draft(bot: Bot, method: SendMessageDraft) -> Fleeting:
    """An empty draft means "thinking" in the Bot API, which is what typing says here."""
    if not method.text:
        return Fleeting(method.chat_id, {"type": "typing"})
    text = plain(method.text) if _is_html(bot, method.parse_mode) else method.text
    return Fleeting(method.chat_id, {"type": "draft", "text": text})


def _toast(method: AnswerCallbackQuery) -> Rendered:
    """The contract has no toast, and what it says may be the only answer to a press: it shows as a draft would."""
    chat, _, _ = method.callback_query_id.partition(":")
    if not method.text or not chat.isdigit():
        return Nothing()
    return Fleeting(int(chat), {"type": "draft", "text": method.text, "notice": True})


def _body(bot: Bot, text: str, method: Any, *, empty: bool = False) -> Payload:
    if not text.strip() and not empty:
        raise NotShown("Bad Request: message text is empty")
    html = _is_html(bot, method.parse_mode)
    return {"text": sanitise(text) if html else text, "html": html}


def _frame(method: Any) -> Payload:
    return {"buttons": buttons(method.reply_markup), "author": author.get()}


def _is_html(bot: Bot, parse_mode: str | Default | None) -> bool:
    mode = bot.default[parse_mode.name] if isinstance(parse_mode, Default) else parse_mode
    name = getattr(mode, "value", mode)  # str() of aiogram's enum is not its value
    return str(name or "").upper() == ParseMode.HTML.value.upper()


def _chat(chat_id: Any) -> int:
    if type(chat_id) is not int or chat_id <= 0:
        raise NotShown("Bad Request: chat not found")
    return chat_id

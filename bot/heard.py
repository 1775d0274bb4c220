"""What the transcript keeps of a client's message: the words, or what was sent instead of words."""

from aiogram.types import CallbackQuery, Message
from aiogram.types import InlineKeyboardMarkup as Markup

from bot.keyboards import Agree, Ask, Edit, Fill, Go, Priced, Read, label_of
from bot.scenes import codes
from bot.talk import Talk
from bot.texts import Translate

KINDS = {
    "photo": "heard.photo",
    "voice": "heard.voice",
    "video_note": "heard.video",
    "video": "heard.video",
    "audio": "heard.audio",
    "sticker": "heard.sticker",
    "animation": "heard.animation",
    "location": "heard.location",
    "venue": "heard.location",
    "contact": "heard.contact",
    "poll": "heard.poll",
}

PLACES = {
    "human": "button.person",
    "prices": "button.prices",
    "menu": "button.menu",
    "cases": "button.cases",
    "guarantees": "button.guarantees",
    "think": "button.think",
    "discount": "button.discount",
    "brief": "button.brief",
    "resume": "button.resume",
    "restart": "button.restart",
    "forget": "button.forget",
    "keep": "button.keep",
    "quiet": "button.quiet",
    "no_reminder": "button.no_reminder",
}

ACTS = {
    "offer": "button.offer",
    "edit": "button.edit",
    "dear": "button.dear",
    "discount": "button.discount",
    "confirm": "button.confirm",
    "show": "button.show",
    "think": "button.think",
}

FILES = {"count": "button.file_count", "send": "button.file_send", "wrong": "button.file_wrong"}


def heard(message: Message, t: Translate) -> str:
    """The text or caption, with a word for what was attached."""
    words = message.text or message.caption or ""
    if message.document is not None:
        sign = t.plain("heard.document", name=message.document.file_name or "")
    else:
        kind = next((KINDS[name] for name in KINDS if getattr(message, name)), None)
        sign = t.plain(kind) if kind else ""
    return " ".join(part for part in (sign, words) if part) or t.plain("heard.other")


def pressed(query: CallbackQuery, talk: Talk) -> str:
    """What stood on the button; found again from its data where the channel does not show the message."""
    markup = getattr(query.message, "reply_markup", None)
    shown = label_of(markup if isinstance(markup, Markup) else None, query.data)
    return shown or _meaning(query.data or "", talk)


def _meaning(data: str, talk: Talk) -> str:
    t = talk.t
    prefix = data.split(":", 1)[0]
    try:
        if prefix == Go.__prefix__:
            key = PLACES.get(Go.unpack(data).to)
            return t.plain(key) if key else ""
        if prefix == Priced.__prefix__:
            key = ACTS.get(Priced.unpack(data).act)
            return t.plain(key) if key else ""
        if prefix == Ask.__prefix__:
            return codes.last_answer(talk.services.price_list, Ask.unpack(data)) or t.plain("button.unknown")
        if prefix == Edit.__prefix__:
            return t.plain("button.edit")
        if prefix == Read.__prefix__:
            key = FILES.get(Read.unpack(data).act)
            return t.plain(key) if key else ""
        if prefix == Agree.__prefix__:
            return t.plain("button.agree" if Agree.unpack(data).yes else "button.refuse")
        if prefix == Fill.__prefix__ and Fill.unpack(data).value == "skip":
            return t.plain("button.skip")
    except (TypeError, ValueError):
        return ""
    return ""

"""What aiogram expects back from the methods it calls: messages built from the events that carry them. Pure."""

import mimetypes
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aiogram import Bot
from aiogram.types import InlineKeyboardMarkup, Message

from adapters.site.parse import BOT_NAME, GUEST
from adapters.site.render import Payload, as_text
from adapters.site.uploads import clean_filename


def stamp(at: datetime) -> str:
    """Time as pages read it: UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def message(
    bot: Bot, chat_id: int, payload: Payload, at: datetime, markup: Any = None, *, photo: bool = False
) -> Message:
    """The message an event shows, tied to the bot so that its shortcuts work."""
    data: dict[str, Any] = {
        "message_id": payload["message"],
        "date": int(at.timestamp()),
        "chat": {"id": chat_id, "type": "private", "first_name": GUEST},
        "from": {"id": bot.id, "is_bot": True, "first_name": BOT_NAME},
        "reply_markup": markup if isinstance(markup, InlineKeyboardMarkup) else None,
    }
    text = as_text(payload)
    if "file" in payload:
        file = {"file_id": payload["file"], "file_unique_id": payload["file"], "file_size": payload["size"]}
        if photo:
            data["photo"] = [{**file, "width": 0, "height": 0}]
        else:
            data["document"] = {**file, "file_name": payload["filename"], "mime_type": payload["content_type"]}
        data["caption"] = text or None
    else:
        data["text"] = text
    return Message.model_validate(data, context={"bot": bot})


def described(filename: str | None, body: bytes, *, photo: bool) -> Payload:
    """The fields of a file event: a new id, a safe name, a type told by it, the size in bytes."""
    name = clean_filename(filename or ("photo.jpg" if photo else "document"))
    kind = mimetypes.guess_type(name)[0] or ("image/jpeg" if photo else "application/octet-stream")
    return {"file": str(uuid4()), "filename": name, "content_type": kind, "size": len(body)}

"""State as the Bot API shows it to bots, and as `/inspect` shows it to people and tests. Pure functions."""

from datetime import UTC, datetime
from typing import Any

from sandbox.telegram.state import Chat, Message, Press, StoredFile, Topic, User
from sandbox.world import Json

PHOTO_SMALL = 320


def user_json(user: User) -> Json:
    body: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    if user.username:
        body["username"] = user.username
    if not user.is_bot:
        body["language_code"] = "ru"
    return body


def chat_json(chat: Chat, names: dict[int, User]) -> Json:
    if chat.private:
        person = names.get(chat.id)
        return {"id": chat.id, "type": "private", "first_name": person.first_name if person else str(chat.id)}
    body: Json = {"id": chat.id, "type": chat.type, "title": chat.title}
    if chat.forum:
        body["is_forum"] = True
    return body


def file_fields(file: StoredFile) -> Json:
    """The part of a message that carries its file."""
    base: Json = {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": len(file.data)}
    if file.kind == "photo":
        width, height = file.width or 800, file.height or 600
        sizes = [base | {"width": width, "height": height}]
        if max(width, height) > PHOTO_SMALL:
            scale = PHOTO_SMALL / max(width, height)
            small = {"width": max(1, int(width * scale)), "height": max(1, int(height * scale))}
            sizes.insert(0, base | small)
        return {"photo": sizes}
    if file.kind == "voice":
        return {"voice": base | {"duration": 3, "mime_type": file.mime}}
    if file.kind == "sticker":
        look = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return {"sticker": base | look | {"emoji": "👍"}}
    return {"document": base | {"file_name": file.filename, "mime_type": file.mime}}


def message_json(message: Message, names: dict[int, User], *, nested: bool = False) -> Json:
    """A Message object; a nested one (replied to, pinned) shows no reply of its own, as in Telegram."""
    body: Json = {
        "message_id": message.id,
        "date": message.date,
        "chat": chat_json(message.chat, names),
        "from": user_json(message.sender),
    }
    if message.thread is not None:
        body["message_thread_id"] = message.thread
        body["is_topic_message"] = True
    if message.file is not None:
        body |= file_fields(message.file)
        if message.text:
            body["caption"] = message.text
            if message.entities:
                body["caption_entities"] = message.entities
    elif message.text:
        body["text"] = message.text
        if message.entities:
            body["entities"] = message.entities
    if message.edit_date is not None:
        body["edit_date"] = message.edit_date
    if message.markup and "inline_keyboard" in message.markup:
        body["reply_markup"] = message.markup
    body |= message.extra
    if message.reply_to is not None and not nested and not message.reply_to.deleted:
        body["reply_to_message"] = message_json(message.reply_to, names, nested=True)
    return body


def topic_json(topic: Topic) -> Json:
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.color}


def _button(button: Json) -> Json:
    shown: Json = {"text": button["text"]}
    if "callback_data" in button:
        shown["data"] = button["callback_data"]
    elif "url" in button:
        shown["url"] = button["url"]
    elif "web_app" in button:
        shown["url"] = button["web_app"]["url"]
    elif "copy_text" in button:
        shown["copy"] = button["copy_text"]["text"]
    return shown


def buttons(markup: Json | None) -> list[list[Json]]:
    return [[_button(b) for b in row] for row in (markup or {}).get("inline_keyboard", [])]


def keyboard(markup: Json | None) -> list[list[Json]]:
    """The reply keyboard a message brought, as rows of `{"text", "contact"}`."""
    rows = (markup or {}).get("keyboard", [])
    return [
        [
            {"text": b, "contact": False}
            if isinstance(b, str)
            else {"text": b["text"], "contact": bool(b.get("request_contact"))}
            for b in row
        ]
        for row in rows
    ]


def record(message: Message) -> Json:
    """One message of `GET /inspect/telegram?chat=N`."""
    body: Json = {
        "message": message.id,
        "thread": message.thread,
        "user": message.sender.id,
        "from_bot": message.sender.is_bot,
        "text": message.text,
        "buttons": buttons(message.markup),
        "filename": message.file.filename if message.file else None,
        "edited": message.edit_date is not None,
        "deleted": message.deleted,
        "name": message.sender.first_name,
        "kind": message.file.kind if message.file else next(iter(message.extra), "text") or "text",
        "entities": message.entities,
        "reply_to": message.reply_to.id if message.reply_to else None,
        "at": datetime.fromtimestamp(message.date, UTC).isoformat(),
        "edits": message.edits,
        "service": message.service,
    }
    if message.file is not None:
        body["size"] = len(message.file.data)
    if "contact" in message.extra:
        body["contact"] = message.extra["contact"]["phone_number"]
    rows = keyboard(message.markup)
    if rows:
        body["keyboard"] = rows
    return body


def press_json(press: Press) -> Json:
    return {
        "id": press.id,
        "chat": press.chat,
        "message": press.message,
        "user": press.user,
        "answered": press.answered,
        "text": press.text,
        "alert": press.alert,
        "url": press.url,
    }


def snapshot(message: Message) -> Json:
    """What a message showed before an edit."""
    return {
        "at": message.edit_date or message.date,
        "text": message.text,
        "buttons": buttons(message.markup),
    }


def member_json(user: User, status: str) -> Json:
    """A ChatMember of this status."""
    body: Json = {"user": user_json(user), "status": status}
    if status == "administrator":
        body |= dict.fromkeys(ADMIN_RIGHTS, True)
        body |= {"can_be_edited": False, "is_anonymous": False}
    elif status == "kicked":
        body["until_date"] = 0
    elif status == "creator":
        body["is_anonymous"] = False
    return body


ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
    "can_manage_topics",
)


def full_chat(chat: Chat, names: dict[int, User]) -> dict[str, Any]:
    """A ChatFullInfo."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    body = chat_json(chat, names) | {
        "accent_color_id": 1,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }
    if chat.pinned and (pinned := chat.messages.get(chat.pinned[-1])) is not None:
        body["pinned_message"] = message_json(pinned, names, nested=True)
    return body

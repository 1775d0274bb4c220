"""People act: they write, press, send files, edit, stop, block. Each action becomes an update for the bot."""

import base64
import mimetypes
import re
from collections.abc import Mapping
from typing import Any

from sandbox.telegram import images
from sandbox.telegram.api import Api
from sandbox.telegram.state import Chat, Message, Press, StoredFile, User
from sandbox.telegram.texts import MESSAGE_LIMIT, find_entities
from sandbox.telegram.views import chat_json, member_json, message_json, snapshot, user_json
from sandbox.world import Json, Refusal

KINDS = {"document": "application/octet-stream", "photo": "image/jpeg", "voice": "audio/ogg", "sticker": "image/webp"}
FILE_LIMIT = 55_000_000
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
COMMON = {"chat", "user", "name", "copies"}
PLACE = {"thread", "reply_to", "forwarded"}
SHAPES: dict[str, set[str]] = {
    "start": {"start", "text"} | PLACE,
    "data": {"message", "data"},
    "file": {"file", "filename", "kind", "text"} | PLACE,
    "contact": {"contact"} | PLACE,
    "edit": {"edit", "text"},
    "stop": {"stop", "thread"},
    "block": {"block"},
    "remove": {"remove"},
    "topic": {"topic", "thread"},
    "text": {"text"} | PLACE,
}


class Player:
    """Turns the actions of `POST /play/telegram` into messages and updates."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._state = api.state

    def act(self, action: Mapping[str, Any]) -> Json:
        """Do what a person did; returns `{"update_id"}`; raises `Refusal`."""
        shape = next((name for name in SHAPES if action.get(name) is not None), None)
        if shape is None:
            raise Refusal(f"say what the person does: {', '.join(SHAPES)}")
        strange = action.keys() - COMMON - SHAPES[shape]
        if strange:
            raise Refusal(f"unknown with {shape!r}: {', '.join(sorted(strange))}")
        chat_id, user_id = _integer(action, "chat"), _integer(action, "user")
        copies = _integer(action, "copies") if action.get("copies") is not None else 1
        if not 1 <= copies <= 10:
            raise Refusal('"copies" must be from 1 to 10')
        if user_id <= 0 or self._state.users.get(user_id, User(0, "")).is_bot:
            raise Refusal('"user" must be a positive number')
        name = _text(action, "name", most=64) if action.get("name") is not None else None
        user = self._state.user(user_id, name)
        chat = self._chat(chat_id, user)
        kind, content = self._act(shape, action, chat, user)
        return {"update_id": self._api.bots.publish(kind, chat.id, content, copies=copies)} | self._made(kind, content)

    def _made(self, kind: str, content: Json) -> Json:
        """The number of the message that came of it, for the page and for tests."""
        return {"message": content["message_id"]} if kind == "message" else {}

    def _act(self, shape: str, action: Mapping[str, Any], chat: Chat, user: User) -> tuple[str, Json]:
        if shape == "block":
            return self._block(chat, user, action["block"])
        if shape == "remove":
            return self._remove(chat, user, action["remove"])
        if chat.private and chat.bot_status == "kicked":
            raise Refusal("this person has blocked the bot; unblock first", status=409, code="blocked")
        if not chat.private and chat.bot_status in ("left", "kicked"):
            raise Refusal("the bot is not in this group", status=409, code="no_bot")
        if shape == "data":
            return self._press(action, chat, user)
        if shape == "edit":
            return self._edit(action, chat, user)
        if shape == "stop":
            return self._stop(action, chat)
        if shape == "topic":
            return self._topic(action, chat, user)
        return self._write(shape, action, chat, user)

    def _chat(self, chat_id: int, user: User) -> Chat:
        if chat_id > 0:
            if chat_id != user.id:
                raise Refusal('a private chat has its person\'s id: "chat" must equal "user"')
            return self._state.private(user)
        if chat_id == 0:
            raise Refusal('"chat" must not be 0')
        chat = self._state.chats.get(chat_id)
        if chat is None:
            # somebody added the bot to a group of their own
            chat = self._state.add_group(chat_id, f"Группа {-chat_id}")
            chat.members[user.id] = "member"
        return chat

    def _write(self, shape: str, action: Mapping[str, Any], chat: Chat, user: User) -> tuple[str, Json]:
        fields: Json = {}
        text = ""
        if shape == "start":
            payload = _text(action, "start", most=64, empty=True)
            if not PAYLOAD.fullmatch(payload):
                raise Refusal('"start" may hold letters, digits, _ and -, at most 64')
            text = f"/start {payload}".rstrip()
        elif shape == "file":
            fields["file"] = self._file(action)
            text = _text(action, "text", most=1024, empty=True) if action.get("text") is not None else ""
        elif shape == "contact":
            phone = _text(action, "contact", most=32)
            fields["extra"] = {"contact": {"phone_number": phone, "first_name": user.first_name, "user_id": user.id}}
        else:
            text = _text(action, "text", most=100 * MESSAGE_LIMIT)
        thread, reply = self._place(action, chat)
        if action.get("forwarded") is not None:
            origin = {
                "type": "hidden_user",
                "sender_user_name": _text(action, "forwarded", most=64),
                "date": self._api.world.timestamp(),
            }
            fields["extra"] = fields.get("extra", {}) | {"forward_origin": origin}
        pieces = [text[i : i + MESSAGE_LIMIT] for i in range(0, len(text), MESSAGE_LIMIT)] or [""]
        for piece in pieces[:-1]:
            # a person's client splits what is too long for one message
            self._publish(self._put(chat, user, piece, thread, reply, {}))
        message = self._put(chat, user, pieces[-1], thread, reply, fields)
        return "message", message_json(message, self._state.users)

    def _put(
        self, chat: Chat, user: User, text: str, thread: int | None, reply: Message | None, fields: Json
    ) -> Message:
        return self._state.add_message(
            chat,
            user,
            self._api.world.timestamp(),
            text=text,
            entities=find_entities(text),
            thread=thread,
            reply_to=reply,
            **fields,
        )

    def _publish(self, message: Message) -> None:
        self._api.bots.publish("message", message.chat.id, message_json(message, self._state.users))

    def _place(self, action: Mapping[str, Any], chat: Chat) -> tuple[int | None, Message | None]:
        thread = _integer(action, "thread") if action.get("thread") is not None else None
        reply: Message | None = None
        if action.get("reply_to") is not None:
            number = _integer(action, "reply_to")
            reply = self._state.find(chat, number)
            if reply is None:
                raise Refusal(f"no message {number} in this chat", status=404, code="not_found")
            thread = thread or reply.thread
        if thread is not None:
            topic = chat.topics.get(thread)
            if topic is None:
                raise Refusal(f"no topic {thread} in this chat", status=404, code="not_found")
            # in a topic every message that answers nothing else answers the message that opened it
            reply = reply or chat.messages.get(thread)
        return thread, reply

    def _file(self, action: Mapping[str, Any]) -> StoredFile:
        kind = action.get("kind", "document")
        if not isinstance(kind, str) or kind not in KINDS:
            raise Refusal(f'"kind" must be one of: {", ".join(KINDS)}')
        try:
            data = base64.b64decode(_text(action, "file", most=FILE_LIMIT * 2), validate=True)
        except ValueError:
            raise Refusal('"file" is not base64') from None
        if not data or len(data) > FILE_LIMIT:
            raise Refusal('"file" must hold from 1 byte to 55 MB')
        default = {"photo": "photo.jpg", "voice": "voice.oga", "sticker": "sticker.webp"}.get(kind, "file.bin")
        filename = _text(action, "filename", most=255) if action.get("filename") else default
        filename = re.split(r"[/\\]", filename)[-1] or default
        mime = (mimetypes.guess_type(filename)[0] if kind == "document" else None) or KINDS[kind]
        size = (images.dimensions(data) or (800, 600)) if kind == "photo" else (0, 0)
        return self._state.add_file(kind, filename, mime, data, size)

    def _press(self, action: Mapping[str, Any], chat: Chat, user: User) -> tuple[str, Json]:
        """Any data is let through, also one that no button carries: a forged client can send it."""
        number, data = _integer(action, "message"), _text(action, "data", most=64)
        if len(data.encode()) > 64:
            raise Refusal('"data" must be from 1 to 64 bytes')
        message = chat.messages.get(number)
        if message is None:
            raise Refusal(f"no message {number} in this chat", status=404, code="not_found")
        if not message.sender.is_bot:
            raise Refusal(f"message {number} is not the bot's: it has no buttons")
        now = self._api.world.timestamp()
        press = Press(str(next(self._state.press_ids)), chat.id, number, user.id, now)
        self._state.presses[press.id] = press
        self._state.changes.note()
        shown: Json = message_json(message, self._state.users)
        if message.deleted:
            shown = {"chat": chat_json(chat, self._state.users), "message_id": number, "date": 0}
        return "callback_query", {
            "id": press.id,
            "from": user_json(user),
            "message": shown,
            "chat_instance": str(abs(chat.id) * 7919),
            "data": data,
        }

    def _edit(self, action: Mapping[str, Any], chat: Chat, user: User) -> tuple[str, Json]:
        number, text = _integer(action, "edit"), _text(action, "text", most=MESSAGE_LIMIT)
        message = self._state.find(chat, number)
        if message is None:
            raise Refusal(f"no message {number} in this chat", status=404, code="not_found")
        if message.sender.id != user.id:
            raise Refusal(f"message {number} is not this person's own")
        message.edits.append(snapshot(message))
        message.text, message.entities = text, find_entities(text)
        message.edit_date = self._api.world.timestamp()
        self._state.changes.note()
        return "edited_message", message_json(message, self._state.users)

    def _stop(self, action: Mapping[str, Any], chat: Chat) -> tuple[str, Json]:
        """The Stop button under a draft; one that has just gone may still be pressed."""
        number = _integer(action, "stop")
        if number not in chat.shown_drafts:
            raise Refusal(f"no draft {number} was shown in this chat", status=404, code="not_found")
        draft = chat.drafts.get(number)
        if draft is not None and not draft.keep:
            del chat.drafts[number]
        chat.stopped_drafts.add(number)
        self._state.changes.note()
        content: Json = {"chat": chat_json(chat, self._state.users), "draft_id": number}
        if draft is not None and draft.thread:
            content["message_thread_id"] = draft.thread
        return "stopped_message_generation", content

    def _block(self, chat: Chat, user: User, block: Any) -> tuple[str, Json]:
        if not chat.private or not isinstance(block, bool):
            raise Refusal('"block" is true or false, in a private chat')
        return self._membership(chat, user, "kicked" if block else "member")

    def _remove(self, chat: Chat, user: User, remove: Any) -> tuple[str, Json]:
        """`remove: true` takes the bot out of a group, `false` makes it an administrator again."""
        if chat.private or not isinstance(remove, bool):
            raise Refusal('"remove" is true or false, in a group')
        return self._membership(chat, user, "left" if remove else "administrator")

    def _membership(self, chat: Chat, user: User, status: str) -> tuple[str, Json]:
        active = self._api.bots.active
        bot = active.user if active else User(0, "Помощник", is_bot=True)
        before, chat.bot_status = chat.bot_status, status
        self._state.changes.note()
        return "my_chat_member", {
            "chat": chat_json(chat, self._state.users),
            "from": user_json(user),
            "date": self._api.world.timestamp(),
            "old_chat_member": member_json(bot, before),
            "new_chat_member": member_json(bot, status),
        }

    def _topic(self, action: Mapping[str, Any], chat: Chat, user: User) -> tuple[str, Json]:
        """A manager closes or reopens a topic by hand."""
        wish, number = action["topic"], _integer(action, "thread")
        topic = chat.topics.get(number)
        if topic is None:
            raise Refusal(f"no topic {number} in this chat", status=404, code="not_found")
        if wish not in ("close", "reopen"):
            raise Refusal('"topic" is "close" or "reopen"')
        topic.closed = wish == "close"
        what = "forum_topic_closed" if topic.closed else "forum_topic_reopened"
        message = self._state.add_message(
            chat, user, self._api.world.timestamp(), thread=number, extra={what: {}}, service=True
        )
        return "message", message_json(message, self._state.users)


def _integer(action: Mapping[str, Any], key: str) -> int:
    value = action.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**52:
        raise Refusal(f'"{key}" must be a whole number')
    return value


def _text(action: Mapping[str, Any], key: str, *, most: int, empty: bool = False) -> str:
    value = action.get(key)
    if not isinstance(value, str) or not (empty or value.strip()) or len(value) > most:
        raise Refusal(f'"{key}" must be a text of {"0" if empty else "1"} to {most} characters')
    return value

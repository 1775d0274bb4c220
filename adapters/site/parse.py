"""What a visitor sends: checked at the door (`inbound`), made into an aiogram update in the worker (`parse`). Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from adapters.channel import SITE_ACCOUNT, Inbound, ParseContext

TEXT_LIMIT = 8_000
START_LIMIT = 512
DATA_LIMIT = 64
"""Characters of a text and of a start payload; bytes of a button's data (the last as in the Bot API)."""

MESSAGE_BASE = 1_000_000_000
"""A visitor's own messages are numbered above it; the bot's carry the ids of their events, far below."""

GUEST = "Гость"
BOT_NAME = "Помощник"
LARGEST = 2**53

_ID = re.compile(r"[A-Za-z0-9._~-]{1,64}\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_KINDS = ("text", "click", "start", "stop", "file")


class PayloadError(ValueError):
    """What was sent makes no sense. `fields`: the field's name → what is wrong with it, in Russian."""

    def __init__(self, **fields: str) -> None:
        super().__init__(f"refused: {', '.join(sorted(fields))}")
        self.fields = fields


def inbound(
    visitor: str, body: object, at: int, *, file: Mapping[str, Any] | None = None, account_id: int = SITE_ACCOUNT
) -> Inbound:
    """A visitor's message, `at` unix seconds, ready for the inbox. PayloadError names every wrong field.

    `file` describes what the form brought; a body cannot name a file itself, for it could be another's.
    """
    if isinstance(body, Mapping) and body.get("file") is not None:
        raise PayloadError(file="Файл присылают формой, поле file.")
    payload = clean(body if file is None or not isinstance(body, Mapping) else {**body, "file": file})
    text = payload.get("text")
    return Inbound(
        account_id=account_id,
        external_id=f"{visitor}:{payload['id']}",
        chat=visitor,
        payload=orjson.dumps({**payload, "at": at}),
        mergeable=text is not None and not text.startswith("/"),
        stop="stop" in payload,
    )


def clean(body: object) -> dict[str, Any]:
    """Only the known fields, of the right types and sizes. PayloadError."""
    if not isinstance(body, Mapping):
        raise PayloadError(body="Нужен объект JSON.")
    problems: dict[str, str] = {}
    number = body.get("id")
    if not isinstance(number, str) or not _ID.match(number):
        problems["id"] = "Нужен UUID или другая строка до 64 знаков: латинские буквы, цифры, дефис."
    given = [kind for kind in _KINDS if body.get(kind) is not None]
    value: Any = None
    if len(given) != 1:
        problems["text"] = "Нужно одно из полей: text, click, start или stop." if given else "Напишите сообщение."
    else:
        try:
            value = _CLEANERS[given[0]](body[given[0]])
        except PayloadError as error:
            problems.update(error.fields)
    if problems:
        raise PayloadError(**problems)
    return {"id": number, given[0]: value}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise PayloadError(text="Нужна строка.")
    if len(value) > TEXT_LIMIT:
        raise PayloadError(text="Сообщение длиннее 8\u00a0000 знаков. Разделите его на части или пришлите файлом.")
    text = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
        raise PayloadError(text="Сообщение пустое.")
    return text


def _click(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise PayloadError(click="Нужен объект с полями message и data.")
    message, data = value.get("message"), value.get("data")
    problems = {}
    if type(message) is not int or not 0 < message < MESSAGE_BASE:
        problems["click.message"] = "Нужен номер сообщения."
    if not isinstance(data, str) or not 0 < len(data.encode(errors="replace")) <= DATA_LIMIT or _CONTROL.search(data):
        problems["click.data"] = "Нужна строка от 1 до 64 байт."
    if problems:
        raise PayloadError(**problems)
    return {"message": message, "data": data}


def _start(value: Any) -> str:
    if not isinstance(value, str) or len(value) > START_LIMIT:
        raise PayloadError(start="Нужна строка до 512 знаков.")
    return " ".join(_CONTROL.sub("", value).split())


def _stop(value: Any) -> bool:
    if value is not True:
        raise PayloadError(stop="Здесь может стоять только true.")
    return True


def _file(value: Any) -> dict[str, Any]:
    fields = {"id": str, "filename": str, "content_type": str, "size": int}
    if not isinstance(value, Mapping) or any(type(value.get(name)) is not kind for name, kind in fields.items()):
        raise PayloadError(file="Файл присылают формой, поле file.")
    return {name: value[name] for name in fields}


_CLEANERS = {"text": _text, "click": _click, "start": _start, "stop": _stop, "file": _file}


SEQ_BITS = 32


def parse(payloads: Sequence[dict[str, Any]], context: ParseContext) -> dict[str, Any]:
    """One stored payload, or several texts in order → one update. ValueError when they make no sense together."""
    if not payloads:
        raise ValueError("no payloads")
    bodies = [clean(payload) for payload in payloads]
    last = bodies[-1]
    at = payloads[-1].get("at")
    if type(at) is not int or not 0 < at < LARGEST:
        raise ValueError("a payload without its time")
    chat = {"id": context.chat_id, "type": "private", "first_name": GUEST}
    guest = {"id": context.chat_id, "is_bot": False, "first_name": GUEST, "language_code": "ru"}
    # aiogram caches what it derives from an update by this number: it has to differ between chats, too
    update: dict[str, Any] = {"update_id": context.chat_id << SEQ_BITS | context.seq}
    if "click" in last and len(bodies) == 1:
        message = {
            "message_id": last["click"]["message"],
            "date": at,
            "chat": chat,
            "from": {"id": context.account_id, "is_bot": True, "first_name": BOT_NAME},
        }
        query = {"id": f"{context.chat_id}:{context.seq}", "from": guest, "chat_instance": str(context.chat_id)}
        return {**update, "callback_query": {**query, "message": message, "data": last["click"]["data"]}}
    number = MESSAGE_BASE + context.seq + len(bodies) - 1
    message = {"message_id": number, "date": at, "chat": chat, "from": guest}
    return {**update, "message": {**message, **_content(bodies)}}


def _content(bodies: list[dict[str, Any]]) -> dict[str, Any]:
    if all("text" in body for body in bodies):
        return {"text": "\n".join(body["text"] for body in bodies)}
    if len(bodies) > 1:
        raise ValueError("only texts are answered together")
    body = bodies[0]
    if "start" in body:
        command = {"type": "bot_command", "offset": 0, "length": len("/start")}
        return {"text": f"/start {body['start']}".rstrip(), "entities": [command]}
    if "file" not in body:
        raise ValueError("a payload that is no message")
    file = body["file"]
    common = {"file_id": file["id"], "file_unique_id": file["id"], "file_size": file["size"]}
    if file["content_type"].startswith("image/"):
        return {"photo": [{**common, "width": 0, "height": 0}]}
    if file["content_type"].startswith("audio/"):
        return {"voice": {**common, "duration": 0, "mime_type": file["content_type"]}}
    return {"document": {**common, "file_name": file["filename"], "mime_type": file["content_type"]}}

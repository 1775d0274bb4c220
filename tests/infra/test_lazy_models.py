"""The lazily built models of aiogram accept and refuse exactly what the eagerly built ones do."""

import json
import subprocess
import sys

PROGRAM = """
import json, sys
if sys.argv[1] == "lazy":
    from infra import lazy_models
    lazy_models.install()
from pydantic import ValidationError
from aiogram.methods import SendMessage, SendMediaGroup
from aiogram.methods.base import Response
from aiogram.types import Message, Update, InlineKeyboardMarkup, InputMediaPhoto

chat = {"id": 1, "type": "private"}
message = {"message_id": 1, "date": 1, "chat": chat, "from": {"id": 1, "is_bot": False, "first_name": "A"}, "text": "x"}
cases = [
    (Update, {"update_id": 1, "message": message}),
    (Update, {"update_id": 1, "callback_query": {"id": "1", "from": message["from"], "chat_instance": "1",
              "message": message, "data": "d"}}),
    (Update, {"update_id": 1, "message": {**message, "date": "never"}}),
    (Update, {"update_id": "x"}),
    (Response[Message], {"ok": True, "result": message}),
    (Response[list[Message]], {"ok": True, "result": [message]}),
    (Response[Message], {"ok": True, "result": {"message_id": "?"}}),
    (SendMessage, {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}),
    (SendMessage, {"chat_id": 1}),
    (SendMediaGroup, {"chat_id": 1, "media": [{"type": "photo", "media": "id"}]}),
    (InlineKeyboardMarkup, {"inline_keyboard": "no"}),
]
found = []
for model, data in cases:
    try:
        found.append(repr(model.model_validate(data)))
    except ValidationError as error:
        found.append(sorted(map(str, (one["loc"] for one in error.errors()))))
print(json.dumps(found))
"""


def outcomes(mode: str) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, mode], capture_output=True, text=True, timeout=100, check=True
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_lazy_models_validate_as_eager_ones_do() -> None:
    lazy, eager = outcomes("lazy"), outcomes("eager")
    assert lazy == eager
    assert len(lazy) == 11

"""Payloads of the site as updates: one table, and proof that no JSON breaks the parser."""

from typing import Any

import orjson
import pytest
from aiogram import Bot
from aiogram.types import Message, Update
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.channel import ParseContext
from adapters.site.parse import MESSAGE_BASE, PayloadError, clean, inbound, parse
from adapters.site.session import SITE_TOKEN

CONTEXT = ParseContext(account_id=2, chat_id=1_000_000_000_007, seq=5)
NUMBER = CONTEXT.chat_id << 32 | CONTEXT.seq
"""Differs between chats, for aiogram remembers things of an update by its number."""
AT = 1_790_000_000
BOT = Bot(SITE_TOKEN)
FILE = {
    "id": "0b5c1f1e-6a51-4c3f-9f7e-000000000001",
    "filename": "ТЗ.pdf",
    "content_type": "application/pdf",
    "size": 9,
}


def update(*payloads: dict[str, Any]) -> Update:
    data = parse([{"id": str(n), **payload, "at": AT} for n, payload in enumerate(payloads)], CONTEXT)
    return Update.model_validate(data, context={"bot": BOT})


def message(*payloads: dict[str, Any]) -> Message:
    found = update(*payloads).message
    assert found is not None
    return found


def test_a_text_is_a_message_in_a_private_chat_from_its_only_guest() -> None:
    found = message({"text": "Привет"})
    assert update({"text": "Привет"}).update_id == NUMBER
    assert found.text == "Привет"
    assert found.chat.id == found.from_user.id == CONTEXT.chat_id
    assert found.chat.type == "private"
    assert found.from_user.first_name == "Гость"
    assert not found.from_user.is_bot
    assert found.message_id == MESSAGE_BASE + 5
    assert found.date.timestamp() == AT


def test_a_burst_is_one_message_with_a_line_for_each_text() -> None:
    found = message({"text": "Раз"}, {"text": "Два"}, {"text": "Три"})
    assert found.text == "Раз\nДва\nТри"
    assert found.message_id == MESSAGE_BASE + 7


@pytest.mark.parametrize(("start", "text"), [("", "/start"), ("calc_7", "/start calc_7"), ("a\n b", "/start a b")])
def test_a_start_is_the_command(start: str, text: str) -> None:
    found = message({"start": start})
    assert found.text == text
    [entity] = found.entities
    assert (entity.type, entity.offset, entity.length) == ("bot_command", 0, 6)


def test_a_click_is_a_callback_on_a_message_of_the_bot_that_can_be_edited() -> None:
    query = update({"click": {"message": 12, "data": "go:1"}}).callback_query
    assert query.data == "go:1"
    assert query.from_user.id == CONTEXT.chat_id
    assert isinstance(query.message, Message)
    assert query.message.message_id == 12
    assert query.message.from_user.id == BOT.id
    assert query.message.bot is BOT
    assert query.id == f"{CONTEXT.chat_id}:5"


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [("application/pdf", "document"), ("image/png", "photo"), ("audio/ogg", "voice"), ("text/csv", "document")],
)
def test_a_file_is_a_document_a_photo_or_a_voice(content_type: str, kind: str) -> None:
    found = message({"file": {**FILE, "content_type": content_type}})
    content = getattr(found, kind)
    content = content[-1] if kind == "photo" else content
    assert content.file_id == FILE["id"]
    assert content.file_size == 9
    if kind == "document":
        assert (content.file_name, content.mime_type) == ("ТЗ.pdf", content_type)


@pytest.mark.parametrize(
    "payloads",
    [
        [],
        [{"text": "a"}, {"start": ""}],
        [{"click": {"message": 1, "data": "a"}}, {"text": "a"}],
        [{"stop": True}],
        [{"file": {"id": "x"}}],
        [{"file": FILE}, {"file": FILE}],
        [{"text": "x" * 8_001}],
    ],
)
def test_what_makes_no_sense_is_a_value_error(payloads: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse([{"id": "a", **payload, "at": AT} for payload in payloads], CONTEXT)


@pytest.mark.parametrize("at", [None, "now", 1.5, 0, -1, True, 2**60])
def test_a_payload_without_its_time_is_a_value_error(at: Any) -> None:
    with pytest.raises(ValueError, match="time"):
        parse([{"id": "a", "text": "x", "at": at}], CONTEXT)


@pytest.mark.parametrize(
    ("body", "mergeable", "stop"),
    [
        ({"text": "Привет"}, True, False),
        ({"text": "/cancel"}, False, False),
        ({"text": "  /cancel"}, False, False),
        ({"start": "x"}, False, False),
        ({"click": {"message": 1, "data": "x"}}, False, False),
        ({"stop": True}, False, True),
    ],
)
def test_the_inbox_learns_what_merges_and_what_stops(body: dict[str, Any], mergeable: bool, stop: bool) -> None:
    found = inbound("visitor", {"id": "a", **body}, AT)
    assert (found.mergeable, found.stop) == (mergeable, stop)
    assert (found.account_id, found.chat, found.external_id) == (2, "visitor", "visitor:a")
    assert orjson.loads(found.payload)["at"] == AT


def test_only_known_fields_are_kept() -> None:
    assert clean({"id": "a", "text": "x\r\ny\x07", "html": "<b>", "click": None}) == {"id": "a", "text": "x\ny"}


def test_a_body_cannot_name_a_file_itself() -> None:
    with pytest.raises(PayloadError) as caught:
        inbound("visitor", {"id": "a", "file": FILE}, AT)
    assert "file" in caught.value.fields
    assert orjson.loads(inbound("visitor", {"id": "a"}, AT, file=FILE).payload)["file"] == FILE


NAMES = st.sampled_from(["id", "text", "click", "start", "stop", "file", "at", "message", "data", "filename", "size"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=6),
    max_leaves=25,
)

SMALL = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.dictionaries(NAMES, st.integers() | st.text())
)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_no_json_at_the_door_raises_anything_but_value_error(body: Any) -> None:
    try:
        found = inbound("visitor", body, AT)
    except ValueError:
        return
    if not found.stop:
        update = parse([orjson.loads(found.payload)], CONTEXT)
        assert Update.model_validate(update, context={"bot": BOT}).update_id == NUMBER


@settings(max_examples=120, deadline=None)
@given(st.lists(st.dictionaries(NAMES, SMALL, max_size=5), max_size=3))
def test_no_stored_json_raises_anything_but_value_error(payloads: list[dict[str, Any]]) -> None:
    try:
        update = parse(payloads, CONTEXT)
    except ValueError:
        return
    assert Update.model_validate(update, context={"bot": BOT}).update_id == NUMBER

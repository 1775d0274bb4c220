"""What is read from a raw update, and how a burst becomes one. Pure."""

from typing import Any

import orjson
import pytest
from aiogram.types import Update
from hypothesis import given
from hypothesis import strategies as st

from adapters.channel import ParseContext
from adapters.telegram.parse import inbound, parse
from adapters.telegram.render import plain, split

ACCOUNT = 42
CHAT = {"id": 7, "type": "private"}
PERSON = {"id": 7, "is_bot": False, "first_name": "Мария"}


def update(number: int = 1, **message: Any) -> dict[str, Any]:
    body = {"message_id": number, "date": 1, "chat": CHAT, "from": PERSON, **message}
    return {"update_id": number, "message": body}


def test_a_plain_text_may_be_merged() -> None:
    found = inbound(ACCOUNT, update(text="привет"))
    assert (found.external_id, found.chat, found.chat_id, found.sender_id) == ("1", "7", 7, 7)
    assert found.mergeable
    assert not found.shared
    assert orjson.loads(found.payload) == update(text="привет")


@pytest.mark.parametrize(
    "message",
    [
        {"text": "/start"},
        {"voice": {}},
        {"text": "да", "reply_to_message": {}},
        {"text": "чужое", "forward_origin": {}},
        {"text": "бот", "via_bot": {}},
        {"text": 5},
    ],
)
def test_what_is_not_a_plain_text_stays_alone(message: dict[str, Any]) -> None:
    assert not inbound(ACCOUNT, update(**message)).mergeable


def test_a_topic_of_a_group_is_a_conversation_of_its_own() -> None:
    chat = {"id": -100, "type": "supergroup"}
    found = inbound(ACCOUNT, update(chat=chat, text="ответ", message_thread_id=5, is_topic_message=True))
    assert (found.shared, found.chat_id, found.thread_id, found.mergeable) == (True, -100, 5, False)
    assert inbound(ACCOUNT, update(chat=chat, text="ответ", message_thread_id=5)).thread_id == 0


def test_a_press_belongs_to_the_chat_of_its_message() -> None:
    raw = {"update_id": 3, "callback_query": {"id": "q", "from": {"id": 9}, "message": {"chat": CHAT}, "data": "x"}}
    found = inbound(ACCOUNT, raw)
    assert (found.chat_id, found.sender_id, found.mergeable) == (7, 9, False)


def test_a_press_without_its_message_belongs_to_the_person() -> None:
    found = inbound(ACCOUNT, {"update_id": 3, "callback_query": {"id": "q", "from": {"id": 9}, "data": "x"}})
    assert found.chat_id == 9


def test_stop_does_not_wait_in_the_queue() -> None:
    assert inbound(ACCOUNT, {"update_id": 3, "stopped_message_generation": {"chat": CHAT, "draft_id": 1}}).stop


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"update_id": "1", "message": {"chat": CHAT}},
        {"update_id": True, "message": {"chat": CHAT}},
        {"update_id": 2**63, "message": {"chat": CHAT}},
        {"update_id": 1},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": []},
        {"update_id": 1, "message": {"text": "nobody"}},
        {"update_id": 1, "message": {"chat": "7"}},
        {"update_id": 1, "message": {"chat": {"id": "7"}}},
        {"update_id": 1, "message": {"chat": {"id": 2**63}}},
        {"update_id": 1, "message": {"chat": {"id": True}}},
    ],
)
def test_what_names_no_chat_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="update"):
        inbound(ACCOUNT, raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "update_id",
                    "message",
                    "callback_query",
                    "chat",
                    "from",
                    "id",
                    "type",
                    "message_thread_id",
                    "is_topic_message",
                    "text",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from(["update_id", "message", "callback_query", "my_chat_member"]), JSON))
def test_no_shape_of_garbage_does_more_than_be_refused(raw: dict[str, Any]) -> None:
    try:
        found = inbound(ACCOUNT, raw)
    except ValueError:
        return
    for number in (found.chat_id, found.thread_id, found.sender_id):
        assert isinstance(number, int)
        assert -(2**63) <= number < 2**63


def test_a_burst_is_one_message_with_a_line_each() -> None:
    burst = [update(n, text=f"строка {n}", entities=[{"type": "bold", "offset": 0, "length": 2}]) for n in (1, 2, 3)]
    merged = Update.model_validate(parse(burst, ParseContext(ACCOUNT, 7, 1)))
    assert merged.update_id == 3
    assert merged.message is not None
    assert merged.message.text == "строка 1\nстрока 2\nстрока 3"
    assert merged.message.entities is None


def test_one_update_stays_as_it_is() -> None:
    raw = update(text="один")
    assert parse([raw], ParseContext(ACCOUNT, 7, 1)) is raw


@given(st.text(alphabet=st.sampled_from("аб <>&\n.b/"), max_size=600), st.integers(20, 200), st.booleans())
def test_parts_keep_every_word_and_the_limit(text: str, limit: int, markup: bool) -> None:
    parts = split(text, limit, markup=markup)
    assert all(len(part) <= limit for part in parts)
    if len(parts) > 1:
        said = plain(text) if markup and ("<" in text or "&" in text) else text
        shown = "".join(plain(part) if markup and ("<" in text or "&" in text) else part for part in parts)
        assert "".join(shown.split()) == "".join(said.split())


def test_markup_reads_as_a_person_would_read_it() -> None:
    assert plain('Цена <b>5</b> &lt; <a href="https://a.ru">7</a><br/>и точка') == "Цена 5 < 7\nи точка"

"""What a visitor sends is stored once, told back as their own event, or refused with a reason."""

import asyncio
from uuid import uuid4

import orjson
from site_world import World

from adapters.channel import SITE_ACCOUNT
from bot.inbox import payload_place

REFUSED = [
    ({"id": "a", "text": "я" * 8_001}, "text"),
    ({"id": "a", "text": "я" * 100_000}, "text"),
    ({"id": "a", "text": " \n "}, "text"),
    ({"id": "a", "text": 5}, "text"),
    ({"id": "a"}, "text"),
    ({"id": "a", "text": "x", "start": ""}, "text"),
    ({"text": "x"}, "id"),
    ({"id": "a" * 65, "text": "x"}, "id"),
    ({"id": "не буквы", "text": "x"}, "id"),
    ({"id": 5, "text": "x"}, "id"),
    ({"id": "a", "click": {"message": "1", "data": "x"}}, "click.message"),
    ({"id": "a", "click": {"message": True, "data": "x"}}, "click.message"),
    ({"id": "a", "click": {"message": 1, "data": "я" * 33}}, "click.data"),
    ({"id": "a", "click": []}, "click"),
    ({"id": "a", "click": 7}, "click"),
    ({"id": "a", "start": "x" * 513}, "start"),
    ({"id": "a", "stop": "yes"}, "stop"),
    ({"id": "a", "file": {"id": "x", "filename": "x", "content_type": "x", "size": 1}}, "file"),
    ([1], "body"),
    ("text", "body"),
    ({}, "id"),
]


async def stored(world: World) -> list[dict]:
    rows = await world.db.pool.fetch(
        "SELECT i.*, c.key_id FROM inbox i JOIN conversation c ON c.id = i.conversation_id ORDER BY i.seq"
    )
    return [
        orjson.loads((await world.keys.get(row["key_id"])).open(row["payload"], payload_place(2, row["external_id"])))
        for row in rows
    ]


async def test_a_text_is_stored_for_the_worker_and_told_back_to_the_page(world: World) -> None:
    visitor = await world.visitor()
    number = await visitor.say("  Сколько стоит чат-бот?\x00 ")
    [payload] = await stored(world)
    assert payload["text"] == "Сколько стоит чат-бот?"
    assert payload["id"] == number
    assert isinstance(payload["at"], int)
    [own] = await visitor.poll()
    assert own["type"] == "own"
    assert own["id"] == 1
    assert own["id_client"] == number
    assert own["text"] == "Сколько стоит чат-бот?"
    assert own["at"].endswith("Z")
    row = await world.db.pool.fetchrow("SELECT * FROM inbox")
    assert row["external_id"] == f"{visitor.uuid}:{number}"
    assert row["account_id"] == SITE_ACCOUNT
    assert row["mergeable"]
    raw = await world.db.pool.fetchval("SELECT payload FROM site_event")
    assert "чат".encode() not in raw


async def test_the_same_id_twenty_times_at_once_is_accepted_each_time_and_has_one_effect(world: World) -> None:
    visitor = await world.visitor()
    number = str(uuid4())
    answers = await asyncio.gather(*(visitor.post({"id": number, "text": "Привет"}) for _ in range(20)))
    assert [answer.status for answer in answers] == [202] * 20
    assert len(await stored(world)) == 1
    assert len(await visitor.poll()) == 1


async def test_the_same_id_of_another_visitor_is_another_message(world: World) -> None:
    first, second = await world.visitor(), await world.visitor()
    number = str(uuid4())
    await first.say("Раз", number)
    await second.say("Два", number)
    assert len(await stored(world)) == 2
    assert [event["text"] for event in await first.poll()] == ["Раз"]


async def test_a_start_is_stored_and_shows_nothing(world: World) -> None:
    visitor = await world.visitor()
    answer = await visitor.post({"id": str(uuid4()), "start": "calc_1"})
    assert answer.status == 202
    [payload] = await stored(world)
    assert payload["start"] == "calc_1"
    assert await visitor.poll() == []


async def test_a_session_alone_says_nothing(world: World) -> None:
    visitor = await world.visitor()
    assert await visitor.poll() == []
    assert await world.db.pool.fetchval("SELECT count(*) FROM identity") == 0


async def test_a_pressed_button_is_told_back_by_its_label_even_after_it_was_edited_away(world: World) -> None:
    visitor = await world.visitor()
    chat = await visitor.met()
    keyboard = {"inline_keyboard": [[{"text": "Оба", "callback_data": "where:both"}]]}
    message = await world.bot.send_message(chat, "Где?", reply_markup=keyboard)
    click = {"message": message.message_id, "data": "where:both"}
    assert (await visitor.post({"id": "c1", "click": click})).status == 202
    await message.edit_text("Хорошо, оба.")
    assert (await visitor.post({"id": "c2", "click": click})).status == 202
    own = [event for event in await visitor.poll() if event["type"] == "own"]
    assert [(event["id_client"], event["text"], event["click"]) for event in own] == [
        ("c1", "Оба", click),
        ("c2", "Оба", click),
    ]


async def test_an_unknown_button_is_accepted_for_the_dialogue_to_answer(world: World) -> None:
    visitor = await world.visitor()
    await visitor.met()
    assert (await visitor.post({"id": "c1", "click": {"message": 77, "data": "nothing"}})).status == 202
    assert await visitor.poll() == []
    assert len(await stored(world)) == 2


async def test_stop_flags_the_open_turn_and_stores_nothing(world: World) -> None:
    visitor = await world.visitor()
    await visitor.met()
    conversation = await world.db.pool.fetchval("SELECT id FROM conversation")
    await world.db.pool.execute(
        "INSERT INTO turn (conversation_id, first_seq, last_seq) VALUES ($1, 1, 1)", conversation
    )
    assert (await visitor.post({"id": str(uuid4()), "stop": True})).status == 202
    assert await world.db.pool.fetchval("SELECT cancel_at IS NOT NULL FROM turn")
    assert len(await stored(world)) == 1


async def test_what_makes_no_sense_is_refused_with_a_text_per_field_and_nothing_is_stored(world: World) -> None:
    visitor = await world.visitor()
    for body, field in REFUSED:
        answer = await visitor.post(body)
        error = (await answer.json())["error"]
        assert answer.status == 422, body
        assert error["code"] == "invalid"
        assert field in error["fields"], body
        assert error["message"]
    assert await stored(world) == []


async def test_bodies_that_are_no_json_or_too_large_get_400_and_413(world: World) -> None:
    visitor = await world.visitor()

    async def post(data: bytes) -> tuple[int, str]:
        answer = await world.client.post("/api/messages", data=data, headers=visitor.headers)
        return answer.status, (await answer.json())["error"]["code"]

    assert await post(b'{"id": ') == (400, "bad_json")
    assert await post(b"\xff\xfe") == (400, "bad_json")
    assert await post(b"[" * 5_000) == (400, "bad_json")
    assert await post(orjson.dumps({"id": "a", "start": "", "x": "y" * 70_000})) == (413, "too_large")
    assert await post(orjson.dumps({"id": "a", "text": "y" * 5_000_000})) == (413, "too_large")
    assert await stored(world) == []
    await visitor.say("А это дошло")
    assert len(await stored(world)) == 1


async def test_a_body_whose_length_is_not_told_is_still_limited(world: World) -> None:
    visitor = await world.visitor()

    async def endless():
        for _ in range(40):
            yield b" " * 65_536

    answer = await world.client.post("/api/messages", data=endless(), headers=visitor.headers)
    assert answer.status == 413

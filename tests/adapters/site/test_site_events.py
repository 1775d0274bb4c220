"""Events reach every page of a visitor, in order, each once, whatever breaks in between."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from site_world import Visitor, World, built, eventually

from adapters.site import fleeting
from adapters.site.eventlog import EventLog, take, write
from adapters.site.events import StreamLimits
from bot.keys import Keys
from infra.cache import Cache
from infra.database import Database


@pytest.fixture
async def visitor(world: World) -> Visitor:
    visitor = await world.visitor()
    await visitor.met()
    return visitor


async def test_a_stream_brings_history_then_what_is_said(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    await world.bot.send_message(chat, "Раньше")
    async with visitor.listening() as page:
        headers = page.answer.headers
        assert headers["Content-Type"].startswith("text/event-stream")
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Accel-Buffering"] == "no"
        assert headers["X-Request-Id"]
        assert await page.block() == "retry: 2000"
        assert (await page.next())["text"] == "Раньше"
        await world.bot.send_message(chat, "Сейчас")
        event = await page.next()
        assert event["text"] == "Сейчас"
        assert event["id"] == event["message"] == 2


async def test_a_page_that_listens_before_the_first_word_hears_the_answer(world: World) -> None:
    visitor = await world.visitor()
    async with visitor.listening() as page:
        await page.block()
        chat = await visitor.met()
        await world.bot.send_message(chat, "Здравствуйте!")
        assert (await page.next())["text"] == "Здравствуйте!"


async def test_two_tabs_hear_the_same(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    async with visitor.listening() as first, visitor.listening() as second:
        await visitor.say("Вопрос")
        await world.bot.send_message(chat, "Ответ")
        for page in (first, second):
            assert [(await page.next())["text"] for _ in range(2)] == ["Вопрос", "Ответ"]


async def test_nobody_hears_another_visitor(world: World, visitor: Visitor) -> None:
    other = await world.visitor()
    await other.met()
    async with other.listening() as page:
        await page.block()
        await world.bot.send_message(await visitor.chat_id(), "Тайна")
        await world.bot.send_message_draft(await visitor.chat_id(), 1, text="Тайна")
        await world.bot.send_message(await other.chat_id(), "Своё")
        assert (await page.next())["text"] == "Своё"
    assert [event["text"] for event in await other.poll()] == ["Своё"]


async def test_typing_and_drafts_pass_without_an_id_and_are_not_replayed(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    async with visitor.listening() as page:
        await page.block()

        async def heard(kind: str, method: Any) -> dict[str, Any]:
            """Fleeting events may be lost while the subscription is being set up: send until one comes."""
            waiting = asyncio.ensure_future(page.until(lambda event: event["type"] == kind))
            while not waiting.done():
                await method()
                await asyncio.wait([waiting], timeout=0.2)
            return waiting.result()

        assert await heard("typing", lambda: world.bot.send_chat_action(chat, "typing")) == {"type": "typing"}
        draft = await heard("draft", lambda: world.bot.send_message_draft(chat, 1, text="<b>Цена</b>"))
        assert draft == {"type": "draft", "text": "Цена"}
        toast = await heard("draft", lambda: world.bot.answer_callback_query(f"{chat}:1", text="Уже"))
        assert toast["type"] == "draft"
    assert await visitor.poll() == []


async def test_a_draft_that_comes_after_its_message_is_not_shown(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    key = await world.session._key_of(chat)
    name = fleeting.channel(world.session._secret, chat)
    late = fleeting.seal(key, name, {"type": "draft", "text": "Опоздал"})
    forged = fleeting.seal(world.keys.system, name, {"type": "draft", "text": "Чужой"})
    async with visitor.listening() as page:
        await world.bot.send_message(chat, "Готово")
        assert (await page.next())["text"] == "Готово"
        for sealed in (late, forged[:-1], b"", forged.replace(forged[:9], b"\x01" + bytes(8), 1)):
            await world.cache.publish(name, sealed)
        await world.bot.send_message(chat, "Дальше")
        assert (await page.next())["text"] == "Дальше"


async def test_nothing_personal_stands_in_redis_in_clear(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    key = await world.session._key_of(chat)
    name = fleeting.channel(world.session._secret, chat)
    sealed = fleeting.seal(key, name, {"type": "draft", "text": "+79991234567"})
    assert b"9991234567" not in sealed
    assert str(chat) not in name
    assert fleeting.unseal(key, name, sealed)[1] == {"type": "draft", "text": "+79991234567"}


async def test_resuming_loses_and_repeats_nothing_while_several_write(world: World, visitor: Visitor) -> None:
    """Bot, manager and the visitor write at once; two pages break off and resume all the time; one only polls."""
    chat = await visitor.chat_id()
    total = 60

    async def bot(name: str) -> None:
        for n in range(total // 3):
            await world.bot.send_message(chat, f"{name} {n}")

    async def guest() -> None:
        for n in range(total // 3):
            await visitor.say(f"guest {n}")

    async def broken_page(stay: int) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        while len(events) < total:
            async with visitor.listening(events[-1]["id"] if events else 0) as page:
                for _ in range(min(stay, total - len(events))):
                    events.append(await page.next())
        return events

    async def poller() -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        while len(events) < total:
            events += await visitor.poll(events[-1]["id"] if events else 0)
        return events

    async with asyncio.timeout(60):
        *pages, _, _, _ = await asyncio.gather(
            broken_page(3), broken_page(7), poller(), bot("bot"), bot("manager"), guest()
        )
    stored = await visitor.poll()
    assert len(stored) == total
    for events in pages:
        assert [event["id"] for event in events] == [event["id"] for event in stored]
        assert [event["text"] for event in events] == [event["text"] for event in stored]
    for name in ("bot", "manager", "guest"):
        said = [event["text"] for event in stored if event["text"].startswith(name)]
        assert said == [f"{name} {n}" for n in range(total // 3)]


async def test_ids_follow_each_other_whoever_writes(world: World, visitor: Visitor) -> None:
    """Two processes guess the next id from what each of them saw last; one falls far behind, and one guesses ahead."""
    chat = await visitor.chat_id()
    key = await world.session._key_of(chat)
    logs = [EventLog(world.db, world.keys.get, world.links) for _ in range(2)]

    async def append(log: EventLog, *, fail: bool = False) -> int:
        async with world.db.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            payload = await log.append(connection, chat, key, lambda number: {"type": "message", "message": number})
            await (transaction.rollback() if fail else transaction.commit())
        return int(payload["message"])

    behind, ahead = logs
    assert [await append(behind) for _ in range(2)] == [1, 2]
    assert [await append(ahead) for _ in range(9)] == list(range(3, 12))
    assert [await append(ahead, fail=True) for _ in range(3)] == [12, 12, 12]
    assert await append(behind) == 12
    assert await append(ahead) == 13
    numbers = await asyncio.gather(*(append(log) for log in logs * 10))
    assert sorted(numbers) == list(range(14, 34))
    events = await visitor.poll()
    assert [event["id"] for event in events] == [event["message"] for event in events] == list(range(1, 34))


async def test_a_long_history_comes_in_batches(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    key = await world.session._key_of(chat)
    async with world.db.pool.acquire() as connection, connection.transaction():
        for n in range(250):
            await write(connection, chat, await take(connection, chat), key, {"type": "message", "text": str(n)})
    async with visitor.listening(20) as page:
        assert [(await page.next())["text"] for _ in range(230)] == [str(n) for n in range(20, 250)]


async def test_a_lost_notification_costs_time_and_no_event(db: Database, cache: Cache, keys: Keys) -> None:
    async with built(db, cache, keys, streams=StreamLimits(ping=0.1), hears=False) as world:
        visitor = await world.visitor()
        chat = await visitor.met()
        async with visitor.listening() as page:
            await page.block()
            await world.bot.send_message(chat, "Дошло")
            assert (await page.next())["text"] == "Дошло"


async def test_listening_goes_on_after_the_connection_to_postgresql_breaks(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    async with visitor.listening() as page:
        await page.block()
        assert await world.db.pool.fetchval(
            """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE pid <> pg_backend_pid() AND datname = current_database()"""
        )
        await eventually(lambda: sent(world, chat), "a message after the connections broke")
        assert (await page.next())["text"] == "Снова здесь"


async def sent(world: World, chat: int) -> bool:
    try:
        await world.bot.send_message(chat, "Снова здесь")
    except Exception:
        return False
    return True


async def test_a_quiet_stream_says_that_it_lives_and_ends_when_it_is_old(
    db: Database, cache: Cache, keys: Keys
) -> None:
    async with built(db, cache, keys, streams=StreamLimits(ping=0.05, seconds=0.5)) as world:
        visitor = await world.visitor()
        async with visitor.listening() as page:
            blocks = []
            while (block := await page.block()) is not None:
                blocks.append(block)
        assert blocks[0] == "retry: 2000"
        assert blocks.count(": ping") >= 2
        await eventually(lambda: world.events.open == 0, "the stream is forgotten")


async def test_streams_end_when_the_server_stops_and_when_the_page_leaves(world: World, visitor: Visitor) -> None:
    async with visitor.listening() as page:
        await page.block()
        assert world.events.open == 1
        world.events.stop()
        assert await page.next() is None
    await eventually(lambda: world.events.open == 0, "no stream is left")


async def test_a_page_that_left_is_noticed(db: Database, cache: Cache, keys: Keys) -> None:
    async with built(db, cache, keys, streams=StreamLimits(ping=0.05)) as world:
        visitor = await world.visitor()
        async with visitor.listening() as page:
            await page.block()
            page.answer.close()
        await eventually(lambda: world.events.open == 0, "the stream is forgotten")


async def test_one_tab_too_many_ends_the_oldest_and_one_address_too_many_is_refused(
    db: Database, cache: Cache, keys: Keys
) -> None:
    async with built(db, cache, keys, streams=StreamLimits(per_visitor=2, per_address=3)) as world:
        visitor, other = await world.visitor(), await world.visitor()
        async with visitor.listening() as first, visitor.listening() as second:
            await second.block()
            async with visitor.listening() as third:
                await third.block()
                assert await first.next() is None
                async with other.listening() as fourth:
                    await fourth.block()
                    answer = await world.client.get("/api/events", headers=other.headers)
                    assert answer.status == 429
                    assert int(answer.headers["Retry-After"]) >= 1
                await world.bot.send_message(await visitor.met(), "Есть кто?")
                assert (await second.next())["text"] == (await third.next())["text"] == "Есть кто?"


async def test_a_wrong_number_is_refused_and_a_missing_one_is_zero(world: World, visitor: Visitor) -> None:
    await world.bot.send_message(await visitor.chat_id(), "Раз")
    await world.bot.send_message(await visitor.chat_id(), "Два")
    for wrong in ("x", "-1", "1.5", "", "9" * 30, "0" * 5_000, "٣"):
        answer = await world.client.get("/api/events", params={"after": wrong, "wait": "0"}, headers=visitor.headers)
        assert answer.status == 422, wrong
        assert "after" in (await answer.json())["error"]["fields"]
    answer = await world.client.get("/api/events?wait=0", headers=visitor.headers)
    assert [event["id"] for event in await answer.json()] == [1, 2]
    resumed = {**visitor.headers, "Last-Event-ID": "1"}
    answer = await world.client.get("/api/events?wait=0", headers=resumed)
    assert [event["id"] for event in await answer.json()] == [2]


async def test_nobody_listens_without_a_token(world: World) -> None:
    answer = await world.client.get("/api/events?after=0", headers={"Authorization": f"Bearer {uuid4()}"})
    assert answer.status == 401

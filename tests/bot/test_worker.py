"""The inbox and the worker against real PostgreSQL: order, bursts, reruns, leases, holds."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
import pytest
from aiogram import Bot, Dispatcher, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import Message

from adapters.channel import Channel
from adapters.telegram.parse import inbound, parse
from bot.inbox import Intake
from bot.journal import Journal
from bot.keys import Keys
from bot.position import PositionStorage
from bot.turn import Turn
from bot.worker import Worker
from infra.cache import Cache
from infra.database import Database

BOT = 42


class Recorder(BaseSession):
    """A session that keeps what was sent and can be told to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[int, str]] = []
        self.fail: Callable[[SendMessage], Exception | None] = lambda _: None

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        assert isinstance(method, SendMessage)
        error = self.fail(method)
        if error is not None:
            raise error
        self.sent.append((int(method.chat_id), method.text))
        data = {"message_id": len(self.sent), "date": 1, "chat": {"id": method.chat_id, "type": "private"}}
        return Message.model_validate(data, context={"bot": bot})

    async def stream_content(self, *_: Any, **__: Any) -> AsyncIterator[bytes]:
        yield b""

    async def close(self) -> None:
        pass


class Stand:
    """One process of the engine with a handler of the test's own."""

    def __init__(self, db: Database, cache: Cache, keys: Keys) -> None:
        self.db = db
        self.session = Recorder()
        self.bot = Bot(f"{BOT}:test", session=self.session, default=DefaultBotProperties(parse_mode="HTML"))
        self.journal = Journal(db)
        self.session.middleware(self.journal)
        self.intake = Intake(db, keys)
        self.keys = keys
        self.cache = cache
        self.workers: list[Worker] = []
        self.number = 0

    async def prepare(self) -> None:
        await self.db.pool.execute("INSERT INTO account (id, channel, external_id) VALUES ($1, 'telegram', '42')", BOT)

    def worker(self, handler: Callable[..., Any], **options: Any) -> Worker:
        router = Router()
        router.message()(handler)
        storage = PositionStorage(self.db, self.cache, self.keys)
        dispatcher = Dispatcher(storage=storage)
        dispatcher.include_router(router)
        channel = Channel("telegram", BOT, str(BOT), self.bot, parse)
        worker = Worker(self.db, self.keys, dispatcher, {BOT: channel}, self.journal, storage, **options)
        self.workers.append(worker)
        return worker

    async def send(self, chat: int, text: str, update_id: int | None = None) -> bool:
        if update_id is None:
            self.number += 1
            update_id = self.number
        person = {"id": chat, "is_bot": False, "first_name": "Гость"}
        raw = {
            "update_id": update_id,
            "message": {
                "message_id": update_id,
                "date": 1,
                "chat": {"id": chat, "type": "private"},
                "from": person,
                "text": text,
            },
        }
        return (await self.intake.accept(inbound(BOT, raw), f"trace-{update_id}")).new

    async def until(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)

    async def idle(self, seconds: float = 30) -> None:
        """Until nothing waits in any conversation."""
        async with asyncio.timeout(seconds):
            while await self.db.pool.fetchval("SELECT count(*) FROM conversation WHERE pending > 0"):
                await asyncio.sleep(0.02)


@pytest.fixture
async def stand(db: Database, cache: Cache, keys: Keys) -> AsyncIterator[Stand]:
    stand = Stand(db, cache, keys)
    await stand.prepare()
    yield stand
    for worker in stand.workers:
        await worker.stop()


async def echo(message: Message) -> None:
    await message.answer(f"эхо: {message.text}")


async def test_a_message_is_answered_and_stored_encrypted(stand: Stand) -> None:
    stand.worker(echo).start()
    await stand.send(7, "Здравствуйте")
    await stand.idle()
    assert stand.session.sent == [(7, "эхо: Здравствуйте")]
    payload = await stand.db.pool.fetchval("SELECT payload FROM inbox")
    assert "Здравствуйте".encode() not in payload
    assert orjson.dumps("Здравствуйте")[1:-1] not in payload
    row = await stand.db.pool.fetchrow("SELECT state, uncertain, external_id FROM outgoing")
    assert tuple(row) == ("sent", False, "1")


async def test_the_same_external_id_again_has_no_second_effect(stand: Stand) -> None:
    stand.worker(echo).start()
    new = await asyncio.gather(*(stand.send(7, "Один раз", update_id=500) for _ in range(8)))
    await stand.idle()
    assert sorted(new) == [False] * 7 + [True]
    assert stand.session.sent == [(7, "эхо: Один раз")]


async def test_a_burst_that_waits_together_is_one_turn(stand: Stand) -> None:
    for text in ("Здравствуйте", "сколько стоит бот", "для магазина?"):
        await stand.send(7, text)
    stand.worker(echo).start()
    await stand.idle()
    assert stand.session.sent == [(7, "эхо: Здравствуйте\nсколько стоит бот\nдля магазина?")]


async def test_commands_are_not_merged_with_their_neighbours(stand: Stand) -> None:
    for text in ("раз", "/start", "два", "три"):
        await stand.send(7, text)
    stand.worker(echo).start()
    await stand.idle()
    assert [text for _, text in stand.session.sent] == ["эхо: раз", "эхо: /start", "эхо: два\nтри"]


async def test_many_conversations_over_two_workers_keep_their_order(stand: Stand) -> None:
    async def slow_echo(message: Message) -> None:
        await asyncio.sleep(0.002)
        await message.answer(str(message.text))

    first, second = stand.worker(slow_echo, slots=8), stand.worker(slow_echo, slots=8)
    first.start()
    second.start()
    for number in range(10):
        await asyncio.gather(*(stand.send(chat, f"/{number}") for chat in range(100, 120)))
    await stand.idle()
    for chat in range(100, 120):
        assert [text for to, text in stand.session.sent if to == chat] == [f"/{n}" for n in range(10)]


async def test_a_rerun_does_not_repeat_what_was_sent(stand: Stand) -> None:
    runs: list[int] = []

    async def handler(message: Message, turn: Turn) -> None:
        runs.append(turn.attempts)
        await message.answer("первое")
        if len(runs) < 3:
            raise RuntimeError("crash between the two messages")
        await message.answer("второе")

    stand.worker(handler).start()
    await stand.send(7, "привет")
    await stand.idle()
    assert runs == [1, 2, 3]
    assert [text for _, text in stand.session.sent] == ["первое", "второе"]


async def test_a_turn_put_off_by_the_vendor_does_not_repeat_what_it_said(stand: Stand) -> None:
    refusals = 1

    def fail(method: SendMessage) -> Exception | None:
        nonlocal refusals
        if method.text == "второе" and refusals:
            refusals -= 1
            return TelegramRetryAfter(method=method, message="slow down", retry_after=1)
        return None

    async def handler(message: Message) -> None:
        await message.answer("первое")
        await message.answer("второе")

    stand.session.fail = fail
    stand.worker(handler).start()
    await stand.send(7, "привет")
    await stand.idle()
    assert [text for _, text in stand.session.sent] == ["первое", "второе"]


async def test_a_dead_workers_conversation_is_taken_over_within_eight_seconds(stand: Stand) -> None:
    hang = asyncio.Event()

    async def stuck(message: Message) -> None:
        hang.set()
        await asyncio.sleep(3600)

    dead = stand.worker(stuck)
    dead.start()
    await stand.send(7, "привет")
    await asyncio.wait_for(hang.wait(), 5)
    await dead._tasks.close()  # as kill -9: no beat, no release, no end of the turn
    stand.workers.remove(dead)
    stand.worker(echo).start()
    await stand.idle(8)
    assert stand.session.sent == [(7, "эхо: привет")]


async def test_a_turn_that_never_succeeds_is_held_and_the_next_one_goes_on(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    apologies: list[str] = []

    async def give_up(turn: Turn, channel: Channel, reason: str) -> None:
        apologies.append(reason)
        await channel.bot.send_message(turn.chat_id, "Извините, передаю менеджеру.")

    async def handler(message: Message) -> None:
        if message.text == "/яд":
            raise RuntimeError("always")
        await message.answer("живой")

    monkeypatch.setattr("bot.worker.PAUSE", 0.01)
    stand.worker(handler, give_up=give_up).start()
    await stand.send(7, "/яд")
    await stand.send(7, "/дальше")
    await stand.idle()
    assert apologies == ["attempts"]
    assert [text for _, text in stand.session.sent] == ["Извините, передаю менеджеру.", "живой"]
    assert await stand.db.pool.fetchval("SELECT outcome FROM turn ORDER BY id LIMIT 1") == "held"


async def test_a_send_whose_fate_is_unknown_is_repeated_and_listed(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = 1

    def fail(method: SendMessage) -> Exception | None:
        nonlocal failures
        if failures:
            failures -= 1
            return TelegramNetworkError(method=method, message="cut")
        return None

    stand.session.fail = fail
    stand.worker(echo).start()
    await stand.send(7, "привет")
    await stand.idle()
    assert stand.session.sent == [(7, "эхо: привет")]
    assert await stand.db.pool.fetchval("SELECT uncertain FROM outgoing") is True


async def test_effects_happen_once_with_the_end_of_the_turn(stand: Stand) -> None:
    await stand.db.pool.execute("CREATE TABLE counted (turn bigint)")
    runs: list[int] = []

    async def handler(message: Message, turn: Turn) -> None:
        async def count(session: Any) -> None:
            from sqlalchemy import text

            await session.execute(text("INSERT INTO counted VALUES (:turn)"), {"turn": turn.id})

        turn.at_end(count)
        runs.append(1)
        if len(runs) < 2:
            raise RuntimeError("the first attempt dies before its end")
        await message.answer("готово")

    stand.worker(handler).start()
    await stand.send(7, "привет")
    await stand.idle()
    assert len(runs) == 2
    assert await stand.db.pool.fetchval("SELECT count(*) FROM counted") == 1


async def test_an_unreadable_payload_is_held_and_does_not_stop_its_neighbours(stand: Stand) -> None:
    broken = {"update_id": 900, "message": {"chat": {"id": 7, "type": "private"}, "date": "never"}}
    await stand.intake.accept(inbound(BOT, broken), "trace")
    await stand.send(7, "живой")
    stand.worker(echo).start()
    await stand.idle()
    assert stand.session.sent == [(7, "эхо: живой")]
    assert await stand.db.pool.fetchval("SELECT count(*) FROM inbox_held") == 1


async def test_a_graceful_stop_finishes_what_it_holds(stand: Stand) -> None:
    began = asyncio.Event()

    async def handler(message: Message) -> None:
        began.set()
        await asyncio.sleep(0.2)
        await message.answer("успел")

    worker = stand.worker(handler)
    worker.start()
    await stand.send(7, "привет")
    await asyncio.wait_for(began.wait(), 5)
    await worker.stop()
    assert [text for _, text in stand.session.sent] == ["успел"]


async def test_stop_reaches_the_turn_in_hand_at_once(stand: Stand) -> None:
    heard: list[float] = []
    began = asyncio.Event()

    async def handler(message: Message, turn: Turn) -> None:
        began.set()
        await asyncio.wait_for(turn.stop.wait(), 5)
        heard.append(turn.left)
        await message.answer("остановлено")

    stand.worker(handler).start()
    await stand.send(7, "расскажи всё")
    await asyncio.wait_for(began.wait(), 5)
    raw = {"update_id": 901, "stopped_message_generation": {"chat": {"id": 7, "type": "private"}, "draft_id": 1}}
    await stand.intake.accept(inbound(BOT, raw), "stop")
    await stand.idle()
    assert len(heard) == 1
    assert heard[0] > 23

"""The full pipeline in this process beside a bare aiogram dispatcher, interleaved: CPU per turn as a ratio."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.fsm.storage.base import DefaultKeyBuilder
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import Message

from adapters.channel import Channel
from adapters.telegram.parse import inbound, parse
from adapters.telegram.routes import TelegramIntake
from bench.stand import TOKEN
from bot.app import App
from bot.keyboards import Ask
from bot.scenes.codes import revision
from infra.runtime import Servers
from infra.settings import Settings

BOT = int(TOKEN.split(":")[0])
CHATS = 500
ROUND = 300
AT_ONCE = 16


class NullSession(BaseSession):
    """Answers at once, as a vendor that takes no time."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self.waiting: dict[int, asyncio.Future[float]] = {}

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        if not isinstance(method, SendMessage):
            return True
        self.sent += 1
        chat = int(method.chat_id)
        data = {"message_id": self.sent, "date": 1, "chat": {"id": chat, "type": "private"}, "text": method.text}
        future = self.waiting.pop(chat, None)
        if future is not None and not future.done():
            future.set_result(time.perf_counter())
        return Message.model_validate(data, context={"bot": bot})

    async def stream_content(self, *_: Any, **__: Any) -> AsyncIterator[bytes]:
        yield b""

    async def close(self) -> None:
        pass


class BenchApp(App):
    """The whole assistant, its Telegram session replaced by one that takes no time."""

    session: NullSession

    def _connect_telegram(self, secret: bytes) -> TelegramIntake | None:
        self.session = NullSession()
        self.session.middleware(self.journal)
        bot = Bot(TOKEN, session=self.session)
        self._add(Channel("telegram", BOT, str(BOT), bot, parse))
        return None


def press(update_id: int, chat: int, data: str) -> dict[str, Any]:
    """A press of a calculator's button, as Telegram sends it."""
    person = {"id": chat, "is_bot": False, "first_name": "Гость"}
    bot = {"id": BOT, "is_bot": True, "first_name": "bench"}
    place = {"id": chat, "type": "private", "first_name": "Гость"}
    message = {"message_id": 5, "date": 1, "chat": place, "from": bot, "text": "Где он будет отвечать?"}
    query = {"id": str(update_id), "from": person, "chat_instance": "1", "message": message, "data": data}
    return {"update_id": update_id, "callback_query": query}


def said(update_id: int, chat: int, text: str) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Гость"}
    place = {"id": chat, "type": "private", "first_name": "Гость"}
    return {
        "update_id": update_id,
        "message": {"message_id": update_id, "date": 1, "chat": place, "from": person, "text": text},
    }


class Bare:
    """aiogram alone: one echo handler, RedisStorage, nothing stored, nothing encrypted."""

    def __init__(self, redis_url: str) -> None:
        router = Router()

        @router.message()
        async def echo(message: Message) -> None:
            await message.answer(message.text or "")

        self._storage = RedisStorage.from_url(redis_url, key_builder=DefaultKeyBuilder(with_bot_id=True))
        self._dispatcher = Dispatcher(storage=self._storage)
        self._dispatcher.include_router(router)
        self._bot = Bot(TOKEN, session=NullSession())
        self._number = 0

    async def round(self, turns: int) -> None:
        async def lane(start: int) -> None:
            for step in range(start, turns, AT_ONCE):
                self._number += 1
                update = said(self._number, 1000 + step % CHATS, "Здравствуйте")
                await self._dispatcher.feed_raw_update(self._bot, update)

        await asyncio.gather(*(lane(start) for start in range(AT_ONCE)))

    async def close(self) -> None:
        await self._storage.close()


class Full:
    """Intake, inbox, dispatch, a step of the calculator's scene, journal, reply; everything stored and encrypted."""

    def __init__(self, app: BenchApp) -> None:
        self._app = app
        self._number = int(time.time()) * 1000
        package = app.services.price_list.packages[0]
        self._data = Ask(
            rev=revision(app.services.price_list), package=package.id, answers="0" + "-" * (len(package.questions) - 1)
        ).pack()

    async def turn(self, chat: int) -> float:
        """One turn; seconds from the message's arrival to the reply's leaving."""
        self._number += 1
        raw = press(self._number, chat, self._data)
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._app.session.waiting[chat] = future
        started = time.perf_counter()
        await self._app.intake.accept(inbound(BOT, raw), str(self._number))
        return await asyncio.wait_for(future, 30) - started

    async def round(self, turns: int) -> None:
        async def lane(start: int) -> None:
            for step in range(start, turns, AT_ONCE):
                await self.turn(1000 + step % CHATS)

        await asyncio.gather(*(lane(start) for start in range(AT_ONCE)))

    async def open_loop(self, rate: float, seconds: float) -> list[float]:
        """Turns that begin at a steady rate, whatever the system does; their latencies in seconds."""
        tasks = []
        began = time.perf_counter()
        for step in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + step / rate - time.perf_counter()))
            tasks.append(asyncio.ensure_future(self.turn(1000 + step % CHATS)))
        return list(await asyncio.gather(*tasks))

    async def all_at_once(self, chats: int) -> float:
        """Every conversation writes in the same moment; seconds until the last is answered."""
        started = time.perf_counter()
        await asyncio.gather(*(self.turn(1000 + chat) for chat in range(chats)))
        return time.perf_counter() - started


async def measure(settings: Settings, servers: Servers, rounds: int) -> dict[str, Any]:
    """CPU per turn of both, turns per second, latency at 50 a second, 500 conversations at once."""
    app = BenchApp(settings, servers)
    await app.start()
    bare, full = Bare(servers.redis_url), Full(app)
    try:
        await bare.round(ROUND)
        await full.all_at_once(CHATS)
        await full.round(ROUND)
        cpu: dict[str, list[float]] = {"bare": [], "full": []}
        rates: dict[str, list[float]] = {"bare": [], "full": []}
        for _ in range(rounds):
            for name, one in (("bare", bare), ("full", full)):
                clock, wall = time.process_time(), time.perf_counter()
                await one.round(ROUND)
                cpu[name].append((time.process_time() - clock) / ROUND)
                rates[name].append(ROUND / (time.perf_counter() - wall))
        latencies = await full.open_loop(50, 20)
        burst = await full.all_at_once(CHATS)
    finally:
        await bare.close()
        await app.stop()
    ratios = sorted(one / other for one, other in zip(cpu["full"], cpu["bare"], strict=True))
    return {
        "cpu_us_bare": round(statistics.median(cpu["bare"]) * 1e6),
        "cpu_us_full": round(statistics.median(cpu["full"]) * 1e6),
        "cpu_ratio": round(statistics.median(ratios), 2),
        "cpu_ratio_range": [round(ratios[0], 2), round(ratios[-1], 2)],
        "turns_per_second_bare": round(statistics.median(rates["bare"])),
        "turns_per_second_full": round(statistics.median(rates["full"])),
        "latency_ms_at_50": percentiles(latencies),
        "seconds_500_at_once": round(burst, 2),
    }


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Milliseconds at the usual percentiles."""
    ordered = sorted(seconds)
    return {
        f"p{share}": round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000, 1)
        for share in (50, 95, 99)
    }

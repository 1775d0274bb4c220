"""The same turn over HTTP: an application process behind its webhook, a Bot API stub that answers at once."""

import asyncio
import time
from pathlib import Path
from typing import Any

from aiohttp import web

from bench.pipeline import percentiles, press
from bench.stand import Stand
from bench.telegram_stub import TelegramStub
from bot.keyboards import Ask
from bot.sales.price_list import load_price_list
from bot.scenes.codes import revision

CHATS = 500
TICK = 100


class Webhook:
    """Posts updates to the application and waits for its replies at the stub."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._waiting: dict[int, asyncio.Future[float]] = {}
        self._number = int(time.time()) * 1000
        prices = load_price_list(Path("kb/pricing.yaml"))
        package = prices.packages[0]
        answers = "0" + "-" * (len(package.questions) - 1)
        self._data = Ask(rev=revision(prices), package=package.id, answers=answers).pack()

    def answered(self, chat: int) -> None:
        future = self._waiting.pop(chat, None)
        if future is not None and not future.done():
            future.set_result(time.perf_counter())

    async def turn(self, chat: int) -> float:
        self._number += 1
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[chat] = future
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._stand.secret}
        started = time.perf_counter()
        await self._stand.post(
            self._stand.url + "/telegram/webhook", press(self._number, chat, self._data), headers=headers
        )
        return await asyncio.wait_for(future, 60) - started

    async def open_loop(self, rate: float, seconds: float) -> list[float]:
        tasks = []
        began = time.perf_counter()
        for step in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + step / rate - time.perf_counter()))
            tasks.append(asyncio.ensure_future(self.turn(1000 + step % CHATS)))
        return list(await asyncio.gather(*tasks))

    async def all_at_once(self) -> float:
        started = time.perf_counter()
        await asyncio.gather(*(self.turn(1000 + chat) for chat in range(CHATS)))
        return time.perf_counter() - started


async def measure(stand: Stand) -> dict[str, Any]:
    """Latency at 50 turns a second over HTTP, CPU per turn, memory of the application process."""
    webhook = Webhook(stand)
    runner = web.AppRunner(TelegramStub(webhook.answered).application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", stand.sandbox_port).start()
    try:
        process = await stand.start_role("all")
        burst = await webhook.all_at_once()
        await webhook.open_loop(50, 4)
        cpu = cpu_seconds(process.pid)
        latencies = await webhook.open_loop(50, 20)
        used = cpu_seconds(process.pid) - cpu
        again = await webhook.all_at_once()
        return {
            "webhook_latency_ms_at_50": percentiles(latencies),
            "webhook_cpu_us": round(used / len(latencies) * 1e6),
            "webhook_seconds_500_at_once": [round(burst, 2), round(again, 2)],
            "rss_mb": round(resident_mb(process.pid)),
        }
    finally:
        await runner.cleanup()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, from /proc (ticks of 10 ms)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0

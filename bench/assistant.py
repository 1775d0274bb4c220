"""Own work of a turn with a model: its latency, less what the vendor itself takes for the same requests.

python -m bench.assistant [--turns 240] [--lanes 4] [--profile FILE]

The application is a process of its own, the simulated vendor another. Right after each turn a bare client repeats the
turn's two requests, the query's embedding and the streamed answer; what they take is subtracted from that turn.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from typing import Any

import orjson
from aiohttp import ClientSession

from bench.pipeline import percentiles
from bench.stand import ROOT, Stand, open_stand
from bench.webhook import cpu_seconds
from bot.evaluate.visitor import Visitor

TURNS = 240
WARM = 24
LANES = 4
"""Visitors who talk at once."""
PAUSE = 0.25
"""Seconds a visitor thinks between a turn and the next."""
KEY = "sk-of-the-simulated-openai"
ANSWER = (
    "Показываем вашим сотрудникам, как работать с ботом. Потом отвечаем на их вопросы и остаёмся на связи. "
    "Если нужно, покажем ещё раз."
)
REPLY = {"text": ANSWER, "delay": 0.1, "pace": 0.004}
QUESTION = "Как вы обучаете сотрудников работать с ботом, заявка {mark}?"


class Turns:
    """Turns of new visitors, each with the vendor's own time beside it."""

    def __init__(self, stand: Stand, http: ClientSession) -> None:
        self._stand = stand
        self._http = http
        self._number = 0
        self._bodies: dict[str, bytes] = {}
        self._mark = ""
        self.times: list[tuple[float, float]] = []
        """(the whole turn, the vendor alone) in seconds."""

    async def run(self, turns: int, lanes: int) -> None:
        """So many turns, of so many visitors at once."""
        left = iter(range(turns))

        async def lane(number: int) -> None:
            await asyncio.sleep(number * PAUSE / lanes)
            for _ in left:
                await self.turn()
                await asyncio.sleep(PAUSE)

        await asyncio.gather(*(lane(number) for number in range(lanes)))

    async def turn(self) -> None:
        """From the message's acceptance to the answer on the screen; then the bare requests."""
        self._number += 1
        async with Visitor(self._http, self._stand.url) as visitor:
            visitor.begin()
            await visitor.send(text=QUESTION.format(mark=self._fresh()))
            accepted = time.monotonic()
            whole = await visitor.answered() - accepted
        if self._bodies:
            self.times.append((whole, await self._bare()))

    def _fresh(self) -> str:
        """Six digits nobody has asked with: neither side may answer from its memory."""
        self._number += 1
        return f"{100_000 + self._number}"

    async def learn(self) -> None:
        """Keep the newest requests as the application made them."""
        seen = await self._stand.get(f"{self._stand.sandbox}/inspect/openai")
        self._mark = f"{100_000 + self._number}"
        for entry in seen["requests"]:
            body = orjson.dumps(entry["body"])
            if entry["method"] == "POST" and self._mark.encode() in body:
                self._bodies[entry["path"]] = body
        assert len(self._bodies) == 2, f"an embedding and an answer are expected, not {list(self._bodies)}"

    async def _bare(self) -> float:
        """Seconds that the turn's requests take by themselves."""
        mark = self._fresh()
        started = time.monotonic()
        for path, body in sorted(self._bodies.items(), key=lambda item: "embeddings" not in item[0]):
            headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
            url = self._stand.sandbox + path
            renewed = body.replace(self._mark.encode(), mark.encode())
            async with self._http.post(url, data=renewed, headers=headers) as answer:
                assert answer.status == 200, await answer.text()
                async for _ in answer.content.iter_any():
                    pass
        return time.monotonic() - started


async def measure(turns: int = TURNS, lanes: int = LANES, profile: str = "") -> dict[str, Any]:
    """Milliseconds of own work at percentiles, of the vendor, of the whole; CPU of the application a turn."""
    async with open_stand(ANSWER_CACHE="0", LLM_DAY_BUDGET="0", LLM_TALK_BUDGET="0", OPENAI_API_KEY=KEY) as stand:
        process = await stand.start_role("all") if not profile else await _profiled(stand, profile)
        await stand.post(f"{stand.sandbox}/script/openai", {"replies": [REPLY], "loop": True, "replace": True})
        async with ClientSession() as http:
            played = Turns(stand, http)
            await played.run(WARM, lanes)  # the articles' vectors are made meanwhile
            await played.turn()
            await played.learn()
            cpu, began = cpu_seconds(process.pid), time.monotonic()
            await played.run(turns, lanes)
            used, wall = cpu_seconds(process.pid) - cpu, time.monotonic() - began
    own = [whole - vendor for whole, vendor in played.times]
    return {
        "model_turn_own_p95_ms": percentiles(own)["p95"],
        "model_turn_own_ms": percentiles(own),
        "model_turn_vendor_ms": percentiles([vendor for _, vendor in played.times]),
        "model_turn_whole_ms": percentiles([whole for whole, _ in played.times]),
        "model_turn_cpu_ms": round(used / turns * 1000, 1),
        "model_turns_per_second": round(turns / wall, 1),
        "model_turn_own_mean_ms": round(statistics.mean(own) * 1000, 1),
    }


async def _profiled(stand: Stand, profile: str) -> asyncio.subprocess.Process:
    """The application under cProfile, which writes `profile` when it ends; its times are not to be reported."""
    command = ("-m", "cProfile", "-o", profile, "-m", "bot", "--role", "all")
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, env=stand.environment)
    stand.processes.append(process)
    await stand.until(stand.url + "/ready", process)
    return process


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.assistant", description="Own work of a turn with a model.")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--lanes", type=int, default=LANES, help="visitors at once")
    parser.add_argument("--profile", default="", metavar="FILE", help="run the application under cProfile")
    wanted = parser.parse_args()
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(measure(wanted.turns, wanted.lanes, wanted.profile)), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())

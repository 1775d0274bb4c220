"""One talk: a buyer's turns, sent as a browser sends them, and what the assistant made of each."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from bot.evaluate.judge import Calculator, Fault, Heard, judge, last_question, promises
from bot.evaluate.numbers import Ledger
from bot.evaluate.scenario import Expect, Scenario, Turn
from bot.evaluate.stage import Lane
from bot.evaluate.visitor import Reply, Visitor, until
from infra.errors import AppError

SITE_ACCOUNT = 2
BUYER_TURNS = 8
"""Messages of a buyer whom a model plays."""
WORKING_DAYS = 10

DONE = """
SELECT t.done_at IS NOT NULL FROM inbox i JOIN turn t ON t.id = i.turn_id WHERE i.account_id = $1 AND i.external_id = $2
"""
CONVERSATION = """
SELECT c.id FROM conversation c JOIN identity i ON i.account_id = c.account_id AND i.chat_id = c.chat_id
WHERE i.account_id = $1 AND i.external_id = $2
"""
HANDOFFS = "SELECT count(*) FROM handoff h JOIN lead l ON l.id = h.lead_id WHERE l.conversation_id = $1"
CALLS = """
SELECT coalesce(sum(cost), 0) AS cost, count(*) FILTER (WHERE purpose = 'regenerate') AS again, count(*) AS calls
FROM model_call WHERE conversation_id = $1
"""


class Player(Protocol):
    """A model in the buyer's place: the next message, or None when the goal is reached."""

    async def next(self, talk: Sequence[tuple[str, str]]) -> str | None: ...


@dataclass(slots=True)
class Trial:
    """What came of one talk; `numbers` are those that reached the client and no source holds."""

    scenario: str
    faults: list[Fault] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    """Seconds to the first message of each answer."""
    again: int = 0
    """Answers that the guard sent back to the model."""
    calls: int = 0
    cost: Decimal = Decimal(0)
    talk: list[tuple[str, str]] = field(default_factory=list)
    """(who, text): «buyer» or «assistant»."""

    @property
    def passed(self) -> bool:
        return not self.faults

    @property
    def wrong_handoffs(self) -> int:
        return sum(fault.kind in ("handoff", "promise") for fault in self.faults)


class Talk:
    """One trial of one scenario in one lane."""

    def __init__(self, lane: Lane, scenario: Scenario, ledger: Ledger, player: Player | None) -> None:
        self._lane = lane
        self._scenario = scenario
        self._player = player
        self._trial = Trial(scenario.id)
        self._ledger = ledger
        self._visitor = Visitor(lane.http, lane.url)
        self._question = ""
        self._shown: list[str] = []
        self._labels: list[str] = []
        self._data: list[str] = []
        self._said: list[str] = []
        self._messages = 0

    async def run(self) -> Trial:
        """Never raises for what the assistant does: that is a fault of the talk."""
        try:
            await self._lane.reset(self._scenario.at)
            self._calculator = Calculator(self._lane.app.services.price_list, self._ledger)
            self._new_day()
            async with self._visitor:
                await (self._by_model(self._player) if self._player is not None else self._by_turns())
                await self._conclude()
        except (AppError, OSError, TimeoutError) as error:
            self._trial.faults.append(Fault("broken", f"{type(error).__name__}: {str(error)[:300]}"))
        return self._trial

    def _new_day(self) -> None:
        """Tell the calculator what day it is for the assistant."""
        services = self._lane.app.services
        calendar = services.company.calendar
        today = calendar.local(services.clock.now()).date()
        ahead = [today + timedelta(days=n) for n in range(services.price_list.limits.valid_days)]
        working = [day for day in ahead if calendar.hours(day) is not None]
        named = [*working[:WORKING_DAYS], today + timedelta(days=services.price_list.limits.valid_days - 2)]
        self._calculator.begin(today, named)

    async def _by_turns(self) -> None:
        scripted = bool(self._lane.sandbox)
        for number, turn in enumerate(self._scenario.turns, start=1):
            if turn.wait is not None:
                self._lane.app.clock.offset += turn.wait * 3600
                self._new_day()
                continue
            if scripted:
                await self._lane.script("openai", turn.model, loop=turn.loop)
                await self._lane.script("anthropic", turn.second, loop=turn.loop)
            reply, heard = await self._act(turn)
            for expect in (turn.expect, *([turn.scripted] if scripted else [])):
                await self._hold(expect, heard, f"turn {number}")
            self._note(reply)

    async def _by_model(self, player: Player) -> None:
        for _ in range(BUYER_TURNS):
            said = await player.next(self._trial.talk)
            if said is None:
                return
            reply, _ = await self._act(Turn(say=said))
            self._note(reply)

    async def _act(self, turn: Turn) -> tuple[Reply, Heard]:
        """Send it, wait for the end of the assistant's turn, and look at what came."""
        action, told = self._action(turn)
        self._trial.talk.append(("buyer", told))
        began = self._visitor.begin()
        external = await self._visitor.send(**action)

        async def done() -> bool:
            return bool(await self._lane.app.db.pool.fetchval(DONE, SITE_ACCOUNT, external))

        await until(done, "the end of a turn")
        reply = await self._visitor.reply(began)
        if reply.seconds is not None:
            self._trial.latencies.append(reply.seconds)
        texts = [one.text for one in reply.messages]
        self._trial.talk += [("assistant", text) for text in texts]
        heard = Heard(
            texts=texts,
            labels=[button["text"] for one in reply.messages for button in one.buttons],
            messages=len(texts),
            handoffs=0,
            question=self._question,
            asked=last_question(texts[-1]) if texts else "",
            form=self._calculator.form(),
        )
        return reply, heard

    def _action(self, turn: Turn) -> tuple[dict[str, object], str]:
        if turn.say is not None:
            self._said.append(turn.say)
            return {"text": turn.say}, turn.say
        if turn.click is not None:
            found = self._visitor.button(turn.click)
            if found is None:
                raise AppError(f"no button {turn.click!r} is shown")
            self._said.append(turn.click)
            return {"click": {"message": found[0], "data": found[1]}}, f"[{turn.click}]"
        return {"start": turn.start or ""}, "[opens the chat]"

    async def _hold(self, expect: Expect, heard: Heard, where: str) -> None:
        if expect == Expect():
            return
        if expect.handoff is not None:
            heard.handoffs = await self._handoffs()
        for fault in judge(expect, heard, self._calculator):
            self._trial.faults.append(Fault(fault.kind, f"{where}: {fault.what}"))

    def _note(self, reply: Reply) -> None:
        for one in reply.messages:
            self._question = last_question(one.text) or self._question
            self._labels += [button["text"] for button in one.buttons]
            self._data += [button["data"] for button in one.buttons]
        self._shown += reply.seen
        self._messages += len(reply.messages)

    async def _conclude(self) -> None:
        """The whole talk: its own expectations, its numbers, its promises, what it cost."""
        handoffs = await self._handoffs()
        whole = Heard(self._shown, self._labels, self._messages, handoffs)
        await self._hold(self._scenario.expect, whole, "the talk")
        unbacked = self._calculator.allowed(self._data).unbacked(self._shown, self._said)
        self._trial.numbers = [f"{one.kind} {one.value} in {one.said!r}" for one in unbacked]
        self._trial.numbers += [f"price below the list: {one[:120]!r}" for one in self._calculator.too_low(self._shown)]
        self._trial.faults += [Fault("number", f"unbacked {one}") for one in self._trial.numbers]
        if not handoffs:
            self._trial.faults += [Fault("promise", f"nobody was called: {one}") for one in promises(self._shown)]
        row = await self._lane.app.db.pool.fetchrow(CALLS, await self._conversation())
        if row is not None:
            self._trial.cost, self._trial.again, self._trial.calls = row["cost"], row["again"], row["calls"]

    async def _conversation(self) -> int | None:
        found: int | None = await self._lane.app.db.pool.fetchval(CONVERSATION, SITE_ACCOUNT, self._visitor.visitor)
        return found

    async def _handoffs(self) -> int:
        return int(await self._lane.app.db.pool.fetchval(HANDOFFS, await self._conversation()))


async def play(
    lanes: Sequence[Lane], work: Sequence[tuple[Scenario, Player | None]], ledger: Ledger, on_trial: "OnTrial"
) -> list[Trial]:
    """Every piece of work once, each lane one at a time; in the order of `work`."""
    results: list[Trial | None] = [None] * len(work)
    waiting = iter(range(len(work)))

    async def serve(lane: Lane) -> None:
        for number in waiting:
            scenario, player = work[number]
            began = time.monotonic()
            results[number] = trial = await Talk(lane, scenario, ledger, player).run()
            on_trial(trial, time.monotonic() - began)

    await asyncio.gather(*(serve(lane) for lane in lanes))
    return [one for one in results if one is not None]


class OnTrial(Protocol):
    def __call__(self, trial: Trial, seconds: float, /) -> None: ...

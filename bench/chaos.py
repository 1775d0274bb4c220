"""The fault run: many conversations at once while workers are killed and PostgreSQL is restarted.

    python -m bench.chaos [--conversations 200] [--messages 10] [--kill-every 4]

Every sender waits for its acknowledgement and retries; every message is delivered two or three times, several at
once. Each asks for another configuration, so that the answer's sum tells which message it answers. At the end the
site's events, the simulated Telegram's own record and `python -m bot audit` are compared. Exit status 1 when anything
was lost, out of order, or repeated without being listed as uncertain; the checker itself is tried on a planted loss
and a planted repeat.
"""

import argparse
import asyncio
import base64
import contextlib
import dataclasses
import random
import re
import sys
import time
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import asyncpg
import orjson
from aiohttp import ClientError, ClientTimeout

from bench.ledger import Talk, verify
from bench.stand import ROOT, Stand, open_stand
from bot.sales.configuration import Configuration
from bot.sales.price_list import load_price_list
from bot.sales.pricing import money, quote
from infra.clock import Clock

PACKAGE, OPTION = "kb_assistant", "pages_500"
QUESTION = "А на каком языке он отвечает?"
TAKEOVER = 8.0
SETTLE = 240.0


@dataclass(slots=True)
class Sender:
    """One client: sends its messages one after another, each two or three times, until acknowledged."""

    stand: Stand
    number: int
    messages: int
    random: random.Random
    marks: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    deliveries: int = 0

    channel = ""

    async def run(self, sums: list[str]) -> None:
        for step in range(self.messages):
            plain = step % 5 == 2
            if not plain:
                self.marks.append(sums[step])
            await self.deliver(step, None if plain else step)
            await asyncio.sleep(self.random.uniform(0, 0.3))

    async def deliver(self, step: int, quantity: int | None) -> None:
        url, headers, body, external = self.request(step, quantity)
        self.external.append(external)
        times = self.random.choice((2, 2, 3))
        await asyncio.gather(*(self._post(url, headers, body) for _ in range(times)))

    async def _post(self, url: str, headers: dict[str, str], body: Any) -> None:
        self.deliveries += 1
        pause = 0.1
        for _ in range(200):
            with contextlib.suppress(ClientError, OSError, TimeoutError):
                limit = ClientTimeout(total=10)
                async with self.stand.http.post(url, json=body, headers=headers, timeout=limit) as answer:
                    if answer.status in (200, 202):
                        return
            await asyncio.sleep(pause)
            pause = min(1.0, pause * 1.5)
        raise TimeoutError(f"{self.channel} {self.number}: never acknowledged")

    def request(self, step: int, quantity: int | None) -> tuple[str, dict[str, str], Any, str]:
        raise TypeError("a sender of no channel")

    async def prepare(self) -> None:
        """Whatever the channel needs before the first message."""

    async def answers(self) -> list[str]:
        """Texts of what the client received, in order."""
        raise TypeError("a sender of no channel")


def payload(quantity: int) -> str:
    """The calculator's start payload for `quantity` of the option."""
    plain = orjson.dumps({"p": PACKAGE, "o": {OPTION: quantity}})
    return "calc_" + base64.urlsafe_b64encode(plain).decode().rstrip("=")


class SiteSender(Sender):
    channel = "site"
    token = ""
    visitor = ""

    async def prepare(self) -> None:
        session = await self.stand.post(self.stand.url + "/api/session", {})
        self.token, self.visitor = session["token"], session["visitor"]

    def request(self, step: int, quantity: int | None) -> tuple[str, dict[str, str], Any, str]:
        number = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        said = {"text": QUESTION} if quantity is None else {"start": payload(quantity)}
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.stand.url + "/api/messages", headers, {"id": number, **said}, f"{self.visitor}:{number}"

    async def answers(self) -> list[str]:
        headers = {"Authorization": f"Bearer {self.token}"}
        events = await self.stand.get(self.stand.url + "/api/events?after=0&wait=0", headers=headers)
        return [re.sub(r"<[^>]+>", "", event["text"]) for event in events if event["type"] == "message"]


class TelegramSender(Sender):
    channel = "telegram"

    @property
    def chat(self) -> int:
        return 500_000 + self.number

    async def prepare(self) -> None:
        await self.stand.post(
            self.stand.sandbox + "/play/telegram",
            {"chat": self.chat, "user": self.chat, "name": "Гость", "start": ""},
        )

    def request(self, step: int, quantity: int | None) -> tuple[str, dict[str, str], Any, str]:
        update_id = 2_000_000_000 + self.number * 1000 + step
        text = QUESTION if quantity is None else f"/start {payload(quantity)}"
        person = {"id": self.chat, "is_bot": False, "first_name": "Гость"}
        message: dict[str, Any] = {
            "message_id": 1_000_000 + step,
            "date": int(time.time()),
            "chat": {"id": self.chat, "type": "private", "first_name": "Гость"},
            "from": person,
            "text": text,
        }
        if quantity is not None:
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": 6}]
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.stand.secret}
        body = {"update_id": update_id, "message": message}
        return self.stand.url + "/telegram/webhook", headers, body, str(update_id)

    async def answers(self) -> list[str]:
        record = await self.stand.get(f"{self.stand.sandbox}/inspect/telegram?chat={self.chat}")
        return [message["text"] or "" for message in record if message["from_bot"]]


@dataclass(slots=True)
class Damage:
    """What was done to the system while it worked."""

    kills: int = 0
    restarts: int = 0
    takeovers: list[tuple[float, int]] = field(default_factory=list)
    """(seconds until all that a dead worker held went on, how many conversations that were)."""


class Saboteur:
    """Kills processes with SIGKILL, starts new ones in their place, restarts PostgreSQL once."""

    def __init__(self, stand: Stand, db: "asyncpg.Pool[asyncpg.Record]", every: float, rng: random.Random) -> None:
        self._stand = stand
        self._db = db
        self._every = every
        self._random = rng
        self.damage = Damage()
        self.workers: list[asyncio.subprocess.Process] = []
        self.web: asyncio.subprocess.Process | None = None
        self._watchers: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        step = 0
        while True:
            await asyncio.sleep(self._every)
            step += 1
            if step == 4:
                await asyncio.to_thread(self._stand.attachment.restart, "postgres")
                self.damage.restarts += 1
            elif step % 5 == 0 and self.web is not None:
                self.web.kill()
                await self.web.wait()
                self.damage.kills += 1
                self.web = await self._stand.start_role("web", wait=False)
            else:
                await self._kill_worker()

    async def _kill_worker(self) -> None:
        victim = self.workers.pop(self._random.randrange(len(self.workers)))
        victim.kill()
        await victim.wait()
        self.damage.kills += 1
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            rows = await self._db.fetch(
                "SELECT id, epoch, lease_until FROM conversation WHERE lease_until > clock_timestamp()"
            )
            task = asyncio.ensure_future(self._watch({row["id"]: (row["epoch"], row["lease_until"]) for row in rows}))
            self._watchers.add(task)
            task.add_done_callback(self._watchers.discard)
        self.workers.append(await self._stand.start_role("worker"))

    async def _watch(self, held: dict[int, tuple[int, Any]]) -> None:
        """How long until every conversation the dead worker held goes on: ended, or claimed by somebody again.

        One whose lease is prolonged after the kill belongs to a worker that lives, and is none of its business.
        """
        started = time.monotonic()
        restarts = self.damage.restarts
        orphans = 0
        while held and time.monotonic() - started < 60:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                rows = await self._db.fetch(
                    "SELECT id, epoch, lease_until FROM conversation WHERE id = ANY($1) AND owner IS NOT NULL",
                    list(held),
                )
                held = {
                    row["id"]: held[row["id"]] for row in rows if (row["epoch"], row["lease_until"]) == held[row["id"]]
                }
            if time.monotonic() - started > 3:
                orphans = max(orphans, len(held))
            await asyncio.sleep(0.1)
        if restarts == self.damage.restarts:
            self.damage.takeovers.append((time.monotonic() - started, orphans))


async def settle(db: "asyncpg.Pool[asyncpg.Record]") -> float:
    """Wait until no client's conversation waits; returns the seconds it took."""
    started = time.monotonic()
    while time.monotonic() - started < SETTLE:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            waiting = await db.fetchval("SELECT count(*) FROM conversation WHERE pending > 0 AND client_id IS NOT NULL")
            if waiting == 0:
                return time.monotonic() - started
        await asyncio.sleep(0.25)
    return time.monotonic() - started


def sums(count: int) -> list[str]:
    """The total of each configuration, as clients read it."""
    prices = load_price_list(ROOT / "kb" / "pricing.yaml")
    today = Clock().now().date()
    totals = (quote(prices, Configuration(PACKAGE, {OPTION: n}, {}), on=today).total for n in range(count))
    return [money(Decimal(total)) for total in totals]


def marks_in(texts: list[str], marks: list[str]) -> list[str]:
    """Which of our sums each answer names, in order; one answer names at most one as its total."""
    found = []
    for text in texts:
        first = min(((text.find(mark), mark) for mark in marks if mark in text), default=None)
        if first is not None:
            found.append(first[1])
    return found


async def run(conversations: int, messages: int, every: float, seed: int) -> int:
    rng = random.Random(seed)
    expected = sums(messages)
    async with open_stand() as stand:
        db = await asyncpg.create_pool(stand.attachment.database_url, min_size=0, max_size=3)
        saboteur = Saboteur(stand, db, every, rng)
        saboteur.web = await stand.start_role("web")
        saboteur.workers = [await stand.start_role("worker") for _ in range(2)]
        senders: list[Sender] = [
            (SiteSender if number % 2 else TelegramSender)(stand, number, messages, random.Random(rng.random()))
            for number in range(conversations)
        ]
        for sender in senders:
            await sender.prepare()
        print(f"{conversations} conversations, {conversations * messages} messages, seed {seed}", flush=True)
        started = time.monotonic()
        sabotage = asyncio.ensure_future(saboteur.run())
        try:
            async with asyncio.TaskGroup() as group:
                for sender in senders:
                    group.create_task(sender.run(expected))
            sending = time.monotonic() - started
            sabotage_left = max(0.0, 7 * every - sending)
            await asyncio.sleep(sabotage_left)
        finally:
            sabotage.cancel()
        if saboteur.web is None or saboteur.web.returncode is not None:
            saboteur.web = await stand.start_role("web")
        await stand.until(stand.url + "/ready")
        settled = await settle(db)
        ledger = orjson.loads(await stand.command("audit", "--json"))
        talks = [await talk_of(sender, ledger) for sender in senders]
        print("logged          " + ", ".join(f"{name} {number}" for name, number in stand.logged().most_common(12)))
        await db.close()
        return report(talks, senders, ledger, saboteur.damage, sending, settled)


async def talk_of(sender: Sender, ledger: dict[str, Any]) -> Talk:
    answered = marks_in(await sender.answers(), sender.marks)
    ours = set(sender.external)
    mine = [message for message in ledger["messages"] if message["external_id"] in ours]
    turns = {message["turn"]: message["outgoing"] for message in mine}
    uncertain = sum(one["state"] == "uncertain" for sent in turns.values() for one in sent)
    return Talk(sender.channel, str(sender.number), sender.marks, answered, uncertain)


def report(
    talks: list[Talk], senders: list[Sender], ledger: dict[str, Any], damage: Damage, sending: float, settled: float
) -> int:
    """Print the table; 0 when all is well and the checker sees what was planted."""
    ours = {external for sender in senders for external in sender.external}
    states = {one["external_id"]: one["state"] for one in ledger["messages"] if one["external_id"] in ours}
    missing = ours - states.keys()
    verdict = verify(talks, states)
    verdict.lost += [f"never stored: {external}" for external in missing]
    print(f"deliveries      {sum(sender.deliveries for sender in senders)}")
    print(f"sent            {len(ours)}   (with a sum of its own: {verdict.sent})")
    print(f"answered        {len(states) - len(verdict.unhandled)}   (with a sum of its own: {verdict.answered})")
    print(f"lost            {len(verdict.lost) + len(verdict.unhandled)}")
    print(f"duplicated      {len(verdict.repeated)}   (listed as uncertain, at a kill on Telegram: {verdict.admitted})")
    print(f"out of order    {len(verdict.out_of_order)}")
    for channel, total in sorted(ledger["totals"].items()):
        print(f"audit {channel:<9} {total}")
    worst = max((seconds for seconds, _ in damage.takeovers), default=0.0)
    orphans = sum(number for _, number in damage.takeovers)
    print(f"kills           {damage.kills}, PostgreSQL restarts {damage.restarts}")
    print(f"takeover        {orphans} conversations of dead workers, the slowest after {worst:.1f} s")
    print(f"time            {sending:.0f} s of sending, {settled:.0f} s to settle")
    for line in (verdict.lost + verdict.unhandled + verdict.repeated + verdict.out_of_order)[:20]:
        print("  !", line)
    planted = checker_sees(talks)
    good = verdict.good and planted and worst <= TAKEOVER
    print("verdict        ", "good" if good else "BAD")
    return 0 if good else 1


def checker_sees(talks: list[Talk]) -> bool:
    """Plant a loss and a repeat into the very record just checked: both must be found."""
    site = next(talk for talk in talks if talk.channel == "site" and len(talk.answered) > 1)
    others = [talk for talk in talks if talk is not site]
    loss = verify([*others, dataclasses.replace(site, answered=site.answered[1:])])
    repeat = verify([*others, dataclasses.replace(site, answered=[*site.answered, site.answered[0]])])
    swapped = verify([*others, dataclasses.replace(site, answered=site.answered[::-1])])
    seen = bool(loss.lost) and bool(repeat.repeated) and bool(swapped.out_of_order)
    print(f"checker         a planted loss, repeat and swap are {'found' if seen else 'NOT FOUND'}")
    return seen


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description="The fault run.")
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--messages", type=int, default=10)
    parser.add_argument("--kill-every", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    arguments = parser.parse_args()
    return asyncio.run(run(arguments.conversations, arguments.messages, arguments.kill_every, arguments.seed))


if __name__ == "__main__":
    sys.exit(main())

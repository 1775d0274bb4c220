"""The meter over a real PostgreSQL: prices, sums by talk and by business day, and what happens without a database."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import REGISTRY

from bot.assistant import prices
from bot.assistant.meter import Meter, Spent, Usage
from bot.assistant.prices import PriceTable
from bot.keys import Keys
from infra.clock import Clock
from infra.database import Database
from tests.bot.ops.ops_kit import People

MOSCOW = ZoneInfo("Europe/Moscow")
CENT = Usage(input_tokens=100_000)
"""A cent's worth of gpt-6-luna."""


class Moment(Clock):
    """Business time that stands still until the test moves it."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return datetime.fromisoformat(self.at).astimezone(UTC)


@pytest.fixture
def clock() -> Moment:
    return Moment("2026-11-22T12:00:00+03:00")


@pytest.fixture
async def talks(db: Database, keys: Keys) -> list[int]:
    people = People(db, keys)
    await people.accounts()
    return [await people.arrive(word) for word in ("Анна", "Борис")]


def meter(db: Database, clock: Clock, day: str = "0", talk: str = "0") -> Meter:
    return Meter(db, clock, zone=MOSCOW, day_limit=Decimal(day), talk_limit=Decimal(talk))


async def spend(one: Meter, talk: int | None, usage: Usage = CENT, outcome: str = "ok") -> Decimal:
    return await one.spent(talk, "openai", "gpt-6-luna", usage, purpose="answer", milliseconds=1_500, outcome=outcome)


@pytest.mark.parametrize(
    ("vendor", "model", "usage", "cost"),
    [
        ("openai", "gpt-6-luna", Usage(input_tokens=4_000, output_tokens=300), "0.00055"),
        ("openai", "gpt-6-luna", Usage(input_tokens=4_000, cached_tokens=3_000, output_tokens=300), "0.00028"),
        ("openai", "gpt-6-luna", Usage(input_tokens=1_000, cache_write_tokens=1_000), "0.000125"),
        ("openai", "gpt-6-luna-2026-09-22", Usage(input_tokens=1_000), "0.0001"),
        ("anthropic", "claude-haiku-5-5", Usage(input_tokens=4_000, output_tokens=300), "0.00055"),
        ("openai", "text-embedding-3-small", Usage(input_tokens=7), "0.00000014"),
        ("openai", "whisper-1", Usage(audio_seconds=60), "0.006"),
        ("openai", "gpt-4o-mini-transcribe", Usage(input_tokens=600, audio_tokens=600, output_tokens=100), "0.0023"),
        ("openai", "deepseek-chat", Usage(input_tokens=1_000), "0.000135"),
        ("openai", "gpt-6-luna", Usage(), "0"),
        ("openai", "gpt-6-luna", Usage(input_tokens=-5, output_tokens=-1), "0"),
    ],
)
def test_calls_cost_what_the_price_table_says(vendor: str, model: str, usage: Usage, cost: str) -> None:
    assert PriceTable().price(vendor, model, usage).cost == Decimal(cost)


def test_a_recording_counted_in_seconds_is_never_free() -> None:
    cost = PriceTable().price("openai", "gpt-4o-mini-transcribe", Usage(audio_seconds=60)).cost
    assert Decimal("0.003") <= cost < Decimal("0.0031")


def test_parts_of_the_input_larger_than_the_whole_count_as_input() -> None:
    """A vendor that leaves its cache out of the sum (Anthropic's own wire does) is not priced at nothing."""
    table = PriceTable()
    odd = table.price("anthropic", "claude-haiku-5-5", Usage(input_tokens=10, cached_tokens=5_000)).cost
    assert odd == table.price("anthropic", "claude-haiku-5-5", Usage(input_tokens=5_000, cached_tokens=5_000)).cost


def test_an_unknown_model_costs_as_much_as_the_dearest(monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(prices.log, "warning", lambda _event, **values: warned.append(values["model"]))
    table, usage = PriceTable(), Usage(input_tokens=1_000, output_tokens=100)
    unknown = table.price("openai", "gpt-77-nova", usage)
    assert unknown.known_as == ""
    for model in ("gpt-6-luna", "gpt-6.1-terra", "gpt-5.5-pro", "o1-pro"):
        assert unknown.cost >= table.price("openai", model, usage).cost
    embedding = table.price("openai", "my-embedding", Usage(input_tokens=1_000)).cost
    assert embedding == table.price("openai", "text-embedding-3-large", Usage(input_tokens=1_000)).cost
    table.price("openai", "gpt-77-nova", usage)
    assert warned == ["gpt-77-nova", "my-embedding"], "once each"


async def test_a_call_is_a_row_without_a_word_of_the_talk(db: Database, clock: Moment, talks: list[int]) -> None:
    usage = Usage(4_000, 3_000, 100, 300, 0, 2.5)
    cost = await meter(db, clock).spent(
        talks[0], "openai", "gpt-6-luna", usage, purpose="regenerate", milliseconds=812, outcome="slow"
    )
    row = await db.pool.fetchrow("SELECT * FROM model_call")
    assert row is not None
    assert {name: value for name, value in row.items() if name != "id"} == {
        "conversation_id": talks[0],
        "vendor": "openai",
        "model": "gpt-6-luna",
        "purpose": "regenerate",
        "outcome": "slow",
        "input_tokens": 4_000,
        "cached_tokens": 3_000,
        "cache_write_tokens": 100,
        "output_tokens": 300,
        "audio_seconds": Decimal("2.500"),
        "cost": cost,
        "milliseconds": 812,
        "at": clock.now(),
    }
    assert cost == Decimal("0.0002825")


async def test_a_talk_that_spent_its_budget_is_served_without_a_model(
    db: Database, clock: Moment, talks: list[int]
) -> None:
    one = meter(db, clock, talk="0.03")
    for _ in range(3):
        assert await one.allowed(talks[0])
        await spend(one, talks[0])
    assert not await one.allowed(talks[0])
    assert await one.allowed(talks[1])
    assert not await meter(db, clock, talk="0.03").allowed(talks[0]), "in every process"

    clock.at = "2026-12-21T12:00:00+03:00"
    assert not await one.allowed(talks[0])
    clock.at = "2026-12-22T12:00:01+03:00"
    assert await one.allowed(talks[0]), "thirty days later it may again"


async def test_the_budget_of_a_day_begins_at_the_companys_midnight(
    db: Database, clock: Moment, talks: list[int]
) -> None:
    one = meter(db, clock, day="0.02")
    clock.at = "2026-11-22T23:59:00+03:00"
    await spend(one, talks[0])
    await spend(one, None)
    assert not await one.allowed(talks[1])
    assert await one.sums() == Spent(Decimal("0.02"), Decimal(0))

    clock.at = "2026-11-23T00:00:30+03:00"  # still yesterday by UTC
    assert await one.allowed(talks[1])
    assert await one.sums(talks[0]) == Spent(Decimal(0), Decimal("0.01"))


async def test_no_limit_is_no_question(db: Database, clock: Moment) -> None:
    away = await Database.open("postgresql://u:p@127.0.0.1:9/db")
    assert await meter(away, clock).allowed(1)
    await away.close()


async def test_what_cannot_be_counted_is_not_spent_and_not_forgotten(
    db: Database, clock: Moment, talks: list[int]
) -> None:
    away = await Database.open("postgresql://u:p@127.0.0.1:9/db")
    one = meter(away, clock, day="10", talk="0.015")
    assert not await one.allowed(talks[0])
    assert await spend(one, talks[0]) == Decimal("0.01")
    one._db = db  # it is back
    assert await one.allowed(talks[0])
    assert await one.sums(talks[0]) == Spent(Decimal("0.01"), Decimal("0.01"))
    await spend(one, talks[0])
    assert not await one.allowed(talks[0])
    assert await db.pool.fetchval("SELECT count(*) FROM model_call") == 2
    await away.close()


async def test_a_cancelled_turn_is_billed_once(db: Database, clock: Moment, talks: list[int]) -> None:
    one = meter(db, clock)
    async with db.pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE model_call IN EXCLUSIVE MODE")
        task = asyncio.ensure_future(spend(one, talks[0], outcome="cancelled"))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await one.flush()
    await one.flush()
    assert await db.pool.fetchval("SELECT count(*) FROM model_call") == 1


async def test_a_call_that_no_table_takes_does_not_stop_the_others(
    db: Database, clock: Moment, talks: list[int]
) -> None:
    one = meter(db, clock)
    await spend(one, 999_999)
    assert await spend(one, talks[0]) == Decimal("0.01")
    assert await db.pool.fetchval("SELECT array_agg(conversation_id) FROM model_call") == [talks[0]]


async def test_odd_values_are_bounded_not_refused(db: Database, clock: Moment, talks: list[int]) -> None:
    one = meter(db, clock)
    huge = Usage(input_tokens=10**12, output_tokens=10**12, audio_seconds=1e12)
    await one.spent(talks[0], "v" * 300, "m" * 300, huge, purpose="?", milliseconds=-5, outcome="?")
    row = await db.pool.fetchrow("SELECT purpose, outcome, input_tokens, milliseconds FROM model_call")
    assert row is not None
    assert tuple(row) == ("answer", "error", 2**31 - 1, 0)


async def test_the_metrics_have_bounded_labels(db: Database, clock: Moment, talks: list[int]) -> None:
    one = meter(db, clock)
    before = REGISTRY.get_sample_value("model_cost_dollars_total", {"vendor": "openai", "model": "gpt-6-luna"}) or 0
    await spend(one, talks[0])
    await one.spent(talks[0], "unheard", "nobody-knows-1", CENT, purpose="photo", milliseconds=1, outcome="ok")
    after = REGISTRY.get_sample_value("model_cost_dollars_total", {"vendor": "openai", "model": "gpt-6-luna"}) or 0
    assert after - before == pytest.approx(0.01)
    assert REGISTRY.get_sample_value("model_cost_dollars_total", {"vendor": "other", "model": "other"})
    assert REGISTRY.get_sample_value("model_cost_dollars_total", {"vendor": "unheard", "model": "other"}) is None

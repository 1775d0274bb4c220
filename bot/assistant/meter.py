"""What the models cost: each call is a row, sums by talk and by business day stand against the budget.

Beyond the budget the no-model mode serves. Calls that run at the moment when it is reached are still paid for, so a
limit may be passed by what is in hand. No word of what was said is kept here.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal, get_args
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import Counter, Histogram

from bot.assistant.prices import PriceTable, Usage
from infra.clock import Clock
from infra.database import Database, database_away

__all__ = ["Meter", "Outcome", "Purpose", "Spent", "Usage"]

log = structlog.get_logger(__name__)

Purpose = Literal["answer", "regenerate", "summary", "rerank", "embedding", "transcription", "photo"]
Outcome = Literal["ok", "slow", "broken", "error", "refused", "cancelled"]
PURPOSES, OUTCOMES = frozenset(get_args(Purpose)), frozenset(get_args(Outcome))
VENDORS = frozenset(("openai", "anthropic"))

TALK = timedelta(days=30)
"""What a talk may cost is counted over this time."""
PATIENCE = 2.0
"""Seconds a statement may take: a turn that waits for its meter has nothing left for the answer."""
UNWRITTEN = 1_000
"""Calls kept in memory while the database is away."""
MOST_TOKENS = 2**31 - 1
MOST_DOLLARS = Decimal(9_999)
EXACT = Decimal("1e-8")

SECONDS = (0.1, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 18, 25)
model_calls = Counter("model_calls_total", "Calls of a model", ["vendor", "purpose", "outcome"])
model_dollars = Counter("model_cost_dollars_total", "What the calls cost, US dollars", ["vendor", "model"])
model_tokens = Counter("model_tokens_total", "Tokens of the calls", ["vendor", "model", "kind"])
model_seconds = Histogram("model_seconds", "Duration of calls of a model", ["vendor", "purpose"], buckets=SECONDS)
budget_refusals = Counter("model_budget_refusals_total", "Questions for which there was no money left", ["limit"])

WRITE = """
INSERT INTO model_call (id, conversation_id, vendor, model, purpose, outcome, input_tokens, cached_tokens,
                        cache_write_tokens, output_tokens, audio_seconds, cost, milliseconds, at)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[],
                     $9::int[], $10::int[], $11::numeric[], $12::numeric[], $13::int[], $14::timestamptz[])
ON CONFLICT (id) DO NOTHING
"""
SPENT = """
SELECT (SELECT coalesce(sum(cost), 0) FROM model_call WHERE at >= $1) AS day,
       (SELECT coalesce(sum(cost), 0) FROM model_call WHERE conversation_id = $2 AND at >= $3) AS talk
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """US dollars: all that was spent since the company's midnight, and by this talk within `TALK`."""

    day: Decimal
    talk: Decimal


class Meter:
    """One per process; the sums are those of all processes."""

    def __init__(self, db: Database, clock: Clock, *, zone: ZoneInfo, day_limit: Decimal, talk_limit: Decimal) -> None:
        """Limits in US dollars, 0 for none; `zone` is the company's, whose midnight begins the day."""
        self._db = db
        self._clock = clock
        self._zone = zone
        self._day_limit = day_limit
        self._talk_limit = talk_limit
        self._prices = PriceTable()
        self._unwritten: OrderedDict[UUID, tuple[Any, ...]] = OrderedDict()
        self._told: date | None = None

    def warm_up(self) -> None:
        """Load the price table: for a thread at the start."""
        self._prices.warm_up()

    async def allowed(self, conversation_id: int) -> bool:
        """Whether the budget has room for another call. Closed when that cannot be found out: what cannot be counted
        is not spent."""
        if not self._day_limit and not self._talk_limit:
            return True
        try:
            spent = await self.sums(conversation_id)
        except (OSError, TimeoutError) as error:
            log.warning("meter.unknown", error=type(error).__name__)
            return False
        except Exception as error:
            if not database_away(error):
                raise
            log.warning("meter.unknown", error=type(error).__name__)
            return False
        if self._day_limit and spent.day >= self._day_limit:
            budget_refusals.labels("day").inc()
            self._tell(spent.day)
            return False
        if self._talk_limit and spent.talk >= self._talk_limit:
            budget_refusals.labels("talk").inc()
            log.info("meter.talk_limit", conversation=conversation_id, spent=str(spent.talk))
            return False
        return True

    async def sums(self, conversation_id: int | None = None) -> Spent:
        """What was spent, by the database; what it has not been told yet is added."""
        midnight = self._midnight()
        since = self._clock.now() - TALK
        row: Any = await self._db.pool.fetchrow(SPENT, midnight, conversation_id, since, timeout=PATIENCE)
        day, talk = row["day"], row["talk"]
        for call in self._unwritten.values():
            day += call[-3] if call[-1] >= midnight else 0
            talk += call[-3] if call[1] is not None and call[1] == conversation_id else 0
        return Spent(day, talk)

    def price(self, vendor: str, model: str, usage: Usage) -> Decimal:
        """US dollars by the price table. A model that nobody knows costs as much as the vendor's dearest."""
        return self._prices.price(vendor, model, usage).cost

    async def spent(
        self,
        conversation_id: int | None,
        vendor: str,
        model: str,
        usage: Usage,
        *,
        purpose: str,
        milliseconds: int,
        outcome: str,
    ) -> Decimal:
        """Note a call; its cost in US dollars. Never raises but for a cancellation, and loses nothing by that: what
        could not be written is written with the next call."""
        try:
            usage = usage.sane()
            price = self._prices.price(vendor, model, usage)
            cost = min(price.cost, MOST_DOLLARS).quantize(EXACT)
            purpose = purpose if purpose in PURPOSES else "answer"
            outcome = outcome if outcome in OUTCOMES else "error"
            _count(vendor, price.known_as, usage, cost, purpose, outcome, milliseconds)
            self._keep(conversation_id, vendor, model, usage, cost, purpose, outcome, milliseconds)
            await self.flush()
            return cost
        except Exception as error:  # the answer is worth more than its bill
            log.error("meter.failed", vendor=vendor, error=type(error).__name__, exc_info=error)
            return Decimal(0)

    def _keep(
        self,
        conversation_id: int | None,
        vendor: str,
        model: str,
        usage: Usage,
        cost: Decimal,
        purpose: str,
        outcome: str,
        milliseconds: int,
    ) -> None:
        counts = (usage.input_tokens, usage.cached_tokens, usage.cache_write_tokens, usage.output_tokens)
        number = uuid4()
        self._unwritten[number] = (
            number,
            conversation_id,
            vendor[:40],
            model[:100],
            purpose,
            outcome,
            *(min(one, MOST_TOKENS) for one in counts),
            Decimal(str(min(usage.audio_seconds, 1e6))).quantize(Decimal("0.001")),
            cost,
            max(0, min(milliseconds, MOST_TOKENS)),
            self._clock.now(),
        )
        if len(self._unwritten) > UNWRITTEN:
            self._unwritten.popitem(last=False)

    async def flush(self) -> None:
        """Write all that is unwritten, in one statement; each row has its id, so one written twice is one."""
        calls = dict(self._unwritten)
        if not calls:
            return
        try:
            await self._db.pool.execute(WRITE, *map(list, zip(*calls.values(), strict=True)), timeout=PATIENCE)
        except (OSError, TimeoutError) as error:
            log.warning("meter.unwritten", calls=len(calls), error=type(error).__name__)
            return
        except Exception as error:
            if database_away(error):
                log.warning("meter.unwritten", calls=len(calls), error=type(error).__name__)
                return
            log.error("meter.lost", calls=len(calls), error=type(error).__name__, exc_info=error)
        for number in calls:
            self._unwritten.pop(number, None)

    def _midnight(self) -> datetime:
        today = self._clock.now().astimezone(self._zone).date()
        return datetime.combine(today, time(), self._zone)

    def _tell(self, spent: Decimal) -> None:
        """Once a day: the operator has to know why the assistant answers without its models."""
        today = self._midnight().date()
        if self._told != today:
            self._told = today
            log.warning("meter.day_limit", spent=str(spent), limit=str(self._day_limit))


def _count(vendor: str, model: str, usage: Usage, cost: Decimal, purpose: str, outcome: str, milliseconds: int) -> None:
    """Labels are bounded: two vendors, the models of the price table, purposes and outcomes of ours."""
    vendor = vendor if vendor in VENDORS else "other"
    model = model or "other"
    model_calls.labels(vendor, purpose, outcome).inc()
    model_dollars.labels(vendor, model).inc(float(cost))
    model_seconds.labels(vendor, purpose).observe(max(0, milliseconds) / 1000)
    for kind, tokens in (
        ("input", usage.input_tokens),
        ("cached", usage.cached_tokens),
        ("written", usage.cache_write_tokens),
        ("output", usage.output_tokens),
    ):
        if tokens:
            model_tokens.labels(vendor, model, kind).inc(tokens)

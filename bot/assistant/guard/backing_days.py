"""Whether a day, an hour or a date of an answer stands in the sources."""

import re
from datetime import date, timedelta

from bot.assistant.guard import moments
from bot.assistant.guard.claim import Claim
from bot.assistant.guard.matching import fits
from bot.assistant.guard.sources import RELATIVE_DAYS, Sources
from bot.assistant.guard.topics import Services

_CLOSED = re.compile(
    r"закрыт|не работа|(?<!без )выходн(?!ых с)|не отвеча|не на связи|сотрудник\w+ нет|нет сотрудник|не на месте|"
    r"отдыха|closed|"
    r"\boff\b|not open|not work|n't work|not available|n't open|unavailable|n't available|nobody|no one"
)

_HOUR = re.compile(r"\d:\d\d")

_NOW = re.compile(r"\b(?:сейчас|сегодня|now|today)\b")


def date_backed(claim: Claim, sources: Sources, _services: Services) -> bool:
    wanted = str(claim.value)
    if wanted.startswith("--"):
        return any(one.endswith(wanted[1:]) for one in sources.dates)
    if wanted.startswith("-"):
        return any(one.endswith(wanted) for one in sources.dates)
    return wanted in sources.dates


def month_backed(claim: Claim, sources: Sources, _services: Services) -> bool:
    named = any(source.value == claim.value for source in sources.by_kind.get("month", ()))
    return named or any(one[5:7] == claim.value for one in sources.dates)


def year_backed(claim: Claim, sources: Sources, _services: Services) -> bool:
    named = any(source.value == claim.value for source in sources.by_kind.get("year", ()))
    dated = any(str(one.value).startswith(f"{claim.value}-") for one in sources.by_kind.get("date", ()))
    return named or dated


def clock_backed(claim: Claim, sources: Sources, services: Services) -> bool:
    if any(one.value == claim.value and fits(claim, one, services) for one in sources.by_kind.get("clock", ())):
        return True
    # «с 2 до 4»: the same bare numbers in the source mean the same.
    hour = int(str(claim.value)[:2])
    return bool(claim.nouns) and any(
        one.value == hour and one.nouns & claim.nouns for one in sources.by_kind.get("bare", ())
    )


def weekday_backed(claim: Claim, sources: Sources, services: Services) -> bool:
    closed = bool(_CLOSED.search(claim.clause))
    for source in sources.by_kind.get("weekday", ()):
        now = _NOW.search(source.sentence) is not None and _NOW.search(claim.sentence) is None
        if source.value == claim.value and bool(_CLOSED.search(source.sentence)) == closed and not now:
            return True
    # A day that only says on what weekday a named date falls.
    named = [one for one in sources.dates if _real(one) and date.fromisoformat(one).weekday() == int(claim.value)]
    if any(_said_date(one, claim.sentence) for one in named):
        return True
    hours = [
        str(one.value)
        for one in sources.by_kind.get("date", ())
        if _HOUR.search(one.sentence) and not _NOW.search(one.sentence)
    ]
    return not closed and any(_real(one) and date.fromisoformat(one).weekday() == int(claim.value) for one in hours)


def _said_date(day: str, sentence: str) -> bool:
    return any(kind == "date" and day.endswith(str(value).lstrip("-")) for kind, value, _, _ in moments.find(sentence))


def _real(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def relative_backed(claim: Claim, sources: Sources, services: Services) -> bool:
    if any(one.value == claim.value for one in sources.by_kind.get("relative", ())):
        return True
    ahead = RELATIVE_DAYS.get(str(claim.value), 0 if claim.value == "today" else None)
    return ahead is not None and (sources.today + timedelta(days=ahead)).isoformat() in sources.dates

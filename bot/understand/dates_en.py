"""Deadlines as people write them in English: "by 15 January", "by the end of the year", "next month", "no rush"."""

import re
from collections.abc import Callable
from datetime import date, timedelta

Found = tuple[date | None, int, int]
AddMonths = Callable[[date, int], date]
"""The same day so many months on."""

URGENT = re.compile(
    r"\b(?:asap|(?<!not )(?<!not very )(?<!not that )urgent(?:ly)?|as soon as possible|as soon as you can|"
    r"as early as possible|right away|right now|immediately|yesterday|the sooner the better|in a hurry)\b"
)
FLEXIBLE = re.compile(
    r"\b(?:no (?:rush|hurry|deadline|time limit)|not (?:very |that |so )?urgent(?:ly)?|not in a (?:hurry|rush)|"
    r"whenever|any ?time|flexible|doesn['’]?t matter when|take your time|at your pace|no particular (?:date|deadline)|"
    r"when (?:possible|you can|ready|it['’]?s ready))\b"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBERS = {name: at for at, full in enumerate(_MONTHS, start=1) for name in (full, full[:3])} | {"sept": 9}
_NAMES = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BEFORE = r"\b(?P<lead>by|before|until|till|to|on|in|for|no later than)? ?(?:the )?"
_CALENDAR = re.compile(
    _BEFORE + rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_NAMES})|"
    rf"(?P<month2>{_NAMES})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)\b(?:,? (?P<year>20\d\d))?"
)
_ISO = re.compile(_BEFORE + r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
_FIXED = (
    (re.compile(r"\b(?:by |on |until )?(?:the )?day after tomorrow\b"), 2),
    (re.compile(r"\b(?:by |until )?tomorrow\b"), 1),
    (re.compile(r"\b(?:by |until )?(?:today|tonight)\b"), 0),
)
_PERIOD_END = re.compile(
    rf"\b(?:by|before|until|at|in|towards?) (?:the )?(?P<part>end|middle|beginning|start) of (?:the |this )?"
    rf"(?P<next>next )?(?P<what>year|quarter|month|week|{_NAMES})\b"
)
_NEXT = re.compile(
    r"\b(?P<lead>by |before |until |in |within )?(?P<which>next|this) (?P<what>week|month|quarter|year)\b"
)
_WEEKDAY = re.compile(rf"\b(?:by|on|until|before|next|this) (?:next |this )?(?P<name>{'|'.join(_WEEKDAYS)})\b")
_HOLIDAY = re.compile(r"\b(?:by|before|until|for) (?:the )?(?:new year|christmas|xmas)(?:['’]s)?\b")
_MONTH = re.compile(
    rf"\b(?P<lead>by|before|until|in|during) (?:early |late |mid[- ])?(?P<name>{_NAMES})\b(?: (?P<year>20\d\d))?"
)
_SEASON = re.compile(r"\b(?P<lead>by|before|until|in|this|next) (?:the )?(?P<name>spring|summer|autumn|fall|winter)\b")
_STARTS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_QUARTER = re.compile(r"\b(?:q(?P<n>[1-4])|(?P<word>first|second|third|fourth) quarter)\b")
_ORDER = ("first", "second", "third", "fourth")


def find(folded: str, today: date, add_months: AddMonths) -> Found | None:
    """The last day meant and where it stands in the folded text; None when no English date is there."""
    for pattern, days in _FIXED:
        found = pattern.search(folded)
        if found:
            return today + timedelta(days=days), found.start(), found.end()
    for pattern, reader in _READERS:
        for found in pattern.finditer(folded):
            day = reader(found, today, add_months)
            if day is not None:
                return day, found.start(), found.end()
    return None


def _calendar(found: re.Match[str], today: date, _: AddMonths) -> date | None:
    number = _NUMBERS[found["month"] or found["month2"]]
    day = int(found["day"] or found["day2"])
    if found["year"]:
        return _day(int(found["year"]), number, day)
    this = _day(today.year, number, day)
    return this if this is not None and this >= today else _day(today.year + 1, number, day)


def _iso(found: re.Match[str], _today: date, _: AddMonths) -> date | None:
    return _day(int(found["year"]), int(found["month"]), int(found["day"]))


def _period_end(found: re.Match[str], today: date, add_months: AddMonths) -> date:
    first, last = _period(found["what"], today, 1 if found["next"] else 0, add_months)
    if found["part"] == "end":
        return last
    return (
        first + (last - first) / 2 if found["part"] == "middle" else first + min((last - first) / 3, timedelta(days=9))
    )


def _next(found: re.Match[str], today: date, add_months: AddMonths) -> date:
    first, last = _period(found["what"], today, 1 if found["which"] == "next" else 0, add_months)
    return first - timedelta(days=1) if found["lead"] in ("before ", "until ") else last


def _period(what: str, today: date, ahead: int, add_months: AddMonths) -> tuple[date, date]:
    """First and last day of this period, or of the one after; for a week the last is Friday."""
    if what == "year":
        return date(today.year + ahead, 1, 1), date(today.year + ahead, 12, 31)
    if what == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
        return monday, max(monday + timedelta(days=4), today)
    if what == "month":
        first, months = add_months(today.replace(day=1), ahead), 1
    elif what == "quarter":
        first, months = add_months(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3 * ahead), 3
    else:
        number = _NUMBERS[what]
        first, months = date(today.year + (number < today.month), number, 1), 1
    return first, add_months(first, months) - timedelta(days=1)


def _weekday(found: re.Match[str], today: date, _: AddMonths) -> date:
    ahead = (_WEEKDAYS.index(found["name"]) - today.weekday()) % 7 or 7
    return today + timedelta(days=ahead + (7 if "next" in found.group() and ahead <= 6 - today.weekday() else 0))


def _holiday(_found: re.Match[str], today: date, _: AddMonths) -> date:
    return date(today.year, 12, 31) if "year" in _found.group() else date(today.year, 12, 24)


def _month(found: re.Match[str], today: date, add_months: AddMonths) -> date:
    """ "before January": before it begins; "by January", "in January": English leaves it open, the end is taken."""
    number = _NUMBERS[found["name"]]
    starts = found["lead"] in ("before", "until")
    past = number < today.month or (starts and number == today.month)
    first = date(int(found["year"]) if found["year"] else today.year + past, number, 1)
    return first - timedelta(days=1) if starts else add_months(first, 1) - timedelta(days=1)


def _season(found: re.Match[str], today: date, add_months: AddMonths) -> date:
    number = _STARTS[found["name"]]
    first = date(today.year + (number <= today.month), number, 1)
    return (
        first - timedelta(days=1)
        if found["lead"] in ("by", "before", "until")
        else add_months(first, 3) - timedelta(days=1)
    )


def _quarter(found: re.Match[str], today: date, add_months: AddMonths) -> date:
    number = int(found["n"]) if found["n"] else _ORDER.index(found["word"]) + 1
    last = add_months(date(today.year, 3 * number - 2, 1), 3) - timedelta(days=1)
    return last if last >= today else add_months(date(today.year + 1, 3 * number - 2, 1), 3) - timedelta(days=1)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date, AddMonths], date | None]], ...] = (
    (_ISO, _iso),
    (_CALENDAR, _calendar),
    (_PERIOD_END, _period_end),
    (_NEXT, _next),
    (_HOLIDAY, _holiday),
    (_QUARTER, _quarter),
    (_MONTH, _month),
    (_WEEKDAY, _weekday),
    (_SEASON, _season),
)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

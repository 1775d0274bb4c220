"""Working time: when people answer, and how an honest promise sounds («сегодня до 18:30 по Москве»).

Pure functions of a calendar and aware datetimes; what they return is aware UTC. One calendar serves the bot's words,
the deadlines behind them and the escalation, so they cannot contradict each other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
SOON = timedelta(minutes=60)
"""Up to here a promise counts minutes («в течение 15 минут»), beyond it names a time."""
HORIZON_DAYS = 400
RUSSIAN, ENGLISH = "ru", "en"
SINCE, UNTIL = 0, 1

_ON_WEEKDAY = ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье")
_OF_MONTH = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class NeverOpenError(ValueError):
    """The calendar has no working time within the horizon; the company file's check makes this impossible."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening and closing, local wall time, closing on the same day."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours by weekday (0 is Monday), with the days that differ.

    `yearly`: (month, day) of holidays that return every year, so that a year nobody has entered yet is not sold as
    working. `working` are days off by weekday that work after all; they follow Friday's hours. `shortened` close
    `shorter_by` earlier.
    """

    zone: ZoneInfo
    zone_words: str
    """How the zone is called in a promise: «по Москве»."""
    week: Mapping[int, Hours]
    days_off: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    shortened: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    shorter_by: timedelta = field(default=timedelta(hours=1))
    zone_english: str = ""
    """«Moscow time»; empty when the company says none."""

    def hours(self, day: date) -> Hours | None:
        """The hours of that day, None when closed."""
        if day in self.days_off:
            return None
        if day in self.working:
            hours = self.week.get(day.weekday()) or self.week[max(self.week)]
        elif (day.month, day.day) in self.yearly or day.weekday() not in self.week:
            return None
        else:
            hours = self.week[day.weekday()]
        if day not in self.shortened:
            return hours
        closes = datetime.combine(day, hours.closes) - self.shorter_by
        return Hours(hours.opens, closes.time()) if closes > datetime.combine(day, hours.opens) else None

    def zone_in(self, locale: str) -> str:
        """How the zone is called in this language, without a break inside."""
        words = self.zone_english if locale == "en" and self.zone_english else self.zone_words
        return words.replace(" ", NBSP)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Promise:
    """By when a person answers (aware UTC) and the words for the client, without a capital or a full stop."""

    deadline: datetime
    phrase: str


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether people work at that moment; the moment of closing is closed."""
    hours = calendar.hours(calendar.local(at).date())
    return hours is not None and hours.opens <= calendar.local(at).time() < hours.closes


def next_open(calendar: Calendar, at: datetime) -> datetime:
    """The moment itself when open, else the next opening."""
    opens, _ = next(_spans(calendar, at))
    return opens


def add_working(calendar: Calendar, at: datetime, duration: timedelta) -> datetime:
    """The moment when `duration` (not negative) of working time has passed since `at`."""
    left = duration
    for opens, closes in _spans(calendar, at):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise NeverOpenError("unreachable: spans never end quietly")


def promise(calendar: Calendar, now: datetime, minutes: int, locale: str = RUSSIAN) -> Promise:
    """When a person will have answered, given `minutes` of working time from now."""
    deadline = add_working(calendar, now, timedelta(minutes=minutes))
    today, local = calendar.local(now).date(), calendar.local(deadline)
    if local.date() == today and is_open(calendar, now):
        if timedelta(minutes=minutes) <= SOON:
            return Promise(deadline, _within(minutes, locale))
        return Promise(deadline, _at(calendar, today, today, UNTIL, deadline, locale))
    opening = _opening(calendar, local.date())
    prompt = deadline - opening <= SOON
    word, moment = (SINCE, opening) if prompt else (UNTIL, deadline)
    return Promise(deadline, _at(calendar, local.date(), today, word, moment, locale))


def _spans(calendar: Calendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Working spans from `at` on, in order, the first one cut at `at`; raises NeverOpenError past the horizon."""
    at = at.astimezone(UTC)
    day = calendar.local(at).date()
    last_open = day
    while (day - last_open).days <= HORIZON_DAYS:
        hours = calendar.hours(day)
        if hours is not None:
            last_open = day
            opens = datetime.combine(day, hours.opens, calendar.zone).astimezone(UTC)
            closes = datetime.combine(day, hours.closes, calendar.zone).astimezone(UTC)
            if closes > at:
                yield max(opens, at), closes
        day += timedelta(days=1)
    raise NeverOpenError(f"no working time within {HORIZON_DAYS} days after {last_open}")


def _opening(calendar: Calendar, day: date) -> datetime:
    hours = calendar.hours(day)
    opens = hours.opens if hours else time(0)
    return datetime.combine(day, opens, calendar.zone).astimezone(UTC)


def _within(minutes: int, locale: str) -> str:
    if locale == ENGLISH:
        return f"within an{NBSP}hour" if minutes == 60 else f"within {minutes}{NBSP}minute{'s' * (minutes != 1)}"
    if minutes == 60:
        return f"в{NBSP}течение часа"
    one = minutes % 10 == 1 and minutes % 100 != 11
    return f"в{NBSP}течение {minutes}{NBSP}{'минуты' if one else 'минут'}"


def _day(day: date, today: date, locale: str) -> str:
    ahead = (day - today).days
    english = locale == ENGLISH
    if ahead < 2:
        return ("tomorrow" if ahead else "today") if english else ("завтра" if ahead else "сегодня")
    if ahead < 7:
        return (f"on {_WEEKDAYS[day.weekday()]}" if english else _ON_WEEKDAY[day.weekday()]).replace(" ", NBSP)
    return (
        f"on{NBSP}{day.day}{NBSP}{_MONTHS[day.month - 1]}" if english else f"{day.day}{NBSP}{_OF_MONTH[day.month - 1]}"
    )


def _at(calendar: Calendar, day: date, today: date, word: int, moment: datetime, locale: str) -> str:
    """Day, time and zone; a time «до» is shown rounded up to the minute, never earlier than the deadline itself."""
    local = calendar.local(moment)
    if local.second or local.microsecond:
        local = local.replace(second=0, microsecond=0) + timedelta(minutes=1)
    words = ("from", "by") if locale == ENGLISH else ("с", "до")
    return f"{_day(day, today, locale)} {words[word]}{NBSP}{local:%H:%M} {calendar.zone_in(locale)}"

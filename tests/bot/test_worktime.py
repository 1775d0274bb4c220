"""When people answer, and that the words of a promise agree with its deadline; all times here are Moscow times."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company import load_company
from bot.worktime import Calendar, Hours, NeverOpenError, add_working, is_open, next_open, promise

CALENDAR = load_company(Path(__file__).parents[2] / "kb" / "company.yaml").calendar
MOSCOW = ZoneInfo("Europe/Moscow")


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(UTC)


def shown(at: datetime) -> str:
    assert at.tzinfo is UTC
    return f"{at.astimezone(MOSCOW):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("at", "open_now"),
    [
        ("2026-11-23 09:59:59", False),  # Monday
        ("2026-11-23 10:00", True),
        ("2026-11-23 18:59:59", True),
        ("2026-11-23 19:00", False),
        ("2026-11-22 12:00", False),  # Sunday
        ("2026-11-03 17:59", True),  # the day before 4 November is an hour shorter
        ("2026-11-03 18:00", False),
        ("2026-11-04 12:00", False),
        ("2026-12-31 12:00", False),  # a day off moved from January
        ("2026-12-30 18:30", True),
        ("2027-01-08 12:00", False),
        ("2027-01-11 10:00", True),
        ("2027-02-20 12:00", True),  # a working Saturday, shortened
        ("2027-02-20 18:00", False),
        ("2027-02-22 12:00", False),
        ("2027-11-05 12:00", False),
        ("2028-01-03 12:00", False),  # a year nobody has entered: the holidays of every year still hold
        ("2028-03-09 12:00", True),
    ],
)
def test_open_or_closed(at: str, open_now: bool) -> None:
    assert is_open(CALENDAR, moscow(at)) is open_now


def test_days_of_2026_and_2027_agree_with_the_official_calendars() -> None:
    def working_days(year: int) -> int:
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
        return sum(CALENDAR.hours(day) is not None for day in days)

    assert (working_days(2026), working_days(2027)) == (247, 247)


@pytest.mark.parametrize(
    ("at", "minutes", "deadline"),
    [
        ("2026-11-23 12:00", 0, "2026-11-23 12:00"),
        ("2026-11-23 12:00", 15, "2026-11-23 12:15"),
        ("2026-11-23 18:45", 15, "2026-11-23 19:00"),
        ("2026-11-23 18:45", 16, "2026-11-24 10:01"),
        ("2026-11-23 19:00", 0, "2026-11-24 10:00"),
        ("2026-11-23 03:00", 30, "2026-11-23 10:30"),
        ("2026-11-20 18:50", 15, "2026-11-23 10:05"),  # Friday evening
        ("2026-11-20 12:00", 9 * 60, "2026-11-23 12:00"),
        ("2026-11-03 17:50", 15, "2026-11-05 10:05"),  # a shortened day, then a holiday
        ("2026-12-30 18:50", 15, "2027-01-11 10:05"),  # twelve days off
        ("2027-02-19 18:50", 15, "2027-02-20 10:05"),  # a working Saturday
        ("2027-02-20 17:50", 15, "2027-02-24 10:05"),
    ],
)
def test_working_time_passes_only_when_open(at: str, minutes: int, deadline: str) -> None:
    assert shown(add_working(CALENDAR, moscow(at), timedelta(minutes=minutes))) == deadline


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-23 12:34", "2026-11-23 12:34"),
        ("2026-11-23 19:00", "2026-11-24 10:00"),
        ("2026-11-21 08:00", "2026-11-23 10:00"),
        ("2026-12-31 23:59", "2027-01-11 10:00"),
    ],
)
def test_next_opening(at: str, opens: str) -> None:
    assert shown(next_open(CALENDAR, moscow(at))) == opens


@pytest.mark.parametrize(
    ("now", "minutes", "phrase"),
    [
        ("2026-11-23 12:00", 15, "в течение 15 минут"),
        ("2026-11-23 12:00", 1, "в течение 1 минуты"),
        ("2026-11-23 12:00", 11, "в течение 11 минут"),
        ("2026-11-23 12:00", 21, "в течение 21 минуты"),
        ("2026-11-23 12:00", 60, "в течение часа"),
        ("2026-11-23 18:45", 15, "в течение 15 минут"),
        ("2026-11-23 16:30", 120, "сегодня до 18:30 по Москве"),
        ("2026-11-23 16:29:01", 120, "сегодня до 18:30 по Москве"),
        ("2026-11-23 07:00", 15, "сегодня с 10:00 по Москве"),
        ("2026-11-23 00:30", 120, "сегодня до 12:00 по Москве"),
        ("2026-11-23 18:50", 15, "завтра с 10:00 по Москве"),
        ("2026-11-23 21:00", 15, "завтра с 10:00 по Москве"),
        ("2026-11-23 21:00", 120, "завтра до 12:00 по Москве"),
        ("2026-11-20 20:00", 15, "в понедельник с 10:00 по Москве"),
        ("2026-11-20 17:30", 120, "в понедельник с 10:00 по Москве"),
        ("2026-11-20 17:30", 240, "в понедельник до 12:30 по Москве"),
        ("2026-11-03 18:10", 15, "в четверг с 10:00 по Москве"),
        ("2026-11-21 12:00", 15, "в понедельник с 10:00 по Москве"),
        ("2026-11-22 12:00", 15, "завтра с 10:00 по Москве"),
        ("2026-12-30 19:00", 15, "11 января с 10:00 по Москве"),
        ("2027-01-04 12:00", 15, "11 января с 10:00 по Москве"),
        ("2027-01-06 12:00", 15, "в понедельник с 10:00 по Москве"),
        ("2027-01-10 23:59", 15, "завтра с 10:00 по Москве"),
        ("2027-02-19 19:30", 15, "завтра с 10:00 по Москве"),
        ("2027-02-20 19:30", 15, "в среду с 10:00 по Москве"),
        ("2027-05-07 19:30", 15, "во вторник с 10:00 по Москве"),
    ],
)
def test_a_promise_says_what_will_be_kept(now: str, minutes: int, phrase: str) -> None:
    made = promise(CALENDAR, moscow(now), minutes)
    assert made.phrase.replace("\u00a0", " ") == phrase
    assert made.deadline == add_working(CALENDAR, moscow(now), timedelta(minutes=minutes))


def test_typography_keeps_short_words_with_what_follows() -> None:
    assert promise(CALENDAR, moscow("2026-11-23 12:00"), 15).phrase == "в\u00a0течение 15\u00a0минут"
    late = promise(CALENDAR, moscow("2026-12-30 19:00"), 15).phrase
    assert late == "11\u00a0января с\u00a010:00 по\u00a0Москве"


def test_the_client_may_write_from_any_zone() -> None:
    vladivostok = datetime(2026, 11, 24, 1, 55, tzinfo=ZoneInfo("Asia/Vladivostok"))  # 18:55 of Monday in Moscow
    assert is_open(CALENDAR, vladivostok)
    assert promise(CALENDAR, vladivostok, 15).phrase.startswith("завтра")


def test_a_zone_with_summer_time_keeps_wall_hours() -> None:
    berlin = Calendar(ZoneInfo("Europe/Berlin"), "по Берлину", {6: Hours(time(1), time(5))})
    spring = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)  # 01:00, an hour before clocks go forward
    assert add_working(berlin, spring, timedelta(hours=3)) == datetime(2026, 3, 29, 3, 0, tzinfo=UTC)  # 05:00 there
    assert is_open(berlin, datetime(2026, 3, 29, 2, 59, tzinfo=UTC))
    assert not is_open(berlin, datetime(2026, 3, 29, 3, 0, tzinfo=UTC))


def test_a_day_shortened_to_nothing_is_closed() -> None:
    day = date(2026, 11, 23)
    short = replace(CALENDAR, shortened=frozenset({day}), shorter_by=timedelta(hours=9))
    assert CALENDAR.hours(day) is not None
    assert short.hours(day) is None


def test_a_calendar_that_never_opens_says_so() -> None:
    closed = Calendar(MOSCOW, "по Москве", {})
    with pytest.raises(NeverOpenError):
        next_open(closed, moscow("2026-11-23 12:00"))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 6, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - made aware at once


@settings(max_examples=150, deadline=None)
@given(now=moments, minutes=st.integers(1, 2400), more=st.integers(0, 600))
def test_deadlines_fall_into_working_time_and_never_go_back(now: datetime, minutes: int, more: int) -> None:
    made = promise(CALENDAR, now, minutes)
    assert made.deadline >= now + timedelta(minutes=minutes)
    assert is_open(CALENDAR, made.deadline - timedelta(microseconds=1))
    assert promise(CALENDAR, now, minutes + more).deadline >= made.deadline
    assert is_open(CALENDAR, next_open(CALENDAR, now))

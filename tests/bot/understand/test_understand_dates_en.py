"""Deadlines in English, from Sunday 22 November 2026."""

from datetime import date

import pytest

from bot.understand.dates import find_deadline

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("by January 15", date(2027, 1, 15)),
        ("by 15 January, please", date(2027, 1, 15)),
        ("before the 1st of March", date(2027, 3, 1)),
        ("Dec 20th", date(2026, 12, 20)),
        ("15 June 2027", date(2027, 6, 15)),
        ("by 2027-02-01", date(2027, 2, 1)),
        ("in two months", date(2027, 1, 22)),
        ("within 3 weeks", date(2026, 12, 13)),
        ("by the end of the year", date(2026, 12, 31)),
        ("by the end of next month", date(2026, 12, 31)),
        ("next month", date(2026, 12, 31)),
        ("next week", date(2026, 11, 27)),
        ("tomorrow", date(2026, 11, 23)),
        ("by Friday", date(2026, 11, 27)),
        ("before Christmas", date(2026, 12, 24)),
        ("before New Year", date(2026, 12, 31)),
        ("in February", date(2027, 2, 28)),
        ("before February", date(2027, 1, 31)),
        ("by spring", date(2027, 2, 28)),
        ("in Q1", date(2027, 3, 31)),
    ],
)
def test_the_last_day_meant(said: str, day: date) -> None:
    found = find_deadline(said, TODAY)
    assert found is not None
    assert found.date == day


@pytest.mark.parametrize("said", ["asap", "as soon as possible please", "it's urgent", "right away"])
def test_urgent(said: str) -> None:
    found = find_deadline(said, TODAY)
    assert found is not None
    assert (found.urgent, found.date) == (True, None)


@pytest.mark.parametrize("said", ["no rush", "it's not urgent", "whenever you can", "we are flexible"])
def test_no_hurry(said: str) -> None:
    found = find_deadline(said, TODAY)
    assert found is not None
    assert (found.flexible, found.urgent) == (True, False)


@pytest.mark.parametrize("said", ["a bot for our shop", "we may need it", "we march forward", "two channels"])
def test_no_deadline_at_all(said: str) -> None:
    assert find_deadline(said, TODAY) is None

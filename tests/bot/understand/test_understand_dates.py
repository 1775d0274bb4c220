"""Deadlines as people name them in a brief; today is Sunday, 22 November 2026."""

from datetime import date

import pytest

from bot.understand.dates import find_deadline

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day", "words"),
    [
        ("нужно к 15 января", date(2027, 1, 15), "к 15 января"),
        ("до 15.01", date(2027, 1, 15), "до 15.01"),
        ("15.01.2027", date(2027, 1, 15), "15.01.2027"),
        ("к 1 декабря, это срочно", date(2026, 12, 1), "к 1 декабря"),
        ("через месяц", date(2026, 12, 22), "через месяц"),
        ("через 2 недели", date(2026, 12, 6), "через 2 недели"),
        ("за полтора месяца", date(2027, 1, 6), "за полтора месяца"),
        ("через полгода", date(2027, 5, 22), "через полгода"),
        ("в течение месяца", date(2026, 12, 22), "в течение месяца"),
        ("2-3 недели", date(2026, 12, 13), "2-3 недели"),
        ("завтра", date(2026, 11, 23), "завтра"),
        ("до конца года", date(2026, 12, 31), "до конца года"),
        ("до конца месяца", date(2026, 11, 30), "до конца месяца"),
        ("на следующей неделе", date(2026, 11, 27), "на следующей неделе"),
        ("в следующем месяце", date(2026, 12, 31), "в следующем месяце"),
        ("хотим запуститься в январе", date(2027, 1, 31), "в январе"),
        ("к январю", date(2026, 12, 31), "к январю"),
        ("к Новому году", date(2026, 12, 31), "к Новому году"),
        ("к весне", date(2027, 2, 28), "к весне"),
        ("летом", date(2027, 8, 31), "летом"),
        ("осенью", date(2027, 11, 30), "осенью"),
        ("до следующей недели", date(2026, 11, 22), "до следующей недели"),
        ("в конце следующего квартала", date(2027, 3, 31), "в конце следующего квартала"),
        ("к середине февраля", date(2027, 2, 14), "к середине февраля"),
        ("в начале февраля", date(2027, 2, 10), "в начале февраля"),
        ("до следующей пятницы", date(2026, 11, 27), "до следующей пятницы"),
        ("через год", date(2027, 11, 22), "через год"),
        ("в первом квартале", date(2027, 3, 31), "первом квартале"),
        ("к пятнице", date(2026, 11, 27), "к пятнице"),
        ("к 2027 году", date(2026, 12, 31), "к 2027 году"),
        ("30 февраля", None, "30 февраля"),
    ],
)
def test_a_deadline_becomes_a_day(text: str, day: date | None, words: str) -> None:
    deadline = find_deadline(text, TODAY)
    assert deadline is not None
    assert (deadline.date, deadline.text) == (day, words)


@pytest.mark.parametrize(
    ("text", "urgent", "flexible"),
    [
        ("срочно", True, False),
        ("нужно вчера", True, False),
        ("как можно скорее", True, False),
        ("asap", True, False),
        ("не горит", False, True),
        ("это не срочно", False, True),
        ("когда получится", False, True),
        ("срок не важен", False, True),
    ],
)
def test_a_mood_without_a_day_is_kept(text: str, urgent: bool, flexible: bool) -> None:
    deadline = find_deadline(text, TODAY)
    assert deadline is not None
    assert (deadline.date, deadline.urgent, deadline.flexible) == (None, urgent, flexible)


@pytest.mark.parametrize("text", ["бот для магазина", "работаем 5 лет", "год назад делали", "бюджет 200 000 ₽"])
def test_no_deadline_is_invented(text: str) -> None:
    assert find_deadline(text, TODAY) is None

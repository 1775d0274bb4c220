"""Numbers and money in the ways people and models write them, with exact offsets."""

from decimal import Decimal

import pytest

from bot.understand.amounts import find_amounts

ONE: tuple[tuple[str, str, str, str], ...] = (
    # text, value, unit, what was written
    ("120 тыс.", "120000", "plain", "120 тыс"),
    ("120 000 ₽", "120000", "money", "120 000 ₽"),
    ("Итого 286\u00a0000\u00a0₽ разово", "286000", "money", "286\u00a0000\u00a0₽"),
    ("сто двадцать тысяч", "120000", "plain", "сто двадцать тысяч"),
    ("до ста двадцати тысяч рублей", "120000", "money", "ста двадцати тысяч рублей"),
    ("полтора миллиона", "1500000", "plain", "полтора миллиона"),
    ("полмиллиона рублей", "500000", "money", "полмиллиона рублей"),
    ("120k", "120000", "plain", "120k"),
    ("5к", "5000", "plain", "5к"),
    ("5 к в месяц", "5000", "plain", "5 к"),
    ("1,5 млн", "1500000", "plain", "1,5 млн"),
    ("1 млн 200 тыс рублей", "1200000", "money", "1 млн 200 тыс рублей"),
    ("5 тысяч 200 рублей", "5200", "money", "5 тысяч 200 рублей"),
    ("сто двадцать тысяч пятьсот рублей", "120500", "money", "сто двадцать тысяч пятьсот рублей"),
    ("тысяч пять", "5000", "plain", "тысяч пять"),
    ("тыщи две страниц", "2000", "plain", "тыщи две"),
    ("тысячи три в месяц", "3000", "plain", "тысячи три"),
    ("до миллиона", "1000000", "plain", "миллиона"),
    ("тысяча двести", "1200", "plain", "тысяча двести"),
    ("120 т.р.", "120000", "money", "120 т.р"),
    ("100 тр", "100000", "money", "100 тр"),
    ("50 тыс. руб.", "50000", "money", "50 тыс. руб"),
    ("120.000 руб.", "120000", "money", "120.000 руб"),
    ("$1,234,567.89", "1234567.89", "money", "$1,234,567.89"),
    ("12 345,60 ₽", "12345.60", "money", "12 345,60 ₽"),
    ("100 рублей 50 копеек", "100.50", "money", "100 рублей 50 копеек"),
    ("one hundred twenty thousand dollars", "120000", "money", "one hundred twenty thousand dollars"),
    ("две с половиной тысячи", "2500", "plain", "две с половиной тысячи"),
    ("пара тысяч", "2000", "plain", "пара тысяч"),
    ("пять сотен", "500", "plain", "пять сотен"),
    ("5-ти тысяч", "5000", "plain", "5-ти тысяч"),
    ("2 ляма", "2000000", "plain", "2 ляма"),
    ("НДС 5 %", "5", "percent", "5 %"),
    ("скидка десять процентов", "10", "percent", "десять процентов"),
    ("20-процентная скидка", "20", "percent", "20-процентная"),
    ("двадцатипроцентная скидка", "20", "percent", "двадцатипроцентная"),
    ("15 рабочих дней", "15", "day", "15 рабочих дней"),
    ("двухнедельный срок", "2", "week", "двухнедельный"),
    ("сделаем за неделю", "1", "week", "неделю"),
    ("через полгода", "6", "month", "полгода"),
    ("полтора месяца", "1.5", "month", "полтора месяца"),
    ("через пару недель", "2", "week", "пару недель"),
    ("до 6 декабря", "1206", "date", "6 декабря"),
    ("15 января 2027 года", "20270115", "date", "15 января 2027"),
    ("к 15.01.2027", "20270115", "date", "15.01.2027"),
    ("до 15.01", "115", "date", "15.01"),
    ("2027-01-15", "20270115", "date", "2027-01-15"),
    ("в 2026 году", "20260000", "date", "2026"),
    ("завтра с 10:00", "1000", "clock", "10:00"),
    ("152-ФЗ", "152", "code", "152"),
    ("GPT-4o", "4", "code", "4"),
    ("работает 24/7", "24", "code", "24"),
    ("интеграция с 1С", "1", "code", "1"),
    ("заказ № 12345", "12345", "code", "12345"),
    ("ИНН 7707083893", "7707083893", "code", "7707083893"),
    ("+7 912 345-67-89", "79123456789", "code", "+7 912 345-67-89"),
    ("2-й вариант", "2", "ordinal", "2"),
    ("вдвое дешевле", "2", "fraction", "вдвое"),
    ("30 человек", "30", "plain", "30"),
    ("пол миллиона", "500000", "plain", "пол миллиона"),
    ("до ста тысяч", "100000", "plain", "ста тысяч"),
    ("two hundred five dollars", "205", "money", "two hundred five dollars"),
    ("стотысячный тираж", "100000", "plain", "стотысячный"),
    ("3rd option", "3", "ordinal", "3"),
    ("covid-19", "19", "code", "19"),
    ("битрикс24", "24", "code", "24"),
    ("одна неделя", "1", "week", "одна неделя"),
)


@pytest.mark.parametrize(("text", "value", "unit", "written"), ONE)
def test_a_number_is_read_with_its_unit_and_place(text: str, value: str, unit: str, written: str) -> None:
    [amount] = find_amounts(text)
    assert (amount.value, amount.unit, text[amount.start : amount.end]) == (Decimal(value), unit, written)


@pytest.mark.parametrize(
    ("text", "ends", "unit"),
    [
        ("от 100 до 200 тысяч", ("100000", "200000"), "plain"),
        ("100-200к", ("100000", "200000"), "plain"),
        ("180 000–320 000 ₽", ("180000", "320000"), "money"),
        ("2-3 недели", ("2", "3"), "week"),
        ("полторы-две тысячи", ("1500", "2000"), "plain"),
        ("между 5 и 7 тысячами", ("5000", "7000"), "plain"),
        ("от 900 до 1,5 млн", ("900000", "1500000"), "plain"),
        ("от 50 000 до 1 млн рублей", ("50000", "1000000"), "money"),
        ("5 или 6 недель", ("5", "6"), "week"),
    ],
)
def test_the_ends_of_a_range_share_scale_and_unit(text: str, ends: tuple[str, str], unit: str) -> None:
    first, second = find_amounts(text)
    assert (first.value, second.value) == (Decimal(ends[0]), Decimal(ends[1]))
    assert (first.unit, second.unit) == (unit, unit)
    assert (first.bound, second.bound) == ("from", "to")


@pytest.mark.parametrize("text", ["один из лучших", "семью накормить", "Привет, как дела?", "сорока на заборе", ""])
def test_words_that_only_look_like_numbers_are_left_alone(text: str) -> None:
    assert find_amounts(text) == ()


def test_a_monthly_price_says_so() -> None:
    [price] = find_amounts("Поддержка 25 000 ₽ в месяц")
    assert (price.value, price.currency, price.per) == (25_000, "RUB", "month")
    [volume] = find_amounts("1000 обращений в день")
    assert (volume.value, volume.per) == (1000, "day")


def test_a_whole_quote_is_read_number_by_number() -> None:
    text = (
        "286 000 ₽ разово, включая НДС 5 %: бот с Telegram 120 000, сайт 35 000, amoCRM 45 000, каталог 60 000, "
        "объём 26 000. Срок 6 недель, цена действует до 6 декабря. Поддержка 25 000 ₽ в месяц."
    )
    assert [(int(one.value), one.unit) for one in find_amounts(text)] == [
        (286_000, "money"),
        (5, "percent"),
        (120_000, "plain"),
        (35_000, "plain"),
        (45_000, "plain"),
        (60_000, "plain"),
        (26_000, "plain"),
        (6, "week"),
        (1206, "date"),
        (25_000, "money"),
    ]

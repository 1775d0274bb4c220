"""Numbers, money, percentages, terms and dates in Russian and English text, with exact offsets.

Everything that could be a promise is found here, so that an answer can be checked number by number.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from bot.understand import amount_words as names
from bot.understand.amount_scan import Reading, Scanner, Token, digits_value, is_code, is_ordinal, tokenise
from bot.understand.words import fold

MAX_TEXT = 20_000
"""Characters looked at."""

_KNOWN = frozenset(names.SCALES) | frozenset(names.CURRENCIES) | frozenset(names.UNITS) | {"х", "x"}
_LINK = re.compile(r"\s*(?:[-–—‑]|до|to|\.\.\.?|…|или|or)\s*")
_BETWEEN = re.compile(r"\s*(?:и|and)\s*")
_WORTH_READING = re.compile(
    r"\d|дв[аеу]|пар[аыу]|тр[иеё]|чет|пят|шес|сем|вос|дев|дес|сто|ста|сор|пол|тыс|тыщ|мил|лям|сот|один|"
    r"одн|цат|оба|обе|косар|"
    r"кратн|за |через|течени|one|two|three|four|five|six|seven|eight|nine|ten|teen|twel|elev|twen|hund|"
    r"thou|mill|half|within|"
    r"вдвое|втрое|вчетв"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """One number of a text.

    `unit`: money, percent, plain, minute, hour, day, week, month, year, date (value yyyymmdd, mmdd without a year,
    yyyy0000 without a day), clock (hhmm), fraction, ordinal, code (part of a name, a phone, an order number).
    """

    value: Decimal
    start: int
    end: int
    unit: str = "plain"
    currency: str = ""
    """RUB, USD, EUR or KZT when one is named."""
    per: str = ""
    """hour, day, week, month or year when it says «в месяц» and the like."""
    bound: str = ""
    """"from" and "to" for the ends of a range and for «от», «до»; else empty."""


def find_amounts(text: str) -> tuple[Amount, ...]:
    """Every number of the text in order; `text[a.start:a.end]` is what was written."""
    folded = fold(text[:MAX_TEXT])
    if not _WORTH_READING.search(folded):
        return ()
    scanner = Scanner(tokenise(folded))
    readings: list[Reading] = []
    at = 0
    while at < len(scanner.tokens):
        reading = _special(scanner, at) or _number(scanner, at)
        if reading is None:
            at += 1
            continue
        readings.append(reading)
        at = max(reading.next, at + 1)
    return tuple(_with_bounds(readings, folded))


def _special(scanner: Scanner, at: int) -> Reading | None:
    """Dates, clocks, phones, codes, places in a row, fractions and compound adjectives."""
    token = scanner.tokens[at]
    if token.kind == "phone":
        return _reading(token, Decimal(re.sub(r"\D", "", token.text)), "code", at + 1)
    if token.kind == "date":
        return _reading(token, _date_value(token.text), "date", at + 1)
    if token.kind == "clock":
        return _reading(token, Decimal(token.text.replace(":", "")), "clock", at + 1)
    if token.kind == "num":
        return _special_digits(scanner, at)
    if token.kind != "word":
        return None
    if token.text in names.FRACTIONS:
        return _reading(token, names.FRACTIONS[token.text], "fraction", at + 1)
    if token.text in names.HALF_UNITS:
        value, unit = names.HALF_UNITS[token.text]
        return _reading(token, value, unit, at + 1)
    unit = names.UNITS.get(token.text, "")
    if unit and scanner.word(at - 1) in names.IMPLICIT_ONE_AFTER and unit != "percent":
        return _reading(token, Decimal(1), unit, at + 1)
    return _compound(token, at)


def _special_digits(scanner: Scanner, at: int) -> Reading | None:
    token, after = scanner.tokens[at], scanner.word(at + 1)
    month = names.MONTHS.get(after)
    day = token.text.isdigit() and len(token.text) <= 2 and 1 <= int(token.text) <= 31
    if month and day and not scanner.glued(at + 1):
        return _day_and_month(scanner, at, month)
    if re.fullmatch(r"(?:19|20)\d\d", token.text) and after in ("год", "года", "году", "г", "годом"):
        return _reading(token, Decimal(token.text) * 10_000, "date", at + 2)
    if re.fullmatch(r"\d{1,2}\.(?:0[1-9]|1[0-2])", token.text) and scanner.word(at - 1) in (
        "до",
        "к",
        "с",
        "по",
        "на",
        "от",
    ):
        first, second = token.text.split(".")
        if 1 <= int(first) <= 31 and after not in _KNOWN and not after.startswith("%"):
            return _reading(token, Decimal(int(second) * 100 + int(first)), "date", at + 1)
    if is_ordinal(scanner, at):
        return _reading(token, digits_value(token.text), "ordinal", at + 2)
    adjective = _numeric_adjective(scanner, at)
    if adjective is not None:
        return adjective
    if is_code(scanner, at, known=_KNOWN):
        digits = re.sub(r"\D", "", token.text)[:40]
        skip = 3 if after == "/" and scanner.glued(at + 2) else 1
        return _reading(token, Decimal(digits), "code", at + skip)
    return None


def _day_and_month(scanner: Scanner, at: int, month: int) -> Reading:
    value = month * 100 + int(scanner.word(at))
    end, after = scanner.tokens[at + 1].end, at + 2
    year = scanner.word(after)
    if re.fullmatch(r"20\d\d", year):
        value += int(year) * 10_000
        end, after = scanner.tokens[after].end, after + 1
    return Reading(Decimal(value), scanner.tokens[at].start, end, unit="date", next=after)


def _numeric_adjective(scanner: Scanner, at: int) -> Reading | None:
    """«20-процентная», «3-недельный»."""
    if not (scanner.word(at + 1) in "-–‑" and scanner.glued(at + 1) and scanner.glued(at + 2)):
        return None
    word = scanner.word(at + 2)
    for stem, unit in names.COMPOUND_ENDS:
        if word.startswith(stem) and word:
            token = scanner.tokens[at]
            reading = _reading(token, digits_value(token.text) * _factor(unit), _plain_unit(unit), at + 3)
            reading.end = scanner.tokens[at + 2].end
            return reading
    return None


def _compound(token: Token, at: int) -> Reading | None:
    """«двухнедельный», «двадцатипроцентная», «стотысячный»."""
    for stem, unit in names.COMPOUND_ENDS:
        cut = token.text.find(stem, 2)
        if cut < 0:
            continue
        value = _compound_value(token.text[:cut])
        if value is not None:
            return _reading(token, value * _factor(unit), _plain_unit(unit), at + 1)
    return None


def _compound_value(head: str) -> Decimal | None:
    total, rest = Decimal(0), head
    while rest:
        for size in range(len(rest), 1, -1):
            part = {"двух": "два", "трех": "три", "четырех": "четыре", "сто": "сто"}.get(rest[:size], rest[:size])
            value = names.NUMERALS.get(part)
            if value is not None:
                total, rest = total + value, rest[size:]
                break
        else:
            return None
    return total


def _factor(unit: str) -> Decimal:
    return {"thousand": Decimal(1_000), "million": Decimal(1_000_000)}.get(unit, Decimal(1))


def _plain_unit(unit: str) -> str:
    return "plain" if unit in ("thousand", "million") else unit


def _number(scanner: Scanner, at: int) -> Reading | None:
    reading = scanner.read(at)
    if reading is None:
        return None
    token = scanner.tokens[at]
    sign = scanner.word(at - 1)
    if sign in ("$", "€", "₽") and reading.unit == "plain":
        reading.unit, reading.currency = "money", names.CURRENCIES[sign]
        reading.start = scanner.tokens[at - 1].start
    alone = reading.unit == "plain" and not reading.scaled and reading.next == at + 1
    return None if alone and (token.text in names.NOT_ALONE or token.text in names.PAIR) else reading


def _with_bounds(readings: list[Reading], folded: str) -> list[Amount]:
    bounds = [""] * len(readings)
    for at, reading in enumerate(readings):
        before = re.findall(r"[^\W\d_]+", folded[max(0, reading.start - 24) : reading.start])
        nearest = [word for word in before[-2:] if word not in ("чем", "примерно", "около", "где", "то", "than")]
        last = nearest[-1] if nearest else ""
        # «по» and «с» bound nothing by themselves: «по 5 тысяч», «с 3 сотрудниками».
        if last in names.UP_TO and last != "по":
            bounds[at] = "to"
        elif last in names.FROM and last != "с":
            bounds[at] = "from"
    for at, (first, second) in enumerate(pairwise(readings)):
        gap = folded[first.end : second.start]
        between = folded[max(0, first.start - 8) : first.start].rstrip().endswith(("между", "between"))
        linked = len(gap) <= 8 and (_LINK.fullmatch(gap) or (between and _BETWEEN.fullmatch(gap)))
        if linked and _share(first, second):
            bounds[at], bounds[at + 1] = "from", "to"
    return [
        Amount(one.value, one.start, one.end, one.unit, one.currency, one.per, bound)
        for one, bound in zip(readings, bounds, strict=True)
    ]


def _share(first: Reading, second: Reading) -> bool:
    """Lets the ends of a range share what only one of them says: «от 100 до 200 тысяч ₽ в месяц»."""
    if {"code", "ordinal", "fraction"} & {first.unit, second.unit}:
        return False
    if first.unit == "plain" and second.unit not in ("date", "clock"):
        first.unit, first.currency = second.unit, second.currency
    elif second.unit == "plain" and first.unit == "money":
        second.unit, second.currency = first.unit, first.currency
    elif first.unit != second.unit:
        return False
    first.per = first.per or second.per
    if second.scaled and not first.scaled and first.value < 1_000 and second.scale > 1:
        if first.value <= second.value / second.scale:
            first.value *= second.scale
        elif second.scale > 1_000:
            first.value *= second.scale / 1_000
    return True


def _date_value(text: str) -> Decimal:
    parts = [int(part) for part in re.split(r"[./-]", text)]
    if len(str(parts[0])) == 4 or parts[0] > 31:
        year, month, day = parts
    else:
        day, month, year = parts
    year += 2000 if year < 100 else 0
    return Decimal(year * 10_000 + month * 100 + day)


def _reading(token: Token, value: Decimal, unit: str, after: int) -> Reading:
    return Reading(value, token.start, token.end, unit=unit, next=after)

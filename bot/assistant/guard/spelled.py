"""Numbers inside one word («двухнедельный», «стотысячный») and units that stand for one of it («через неделю»)."""

import re
from decimal import Decimal
from functools import lru_cache

from bot.assistant.guard.claim import Claim
from bot.assistant.guard.figures import NUMERALS, SCALES, Reader, numeral
from bot.assistant.guard.units import BASE, BETWEEN_UNIT, BUSINESS, CURRENCIES, UNITS, term
from bot.understand import amount_words as names
from bot.understand.words import morph, word_set


def compounds(reader: Reader) -> list[Claim]:
    """«двухнедельный», «двадцатипроцентная», «стотысячный», «двойной»."""
    words = (token.text for token in reader.tokens if token.kind == "word" and len(token.text) > 6)
    return [claim for word in words if (claim := _compound(word)) is not None]


@lru_cache(maxsize=16_384)
def _compound(said: str) -> Claim | None:
    if said.isascii():
        return None
    if _run_together(said):
        return Claim("unclear", said, said)
    for stem, unit in (*names.COMPOUND_ENDS, ("дюймов", ""), ("разов", "times"), ("канальн", "channel")):
        cut = said.find(stem, 2)
        value = _head(said[:cut]) if cut > 0 else None
        if value is None:
            continue
        if unit == "percent":
            return Claim("percent", value, said)
        if unit in BASE:
            return Claim("term", term(value, unit), said)
        if unit == "money":
            return Claim("money", value, said, currency="RUB")
        if unit in ("thousand", "million"):
            return Claim("bare", value * (1_000 if unit == "thousand" else 1_000_000), said)
        return Claim("times", value, said) if unit in ("plain", "times") else None
    return None


_RUN = sorted(
    (word for word in {*NUMERALS, *SCALES, *CURRENCIES, *UNITS} if len(word) > 2 and not word.isascii()),
    key=len,
    reverse=True,
)


_RUN_TOGETHER = re.compile(rf"(?:{'|'.join(map(re.escape, _RUN))}){{2,}}")


def _run_together(word: str) -> bool:
    """«стопятьдесяттысяч»: numerals without spaces, which are no word of the language."""
    return len(word) > 9 and numeral(word) is None and _RUN_TOGETHER.fullmatch(word) is not None


_HEADS = {
    "двух": "два",
    "трех": "три",
    "четырех": "четыре",
    "полутора": "полтора",
    "одно": "один",
    "дву": "два",
    "тре": "три",
}


@lru_cache(maxsize=4_096)
def _head(head: str) -> Decimal | None:
    total, rest = Decimal(0), head
    if head in ("полу", "пол"):
        return Decimal("0.5")
    while rest:
        for size in range(len(rest), 1, -1):
            part = _HEADS.get(rest[:size], rest[:size])
            value = names.NUMERALS.get(part)
            if value is not None:
                total, rest = total + value, rest[size:]
                break
        else:
            return None
    return total


_SINGULAR = {
    "час": "hour",
    "часа": "hour",
    "сутки": "day",
    "суток": "day",
    "день": "day",
    "дня": "day",
    "неделю": "week",
    "недели": "week",
    "месяц": "month",
    "месяца": "month",
    "год": "year",
    "года": "year",
    "минуту": "minute",
    "минуты": "minute",
    "секунду": "second",
    "квартал": "quarter",
    "недельку": "week",
    "часик": "hour",
    "минутку": "minute",
    "денек": "day",
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "minute": "minute",
    "fortnight": "fortnight",
}


_IMPLICIT = word_set(
    "за через течение около примерно почти максимум минимум within in an a один одну одного one пределах буквально "
    "менее"
)


def single(reader: Reader, folded: str) -> list[Claim]:
    """A unit that stands for one of it: «через неделю», «в течение рабочего дня», "in a week", «за рубль»."""
    found = []
    for at, token in enumerate(reader.tokens):
        if token.kind != "word" or (token.text not in _SINGULAR and token.text not in _COINS):
            continue
        before = at - 1
        business = False
        while reader.word(before) in BETWEEN_UNIT or reader.word(before) in (
            "ближайшие",
            "ближайший",
            "один",
            "одну",
            "целый",
            "same",
        ):
            business = business or reader.word(before) in BUSINESS
            before -= 1
        lead = reader.word(before)
        short = len(reader.tokens) <= 7 and token.text in (
            "год",
            "месяц",
            "неделя",
            "неделю",
            "сутки",
            "year",
            "month",
            "week",
        )
        if short and lead in ("в", "a", "per", "каждый") and not _MANAGE.search(folded):
            short = False  # «сколько в месяц» is a rate
        if (lead == "a" or (lead == "за" and not _MANAGE.search(folded))) and folded.rstrip().endswith("?"):
            continue
        if token.text in _SINGULAR and (
            short
            or (lead == "на" and token.text in ("год", "месяц"))
            or (_SINGULAR[token.text] in ("month", "week", "year", "quarter") and _long(reader, at, lead))
            or lead in _IMPLICIT
            or (reader.word(before + 1) in ("один", "одну") and before + 1 < at)
        ):
            if lead in ("a", "an", "за") and _paid(reader, before) and reader.word(at + 1) != "of":
                continue
            name = _SINGULAR[token.text]
            value = "14 day" if name == "fortnight" else term(Decimal(1), name)
            start = reader.tokens[max(before, 0)].start
            found.append(Claim("term", value, folded[start : token.end], business=business))
        elif token.text in _COINS and lead in _FOR_ONE and reader.kind(before - 1) != "num":
            said = folded[reader.tokens[before].start : token.end]
            found.append(Claim("money", Decimal(1), said, currency=CURRENCIES.get(token.text, "OTHER")))
    return found


_MANAGE = re.compile(r"улож|впиш|справ|успе|сдела|запуст|готов|make it|done|manage")


def _long(reader: Reader, at: int, lead: str) -> bool:
    """«месяц настройки», "month of tuning": as long as one of it."""
    if lead and lead[0].isalpha() and lead not in ("и", "идет", "еще", "плюс", "a", "and", "with"):
        return False
    if reader.word(at + 1) == "of":
        return True
    return not reader.word(at).isascii() and _genitive(reader.word(at + 1))


@lru_cache(maxsize=2_048)
def _genitive(word: str) -> bool:
    if not word or word.isascii():
        return False
    tag = morph().parse(word)[0].tag
    return bool(tag.POS == "NOUN" and tag.case == "gent")


_COINS = word_set("рубль рублик доллар копейку копейки евро buck dollar rouble ruble цент")
_FOR_ONE = word_set("за a one один одну в")


def _paid(reader: Reader, at: int) -> bool:
    """Whether what stands before «a month», «за месяц» is a sum or a quantity, so that it says per what."""
    for place in range(at - 1, max(at - 4, -1), -1):
        if (
            reader.kind(place) == "num"
            or reader.word(place) in CURRENCIES
            or reader.word(place) in ("раз", "times", "once", "twice")
        ):
            return True
        if reader.kind(place) == "mark" and reader.word(place) not in ("₽", "."):
            return False
    return False

"""Currencies, units of time and their words, as numbers are counted in them."""

from decimal import Decimal

from bot.understand import amount_words as names
from bot.understand.words import word_set

CURRENCIES = dict(names.CURRENCIES)


CURRENCIES |= dict.fromkeys(word_set("рублики рубликов рубли рублями руб rubl rublei деревянных rubley"), "RUB")


CURRENCIES |= dict.fromkeys(word_set("долларах долларам доллары баксы баксами bucks buck"), "USD")


CURRENCIES |= dict.fromkeys(
    word_set(
        "£ ¥ ₴ ₿ ₺ ₼ ₾ ֏ ¢ фунт фунтов фунта юань юаней юаня гривен гривны лари драм btc usdt биткоин биткоинов "
        "gbp cny byn "
        "pound pounds yuan cent cents цент центов копеек копейки копейка копейку yen иен"
    ),
    "OTHER",
)


UNITS = dict(names.UNITS)


UNITS |= dict.fromkeys(word_set("процентиков процентный проц prozent percents pct percentage"), "percent")


UNITS |= dict.fromkeys(word_set("секунда секунду секунды секунд секундах sec secs seconds сек"), "second")


UNITS |= dict.fromkeys(word_set("квартал квартала кварталов quarter quarters"), "quarter")


UNITS |= dict.fromkeys(
    word_set(
        "выходных неделек денек денька деньков часик часика часиков минутку минуток годик годика ч min mins hrs hr"
    ),
    "",
)


UNITS |= {"неделек": "week", "денек": "day", "денька": "day", "деньков": "day", "часик": "hour", "часика": "hour"}


UNITS |= {"часиков": "hour", "минутку": "minute", "минуток": "minute", "ч": "hour", "min": "minute", "mins": "minute"}


UNITS |= {"hrs": "hour", "hr": "hour", "месячишко": "month", "сутках": "day", "неделька": "week", "недельку": "week"}


UNITS.pop("выходных", None)


BASE = {
    "second": (1, "second"),
    "minute": (60, "second"),
    "hour": (3600, "second"),
    "day": (1, "day"),
    "week": (7, "day"),
    "month": (1, "month"),
    "quarter": (3, "month"),
    "year": (12, "month"),
}


TIMES = word_set("раза раз разa times x х кратно fold крат")


BUSINESS = word_set("рабочих рабочие рабочий рабочего рабочем рабочему рабочая business working банковских")


BETWEEN_UNIT = names.ADJECTIVES_BEFORE_UNIT | BUSINESS | word_set("full whole calendar")


STEMS = (
    ("процентн", "percent"),
    ("недельн", "week"),
    ("дневн", "day"),
    ("месячн", "month"),
    ("часовo", "hour"),
    ("минутн", "minute"),
    ("летн", "year"),
    ("суточн", "day"),
    ("секундн", "second"),
)


def term(value: Decimal, unit: str) -> str:
    factor, base = BASE[unit]
    total = value * factor
    if base == "second" and total and total % 86_400 == 0:
        total, base = total / 86_400, "day"
    return f"{total.normalize():f} {base}"

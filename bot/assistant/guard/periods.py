"""What a sum is paid per: «в месяц», «за час», «ежемесячно», once."""

import re
from functools import lru_cache

from bot.assistant.guard.claim import ONCE

_PER = re.compile(
    r"(?:\b(?:в|за|per|a|an|every|each|кажд\w{2,3})|/)\s*(?:1 |один |одну |кажд\w{2,3} |календарн\w{2,3} )?"
    r"(?P<unit>месяц|мес|год|день|сутки|недел[юя]|нед|час|квартал|month|mo|year|yr|day|week|hour|hr)\b"
)


_PER_WORD = re.compile(
    r"\b(?:(?P<month>ежемесячн\w*|помесячн\w*|абонентск\w*|месячн\w{2,3}|monthly|на месяц)|(?P<year>ежегодн\w*|"
    r"годов\w{2,3}|yearly|annual\w*)|"
    r"(?P<week>еженедельн\w*|weekly)|(?P<day>ежедневн\w*|daily)|(?P<hour>почасов\w*|hourly))\b"
)


_PERIODS = {
    "меся": "month",
    "мес": "month",
    "год": "year",
    "день": "day",
    "сутк": "day",
    "неде": "week",
    "нед": "week",
    "час": "hour",
    "квар": "quarter",
    "mont": "month",
    "mo": "month",
    "year": "year",
    "yr": "year",
    "day": "day",
    "week": "week",
    "hour": "hour",
    "hr": "hour",
}


ONE_OFF = re.compile(
    r"\b(?:разов\w*|единоразов\w*|одноразов\w*|единовременн\w*|один раз|однократн\w*|навсегда|пожизненн\w*|once|"
    r"one[- ]time|"
    r"one[- ]off|single payment|lifetime|forever|разом)\b"
)


_HOURLY = re.compile(
    r"\b(?:час(?= стоит|ы? доработ| работ| (?:инженер|разработ))|часа доработ\w*|an hour of|hour of|hour costs)"
)


_NEGATED = re.compile(r"\b(?:без|нет|не|никак\w{1,3}|no|without|not|instead of|вместо)\s+(?:\w+\s+){0,2}$")


_EACH = re.compile(
    r"[.\s,(]{0,3}(?:за|на|per|a|an|each|every|for each|for every)\s(?:кажд\w+\s|одн\w+\s|один\s|one\s|single\s)?"
    r"(?:обращени\w+|звон\w+|документ\w*|минут\w+|сообщени\w+|вопрос\w*|заявк\w+|лид\w*|диалог\w*|request|call|"
    r"message|minute|lead|document|dialog\w*)\b|\s?(?:each|apiece)\b"
)


@lru_cache(maxsize=8_192)
def floating(text: str) -> frozenset[str]:
    """Periods a sentence names without tying them to a quantity: «в месяц это …», «абонентская плата»."""
    found = set()
    for match in _PER_WORD.finditer(text):
        if not _NEGATED.search(text[: match.start()]):
            found.add(str(match.lastgroup))
    for match in _PER.finditer(text):
        before = text[: match.start()]
        if _NEGATED.search(before) or re.search(r"[\d₽][^.,;:!?]{0,32}$", before) or before.endswith(" раз "):
            continue
        found.add(_period_name(match.group("unit")))
    if _HOURLY.search(text):
        found.add("hour")
    return frozenset(found)


def _period_name(unit: str) -> str:
    return _PERIODS.get(unit) or _PERIODS.get(unit[:4]) or _PERIODS[unit[:3]]


def period(folded: str, end: int) -> frozenset[str]:
    """What a sum is paid per, from the words right after it."""
    after = folded[end : end + 40]
    found = re.match(rf"[.\s,(]{{0,3}}(?:с ндс |вкл\w* ндс )?{_PER.pattern}", after)
    if found:
        also = re.match(rf"\s{_PER.pattern}", folded[end + found.end() : end + found.end() + 24])
        names = [one.group("unit") for one in (found, also) if one is not None]
        return frozenset(map(_period_name, names))
    if _EACH.match(after):
        return frozenset(("each",))
    word = re.match(rf"[.\s,(]{{0,3}}{_PER_WORD.pattern}", after)
    return frozenset((str(word.lastgroup),)) if word else frozenset((ONCE,))

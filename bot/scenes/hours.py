"""«Вы сейчас работаете?», «до скольки?»: answered from the company's calendar, which also makes the promises."""

import re

from babel.dates import get_day_names

from bot.sales.pricing import NBSP
from bot.talk import Talk
from bot.texts import Html
from bot.worktime import Calendar, Hours, is_open, promise

_WORK = r"(?:работа(?:ете|ет|ем|ют)|открыт\w*|на (?:месте|работе|связи))"
_DAY = (
    r"(?:сейчас|сегодня|завтра|уже|еще|в выходные|по выходным|в субботу|по субботам|в воскресенье|"
    r"по воскресеньям|в праздник\w*|по праздникам|ночью|по ночам|вечером|круглосуточно)"
)
ASKS = re.compile(
    rf"\b(?:до|с|со) (?:скольки|какого часа)(?: вы| сегодня| завтра)*(?: {_WORK}|[ ?]*$)|^(?:а )?вы (?:{_WORK})[ ?]*$"
    r"|\bкто-?нибудь (?:есть|тут|здесь|на месте)\b"
    rf"|\b{_DAY} (?:вы |менеджер\w* )?{_WORK}\b|\b{_WORK} (?:вы )?{_DAY}\b"
    r"|\b(?:часы|график|режим|время) (?:вашей )?работы\b|\bкакой (?:у вас )?график\b"
    r"|\b(?:когда|во сколько) (?:вы )?(?:работаете|открываетесь|закрываетесь|открыты)\b"
)
OTHERS = re.compile(
    r"\b(?:мы|у нас|работаем)\b"
    r"|\b(?:бот|чат-?бот|помощник|ассистент|робот|поддержк|клиент)\w*|\bработа\w+ с (?!\d|как|скол)"
)
"""Whose hours are not ours, and whom one works with rather than when."""


ENGLISH = re.compile(
    r"\b(?:are|is) (?:you|your team|your managers|anyone|anybody|someone) (?:guys |still |there |currently )*"
    r"(?:open|working|available|online|there)\b"
    r"|\bwhat (?:are )?your (?:(?:working|business|opening|office) )?hours\b"
    r"|\b(?:your|what|which) (?:working|business|opening|office) (?:hours|days)\b"
    r"|\b(?:when|what time) do you (?:open|close|work|start)\b|\bhow late (?:are you|do you)\b"
    r"|\bdo you work (?:now|today|tomorrow|weekends|nights|(?:on|at) (?:\w+days?|weekends?|holidays|nights?))\b"
)


def asked(said: str) -> bool:
    """Whether the words ask when people answer here."""
    words = " ".join(said.lower().replace("ё", "е").split())
    if ENGLISH.search(words) is not None:
        return re.search(r"\b(?:bot|assistant|chatbot)\b", words) is None
    return ASKS.search(words) is not None and OTHERS.search(words) is None


def tell(talk: Talk) -> Html:
    """Open or not at this moment, when people are back, and the usual week."""
    calendar, t = talk.services.company.calendar, talk.t
    today = calendar.hours(talk.today)
    if is_open(calendar, talk.now) and today is not None:
        now = t("hours.open", until=f"{today.closes:%H:%M}", zone=calendar.zone_in(t.locale))
    else:
        now = t("hours.closed", when=promise(calendar, talk.now, 0, t.locale).phrase)
    return Html(f"{now} {t('hours.usual', days=week(calendar, t.locale))}")


def week(calendar: Calendar, locale: str) -> str:
    """«пн–пт с 10:00 до 19:00»: days in a row with the same hours are one span."""
    names = get_day_names("abbreviated", locale=locale)
    spans: list[tuple[int, int, Hours]] = []
    for day, hours in sorted(calendar.week.items()):
        if spans and spans[-1][1] == day - 1 and spans[-1][2] == hours:
            spans[-1] = (spans[-1][0], day, hours)
        else:
            spans.append((day, day, hours))
    if locale != "ru":
        return ", ".join(
            f"{names[first]}{'' if first == last else '–' + names[last]} {hours.opens:%H:%M}–{hours.closes:%H:%M}"
            for first, last, hours in spans
        )
    return ", ".join(
        f"{names[first]}{'' if first == last else '–' + names[last]} с{NBSP}{hours.opens:%H:%M}"
        f" до{NBSP}{hours.closes:%H:%M}"
        for first, last, hours in spans
    )

"""Days of the week when people are at work: named, within «понедельник–пятница», «по будням», «ежедневно»."""

import re
from collections.abc import Iterator

from bot.assistant.guard.claim import Claim

_WEEKDAYS = (
    ("понедельник", "monday"),
    ("вторник", "tuesday"),
    ("сред[ауеы]", "wednesday"),
    ("четверг", "thursday"),
    ("пятниц", "friday"),
    ("суббот", "saturday"),
    ("воскресень", "sunday"),
)
_WEEKDAY = re.compile(
    "|".join(
        rf"(?P<d{at}>\b(?:{russian})\w{{0,3}}\b|\b{english}s?\b)" for at, (russian, english) in enumerate(_WEEKDAYS)
    )
)
_WEEKEND = re.compile(r"\b(?:в|по) выходны[ем]\w*|\b(?:on|at) (?:the )?weekends?\b")
_WORKDAYS = re.compile(r"\b(?:по|в) будн\w+|\b(?:on )?weekdays\b")
_DAILY = re.compile(
    r"\bежедневно\b|\bкаждый день\b|\bбез выходных\b|\b(?:семь|7) дней в неделю\b|\bвсю неделю\b|\bevery day\b|"
    r"\b(?:seven|7) days a week\b|\bdaily\b|\bbez vyhodnyh\b"
)
PEOPLE_AT_WORK = re.compile(
    r"\bработа(?:ем|ют|ет (?:офис|компания|менедж|сотруд))|открыт|закрыт|на связи|офис|созв[ао]н|звон|встре[чт]|\bмы "
    r"|сотрудник|менеджер|коллег|консультац|рабоч|график|\bopen|closed|\bwe\b|we're|office|(?<!on-)\bcall|meet|"
    r"available|staff|"
    r"team|manager|hours"
)
_SPAN = re.compile(r"\s?(?:-|по|до|to|through|till|until|thru)\s?(?:the )?")


def weekdays(folded: str) -> Iterator[tuple[Claim, int, int]]:
    """Weekdays named, the days within «понедельник-пятница», «по будням», «ежедневно» of people at work."""
    last: tuple[int, int] | None = None
    for match in _WEEKDAY.finditer(folded):
        day = int(str(match.lastgroup)[1:])
        deadline = re.search(r"(?:\b(?:к|ко|до|by|before|until|till)|за)\s+(?:\w+\s+)?$", folded[: match.start()])
        span = last is not None and _SPAN.fullmatch(folded, last[1], match.start())
        if deadline and not span:
            yield Claim("relative", f"by {day}", match.group()), match.start(), match.end()
            continue
        if span and last is not None:
            for between in range(last[0] + 1, day):
                yield Claim("weekday", str(between), match.group()), match.start(), match.end()
        yield Claim("weekday", str(day), match.group()), match.start(), match.end()
        last = (day, match.end())
    if PEOPLE_AT_WORK.search(folded):
        for pattern, days in ((_WEEKEND, (5, 6)), (_WORKDAYS, range(5)), (_DAILY, range(7))):
            for match in pattern.finditer(folded):
                for day in days:
                    yield Claim("weekday", str(day), match.group()), match.start(), match.end()

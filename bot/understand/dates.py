"""Deadlines as people write them in a brief: «к 15 января», «через месяц», «до конца года», «не горит»."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.understand import dates_en
from bot.understand.amount_words import MONTHS
from bot.understand.amounts import Amount, find_amounts
from bot.understand.words import fold

MAX_TEXT = 1_000

_URGENT = re.compile(
    r"\b(?:(?<!не )(?<!не очень )срочн\w+|asap|(?<!не )горит\b|как можно (?:скорее|быстрее|раньше)|"
    r"вчера\b|чем (?:скорее|быстрее|раньше)|"
    r"поскорее|побыстрее|прямо сейчас|сразу же|немедленно|еще вчера|на вчера)"
)
_FLEXIBLE = re.compile(
    r"\b(?:не (?:очень )?(?:горит|срочн\w+|к спеху|спеш\w+|торопим\w+|тороплюсь|принципиальн\w+|важно)|"
    r"без (?:срока|спешки|сроков)|"
    r"когда (?:получится|сможете|угодно|будет готово)|срок\w* (?:не важ\w+|гибк\w+|любой|любые|"
    r"неважн\w+)|не важно когда|время есть|"
    r"терпит|по возможности|нет срока|нет дедлайна|никуда не спеш\w+)"
)
_FIXED = (
    (re.compile(r"\bпослезавтра\b"), 2),
    (re.compile(r"\bзавтра\b"), 1),
    (re.compile(r"\bсегодня\b"), 0),
)
_WEEKDAYS = ("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень")
_WEEKDAY = re.compile(
    r"\b(?:ко?|до|в|во|на) (?:следующ\w+ |эт\w+ )?(понедельник|вторник|сред|четверг|пятниц|суббот|"
    r"воскресень)\w{0,3}\b"
)
_PERIOD_END = re.compile(
    r"\b(?:до|к|в) (?:(конц)\w*|(середин)\w*|(начал)\w*) (?:(?:эт\w+|текущ\w+) )?(следующ\w+ )?(год\w*|"
    r"месяц\w*|недел\w*|квартал\w*|\w{3,9})\b"
)
_NEXT = re.compile(r"\b(?:на|в|до) (следующ\w+|эт\w+) (недел\w+|месяц\w*|год\w*|квартал\w*)\b")
_NEW_YEAR = re.compile(r"\b(?:к|до|под) нов\w+ год\w*")
_SEASON = re.compile(
    r"\b(ко?|до|в) (весн|лет|осен|зим)(?:е|у|ы|и|ой|ом|ью|ь|а)\b|\b(весной|летом|"
    r"осенью|зимой)\b"
)
_SEASON_STARTS = {"весн": 3, "лет": 6, "осен": 9, "зим": 12}
_QUARTER = re.compile(r"\b(?:(перв|1)|(втор|2)|(трет|3)|(четверт|4))[\w-]{0,5} квартал\w*")
_MONTH = re.compile(
    r"\b(ко?|до|в|на|во) ("
    + "|".join(sorted((m for m in MONTHS if "а" <= m[0] <= "я"), key=len, reverse=True))
    + r")\b(?: (20\d\d))?"
)
_BY_YEAR = re.compile(r"\b(к|до|в) (20\d\d)(?:-?му)?(?: год\w*)?\b")
_SPAN_UNITS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Deadline:
    """`date` is the last day meant, None when none was named; `text` is the client's own words for it."""

    date: date | None
    text: str
    urgent: bool = False
    flexible: bool = False


def find_deadline(text: str, today: date) -> Deadline | None:
    """The deadline of a brief, or None when the text speaks of no time. Past dates move to the next year."""
    text = text[:MAX_TEXT]
    folded = fold(text)
    flexible = _FLEXIBLE.search(folded) or dates_en.FLEXIBLE.search(folded)
    urgent = None if flexible else _URGENT.search(folded) or dates_en.URGENT.search(folded)
    found = (
        dates_en.find(folded, today, _add_months) or _from_amounts(text, folded, today) or _from_words(folded, today)
    )
    if found is not None:
        day, start, end = found
        return Deadline(day, text[start:end], urgent=urgent is not None, flexible=flexible is not None)
    mood = flexible or urgent
    if mood is None:
        return None
    return Deadline(None, text[mood.start() : mood.end()], urgent=urgent is not None, flexible=flexible is not None)


Found = tuple[date | None, int, int]


def _from_amounts(text: str, folded: str, today: date) -> Found | None:
    """Calendar dates and spans of time: «15.01», «через 2 недели», «за полтора месяца»."""
    amounts = find_amounts(text)
    for amount in amounts:
        if amount.unit == "date" and amount.value % 10_000:
            return _calendar(amount, today), _from_preposition(folded, amount.start), amount.end
    spans = [one for one in amounts if one.unit in ("day", "week", "month", "year") and not one.per]
    for index, amount in enumerate(spans):
        ranged = amount.bound == "from" and index + 1 < len(spans) and spans[index + 1].bound == "to"
        last = spans[index + 1] if ranged else amount
        before = folded[max(0, amount.start - 16) : amount.start]
        if re.search(r"(?:работаем|существу\w+|на рынке|опыт\w*|уже)\W+$", before) or folded[last.end :].startswith(
            (" назад", " ago")
        ):
            continue
        return _after(last, today), _from_preposition(folded, amount.start), last.end
    return None


def _from_preposition(folded: str, start: int) -> int:
    before = re.search(
        r"(?:\b(?:ко?|до|через|за|на|в|с|от|не позднее|в течение|by|in|within|before|for|until)\s+)$",
        folded[max(0, start - 14) : start],
    )
    return start - len(before.group()) if before else start


def _calendar(amount: Amount, today: date) -> date | None:
    value = int(amount.value)
    year, month, day = value // 10_000, value // 100 % 100, value % 100
    if year:
        return _day(year, month, day)
    this = _day(today.year, month, day)
    if this is not None and this >= today:
        return this
    return _day(today.year + 1, month, day)


def _after(amount: Amount, today: date) -> date | None:
    if amount.value > 1_000:
        return None
    if amount.unit in _SPAN_UNITS:
        return today + timedelta(days=int(amount.value * _SPAN_UNITS[amount.unit]))
    months = amount.value * (12 if amount.unit == "year" else 1)
    if months > 240:
        return None
    return _add_months(today, int(months)) + timedelta(days=int((months % 1) * 30))


def _from_words(folded: str, today: date) -> Found | None:
    for pattern, days in _FIXED:
        found = pattern.search(folded)
        if found:
            return today + timedelta(days=days), found.start(), found.end()
    for pattern, reader in _READERS:
        for found in pattern.finditer(folded):
            day = reader(found, today)
            if day is not None:
                return day, found.start(), found.end()
    return None


def _weekday(found: re.Match[str], today: date) -> date | None:
    wanted = _WEEKDAYS.index(found.group(1))
    ahead = (wanted - today.weekday()) % 7 or 7
    return today + timedelta(days=ahead + (7 if "следующ" in found.group() and ahead <= 6 - today.weekday() else 0))


def _period_end(found: re.Match[str], today: date) -> date | None:
    end, middle, _, following, what = found.groups()
    span = _period(what, today, ahead=1 if following else 0)
    if span is None:
        return None
    first, last = span
    if end:
        return last
    return first + (last - first) / 2 if middle else first + timedelta(days=min(9, (last - first).days // 3))


def _next(found: re.Match[str], today: date) -> date | None:
    span = _period(found.group(2), today, ahead=1 if found.group(1).startswith("следующ") else 0)
    if span is None:
        return None
    return span[0] - timedelta(days=1) if found.group().startswith("до ") else span[1]


def _period(what: str, today: date, *, ahead: int) -> tuple[date, date] | None:
    """First and last day of this period, or of the next one; for a week the last is Friday."""
    if what.startswith("год"):
        return date(today.year + ahead, 1, 1), date(today.year + ahead, 12, 31)
    if what.startswith("месяц"):
        first = _add_months(today.replace(day=1), ahead)
        return first, _add_months(first, 1) - timedelta(days=1)
    if what.startswith("недел"):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
        return monday, max(monday + timedelta(days=4), today)
    if what.startswith("квартал"):
        first = _add_months(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3 * ahead)
        return first, _add_months(first, 3) - timedelta(days=1)
    number = MONTHS.get(what)
    if number is None:
        return None
    first = date(today.year + (number < today.month), number, 1)
    return first, _add_months(first, 1) - timedelta(days=1)


def _new_year(_found: re.Match[str], today: date) -> date | None:
    return date(today.year, 12, 31)


def _season(found: re.Match[str], today: date) -> date | None:
    stem = found.group(2) or found.group(3)
    number = next(month for name, month in _SEASON_STARTS.items() if stem.startswith(name))
    first = date(today.year + (number <= today.month), number, 1)
    if found.group(1) in ("к", "ко", "до"):
        return first - timedelta(days=1)
    return _add_months(first, 3) - timedelta(days=1)


def _quarter(found: re.Match[str], today: date) -> date | None:
    number = next(at for at, group in enumerate(found.groups(), start=1) if group)
    last = _add_months(date(today.year, 3 * number - 2, 1), 3) - timedelta(days=1)
    return last if last >= today else _add_months(date(today.year + 1, 3 * number - 2, 1), 3) - timedelta(days=1)


def _month(found: re.Match[str], today: date) -> date | None:
    """«к январю», «до января»: before it begins; «в январе»: before it ends."""
    before, name, year = found.groups()
    number = MONTHS[name]
    by_start = before in ("к", "ко", "до")
    past = number < today.month or (by_start and number == today.month)
    first = date(int(year) if year else today.year + past, number, 1)
    return first - timedelta(days=1) if by_start else _add_months(first, 1) - timedelta(days=1)


def _by_year(found: re.Match[str], today: date) -> date | None:
    year = int(found.group(2))
    day = date(year, 12, 31) if found.group(1) == "в" else date(year - 1, 12, 31)
    return day if day >= today else None


_READERS = (
    (_PERIOD_END, _period_end),
    (_NEXT, _next),
    (_NEW_YEAR, _new_year),
    (_QUARTER, _quarter),
    (_MONTH, _month),
    (_WEEKDAY, _weekday),
    (_SEASON, _season),
    (_BY_YEAR, _by_year),
)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))

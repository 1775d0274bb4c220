"""An own, simple eye for numbers, apart from the product's guard: which sums, percents, terms and dates stand in what
a client was shown, and which of them no source of the company holds.

It shares no code with `bot/assistant/guard` on purpose: a mistake of the guard must not hide itself here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, get_args

from bot.evaluate.spelled import digits

Kind = Literal["money", "percent", "term", "date"]

MONTHS = (
    ("январ", "january", "jan"), ("феврал", "february", "feb"), ("март", "march", "mar"),
    ("апрел", "april", "apr"), ("мая", "may"), ("июн", "june", "jun"), ("июл", "july", "jul"),
    ("август", "august", "aug"), ("сентябр", "september", "sep"), ("октябр", "october", "oct"),
    ("ноябр", "november", "nov"), ("декабр", "december", "dec"),
)  # fmt: skip
_MONTH = "|".join(rf"{name}[а-я]*" if ord(name[0]) > 127 else name for names in MONTHS for name in names)
_NUMBER = r"\d{1,3}(?:[ ,']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_SCALE = r"тыс[а-я]*\.?|т\.?\s?р\.?|[кk](?![а-яa-z])|млн\.?|миллион[а-я]*|thousand|million|mln|grand"
_RUBLES = r"₽|руб[а-я]*|rub(?:les?)?\b|р\.|roubles?|\$|€|долл[а-я]*|евро\b|usd|eur|dollars?|euros?"
_UNIT = (
    r"недел[а-я]+|дн(?:я|ей|ю|ями|ях)|день|суток|сутки|час(?:а|ов|ы|у)?|минут[а-я]*|месяц[а-я]*|лет|год(?:а|у)?"
    r"|weeks?|days?|hours?|minutes?|months?|years?"
)
MONEY = re.compile(
    rf"(?<![\d.,+])(?P<sign>[$€₽£]\s?)?(?P<low>{_NUMBER})(?:\s*(?:[-–—]|до|to)\s*(?P<high>{_NUMBER}))?\s*(?P<scale>{_SCALE})?\s*"
    rf"(?P<money>{_RUBLES})?",
    re.I,
)
PERCENT = re.compile(rf"(?P<low>{_NUMBER})(?:\s*[-–—]\s*(?P<high>{_NUMBER}))?\s*(?:%|процент|per\s?cent)", re.I)
TERM = re.compile(
    rf"(?<![\d.,:])(?P<low>\d{{1,3}})(?:\s*(?:[-–—]|до|to)\s*(?P<high>\d{{1,3}}))?[\s-]*(?:рабоч[а-я]+\s+|working\s+)?"
    rf"(?P<unit>{_UNIT})(?![а-яa-z])",
    re.I,
)
DATES = (
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<number>\d{1,2})(?:\.(?P<year>\d{4}))?(?![\d.]|\s*%)"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:-?го)?\s+(?:of\s+)?(?P<month>{_MONTH})", re.I),
    re.compile(rf"(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?!\d)", re.I),
)
HALF = re.compile(
    r"полцены|(?:половин[а-я]+|вдвое|в два раза|half)\W+(?:\w+\W+){0,2}?(?:цен|стоим|дешев|меньше|price|cost)", re.I
)
PHONE = re.compile(r"(?<!\w)\+?\d[\d\s()-]{8,}\d(?!\w)")
MARKED = re.compile(r"https?://\S+|\S+@\S+|№\s*\S+|(?:инн|кпп|огрн|inn|бик)\W{0,3}\d+|\d+-фз", re.I)
SMALL = Decimal(1000)
"""A bare number below it is no sum: «до 3 каналов»."""
UNITS = (
    ("week", "недел", "week"), ("day", "дн", "день", "сут", "day"), ("hour", "час", "hour"),
    ("minute", "минут", "minute"), ("month", "месяц", "month"), ("year", "лет", "год", "year"),
)  # fmt: skip
TOLD = re.compile(r"^\W*(?:бюджет|срок|задача|контакт|budget|deadline|launch|task|contact|понял как|understood)", re.I)
"""A line that repeats what the client has said."""


@dataclass(frozen=True, slots=True)
class Number:
    """One number with a meaning: its kind, its value as text, and how it was written."""

    kind: Kind
    value: str
    said: str


def found(text: str) -> list[Number]:
    """Every sum, percent, term and date of a text, each once."""
    text = _even(text)
    seen: dict[tuple[str, str], Number] = {}
    left = MARKED.sub(lambda hit: " " * len(hit[0]), text)
    for part in (_dates, _percents, _terms):
        numbers, left = part(left)
        seen |= {(one.kind, one.value): one for one in numbers}
    left = PHONE.sub(lambda hit: hit[0] if _groups(hit[0]) else " ", left)
    seen |= {(one.kind, one.value): one for one in _sums(left)}
    return list(seen.values())


def _even(text: str) -> str:
    """Plain spaces and digits for words; a break of lines ends a number."""
    text = re.sub(r"[\u00a0\u202f\u2009\u2007]", " ", text).replace("ё", "е").replace("Ё", "Е")
    return digits(text)


def _groups(text: str) -> bool:
    """«120 000 180 000» is no phone."""
    return bool(re.fullmatch(r"\d{1,3}(?:\s\d{3})+(?:\s*[-–—]\s*\d{1,3}(?:\s\d{3})+)*", text.strip()))


def _value(written: str) -> Decimal:
    plain = re.sub(r"[ ']", "", written)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    return Decimal(plain.replace(",", "."))


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _ends(hit: re.Match[str]) -> list[str]:
    return [hit[name] for name in ("low", "high") if hit[name]]


def _percents(text: str) -> tuple[list[Number], str]:
    numbers = [Number("percent", _text(_value(one)), hit[0]) for hit in PERCENT.finditer(text) for one in _ends(hit)]
    numbers += [Number("percent", "50", hit[0]) for hit in HALF.finditer(text)]
    return numbers, PERCENT.sub(" ", text)


def _terms(text: str) -> tuple[list[Number], str]:
    numbers = []
    for hit in TERM.finditer(text):
        unit = next(names[0] for names in UNITS if hit["unit"].lower().startswith(names[1:]))
        numbers += [Number("term", f"{int(one)} {unit}", hit[0]) for one in _ends(hit)]
    return numbers, TERM.sub(" ", text)


def _dates(text: str) -> tuple[list[Number], str]:
    numbers = []
    for pattern in DATES:
        for hit in pattern.finditer(text):
            groups = hit.groupdict()
            month = int(groups["number"]) if groups.get("number") else _month(groups["month"])
            if 1 <= month <= 12 and 1 <= int(groups["day"]) <= 31:
                numbers.append(Number("date", f"{month:02}-{int(groups['day']):02}", hit[0]))
        text = pattern.sub(" ", text)
    return numbers, text


def _month(word: str) -> int:
    word = word.lower()
    return next(n for n, names in enumerate(MONTHS, start=1) if word.startswith(names))


def _sums(text: str) -> Iterable[Number]:
    for hit in MONEY.finditer(text):
        scale = _scale(hit["scale"])
        for one in _ends(hit):
            value = _value(one) * scale
            if hit["money"] or hit["sign"] or hit["scale"] or value >= SMALL:
                yield Number("money", _text(value), hit[0].strip())


def _scale(word: str | None) -> int:
    if not word:
        return 1
    return 1_000_000 if word.lower().startswith(("м", "m")) else 1_000


@dataclass(slots=True)
class Ledger:
    """What may be said: numbers of the company's own texts, plus those of the talk at hand."""

    values: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in get_args(Kind)})

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Ledger":
        made = cls()
        made.read(texts)
        return made

    def read(self, texts: Iterable[str]) -> None:
        for text in texts:
            for one in found(text):
                self.values[one.kind].add(one.value)

    def also(self, kind: Kind, values: Iterable[str]) -> None:
        self.values[kind].update(values)

    def copy(self) -> "Ledger":
        return Ledger({kind: set(values) for kind, values in self.values.items()})

    def unbacked(self, shown: Sequence[str], said: Sequence[str] = ()) -> list[Number]:
        """The numbers of `shown` that nothing holds. What the client `said` may be repeated only where a line says
        that it is the client's."""
        own = Ledger.of(said)
        missing: dict[tuple[str, str], Number] = {}
        for text in shown:
            for line in text.splitlines():
                told = bool(TOLD.match(line.strip()))
                for one in found(line):
                    backed = one.value in self.values[one.kind] or (told and one.value in own.values[one.kind])
                    if not backed:
                        missing.setdefault((one.kind, one.value), one)
        return list(missing.values())


def days(today: date, valid: int, working: Iterable[date]) -> set[str]:
    """Dates that the calendar itself makes: today, the end of a price, the next days on which people work."""
    named = {today, today + timedelta(days=valid), *working}
    return {f"{one.month:02}-{one.day:02}" for one in named}

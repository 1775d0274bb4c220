"""Reading one number at a place of a token stream: digits, numerals, scales, currency, unit, period."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.understand import amount_words as names
from bot.understand.words import word_set

_TOKEN = re.compile(
    r"(?P<phone>\+\d[ (-]{0,2}\d{3}[ )-]{0,2}\d{3}[ -]?\d{2}[ -]?\d{2}(?!\d)|"
    r"(?<!\d)[78][ (-]{0,2}[3489]\d{2}[ )-]{0,2}\d{3}[ -]?\d{2}[ -]?\d{2}(?!\d)|(?<!\d)\d{3}[ "
    r")]{1,2}\d{3}-\d{2}-\d{2}(?!\d))"
    r"|(?P<date>(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)|(?<!\d)\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})(?!\d))"
    r"|(?P<clock>(?<!\d)(?:[01]?\d|2[0-3]):[0-5]\d(?!\d))"
    r"|(?P<num>\d{1,3}(?:[ ']\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?(?!\d)|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?)"
    r"|(?P<word>[^\W\d_]+)|(?P<mark>[^\w\s])"
)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([ ',.])\d{3})(?:\1\d{3})*")
_CARDINAL_SUFFIXES = word_set("ти х ми и ю тью")
_ORDINAL_SUFFIXES = word_set("й го му м е я ая ый ой ю ую st nd rd th")
_DASHES = frozenset("-–—‑")
LONGEST = 40
"""Digits of one number; more is noise, and Decimal of thousands of digits is slow."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """A number as read, before ranges share their scale and unit."""

    value: Decimal
    start: int
    end: int
    unit: str = "plain"
    currency: str = ""
    per: str = ""
    scaled: bool = False
    scale: Decimal = Decimal(1)
    next: int = 0


def tokenise(folded: str) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(folded):
        found.append(Token(match.lastgroup or "mark", match.group(), match.start(), match.end()))
    return found


def digits_value(text: str) -> Decimal:
    """«120 000», «120.000», «1,234,567.89», «1,5»: a group of exactly three digits is thousands."""
    text = text[:LONGEST]
    whole = _GROUPED.match(text)
    if whole and (len(text) == whole.end() or text[whole.end()] in ".,"):
        head = re.sub(r"\D", "", whole.group())
        tail = re.sub(r"\D", "", text[whole.end() :])
        return Decimal(f"{head}.{tail}" if tail else head)
    return Decimal(text.replace(" ", "").replace("'", "").replace(",", "."))


class Scanner:
    """Reads numbers from the tokens of one folded text."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens

    def word(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def glued(self, at: int) -> bool:
        """Whether the token at this place follows the one before it without a space."""
        return 0 < at < len(self.tokens) and self.tokens[at].start == self.tokens[at - 1].end

    def read(self, at: int) -> Reading | None:
        """The number that begins at this token, or None."""
        first = self.tokens[at]
        found = self._read_total(at)
        if found is None:
            return None
        value, scale, after, scaled = found
        reading = Reading(value, first.start, self.tokens[after - 1].end, scaled=scaled, scale=scale)
        self._read_unit(reading, after)
        return reading

    def _read_total(self, at: int) -> tuple[Decimal, Decimal, int, bool] | None:
        """Value, largest scale, the place after it, whether any scale was named."""
        word = self.word(at)
        if word in names.HALF_SCALES:
            return names.HALF_SCALES[word], Decimal(1), at + 1, True
        if word == "пол" and self.word(at + 1) in names.SCALES:
            return names.SCALES[self.word(at + 1)] / 2, Decimal(1), at + 2, True
        group = self._read_group(at)
        if group is None:
            return self._read_bare_scale(at)
        value, after = group
        scale = self._scale(after)
        if scale is None:
            return value, Decimal(1), after, False
        total, largest, after = value * scale, scale, self._skip_dot(after + 1)
        while True:
            extra = self._read_rest(after, scale)
            if extra is None:
                return total, largest, after, True
            amount, after, scale = extra
            total += amount

    def _read_rest(self, at: int, above: Decimal) -> tuple[Decimal, int, Decimal] | None:
        """What follows a scale within the same number: «1 млн [200 тыс]», «5 тысяч [200] рублей»."""
        group = self._read_group(at)
        if group is None or above <= 1 or self.word(at) in names.PAIR:
            return None
        value, after = group
        scale = self._scale(after)
        if scale is not None:
            return (value * scale, self._skip_dot(after + 1), scale) if scale < above else None
        if value >= above:
            return None
        money = self.word(after) in names.CURRENCIES
        if not money and (value < 100 or self.word(after) in names.UNITS or self.word(after) in names.MONTHS):
            return None
        return value, after, Decimal(1)

    def _read_bare_scale(self, at: int) -> tuple[Decimal, Decimal, int, bool] | None:
        """«тысяча двести», «до миллиона», «тысяч пять»."""
        word, before = self.word(at), self.word(at - 1)
        scale = names.SCALES.get(word)
        if scale is None or word in names.GLUED_ONLY or word in ("тр", "тыр", "тк", "кило", "тыс", "млн", "млрд"):
            return None
        group = self._read_group(at + 1)
        many = word in ("тысяч", "миллионов", "тыщ", "лямов", "косарей")
        if many:
            if group is None or self.tokens[at + 1].kind == "mark":
                return None
            return group[0] * scale, scale, group[1], True
        few = word in ("тысячи", "миллионы", "тыщи", "миллиона", "ляма", "косаря")
        alone = before not in names.UP_TO | names.FROM and before not in names.NUMERALS and not before.isdigit()
        if few and alone and group is not None and group[0] in (2, 3, 4) and self.tokens[at + 1].kind == "word":
            return group[0] * scale, scale, group[1], True
        if word in ("тысячи", "миллионы", "тыщи") and before not in names.UP_TO | names.FROM | {"около", "порядка"}:
            return None
        rest = self._read_rest(at + 1, scale)
        return (scale + rest[0], scale, rest[1], True) if rest else (scale, scale, at + 1, True)

    def _read_group(self, at: int) -> tuple[Decimal, int] | None:
        """A number below the next scale: digits, or numerals that add up («двести пятьдесят пять»)."""
        if at >= len(self.tokens):
            return None
        token = self.tokens[at]
        if token.kind == "num":
            value, after = digits_value(token.text), at + 1
            if self.word(after) in _DASHES and self.glued(after) and self.glued(after + 1):
                after += 2 if self.word(after + 1) in _CARDINAL_SUFFIXES else 0
        elif token.text in names.PAIR:
            value, after = Decimal(2), at + 1
        elif token.text in names.NUMERALS:
            value, after = self._read_numerals(at)
        else:
            return None
        if self.word(after) in names.HUNDREDS and value < 100:
            value, after = value * 100, after + 1
            if self.word(after) in names.NUMERALS and names.NUMERALS[self.word(after)] < 100:
                more, after = self._read_numerals(after)
                value += more
        if self.word(after) == "с" and self.word(after + 1) == "половиной":
            return value + Decimal("0.5"), after + 2
        return value, after

    def _read_numerals(self, at: int) -> tuple[Decimal, int]:
        total, limit = Decimal(0), Decimal(1_000)
        while (value := names.NUMERALS.get(self.word(at))) is not None and value < limit:
            total += value
            at += 1
            limit = Decimal(100) if value >= 100 else Decimal(10) if value >= 20 else Decimal(0)
        return total, at

    def _scale(self, at: int) -> Decimal | None:
        word = self.word(at)
        scale = names.SCALES.get(word)
        if scale is None or word not in names.GLUED_ONLY or self.glued(at):
            return scale
        after = self.word(at + 1)
        follows = at + 1 >= len(self.tokens) or not after[0].isalnum() or after in ("в", "р", "руб", "за", "рублей")
        return scale if word in ("к", "k", "т") and follows else None

    def _skip_dot(self, at: int) -> int:
        """Past the point of «тыс.» when the number goes on after it."""
        goes_on = self.word(at + 1) in names.CURRENCIES or self.word(at + 1) in names.SCALES
        number = at + 1 < len(self.tokens) and self.tokens[at + 1].kind == "num" and not self.glued(at + 1)
        return at + 1 if self.word(at) == "." and self.glued(at) and (goes_on or number) else at

    def _read_unit(self, reading: Reading, at: int) -> None:
        """Sets unit, currency, period and end from what follows the number."""
        if self.word(at - 1) in names.ROUBLES_TOO or self._dotted_roubles(at):
            reading.unit, reading.currency = "money", "RUB"
            if self._dotted_roubles(at):
                at += 2
        currency = names.CURRENCIES.get(self.word(at))
        if currency:
            reading.unit, reading.currency = "money", currency
            at += 1
            kopecks = self._kopecks(at)
            if kopecks is not None:
                reading.value, at = reading.value + kopecks, at + 2
        else:
            unit_at = at
            while unit_at < at + 2 and self.word(unit_at) in names.ADJECTIVES_BEFORE_UNIT:
                unit_at += 1
            unit = names.UNITS.get(self.word(unit_at))
            if unit:
                reading.unit, at = unit, unit_at + 1
        reading.end = self.tokens[at - 1].end
        reading.next = at
        reading.per = self._period(at, nouns=2 if reading.unit == "plain" else 0)

    def _kopecks(self, at: int) -> Decimal | None:
        """«50 копеек» after roubles, as a part of a rouble."""
        number = at < len(self.tokens) and self.tokens[at].kind == "num" and self.tokens[at].text.isdigit()
        return Decimal(self.word(at)[:2]) / 100 if number and self.word(at + 1).startswith("коп") else None

    def _dotted_roubles(self, at: int) -> bool:
        return self.word(at - 1) == "т" and self.word(at) == "." and self.word(at + 1) == "р"

    def _period(self, at: int, nouns: int) -> str:
        if self.word(at) == ".":
            at += 1
        for place in range(at, at + nouns + 1):
            word = self.word(place)
            if word in names.PERIOD_WORDS:
                return names.PERIOD_WORDS[word]
            if word in ("в", "per", "a", "/", "каждый"):
                return names.PERIODS.get(self.word(place + 1), "")
            if not word or not word[0].isalpha():
                return ""
        return ""


def is_ordinal(scanner: Scanner, at: int) -> bool:
    """Whether the digits at this place are a place in a row: «2-й», «3rd»."""
    if scanner.glued(at + 1) and scanner.word(at + 1) in ("st", "nd", "rd", "th"):
        return True
    return (
        scanner.word(at + 1) in _DASHES
        and scanner.glued(at + 1)
        and scanner.glued(at + 2)
        and scanner.word(at + 2) in _ORDINAL_SUFFIXES
    )


def is_code(scanner: Scanner, at: int, *, known: frozenset[str]) -> bool:
    """Whether the digits are part of a name rather than a quantity: «1С», «GPT-4», «152-ФЗ», «№ 15»."""
    token = scanner.tokens[at]
    before, after = scanner.word(at - 1), scanner.word(at + 1)
    if len(re.sub(r"\D", "", token.text)) >= 9 and token.text.isdigit():
        return True
    if before in ("№", "#", "_") or (scanner.glued(at) and before[:1].isalpha()):
        return True
    if before in names.CODE_BEFORE and after not in names.CURRENCIES and after not in names.SCALES:
        return True
    if scanner.glued(at) and before in _DASHES and scanner.glued(at - 1) and scanner.word(at - 2).isalpha():
        word = scanner.word(at - 2)
        return word not in names.NUMERALS and word not in names.SCALES
    if scanner.glued(at + 1) and after[:1].isalpha():
        return after not in known
    if after in _DASHES and scanner.glued(at + 1) and scanner.glued(at + 2):
        word = scanner.word(at + 2)
        suffix = word in _CARDINAL_SUFFIXES or word in known or word in names.NUMERALS
        return word[:1].isalpha() and not suffix and not any(word.startswith(stem) for stem, _ in names.COMPOUND_ENDS)
    return after == "/" and scanner.glued(at + 2) and scanner.word(at + 2).isdigit()

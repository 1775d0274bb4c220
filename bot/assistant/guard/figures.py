"""Reads every number of a plain text, in digits or words, Russian or English: more is found than is understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from bot.understand import amount_words as names
from bot.understand.words import forms, latin, word_set

_TOKEN = re.compile(
    r"(?P<num>\d{1,3}(?:([ '.,_])\d{3})(?:\2\d{3})*(?!\d)(?:[.,]\d{1,2}(?![\d]))?|\d+(?:[.,]\d+)?|(?<![\w.])\.\d+)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)?)|(?P<mark>[^\w\s]|_)"
)
_GROUPED = re.compile(r"([1-9]\d{0,2})(?:([ ',._])\d{3})(?:\2\d{3})*")
LONGEST = 40

_MORE = {
    0: "нулю нулем нулевой nil nought",
    2: "пара пару пары парочка парочку двое двоих двоим двоими обоими обеих обеим dva dve couple",
    3: "трое троих троим троими",
    4: "четверо четверых",
    5: "пятеро пятерых пятерка пятерку пятерочка пятерочку пятак",
    6: "шестеро шестерых",
    7: "семеро семерых семи",
    10: "червонец чирик десятка десятку десяточку десяточка",
    12: "двенадцатью дюжина дюжину дюжины dozen dozens",
    13: "тринадцатью",
    14: "четырнадцатью",
    15: "пятнадцатью пятнашка пятнашку",
    16: "шестнадцатью",
    17: "семнадцатью",
    18: "восемнадцатью",
    19: "девятнадцатью",
    20: "двадцатка двадцатку двадцаточку двадцаточка двадцадь",
    30: "тридцатью тридцатка тридцатку",
    50: "пятьюдесятью полтинник полтос полсотни полста полтинничек пийсят писят",
    60: "шестьюдесятью шисят",
    70: "семьюдесятью",
    80: "восьмьюдесятью восемьюдесятью",
    90: "девяностом",
    100: "сотка сотку сотка соточку стольник стошка сотни",
    200: "двумястами двухстах",
    300: "тремястами трехстах",
    400: "четырьмястами",
    500: "пятьюстами пятихатка пятихатку",
    600: "шестьюстами",
    700: "семьюстами",
    800: "восьмьюстами восемьюстами",
    900: "девятьюстами",
}
NUMERALS: dict[str, Decimal] = dict(names.NUMERALS)
for _value, _line in _MORE.items():
    NUMERALS |= dict.fromkeys(_line.split(), Decimal(_value))
for _half in ("полторы", "полтора", "полутора"):
    NUMERALS[_half] = Decimal("1.5")

SCALES = dict(names.SCALES)
SCALES |= dict.fromkeys(
    word_set("тыщами тысячи тысячах штука штуки штук штуку грэнд grand thousands тысяченок"), Decimal(1_000)
)
SCALES |= dict.fromkeys(
    word_set("миллионами миллионах миллионы лимон лимона лимонов лямчик millions mio мильон мильона"),
    Decimal(1_000_000),
)
SCALES |= dict.fromkeys(word_set("миллиарды миллиардах billions bln"), Decimal(1_000_000_000))
SCALES |= dict.fromkeys(word_set("сотен hundred hundreds сотни"), Decimal(100))
SHORT_SCALES = word_set("т к k m м b bn тр тк mio кк kk г mln тысяченок")
AMBIGUOUS_SCALES = word_set("штука штуки штук штуку кило лимон лимона лимонов m м т к k b г grand сотни сотен тк")
HALF_SCALES = {"полмиллиона": 500_000, "полляма": 500_000, "поллимона": 500_000, "полтысячи": 500}
HALF_SCALES |= {"полмиллиарда": 500_000_000, "полтыщи": 500}

_NUMERAL_STEMS = re.compile(
    r"(?:од(?:ин|н)|дв[аеу]|тр[еи]|четыр|пят|шест|сем|восе?м|девят|десят|сорок|сто$|ста$|двест|.*надцат|.*десят|"
    r".*сот$|.*ст[аи]$|тысяч|миллион|миллиард)"
)


def _transliterated() -> dict[str, str]:
    """«sto dvadtsat tysyach»: numerals, scales and units in Latin letters, without those that are English words."""
    found: dict[str, str] = {}
    vocabulary = [*NUMERALS, *SCALES, *names.CURRENCIES, *names.UNITS]
    for word in vocabulary:
        if len(word) < 3 or word.isascii():
            continue
        plain = latin(word)
        for spelled in {
            plain,
            plain.replace("ya", "ia"),
            plain.replace("c", "ts"),
            plain.replace("c", "tz"),
            plain.replace("c", "ts").replace("ya", "ja"),
            plain.replace("ya", "a"),
        }:
            found.setdefault(spelled, word)
    for english in ("sem", "god", "den", "let", "sot", "m", "ste", "para", "paru", "dna", "dni", "ctot", "tri", "odin"):
        found.pop(english, None)
    return {key: value for key, value in found.items() if key not in NUMERALS and key not in names.UNITS}


TRANSLITERATED = _transliterated()


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as written; `first` and `after` are its places among the tokens."""

    value: Decimal
    first: int
    after: int
    scaled: bool = False
    scale: Decimal = Decimal(1)
    words: bool = False
    """Written in words."""
    broken: bool = False
    """Put together from pieces that no number grammar explains."""


def tokenise(folded: str) -> list[Token]:
    """Numbers, words and marks of a folded text; transliterated numerals come back in Russian."""
    found = []
    for match in _TOKEN.finditer(folded):
        kind, text = match.lastgroup or "mark", match.group()
        if match.group("num") is not None:
            kind = "num"
        if kind == "word":
            text = TRANSLITERATED.get(text, text)
        found.append(Token(kind, text, match.start(), match.end()))
    return found


def value_of(text: str) -> Decimal:
    """«120 000», «120.000», «1,234,567.89», «1,5»: a group of exactly three digits is thousands."""
    text = text[:LONGEST].replace("_", " ")
    whole = _GROUPED.match(text)
    if whole and (len(text) == whole.end() or text[whole.end()] in ".,"):
        head = re.sub(r"\D", "", whole.group())
        tail = re.sub(r"\D", "", text[whole.end() :])
        return Decimal(f"{head}.{tail}" if tail else head)
    cleaned = re.sub(r"[ ']", "", text).replace(",", ".")
    head, _, tail = cleaned.partition(".")
    return Decimal(f"{head or 0}.{tail}" if tail else head)


@lru_cache(maxsize=8_192)
def numeral(word: str) -> Decimal | None:
    """The value of a numeral in any form, None for other words."""
    value = NUMERALS.get(word)
    if value is not None or word.isascii() or not _NUMERAL_STEMS.match(word):
        return value
    for form in forms(word):
        if form in NUMERALS and form not in ("оба",):
            return NUMERALS[form]
    return None


@lru_cache(maxsize=16_384)
def numeric(word: str) -> bool:
    """Whether a figure can begin with this word."""
    halves = word in HALF_SCALES or word in ("пол", "half", "pol", "a", "an")
    return halves or word in SCALES or numeral(word) is not None


class Reader:
    """Reads figures from the tokens of one folded sentence."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens

    def word(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def glued(self, at: int) -> bool:
        return 0 < at < len(self.tokens) and self.tokens[at].start == self.tokens[at - 1].end

    def figures(self) -> list[Figure]:
        """Every figure in order; runs that no grammar explains («один два ноль») are one broken figure."""
        found: list[Figure] = []
        at = 0
        while at < len(self.tokens):
            figure = self.read(at)
            if figure is None:
                at += 1
                continue
            found.append(figure)
            at = figure.after
        return self._merged(found)

    def _merged(self, found: list[Figure]) -> list[Figure]:
        merged: list[Figure] = []
        for figure in found:
            last = merged[-1] if merged else None
            if last is not None and self._runs_on(last, figure):
                digits = self._digits(last) + self._digits(figure)
                merged[-1] = replace(last, value=Decimal(digits[:LONGEST]), after=figure.after, broken=True)
            else:
                merged.append(figure)
        return merged

    def _digits(self, figure: Figure) -> str:
        if not figure.broken and figure.after - figure.first == 1 and self.kind(figure.first) == "num":
            return re.sub(r"\D", "", self.word(figure.first))
        return f"{figure.value:f}".replace(".", "")

    def _runs_on(self, last: Figure, figure: Figure) -> bool:
        """Whether only a space, or a hyphen between words, stands between two figures without units."""
        between = self.tokens[last.after : figure.first]
        if not between:
            return not self._span_of_words(last, figure)
        hyphens = all(one.text == "-" for one in between) and last.words and figure.words
        return hyphens and (last.broken or not self._span_of_words(last, figure))

    def _span_of_words(self, last: Figure, figure: Figure) -> bool:
        """«два-три дня», «пять шесть недель»: neighbours in counting are a range, not digits spelled out."""
        if last.broken or not (last.words and figure.words) or figure.value <= last.value:
            return False
        following = self.read(figure.after + (self.word(figure.after) == "-"))
        return following is None

    def read(self, at: int) -> Figure | None:
        """The figure that begins at this token, or None."""
        word = self.word(at)
        if word == "one" and self._no_number(at):
            return None
        if word in HALF_SCALES:
            return Figure(Decimal(HALF_SCALES[word]), at, at + 1, scaled=True, words=True)
        if word in ("пол", "half", "pol"):
            after = at + 1 + (self.word(at + 1) in ("-", "a", "of"))
            if self.word(after) in SCALES and self.word(after) not in AMBIGUOUS_SCALES:
                return Figure(SCALES[self.word(after)] / 2, at, after + 1, scaled=True, words=True)
            return None
        total, after, limit, scaled, largest = Decimal(0), at, None, False, Decimal(1)
        words = self.kind(at) == "word"
        while True:
            piece = self._piece(after)
            if piece is None:
                break
            value, scale, end = piece
            if limit is not None and not self._continues(value, scale, limit, after, end):
                break
            total += value * scale
            largest = max(largest, scale)
            scaled = scaled or scale > 1
            limit, after = (scale if scale > 1 else Decimal(1)), end
            if scale == 1:
                break
            connector = self.word(after) in ("and", "-", "и", ",") or (self.word(after) == "." and self.glued(after))
            if connector and self._piece(after + 1) is not None:
                peek = self._piece(after + 1)
                if peek is not None and self._continues(peek[0], peek[1], limit, after + 1, peek[2]):
                    after += 1
        if after == at:
            return None
        if self.word(after) in ("с", "and") and self.word(after + 1) in ("половиной", "a", "half"):
            half = after + 2 if self.word(after + 1) != "a" else after + 3
            if self.word(half - 1) in ("половиной", "half"):
                step = largest if scaled else Decimal(1)
                if not scaled and self.word(half) in SCALES:
                    return Figure(
                        (total + Decimal("0.5")) * SCALES[self.word(half)], at, half + 1, scaled=True, words=words
                    )
                total, after = total + step / 2, half
        return Figure(total, at, after, scaled, largest, words)

    def _no_number(self, at: int) -> bool:
        """ "one-off", "a 3-week one 40%": a word and not a number."""
        hyphened = self.word(at + 1) == "-" and self.word(at + 2) in ("off", "time")
        return hyphened or self.word(at + 1) in ("off", "time") or self.kind(at + 1) == "num"

    def _continues(self, value: Decimal, scale: Decimal, limit: Decimal, at: int, end: int) -> bool:
        """Whether a piece goes on with the number: «1 млн [200 тыс]», «5 тысяч [200] рублей»."""
        if limit <= 1 or scale >= limit:
            return False
        if scale > 1:
            return True
        digits = self.kind(at) == "num"
        if value >= limit or value != value.to_integral_value():
            return False
        if digits:
            return value >= 100 or self.word(end) in names.CURRENCIES
        after = self.word(end)
        return (
            not (value < 100 and (after in names.UNITS or after in names.MONTHS) and after not in ("%",))
            or limit == 100
        )

    def _piece(self, at: int) -> tuple[Decimal, Decimal, int] | None:
        """Value below a scale, the scale, the place after both."""
        if at >= len(self.tokens):
            return None
        token = self.tokens[at]
        if token.kind == "num":
            value, after = value_of(token.text), at + 1
            if (
                self.word(after) == "-"
                and self.glued(after)
                and self.glued(after + 1)
                and self.word(after + 1) in _SUFFIXES
            ):
                after += 2
        elif token.kind == "word" and (found := numeral(token.text)) is not None:
            value, after = self._numerals(at, found)
        elif token.text in ("a", "an") and self.word(at + 1) in ("hundred", "thousand", "million", "dozen", "couple"):
            value, after = Decimal(1), at + 1
            if self.word(at + 1) in ("dozen", "couple"):
                value, after = Decimal(12 if self.word(at + 1) == "dozen" else 2), at + 2
        else:
            return self._bare_scale(at)
        if self.word(after) in ("hundred", "сотни", "сотен"):
            value, after = value * 100, after + 1
            tail = after + (self.word(after) == "and")
            rest = numeral(self.word(tail)) if self.kind(tail) == "word" else None
            if rest is not None and rest < 100:
                more, after = self._numerals(tail, rest)
                value += more
        if self.word(after) == "-" and self.word(after + 1) in SCALES and self.glued(after):
            after += 1
        if (
            self.word(after) in "()["
            and self.word(after)
            and self.word(after + 1) in SCALES
            and self._is_scale(after + 1)
        ):
            after += 1
        scale = Decimal(1)
        while self._is_scale(after):
            scale *= SCALES[self.word(after)]
            after += 1
            if self.word(after) == "." and self.glued(after):
                goes_on = self.word(after + 1)
                if goes_on in names.CURRENCIES or self.kind(after + 1) == "num" or goes_on in SCALES:
                    after += 1
        return value, scale, after

    def _is_scale(self, at: int) -> bool:
        word = self.word(at)
        if word not in SCALES:
            return False
        if word not in SHORT_SCALES and word not in AMBIGUOUS_SCALES:
            return True
        if word in ("штук", "штуки", "штука", "штуку"):
            return self.word(at + 1) in names.CURRENCIES
        if self.glued(at) or word in ("тр", "mio", "кк", "kk", "лимон", "лимона", "лимонов", "grand", "тк", "кило"):
            return word not in ("г",)
        following = self.word(at + 1)
        alone = not following or not following[0].isalnum() or following in names.CURRENCIES or following in ("в", "за")
        return word in ("к", "k", "т", "м", "m") and alone

    def _bare_scale(self, at: int) -> tuple[Decimal, Decimal, int] | None:
        """«тысяча двести», «миллион», «тысяч пять»."""
        word = self.word(at)
        if word not in SCALES or word in SHORT_SCALES or word in AMBIGUOUS_SCALES or "." in word:
            return None
        if word in ("тыс", "млн", "млрд", "mln"):
            return None
        if word in ("тысяч", "миллионов", "тыщ", "лямов", "косарей"):
            following = numeral(self.word(at + 1)) if self.kind(at + 1) == "word" else None
            if self.kind(at + 1) == "num":
                return value_of(self.word(at + 1)), SCALES[word], at + 2
            if following is not None:
                value, after = self._numerals(at + 1, following)
                return value, SCALES[word], after
        return Decimal(1), SCALES[word], at + 1

    def _numerals(self, at: int, first: Decimal) -> tuple[Decimal, int]:
        """Numerals that add up: «двести пятьдесят пять», "twenty-five"."""
        total, limit, at = first, _below(first), at + 1
        while True:
            step = 1 if self.word(at) == "-" and self.kind(at + 1) == "word" else 0
            following = numeral(self.word(at + step)) if self.kind(at + step) == "word" else None
            if following is None or following <= 0 or following >= limit:
                return total, at
            total += following
            limit, at = _below(following), at + step + 1


def _below(value: Decimal) -> Decimal:
    if value != value.to_integral_value():
        return Decimal(0)
    return Decimal(100) if value >= 100 else Decimal(10) if value >= 20 and value % 10 == 0 else Decimal(0)


_SUFFIXES = word_set("ти х ми и ю тью")

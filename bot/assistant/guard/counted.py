"""Figures with what they count: money, percent, a term, a noun, a multiple, a code."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from bot.assistant.guard.claim import ONCE, Claim
from bot.assistant.guard.concepts import EMPTY, concept
from bot.assistant.guard.figures import SCALES, Figure, Reader, Token, numeral, numeric, tokenise, value_of
from bot.assistant.guard.periods import period
from bot.assistant.guard.spelled import compounds, single
from bot.assistant.guard.units import BETWEEN_UNIT, BUSINESS, CURRENCIES, STEMS, TIMES, UNITS, term
from bot.understand import amount_words as names
from bot.understand.words import morph, word_set

_UP_TO = re.compile(
    r"(?:\bдо|максимум|не (?:больше|более|дороже|выше|дольше|позднее|позже|превы\w+)(?: чем)?(?: на)?|(?<!не "
    r")(?:меньше|менее|дешевле|ниже)|в пределах|"
    r"up to|at most|no more than|max(?:imum)?(?: of)?|under|below|(?<!not )less than|within)\s*(?:всего |целых |the )?$"
)


_NONE_BELOW = re.compile(r"\bне (?:бывает|беремся|берем|делаем|работаем|возьмемся)|\bнет\b")
"""«Дешевле 60 000 ₽ проектов не бывает» names the least sum, not the largest."""


_NONE_ABOVE = re.compile(r"\bнельзя\b|\bне (?:получится|можем|подключаем)\b")


_FROM = re.compile(
    r"(?:\bот|минимум|не (?:меньше|менее|ниже)(?: чем)?|(?<!не )(?:больше|более|свыше|выше|дороже)|from|starting at|"
    r"at least|over|(?<!no )(?<!not )more than|above|"
    r"minimum(?: of)?)\s*(?:всего |целых |the )?$"
)


_EXACT = re.compile(
    r"(?:ровно|фиксирован\w+(?: \w+)?|точно|exactly|fixed(?: \w+)?|flat|всего лишь|только|just|only)\W{0,3}$"
)


def counted(folded: str) -> list[Claim]:
    reader = Reader(tokenise(folded))
    figures = reader.figures() if any(map(_may_count, reader.tokens)) else []
    found: list[Claim] = []
    for at, figure in enumerate(figures):
        claim = _claim(reader, figure, folded)
        if claim is None:
            continue
        following = figures[at + 1] if at + 1 < len(figures) else None
        if (
            following is not None
            and claim.kind in ("bare", "quantity", "ordinal")
            and _linked(reader, figure, following)
        ):
            claim = _share(reader, figure, following, folded) or claim
        if at and found and _ranged(reader, figures[at - 1], figure):
            if found[-1].bound == "from" and claim.bound in ("", "to"):
                claim = replace(claim, bound="to")
            if found[-1].kind == claim.kind == "money" and found[-1].periods == {ONCE}:
                # «от 25 000 ₽ до 60 000 ₽ в месяц»: both ends are monthly.
                found[-1] = replace(found[-1], periods=claim.periods)
        elif (
            at
            and found
            and _linked(reader, figures[at - 1], figure)
            and claim.kind == "bare"
            and found[-1].kind in ("money", "clock")
        ):
            claim = _claim_like(claim, found[-1])
        found.append(claim)
    return found + compounds(reader) + single(reader, folded)


def _may_count(token: Token) -> bool:
    return token.kind == "num" or (token.kind == "word" and numeric(token.text))


def _claim_like(claim: Claim, other: Claim) -> Claim:
    return replace(claim, kind=other.kind, currency=other.currency, periods=other.periods, nouns=frozenset())


def _ranged(reader: Reader, first: Figure, second: Figure) -> bool:
    between = [one.text for one in reader.tokens[first.after : second.first]]
    return [one for one in between if one not in CURRENCIES and one != "."] in (["-"], ["до"], ["to"], ["and"])


def _linked(reader: Reader, first: Figure, second: Figure) -> bool:
    """Whether two figures are the ends of a range or an enumeration that shares its unit."""
    between = [one.text for one in reader.tokens[first.after : second.first]]
    return len(between) <= 2 and all(
        one in ("-", "до", "to", "или", "or", "и", "and", ",", "…", ".") for one in between
    )


def _share(reader: Reader, first: Figure, second: Figure, folded: str) -> Claim | None:
    """The first end with the unit and scale of the second: «от 120 до 320 тыс.»."""
    other = _claim(reader, second, folded)
    between = {one.text for one in reader.tokens[first.after : second.first]}
    if other is not None and between & {",", ".", "и", "and"} and other.kind not in ("percent", "money"):
        return None
    if other is None or (other.kind == "bare" and not second.scaled):
        return None
    value = first.value
    if second.scaled and not first.scaled and second.scale > 1 and value < 1_000:
        value *= second.scale
    if other.kind == "percent" and value > second.value and between & {"-", "до", "to"}:
        return None
    last = reader.tokens[first.after - 1].end
    said = folded[reader.tokens[first.first].start : last]
    if other.kind == "term":
        unit = _unit_at(reader, second.after)
        if unit is None:
            return None
        return replace(
            other, value=term(value, unit[0]), said=said, bound=_bound(folded, reader.tokens[first.first].start)
        )
    return replace(other, value=value, said=said, bound=_bound(folded, reader.tokens[first.first].start) or "from")


def _claim(reader: Reader, figure: Figure, folded: str) -> Claim | None:
    first, last = reader.tokens[figure.first], reader.tokens[figure.after - 1]
    start, end = first.start, last.end
    before = reader.word(figure.first - 1)
    said = folded[start:end]
    bound = _bound(folded, start)
    if figure.broken:
        return Claim("bare", figure.value, said, bound=bound, nouns=frozenset(("\x00",)))
    if before in ("$", "€", "₽", "£", "¥", "₿", "₸", "₴") or (
        before in CURRENCIES and len(before) >= 3 and reader.kind(figure.after) != "word"
    ):
        bound = _bound(folded, reader.tokens[figure.first - 1].start)
        return Claim(
            "money",
            figure.value,
            f"{before}{said}",
            currency=CURRENCIES[before],
            bound=bound,
            periods=period(folded, end),
        )
    currency = _currency_at(reader, figure)
    if currency is not None:
        name, after = currency
        value = figure.value
        if (
            reader.kind(after) in ("num", "word")
            and reader.word(after + 1).startswith("копе")
            and reader.kind(after) == "num"
        ):
            value += value_of(reader.word(after)) / 100
        stop = reader.tokens[after - 1].end
        return Claim("money", value, folded[start:stop], currency=name, bound=bound, periods=period(folded, stop))
    code = _glued_code(reader, figure, folded)
    if code is not None:
        return code
    unit = _unit_at(reader, figure.after)
    if unit is not None:
        name, after, business = unit
        stop = reader.tokens[after - 1].end
        if name == "percent":
            return Claim("percent", figure.value, folded[start:stop], bound=bound)
        if name == "hour" and _clock_before(folded, start) and figure.value <= 24 and not business:
            return Claim("clock", f"{int(figure.value):02d}:00", folded[start:stop])
        halves = re.match(r"\s(?:and a half|с половиной)\b", folded[stop:])
        value = figure.value + (Decimal("0.5") if halves else 0)
        return Claim("term", term(value, name), folded[start:stop], bound=bound, business=business)
    after = figure.after + (reader.word(figure.after) == "-" and reader.glued(figure.after))
    if reader.word(after) in TIMES or (before in ("x", "х", "×", "*") and not figure.scaled):
        stop = reader.tokens[min(after, len(reader.tokens) - 1)].end
        return Claim("times", figure.value, folded[start:stop], periods=period(folded, stop))
    if (
        figure.words
        and not figure.scaled
        and (figure.value == 1 or reader.word(figure.first) in ("оба", "обе", "обоих", "обеих", "обоим", "обоими"))
    ):
        return None
    return _counted(reader, figure, folded, said, bound)


def _counted(reader: Reader, figure: Figure, folded: str, said: str, bound: str) -> Claim | None:
    """A number with the noun it counts, or with the word before it."""
    end = reader.tokens[figure.after - 1].end
    clock = _clock_before(folded, reader.tokens[figure.first].start)
    whole = not figure.scaled and figure.value <= 24 and figure.value == figure.value.to_integral_value()
    if clock and whole and reader.word(figure.after) in _AFTER_CLOCK and _of_hours(folded):
        late = figure.value < 12 and reader.word(figure.after) in ("вечера", "дня", "pm")
        hour = int(figure.value) + (12 if late else 0)
        return Claim("clock", f"{hour:02d}:00", said, nouns=frozenset(_noun_before(reader, figure)))
    nouns, written = _nouns_after(reader, figure.after)
    if nouns:
        return Claim(
            "quantity",
            figure.value,
            f"{said} {written[0]}",
            bound=bound,
            nouns=frozenset(nouns),
            words=frozenset(written),
        )
    kind = "bare"
    label = _noun_before(reader, figure)
    if end - reader.tokens[figure.first].start <= 0:
        return None
    return Claim(
        kind, figure.value, said, bound=bound, nouns=frozenset(label), words=frozenset((reader.word(figure.first - 1),))
    )


_AFTER_CLOCK = frozenset(("", ".", ",", "-", ")")) | word_set("до утра вечера ночи дня по to till until and и am pm")


_HOURS = re.compile(
    r"\b(?:с|from|между|between) \S+ (?:до|to|till|until|и|and)\b|утра|вечера|\bдня\b|ночи|\bчас|работа|открыт|звон|"
    r"встреч|на связи|офис|рабоч|график|\bopen|\bcall|meet|\bam\b|\bpm\b|o'clock|available|москв|мск|"
    r"\bв \d{1,2}\b|\bat \d"
)


@lru_cache(maxsize=1_024)
def _of_hours(folded: str) -> bool:
    """Whether «до трёх» can be an hour here and not a quantity."""
    return len(folded) < 40 or _HOURS.search(folded) is not None


def _clock_before(folded: str, start: int) -> bool:
    return (
        re.search(r"(?:\b(?:с|до|к|после|по|from|till|until|to|at|by|after|before|between))\s*$", folded[:start])
        is not None
    )


_PASSED_OVER = frozenset([":", "-", "=", "(", "№", '"', "|"]) | word_set(
    "до от в is of from at to by на это меньше больше более менее не чем около примерно over under than about around "
    "up ровно"
)


def _noun_before(reader: Reader, figure: Figure) -> tuple[str, ...]:
    at = figure.first - 1
    while at >= 0 and reader.word(at) in _PASSED_OVER:
        at -= 1
    word = reader.word(at)
    if not word[:1].isalpha() or word in EMPTY or _part(word) == "VERB" or word in SCALES or numeral(word) is not None:
        return ()
    return (concept(word),)


def _nouns_after(reader: Reader, at: int) -> tuple[list[str], list[str]]:
    """Meanings and spelling of the words up to the first noun after a number."""
    nouns: list[str] = []
    written: list[str] = []
    if reader.word(at) == "-" and reader.glued(at) and reader.glued(at + 1):
        at += 1
    for place in range(at, min(at + 4, len(reader.tokens))):
        token = reader.tokens[place]
        if token.kind != "word":
            if token.text in ('"', "(", "'") and place == at:
                continue
            break
        if token.text in EMPTY:
            if token.text in ("of", "our", "your", "из", "ваших", "наших", "the", "all") and place < at + 3:
                continue
            break
        part = _part(token.text)
        if part == "VERB":
            break
        nouns.append(concept(token.text))
        written.append(token.text)
        if part == "NOUN":
            break
    return nouns, written


@lru_cache(maxsize=16_384)
def _part(word: str) -> str:
    """NOUN, VERB or "" of a Russian word; English words are all ""."""
    if word.isascii():
        return ""
    if len(word) > 40:
        return ""
    part = str(morph().parse(word)[0].tag.POS or "")
    return "VERB" if part in ("VERB", "INFN", "PRTS", "ADJS", "PRED", "PREP", "CONJ", "GRND") else part


def _currency_at(reader: Reader, figure: Figure) -> tuple[str, int] | None:
    at = figure.after
    last = reader.word(at - 1)
    if last in ("тр", "тыр"):
        return "RUB", at
    if last == "т" and reader.word(at) == "." and reader.word(at + 1) == "р":
        return "RUB", at + 2
    for _ in range(2):
        passed = reader.word(at) in (".", "-", "(", ")", '"') and (reader.glued(at) or reader.word(at) in "()-")
        if passed and (reader.word(at + 1) in CURRENCIES or reader.word(at + 1) in (".", ")")):
            at += 1
    word = reader.word(at)
    if word in CURRENCIES and not (word == "р" and reader.word(at + 1) == "/" and reader.word(at + 2) == "с"):
        return CURRENCIES[word], at + 1
    if word in ("российских", "российские", "us", "русских", "целых", "polnykh") and reader.word(at + 1) in CURRENCIES:
        return CURRENCIES[reader.word(at + 1)], at + 2
    return None


def _unit_at(reader: Reader, at: int) -> tuple[str, int, bool] | None:
    """Unit, the place after it, whether it counts working time."""
    business = False
    if reader.word(at) in ("-", ")", '"', "'", "of") and reader.kind(at + 1) in ("word", "mark"):
        at += 1
    for _ in range(2):
        if reader.word(at) in BETWEEN_UNIT:
            business = business or reader.word(at) in BUSINESS
            at += 1
    word = reader.word(at)
    unit = UNITS.get(word)
    if word == "per" and reader.word(at + 1) in ("cent", "cents"):
        return "percent", at + 2, False
    if word == "percentage":
        return "percent", at + 1, False
    if unit is None:
        unit = next((name for stem, name in STEMS if word.startswith(stem)), None)
    return (unit, at + 1, business) if unit else None


def _glued_code(reader: Reader, figure: Figure, folded: str) -> Claim | None:
    """«b2b», «SALE50», «v2»: digits that letters touch are part of a name."""
    if figure.words:
        return None
    first, at = figure.first, figure.after
    start, end = reader.tokens[first].start, reader.tokens[at - 1].end
    head = reader.glued(first) and reader.kind(first - 1) == "word" and reader.word(first - 1) not in CURRENCIES
    hyphened = (
        reader.word(first - 1) == "-"
        and reader.glued(first)
        and reader.glued(first - 1)
        and reader.kind(first - 2) == "word"
    )
    if hyphened and (reader.word(first - 2) in names.NUMERALS or reader.word(first - 2) in UNITS):
        hyphened = False
    tail = reader.kind(at) == "word" and reader.glued(at) and not figure.scaled
    if tail:
        word = reader.word(at)
        tail = (
            word not in CURRENCIES
            and word not in UNITS
            and word not in TIMES
            and word not in ("st", "nd", "rd", "th", "am", "pm")
        )
    if not (head or hyphened or tail):
        return None
    left = re.search(r"[\w-]*$", folded[:start])
    right = re.match(r"[\w-]*", folded[end:])
    code = (left.group() if left else "") + folded[start:end] + (right.group() if right else "")
    return Claim("code", code, code)


def _bound(folded: str, start: int) -> str:
    before = folded[max(0, start - 40) : start]
    if re.search(r"(?:сниж|сниз|уменьш|упад|вместо|reduc|lower|instead|drop)", before) and re.search(
        r"(?:\bдо|\bto)\s$", before
    ):
        return ""
    if _UP_TO.search(before):
        return "" if _NONE_BELOW.search(folded[start : start + 80]) else "to"
    if _FROM.search(before):
        return "to" if _NONE_ABOVE.search(folded[start : start + 80]) else "from"
    return "exact" if _EXACT.search(before) else ""

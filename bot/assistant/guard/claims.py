"""What a text states with numbers: each figure with its unit, currency, period and noun, and words that count."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from bot.assistant.guard import moments, reach
from bot.assistant.guard.claim import ONCE, Claim
from bot.assistant.guard.canon import plain, sentences
from bot.assistant.guard.concepts import EMPTY, concept
from bot.assistant.guard.figures import NUMERALS, SCALES, Figure, Reader, numeral, tokenise, value_of
from bot.understand import amount_words as names
from bot.understand.words import fold, morph, word_set

_CURRENCIES = dict(names.CURRENCIES)
_CURRENCIES |= dict.fromkeys(word_set("рублики рубликов рубли рублями руб rubl rublei деревянных rubley"), "RUB")
_CURRENCIES |= dict.fromkeys(word_set("долларах долларам доллары баксы баксами bucks buck"), "USD")
_CURRENCIES |= dict.fromkeys(
    word_set("£ ¥ ₴ ₿ ₺ ₼ ₾ ֏ ¢ фунт фунтов фунта юань юаней юаня гривен гривны лари драм btc usdt биткоин биткоинов gbp cny byn "
             "pound pounds yuan cent cents цент центов копеек копейки копейка копейку yen иен"), "OTHER"
)  # fmt: skip
_UNITS = dict(names.UNITS)
_UNITS |= dict.fromkeys(word_set("процентиков процентный проц prozent percents pct percentage"), "percent")
_UNITS |= dict.fromkeys(word_set("секунда секунду секунды секунд секундах sec secs seconds сек"), "second")
_UNITS |= dict.fromkeys(word_set("квартал квартала кварталов quarter quarters"), "quarter")
_UNITS |= dict.fromkeys(
    word_set(
        "выходных неделек денек денька деньков часик часика часиков минутку минуток годик годика ч min mins hrs hr"
    ),
    "",
)
_UNITS |= {"неделек": "week", "денек": "day", "денька": "day", "деньков": "day", "часик": "hour", "часика": "hour"}
_UNITS |= {"часиков": "hour", "минутку": "minute", "минуток": "minute", "ч": "hour", "min": "minute", "mins": "minute"}
_UNITS |= {"hrs": "hour", "hr": "hour", "месячишко": "month", "сутках": "day", "неделька": "week", "недельку": "week"}
_UNITS.pop("выходных", None)
_BASE = {"second": (1, "second"), "minute": (60, "second"), "hour": (3600, "second"), "day": (1, "day"), "week": (7, "day"),
         "month": (1, "month"), "quarter": (3, "month"), "year": (12, "month")}  # fmt: skip
_TIMES = word_set("раза раз разa times x х кратно fold крат")
_BUSINESS = word_set("рабочих рабочие рабочий рабочего рабочем рабочему рабочая business working банковских")
_BETWEEN_UNIT = names.ADJECTIVES_BEFORE_UNIT | _BUSINESS | word_set("full whole calendar")
_PER = re.compile(
    r"(?:\b(?:в|за|per|a|an|every|each|кажд\w{2,3})|/)\s*(?:один |одну |кажд\w{2,3} |календарн\w{2,3} )?"
    r"(?P<unit>месяц|мес|год|день|сутки|недел[юя]|нед|час|квартал|month|mo|year|yr|day|week|hour|hr)\b"
)
_PER_WORD = re.compile(
    r"\b(?:(?P<month>ежемесячн\w*|помесячн\w*|абонентск\w*|месячн\w{2,3}|monthly|на месяц)|(?P<year>ежегодн\w*|годов\w{2,3}|yearly|annual\w*)|"
    r"(?P<week>еженедельн\w*|weekly)|(?P<day>ежедневн\w*|daily)|(?P<hour>почасов\w*|hourly))\b"
)
_PERIODS = {"меся": "month", "мес": "month", "год": "year", "день": "day", "сутк": "day", "неде": "week", "нед": "week",
            "час": "hour", "квар": "quarter", "mont": "month", "mo": "month", "year": "year", "yr": "year", "day": "day",
            "week": "week", "hour": "hour", "hr": "hour"}  # fmt: skip
_ONCE = re.compile(
    r"\b(?:разов\w*|единоразов\w*|одноразов\w*|единовременн\w*|один раз|однократн\w*|навсегда|пожизненн\w*|once|one[- ]time|"
    r"one[- ]off|single payment|lifetime|forever|разом)\b"
)
_HOURLY = re.compile(
    r"\b(?:час(?= стоит|ы? доработ| работ| (?:инженер|разработ))|часа доработ\w*|an hour of|hour of|hour costs)"
)
_NEGATED = re.compile(r"\b(?:без|нет|не|никак\w{1,3}|no|without|not|instead of|вместо)\s+(?:\w+\s+){0,2}$")
_UP_TO = re.compile(
    r"(?:\bдо|максимум|не (?:больше|более|дороже|выше|дольше|позднее|позже|превы\w+)(?: чем)?(?: на)?|(?<!не )(?:меньше|менее|дешевле|ниже)|в пределах|"
    r"up to|at most|no more than|max(?:imum)?(?: of)?|under|below|(?<!not )less than|within)\s*(?:всего |целых |the )?$"
)
_FROM = re.compile(
    r"(?:\bот|минимум|не (?:меньше|менее|ниже)(?: чем)?|(?<!не )(?:больше|более|свыше|выше|дороже)|from|starting at|at least|over|(?<!no )(?<!not )more than|above|"
    r"minimum(?: of)?)\s*(?:всего |целых |the )?$"
)
_EACH = re.compile(
    r"[.\s,(]{0,3}(?:за|на|per|a|an|each|every|for each|for every)\s(?:кажд\w+\s|одн\w+\s|один\s|one\s|single\s)?"
    r"(?:обращени\w+|звон\w+|документ\w*|минут\w+|сообщени\w+|вопрос\w*|заявк\w+|лид\w*|диалог\w*|request|call|message|minute|lead|document|dialog\w*)\b|\s?(?:each|apiece)\b"
)
_EXACT = re.compile(
    r"(?:ровно|фиксирован\w+(?: \w+)?|точно|exactly|fixed(?: \w+)?|flat|всего лишь|только|just|only)\W{0,3}$"
)
_CODE = re.compile(
    r"\b(?:1[сc](?:[:-][\w.]+)*|(?:bitrix|битрикс)\s?24|б24|gpt-?\d+(?:\.\d+)?(?:-?[a-z]{1,6})?|claude[ -]\d(?:\.\d)?|[bcg]2[bcg]|"
    r"(?:152|54|38|44|223|63|149|115|230)\s?-?\s?фз|(?:2|3)d|[45]g|mp[34]|utf-?8|office 365|windows (?:10|11)|web 2\.0|"
    r"iso[ -]?(?:9001|27001)|sha-?256|aes-?256|oauth ?2(?:\.0)?|http/?[123]|s3|h2h|п2п|p2p|vk id|python ?3(?:\.\d+)?)(?![\w])"
)
_ROMAN = re.compile(
    r"(?<![\w-])(?=[IVXLCDM]{2,}(?![\w-]))M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![\w-])|(?<!\w)[VXLCDMI](?=\s?(?:%|тыс|млн|процент|недел|дн|мес|руб|₽|век|квартал|percent|week|day|month))"
)
_NOT_ROMAN = frozenset(
    (
        "CD",
        "DM",
        "MIX",
        "CV",
        "MD",
        "DC",
        "MC",
        "DI",
        "CM",
        "LL",
        "MM",
        "XL",
        "CI",
        "CL",
        "DL",
        "CC",
        "MI",
        "LI",
        "DIV",
        "VIM",
    )
)
_EXPONENT = re.compile(r"\d+(?:[.,]\d+)?\s?(?:e[+-]?\d+|\^\s?\d+|\*\*\s?\d+|×\s?10)|\b0x[0-9a-f]+\b")


def claims(text: str) -> tuple[Claim, ...]:
    """Everything a text states with numbers and with words that count."""
    found: list[Claim] = []
    heading = ""
    for sentence in sentences(plain(text)):
        stripped = sentence.strip()
        found += sentence_claims(stripped, heading)
        if stripped.startswith("#") or stripped.endswith(":"):
            heading = fold(stripped)
        elif "\n\n" in sentence and not sentence.startswith(("-", "*", "•")):
            heading = heading if heading.startswith("#") else ""
    return tuple(found)


@lru_cache(maxsize=16_384)
def sentence_claims(sentence: str, heading: str = "") -> tuple[Claim, ...]:
    """The claims of one sentence that `plain` has written; `heading` is the folded line it stands under."""
    sentence = sentence[:4_000]
    found: list[Claim] = []
    text = sentence
    for kind, finder in _REACH:
        for start, end, value in sorted(finder(text)):
            if any(mark == "\x00" for mark in text[start:end]):
                continue
            found.append(Claim(kind, value, sentence[start:end]))
            text = _blank(text, start, end)
    for match in _ROMAN.finditer(text):
        if match.group() and match.group() not in _NOT_ROMAN:
            found.append(Claim("unclear", match.group(), match.group()))
            text = _blank(text, match.start(), match.end())
    folded = fold(text)
    for match in _CODE.finditer(folded):
        folded = _blank(folded, match.start(), match.end())
    for match in _EXPONENT.finditer(folded):
        found.append(Claim("unclear", match.group(), match.group()))
        folded = _blank(folded, match.start(), match.end())
    folded = _without_list_mark(folded)
    for kind, value, start, end in moments.find(folded):
        found.append(Claim(kind, value, folded[start:end]))
        folded = _blank(folded, start, end)
    for one, start, end in moments.loose(folded):
        found.append(one)
        if one.kind in ("always", "fraction"):
            folded = _blank(folded, start, end)
    found += _figures(folded)
    clean = fold(sentence)
    return tuple(_placed(one, clean, heading) for one in found)


_REACH = (("email", reach.emails), ("link", lambda text: ((a, b, c) for a, b, c, _ in reach.links(text))),
          ("handle", reach.handles), ("address", reach.streets), ("phone", reach.phones))  # fmt: skip


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "\x00" * (end - start) + text[end:]


def _without_list_mark(folded: str) -> str:
    """«1. », «2) » and «- 3. » at the start of a line are numbering; numbers above 20 are not."""
    mark = re.match(r"\s*(?:[-•]\s*)?(\d{1,2})[.)]\s", folded)
    return _blank(folded, mark.start(1), mark.end(1)) if mark and int(mark.group(1)) <= 20 else folded


def _placed(claim: Claim, sentence: str, heading: str) -> Claim:
    clause, near = _around(sentence, claim.said)
    claim = replace(claim, sentence=sentence, heading=heading, clause=clause, near=near)
    if claim.kind == "money" and claim.periods == {ONCE} and not _ONCE.search(clause):
        open_periods = floating(sentence) or floating(heading)
        if open_periods:
            return replace(claim, periods=frozenset((ONCE, *open_periods)))
    return claim


_CLAUSE_END = re.compile(r"[,;:()](?:\s|$)|\s(?:и|а|но|and|but)\s(?=\D{0,16}\d)")


def _around(sentence: str, said: str) -> tuple[str, str]:
    """The clause a claim stands in, and the words between the numbers before and after it."""
    at = sentence.find(fold(said))
    if at < 0:
        return sentence, sentence
    after = at + len(said)
    start = max((found.end() for found in _CLAUSE_END.finditer(sentence, 0, at)), default=0)
    stop = _CLAUSE_END.search(sentence, after)
    before = max((found.end() for found in re.finditer(r"\d", sentence[:at])), default=0)
    following = re.search(r"\d", sentence[after:])
    near = sentence[before : after + (following.start() if following else len(sentence))]
    return sentence[start : stop.start() if stop else len(sentence)], near


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


def _figures(folded: str) -> list[Claim]:
    reader = Reader(tokenise(folded))
    figures = reader.figures()
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
        if at and found and found[-1].bound == "from" and not claim.bound and _ranged(reader, figures[at - 1], figure):
            claim = replace(claim, bound="to")
        elif (
            at
            and found
            and _linked(reader, figures[at - 1], figure)
            and claim.kind == "bare"
            and found[-1].kind in ("money", "clock")
        ):
            claim = _claim_like(claim, found[-1])
        found.append(claim)
    return found + _compounds(reader, folded) + _single(reader, folded)


def _claim_like(claim: Claim, other: Claim) -> Claim:
    return replace(claim, kind=other.kind, currency=other.currency, periods=other.periods, nouns=frozenset())


def _ranged(reader: Reader, first: Figure, second: Figure) -> bool:
    return [one.text for one in reader.tokens[first.after : second.first]] in (["-"], ["до"], ["to"])


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
    if other is None or other.kind == "bare" and not second.scaled:
        return None
    value = first.value
    if second.scaled and not first.scaled and second.scale > 1 and value < 1_000:
        value *= second.scale
    last = reader.tokens[first.after - 1].end
    said = folded[reader.tokens[first.first].start : last]
    if other.kind == "term":
        unit = _unit_at(reader, second.after)
        if unit is None:
            return None
        return replace(
            other, value=_term(value, unit[0]), said=said, bound=_bound(folded, reader.tokens[first.first].start)
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
        before in _CURRENCIES and len(before) >= 3 and not reader.kind(figure.after) == "word"
    ):
        bound = _bound(folded, reader.tokens[figure.first - 1].start)
        return Claim(
            "money",
            figure.value,
            f"{before}{said}",
            currency=_CURRENCIES[before],
            bound=bound,
            periods=_period(folded, end),
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
        return Claim("money", value, folded[start:stop], currency=name, bound=bound, periods=_period(folded, stop))
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
        return Claim("term", _term(figure.value, name), folded[start:stop], bound=bound, business=business)
    after = figure.after + (reader.word(figure.after) == "-" and reader.glued(figure.after))
    if reader.word(after) in _TIMES or (before in ("x", "х", "×", "*") and not figure.scaled):
        stop = reader.tokens[min(after, len(reader.tokens) - 1)].end
        return Claim("times", figure.value, folded[start:stop], periods=_period(folded, stop))
    if figure.words and not figure.scaled and (figure.value == 1 or reader.word(figure.first) in ("оба", "обе", "обоих", "обеих", "обоим", "обоими")):
        return None
    return _counted(reader, figure, folded, said, bound)


def _counted(reader: Reader, figure: Figure, folded: str, said: str, bound: str) -> Claim | None:
    """A number with the noun it counts, or with the word before it."""
    end = reader.tokens[figure.after - 1].end
    clock = _clock_before(folded, reader.tokens[figure.first].start)
    if clock and not figure.scaled and figure.value <= 24 and figure.value == figure.value.to_integral_value():
        if reader.word(figure.after) in (
            "",
            ".",
            ",",
            "-",
            "до",
            "утра",
            "вечера",
            "ночи",
            "дня",
            "по",
            "to",
            "till",
            "until",
            "and",
            "и",
            "am",
            "pm",
            ")",
        ):
            return Claim("clock", f"{int(figure.value):02d}:00", said, nouns=frozenset(_noun_before(reader, figure)))
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


def _clock_before(folded: str, start: int) -> bool:
    return (
        re.search(r"(?:\b(?:с|до|к|после|по|from|till|until|to|at|by|after|before|between))\s*$", folded[:start])
        is not None
    )


_PASSED_OVER = frozenset(': - = ( № " |'.split()) | word_set(
    "до от в is of from at to by на это меньше больше более менее не чем около примерно over under than about around up ровно"
)


def _noun_before(reader: Reader, figure: Figure) -> tuple[str, ...]:
    at = figure.first - 1
    while at >= 0 and reader.word(at) in _PASSED_OVER:
        at -= 1
    word = reader.word(at)
    return (concept(word),) if word[:1].isalpha() and word not in EMPTY else ()


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
        if reader.word(at) in (".", "-", "(", ")", '"') and (reader.glued(at) or reader.word(at) in "()-"):
            if reader.word(at + 1) in _CURRENCIES:
                at += 1
            elif reader.word(at + 1) in (".", ")"):
                at += 1
    word = reader.word(at)
    if word in _CURRENCIES and not (word == "р" and reader.word(at + 1) == "/" and reader.word(at + 2) == "с"):
        return _CURRENCIES[word], at + 1
    if word in ("российских", "российские", "us", "русских", "целых", "polnykh") and reader.word(at + 1) in _CURRENCIES:
        return _CURRENCIES[reader.word(at + 1)], at + 2
    return None


def _unit_at(reader: Reader, at: int) -> tuple[str, int, bool] | None:
    """Unit, the place after it, whether it counts working time."""
    business = False
    if reader.word(at) in ("-", ")", '"', "'", "of") and reader.kind(at + 1) in ("word", "mark"):
        at += 1
    for _ in range(2):
        if reader.word(at) in _BETWEEN_UNIT:
            business = business or reader.word(at) in _BUSINESS
            at += 1
    word = reader.word(at)
    unit = _UNITS.get(word)
    if word == "per" and reader.word(at + 1) in ("cent", "cents"):
        return "percent", at + 2, False
    if word == "percentage":
        return "percent", at + 1, False
    if unit is None:
        unit = next((name for stem, name in _STEMS if word.startswith(stem)), None)
    return (unit, at + 1, business) if unit else None


_STEMS = (("процентн", "percent"), ("недельн", "week"), ("дневн", "day"), ("месячн", "month"), ("часовo", "hour"),
          ("минутн", "minute"), ("летн", "year"), ("суточн", "day"), ("секундн", "second"))  # fmt: skip


def _term(value: Decimal, unit: str) -> str:
    factor, base = _BASE[unit]
    total = value * factor
    if base == "second" and total and total % 86_400 == 0:
        total, base = total / 86_400, "day"
    return f"{total.normalize():f} {base}"


def _glued_code(reader: Reader, figure: Figure, folded: str) -> Claim | None:
    """«b2b», «SALE50», «v2»: digits that letters touch are part of a name."""
    if figure.words:
        return None
    first, at = figure.first, figure.after
    start, end = reader.tokens[first].start, reader.tokens[at - 1].end
    head = reader.glued(first) and reader.kind(first - 1) == "word" and reader.word(first - 1) not in _CURRENCIES
    hyphened = (
        reader.word(first - 1) == "-"
        and reader.glued(first)
        and reader.glued(first - 1)
        and reader.kind(first - 2) == "word"
    )
    if hyphened and (reader.word(first - 2) in names.NUMERALS or reader.word(first - 2) in _UNITS):
        hyphened = False
    tail = reader.kind(at) == "word" and reader.glued(at) and not figure.scaled
    if tail:
        word = reader.word(at)
        tail = (
            word not in _CURRENCIES
            and word not in _UNITS
            and word not in _TIMES
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
    if re.search(r"(?:сниж|сниз|уменьш|упад|вместо|reduc|lower|instead|drop)", before) and re.search(r"(?:\bдо|\bto)\s$", before):
        return ""
    if _UP_TO.search(before):
        return "to"
    if _FROM.search(before):
        return "from"
    return "exact" if _EXACT.search(before) else ""


def _period(folded: str, end: int) -> frozenset[str]:
    """What a sum is paid per, from the words right after it."""
    after = folded[end : end + 40]
    found = re.match(rf"[.\s,(]{{0,3}}(?:с ндс |вкл\w* ндс )?{_PER.pattern}", after)
    if found:
        return frozenset((_period_name(found.group("unit")),))
    if _EACH.match(after):
        return frozenset(("each",))
    word = re.match(rf"[.\s,(]{{0,3}}{_PER_WORD.pattern}", after)
    return frozenset((str(word.lastgroup),)) if word else frozenset((ONCE,))


def _compounds(reader: Reader, folded: str) -> list[Claim]:
    """«двухнедельный», «двадцатипроцентная», «стотысячный», «двойной»."""
    found = []
    for token in reader.tokens:
        if token.kind != "word" or len(token.text) < 7 or token.text.isascii():
            continue
        said = token.text
        if _run_together(said):
            found.append(Claim("unclear", said, said))
            continue
        for stem, unit in (*names.COMPOUND_ENDS, ("дюймов", ""), ("разов", "times"), ("канальн", "channel")):
            cut = token.text.find(stem, 2)
            value = _head(token.text[:cut]) if cut > 0 else None
            if value is None:
                continue
            if unit == "percent":
                found.append(Claim("percent", value, said))
            elif unit in _BASE:
                found.append(Claim("term", _term(value, unit), said))
            elif unit == "money":
                found.append(Claim("money", value, said, currency="RUB"))
            elif unit in ("thousand", "million"):
                found.append(Claim("bare", value * (1_000 if unit == "thousand" else 1_000_000), said))
            elif unit in ("plain", "times"):
                found.append(Claim("times", value, said))
            break
    return found


_RUN = sorted((word for word in {*NUMERALS, *SCALES, *_CURRENCIES, *_UNITS} if len(word) > 2 and not word.isascii()), key=len, reverse=True)
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


_SINGULAR = {"час": "hour", "часа": "hour", "сутки": "day", "суток": "day", "день": "day", "дня": "day", "неделю": "week", "недели": "week",
             "месяц": "month", "месяца": "month", "год": "year", "года": "year", "минуту": "minute", "минуты": "minute", "секунду": "second",
             "квартал": "quarter", "недельку": "week", "часик": "hour", "минутку": "minute", "денек": "day",
             "hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year", "minute": "minute", "fortnight": "fortnight"}  # fmt: skip
_IMPLICIT = word_set(
    "за через течение около примерно почти максимум минимум within in an a один одну одного one пределах буквально менее"
)


def _single(reader: Reader, folded: str) -> list[Claim]:
    """A unit that stands for one of it: «через неделю», «в течение рабочего дня», "in a week", «за рубль»."""
    found = []
    for at, token in enumerate(reader.tokens):
        if token.kind != "word":
            continue
        before = at - 1
        business = False
        while reader.word(before) in _BETWEEN_UNIT or reader.word(before) in (
            "ближайшие",
            "ближайший",
            "один",
            "одну",
            "целый",
            "same",
        ):
            business = business or reader.word(before) in _BUSINESS
            before -= 1
        lead = reader.word(before)
        short = len(reader.tokens) <= 7 and token.text in ("год", "месяц", "неделя", "неделю", "сутки", "year", "month", "week")
        if token.text in _SINGULAR and (
            short or lead in _IMPLICIT or reader.word(before + 1) in ("один", "одну") and before + 1 < at
        ):
            if lead in ("a", "an", "за") and _paid(reader, before):
                continue
            name = _SINGULAR[token.text]
            value = "14 day" if name == "fortnight" else _term(Decimal(1), name)
            start = reader.tokens[max(before, 0)].start
            found.append(Claim("term", value, folded[start : token.end], business=business))
        elif token.text in (
            "рубль",
            "рублик",
            "доллар",
            "копейку",
            "копейки",
            "евро",
            "buck",
            "dollar",
            "rouble",
            "ruble",
            "цент",
        ) and lead in ("за", "a", "one", "один", "одну", "в"):
            if reader.kind(before - 1) != "num":
                found.append(
                    Claim(
                        "money",
                        Decimal(1),
                        folded[reader.tokens[before].start : token.end],
                        currency=_CURRENCIES.get(token.text, "OTHER"),
                    )
                )
    return found


def _paid(reader: Reader, at: int) -> bool:
    """Whether what stands before «a month», «за месяц» is a sum or a quantity, so that it says per what."""
    for place in range(at - 1, max(at - 4, -1), -1):
        if (
            reader.kind(place) == "num"
            or reader.word(place) in _CURRENCIES
            or reader.word(place) in ("раз", "times", "once", "twice")
        ):
            return True
        if reader.kind(place) == "mark" and reader.word(place) not in ("₽", "."):
            return False
    return False

"""Points in time, and words that count without a number: «завтра», «бесплатно», «вдвое», «круглосуточно»."""

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.assistant.guard.claim import Claim
from bot.assistant.guard.concepts import concept
from bot.assistant.guard.days import weekdays
from bot.understand.amount_words import MONTHS

_MONTH = "|".join(
    sorted(
        {
            *MONTHS,
            "jan",
            "feb",
            "mar",
            "apr",
            "jun",
            "jul",
            "aug",
            "sept",
            "sep",
            "oct",
            "nov",
            "dec",
            "янв",
            "фев",
            "апр",
            "авг",
            "сент",
            "окт",
            "нояб",
            "дек",
        },
        key=len,
        reverse=True,
    )
)
_SHORT_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sept": 9,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
    "янв": 1,
    "фев": 2,
    "апр": 4,
    "авг": 8,
    "сент": 9,
    "окт": 10,
    "нояб": 11,
    "дек": 12,
}
_UNITS_ORDINAL = ["перв", "втор", "треть", "четверт", "пят", "шест", "седьм", "восьм", "девят"]
_TEENS = [
    "десят",
    "одиннадцат",
    "двенадцат",
    "тринадцат",
    "четырнадцат",
    "пятнадцат",
    "шестнадцат",
    "семнадцат",
    "восемнадцат",
    "девятнадцат",
    "двадцат",
]
_ENGLISH_ORDINAL = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_ORDINAL_VALUES = {word: at for at, word in enumerate(_ENGLISH_ORDINAL, start=1)} | {"thirtieth": 30}
_ENDING = r"(?:ое|ого|ому|ом|ый|ая|ой|ую|ые|ых|ий|ья|ьего|ьему|ье|ью|ьей|его|ему)"
_ORDINAL = (
    rf"(?:(?:двадцать |тридцать )?(?:{'|'.join(_UNITS_ORDINAL)}){_ENDING}|(?:{'|'.join(_TEENS)}|тридцат){_ENDING}|"
    rf"(?:twenty[- ]|thirty[- ])?(?:{'|'.join(_ENGLISH_ORDINAL)}|thirtieth))"
)
_YEAR = r"(?:,?\s+((?:19|20)\d\d)(?:\s*г(?:ода|од|\.)?)?)?"
_DATES = (
    (re.compile(r"(?<![\d.])(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"), "ymd"),
    (re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})(?![\d])"), "dmy"),
    (re.compile(rf"(?<![\d.])(\d{{1,2}})(?:-?(?:го|е|му|ое|ого|st|nd|rd|th))?(?:\s+of)?\s+({_MONTH})\b{_YEAR}"), "dMy"),
    (re.compile(rf"\b({_ORDINAL})(?:\s+of)?\s+({_MONTH})\b{_YEAR}"), "oMy"),
    (re.compile(rf"\b({_MONTH})\.?\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?:%|₽|тыс|000)){_YEAR}"), "Mdy"),
    (re.compile(rf"\b({_MONTH})\.?\s+(?:the\s+)?({_ORDINAL})\b{_YEAR}"), "Moy"),
    (re.compile(r"(?<=\bк )(\d{1,2})-?(?:му|го)?(?:\s+числ\w+)|(?<=\bдо )(\d{1,2})-?(?:го)?\s+числ\w+"), "d"),
    (
        re.compile(
            r"(?:(?<=\bдо )|(?<=\bк )|(?<=\bс )|(?<=\bпо )|(?<=\bот )|(?<=\bна )|(?<=\bв ))(\d{1,2})\.(0[1-9]|"
            r"1[0-2])(?![\d%])(?!\s*(?:%|₽|руб|тыс|млн))"
        ),
        "dm",
    ),
)
_CLOCKS = (
    (
        re.compile(
            r"(?<![\d:])([01]?\d|2[0-4])[:ː.]([0-5]\d)(?::[0-5]\d)?\s?([ap]\.?m\b)?(?!\d)(?=\s?(?:[ap]\.?m|мск|час|"
            r"утра|вечера|\W|$))"
        ),
        "hm",
    ),
    (re.compile(r"(?<![\d:.,])(1[0-2]|0?[1-9])\s?([ap])\.?\s?m\b"), "ham"),
    (re.compile(r"(?<![\d:.,])(1?\d|2[0-4])(?:\s+час\w*)?\s+(утра|вечера|ночи|дня)\b"), "hword"),
    (re.compile(r"\b(полдень|полудн\w|полночь|полуноч\w|noon|midnight)\b"), "noon"),
)
_YEAR_ALONE = re.compile(
    r"\b((?:19|20)\d\d)(?:-?(?:го|м|й|му|х|е))?(?:\s*(?:год\w*|гг?\b\.?))|(?:(?<=\bsince )|(?<=\bin )|(?<=\bfrom )|"
    r"(?<=\bс )|(?<=\bв )|(?<=\bby ))((?:19|20)\d\d)\b(?!\s*(?:₽|руб|обращ|клиент|страниц))"
)
_SURE_MONTHS = "|".join(sorted((name for name in MONTHS if name not in ("may", "march")), key=len, reverse=True))
_MONTH_ALONE = re.compile(
    rf"\b(?:in|by|until|till|since|from|this|next|early|late|mid)[ -](may|march)\b|\b({_SURE_MONTHS})\b"
)


_MOMENT_SIGN = re.compile(rf"\d|{_MONTH}|полдень|полудн|полноч|полуноч|noon|midnight")


def find(folded: str) -> Iterator[tuple[str, str, int, int]]:
    """Dates, months, years and clock times of a folded sentence: kind, value, start, end; none overlap."""
    if not _MOMENT_SIGN.search(folded):
        return
    taken: list[tuple[int, int]] = []
    for kind, value, start, end in (*_dates(folded), *_clocks(folded), *_years(folded)):
        if any(start < b and a < end for a, b in taken) or "\x00" in folded[start:end]:
            continue
        taken.append((start, end))
        yield kind, value, start, end


def _dates(folded: str) -> Iterator[tuple[str, str, int, int]]:
    for pattern, order in _DATES:
        for found in pattern.finditer(folded):
            parts = dict(zip(order, found.groups(), strict=False))
            if order == "d":
                yield "date", f"--{int(found.group(1) or found.group(2)):02d}", found.start(), found.end()
                continue
            if "M" in parts and parts["M"] == "may" and not (parts.get("d") or parts.get("o")):
                continue
            month = int(parts["m"]) if "m" in parts else _month(str(parts["M"]))
            day = int(parts["d"]) if "d" in parts else ordinal(str(parts["o"]))
            year = parts.get("y") or ""
            year = f"20{year}" if len(year) == 2 else year
            if not 1 <= month <= 12 or not 1 <= day <= 31:
                yield "unclear", found.group(), found.start(), found.end()
                continue
            yield (
                "date",
                f"{year}-{month:02d}-{day:02d}" if year else f"-{month:02d}-{day:02d}",
                found.start(),
                found.end(),
            )


def _month(word: str) -> int:
    return MONTHS.get(word) or _SHORT_MONTHS[word]


def ordinal(words: str) -> int:
    """The value of an ordinal below 32: «двадцать пятое», "twenty-first"."""
    total = 0
    for word in re.split(r"[- ]", words):
        if word in ("двадцать", "twenty"):
            total += 20
        elif word in ("тридцать", "thirty"):
            total += 30
        elif word in _ORDINAL_VALUES:
            total += _ORDINAL_VALUES[word]
        elif word.startswith("тридцат"):
            total += 30
        else:
            teen = [at for at, stem in enumerate(_TEENS, start=10) if word.startswith(stem)]
            unit = [at for at, stem in enumerate(_UNITS_ORDINAL, start=1) if word.startswith(stem)]
            total += (teen or unit or [0])[-1]
    return total


def _clocks(folded: str) -> Iterator[tuple[str, str, int, int]]:
    for pattern, kind in _CLOCKS:
        for found in pattern.finditer(folded):
            if kind == "hm":
                dotted = "." in found.group()[:3] and ":" not in found.group()
                if dotted and not re.search(r"\b(?:в|с|до|к|at|from|to|till)\s$|-\s?$", folded[: found.start()]):
                    continue
                if dotted and re.match(r"\s?(?:%|₽|руб|тыс|млн)", folded[found.end() :]):
                    continue
                hour, minute = int(found.group(1)), found.group(2)
                half = (found.group(3) or "")[:1]
            elif kind == "ham":
                hour, minute, half = int(found.group(1)), "00", found.group(2)
            elif kind == "hword":
                hour, minute = int(found.group(1)), "00"
                half = "p" if found.group(2) in ("вечера", "дня") else "a"
            else:
                hour, minute, half = (0 if "ноч" in found.group() or "midnight" in found.group() else 12), "00", ""
            if half == "p" and hour < 12:
                hour += 12
            yield "clock", f"{hour:02d}:{minute}", found.start(), found.end()


def _years(folded: str) -> Iterator[tuple[str, str, int, int]]:
    for found in _YEAR_ALONE.finditer(folded):
        yield "year", found.group(1) or found.group(2), found.start(), found.end()
    for found in _MONTH_ALONE.finditer(folded):
        yield "month", f"{_month(found.group(1) or found.group(2)):02d}", found.start(), found.end()


_RELATIVE = re.compile(
    r"\b(?:(?P<after>послезавтра|day after tomorrow)|(?P<tomorrow>(?:на )?завтра(?:шн\w+)?|tomorrow)|"
    r"(?P<today>сегодня(?:шн\w+)?|today|tonight)|"
    r"(?P<weekend>до (?:конца )?выходных|by the weekend)|"
    r"(?P<endweek>(?:до|к) конц\w недели|(?:by|before) the end of (?:the|this) week)|"
    r"(?P<endmonth>(?:до|к) конц\w (?:этого )?месяца|(?:by|before) the end of (?:the|this) month)|"
    r"(?P<endyear>(?:до|к) (?:конц\w )?(?:этого )?(?:нового )?года?\b|(?:до|к|под) нов\w+ год\w*|(?:by|before) "
    r"(?:the end of (?:the|this) year|new year\w*))|"
    r"(?P<endquarter>(?:до|к) конц\w (?:этого )?квартала|by the end of the quarter)|"
    r"(?P<nextweek>(?:на|к|до) следующ\w+ недел\w+|next week)|(?P<thisweek>на (?:этой|текущей) неделе|this week)|"
    r"(?P<nextmonth>(?:в|к|до) следующ\w+ месяц\w*|next month)|(?P<thismonth>в этом месяце|this month)|"
    r"(?P<nextyear>в следующем году|next year)|"
    r"(?P<evening>(?:к|до) (?:вечера|вечеру|утра|утру|обеда|обеду)|by (?:the )?(?:evening|morning|noon|lunch))|"
    r"(?P<seasonspring>(?:к|до) весн\w+|весной|by spring)|(?P<seasonsummer>(?:к|до) лет[уа]\b|\bлетом|by summer)|"
    r"(?P<seasonautumn>(?:к|до) осен\w+|осенью|by (?:autumn|fall))|(?P<seasonwinter>(?:к|до) зим\w+|зимой|by winter)|"
    r"(?P<holidays>(?:к|до) (?:рождеств\w+|праздник\w+|пасх\w+|каникул\w*)|(?:by|before) (?:christmas|easter|"
    r"thanksgiving|the holidays))|"
    r"(?P<overnight>за (?:одну )?ночь|overnight))\b"
)
_ALWAYS = re.compile(
    r"24\s?[/xх*]\s?7|круглосуточн\w*|круглые сутки|в любое время (?:дня|суток)|без выходных|24 часа в сутки|day and "
    r"night|around the clock|round[- ]the[- ]clock|365 дней"
)
_FREE = re.compile(
    r"\bwaiv\w+|\bне тарифицир\w*|\bне взима\w+|\bне бер[еу]м? (?:плат\w+|ден\w+)|\bза наш счет|\bбез взимания|"
    r"\bбесплатн\w*|\bдаром\b|\bзадаром\w*|\bхаляв\w*|\bв подарок\b|\bподар\w+|\bдарим\b|\bдарю\b|\bпрезент\w*|"
    r"\bбонусом\b|\bза наш сч[её]т\b|\bза счет (?:компании|заведения)|\bничего не (?:стоит|платит\w*|будете платить)|"
    r"\bбез (?:доплат\w*|оплаты|наценк\w+|переплат\w*)|\bплатить (?:ничего )?не (?:нужно|надо|придется|будете)|\bне "
    r"(?:нужно|надо|придется) (?:ничего )?(?:платить|доплачивать)|"
    r"\bбезвозмездн\w*|\bна безвозмездной|\bгратис\b|\bнулев\w+ (?:цен|стоимост|ставк)\w*|\b(?:ноль|нуль|ноля|"
    r"0(?:[.,]0+)?) (?:руб\w*|₽|р\b|копеек)|"
    r"(?<!feel )(?<!-)\bfree\b(?! (?:slot|time|window|to\b|hour|of\b(?! charge)|day|text|form|place))|"
    r"\bcomplimentary\b|\bgratis\b|\b(?:no|without|zero) (?:extra |additional )?(?:cost|charge|fee)s?\b|\bon the "
    r"house\b|\bfor nothing\b|"
    r"\bat no (?:cost|charge)\b|\bas a gift\b|\bwon't (?:pay|cost)\b|\bfree of charge\b|\bpay nothing\b"
)
_FRACTIONS = (
    (
        re.compile(
            r"(?<!с )\bполовин\w{1,2}\b|\bнаполовину\b|\bполцены\b|\bпол-цены\b|(?<!and a )(?<!and "
            r")\bhalf\b(?!-?(?:hour|day| an hour| a day| a million| a thousand|-million| million| a year| a month))|"
            r"\bhalve[sd]?\b|\b1/2\b"
        ),
        "0.5",
    ),
    (re.compile(r"\bтреть\b|\bтрети\b|\bthird of\b|\bone[- ]third\b|\ba third\b|\b1/3\b"), "0.3333"),
    (re.compile(r"\bчетверт(?:ь|и|ью)\b|\bчетвертушк\w+|\ba quarter\b|\bone[- ]quarter\b|\b1/4\b"), "0.25"),
    (re.compile(r"\bтреть?и четверти\b|\bthree[- ]quarters\b|\b3/4\b"), "0.75"),
)
_MULTIPLES = (
    (
        re.compile(
            r"\b(?:вдвое|еще столько же|as much again|the same again|двойн\w+|удво\w+|двукратн\w+|twice|"
            r"double[sd]?|twofold|дважды)\b"
        ),
        2,
    ),
    (re.compile(r"\b(?:втрое|тройн\w+|утро(?:ит|им|ен)\w*|трехкратн\w+|triple[sd]?|threefold|thrice|трижды)\b"), 3),
    (re.compile(r"\b(?:вчетверо|четырехкратн\w+|quadruple[sd]?|fourfold|четырежды)\b"), 4),
    (re.compile(r"\b(?:впятеро|fivefold|пятикратн\w+)\b"), 5),
    (re.compile(r"\b(?:вдесятеро|на порядок|tenfold|десятикратн\w+|в десятки раз)\b"), 10),
    (re.compile(r"\b(?:в разы|в несколько раз|многократн\w+|several times|many times|в сотни раз|в тысячи раз)\b"), 0),
)
_HALVES = (
    (re.compile(r"\bполгода\b|\bhalf a year\b|\bполугод\w+"), "6 month"),
    (re.compile(r"\bполчаса\b|\bполучас\w*|\bhalf an hour\b|\bhalf-hour\b"), "1800 second"),
    (re.compile(r"\bполдня\b|\bhalf a day\b|\bhalf-day\b"), "0.5 day"),
    (re.compile(r"\bполмесяца\b|\bhalf a month\b"), "0.5 month"),
    (re.compile(r"\bполтора суток\b|\bполтора дня\b"), "1.5 day"),
    (re.compile(r"\bдекад[ауы]\b"), "10 day"),
)
_ORDINAL_UNIT = re.compile(
    rf"\b({_ORDINAL}|\d+-?(?:й|я|ю|ей|ой|м|го|st|nd|rd|th))\s+(?:рабоч\w+ |working |business )?(недел\w+|месяц\w*|"
    rf"дн\w+|день|сутк\w+|час\w*|квартал\w*|week|month|day|hour|quarter)\b"
)


_EVERY_NTH = re.compile(rf"\b(?:кажд\w{{2,3}}|every|one in(?: every)?)\s+({_ORDINAL}|\d+-?(?:й|я|th))")
_LIMITLESS = re.compile(
    r"\b(?:пожизненн\w*|безлимит\w*|неограниченн\w*|без (?:каких-либо |всяких )?(?:ограничений|лимит\w*)|бессрочн\w*|"
    r"навсегда|навечно|вечн\w+|сколько угодно|"
    r"бесконечн\w+|никогда не (?:слома\w+|пада\w+|теря\w+|ошиба\w+|подвед\w+|завис\w+)|"
    r"unlimited|limitless|lifetime|forever|for life|perpetual|endless|as many as you|never (?:fail|lose|break|crash|"
    r"miss|go down)\w*)\b"
)
_PLACE = re.compile(rf"\b({_ORDINAL})\s+([^\W\d_]{{3,}})")


_UNCHANGED = re.compile(
    r"\bцен\w+ (?:\w+ )?не (?:\w+ )?(?:мен|измен|повыс|вырас)\w+|\bне (?:мен|измен|повы)\w+ (?:\w+ )?цен\w+|"
    r"\b(?:по|за) (?:той же|обычн\w+|прежн\w+|базов\w+) (?:цен|стоимост)\w+|\bцена (?:та же|остается|прежняя)|"
    r"\bбез (?:надбав\w+|доплат\w*|наценк\w+)|\bнадбав\w+ (?:за \w+ )?(?:нет|не будет)|\bза те же деньги|"
    r"\bprice (?:stays|remains|is the same|does(?:n't| not) (?:change|grow|go up)|won't)|\bsame price\b|"
    r"\b(?:no|without (?:a |any )?) ?(?:surcharge|extra charge|markup)|\bat the (?:usual|regular|standard) price"
)


def loose(folded: str) -> list[tuple[Claim, int, int]]:
    """Words that count without a number, with where they stand."""
    found = list(weekdays(folded))
    for match in _UNCHANGED.finditer(folded):
        found.append((Claim("unchanged", Decimal(0), match.group()), match.start(), match.end()))
    for match in _RELATIVE.finditer(folded):
        if match.lastgroup == "evening" and folded.rstrip().endswith("?"):
            continue  # «Вам удобно до обеда?» asks
        found.append((Claim("relative", str(match.lastgroup), match.group()), match.start(), match.end()))
    for match in _ALWAYS.finditer(folded):
        found.append((Claim("always", "always", match.group()), match.start(), match.end()))
    for match in _FREE.finditer(folded):
        found.append((Claim("free", "free", match.group()), match.start(), match.end()))
    for pattern, value in _FRACTIONS:
        for match in pattern.finditer(folded):
            found.append((Claim("fraction", Decimal(value), match.group()), match.start(), match.end()))
    for match in _EVERY_NTH.finditer(folded):
        nth = ordinal(match.group(1))
        if nth > 1:
            found.append(
                (Claim("fraction", round(Decimal(1) / nth, 4).normalize(), match.group()), match.start(), match.end())
            )
    for match in _LIMITLESS.finditer(folded):
        found.append((Claim("limitless", "limitless", match.group()), match.start(), match.end()))
    for pattern, times in _MULTIPLES:
        for match in pattern.finditer(folded):
            found.append((Claim("times", Decimal(times), match.group()), match.start(), match.end()))
    for pattern, term in _HALVES:
        for match in pattern.finditer(folded):
            found.append((Claim("term", term, match.group()), match.start(), match.end()))
    for match in _PLACE.finditer(folded):
        place = Claim(
            "place", Decimal(ordinal(match.group(1))), match.group(), nouns=frozenset((concept(match.group(2)),))
        )
        found.append((place, match.start(), match.end()))
    for match in _ORDINAL_UNIT.finditer(folded):
        digits = re.match(r"\d+", match.group(1))
        nth = int(digits.group()) if digits else ordinal(match.group(1))
        if nth > 1:
            found.append(
                (
                    Claim("ordinal", Decimal(nth), match.group(), nouns=frozenset((concept(match.group(2)),))),
                    match.start(),
                    match.end(),
                )
            )
    return found

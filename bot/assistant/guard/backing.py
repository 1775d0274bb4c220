"""Whether a claim of an answer stands in the sources with the same meaning."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from bot.assistant.guard.claim import Claim
from bot.assistant.guard.concepts import EMPTY, is_concept, meanings
from bot.assistant.guard.periods import floating
from bot.assistant.guard.sources import RELATIVE_DAYS, Sources
from bot.assistant.guard.topics import Services, same_matter, topics
from bot.understand.words import fold, word_set

THOUSAND = 1_000
_MONEY_WORDS = word_set(
    "цена сумма итог итого всего amount subtotal скидка price деньга база бюджет оплата monthly once"
)
_DISCOUNT_WORD = re.compile(r"скид|discount|минус|\boff\b|rebate|дешевл|\bsav")
_CLOSED = re.compile(r"закрыт|не работа|выходн|closed|off\b|not open|not work|don't work")
_FREE_TO_COUNT = word_set(
    "вариант варианта варианты вариантов способ способа способов шаг шага шагов шагах пункт пункта пунктов вопрос "
    "вопроса вопросов вопросами вопросах "
    "слово слова слов словах момент момента моментов вещь вещи вещей причина причины причин пример примера примеров "
    "сторона стороны сторон путь пути мысль мысли тема темы тем деталь детали деталей предложение предложения "
    "предложениях "
    "фраза фразы фраз фразах пара абзац абзаца строка строки строк группа группы групп тип типа задача задачи задач "
    "options option ways way steps step questions question things thing reasons reason examples example words word "
    "points point "
    "sentences sentence topics topic details detail sides side tasks task cases paths lines parts kinds types"
)
_LABELS = word_set(
    "шаг вариант пункт вопрос пример способ этап обращение step option point question example way stage часть номер №"
)
_OURS = re.compile(r"\b(?:мы|у нас|наш\w*|нам|нами|компани\w+|we|our|us|ours)\b")
_YOURS = re.compile(
    r"\b(?:вас|вам|вами|ваш\w*|вы|посчита\w+|рассчита\w+|расч\w+|учт\w+|учел\w*|взял\w*|you|your|estimate\w*|"
    r"calculat\w*|quote)\b"
)
_GIVEN = re.compile(
    r"\b(?:подар\w+|бесплатн\w+|бонус\w*|вход[ия]т\w*|включ\w+|уже в цене|даром|free|includ\w+|gift|bonus)\b"
)


def unbacked(claim: Claim, sources: Sources, services: Services) -> str:
    """Why this claim may not be made, in English for the model; empty when the sources back it."""
    if claim.kind == "place":
        return ""
    if claim.kind in ("term", "percent", "fraction") and len(claim.sentence.split()) <= 8 and sources.said:
        # «Дней десять» says of what only together with the question.
        claim = replace(claim, asked=topics(fold(sources.said[-1][-500:])))
    checker = _CHECKS.get(claim.kind)
    if checker is None:
        return "it is not in the sources"
    return "" if checker(claim, sources, services) else _REASONS.get(claim.kind, "this number is not in the sources")


def _fits(claim: Claim, source: Claim, services: Services) -> bool:
    """Whether the number of the source speaks of the same matter, service and end of a range."""
    if claim.bound in ("to", "exact") and source.bound == "from":
        return False
    if claim.bound in ("from", "exact") and source.bound == "to":
        return False
    if claim.bound == "to" and claim.kind == "money" and source.bound != "to":
        return False
    narrow = topics(source.clause)
    wide = narrow | topics(source.sentence) | topics(source.heading)
    strict = claim.kind in ("term", "percent", "fraction", "clock")
    return same_matter(_topics(claim), narrow, wide, strict=strict) and (
        claim.kind != "money" or _same_service(claim, source, services)
    )


def _topics(claim: Claim) -> frozenset[str]:
    return topics(claim.clause) or topics(claim.sentence) or claim.asked


def _same_service(claim: Claim, source: Claim, services: Services) -> bool:
    ours = services.named(claim.near) or services.named(claim.clause) or services.named(claim.heading)
    theirs = (
        services.named(source.near)
        or services.named(source.clause)
        or services.named(source.sentence)
        or services.named(source.heading)
    )
    return not ours or not theirs or bool(ours & theirs)


def _money(claim: Claim, sources: Sources, services: Services) -> bool:
    for source in sources.by_kind.get("money", ()):
        if (
            source.value == claim.value
            and (not source.currency or not claim.currency or source.currency == claim.currency)
            and source.periods & claim.periods
            and _fits(claim, source, services)
        ):
            return True
    if claim.currency not in ("", "RUB"):
        return False
    return any(
        source.value == claim.value
        and source.number >= THOUSAND
        and bool(source.nouns & _MONEY_WORDS)
        and _sourced_periods(source) & claim.periods
        and _fits(claim, source, services)
        for source in sources.by_kind.get("bare", ())
    )


def _sourced_periods(source: Claim) -> frozenset[str]:

    return frozenset(("", *floating(source.sentence), *floating(source.heading)))


def _bare(claim: Claim, sources: Sources, services: Services) -> bool:
    label = claim.nouns
    if claim.value == 1 or (claim.number <= 20 and claim.words & _LABELS):
        return True
    for source in (
        *sources.by_kind.get("bare", ()),
        *sources.by_kind.get("quantity", ()),
        *sources.by_kind.get("times", ()),
    ):
        if source.value != claim.value:
            continue
        same = not label or label == {"\x00"} or bool(label & source.nouns) or not source.nouns
        if (same or claim.value != int(claim.number)) and _fits(claim, source, services):
            return True
    if claim.number >= THOUSAND:
        loose = frozenset(("", *floating(claim.sentence)))
        if _money(replace(claim, kind="money", currency="", periods=loose), sources, services):
            return True
    return bool(label) and label != {"\x00"} and _clients_own(claim, sources)


def _quantity(claim: Claim, sources: Sources, services: Services) -> bool:
    if claim.value == 1 or (claim.number <= 10 and claim.words & _FREE_TO_COUNT):
        return True
    for source in (*sources.by_kind.get("quantity", ()), *sources.by_kind.get("bare", ())):
        if (
            source.value == claim.value
            and _same_noun(claim, source)
            and _fits(
                replace(claim, clause="", sentence=""), replace(source, clause="", sentence="", heading=""), services
            )
        ):
            return True
    # «Второй канал» in a source means that there are two.
    if claim.number <= 10 and any(
        one.value == claim.value and one.nouns & claim.nouns for one in sources.by_kind.get("place", ())
    ):
        return True
    return _clients_own(claim, sources)


def _same_noun(claim: Claim, source: Claim) -> bool:
    if claim.nouns & source.nouns:
        return True
    if source.kind == "bare":
        return False
    ours, theirs = any(map(is_concept, claim.nouns)), any(map(is_concept, source.nouns))
    # A noun of another language that no table knows may be a translation of one that no table knows either.
    foreign = _latin(claim.words) != _latin(source.words)
    return foreign and not ours and not theirs


def _latin(words: Iterable[str]) -> bool:
    return any(word.isascii() for word in words)


def _clients_own(claim: Claim, sources: Sources) -> bool:
    """Whether it repeats a quantity the client named as their own, and not as something of ours."""
    if _GIVEN.search(claim.sentence) or (_OURS.search(claim.sentence) and not _YOURS.search(claim.sentence)):
        return False
    for said in sources.said_claims:
        if said.value != claim.value or said.kind not in ("quantity", "bare"):
            continue
        if said.nouns & claim.nouns or (said.kind == "bare" and not said.nouns) or not claim.nouns:
            return not topics(claim.clause) & {"discount", "warranty", "refund"}
    return False


def _percent(claim: Claim, sources: Sources, services: Services) -> bool:
    same = (one for one in sources.by_kind.get("percent", ()) if one.value == claim.value)
    parts = (one for one in sources.by_kind.get("fraction", ()) if round(float(one.number) * 100) == claim.value)
    return any(_fits(claim, source, services) and _same_discount(claim, source) for source in (*same, *parts))


def _same_discount(claim: Claim, source: Claim) -> bool:
    """«Скидка 10 % за предоплату» does not stand on «10 % за договор поддержки», nor on a fine of 10 %."""
    if not _topics(claim) & {"discount", "lowering"}:
        return True
    about = meanings(claim.clause) - _GENERAL or meanings(claim.sentence) - _GENERAL
    alone = source.sentence.count("%") + source.sentence.count("процент") == 1
    where = source.clause if meanings(source.clause) - _GENERAL and not alone else f"{source.sentence} {source.heading}"
    if about:
        return covers(about, meanings(where) | (meanings(source.heading) - meanings(source.sentence)))
    return bool(_DISCOUNT_WORD.search(f"{source.sentence} {source.heading}")) or not _DISCOUNT_WORD.search(
        claim.sentence
    )


_GENERAL = meanings(
    "снизиться снижать снизить уменьшаться уменьшить lower reduce скидка дешевле минус discount off процент быть "
    "есть действовать составлять получить уменьшать сумма цена вы мы "
    "наш ваш для save экономия get"
)


def _fraction(claim: Claim, sources: Sources, services: Services) -> bool:
    same = (one for one in sources.by_kind.get("fraction", ()) if one.value == claim.value)
    parts = (one for one in sources.by_kind.get("percent", ()) if one.value == round(float(claim.number) * 100))
    return any(_fits(claim, source, services) for source in (*same, *parts))


def _times(claim: Claim, sources: Sources, services: Services) -> bool:
    if claim.value == 1:
        return True
    decimal = claim.value != int(claim.number)
    near = sources.by_kind.get("bare", ()) if decimal else ()
    return any(
        source.value == claim.value and source.periods & claim.periods and _fits(claim, source, services)
        for source in (*sources.by_kind.get("times", ()), *near)
    )


def _term(claim: Claim, sources: Sources, services: Services) -> bool:
    return any(
        source.value == claim.value and source.business == claim.business and _fits(claim, source, services)
        for source in sources.by_kind.get("term", ())
    )


def _ordinal(claim: Claim, sources: Sources, _services: Services) -> bool:
    same = (*sources.by_kind.get("ordinal", ()), *sources.by_kind.get("bare", ()))
    return any(source.value == claim.value and source.nouns & claim.nouns for source in same)


def _date(claim: Claim, sources: Sources, _services: Services) -> bool:
    wanted = str(claim.value)
    if wanted.startswith("--"):
        return any(one.endswith(wanted[1:]) for one in sources.dates)
    if wanted.startswith("-"):
        return any(one.endswith(wanted) for one in sources.dates)
    return wanted in sources.dates


def _month(claim: Claim, sources: Sources, _services: Services) -> bool:
    named = any(source.value == claim.value for source in sources.by_kind.get("month", ()))
    return named or any(one[5:7] == claim.value for one in sources.dates)


def _year(claim: Claim, sources: Sources, _services: Services) -> bool:
    named = any(source.value == claim.value for source in sources.by_kind.get("year", ()))
    dated = any(str(one.value).startswith(f"{claim.value}-") for one in sources.by_kind.get("date", ()))
    return named or dated


def _equal(claim: Claim, sources: Sources, _services: Services) -> bool:
    return any(source.value == claim.value for source in sources.by_kind.get(claim.kind, ()))


def _clock(claim: Claim, sources: Sources, services: Services) -> bool:
    if any(one.value == claim.value and _fits(claim, one, services) for one in sources.by_kind.get("clock", ())):
        return True
    # «с 2 до 4»: the same bare numbers in the source mean the same.
    hour = int(str(claim.value)[:2])
    return bool(claim.nouns) and any(
        one.value == hour and one.nouns & claim.nouns for one in sources.by_kind.get("bare", ())
    )


def _weekday(claim: Claim, sources: Sources, services: Services) -> bool:
    closed = bool(_CLOSED.search(claim.sentence))
    for source in sources.by_kind.get("weekday", ()):
        if source.value == claim.value and bool(_CLOSED.search(source.sentence)) == closed:
            return True
    return any(date.fromisoformat(one).weekday() == int(claim.value) for one in sources.dates if _real(one))


def _real(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _relative(claim: Claim, sources: Sources, services: Services) -> bool:
    if _equal(claim, sources, services):
        return True
    ahead = RELATIVE_DAYS.get(str(claim.value), 0 if claim.value == "today" else None)
    return ahead is not None and (sources.today + timedelta(days=ahead)).isoformat() in sources.dates


def _free(claim: Claim, sources: Sources, _services: Services) -> bool:
    """«Бесплатно» holds only for what a source's sentence calls so."""
    said = meanings(claim.clause) if len(meanings(claim.clause)) > 2 else meanings(claim.sentence)
    about = said - _FREE_WORDS
    for source in sources.by_kind.get(claim.kind, ()):
        if _denied(source) and not _denied(claim):
            continue
        if covers(
            about,
            meanings(source.clause if claim.kind == "always" else source.sentence) | meanings(source.heading),
            least=0.5,
        ):
            return True
    if claim.kind == "free" and _denied(claim):
        return any(_denied(one) for one in sources.by_kind.get("free", ()))
    return False


def _denied(claim: Claim) -> bool:
    return _DENIED_FREE.search(claim.clause.replace(claim.said, " ")) is not None


_DENIED_FREE = re.compile(r"\b(?:нет|не|no|not|without a|never|isn't|don't)\b")


_FREE_WORDS = meanings(
    "бесплатно бесплатный подарок free of charge даром сделать делать мы вы круглосуточно любое "
    "время сутки выходной around clock"
)


def covers(about: frozenset[str], theirs: frozenset[str], *, least: float = 0.5) -> bool:
    """Whether a source's words carry at least half of a sentence's; foreign words count as far as they are known."""
    latin = {word for word in about if word.isascii()}
    if latin and not any(word.isascii() for word in theirs & latin):
        about = about - {word for word in latin if not is_concept(word)}
    return bool(about) and len(about & theirs) >= least * len(about)


def _code(claim: Claim, sources: Sources, _services: Services) -> bool:
    code = re.sub(r"[\s-]", "", str(claim.value))
    pattern = rf"(?<!\w){re.escape(code)}(?!\w)"
    return any(
        re.search(pattern, re.sub(r"(?<=\w)-(?=\w)", "", text)) for text in (sources.folded, sources.said_folded)
    )


def _reach(claim: Claim, sources: Sources, services: Services) -> bool:
    return _equal(claim, sources, services)


def _link(claim: Claim, sources: Sources, services: Services) -> bool:
    return _equal(claim, sources, services) or ("/" not in str(claim.value) and claim.value in sources.hosts)


def _address(claim: Claim, sources: Sources, _services: Services) -> bool:
    words = str(claim.value).split()
    stems = [word[: max(4, len(word) - 2)] for word in words if word not in EMPTY]
    return any(
        all(re.search(rf"(?<!\w){re.escape(stem)}", passage.text) for stem in stems) for passage in sources.passages
    )


def _unclear(claim: Claim, sources: Sources, _services: Services) -> bool:
    return re.search(rf"(?<!\w){re.escape(claim.said.lower())}(?!\w)", sources.folded) is not None


_CHECKS = {
    "money": _money,
    "bare": _bare,
    "quantity": _quantity,
    "percent": _percent,
    "fraction": _fraction,
    "times": _times,
    "term": _term,
    "ordinal": _ordinal,
    "date": _date,
    "month": _month,
    "year": _year,
    "clock": _clock,
    "weekday": _weekday,
    "relative": _relative,
    "always": _free,
    "free": _free,
    "limitless": _free,
    "code": _code,
    "phone": _reach,
    "email": _reach,
    "handle": _reach,
    "link": _link,
    "address": _address,
    "unclear": _unclear,
}
_REASONS = {
    "money": "this sum, for this service and period, is not in the sources; quote a sum from them or call the "
    "calculator",
    "percent": "this percentage is not said of this matter in the sources",
    "term": "this term is not said of this matter in the sources",
    "free": "the sources do not say that this is free",
    "times": "this comparison is not in the sources",
    "fraction": "this share is not in the sources",
    "phone": "this phone or register number is not in the sources",
    "email": "this e-mail is not in the sources",
    "link": "this link is not in the sources",
    "handle": "this account name is not in the sources",
    "address": "this address is not in the sources",
    "date": "this date is not in the sources",
    "relative": "this day or deadline is not in the sources",
    "weekday": "this day is not in the sources",
    "clock": "this hour is not in the sources",
    "quantity": "this quantity is not in the sources",
}

"""Whether a claim of an answer stands in the sources with the same meaning."""

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.assistant.guard.backing_days import (
    clock_backed,
    date_backed,
    month_backed,
    relative_backed,
    weekday_backed,
    year_backed,
)
from bot.assistant.guard.claim import Claim
from bot.assistant.guard.concepts import EMPTY, is_concept, meanings
from bot.assistant.guard.matching import GENERAL, PRICE_WORDS, covers, fits, packages_of, same_condition, same_reply
from bot.assistant.guard.periods import floating
from bot.assistant.guard.promise_words import INCLUDED
from bot.assistant.guard.sources import Sources
from bot.assistant.guard.topics import Services, topics
from bot.understand.words import fold, word_set

THOUSAND = 1_000
SUBJECTLESS = 3
"""Words of a sentence that is a sum and nothing else; it cannot be the price of an option nobody named."""
VOLUME = 100
"""From here on a number without a noun counts what its sentence is about: «обращений в месяц: до 1 000»."""
_MONEY_WORDS = word_set(
    "цена сумма итог итого всего amount subtotal скидка price деньга база бюджет оплата monthly once"
)
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


def unbacked(claim: Claim, sources: Sources, services: Services, *, alone: bool = True) -> str:
    """Why this claim may not be made, in English for the model; empty when the sources back it.

    `alone`: the answer names no service, so a sum in it is of the one that was asked about.
    """
    if claim.kind == "place":
        return ""
    if claim.kind in _OF_QUESTION and len(claim.sentence.split()) <= 8 and sources.said:
        # «Дней десять», «сто тысяч» say of what only together with the question.
        question = fold(sources.said[-1][-500:])
        if claim.kind in ("money", "bare"):
            short = len(claim.sentence.split()) <= SUBJECTLESS and not claim.heading
            asked_of = packages_of(services.named(question)) or frozenset(("?",) if short else ())
            claim = replace(claim, asked_of=asked_of if alone else frozenset())
        else:
            claim = replace(claim, asked=topics(question))
    checker = _CHECKS.get(claim.kind)
    if checker is None:
        return "it is not in the sources"
    return "" if checker(claim, sources, services) else _REASONS.get(claim.kind, "this number is not in the sources")


_OF_QUESTION = frozenset(("term", "percent", "fraction", "money", "bare"))


def _money(claim: Claim, sources: Sources, services: Services) -> bool:
    for source in sources.by_kind.get("money", ()):
        if (
            source.value == claim.value
            and (not source.currency or not claim.currency or source.currency == claim.currency)
            and _same_period(claim, source)
            and fits(claim, source, services)
        ):
            return True
    if claim.currency not in ("", "RUB"):
        return False
    return any(
        source.value == claim.value
        and source.number >= THOUSAND
        and bool(source.nouns & _MONEY_WORDS)
        and _sourced_periods(source) & claim.periods
        and fits(claim, source, services)
        for source in sources.by_kind.get("bare", ())
    )


def _same_period(claim: Claim, source: Claim) -> bool:
    """Of «3 000 ₽ в месяц за 1 час» the month alone is half the truth."""
    if {"hour", "month"} <= source.periods and "hour" not in claim.periods and "час" not in claim.clause:
        return "hour" in claim.clause
    return bool(source.periods & claim.periods)


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
        same = same or (source.number >= VOLUME and bool(label & meanings(source.sentence)))
        if (same or claim.value != int(claim.number)) and fits(claim, source, services):
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
            and (not INCLUDED.search(claim.clause) or INCLUDED.search(source.sentence) is not None)
            and fits(
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
    if (claim.nouns & source.nouns) - _INCLUDE:
        return True
    if source.kind == "bare":
        return source.number >= VOLUME and bool((claim.nouns & meanings(source.sentence)) - _INCLUDE)
    ours, theirs = any(map(is_concept, claim.nouns)), any(map(is_concept, source.nouns))
    # A noun of another language that no table knows may be a translation of one that no table knows either.
    foreign = _latin(claim.words) != _latin(source.words)
    return foreign and not ours and not theirs


_INCLUDE = meanings("включать included цена price")


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
    return any(fits(claim, source, services) and same_condition(claim, source, services) for source in (*same, *parts))


def _fraction(claim: Claim, sources: Sources, services: Services) -> bool:
    same = (one for one in sources.by_kind.get("fraction", ()) if one.value == claim.value)
    parts = (one for one in sources.by_kind.get("percent", ()) if one.value == round(float(claim.number) * 100))
    return any(fits(claim, source, services) for source in (*same, *parts))


def _times(claim: Claim, sources: Sources, services: Services) -> bool:
    if claim.value == 1:
        return True
    decimal = claim.value != int(claim.number)
    near = sources.by_kind.get("bare", ()) if decimal else ()
    return any(
        source.value == claim.value
        and source.periods & claim.periods
        and fits(claim, source, services)
        and (not claim.beside or not source.beside or claim.beside[0] in source.beside)
        for source in (*sources.by_kind.get("times", ()), *near)
    )


def _unchanged(claim: Claim, sources: Sources, _services: Services) -> bool:
    """«Цена не меняется» of a term or a volume holds when a source says so of the same one, or in the same words."""
    for source in sources.by_kind.get("unchanged", ()):
        if claim.beside:
            if claim.beside[0] in source.beside:
                return True
        elif covers(meanings(claim.sentence) - GENERAL, meanings(f"{source.sentence} {source.heading}"), least=0.4):
            return True
    return not claim.beside and not meanings(claim.sentence) - GENERAL - PRICE_WORDS


def _term(claim: Claim, sources: Sources, services: Services) -> bool:
    return any(
        source.value == claim.value
        and source.business == claim.business
        and fits(claim, source, services)
        and same_reply(claim, source)
        for source in sources.by_kind.get("term", ())
    )


def _ordinal(claim: Claim, sources: Sources, _services: Services) -> bool:
    same = (*sources.by_kind.get("ordinal", ()), *sources.by_kind.get("bare", ()))
    return any(source.value == claim.value and source.nouns & claim.nouns for source in same)


def _equal(claim: Claim, sources: Sources, _services: Services) -> bool:
    return any(source.value == claim.value for source in sources.by_kind.get(claim.kind, ()))


def _free(claim: Claim, sources: Sources, _services: Services) -> bool:
    """«Бесплатно» holds only for what a source's sentence calls so."""
    if claim.kind == "free" and _REFUSED.search(claim.sentence):
        return True
    if "vat" in topics(claim.sentence) and any(
        "vat" in topics(one.text) and INCLUDED.search(one.text) for one in sources.passages
    ):
        return True
    said = meanings(claim.clause) if len(meanings(claim.clause)) > 2 else meanings(claim.sentence)
    about = said - _FREE_WORDS
    for source in sources.by_kind.get(claim.kind, ()):
        if _denied(source) and not _denied(claim):
            continue
        own = meanings(source.clause if claim.kind == "always" else source.sentence)
        if about & own and covers(about, own | meanings(source.heading)):
            return True
    if claim.kind == "free" and _denied(claim):
        return any(_denied(one) for one in sources.by_kind.get("free", ()))
    return False


def _denied(claim: Claim) -> bool:
    return _DENIED_FREE.search(claim.clause.replace(claim.said, " ")) is not None


_REFUSED = re.compile(
    r"бесплатн\w*(?: \w+){0,3} не (?:получ|мож|сможе|выйд|дела|быва|да[её]м|предус)\w*|"
    r"не (?:получ|мож|сможе|дела|бер)\w+(?: \w+){0,3} бесплатн|can't(?: \w+){0,3} for free|not (?:do|offer)(?: "
    r"\w+){0,3} free"
)
_DENIED_FREE = re.compile(r"\b(?:нет|не|no|not|without a|never|isn't|don't)\b")


_FREE_WORDS = meanings(
    "бесплатно бесплатный подарок free of charge даром сделать делать мы вы круглосуточно любое "
    "время сутки выходной around clock конечно да точно разумеется yes sure"
)


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
    "date": date_backed,
    "month": month_backed,
    "year": year_backed,
    "clock": clock_backed,
    "weekday": weekday_backed,
    "relative": relative_backed,
    "unchanged": _unchanged,
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

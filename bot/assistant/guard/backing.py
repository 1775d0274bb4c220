"""Whether a claim of an answer stands in the sources with the same meaning."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from bot.assistant.guard import moments
from bot.assistant.guard.claim import Claim
from bot.assistant.guard.concepts import EMPTY, is_concept, meanings
from bot.assistant.guard.periods import floating
from bot.assistant.guard.promise_words import INCLUDED
from bot.assistant.guard.sources import RELATIVE_DAYS, Sources
from bot.assistant.guard.topics import GUARDED, OPTION, Services, same_matter, topics
from bot.understand.words import fold, word_set

THOUSAND = 1_000
SUBJECTLESS = 3
"""Words of a sentence that is a sum and nothing else; it cannot be the price of an option nobody named."""
VOLUME = 100
"""From here on a number without a noun counts what its sentence is about: «обращений в месяц: до 1 000»."""
_MONEY_WORDS = word_set(
    "цена сумма итог итого всего amount subtotal скидка price деньга база бюджет оплата monthly once"
)
_DISCOUNT_WORD = re.compile(r"скид|discount|минус|\boff\b|rebate|дешевл|\bsav")
_CLOSED = re.compile(
    r"закрыт|не работа|(?<!без )выходн(?!ых с)|не отвеча|не на связи|сотрудник\w+ нет|нет сотрудник|не на месте|"
    r"отдыха|closed|"
    r"\boff\b|not open|not work|n't work|not available|n't open|unavailable|n't available|nobody|no one"
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
            asked_of = _packages(services.named(question)) or frozenset(("?",) if short else ())
            claim = replace(claim, asked_of=asked_of if alone else frozenset())
        else:
            claim = replace(claim, asked=topics(question))
    checker = _CHECKS.get(claim.kind)
    if checker is None:
        return "it is not in the sources"
    return "" if checker(claim, sources, services) else _REASONS.get(claim.kind, "this number is not in the sources")


_OF_QUESTION = frozenset(("term", "percent", "fraction", "money", "bare"))


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
    own = topics(claim.clause)
    if own:
        return own
    wide = topics(claim.sentence) - _NOT_FROM_AFAR.get(claim.kind, frozenset())
    if claim.kind in ("money", "bare") and _UNABLE.search(claim.sentence):
        wide -= GUARDED
    return wide or claim.asked


_UNABLE = re.compile(r"\bне (?:могу|можем|даю|даем|дам|решаю|предусмотр\w+)|\bcan't\b|\bcannot\b|afraid")
_NOT_FROM_AFAR = {
    "money": frozenset(("total", "payback")),
    "bare": frozenset(("total", "payback")),
    "term": frozenset(("vat", "total")),
}
"""Matters that another clause of the sentence does not lend to a number of this kind."""


def _same_service(claim: Claim, source: Claim, services: Services) -> bool:
    """«Бот с каталогом» stands only on a sum said of both; «чат-бот» not on a sum said of another service."""
    said = next((text for text in (claim.near, claim.clause, claim.heading) if services.named(text)), "")
    ours = services.named(said)
    texts = (source.near, source.clause, source.sentence, source.heading)
    theirs = next((found for text in texts if (found := services.named(text))), frozenset[str]())
    if not ours and "?" in claim.asked_of:
        return not theirs or bool(_packages(theirs))
    if not ours:
        return not claim.asked_of or not _packages(theirs) or bool(claim.asked_of & _packages(theirs))
    if not theirs:
        return bool((meanings(claim.clause) & meanings(f"{source.sentence} {source.heading}")) - _PRICE_WORDS)
    packages = frozenset(one for one in ours if not one.startswith(OPTION))
    wide = theirs | services.named(source.sentence) | services.named(source.heading)
    if packages and ours != packages:
        if services.whole(said):
            heading = frozenset[str]() if _packages(theirs) else services.named(source.heading)
            return ours <= theirs | heading
        return theirs <= ours and bool(theirs - packages) and bool(packages & wide or not _packages(wide))
    if packages:
        return bool(packages & _packages(theirs))
    return bool(ours & theirs) and (len(theirs) == 1 or theirs <= ours)


def _packages(services: frozenset[str]) -> frozenset[str]:
    return frozenset(one for one in services if not one.startswith(OPTION))


_PRICE_WORDS = meanings(
    "цена сумма стоимость проект работа заказ рубль стоить от до разово базовый база входить обычно наш минимальный "
    "наименьший маленький большой"
)


def _money(claim: Claim, sources: Sources, services: Services) -> bool:
    for source in sources.by_kind.get("money", ()):
        if (
            source.value == claim.value
            and (not source.currency or not claim.currency or source.currency == claim.currency)
            and _same_period(claim, source)
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
            and (not INCLUDED.search(claim.clause) or INCLUDED.search(source.sentence) is not None)
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
    return any(
        _fits(claim, source, services) and _same_condition(claim, source, services) for source in (*same, *parts)
    )


_SURCHARGE = re.compile(
    r"надбав|дороже|прибав|добав|плюс|вырас|выше|увелич|наценк|\bmore\b|surcharge|\badds?\b|extra|grow|higher|"
    r"increas|rise"
)


def _same_condition(claim: Claim, source: Claim, services: Services) -> bool:
    """«За 3 недели плюс 40 %»: the same percent of the same term, volume and service, or else of the same words."""
    ours, theirs = (_packages(services.named(one.clause) or services.named(one.sentence)) for one in (claim, source))
    if ours and theirs and not ours & theirs:
        return False
    changes = _SURCHARGE.search(claim.clause) or _topics(claim) & {"discount", "lowering"}
    if not changes:
        return True
    if _SURCHARGE.search(claim.clause) and not _SURCHARGE.search(f"{source.sentence} {source.heading}"):
        return False
    if claim.beside:
        paid = (meanings(claim.clause) & _OF_PAYING) - meanings(f"{source.sentence} {source.heading}")
        return claim.beside[0] in source.beside and not paid
    return _same_discount(claim, source)


_OF_PAYING = meanings("предоплата оплата проект заказ аванс")


def _same_discount(claim: Claim, source: Claim) -> bool:
    """«Скидка 10 % за предоплату» does not stand on «10 % за договор поддержки», nor on a fine of 10 %."""
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
    "наш ваш для save экономия get плюс добавиться прибавиться прибавить добавить дорогой дороже надбавка вырасти "
    "сумма увеличиться стать выйти обойтись получиться так тогда more extra add surcharge grow price increase"
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
        source.value == claim.value
        and source.periods & claim.periods
        and _fits(claim, source, services)
        and (not claim.beside or not source.beside or claim.beside[0] in source.beside)
        for source in (*sources.by_kind.get("times", ()), *near)
    )


def _unchanged(claim: Claim, sources: Sources, _services: Services) -> bool:
    """«Цена не меняется» of a term or a volume holds when a source says so of the same one, or in the same words."""
    for source in sources.by_kind.get("unchanged", ()):
        if claim.beside:
            if claim.beside[0] in source.beside:
                return True
        elif covers(meanings(claim.sentence) - _GENERAL, meanings(f"{source.sentence} {source.heading}"), least=0.4):
            return True
    return not claim.beside and not meanings(claim.sentence) - _GENERAL - _PRICE_WORDS


def _term(claim: Claim, sources: Sources, services: Services) -> bool:
    return any(
        source.value == claim.value
        and source.business == claim.business
        and _fits(claim, source, services)
        and _same_reply(claim, source)
        for source in sources.by_kind.get("term", ())
    )


def _same_reply(claim: Claim, source: Claim) -> bool:
    """«Сотрудник ответит через час» does not stand on «на сбой отвечают в течение часа»."""
    if "reply" not in _topics(claim) or "launch" in _topics(claim):
        return True
    said = meanings(claim.sentence) - _REPLIES
    return not said or bool(said & meanings(f"{source.sentence} {source.heading}"))


_REPLIES = meanings(
    "ответить отвечать ответ реагировать реакция перезвонить связаться время час минута день неделя течение reply "
    "answer "
    "respond react call back within hour minute day"
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
    closed = bool(_CLOSED.search(claim.clause))
    for source in sources.by_kind.get("weekday", ()):
        now = _NOW.search(source.sentence) is not None and _NOW.search(claim.sentence) is None
        if source.value == claim.value and bool(_CLOSED.search(source.sentence)) == closed and not now:
            return True
    # A day that only says on what weekday a named date falls.
    named = [one for one in sources.dates if _real(one) and date.fromisoformat(one).weekday() == int(claim.value)]
    if any(_said_date(one, claim.sentence) for one in named):
        return True
    hours = [
        str(one.value)
        for one in sources.by_kind.get("date", ())
        if _HOUR.search(one.sentence) and not _NOW.search(one.sentence)
    ]
    return not closed and any(_real(one) and date.fromisoformat(one).weekday() == int(claim.value) for one in hours)


_HOUR = re.compile(r"\d:\d\d")


_NOW = re.compile(r"\b(?:сейчас|сегодня|now|today)\b")


def _said_date(day: str, sentence: str) -> bool:
    return any(kind == "date" and day.endswith(str(value).lstrip("-")) for kind, value, _, _ in moments.find(sentence))


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

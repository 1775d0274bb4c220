"""Whether a number of an answer and one of a source speak of the same thing: matter, service, condition."""

import re

from bot.assistant.guard.claim import Claim
from bot.assistant.guard.concepts import is_concept, meanings
from bot.assistant.guard.topics import GUARDED, OPTION, Services, same_matter, topics

_UNABLE = re.compile(r"\bне (?:могу|можем|даю|даем|дам|решаю|предусмотр\w+)|\bcan't\b|\bcannot\b|afraid")

_NOT_FROM_AFAR = {
    "money": frozenset(("total", "payback")),
    "bare": frozenset(("total", "payback")),
    "term": frozenset(("vat", "total")),
}
"""Matters that another clause of the sentence does not lend to a number of this kind."""

PRICE_WORDS = meanings(
    "цена сумма стоимость проект работа заказ рубль стоить от до разово базовый база входить обычно наш минимальный "
    "наименьший маленький большой"
)

_SURCHARGE = re.compile(
    r"надбав|дороже|прибав|добав|плюс|вырас|выше|увелич|наценк|\bmore\b|surcharge|\badds?\b|extra|grow|higher|"
    r"increas|rise"
)

_DISCOUNT_WORD = re.compile(r"скид|discount|минус|\boff\b|rebate|дешевл|\bsav")

_OF_PAYING = meanings("предоплата оплата проект заказ аванс")

GENERAL = meanings(
    "снизиться снижать снизить уменьшаться уменьшить lower reduce скидка дешевле минус discount off процент быть "
    "есть действовать составлять получить уменьшать сумма цена вы мы "
    "наш ваш для save экономия get плюс добавиться прибавиться прибавить добавить дорогой дороже надбавка вырасти "
    "сумма увеличиться стать выйти обойтись получиться так тогда more extra add surcharge grow price increase"
)

_REPLIES = meanings(
    "ответить отвечать ответ реагировать реакция перезвонить связаться время час минута день неделя течение reply "
    "answer "
    "respond react call back within hour minute day"
)


def fits(claim: Claim, source: Claim, services: Services) -> bool:
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
    return same_matter(matters(claim), narrow, wide, strict=strict) and (
        claim.kind != "money" or _same_service(claim, source, services)
    )


def matters(claim: Claim) -> frozenset[str]:
    own = topics(claim.clause)
    if own:
        return own
    wide = topics(claim.sentence) - _NOT_FROM_AFAR.get(claim.kind, frozenset())
    if claim.kind in ("money", "bare"):
        if _UNABLE.search(claim.sentence):
            wide -= GUARDED
        elif "%" in claim.sentence.replace(claim.clause, ""):
            wide -= {"discount", "lowering"}  # it is of the percent, which is looked at by itself
    return wide or claim.asked


def _same_service(claim: Claim, source: Claim, services: Services) -> bool:
    """«Бот с каталогом» stands only on a sum said of both; «чат-бот» not on a sum said of another service."""
    said = next((text for text in (claim.near, claim.clause, claim.heading) if services.named(text)), "")
    ours = services.named(said)
    texts = (source.near, source.clause, source.sentence, source.heading)
    theirs = next((found for text in texts if (found := services.named(text))), frozenset[str]())
    if not ours and "?" in claim.asked_of:
        return not theirs or bool(packages_of(theirs))
    if not ours:
        return not claim.asked_of or not packages_of(theirs) or bool(claim.asked_of & packages_of(theirs))
    if not theirs:
        return bool((meanings(claim.clause) & meanings(f"{source.sentence} {source.heading}")) - PRICE_WORDS)
    packages = frozenset(one for one in ours if not one.startswith(OPTION))
    wide = theirs | services.named(source.sentence) | services.named(source.heading)
    if packages and ours != packages:
        if services.whole(said):
            heading = frozenset[str]() if packages_of(theirs) else services.named(source.heading)
            return ours <= theirs | heading
        return theirs <= ours and bool(theirs - packages) and bool(packages & wide or not packages_of(wide))
    if packages:
        return bool(packages & packages_of(theirs))
    return bool(ours & theirs) and (len(theirs) == 1 or theirs <= ours)


def packages_of(services: frozenset[str]) -> frozenset[str]:
    return frozenset(one for one in services if not one.startswith(OPTION))


def same_condition(claim: Claim, source: Claim, services: Services) -> bool:
    """«За 3 недели плюс 40 %»: the same percent of the same term, volume and service, or else of the same words."""
    ours, theirs = (packages_of(services.named(one.clause) or services.named(one.sentence)) for one in (claim, source))
    if ours and theirs and not ours & theirs:
        return False
    changes = _SURCHARGE.search(claim.clause) or matters(claim) & {"discount", "lowering"}
    if not changes:
        return True
    if _SURCHARGE.search(claim.clause) and not _SURCHARGE.search(f"{source.sentence} {source.heading}"):
        return False
    if claim.beside:
        paid = (meanings(claim.clause) & _OF_PAYING) - meanings(f"{source.sentence} {source.heading}")
        return claim.beside[0] in source.beside and not paid
    return _same_discount(claim, source)


def _same_discount(claim: Claim, source: Claim) -> bool:
    """«Скидка 10 % за предоплату» does not stand on «10 % за договор поддержки», nor on a fine of 10 %."""
    about = meanings(claim.clause) - GENERAL or meanings(claim.sentence) - GENERAL
    alone = source.sentence.count("%") + source.sentence.count("процент") == 1
    where = source.clause if meanings(source.clause) - GENERAL and not alone else f"{source.sentence} {source.heading}"
    if about:
        return covers(about, meanings(where) | (meanings(source.heading) - meanings(source.sentence)))
    # «Скидка 10 % для вас» says of what only in the source: there it has a condition.
    return not _DISCOUNT_WORD.search(claim.sentence)


def same_reply(claim: Claim, source: Claim) -> bool:
    """«Сотрудник ответит через час» does not stand on «на сбой отвечают в течение часа»."""
    if "reply" not in matters(claim) or "launch" in matters(claim):
        return True
    said = meanings(claim.sentence) - _REPLIES
    return not said or bool(said & meanings(f"{source.sentence} {source.heading}"))


def covers(about: frozenset[str], theirs: frozenset[str], *, least: float = 0.5) -> bool:
    """Whether a source's words carry at least half of a sentence's; foreign words count as far as they are known."""
    latin = {word for word in about if word.isascii()}
    if latin and not any(word.isascii() for word in theirs & latin):
        about = about - {word for word in latin if not is_concept(word)}
    return bool(about) and len(about & theirs) >= least * len(about)

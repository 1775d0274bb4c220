"""«Дорого», «подумаю», «у других дешевле», «какие гарантии», «покажите кейсы»: each a small talk of its own.

«Дорого» trims the scope before it speaks of a discount; a discount beyond the price list is a person's to give.
"""

from datetime import date, datetime, time, timedelta

from bot.keyboards import Button, Priced, Remind, go
from bot.sales.configuration import Configuration, QuoteError
from bot.sales.pricing import Discount, Quote, cheaper, money, quote
from bot.scenes import calculator, codes, handoff, knowledge
from bot.scenes import quote as quotes
from bot.scenes.wording import day_of, weekday_of
from bot.talk import Talk
from bot.texts import Html
from kb.search import Verdict

PREPAID = "prepaid"
REMIND_AT = time(11)
"""Local time of a reminder: within the hours in which one may be written to."""
CASES = (
    ("button.case_shop", "case-shop"),
    ("button.case_clinic", "case-clinic"),
    ("button.case_law", "case-law-firm"),
    ("button.case_plant", "case-manufacturing"),
)


async def expensive(talk: Talk, configuration: Configuration | None = None) -> None:
    """A smaller scope first; then the discount a person may give."""
    configuration = configuration or quotes.current(talk)
    if configuration is None:
        talk.first(talk.t("expensive.no_quote"))
        await calculator.choose(talk)
        return
    priced = quotes.price(talk, configuration)
    trimmed = cheaper(talk.price_list, configuration, most=1)
    if not trimmed:
        await talk.say(talk.t("expensive.smallest"), [_discount_button(talk, configuration), *_offer(talk, priced)])
        return
    smaller = quotes.price(talk, trimmed[0].configuration)
    without = trimmed[0].without[0]
    key = "expensive.trimmed" if smaller.total else "expensive.trimmed_monthly"
    text = talk.t(key, without=without[:1].upper() + without[1:], sum=_sum(smaller))
    await talk.say(text, [*_offer(talk, smaller), *_offer(talk, priced), _discount_button(talk, configuration)])


def discount_rules(talk: Talk) -> Html:
    """What the price list gives to everybody, and who may give more."""
    t, kind = talk.t, talk.price_list.discount(PREPAID)
    parts = [t("discount.rule", percent=f"{kind.percent.normalize():f}")] if kind is not None else []
    return Html(" ".join([*parts, t("discount.more")]))


async def discount_asked(talk: Talk) -> None:
    """«Скидка есть?» in words: how discounts work; a manager is asked only when the button is pressed."""
    configuration = quotes.current(talk)
    t = talk.t
    if configuration is None:
        text = Html(f"{discount_rules(talk)} {t('discount.count')}")
        await talk.say(text, [go(t, "button.count", "prices")])
        return
    prepaid = _prepaid(talk, configuration)
    if prepaid is not None:
        talk.first(t("discount.prepaid", sum=money(prepaid.total), percent=_percent(prepaid)))
    buttons = [_discount_button(talk, configuration), *_offer(talk, quotes.price(talk, configuration))]
    await talk.say(t("discount.ask"), buttons)


async def discount(talk: Talk, configuration: Configuration | None = None) -> None:
    """What the price list gives to everybody is said at once; more is asked of a person, as an act."""
    configuration = configuration or quotes.current(talk)
    t = talk.t
    if configuration is not None:
        prepaid = _prepaid(talk, configuration)
        if prepaid is not None:
            talk.first(t("discount.prepaid", sum=money(prepaid.total), percent=_percent(prepaid)))
    text = await handoff.call(talk, "discount", key="handoff.discount")
    await talk.say(text, handoff.options(talk), human=False)


async def elsewhere(talk: Talk, said: str) -> None:
    """«У других дешевле»: what the difference may be made of, and an offer to compare."""
    found = await knowledge.fact(talk, talk.t.plain("elsewhere.question"), source="comparison")
    talk.first(talk.t("elsewhere.first"))
    t = talk.t
    buttons = [
        go(t, "button.compare", "compare"),
        go(t, "button.cases", "cases"),
        go(t, "button.guarantees", "guarantees"),
    ]
    await talk.say(found or "", [*buttons, *_back_to_price(talk)])


async def compare(talk: Talk) -> None:
    await talk.say(talk.t("elsewhere.send"), _back_to_price(talk))


async def guarantees(talk: Talk, said: str = "") -> None:
    question = said or talk.t.plain("guarantees.question")
    found = await knowledge.fact(talk, question, source="guarantees") or await knowledge.fact(
        talk, talk.t.plain("guarantees.question"), source="guarantees"
    )
    t = talk.t
    await talk.say(found or t("knowledge.unknown"), [go(t, "button.cases", "cases"), *knowledge.ways_on(talk)])


async def cases(talk: Talk, said: str = "") -> None:
    """The case nearest to what was asked, or the choice of one."""
    passages = await talk.services.searcher.search(said, top=5) if said else []
    near = next((one for one in passages if one.source.startswith("case-")), None)
    if near is not None and near.verdict != Verdict.UNKNOWN and len(said) > len("покажите кейсы "):
        talk.first(knowledge.quoted(talk, near, said))
    t = talk.t
    await talk.say(t("cases.choose"), [go(t, key, "case", source) for key, source in CASES])


async def case(talk: Talk, source: str) -> None:
    """What was done in one of the cases and what came of it."""
    t = talk.t
    others = [go(t, key, "case", one) for key, one in CASES if one != source]
    known = any(one == source for _, one in CASES)
    result = await knowledge.fact(talk, t.plain("cases.question"), source=source) if known else None
    await talk.say(result or t("cases.choose"), [*others, *knowledge.ways_on(talk)])


async def think(talk: Talk, configuration: Configuration | None = None) -> None:
    """«Подумаю»: one reminder, only if wanted, on a day while the price still holds."""
    configuration = configuration or quotes.current(talk)
    t = talk.t
    valid_until = quotes.price(talk, configuration).valid_until if configuration is not None else None
    soon, late = days(talk, valid_until or talk.today + timedelta(days=14))
    buttons = [Button(_capital(weekday_of(soon, t)), Remind(day=f"{soon:%Y%m%d}"))]
    if late != soon:
        buttons.append(Button(day_of(late, t), Remind(day=f"{late:%Y%m%d}")))
    text = t("think.ask", until=day_of(valid_until, t)) if valid_until else t("think.ask_plain")
    await talk.say(text, [*buttons, go(t, "button.no_reminder", "no_reminder")])


def days(talk: Talk, valid_until: date) -> tuple[date, date]:
    """This Friday or the working day some days on, and a working day shortly before the price ends."""
    calendar, today = talk.services.company.calendar, talk.today
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    soon = friday if (friday - today).days >= 2 else today + timedelta(days=3)
    while calendar.hours(soon) is None:
        soon += timedelta(days=1)
    late = valid_until - timedelta(days=2)
    while calendar.hours(late) is None and late > soon:
        late -= timedelta(days=1)
    return soon, max(soon, late)


async def remind_on(talk: Talk, day: str) -> None:
    """The client chose a day: one reminder, at a decent hour."""
    t, calendar = talk.t, talk.services.company.calendar
    try:
        on = datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007  # a day of the company's calendar, no moment
    except ValueError:
        on = talk.today
    if on <= talk.today:
        talk.first(t("think.past"))
        await think(talk)
        return
    number = talk.turn.conversation_id
    at = datetime.combine(on, REMIND_AT, calendar.zone)
    talk.enqueue(REMIND, {"conversation_id": number}, at=at, dedupe_key=f"{REMIND}:{number}", move=True)
    when = f"{weekday_of(on, t)}, {day_of(on, t)}"
    await talk.say(t("think.set", when=when), [go(t, "button.no_reminder", "no_reminder")])


async def no_reminder(talk: Talk) -> None:
    talk.sql("DELETE FROM job WHERE dedupe_key = $1 AND owner IS NULL", f"{REMIND}:{talk.turn.conversation_id}")
    await talk.say(talk.t("think.none"), knowledge.ways_on(talk))


REMIND = "client.remind"
"""Job: write once to a client who asked to be reminded. Payload {"conversation_id"}."""


def _prepaid(talk: Talk, configuration: Configuration) -> Quote | None:
    price_list = talk.price_list
    if price_list.discount(PREPAID) is None:
        return None
    try:
        return quote(price_list, configuration, on=talk.today, discount=Discount(PREPAID))
    except QuoteError:
        return None


def _percent(priced: Quote) -> str:
    percent = priced.discount.percent if priced.discount is not None else None
    return f"{percent.normalize():f}" if percent is not None else ""


def _offer(talk: Talk, priced: Quote) -> list[Button]:
    price_list = talk.price_list
    code = codes.encode(price_list, priced.configuration)
    press = Priced(act="offer", rev=codes.revision(price_list), code=code)
    return [Button(talk.t.plain("button.offer_for", sum=_sum(priced)), press)]


def _discount_button(talk: Talk, configuration: Configuration) -> Button:
    price_list = talk.price_list
    press = Priced(act="discount", rev=codes.revision(price_list), code=codes.encode(price_list, configuration))
    return Button(talk.t.plain("button.discount"), press)


def _back_to_price(talk: Talk) -> list[Button]:
    return [go(talk.t, "button.resume", "resume")] if talk.memory.code else []


def _sum(priced: Quote) -> str:
    return money(priced.total or priced.monthly)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

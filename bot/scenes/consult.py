"""The talk outside of forms: what a message means decides who answers; the knowledge base has the rest."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.keyboards import Button, go
from bot.sales.price_model import Package
from bot.sales.pricing import money
from bot.scenes import (
    asked,
    assisted,
    brief,
    calculator,
    codes,
    handoff,
    hours,
    knowledge,
    objections,
    privacy,
    quote,
    welcome,
)
from bot.scenes.wording import answer_options, price_range, steps
from bot.talk import Talk
from bot.texts import Html
from bot.understand.contacts import parse_contact
from bot.understand.intents import Intent, Understanding, Vocabulary, understand

MUTED = timedelta(minutes=30)
"""How long a spammer is not heard."""
STORY = 1500
"""Characters from which a message is a description of a task rather than a question."""

_ACCEPT = r"(?:соглас(?:ен|на|ны)|подходит|устраивает|годится|бер[её]м|беру|по рукам|оформля(?:ем|йте)|покупа(?:ем|ю))"
TAKES = re.compile(
    r"(?:(?:да|ну|ок|окей|хорошо|отлично|всё|все|мы|я|нас|нам|мне|меня|цена|тогда|полностью)[\s,.!]+)*"
    rf"{_ACCEPT}(?:[\s,.!]+(?:нам|мне|нас|меня|цена|всё|все|спасибо|да|{_ACCEPT}))*[\s.!)👍]*"
    r"|(?:(?:yes|ok|okay|great|good|fine|well|perfect|all right|alright|then)[\s,.!]+)*"
    r"(?:(?:that|it|this|the price|price|everything)(?: all)? (?:works|suits|fits|is fine|is ok|is good|looks good)"
    r"|(?:that|it)[’']s (?:fine|ok|okay|good)|works|suits|fits|sounds (?:good|great|fine)|looks good|deal|agreed"
    r"|(?:i|we)(?:[’']ll| will) (?:take|buy) it|let[’']s (?:do it|go ahead|proceed|go for it)|go ahead)"
    r"(?: (?:for|with|to|by) (?:me|us))?(?:[\s,.!]+(?:thanks|thank you|please))?[\s.!)👍]*",
    re.I,
)
"""A price is accepted: «да, подходит», «берём»."""

NO_HOURS = (Intent.HUMAN, Intent.CALLBACK, Intent.EXISTING_CUSTOMER, Intent.JOB_SEEKER, Intent.DELETE_DATA)
"""Wishes that a mention of working hours does not outweigh."""

FOR_US = (
    Intent.QUESTION,
    Intent.PRICE,
    Intent.IS_BOT,
    Intent.DONT_KNOW,
    Intent.BYE,
    Intent.THANKS,
    Intent.GREETING,
    Intent.GIBBERISH,
)
"""What the assistant answers itself even while a manager is awaited."""
LONGEST_YES = 100
"""Characters of a message that accepts a price and says no more."""
QUOTING = (Intent.GUARANTEES, Intent.CASES, Intent.CHEAPER_ELSEWHERE)
"""Wishes that are answered by quoting an article."""
FEW_WORDS = 3
"""Up to so many bare words may be a topic to look up («сроки разработки») rather than news for the manager."""

Act = Callable[[Talk, str], Awaitable[None]]


async def hear(talk: Talk, said: str) -> None:
    """Any text outside of a form."""
    await act(talk, said, understand(said, talk.services.vocabulary))


async def act(talk: Talk, said: str, meant: Understanding) -> None:
    """Answer by the strongest meaning of the message."""
    if meant.has(Intent.SPAM):
        mute(talk)
        return
    if meant.has(Intent.PROFANITY):
        rest = [intent for intent in meant.intents if intent not in (Intent.PROFANITY, Intent.QUESTION)]
        if not await warn(talk):
            return
        if not rest and not meant.packages:
            await talk.finish()
            return
    if len(said) > STORY:
        await story(talk, said, meant)
        return
    if talk.memory.waiting and asked.WHERE_IS.search(said):
        await handoff.person(talk)
        return
    if hours.asked(said) and not meant.has(*NO_HOURS):
        await talk.say(hours.tell(talk), knowledge.ways_on(talk))
        return
    if (
        talk.memory.code
        and len(said) <= LONGEST_YES
        and TAKES.fullmatch(said.strip())
        and not await offer_awaited(talk)
    ):
        await taken(talk)
        return
    for intent in meant.intents:
        known = ACTS.get(intent)
        if intent is Intent.PAY and meant.has(Intent.QUESTION) and await assisted.knows(talk, said):
            break  # «есть рассрочка?»: the articles know, nobody has to prepare papers
        if intent is Intent.CONTRACT and meant.has(Intent.QUESTION) and not asked.paper_wanted(said):
            continue
        if known is not None and not (intent in QUOTING and _model_translates(talk)):
            await known(talk, said)
            return
    if await contact_left(talk, said):
        return
    if talk.memory.waiting and told(talk, said, meant):
        await talk.say(talk.t("handoff.passed"), handoff.options(talk), human=False)
        return
    await sell(talk, said, meant)


def _model_translates(talk: Talk) -> bool:
    """Whether a model can say in the client's language what the articles say in Russian."""
    assistant = talk.services.assistant
    return talk.t.locale != "ru" and assistant is not None and assistant.able


async def sell(talk: Talk, said: str, meant: Understanding) -> None:
    """A price, a service that was named, a question, or small talk."""
    packages = named(talk, meant)
    wanting = meant.has(Intent.PRICE) or (packages and not meant.has(Intent.QUESTION))
    if wanting and len(packages) == 1:
        await price_of(talk, packages[0], said)
        return
    if wanting and len(packages) > 1:
        await calculator.choose(talk, packages)
        return
    if meant.has(Intent.PRICE) and not asked.of_tax(said):
        if talk.memory.code:
            await welcome.resume(talk)
        else:
            await calculator.choose(talk)
        return
    for intent in meant.intents:
        small = SMALL_TALK.get(intent)
        if small is not None and (intent is Intent.IS_BOT or not meant.has(Intent.QUESTION)):
            await small(talk, said)
            return
    extra: list[Button] = []
    hint: Html | None = None
    if len(packages) == 1:
        extra = [go(talk.t, "button.count", "price", packages[0].id)]
        if not talk.memory.met:
            hint = talk.t("price.hint", title=packages[0].title, range=price_range(packages[0], talk.t))
    await assisted.answer(talk, said, extra=extra, hint=hint)


def told(talk: Talk, said: str, meant: Understanding) -> bool:
    """Whether this is a statement for the manager who is awaited: no question, no wish, no small talk."""
    if meant.has(*FOR_US) or meant.packages or talk.memory.unsure:
        return False
    words = said.split()
    if meant.has(Intent.NO) and len(words) < FEW_WORDS:
        return False
    return len(words) > FEW_WORDS or meant.has(Intent.YES, Intent.NO) or any(sign.isdigit() for sign in said)


async def offer_awaited(talk: Talk) -> bool:
    """Whether the proposal was asked for already."""
    draft = await talk.draft()
    return draft.handoff is not None and draft.handoff.reason == "offer"


async def taken(talk: Talk) -> None:
    """The price suits: on to the proposal, or to the manager who confirms a large one."""
    configuration = quote.current(talk)
    if configuration is None:
        await welcome.resume(talk)
    elif quote.price(talk, configuration).needs_manager:
        await next_step(talk)
    else:
        await brief.offer(talk, configuration)


async def next_step(talk: Talk) -> None:
    """What may follow from the price, without the price once more."""
    configuration = quote.current(talk)
    if configuration is None:
        await welcome.resume(talk)
        return
    priced = quote.price(talk, configuration)
    key = "quote.next_large" if priced.needs_manager else "quote.next"
    await talk.say(talk.t(key, sum=money(priced.total or priced.monthly)), quote.buttons(talk, priced))


async def price_of(talk: Talk, package: Package, said: str = "") -> None:
    """The range at once, a passage that explains it, and the first question that leads to the exact price."""
    t = talk.t
    answers = codes.no_answers(package)
    if said:
        words = Vocabulary(choices={one.id: answer_options(one, unknown=False) for one in package.questions})
        answers = codes.ahead(package, understand(said, words).config)
    left = answers.count(codes.OPEN)
    key = "price.first" if not talk.memory.met else "price.again"
    if left:
        name = talk.name
        talk.first(t(key, range=price_range(package, t), name=name, steps=steps(left, t)))
        talk.memory.met = True
    if said and left:
        passage = await knowledge.beside_price(talk, package)
        if passage is not None:
            talk.first(passage)
    await calculator.begin(talk, package, answers)


async def warn(talk: Talk) -> bool:
    """One calm warning; after that a person is offered. False when everything has been said."""
    said = caution(talk)
    if talk.client.warnings:
        await talk.say(said)
        return False
    talk.first(said)
    return True


def caution(talk: Talk) -> Html:
    """The calm line that is due now; counted, so that a person is offered from the second time on."""
    talk.sql("UPDATE client SET warnings = least(warnings + 1, 100) WHERE id = $1", talk.client.id)
    return talk.t("manners.person" if talk.client.warnings else "manners.warning")


def mute(talk: Talk) -> None:
    """Hear nothing from this client for a while: neither an answer nor a query is spent on them."""
    talk.sql("UPDATE client SET muted_until = $2 WHERE id = $1", talk.client.id, talk.now + MUTED)


async def story(talk: Talk, said: str, meant: Understanding) -> None:
    """A long description: kept for the managers as it is, and the next step offered."""
    draft = await talk.draft()
    draft.task = said
    talk.save(draft)
    packages = named(talk, meant)
    if len(packages) == 1:
        talk.first(talk.t("story.kept"))
        await price_of(talk, packages[0])
        return
    await talk.say(talk.t("story.kept"), [go(talk.t, "button.prices", "prices"), go(talk.t, "button.brief", "brief")])


async def contact_left(talk: Talk, said: str) -> bool:
    """A phone or an address left without being asked for."""
    found = parse_contact(said).contact
    if not (found.phone or found.email):
        return False
    await brief.volunteer(talk, said)
    return True


def named(talk: Talk, meant: Understanding) -> tuple[Package, ...]:
    found = (talk.price_list.package(one) for one in meant.packages)
    return tuple(package for package in found if package is not None)


async def _human(talk: Talk, _: str) -> None:
    await handoff.person(talk)


async def _restart(talk: Talk, _: str) -> None:
    await welcome.restart(talk)


async def _cancel(talk: Talk, _: str) -> None:
    await welcome.cancel(talk)


async def _menu(talk: Talk, _: str) -> None:
    await welcome.menu(talk)


async def _callback(talk: Talk, said: str) -> None:
    await brief.begin(talk, "callback", said=said)


async def _offer(talk: Talk, _: str) -> None:
    await brief.offer(talk)


async def _meeting(talk: Talk, _: str) -> None:
    await brief.begin(talk, "meeting")


async def _paper(talk: Talk, _: str) -> None:
    await talk.say(await handoff.call(talk, "documents", key="handoff.documents"), handoff.options(talk), human=False)


async def _discount(talk: Talk, _: str) -> None:
    await objections.discount_asked(talk)


async def _elsewhere(talk: Talk, said: str) -> None:
    await objections.elsewhere(talk, said)


async def _expensive(talk: Talk, _: str) -> None:
    await objections.expensive(talk)


async def _think(talk: Talk, _: str) -> None:
    await objections.think(talk)


async def _guarantees(talk: Talk, said: str) -> None:
    await objections.guarantees(talk, said)


async def _cases(talk: Talk, said: str) -> None:
    await objections.cases(talk, said)


def _routed(key: str, question: str, source: str) -> Act:
    """Someone who does not come to buy is shown where to write; no lead is made of it."""

    async def route(talk: Talk, _: str) -> None:
        talk.first(talk.t(key))
        found = await knowledge.fact(talk, talk.t.plain(question), source=source)
        await talk.say(found or "", [go(talk.t, "button.menu", "menu")])

    return route


def _small(key: str, *buttons: tuple[str, str]) -> Act:
    async def answer(talk: Talk, _: str) -> None:
        talk.memory.unsure = False
        await talk.say(talk.t(key), [go(talk.t, label, to) for label, to in buttons])

    return answer


async def _greeting(talk: Talk, _: str) -> None:
    await welcome.greet(talk)


async def _is_bot(talk: Talk, _: str) -> None:
    talk.memory.met = True
    await talk.say(talk.t("small.is_bot", name=talk.name), knowledge.ways_on(talk))


async def _yes(talk: Talk, _: str) -> None:
    """Agreement with nothing asked: the nearest next step."""
    await (next_step(talk) if talk.memory.code else calculator.choose(talk))


ACTS: dict[Intent, Act] = {
    Intent.DELETE_DATA: privacy.confirm,
    Intent.UNSUBSCRIBE: privacy.unsubscribe,
    Intent.HUMAN: _human,
    Intent.RESTART: _restart,
    Intent.CANCEL: _cancel,
    Intent.BACK: _menu,
    Intent.EXISTING_CUSTOMER: _routed("routed.customer", "routed.customer_question", "support-sla"),
    Intent.JOB_SEEKER: _routed("routed.job", "routed.job_question", "company-contacts"),
    Intent.VENDOR_OFFER: _routed("routed.vendor", "routed.vendor_question", "company-contacts"),
    Intent.CALLBACK: _callback,
    Intent.MY_DOCUMENTS: _paper,
    Intent.INVOICE: _paper,
    Intent.CONTRACT: _paper,
    Intent.PAY: _paper,
    Intent.PROPOSAL: _offer,
    Intent.MEETING: _meeting,
    Intent.CHEAPER_ELSEWHERE: _elsewhere,
    Intent.DISCOUNT: _discount,
    Intent.EXPENSIVE: _expensive,
    Intent.THINK: _think,
    Intent.GUARANTEES: _guarantees,
    Intent.CASES: _cases,
}

SMALL_TALK: dict[Intent, Act] = {
    Intent.IS_BOT: _is_bot,
    Intent.DONT_KNOW: _small("small.dont_know", ("button.prices", "prices"), ("button.cases", "cases")),
    Intent.NO: _small("small.no", ("button.menu", "menu")),
    Intent.YES: _yes,
    Intent.BYE: _small("small.bye"),
    Intent.THANKS: _small("small.thanks", ("button.menu", "menu")),
    Intent.GREETING: _greeting,
    Intent.GIBBERISH: _small("small.gibberish", ("button.prices", "prices"), ("button.menu", "menu")),
}
"""Answers to what is no question; a question in the same message goes first."""


async def other(talk: Talk) -> None:
    """None of the topics offered: an honest no, and a person."""
    talk.memory.unsure = False
    await talk.say(talk.t("knowledge.unknown"), knowledge.ways_on(talk))

"""Questions, answered by the assistant when a model can, and word for word from the knowledge base when none can."""

from collections.abc import Sequence
from html import escape

from bot.assistant import facts
from bot.assistant.ask import Answer, Question
from bot.assistant.tools import Offer
from bot.keyboards import Ask, Button, Priced, go
from bot.sales.configuration import QuoteError
from bot.scenes import codes, knowledge, quote
from bot.scenes.wording import tied
from bot.talk import Talk
from bot.texts import Html
from kb.excerpt import excerpt
from kb.search import Verdict
from kb.split import SEPARATOR

QUOTED = 420
"""Characters of a passage that a source is shown with."""
COUNTED = frozenset({"money", "percent", "quantity"})
"""What an unbacked number may be so that the calculator is the better answer."""


async def answer(talk: Talk, said: str, *, extra: Sequence[Button] = (), hint: Html | None = None) -> None:
    """The whole answer to a question outside of any form; `extra` are the buttons of the service it was about, `hint`
    goes before the answer."""
    found = await _ask(talk, said)
    if found is None:
        plainly(talk)
    if hint is not None:
        talk.first(hint)
    if found is None:
        await knowledge.answer(talk, said, extra=extra)
        return
    talk.memory.unsure = False
    talk.memory.plainly = False
    if found.kind == "safe":
        await _safe(talk, said, found, extra)
        return
    if not found.text:
        await talk.say(talk.t("assistant.stopped"), extra or knowledge.ways_on(talk))
        return
    remember(talk, said, found)
    buttons = [*offers(talk, found.offers), *extra] or knowledge.ways_on(talk)
    if talk.memory.sources:
        buttons.append(go(talk.t, "button.sources", "sources"))
    await talk.say(Html(found.text), buttons)


async def passing(talk: Talk, said: str, *, asked: bool = True) -> Html | None:
    """A short answer in the middle of a form; None when there is none. Words that ask nothing are no matter for a
    model: they are more likely a clumsy answer to the form."""
    found = await _ask(talk, said, aside=True) if asked else None
    if found is not None and found.text:
        remember(talk, said, found)
        if not found.sources:
            return Html(found.text)
        return talk.t("knowledge.answer", text=Html(found.text), source=found.sources[0].title)
    quoted = await knowledge.passing(talk, said, asked=asked)
    if asked and quoted is not None and found is None:
        plainly(talk)
    return quoted


async def knows(talk: Talk, said: str) -> bool:
    """Whether a question can be answered here, by a model or by the articles."""
    assistant = talk.services.assistant
    if assistant is not None and assistant.able:
        return True
    return (await knowledge.look_up(talk, said)).verdict is Verdict.ANSWER


async def show_sources(talk: Talk) -> None:
    """What the last answer stands on."""
    if not talk.memory.sources:
        await talk.say(talk.t("assistant.no_sources"), knowledge.ways_on(talk))
        return
    parts = [
        talk.t("assistant.source", title=title, heading=_below(title, heading), text=tied(text))
        for title, heading, text in talk.memory.sources
    ]
    await talk.say(Html("\n\n".join(parts)), knowledge.ways_on(talk))


def _below(title: str, heading: str) -> Html:
    """The headings under the article's title, on a line of their own; nothing when there are none."""
    path = heading.removeprefix(title).removeprefix(SEPARATOR)
    return Html(f"<i>{escape(path)}</i>\n") if path else Html("")


async def _ask(talk: Talk, said: str, *, aside: bool = False) -> Answer | None:
    assistant = talk.services.assistant
    if assistant is None or not (assistant.able or talk.turn.kept("answer") is not None):
        return None
    contacts = await talk.services.leads.contacts(talk.client.id, talk.client.key)
    return await assistant.answer(
        Question(
            turn=talk.turn,
            bot=talk.channel.bot,
            said=said,
            language=talk.t.locale,
            aside=aside,
            drafts=talk.channel.drafts,
            state=await _state(talk),
            name=contacts.name or talk.client.name,
            phone=contacts.phone,
            email=contacts.email,
        )
    )


async def _state(talk: Talk) -> list[str]:
    """What stands in this talk: the last price and what is being counted."""
    lines: list[str] = []
    made = quote.current(talk)
    if made is not None:
        try:
            priced = quote.price(talk, made)
        except QuoteError:
            pass
        else:
            lines.append(
                facts.quote_sheet(priced, quote.term(talk.services.price_list, priced) if priced.total else "")
            )
    package = talk.services.price_list.package(talk.memory.package) if talk.memory.answers else None
    if package is not None:
        lines.append(f"Клиент сейчас отвечает на вопросы калькулятора по услуге «{package.title}».")
    return lines


async def _safe(talk: Talk, said: str, found: Answer, extra: Sequence[Button]) -> None:
    """What a model said may not be sent: the knowledge base says it instead, else the calculator or a person."""
    known = (await knowledge.look_up(talk, said)).verdict is Verdict.ANSWER
    if COUNTED & set(found.broken) and not known:
        await talk.say(
            talk.t("assistant.count"), extra or offers(talk, found.offers) or [go(talk.t, "button.prices", "prices")]
        )
        return
    await knowledge.answer(talk, said, extra=extra or offers(talk, found.offers))


def plainly(talk: Talk) -> None:
    """Say once that no model speaks now."""
    if not talk.memory.plainly:
        talk.memory.plainly = True
        talk.first(talk.t("assistant.none" if talk.services.assistant is None else "assistant.away"))


def remember(talk: Talk, said: str, found: Answer) -> None:
    """The sources behind the button, short enough for the position."""
    talk.memory.sources = [[one.title, one.heading, excerpt(one.text, said, QUOTED)] for one in found.sources]


def offers(talk: Talk, wanted: Sequence[Offer]) -> list[Button]:
    """The model's offers as buttons; a person is offered under every answer anyway."""
    made = [_button(talk, one) for one in wanted]
    return [button for button in made if button is not None]


def _button(talk: Talk, one: Offer) -> Button | None:
    t, price_list = talk.t, talk.price_list
    rev = codes.revision(price_list)
    configuration = one.configuration
    package = price_list.package(configuration.package) if configuration is not None else None
    if one.step in ("price", "proposal") and configuration is not None and package is not None:
        try:
            code = codes.encode(price_list, quote.price(talk, configuration).configuration)
        except QuoteError:
            return go(t, "button.count", "price", package.id)
        act, key = ("show", "button.show_price") if one.step == "price" else ("offer", "button.offer")
        return Button(t.plain(key), Priced(act=act, rev=rev, code=code))
    if one.step == "calculator":
        if package is None or configuration is None:
            return go(t, "button.prices", "prices")
        answers = codes.filled(package, configuration)
        if answers == codes.no_answers(package):
            return go(t, "button.count", "price", package.id)
        return Button(t.plain("button.count"), Ask(rev=rev, package=package.id, answers=answers))
    if one.step in ("brief", "call"):
        return go(t, f"button.{one.step}", one.step)
    return None

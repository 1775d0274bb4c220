"""The exact price in at most three questions, by buttons or in words; a question in between is answered in passing."""

from aiogram.fsm.scene import Scene, on
from aiogram.types import TelegramObject

from bot.filters import Words
from bot.keyboards import Ask, Button, Go
from bot.sales.price_model import Answer, Package, Question
from bot.scenes import aside, codes, handoff, quote
from bot.scenes.wording import DONT_KNOW, answer_options, price_range
from bot.talk import Talk
from bot.texts import Html
from bot.understand.answers import split_answer

SURE = 0.7
"""Below it, what was understood is repeated to the client."""
ANSWERS = 5
"""Buttons of answers at most, so that «Не знаю», the way back and a person still fit."""


class Calculator(Scene, state="calculator"):
    """Stands at the first open question of the package in memory."""

    @on.message.enter()
    @on.callback_query.enter()
    async def enter(self, _: TelegramObject, talk: Talk) -> None:
        await step(talk)

    @on.message(Words())
    async def answer(self, _: TelegramObject, talk: Talk, said: str) -> None:
        await hear(talk, said)


async def begin(talk: Talk, package: Package, answers: str = "") -> None:
    """Start, or go on, with this package; what is answered already is not asked."""
    talk.memory.package = package.id
    talk.memory.rev = codes.revision(talk.price_list)
    talk.memory.answers = answers or codes.no_answers(package)
    await talk.enter(Calculator)


async def choose(talk: Talk, packages: tuple[Package, ...] = ()) -> None:
    """Which service is it about?"""
    t = talk.t
    offered = packages or talk.price_list.packages
    lines = [t("price.line", title=package.title, range=_lower(price_range(package, t))) for package in offered]
    buttons = [Button(package.title, Go(to="price", arg=package.id)) for package in offered[:7]]
    key = "price.choose_some" if packages else "price.choose"
    await talk.say(t(key, lines=Html("\n".join(lines))), buttons)


async def step(talk: Talk) -> None:
    """The next open question, or the price."""
    price_list = talk.price_list
    package = price_list.package(talk.memory.package)
    pairs = codes.answered(package, talk.memory.answers) if package is not None else None
    if package is None or pairs is None:
        await talk.leave()
        talk.memory.answers = ""
        await choose(talk)
        return
    question = next((asked for asked, answer in pairs if answer is None), None)
    if question is not None:
        await ask(talk, package, question)
        return
    await talk.leave()
    notes = tuple(answer.note for _, answer in pairs if answer is not None and answer.note)
    configuration = codes.configuration_of(package, talk.memory.answers)
    talk.memory.answers = ""
    await quote.show(talk, configuration, notes=notes)


async def ask(talk: Talk, package: Package, question: Question) -> None:
    answers, rev = talk.memory.answers, talk.memory.rev
    given = [answer for answer in question.answers if answer.button][:ANSWERS]
    buttons = [
        Button(
            talk.t.plain("button.unknown") if answer is question.unknown else answer.title,
            Ask(rev=rev, package=package.id, answers=codes.with_answer(package, answers, question, answer)),
        )
        for answer in (*given, question.unknown)
    ]
    before = codes.without_last(answers, package.questions.index(question))
    if before is not None:
        buttons.append(Button(talk.t.plain("button.back"), Ask(rev=rev, package=package.id, answers=before)))
    await talk.say(talk.t("calculator.question", text=question.text), buttons)


async def press(talk: Talk, given: Ask) -> None:
    """A button of this or of any earlier question: it carries every answer up to it."""
    package = talk.price_list.package(given.package)
    if package is None or given.rev != codes.revision(talk.price_list):
        await outdated(talk, package)
        return
    await begin(talk, package, given.answers)


async def hear(talk: Talk, said: str) -> None:
    """An answer in words, a question in between, or both in one message."""
    package = talk.price_list.package(talk.memory.package)
    pairs = codes.answered(package, talk.memory.answers) if package is not None else None
    question = next((asked for asked, answer in pairs or [] if answer is None), None)
    if package is None or question is None:
        await step(talk)
        return
    match, rest = split_answer(said, answer_options(question))
    if match is None:
        if not await aside.take(talk, said, repeat=step, back=back):
            talk.first(talk.t("calculator.not_understood"))
            await step(talk)
        return
    answer = question.unknown if match.id == DONT_KNOW else question.answer(match.id) or question.unknown
    if match.certainty < SURE:
        talk.first(talk.t("calculator.understood", answer=answer.title))
    if answer.manager:
        await beyond(talk, package, answer)
        return
    talk.memory.answers = codes.with_answer(package, talk.memory.answers, question, answer)
    if rest and await aside.take(talk, rest, repeat=step, back=back):
        return
    await step(talk)


async def back(talk: Talk) -> None:
    """One question back; at the first one, the choice of a service."""
    package = talk.price_list.package(talk.memory.package)
    answers = talk.memory.answers
    at = answers.find(codes.OPEN)
    before = codes.without_last(answers, at if at >= 0 else len(answers))
    if package is None or before is None:
        await talk.leave()
        talk.memory.answers = ""
        await choose(talk)
        return
    talk.memory.answers = before
    await step(talk)


async def beyond(talk: Talk, package: Package, answer: Answer) -> None:
    """The price list ends here: a person counts further."""
    talk.first(talk.t("calculator.beyond", answer=answer.title))
    await talk.leave()
    text = await handoff.call(talk, "large")
    again = Ask(rev=talk.memory.rev, package=package.id, answers=talk.memory.answers)
    await talk.say(text, [Button(talk.t.plain("button.resume"), again)], human=False)


async def outdated(talk: Talk, package: Package | None) -> None:
    """A button made for an earlier price list."""
    if package is None:
        talk.first(talk.t("price.outdated"))
        await choose(talk)
        return
    again = Button(talk.t.plain("button.again"), Go(to="price", arg=package.id))
    await talk.say(talk.t("price.outdated_again", title=package.title), [again])


def _lower(text: Html) -> Html:
    return Html(text[:1].lower() + text[1:])

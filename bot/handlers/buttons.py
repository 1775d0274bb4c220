"""Buttons: they carry all they need, so that each works in any state and at any age."""

from collections.abc import Awaitable, Callable

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.handlers.last import stale
from bot.keyboards import Agree, Ask, Edit, Fill, Go, Press, Priced, Remind
from bot.sales.configuration import Configuration
from bot.scenes import (
    assisted,
    brief,
    calculator,
    codes,
    consult,
    editor,
    handoff,
    knowledge,
    objections,
    privacy,
    quote,
    welcome,
)
from bot.talk import Talk

Step = Callable[[Talk, str], Awaitable[None]]


async def ask(_: CallbackQuery, talk: Talk, press: Ask) -> None:
    await calculator.press(talk, press)


async def edit(_: CallbackQuery, talk: Talk, press: Edit) -> None:
    await talk.leave()
    await editor.press(talk, press)


async def fill(_: CallbackQuery, talk: Talk, press: Fill) -> None:
    await brief.press(talk, press)


async def agree(_: CallbackQuery, talk: Talk, press: Agree) -> None:
    await brief.agree(talk, press)


async def remind(_: CallbackQuery, talk: Talk, press: Remind) -> None:
    await objections.remind_on(talk, press.day)


async def priced(_: CallbackQuery, talk: Talk, press: Priced) -> None:
    """Something to do with a price, of today's price list or of an earlier one."""
    price_list = talk.price_list
    configuration = codes.decode(price_list, press.rev, press.code)
    act = ACTS.get(press.act)
    if configuration is None or act is None:
        await calculator.outdated(talk, price_list.package(press.code.split(".")[0]))
        return
    await talk.leave()
    await act(talk, configuration)


async def _show(talk: Talk, configuration: Configuration) -> None:
    await quote.show(talk, configuration, edit=True)


async def _confirm(talk: Talk, configuration: Configuration) -> None:
    await quote.keep(talk, quote.price(talk, configuration))
    await talk.say(await handoff.call(talk, "large"), handoff.options(talk), human=False)


ACTS: dict[str, Callable[[Talk, Configuration], Awaitable[None]]] = {
    "offer": brief.offer,
    "edit": editor.open_,
    "dear": objections.expensive,
    "discount": objections.discount,
    "think": objections.think,
    "show": _show,
    "confirm": _confirm,
}


async def go(query: CallbackQuery, talk: Talk, press: Go) -> None:
    step = STEPS.get(press.to)
    await (step(talk, press.arg) if step is not None else stale(query, talk))


async def _price(talk: Talk, package_id: str) -> None:
    package = talk.price_list.package(package_id)
    if package is None:
        await calculator.outdated(talk, None)
        return
    await consult.price_of(talk, package)


async def _brief(talk: Talk, _: str) -> None:
    await brief.begin(talk, "brief")


async def _call(talk: Talk, _: str) -> None:
    await brief.begin(talk, "meeting")


async def _process(talk: Talk, _: str) -> None:
    found = await knowledge.fact(talk, talk.t.plain("process.question"), source="project-stages")
    await talk.say(found or talk.t("knowledge.unknown"), welcome.ways(talk))


def _plain(step: Callable[[Talk], Awaitable[None]]) -> Step:
    async def run(talk: Talk, _: str) -> None:
        await step(talk)

    return run


STEPS: dict[str, Step] = {
    "human": _plain(handoff.person),
    "prices": _plain(calculator.choose),
    "price": _price,
    "menu": _plain(welcome.menu),
    "resume": _plain(welcome.resume),
    "restart": _plain(welcome.restart),
    "process": _process,
    "cases": _plain(objections.cases),
    "case": objections.case,
    "guarantees": _plain(objections.guarantees),
    "compare": _plain(objections.compare),
    "think": _plain(objections.think),
    "discount": _plain(objections.discount),
    "no_reminder": _plain(objections.no_reminder),
    "quiet": _plain(privacy.unsubscribe),
    "forget": _plain(privacy.forget),
    "keep": _plain(privacy.keep),
    "topic": knowledge.topic,
    "other": _plain(consult.other),
    "brief": _brief,
    "call": _call,
    "sources": _plain(assisted.show_sources),
}


def build() -> Router:
    router = Router(name="buttons")
    router.callback_query.register(ask, Press(Ask))
    router.callback_query.register(go, Press(Go))
    router.callback_query.register(priced, Press(Priced))
    router.callback_query.register(edit, Press(Edit))
    router.callback_query.register(fill, Press(Fill))
    router.callback_query.register(agree, Press(Agree))
    router.callback_query.register(remind, Press(Remind))
    return router

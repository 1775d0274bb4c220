"""How a talk begins, how it begins again when somebody comes back, and the ways on from anywhere."""

import base64
import binascii
from datetime import timedelta

import orjson

from bot.keyboards import Button, go
from bot.sales.configuration import Configuration, QuoteError, parse_configuration
from bot.sales.pricing import money
from bot.scenes import calculator, codes, quote
from bot.talk import Talk

AWAY = timedelta(hours=4)
"""After so long somebody who returns is asked whether to go on."""
PAYLOAD = "calc_"


async def start(talk: Talk, payload: str = "") -> None:
    """/start: with a configuration made in the calculator page, its price; else a greeting."""
    await talk.leave()
    configuration = read_payload(payload)
    if configuration is not None:
        try:
            quote.price(talk, configuration)
        except QuoteError:
            configuration = None
    if configuration is not None:
        talk.first(talk.t("start.priced"))
        await quote.show(talk, configuration)
        return
    await greet(talk, always=True)


async def greet(talk: Talk, *, always: bool = False) -> None:
    """Hello; to somebody who comes back, where they were."""
    away = talk.memory.seen and talk.now.timestamp() - talk.memory.seen > AWAY.total_seconds()
    if away and await comeback(talk):
        return
    t = talk.t
    if talk.memory.met and not always:
        await talk.say(t("start.hello_again"), ways(talk))
        return
    talk.memory.met = True
    await talk.say(t("start.hello", name=talk.name), ways(talk))


async def comeback(talk: Talk) -> bool:
    """«Продолжим расчёт на 286 000 ₽ или начнём заново?»; False when there is nothing to go on with."""
    t = talk.t
    draft = await talk.draft()
    amount = draft.total or draft.monthly
    if amount and draft.configuration:
        talk.memory.met = True
        text = t("start.comeback", sum=money(amount)) if draft.total else t("start.comeback_monthly", sum=money(amount))
    elif talk.memory.answers:
        text = t("start.comeback_form")
    else:
        return False
    await talk.say(text, [go(t, "button.continue", "resume"), go(t, "button.restart", "restart")])
    return True


async def resume(talk: Talk) -> None:
    """Go on where the client was: in the calculation, or with the last price."""
    package = talk.price_list.package(talk.memory.package)
    if talk.memory.answers and package is not None and codes.answered(package, talk.memory.answers) is not None:
        await calculator.begin(talk, package, talk.memory.answers)
        return
    await talk.leave()
    configuration = quote.current(talk) or await _kept(talk)
    if configuration is None:
        await calculator.choose(talk)
        return
    draft = await talk.draft()
    if draft.price_version and draft.price_version != talk.price_list.revision:
        talk.first(talk.t("price.recounted"))
    await quote.show(talk, configuration)


async def restart(talk: Talk) -> None:
    """Forget the calculation, keep the person."""
    await talk.leave()
    memory = talk.memory
    memory.package = memory.answers = memory.code = memory.rev = ""
    memory.brief, memory.unsure = {}, False
    talk.first(talk.t("start.restarted"))
    await calculator.choose(talk)


async def cancel(talk: Talk) -> None:
    """/cancel: out of the form; nothing is lost."""
    form = await talk.state.get_state()
    await talk.leave()
    talk.memory.unsure = False
    await talk.say(talk.t("start.cancelled" if form else "start.nothing_open"), ways(talk))


async def menu(talk: Talk) -> None:
    await talk.leave()
    await talk.say(talk.t("start.menu"), ways(talk))


async def help_(talk: Talk) -> None:
    await talk.say(talk.t("start.help"), ways(talk))


def ways(talk: Talk) -> list[Button]:
    """The ways on that are always there."""
    t = talk.t
    first = [go(t, "button.resume", "resume")] if talk.memory.code or talk.memory.answers else []
    return [
        *first,
        go(t, "button.prices", "prices"),
        go(t, "button.cases", "cases"),
        go(t, "button.process", "process"),
    ]


def read_payload(payload: str) -> Configuration | None:
    """The configuration inside «calc_…» (base64url of {"p": package, "o": options, "c": choices}); None if broken."""
    if not payload.startswith(PAYLOAD):
        return None
    packed = payload.removeprefix(PAYLOAD)
    try:
        data = orjson.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        if not isinstance(data, dict):
            return None
        return parse_configuration(
            {"package": data.get("p"), "options": data.get("o", {}), "choices": data.get("c", {})}
        )
    except (binascii.Error, ValueError, QuoteError):
        return None


async def _kept(talk: Talk) -> Configuration | None:
    """The configuration of the lead, when it can still be priced."""
    draft = await talk.draft()
    try:
        configuration = parse_configuration(draft.configuration)
        quote.price(talk, configuration)
    except QuoteError:
        return None
    return configuration

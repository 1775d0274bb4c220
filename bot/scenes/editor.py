"""«Изменить»: everything about a configuration that can be changed, counted again at each press in the same message."""

from bot.keyboards import LONGEST, Button, Edit, Priced
from bot.sales.configuration import Configuration, QuoteError
from bot.sales.price_model import Choice, Option
from bot.sales.pricing import Quote, money
from bot.scenes import calculator, codes, quote
from bot.scenes.wording import bare, counted
from bot.talk import Talk
from bot.texts import Html

ON_A_PAGE = 5
"""Parameters on a page when they do not all fit: three more buttons are the next page, «Готово» and a person."""
ALL_FIT = 6


async def open_(talk: Talk, configuration: Configuration) -> None:
    """The list in a message of its own."""
    priced = quote.price(talk, configuration)
    await talk.say(_text(talk, priced), _page(talk, priced.configuration, 0))


async def press(talk: Talk, given: Edit) -> None:
    """A change, or another page: the button carries the configuration as it is after the press."""
    configuration = codes.decode(talk.price_list, given.rev, given.code)
    if configuration is None:
        package = talk.price_list.package(given.code.split(".")[0])
        await calculator.outdated(talk, package)
        return
    try:
        priced = quote.price(talk, configuration)
    except QuoteError as error:
        await talk.say(talk.t("error.told", text=error.public), _page(talk, _known(talk), 0))
        return
    await quote.keep(talk, priced)
    parameters = _parameters(talk, priced.configuration)
    if given.at.startswith("p"):
        place = int(given.at[1:]) if given.at[1:].isdigit() else -1
        if 0 <= place < len(parameters):
            await talk.edit(_text(talk, priced), _values(talk, priced.configuration, place))
            return
    page = int(given.at) if given.at.isdigit() else 0
    await talk.edit(_text(talk, priced), _page(talk, priced.configuration, page))


def _text(talk: Talk, priced: Quote) -> Html:
    """The lines of the price and the choices that cost nothing, one under the other, and the sum."""
    t = talk.t
    lines = []
    for line in priced.lines:
        count = f" ×{line.quantity}" if line.quantity > 1 else ""
        lines.append(t("edit.line", title=f"{line.title}{count}", sum=bare(line.amount)))
    shown = {line.id for line in priced.lines}
    for choice in _choices(talk, priced.configuration):
        value = choice.value(priced.configuration.choices[choice.id])
        if choice.id not in shown and value is not None:
            lines.append(t("edit.choice", title=choice.line, value=_small(value.title)))
    key = "edit.once" if priced.total else "edit.monthly"
    total = t(key, sum=money(priced.total or priced.monthly), vat=quote.vat(priced, t))
    return t("edit.text", lines=Html("\n".join(lines)), total=total)


def _page(talk: Talk, configuration: Configuration, page: int) -> list[Button]:
    parameters = _parameters(talk, configuration)
    fits = len(parameters) <= ALL_FIT
    start = 0 if fits else page * ON_A_PAGE
    if start >= len(parameters):
        start, page = 0, 0
    shown = parameters if fits else parameters[start : start + ON_A_PAGE]
    buttons = [_parameter(talk, configuration, start + n, one, page) for n, one in enumerate(shown)]
    if not fits:
        last = start + ON_A_PAGE >= len(parameters)
        key = "button.first_page" if last else "button.next_page"
        buttons.append(_edit(talk, talk.t.plain(key), configuration, "0" if last else str(page + 1)))
    return [*buttons, _done(talk, configuration)]


def _parameters(talk: Talk, configuration: Configuration) -> list[Option | Choice]:
    """Options of the package, then the choices that apply to it."""
    package = talk.price_list.package(configuration.package)
    options = list(package.options) if package is not None else []
    return [*options, *_choices(talk, configuration)]


def _choices(talk: Talk, configuration: Configuration) -> list[Choice]:
    """The choices that bear on this price: the support term only on what is paid by the month, and on that alone."""
    package = talk.price_list.package(configuration.package)
    monthly = package is not None and package.period == "month"
    return [one for one in talk.price_list.choices if (one.applies == "month") == monthly]


def _parameter(talk: Talk, configuration: Configuration, place: int, one: Option | Choice, page: int) -> Button:
    t = talk.t
    if isinstance(one, Option):
        quantity = configuration.options.get(one.id, 0)
        if one.max == 1:
            key = "button.option_on" if quantity else "button.option_off"
            changed = _with_option(configuration, one, 0 if quantity else 1)
            return _edit(talk, t.plain(key, title=_capital(one.short)), changed, str(page))
        return _edit(talk, t.plain("button.option", title=_capital(one.short), n=quantity), configuration, f"p{place}")
    value = one.value(configuration.choices.get(one.id, one.values[0].id))
    label = _small(value.title) if value is not None else ""
    whole = t.plain("button.choice", title=one.line, value=label)
    return _edit(talk, whole if len(whole) <= LONGEST else one.line, configuration, f"p{place}")


def _values(talk: Talk, configuration: Configuration, place: int) -> list[Button]:
    """A stepper for an option, the values of a choice; then back to the list."""
    t = talk.t
    one = _parameters(talk, configuration)[place]
    at = f"p{place}"
    page = str(place // ON_A_PAGE) if len(_parameters(talk, configuration)) > ALL_FIT else "0"
    buttons: list[Button] = []
    if isinstance(one, Option):
        quantity = configuration.options.get(one.id, 0)
        if quantity > 0:
            buttons.append(_edit(talk, t.plain("button.less"), _with_option(configuration, one, quantity - 1), at))
        if quantity < one.max:
            buttons.append(_edit(talk, t.plain("button.more"), _with_option(configuration, one, quantity + 1), at))
        text = counted(quantity, one, t)
        buttons.append(_edit(talk, t.plain("button.counted", text=text), configuration, page))
    else:
        chosen = configuration.choices.get(one.id, one.values[0].id)
        for value in one.values[:5]:
            key = "button.value_on" if value.id == chosen else "button.value"
            choices = {**configuration.choices, one.id: value.id}
            changed = Configuration(configuration.package, configuration.options, choices)
            buttons.append(_edit(talk, t.plain(key, title=value.title), changed, at))
    return [*buttons, _edit(talk, t.plain("button.back"), configuration, page), _done(talk, configuration)]


def _with_option(configuration: Configuration, option: Option, quantity: int) -> Configuration:
    return Configuration(configuration.package, {**configuration.options, option.id: quantity}, configuration.choices)


def _edit(talk: Talk, label: str, configuration: Configuration, at: str) -> Button:
    price_list = talk.price_list
    return Button(label, Edit(rev=codes.revision(price_list), code=codes.encode(price_list, configuration), at=at))


def _done(talk: Talk, configuration: Configuration) -> Button:
    price_list = talk.price_list
    press = Priced(act="show", rev=codes.revision(price_list), code=codes.encode(price_list, configuration))
    return Button(talk.t.plain("button.done"), press)


def _known(talk: Talk) -> Configuration:
    """The last configuration that could be priced."""
    known = quote.current(talk)
    return known if known is not None else Configuration(talk.price_list.packages[0].id)


def _capital(text: str) -> str:
    """A capital at the beginning, unless it is a name such as amoCRM."""
    return text[:1].upper() + text[1:] if not text[:1].isascii() or text.split()[0].islower() else text


def _small(text: str) -> str:
    """Without a capital in the middle of a line, unless it is a name such as amoCRM."""
    return text if text[:1].isascii() or text[1:2].isupper() else text[:1].lower() + text[1:]

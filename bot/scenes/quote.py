"""The price of a configuration: shown the same way wherever it comes from, and kept on the lead each time."""

from dataclasses import asdict

from bot.keyboards import Button, Priced
from bot.sales.configuration import Configuration
from bot.sales.price_model import PriceList
from bot.sales.pricing import Quote, QuoteError, QuoteLine, money, quote
from bot.scenes import codes
from bot.scenes.wording import bare, day_of
from bot.talk import Talk
from bot.texts import Html, Translate


def price(talk: Talk, configuration: Configuration) -> Quote:
    """The price today, by the company's calendar; raises QuoteError."""
    return quote(talk.price_list, configuration, on=talk.today)


async def show(talk: Talk, configuration: Configuration, *, notes: tuple[str, ...] = (), edit: bool = False) -> None:
    """Say the price with everything that follows from it, and remember it."""
    priced = price(talk, configuration)
    await keep(talk, priced)
    text = describe(talk, priced, notes)
    if edit:
        await talk.edit(text, buttons(talk, priced))
    else:
        await talk.say(text, buttons(talk, priced))


async def keep(talk: Talk, priced: Quote) -> None:
    """The lead and the memory of the dialogue hold the price that was shown last."""
    price_list = talk.price_list
    talk.memory.rev = codes.revision(price_list)
    talk.memory.code = codes.encode(price_list, priced.configuration)
    draft = await talk.draft()
    draft.package = priced.configuration.package
    draft.configuration = asdict(priced.configuration)
    draft.total, draft.monthly, draft.price_version = priced.total, priced.monthly, priced.version
    if draft.stage == "talk":
        draft.stage = "priced"
    talk.save(draft)


def current(talk: Talk) -> Configuration | None:
    """The configuration shown last, when the price list has not changed since."""
    return codes.decode(talk.price_list, talk.memory.rev, talk.memory.code) if talk.memory.code else None


def describe(talk: Talk, priced: Quote, notes: tuple[str, ...] = ()) -> Html:
    """«286 000 ₽ разово, включая НДС 5 %: бот 120 000, сайт 35 000 … Срок 6 недель, цена действует до 6 декабря»."""
    t = talk.t
    monthly = not priced.total
    values = {
        "sum": money(priced.monthly if monthly else priced.total),
        "vat": vat(priced, t),
        "lines": ", ".join(line_of(line) for line in priced.lines),
        "until": day_of(priced.valid_until, t),
    }
    if monthly:
        paragraphs = [t("quote.monthly", **values)]
    else:
        values["term"] = term(talk.price_list, priced)
        paragraphs = [t("quote.manager" if priced.needs_manager else "quote.once", **values)]
    if notes:
        paragraphs.append(Html(" ".join(t("quote.note", text=note) for note in notes)))
    care = support(talk, priced)
    if care:
        paragraphs.append(care)
    return Html("\n\n".join(paragraphs))


def buttons(talk: Talk, priced: Quote) -> list[Button]:
    t = talk.t
    rev, code = codes.revision(talk.price_list), codes.encode(talk.price_list, priced.configuration)
    first = ("confirm", "button.confirm") if priced.needs_manager else ("offer", "button.offer")
    acts = (first, ("edit", "button.edit"), ("dear", "button.dear"))
    return [Button(t.plain(key), Priced(act=act, rev=rev, code=code)) for act, key in acts]


def line_of(line: QuoteLine) -> str:
    """«каталог 60 000», «документы ×3 60 000»."""
    count = f" ×{line.quantity}" if line.quantity > 1 else ""
    return f"{line.short}{count} {bare(line.amount)}"


def vat(priced: Quote, t: Translate) -> str:
    if priced.vat_rate is None:
        return t.plain("quote.vat_none")
    return t.plain("quote.vat", rate=priced.vat_rate)


def term(price_list: PriceList, priced: Quote) -> str:
    """«6 недель»: the value of the choice of urgency."""
    choice = price_list.choice("urgency")
    value = choice.value(priced.configuration.choices[choice.id]) if choice is not None else None
    return value.title if value is not None else ""


def support(talk: Talk, priced: Quote) -> Html | None:
    """What the optional monthly support would cost beside a project; for the support term chosen."""
    price_list = talk.price_list
    package = next((one for one in price_list.packages if one.period == "month"), None)
    if package is None or not priced.total:
        return None
    choice = next((one for one in price_list.choices if one.applies == "month"), None)
    chosen = {choice.id: priced.configuration.choices[choice.id]} if choice is not None else {}
    try:
        monthly = quote(price_list, Configuration(package.id, {}, chosen), on=priced.on).monthly
    except QuoteError:
        return None
    value = choice.value(chosen[choice.id]) if choice is not None else None
    if choice is None or value is None or value is choice.values[0]:
        return talk.t("quote.support", sum=money(monthly))
    return talk.t("quote.support_term", sum=money(monthly), term=value.title)

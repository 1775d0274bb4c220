"""The calculator: one pure function from a price list and a configuration to a quote whose lines add up exactly.

Once:  round_up((base + Σ option × quantity) × volume × urgency × integration, step), not below the minimum, − discount.
Month: (base + Σ option × quantity) × support term; never rounded, discounted or lifted to the minimum.

Every coefficient, the rounding, the minimum, the discount and added VAT are lines of their own. The product of the
coefficients is exact; a coefficient's line is the difference of two products rounded to kopecks, so the lines always
add up to the rounded product and no kopeck is lost however many coefficients there are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

from bot.sales.configuration import Configuration, QuoteError, Selection, check, parse_configuration
from bot.sales.price_model import Choice, Option, Period, PriceList, VatMode

__all__ = [
    "Configuration",
    "Discount",
    "Quote",
    "QuoteError",
    "QuoteLine",
    "Trimmed",
    "cheaper",
    "largest_discount",
    "money",
    "parse_configuration",
    "plural",
    "price_list_payload",
    "quote",
    "quote_payload",
]

LineKind = Literal["base", "option", "coefficient", "rounding", "minimum", "discount", "vat"]

NBSP = "\u00a0"
ONE = Decimal(1)
KOPECK = Decimal("0.01")
ZERO = Decimal("0.00")
_DIGITS = 60
"""Precision of every calculation here: enough for the largest price and twenty coefficients without loss."""


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount of a kind from the price list; without `percent`, the whole of what that kind allows."""

    kind: str
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line of a quote; `amount` is what adds up. `id` names the package, option, choice or discount behind it."""

    id: str
    kind: LineKind
    title: str
    short: str
    """As in a sentence: «каталог», «объём»."""
    quantity: int
    price: Decimal
    amount: Decimal
    period: Period


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced configuration. `total` is the sum of the lines paid once, `monthly` of those paid per month."""

    configuration: Configuration
    """With every choice filled in."""
    title: str
    lines: tuple[QuoteLine, ...]
    total: Decimal
    monthly: Decimal
    vat: Decimal
    """VAT contained in `total`; zero without VAT."""
    vat_monthly: Decimal
    vat_rate: int | None
    vat_mode: VatMode
    currency: str
    on: date
    valid_until: date
    version: str
    discount: Discount | None
    """The discount given, with its percent; None when there is none."""
    needs_manager: bool
    """Above the limit of automatic prices: show it as preliminary, a manager confirms it."""


def quote(price_list: PriceList, configuration: Configuration, *, on: date, discount: Discount | None = None) -> Quote:
    """The exact price on that day; raises QuoteError with a message per field."""
    selection = check(price_list, configuration)
    granted = _granted(price_list, selection, discount)
    package = selection.package
    rate, mode = price_list.vat.rate(on), price_list.vat.mode_on(on)
    with localcontext() as context:
        context.prec = _DIGITS
        lines = list(_priced(price_list, selection))
        listed = _sum(lines)
        if granted is not None:
            reduction = _discount_line(price_list, granted, listed)
            lines += reduction
            granted = granted if reduction else None
        net = _sum(lines)
        contained = _vat(net, rate, mode)
        if mode == "added" and contained:
            lines.append(_line("vat", "vat", f"НДС {_percent(Decimal(rate or 0))}", "НДС", contained, package.period))
        gross = _sum(lines)
    once = package.period == "once"
    return Quote(
        configuration=selection.configuration,
        title=package.title,
        lines=tuple(lines),
        total=gross if once else ZERO,
        monthly=ZERO if once else gross,
        vat=contained if once else ZERO,
        vat_monthly=ZERO if once else contained,
        vat_rate=rate,
        vat_mode=mode,
        currency=price_list.currency,
        on=on,
        valid_until=on + timedelta(days=price_list.limits.valid_days),
        version=price_list.revision,
        discount=granted,
        needs_manager=once and listed > price_list.limits.max_auto,
    )


def _priced(price_list: PriceList, selection: Selection) -> Iterator[QuoteLine]:
    """The lines by the price list alone, before a discount and added VAT."""
    package = selection.package
    yield _line(package.id, "base", package.title, package.short, package.base, package.period)
    exact = package.base
    for option, quantity in selection.options:
        amount = option.price * quantity
        exact += amount
        price, amount = _kopecks(option.price), _kopecks(amount)
        yield QuoteLine(option.id, "option", option.title, option.short, quantity, price, amount, package.period)
    shown = _kopecks(exact)
    for choice, value in selection.choices:
        if choice.applies != package.period or value.coefficient == ONE:
            continue
        exact *= value.coefficient
        percent = (value.coefficient - 1) * 100
        title = f"{choice.line}: {_lower_first(value.title)}, {'+' if percent > 0 else '−'}{_percent(abs(percent))}"
        yield _line(choice.id, "coefficient", title, choice.short, _kopecks(exact) - shown, package.period)
        shown = _kopecks(exact)
    if package.period == "month":
        return
    rounded = _round_up(exact, price_list.rounding)
    if rounded != shown:
        yield _line("rounding", "rounding", "Округление", "округление", rounded - shown, "once")
    if rounded < price_list.limits.min_once:
        lift = _kopecks(price_list.limits.min_once) - rounded
        yield _line("minimum", "minimum", "Минимальная стоимость проекта", "минимальная стоимость", lift, "once")


def _granted(price_list: PriceList, selection: Selection, discount: Discount | None) -> Discount | None:
    """The discount with its percent, checked against the limit of its kind; raises QuoteError."""
    if discount is None:
        return None
    kind = price_list.discount(discount.kind)
    if kind is None:
        raise QuoteError({"discount": "Такой скидки нет в прайсе."})
    allowed = min(kind.percent, price_list.limits.max_discount)
    percent = allowed if discount.percent is None else discount.percent
    if not percent.is_finite() or not 0 < percent <= allowed:
        raise QuoteError({"discount": f"{kind.title}: больше нуля и не больше {_percent(allowed)}."})
    if selection.package.period == "month":
        raise QuoteError({"discount": "Скидка действует на разовые работы; ежемесячную сумму снижает срок поддержки."})
    return Discount(discount.kind, percent)


def _discount_line(price_list: PriceList, granted: Discount, listed: Decimal) -> list[QuoteLine]:
    """The discount, cut where it would take the project below the smallest price."""
    kind = price_list.discount(granted.kind)
    percent = granted.percent or ZERO
    wanted = _kopecks(listed * percent / 100)
    possible = min(wanted, max(listed - _kopecks(price_list.limits.min_once), ZERO))
    title = f"{kind.title if kind else granted.kind}, {_percent(percent)}"
    if possible < wanted:
        title += ", до минимальной стоимости проекта"
    return [_line(granted.kind, "discount", title, "скидка", -possible, "once")] if possible else []


def largest_discount(price_list: PriceList, discounts: Iterable[Discount]) -> Discount | None:
    """Discounts do not add up: the largest one, None when there is none. Unknown kinds count only by their percent."""

    def percent(discount: Discount) -> Decimal:
        kind = price_list.discount(discount.kind)
        return discount.percent if discount.percent is not None else kind.percent if kind else ZERO

    return max(discounts, key=percent, default=None)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A cheaper configuration for «Дорого»: `without` says what was left out, each as «без каталога»."""

    configuration: Configuration
    without: tuple[str, ...]


def cheaper(price_list: PriceList, configuration: Configuration, *, most: int = 3) -> tuple[Trimmed, ...]:
    """Ever smaller scopes, each leaving out one more thing than the one before, and each really cheaper.

    The most expensive droppable option goes first; then coefficients marked droppable (urgency). Raises QuoteError.
    """
    found: list[Trimmed] = []
    left_out: tuple[str, ...] = ()
    selection = check(price_list, configuration)
    while len(found) < most:
        step = _first_cheaper(price_list, selection)
        if step is None:
            break
        selection, without = step
        left_out = (*left_out, without)
        found.append(Trimmed(selection.configuration, left_out))
    return tuple(found)


def _first_cheaper(price_list: PriceList, selection: Selection) -> tuple[Selection, str] | None:
    """The scope with one thing less: the first that may go, is not required by the rest, and lowers the price."""
    price = _listed(price_list, selection)
    for item in _droppable(selection):
        try:
            smaller = check(price_list, _without(selection.configuration, item))
        except QuoteError:
            continue
        if _listed(price_list, smaller) < price:
            return smaller, item.without
    return None


def _droppable(selection: Selection) -> list[Option | Choice]:
    options = [(option.price * quantity, option) for option, quantity in selection.options if option.droppable]
    options.sort(key=lambda pair: -pair[0])
    choices = [c for c, value in selection.choices if c.droppable and value.coefficient > 1]
    return [*(option for _, option in options), *choices]


def _without(configuration: Configuration, item: Option | Choice) -> Configuration:
    options = {key: n for key, n in configuration.options.items() if isinstance(item, Choice) or key != item.id}
    choices = {key: v for key, v in configuration.choices.items() if isinstance(item, Option) or key != item.id}
    return Configuration(configuration.package, options, choices)


def _listed(price_list: PriceList, selection: Selection) -> Decimal:
    with localcontext() as context:
        context.prec = _DIGITS
        return _sum(_priced(price_list, selection))


def price_list_payload(price_list: PriceList, on: date) -> dict[str, object]:
    """The answer of `GET /api/price-list`; money is a decimal string, the VAT rate is that of the day."""
    packages = [
        {
            "id": package.id,
            "title": package.title,
            "description": package.description,
            "price": _decimal(package.base),
            "period": package.period,
            "typical": [_decimal(end) for end in package.typical],
            "includes": list(package.includes),
            "options": [
                {"id": o.id, "title": o.title, "price": _decimal(o.price), "max": o.max, "note": o.note}
                for o in package.options
            ],
        }
        for package in price_list.packages
    ]
    choices = [
        {
            "id": choice.id,
            "title": choice.title,
            "applies": choice.applies,
            "values": [{"id": value.id, "title": value.title} for value in choice.values],
        }
        for choice in price_list.choices
    ]
    return {
        "version": price_list.revision,
        "currency": price_list.currency,
        "vat": {"mode": price_list.vat.mode_on(on), "rate": price_list.vat.rate(on)},
        "packages": packages,
        "choices": choices,
        "excludes": [[str(ref) for ref in refs] for refs in price_list.excludes],
        "requires": [{"what": str(r.what), "needs": [str(n) for n in r.needs]} for r in price_list.requires],
    }


def quote_payload(priced: Quote) -> dict[str, object]:
    """The answer of `POST /api/quote`; money is a decimal string with two digits, dates are ISO."""
    return {
        "total": _decimal(priced.total),
        "monthly": _decimal(priced.monthly),
        "vat": _decimal(priced.vat),
        "vat_monthly": _decimal(priced.vat_monthly),
        "vat_rate": priced.vat_rate,
        "vat_mode": priced.vat_mode,
        "currency": priced.currency,
        "lines": [
            {
                "title": line.title,
                "quantity": line.quantity,
                "price": _decimal(line.price),
                "amount": _decimal(line.amount),
                "period": line.period,
                "kind": line.kind,
            }
            for line in priced.lines
        ],
        "valid_until": priced.valid_until.isoformat(),
        "version": priced.version,
        "needs_manager": priced.needs_manager,
    }


def money(amount: Decimal) -> str:
    """«286 000 ₽» with no-break spaces, kopecks only when there are any, a real minus."""
    rounded = _kopecks(amount)
    whole, _, kopecks = f"{abs(rounded):,.2f}".replace(",", NBSP).partition(".")
    fraction = "" if kopecks == "00" else f",{kopecks}"
    return f"{'−' if rounded < 0 else ''}{whole}{fraction}{NBSP}₽"


def plural(number: int, forms: tuple[str, str, str]) -> str:
    """«3 канала»: the number with the right one of the three Russian forms (канал, канала, каналов)."""
    tens, ones = abs(number) % 100, abs(number) % 10
    few = 1 < ones < 5 and not 10 < tens < 20
    form = forms[0] if ones == 1 and tens != 11 else forms[1] if few else forms[2]
    return f"{number:,}".replace(",", NBSP) + NBSP + form


def _line(line_id: str, kind: LineKind, title: str, short: str, amount: Decimal, period: Period) -> QuoteLine:
    amount = _kopecks(amount)
    return QuoteLine(line_id, kind, title, short, 1, amount, amount, period)


def _sum(lines: Iterable[QuoteLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)


def _vat(net: Decimal, rate: int | None, mode: VatMode) -> Decimal:
    """VAT inside a sum that includes it, or on top of one that does not."""
    if not rate:
        return ZERO
    return _kopecks(net * rate / (100 + rate if mode == "included" else 100))


def _kopecks(amount: Decimal) -> Decimal:
    return amount.quantize(KOPECK, rounding=ROUND_HALF_UP)


def _round_up(amount: Decimal, step: Decimal) -> Decimal:
    return _kopecks((amount / step).to_integral_value(rounding=ROUND_CEILING) * step)


def _percent(value: Decimal) -> str:
    return f"{value.normalize():f}{NBSP}%".replace(".", ",")


def _decimal(amount: Decimal) -> str:
    return f"{_kopecks(amount):.2f}"


def _lower_first(title: str) -> str:
    """«До 5 000» inside a sentence; abbreviations and names (API, Telegram) keep their capital."""
    word = title.split(" ")[0]
    cyrillic = all("а" <= letter.lower() <= "я" or letter in "ёЁ" for letter in word)
    return title[:1].lower() + title[1:] if cyrillic and not word[1:].isupper() else title

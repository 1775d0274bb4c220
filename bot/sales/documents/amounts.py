"""Sums as documents write them: in figures, in words, split into parts that add up, with the line about VAT."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.sales.price_model import VatMode
from bot.sales.pricing import Quote

NBSP = "\u00a0"
LARGEST = Decimal("999999999999.99")
_KOPECK = Decimal("0.01")
_ROUBLES = ("рубль", "рубля", "рублей")
_KOPECKS = ("копейка", "копейки", "копеек")


@dataclass(frozen=True, slots=True)
class Sum:
    """Roubles with the VAT contained in them; `rate` is None without VAT (0 % is a rate)."""

    amount: Decimal
    vat: Decimal
    rate: int | None
    mode: VatMode

    @property
    def net(self) -> Decimal:
        return self.amount - self.vat


def of_quote(quote: Quote) -> Sum:
    """What a quote costs: once, or per month where the package is paid monthly."""
    if quote.total or not quote.monthly:
        return Sum(quote.total, quote.vat, quote.vat_rate, quote.vat_mode)
    return Sum(quote.monthly, quote.vat_monthly, quote.vat_rate, quote.vat_mode)


def in_words(amount: Decimal) -> str:
    """«двести восемьдесят шесть тысяч рублей 00 копеек»; ValueError below zero and above LARGEST."""
    from num2words import num2words  # 0.2 s: only for who writes a sum out

    rounded = amount.quantize(_KOPECK, rounding=ROUND_HALF_UP)
    if not 0 <= rounded <= LARGEST:
        raise ValueError(f"cannot write out {amount}")
    roubles, kopecks = int(rounded), int(rounded % 1 * 100)
    # the roubles as a plain number: num2words reads an int of a currency as kopecks
    words = num2words(roubles, lang="ru")
    return f"{words} {_form(roubles, _ROUBLES)} {kopecks:02d}{NBSP}{_form(kopecks, _KOPECKS)}"


def figures(amount: Decimal) -> str:
    """«286 000,00», always with kopecks, a real minus."""
    rounded = amount.quantize(_KOPECK, rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.2f}".replace(",", NBSP).replace(".", ",")
    return f"−{text}" if rounded < 0 else text


def vat_words(part: Sum, reason: str = "") -> str:
    """«в том числе НДС 5 %: 13 619,05 ₽», or «без НДС» with the reason the company gives."""
    if part.rate is None:
        return f"без{NBSP}НДС" + (f" {reason}" if reason else "")
    return f"в том числе НДС {part.rate}{NBSP}%: {figures(part.vat)}{NBSP}₽"


def parts(whole: Sum, percents: Sequence[int]) -> tuple[Sum, ...]:
    """The sum in parts of so many percent, in whole roubles but the last; sums and VAT add up to the kopeck.

    ValueError unless the percents are positive and make 100.
    """
    if sum(percents) != 100 or any(percent <= 0 for percent in percents):
        raise ValueError("parts of a sum must be positive and make 100 %")
    left, vat_left, found = whole.amount, whole.vat, []
    for percent in percents[:-1]:
        amount = min((whole.amount * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP), left)
        vat = (whole.vat * amount / (whole.amount or 1)).quantize(_KOPECK, rounding=ROUND_HALF_UP)
        found.append(Sum(amount, min(vat, vat_left), whole.rate, whole.mode))
        left, vat_left = left - amount, vat_left - found[-1].vat
    return (*found, Sum(left, vat_left, whole.rate, whole.mode))


def _form(number: int, forms: tuple[str, str, str]) -> str:
    tens, ones = number % 100, number % 10
    return forms[0] if ones == 1 and tens != 11 else forms[1] if 1 < ones < 5 and not 10 < tens < 20 else forms[2]

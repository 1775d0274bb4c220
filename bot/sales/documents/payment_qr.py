"""The payment QR code of ГОСТ Р 56042-2014 («ST00012»): what a bank's app reads from an invoice."""

from decimal import Decimal

import segno

from bot.company import Legal

_SEPARATORS = "|~^`@"
_LONGEST = {"Name": 160, "BankName": 45, "Purpose": 210}


def payment_text(legal: Legal, amount: Decimal, purpose: str) -> str:
    """The fields in UTF-8 («2»), the sum in kopecks; ValueError for a sum that is not positive or has no end."""
    kopecks = amount * 100
    if kopecks <= 0 or kopecks != kopecks.to_integral_value():
        raise ValueError(f"cannot be paid: {amount}")
    fields = {
        "Name": legal.short_name,
        "PersonalAcc": legal.bank.account,
        "BankName": legal.bank.name,
        "BIC": legal.bank.bik,
        "CorrespAcc": legal.bank.correspondent,
        "PayeeINN": legal.inn,
        "KPP": legal.kpp,
        "Sum": str(int(kopecks)),
        "Purpose": purpose,
    }
    values = {name: " ".join(value.split())[: _LONGEST.get(name, 50)] for name, value in fields.items() if value}
    # the standard lets any sign separate that stands in no value
    separator = next((sign for sign in _SEPARATORS if all(sign not in value for value in values.values())), "|")
    pairs = [f"{name}={value.replace(separator, ' ')}" for name, value in values.items()]
    return separator.join(["ST00012", *pairs])


def qr_svg(text: str) -> str:
    """The code as an inline SVG without a size of its own; error correction M."""
    code = segno.make(text, error="m", encoding="utf-8", micro=False, boost_error=False)
    return code.svg_inline(border=2, omitsize=True, dark="#000", light="#fff")

"""Receipts by 54-ФЗ: what they must hold beyond their shape, and that they come to the sum to the copeck."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.world import Json
from sandbox.yookassa.errors import invalid

COPECK = Decimal("0.01")
TOGETHER = ("full_prepayment", "full_payment")
"""The only modes that «Чеки от ЮKassa» know."""


def money(amount: Json) -> Decimal:
    return Decimal(amount["value"])


def amount(value: Decimal) -> Json:
    return {"value": f"{value:.2f}", "currency": "RUB"}


def total(items: list[Json]) -> Decimal:
    """The sum of price times quantity, each position rounded to the copeck."""
    return sum(
        ((money(i["amount"]) * Decimal(str(i["quantity"]))).quantize(COPECK, ROUND_HALF_UP) for i in items), Decimal()
    )


def check(receipt: Json | None, due: Decimal, *, required: bool) -> None:
    """Raises `Refused` when a receipt is missing where the shop needs one, or is not one for the sum `due`."""
    if receipt is None:
        if required:
            raise invalid("Receipt is missing or illegal", "receipt")
        return
    customer = receipt.get("customer") or {}
    if not customer.get("email"):
        raise invalid("Receipt is missing or illegal: customer.email is required", "receipt.customer.email")
    check_items(receipt["items"], "receipt.items")
    if total(receipt["items"]) != due:
        raise invalid("Receipt amount doesn't match the amount of the payment", "receipt.items")


def check_items(items: list[Json], where: str) -> None:
    for number, item in enumerate(items):
        if Decimal(str(item["quantity"])) % Decimal("0.001"):
            raise invalid("Quantity has more than three decimals", f"{where}.{number}.quantity")
        if not item.get("measure"):
            raise invalid("Missing required parameter: measure", f"{where}.{number}.measure")
        if item.get("payment_mode") not in TOGETHER:
            raise invalid("Unsupported payment_mode", f"{where}.{number}.payment_mode")
        if not item.get("payment_subject"):
            raise invalid("Missing required parameter: payment_subject", f"{where}.{number}.payment_subject")

"""What goes to ЮKassa and what comes back, as values: money is `Decimal` roubles, time is aware UTC.

Reading is tolerant: unknown fields are ignored, optional ones may be absent (the vendor's own samples omit some).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

from infra.errors import AppError

Json = dict[str, Any]
PaymentStatus = Literal["pending", "waiting_for_capture", "succeeded", "canceled"]
Mode = Literal["full_prepayment", "full_payment", "partial_prepayment", "advance", "partial_payment"]
COPECK = Decimal("0.01")


class Unreadable(AppError):
    """A whole answer that is not what the vendor's specification promises."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom the receipt is for: `email` is needed by «Чеки от ЮKassa»; `phone` is digits only, `79000000000`."""

    email: str
    phone: str = ""
    name: str = ""
    inn: str = ""

    def as_json(self) -> Json:
        body = {"email": self.email, "phone": "".join(filter(str.isdigit, self.phone)), "inn": self.inn}
        return {key: value for key, value in {**body, "full_name": self.name[:256]}.items() if value}


@dataclass(frozen=True, slots=True)
class ReceiptItem:
    """One position: `price` is that of one unit; `vat_code` as the vendor numbers the rates (1: without VAT)."""

    title: str
    price: Decimal
    vat_code: int
    quantity: Decimal = Decimal(1)
    mode: Mode = "full_payment"
    subject: str = "service"
    measure: str = "piece"

    @property
    def total(self) -> Decimal:
        return (self.price * self.quantity).quantize(COPECK, ROUND_HALF_UP)

    def as_json(self) -> Json:
        whole = self.quantity == self.quantity.to_integral_value()
        return {
            "description": " ".join(self.title.split())[:128],
            "quantity": int(self.quantity) if whole else float(self.quantity),
            "amount": amount(self.price),
            "vat_code": self.vat_code,
            "payment_mode": self.mode,
            "payment_subject": self.subject,
            "measure": self.measure,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt by 54-ФЗ; its positions must come to the sum paid, to the copeck."""

    customer: Customer
    items: tuple[ReceiptItem, ...]
    tax_system: int | None = None

    @property
    def total(self) -> Decimal:
        return sum((item.total for item in self.items), Decimal())

    def as_json(self) -> Json:
        body: Json = {
            "customer": self.customer.as_json(),
            "items": [item.as_json() for item in self.items],
            "internet": True,
        }
        return body | ({"tax_system_code": self.tax_system} if self.tax_system else {})


@dataclass(frozen=True, slots=True)
class Payment:
    """`refunded` is what refunds have given back; `url` is where the person pays, only while it is pending."""

    id: str
    status: PaymentStatus
    amount: Decimal
    currency: str
    paid: bool
    test: bool
    created_at: datetime
    captured_at: datetime | None = None
    expires_at: datetime | None = None
    refunded: Decimal = Decimal()
    refundable: bool = False
    url: str = ""
    description: str = ""
    method: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    canceled_by: str = ""
    cancel_reason: str = ""
    receipt: str = ""
    """pending, succeeded, canceled, or empty without one."""

    @property
    def final(self) -> bool:
        return self.status in ("succeeded", "canceled")


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    payment: str
    status: Literal["pending", "succeeded", "canceled"]
    amount: Decimal
    created_at: datetime
    canceled_by: str = ""
    cancel_reason: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A receipt as the tax service's operator has it; the fiscal numbers are empty until it succeeded."""

    id: str
    kind: Literal["payment", "refund"]
    about: str
    status: Literal["pending", "succeeded", "canceled"]
    document: str = ""
    storage: str = ""
    attribute: str = ""
    registered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    id: str
    enabled: bool
    test: bool
    needs_receipts: bool


def amount(value: Decimal) -> Json:
    """Raises ValueError for a sum that is not of whole copecks: it must never be rounded on the way."""
    exact = value.quantize(COPECK)
    if exact != value:
        raise ValueError("a sum of money has parts of a copeck")
    return {"value": f"{exact:.2f}", "currency": "RUB"}


def payment(body: Json) -> Payment:
    """Raises `Unreadable`."""
    try:
        canceled = body.get("cancellation_details") or {}
        return Payment(
            id=_text(body, "id"),
            status=_one_of(body, "status", "pending", "waiting_for_capture", "succeeded", "canceled"),
            amount=_money(body["amount"]),
            currency=str(body["amount"]["currency"]),
            paid=body.get("paid") is True,
            test=body.get("test") is True,
            created_at=_time(body["created_at"]),
            captured_at=_time(body["captured_at"]) if body.get("captured_at") else None,
            expires_at=_time(body["expires_at"]) if body.get("expires_at") else None,
            refunded=_money(body["refunded_amount"]) if body.get("refunded_amount") else Decimal(),
            refundable=body.get("refundable") is True,
            url=str((body.get("confirmation") or {}).get("confirmation_url", "")),
            description=str(body.get("description") or ""),
            method=str((body.get("payment_method") or {}).get("type", "")),
            metadata={str(key): str(value) for key, value in (body.get("metadata") or {}).items()},
            canceled_by=str(canceled.get("party", "")),
            cancel_reason=str(canceled.get("reason", "")),
            receipt=str(body.get("receipt_registration") or ""),
        )
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        raise Unreadable(f"yookassa: a payment cannot be read, {type(error).__name__}") from None


def refund(body: Json) -> Refund:
    """Raises `Unreadable`."""
    try:
        canceled = body.get("cancellation_details") or {}
        return Refund(
            id=_text(body, "id"),
            payment=_text(body, "payment_id"),
            status=_one_of(body, "status", "pending", "succeeded", "canceled"),
            amount=_money(body["amount"]),
            created_at=_time(body["created_at"]),
            canceled_by=str(canceled.get("party", "")),
            cancel_reason=str(canceled.get("reason", "")),
        )
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        raise Unreadable(f"yookassa: a refund cannot be read, {type(error).__name__}") from None


def registered(body: Json) -> Registered:
    """Raises `Unreadable`."""
    try:
        kind: Literal["payment", "refund"] = "refund" if body.get("refund_id") else "payment"
        return Registered(
            id=_text(body, "id"),
            kind=kind,
            about=_text(body, f"{kind}_id"),
            status=_one_of(body, "status", "pending", "succeeded", "canceled"),
            document=str(body.get("fiscal_document_number") or ""),
            storage=str(body.get("fiscal_storage_number") or ""),
            attribute=str(body.get("fiscal_attribute") or ""),
            registered_at=_time(body["registered_at"]) if body.get("registered_at") else None,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unreadable(f"yookassa: a receipt cannot be read, {type(error).__name__}") from None


def shop(body: Json) -> Shop:
    """Raises `Unreadable`."""
    try:
        fiscal = body.get("fiscalization") or {}
        needs = bool(fiscal.get("enabled", body.get("fiscalization_enabled", False)))
        return Shop(str(body["account_id"]), body.get("status") == "enabled", body.get("test") is True, needs)
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"yookassa: the shop cannot be read, {type(error).__name__}") from None


def _text(body: Json, name: str) -> str:
    value = body[name]
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value


def _one_of(body: Json, name: str, *known: str) -> Any:
    if body[name] not in known:
        raise ValueError(name)
    return body[name]


def _money(body: Json) -> Decimal:
    value = Decimal(str(body["value"]))
    if not value.is_finite():
        raise ValueError("amount")
    return value


def _time(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)

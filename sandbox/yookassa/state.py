"""What stands at the vendor: payments, refunds and receipts as records, and how they look in an answer."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import uuid4

from sandbox.world import Json
from sandbox.yookassa.receipts import amount

Outcome = Literal["succeeded", "canceled"]


def stamp(at: datetime) -> str:
    """As the vendor writes a time: UTC with milliseconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


@dataclass(slots=True)
class Payment:
    """Money is roubles; `refunded` counts refunds that succeeded or are on their way."""

    id: str
    shop: str
    test: bool
    due: Decimal
    created_at: datetime
    confirm_until: datetime
    capture: bool
    request: Json
    page: str
    status: str = "pending"
    captured_at: datetime | None = None
    hold_until: datetime | None = None
    refunded: Decimal = Decimal()
    canceled: Json | None = None
    receipt: Json | None = None

    @property
    def method(self) -> str:
        return str((self.request.get("payment_method_data") or {}).get("type", "bank_card"))

    @property
    def final(self) -> bool:
        return self.status in ("succeeded", "canceled")

    def as_json(self) -> Json:
        paid = self.status in ("waiting_for_capture", "succeeded")
        body: Json = {
            "id": self.id,
            "status": self.status,
            "amount": amount(self.due),
            "recipient": {"account_id": self.shop, "gateway_id": "100700"},
            "created_at": stamp(self.created_at),
            "test": self.test,
            "paid": paid,
            "refundable": self.status == "succeeded" and self.refunded < self.due,
            "metadata": self.request.get("metadata", {}),
        }
        if "description" in self.request:
            body["description"] = self.request["description"]
        if "merchant_customer_id" in self.request:
            body["merchant_customer_id"] = self.request["merchant_customer_id"]
        if paid:
            body["payment_method"] = {"type": self.method, "id": self.id, "saved": False, "status": "inactive"}
            if self.method == "bank_card":
                card = {"first6": "555555", "last4": "4477", "expiry_month": "12", "expiry_year": "2030"}
                body["payment_method"] |= {"title": "Bank card *4477", "card": {**card, "card_type": "MasterCard"}}
            body["authorization_details"] = {"rrn": "10000000000", "auth_code": "000000"}
        if self.status == "pending" and "confirmation" in self.request:
            body["confirmation"] = self._confirmation()
        if self.status == "waiting_for_capture" and self.hold_until:
            body["expires_at"] = stamp(self.hold_until)
        if self.captured_at:
            body |= {"captured_at": stamp(self.captured_at), "refunded_amount": amount(self.refunded)}
            body["income_amount"] = amount((self.due * Decimal("0.965")).quantize(Decimal("0.01")))
        if self.canceled:
            body["cancellation_details"] = self.canceled
        if self.receipt:
            states = {"succeeded": "succeeded", "canceled": "canceled"}
            body["receipt_registration"] = states.get(self.status, "pending")
        return body

    def _confirmation(self) -> Json:
        asked = self.request["confirmation"]
        if asked["type"] == "redirect":
            return {"type": "redirect", "return_url": asked["return_url"], "confirmation_url": self.page}
        if asked["type"] == "qr":
            return {"type": "qr", "confirmation_data": self.page}
        return {"type": "embedded", "confirmation_token": f"ct-{self.id[:24]}"}


@dataclass(slots=True)
class Refund:
    id: str
    payment: str
    value: Decimal
    created_at: datetime
    request: Json
    status: str = "succeeded"
    canceled: Json | None = None

    def as_json(self) -> Json:
        body: Json = {
            "id": self.id,
            "payment_id": self.payment,
            "status": self.status,
            "created_at": stamp(self.created_at),
            "amount": amount(self.value),
            "metadata": self.request.get("metadata", {}),
        }
        if "description" in self.request:
            body["description"] = self.request["description"]
        if "receipt" in self.request:
            body["receipt_registration"] = self.status
        if self.canceled:
            body["cancellation_details"] = self.canceled
        return body


@dataclass(slots=True)
class Receipt:
    """A registered receipt: the one that came with a payment or a refund, or a second one."""

    id: str
    kind: str
    about: str
    items: list[Json]
    settlements: list[Json]
    customer: Json
    registered_at: datetime
    number: int

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "type": self.kind,
            f"{self.kind}_id": self.about,
            "status": "succeeded",
            "fiscal_document_number": str(self.number),
            "fiscal_storage_number": "9288000100115785",
            "fiscal_attribute": f"{2617603921 + self.number}",
            "registered_at": stamp(self.registered_at),
            "fiscal_provider_id": str(uuid4()),
            "items": self.items,
            "settlements": self.settlements,
        }


@dataclass(slots=True)
class Books:
    """Everything at one vendor, oldest first; ids are those of the vendor's form."""

    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)


def new_id(prefix: str = "") -> str:
    """`22d6d597-000f-5000-9000-145f6df21d6f`; refunds and payments 36 characters, receipts 39 with `rt-`."""
    raw = uuid4().hex
    return f"{prefix}{raw[:8]}-000f-5000-{raw[12:16]}-{raw[16:28]}"

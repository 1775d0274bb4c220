"""What a notification claims. It is not signed: act only on what `YooKassa.payment` then answers.

The official SDK knows the events and the addresses that they come from.
"""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Literal

from adapters.yookassa.models import Json, Unreadable

DOCUMENTED = ip_network("2a02:5180::/32")
"""The documentation allows the whole network, the SDK only four parts of it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`id` is that of the payment or refund to fetch; `payment` is the payment it is about."""

    event: str
    kind: Literal["payment", "refund"]
    id: str
    payment: str


def read(body: Any) -> Notice | None:
    """The claim in a body; None for an event that is none of ours (payouts, deals). Raises `Unreadable`."""
    from yookassa.domain.notification import WebhookNotificationEventType as Event

    if not isinstance(body, dict) or body.get("type") != "notification" or not isinstance(body.get("object"), dict):
        raise Unreadable("yookassa: not a notification")
    event, about = str(body.get("event", "")), body["object"]
    if event in (Event.PAYMENT_SUCCEEDED, Event.PAYMENT_CANCELED, Event.PAYMENT_WAITING_FOR_CAPTURE):
        name = _id(about, "id")
        return Notice(event, "payment", name, name)
    if event == Event.REFUND_SUCCEEDED:
        return Notice(event, "refund", _id(about, "id"), _id(about, "payment_id"))
    return None


def sent_from(address: str) -> bool:
    """Whether an address is one of the vendor's own, as the SDK and the documentation list them."""
    from yookassa.domain.common import SecurityHelper

    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return ip in DOCUMENTED or bool(SecurityHelper().is_ip_trusted(str(ip)))


def _id(about: Json, name: str) -> str:
    value = about.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise Unreadable("yookassa: a notification without an id")
    return value

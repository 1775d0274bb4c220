"""The client of ЮKassa: every change goes with the caller's idempotency key and is repeated with it until it is known.

Not over the official SDK: that one is synchronous, waits without a limit, keeps its credentials for the whole process
and answers a lost connection with an AttributeError. The SDK referees the simulated vendor in the tests instead, and
serves `notices`.
"""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeVar
from urllib.parse import quote

import orjson

from adapters.outside import Breaker, LeftAlone, Outside, Reply
from adapters.yookassa import models
from adapters.yookassa.models import Json, Payment, PaymentStatus, Receipt, Refund, Registered, Shop
from infra.errors import OutcomeUnknown, VendorDown, VendorError, VendorRefused

VENDOR = "yookassa"
REAL = "https://api.yookassa.ru/v3"
SECONDS = 10.0
"""All attempts of one change together."""
ATTEMPT = 6.0
"""One request."""
FIRST_PAUSE, LONGEST_PAUSE = 0.3, 3.0
BEFORE_THE_KEY = (401, 403, 405, 415, 429)
"""Refusals given before the key is looked at: they say nothing of an earlier attempt."""

T = TypeVar("T")


class YooKassaRefused(VendorRefused):
    """`code` and `parameter` are the vendor's: `invalid_request`, `receipt.items`."""

    def __init__(self, detail: str, *, status: int, code: str, parameter: str = "") -> None:
        super().__init__(VENDOR, detail)
        self.status = status
        self.code = code
        self.parameter = parameter


class YooKassa:
    """One shop. `base` is the address of the interface, with `/v3`; `seconds` the deadline of every call."""

    def __init__(
        self,
        shop_id: str,
        secret_key: str,
        *,
        base: str = REAL,
        seconds: float = SECONDS,
        attempt: float = ATTEMPT,
        breaker: Breaker | None = None,
    ) -> None:
        pair = base64.b64encode(f"{shop_id}:{secret_key}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/json"}
        self._http = Outside(VENDOR, headers=headers, breaker=breaker)
        self._base = base.rstrip("/")
        self._seconds = seconds
        self._attempt = attempt

    async def close(self) -> None:
        await self._http.close()

    async def shop(self) -> Shop:
        """Whose key this is, whether it is a test shop, whether receipts are needed."""
        return await self._get("/me", "me", models.shop)

    async def create_payment(
        self,
        key: str,
        amount: Decimal,
        *,
        return_url: str,
        description: str = "",
        metadata: Mapping[str, str] | None = None,
        receipt: Receipt | None = None,
        capture: bool = True,
    ) -> Payment:
        """A payment with a link to pay by. `description` is cut to 128 characters; ≤ 16 keys of `metadata`.

        The same `key` with the same arguments is the same payment for 24 hours. ValueError when the receipt does not
        come to the amount; VendorDown, YooKassaRefused, OutcomeUnknown.
        """
        _fits(receipt, amount)
        body: Json = {
            "amount": models.amount(amount),
            "capture": capture,
            "confirmation": {"type": "redirect", "return_url": return_url},
            "metadata": dict(metadata or {}),
        }
        if description:
            body["description"] = description[:128]
        if receipt:
            body["receipt"] = receipt.as_json()
        return await self._change("/payments", "create_payment", key, body, models.payment)

    async def payment(self, payment_id: str) -> Payment:
        """As it stands at the vendor: the only thing to believe after a notification. YooKassaRefused `not_found`."""
        return await self._get(f"/payments/{_part(payment_id)}", "payment", models.payment)

    async def capture(
        self, key: str, payment_id: str, *, amount: Decimal | None = None, receipt: Receipt | None = None
    ) -> Payment:
        """Take what is held, or a part of it (then with a receipt for the part, where receipts are needed)."""
        body: Json = {"amount": models.amount(amount)} if amount is not None else {}
        if receipt:
            if amount is not None:
                _fits(receipt, amount)
            body["receipt"] = receipt.as_json()
        return await self._change(f"/payments/{_part(payment_id)}/capture", "capture", key, body, models.payment)

    async def cancel(self, key: str, payment_id: str) -> Payment:
        """Let go what is held; a payment nobody has paid yet cannot be cancelled, it expires by itself."""
        return await self._change(f"/payments/{_part(payment_id)}/cancel", "cancel", key, {}, models.payment)

    async def payments(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        by: Literal["created_at", "captured_at"] = "created_at",
        status: PaymentStatus | None = None,
    ) -> AsyncIterator[Payment]:
        """All of them, newest first, page by page: for the reconciliation."""
        params = {f"{by}.gte": _stamp(since), f"{by}.lt": _stamp(until), "status": status or ""}
        async for one in self._list("/payments", "payments", models.payment, params):
            yield one

    async def refund(
        self, key: str, payment_id: str, amount: Decimal, *, description: str = "", receipt: Receipt | None = None
    ) -> Refund:
        """Give back all or a part. ValueError when the receipt does not come to the amount."""
        _fits(receipt, amount)
        body: Json = {"payment_id": payment_id, "amount": models.amount(amount)}
        if description:
            body["description"] = description[:250]
        if receipt:
            body["receipt"] = receipt.as_json()
        return await self._change("/refunds", "refund", key, body, models.refund)

    async def refund_by_id(self, refund_id: str) -> Refund:
        return await self._get(f"/refunds/{_part(refund_id)}", "refund_by_id", models.refund)

    async def refunds(
        self, *, payment_id: str = "", since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[Refund]:
        """Newest first; of one payment when it is given."""
        params = {"payment_id": payment_id, "created_at.gte": _stamp(since), "created_at.lt": _stamp(until)}
        async for one in self._list("/refunds", "refunds", models.refund, params):
            yield one

    async def second_receipt(self, key: str, payment_id: str, receipt: Receipt) -> Registered:
        """The receipt for what was prepaid and is now rendered: the prepayment is set off in full."""
        body = receipt.as_json() | {
            "type": "payment",
            "payment_id": payment_id,
            "settlements": [{"type": "prepayment", "amount": models.amount(receipt.total)}],
            "send": True,
        }
        return await self._change("/receipts", "second_receipt", key, body, models.registered)

    async def receipts(self, payment_id: str) -> list[Registered]:
        """Every receipt of a payment, newest first."""
        params = {"payment_id": payment_id}
        return [one async for one in self._list("/receipts", "receipts", models.registered, params)]

    async def _list(
        self, path: str, operation: str, read: Callable[[Json], T], params: Mapping[str, str]
    ) -> AsyncIterator[T]:
        query = {name: value for name, value in params.items() if value} | {"limit": "100"}
        while True:
            found, cursor = await self._get(path, operation, lambda body: _page(body, read), query)
            for one in found:
                yield one
            if not cursor:
                return
            query["cursor"] = cursor

    async def _get(
        self, path: str, operation: str, read: Callable[[Json], T], params: Mapping[str, str] | None = None
    ) -> T:
        """What stands there. VendorDown after some attempts, YooKassaRefused."""
        end = time.monotonic() + self._seconds
        pause = FIRST_PAUSE
        while True:
            try:
                reply = await self._http.ask(
                    "GET", self._base + path, operation=operation, seconds=self._left(end), params=params
                )
                return _read(reply, operation, read, VendorDown)
            except LeftAlone:
                raise
            except VendorDown:
                if end - time.monotonic() <= pause:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _change(self, path: str, operation: str, key: str, body: Json, read: Callable[[Json], T]) -> T:
        """Repeated with the same key and body until the vendor says what came of it, or the time is over."""
        data = orjson.dumps(body)
        end = time.monotonic() + self._seconds
        pause, lost = FIRST_PAUSE, False
        while True:
            try:
                reply = await self._http.ask(
                    "POST",
                    self._base + path,
                    operation=operation,
                    seconds=self._left(end),
                    headers={"Idempotence-Key": key},
                    data=data,
                    changes=True,
                )
                return _read(reply, operation, read, OutcomeUnknown)
            except YooKassaRefused as refused:
                if lost and refused.status in BEFORE_THE_KEY:
                    raise _unknown(operation, refused) from None
                raise
            except (VendorDown, OutcomeUnknown) as failure:
                lost = lost or isinstance(failure, OutcomeUnknown)
                if isinstance(failure, LeftAlone) or end - time.monotonic() <= pause:
                    if lost and not isinstance(failure, OutcomeUnknown):
                        raise _unknown(operation, failure) from None
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _left(self, end: float) -> float:
        """Seconds for the next request; never 0, which would mean no limit."""
        return max(0.1, min(self._attempt, end - time.monotonic()))


def _unknown(operation: str, then: VendorError) -> OutcomeUnknown:
    return OutcomeUnknown(VENDOR, f"{operation}: an answer was lost, then {then}")


def _read(
    reply: Reply, operation: str, read: Callable[[Json], T], unclear: type[VendorDown] | type[OutcomeUnknown]
) -> T:
    """The value in an answer; an answer that cannot be understood is `unclear`. YooKassaRefused, VendorDown for 429."""
    if reply.status == 200 and reply.body is not None:
        try:
            return read(reply.body)
        except models.Unreadable as error:
            raise unclear(VENDOR, f"{operation}: {error}") from None
    body = reply.body or {}
    if reply.status == 429:
        raise VendorDown(VENDOR, f"{operation}: 429, too many requests")
    if 400 <= reply.status < 500 and body.get("type") == "error":
        code, parameter = str(body.get("code", "")), str(body.get("parameter") or "")
        # the description is left out: it may quote what was sent
        detail = f"{operation}: {reply.status} {code}{' at ' + parameter if parameter else ''}"
        raise YooKassaRefused(detail, status=reply.status, code=code, parameter=parameter)
    what = "processing" if reply.status == 202 else "unreadable" if reply.body is None else "failed"
    raise unclear(VENDOR, f"{operation}: {reply.status}, {what}")


def _page(body: Json, read: Callable[[Json], T]) -> tuple[list[T], str]:
    items = body.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise models.Unreadable("yookassa: a list cannot be read")
    return [read(item) for item in items], str(body.get("next_cursor") or "")


def _fits(receipt: Receipt | None, amount: Decimal) -> None:
    if receipt is not None and receipt.total != amount:
        raise ValueError(f"the receipt comes to {receipt.total}, not to {amount}")


def _part(value: str) -> str:
    """An id inside a path: it may come from outside, in a forged notification."""
    if not value or len(value) > 64 or value in (".", ".."):
        raise YooKassaRefused("an impossible id", status=404, code="not_found")
    return quote(value, safe="")


def _stamp(at: datetime | None) -> str:
    return at.isoformat(timespec="milliseconds") if at else ""

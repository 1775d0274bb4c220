"""The simulated ЮKassa as a vendor: its routes, its key, its idempotency, its faults, and people at the pay page."""

import base64
import binascii
import hmac
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from sandbox.faults import Fault, Handler
from sandbox.http import answer, read_body
from sandbox.llm.shapes import Problem, Shape
from sandbox.world import Json, Refusal, Vendor, World
from sandbox.yookassa import lists, page, shapes
from sandbox.yookassa.errors import Refused, invalid, processing, worded
from sandbox.yookassa.keys import Keys
from sandbox.yookassa.notify import SECONDS, Notifier
from sandbox.yookassa.shop import Shop
from sandbox.yookassa.state import Payment

KEPT = 5_000
BODY = 1_000_000
Act = Callable[[web.Request, Json, str], Json]
_PAYMENT_FIELDS = frozenset({"status", "payment_method"})
_REFUND_FIELDS = frozenset({"status", "payment_id"})
_RECEIPT_FIELDS = frozenset({"status", "payment_id", "refund_id"})


class YooKassa(Vendor):
    name = "yookassa"
    prefix = "/yookassa"
    quiet = frozenset({"pay"})
    modes = frozenset({"processing", "lost", "limit"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.notifier = Notifier(world, world.settings.yookassa_webhook)
        self.shop = Shop(world, self.notifier)
        self.keys = Keys()
        self.requests: deque[Json] = deque(maxlen=KEPT)

    def reset(self) -> None:
        """The shop's own settings in the cabinet stay: the address for notifications, the need of receipts."""
        needs, self.shop = self.shop.needs_receipts, Shop(self.world, self.notifier)
        self.shop.needs_receipts = needs
        self.keys.forget()
        self.requests.clear()
        self.notifier.forget()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as http:
            self.notifier.http = http
            self.world.tasks.keep("yookassa expiry", self._expire, pause=0)
            yield
            self.notifier.http = None

    async def _expire(self) -> None:
        await self.world.changes.after(self.world.changes.number, 1.0)
        self.shop.settle()

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        base = "/yookassa/v3"
        return [
            web.post(f"{base}/payments", self._writes(shapes.PAYMENT, self._pay)),
            web.get(f"{base}/payments", self._reads(self._payments)),
            web.get(f"{base}/payments/{{id}}", self._reads(self._payment)),
            web.post(f"{base}/payments/{{id}}/capture", self._writes(shapes.CAPTURE, self._capture)),
            web.post(f"{base}/payments/{{id}}/cancel", self._writes(shapes.CANCEL, self._cancel)),
            web.post(f"{base}/refunds", self._writes(shapes.REFUND, self._refund)),
            web.get(f"{base}/refunds", self._reads(self._refunds)),
            web.get(f"{base}/refunds/{{id}}", self._reads(self._refund_by_id)),
            web.post(f"{base}/receipts", self._writes(shapes.SECOND, self._register)),
            web.get(f"{base}/receipts", self._reads(self._receipts)),
            web.get(f"{base}/receipts/{{id}}", self._reads(self._receipt)),
            web.get(f"{base}/me", self._reads(self._me)),
            web.get("/yookassa/pay/{id}", self._page),
            web.post("/yookassa/pay/{id}", self._pressed),
            web.route("*", "/yookassa/{rest:.*}", self._reads(self._nowhere)),
        ]

    def operation(self, request: web.Request) -> str:
        """`pay` for the person's page, else the kind of thing: payments, refunds, receipts, me, capture, cancel."""
        parts = request.path.removeprefix("/yookassa/").split("/")
        if parts[0] == "pay":
            return "pay"
        return parts[3] if len(parts) > 3 else parts[1] if len(parts) > 1 else parts[0]

    def failure(self) -> web.Response:
        return Refused("internal_server_error", "Internal server error").response()

    async def suffer(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        """`processing` and `lost` take effect and then answer 202 and 500; `limit` is a 429 without effect."""
        if fault.mode == "limit":
            return Refused("too_many_requests", "Too many requests").response()
        if fault.mode not in self.modes:
            return await super().suffer(fault, request, handler)
        response = await handler(request)
        if response.status != 200:
            return response
        return answer(processing(), 202) if fault.mode == "processing" else self.failure()

    def _writes(self, shape: Shape, act: Act) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            entry = self._entry(request)
            try:
                raw = await read_body(request, BODY)
                entry["body"], shop = _read(raw), self._admit(request)
                key = request.headers.get("Idempotence-Key", "")
                if not re.fullmatch(shapes.KEY, key):
                    raise invalid("Idempotence key is missing or illegal", "Idempotence-Key")
                entry["key"] = key
                whole = request.path.encode() + b"\n" + raw
                known = self.keys.answered(shop, key, whole, self.world.clock.now())
                if known is not None:
                    entry |= {"status": known.status, "repeated": True}
                    return known
            except (Refused, Refusal) as refusal:
                return self._refuse(entry, refusal)
            response = self._acted(request, shape, act, entry, shop)
            self.keys.keep(shop, key, whole, self.world.clock.now(), response)
            return response

        return handle

    def _acted(self, request: web.Request, shape: Shape, act: Act, entry: Json, shop: str) -> web.Response:
        try:
            shape.check(entry["body"])
            done = act(request, entry["body"], shop)
        except Problem as problem:
            return self._refuse(entry, worded(problem))
        except Refused as refusal:
            return self._refuse(entry, refusal)
        entry["status"] = 200
        self.world.changes.note()
        return answer(done)

    def _reads(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            entry = self._entry(request)
            try:
                shop = self._admit(request)
                self.shop.settle()
                body = act(request, {}, shop)
            except Refused as refusal:
                return self._refuse(entry, refusal)
            entry["status"] = 200
            return answer(body)

        return handle

    def _entry(self, request: web.Request) -> Json:
        entry: Json = {
            "method": request.method,
            "path": request.path_qs.removeprefix("/yookassa"),
            "body": None,
            "status": None,
            "at": self.world.clock.now().isoformat(),
        }
        self.requests.append(entry)
        return entry

    def _refuse(self, entry: Json, refusal: Refused | Refusal) -> web.Response:
        refused = refusal if isinstance(refusal, Refused) else invalid(str(refusal))
        entry |= {"status": refused.status, "refused": refused.description}
        return refused.response()

    def _admit(self, request: web.Request) -> str:
        """The shop's id; raises `Refused` 401. Without SANDBOX_YOOKASSA_SHOP every well-formed pair is a shop."""
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        try:
            pair = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        shop, _, secret = pair.partition(":")
        known = self.world.settings.yookassa_shop
        right = not known or hmac.compare_digest(known.encode(), pair.encode())
        if scheme != "Basic" or not shop.isdigit() or not secret or not right:
            raise Refused("invalid_credentials", "Login has illegal format or the secret key is wrong", "Authorization")
        return shop

    def _pay(self, request: web.Request, body: Json, shop: str) -> Json:
        site = f"{request.scheme}://{request.host}"
        secret = base64.b64decode(request.headers["Authorization"].split()[1]).decode().partition(":")[2]
        return self.shop.pay(body, shop=shop, test=secret.startswith("test_"), site=site).as_json()

    def _payment(self, request: web.Request, _body: Json, _shop: str) -> Json:
        return self.shop.payment(request.match_info["id"]).as_json()

    def _capture(self, request: web.Request, body: Json, _shop: str) -> Json:
        return self.shop.capture(request.match_info["id"], body).as_json()

    def _cancel(self, request: web.Request, _body: Json, _shop: str) -> Json:
        return self.shop.cancel(request.match_info["id"]).as_json()

    def _refund(self, _request: web.Request, body: Json, _shop: str) -> Json:
        return self.shop.refund(body).as_json()

    def _refund_by_id(self, request: web.Request, _body: Json, _shop: str) -> Json:
        return _found(self.shop.books.refunds, request.match_info["id"], "Refund").as_json()  # type: ignore[no-any-return]

    def _register(self, _request: web.Request, body: Json, _shop: str) -> Json:
        return self.shop.register(body).as_json()

    def _receipt(self, request: web.Request, _body: Json, _shop: str) -> Json:
        return _found(self.shop.books.receipts, request.match_info["id"], "Receipt").as_json()  # type: ignore[no-any-return]

    def _payments(self, request: web.Request, _body: Json, _shop: str) -> Json:
        return lists.page(self.shop.books.payments.values(), request.query, _PAYMENT_FIELDS)

    def _refunds(self, request: web.Request, _body: Json, _shop: str) -> Json:
        return lists.page(self.shop.books.refunds.values(), request.query, _REFUND_FIELDS)

    def _receipts(self, request: web.Request, _body: Json, _shop: str) -> Json:
        return lists.page(self.shop.books.receipts.values(), request.query, _RECEIPT_FIELDS)

    def _me(self, request: web.Request, _body: Json, shop: str) -> Json:
        secret = base64.b64decode(request.headers["Authorization"].split()[1]).decode().partition(":")[2]
        return {
            "account_id": shop,
            "status": "enabled",
            "test": secret.startswith("test_"),
            "fiscalization": {"enabled": self.shop.needs_receipts, "provider": "avanpost"},
            "payment_methods": list(shapes.METHODS),
            "itn": "7707083893",
        }

    def _nowhere(self, request: web.Request, _body: Json, _shop: str) -> Json:
        raise Refused("not_found", f"Resource not found: {request.path.removeprefix('/yookassa')}")

    async def _page(self, request: web.Request) -> web.Response:
        self.shop.settle()
        payment = self.shop.books.payments.get(request.match_info["id"])
        return page.missing() if payment is None else page.show(payment)

    async def _pressed(self, request: web.Request) -> web.Response:
        self.shop.settle()
        payment = self.shop.books.payments.get(request.match_info["id"])
        if payment is None:
            return page.missing()
        outcome = (await request.post()).get("outcome")
        if payment.status == "pending" and outcome in ("succeeded", "canceled"):
            self.shop.confirm(payment, "succeeded" if outcome == "succeeded" else "canceled")
            if address := page.back(payment):
                return web.Response(status=303, headers={"Location": address, "Content-Security-Policy": page.POLICY})
        return page.show(payment)

    async def play(self, action: Mapping[str, Any]) -> Json:
        """A person pays or declines, a refund on its way ends, or the cabinet's settings change."""
        try:
            if "payment" in action:
                return self._play_payment(action)
            if "refund" in action:
                refund = _found(self.shop.books.refunds, action["refund"], "Refund")
                self.shop.end_refund(refund, _outcome(action))
                return {"refund": refund.id, "status": refund.status}
        except Refused as refused:
            status = 404 if refused.code == "not_found" else 409
            raise Refusal(refused.description, status=status, code=refused.code) from None
        return self._settings(action)

    def _play_payment(self, action: Mapping[str, Any]) -> Json:
        payment = self.shop.payment(str(action["payment"]))
        outcome, notify = _outcome(action), action.get("notify", True)
        copies, delay = action.get("copies", 1), action.get("delay", 0)
        if not isinstance(notify, bool):
            raise Refusal('"notify" must be true or false')
        if type(copies) is not int or not 1 <= copies <= 10:
            raise Refusal('"copies" must be a whole number from 1 to 10')
        if not isinstance(delay, int | float) or not 0 <= delay <= 600:
            raise Refusal('"delay" must be a number of seconds from 0 to 600')
        copies = copies if notify else 0
        self.shop.confirm(payment, "succeeded" if outcome == "succeeded" else "canceled", copies=copies, delay=delay)
        return {"payment": payment.id, "status": payment.status}

    def _settings(self, action: Mapping[str, Any]) -> Json:
        address, needs, refunds = (action.get(name) for name in ("webhook", "receipts", "refunds"))
        if not {"webhook", "receipts", "refunds"} & set(action):
            raise Refusal('"payment", "refund", "webhook", "receipts" or "refunds" is needed')
        if address is not None and not re.fullmatch(r"(https?://\S+)?", str(address)):
            raise Refusal('"webhook" must be an address')
        if needs not in (None, True, False):
            raise Refusal('"receipts" must be true or false')
        if refunds not in (None, "succeeded", "canceled", "pending"):
            raise Refusal('"refunds" must be succeeded, canceled or pending')
        if address is not None:
            self.notifier.address = str(address)
        if needs is not None:
            self.shop.needs_receipts = needs
        self.shop.refunds_end = refunds or self.shop.refunds_end
        return {
            "webhook": self.notifier.address,
            "receipts": self.shop.needs_receipts,
            "refunds": self.shop.refunds_end,
        }

    async def inspect(self, what: str, query: Mapping[str, str]) -> web.StreamResponse:
        self.shop.settle()
        books = self.shop.books
        state = {
            "payments": [_with_page(one) for one in books.payments.values()],
            "refunds": [one.as_json() for one in books.refunds.values()],
            "receipts": [one.as_json() for one in books.receipts.values()],
            "notifications": self.notifier.sent[-KEPT:],
            "webhook": self.notifier.address,
        }
        if what == "view":
            return answer({"state": state})
        if what:
            raise Refusal(f"nothing called {what!r} here", status=404, code="not_found")
        return answer({"requests": list(self.requests), "state": state})


def _read(raw: bytes) -> Any:
    try:
        return orjson.loads(raw) if raw.strip() else {}
    except orjson.JSONDecodeError:
        raise invalid("The request body isn't JSON") from None


def _found(among: Mapping[str, Any], name: Any, what: str) -> Any:
    if name not in among:
        raise Refused("not_found", f"{what} doesn't exist or access denied", "id")
    return among[name]


def _outcome(action: Mapping[str, Any]) -> str:
    outcome = action.get("outcome", "succeeded")
    if outcome not in ("succeeded", "canceled"):
        raise Refusal('"outcome" must be succeeded or canceled')
    return str(outcome)


def _with_page(payment: Payment) -> Json:
    return payment.as_json() | {"page": payment.page, "receipt": payment.receipt}

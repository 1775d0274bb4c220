"""What a shop does with money: pays in, captures, cancels, refunds, registers receipts; and what time does to it."""

from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.world import Json, World
from sandbox.yookassa.errors import Refused, invalid
from sandbox.yookassa.notify import Notifier
from sandbox.yookassa.receipts import check, check_items, money, total
from sandbox.yookassa.state import Books, Outcome, Payment, Receipt, Refund, new_id

CONFIRM = timedelta(hours=1)
"""How long a person may think before paying."""
HOLD = timedelta(days=7)
"""How long money is held before it must be captured."""


class Shop:
    """`needs_receipts`: as the cabinet says; `refunds_end` is what the next refunds come to."""

    def __init__(self, world: World, notifier: Notifier) -> None:
        self.world = world
        self.notifier = notifier
        self.books = Books()
        self.needs_receipts = True
        self.refunds_end = "succeeded"

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def pay(self, body: Json, *, shop: str, test: bool, site: str) -> Payment:
        due = money(body["amount"])
        if due <= 0:
            raise invalid("The value of parameter is less than allowed: amount.value", "amount.value")
        check(body.get("receipt"), due, required=self.needs_receipts)
        name = new_id()
        payment = Payment(
            id=name,
            shop=shop,
            test=test,
            due=due,
            created_at=self.now,
            confirm_until=self.now + CONFIRM,
            capture=body.get("capture", False),
            request=body,
            page=f"{site}/yookassa/pay/{name}",
            receipt=body.get("receipt"),
        )
        self.books.payments[name] = payment
        return payment

    def payment(self, name: str) -> Payment:
        self.settle()
        found = self.books.payments.get(name)
        if found is None:
            raise Refused("not_found", "Payment doesn't exist or access denied", "payment_id")
        return found

    def confirm(self, payment: Payment, outcome: Outcome, *, copies: int = 1, delay: float = 0.0) -> None:
        """The person has paid on the page, or declined. Raises `Refused` when it is too late."""
        if payment.status != "pending":
            raise invalid(f"Payment is {payment.status}")
        if outcome == "canceled":
            self._cancel(payment, "payment_network", "general_decline", copies=copies, delay=delay)
        elif payment.capture:
            self._succeed(payment, copies=copies, delay=delay)
        else:
            payment.status, payment.hold_until = "waiting_for_capture", self.now + HOLD
            self._tell("payment.waiting_for_capture", payment, copies, delay)

    def capture(self, name: str, body: Json) -> Payment:
        payment = self.payment(name)
        if payment.status != "waiting_for_capture":
            raise invalid(f"Payment is {payment.status} and can't be captured", "status")
        due = money(body["amount"]) if "amount" in body else payment.due
        if not 0 < due <= payment.due:
            raise invalid("Incorrect amount", "amount")
        if "receipt" in body or due != payment.due:
            check(body.get("receipt"), due, required=self.needs_receipts)
            payment.receipt = body.get("receipt")
        payment.due = due
        self._succeed(payment)
        return payment

    def cancel(self, name: str) -> Payment:
        payment = self.payment(name)
        if payment.status != "waiting_for_capture":
            raise invalid(f"Payment is {payment.status} and can't be canceled", "status")
        self._cancel(payment, "merchant", "canceled_by_merchant")
        return payment

    def refund(self, body: Json) -> Refund:
        payment = self.payment(body["payment_id"])
        value = money(body["amount"])
        if payment.status != "succeeded":
            raise invalid("Payment isn't succeeded and can't be refunded", "payment_id")
        if value <= 0 or value > payment.due - payment.refunded:
            raise invalid("Refund amount is more than the rest of the payment", "amount")
        check(body.get("receipt"), value, required=False)
        refund = Refund(new_id(), payment.id, value, self.now, body, status="pending")
        self.books.refunds[refund.id] = refund
        payment.refunded += value
        if self.refunds_end in ("succeeded", "canceled"):
            self.end_refund(refund, self.refunds_end)
        return refund

    def end_refund(self, refund: Refund, outcome: str) -> None:
        """A refund that was on its way reaches its end; only success is told."""
        if refund.status != "pending":
            raise invalid(f"Refund is {refund.status}")
        refund.status = outcome
        if outcome == "canceled":
            self.books.payments[refund.payment].refunded -= refund.value
            refund.canceled = {"party": "refund_network", "reason": "general_decline"}
            return
        if "receipt" in refund.request:
            self._register("refund", refund.id, refund.request["receipt"], refund.value)
        self.notifier.tell("refund.succeeded", refund.as_json())

    def register(self, body: Json) -> Receipt:
        """A second receipt: the service is rendered, what was paid before is set off."""
        kind = body["type"]
        about = body[f"{kind}_id"]
        source = self.payment(about) if kind == "payment" else self.books.refunds.get(about)
        if source is None or source.status != "succeeded":
            raise invalid(f"The {kind} isn't succeeded", f"{kind}_id")
        if not body["send"]:
            raise invalid("Unsupported value of parameter: send", "send")
        if not body["customer"].get("email"):
            raise invalid("Missing required parameter: customer.email", "customer.email")
        check_items(body["items"], "items")
        settled = sum((money(one["amount"]) for one in body["settlements"]), Decimal())
        if settled != total(body["items"]):
            raise invalid("Settlements amount doesn't match the amount of items", "settlements")
        limit = source.due if isinstance(source, Payment) else source.value
        if settled > limit:
            raise invalid("Settlements amount is more than was paid", "settlements")
        return self._register(kind, about, body, settled, body["settlements"])

    def settle(self) -> None:
        """What time has done: unpaid payments and held money run out."""
        now = self.now
        for payment in self.books.payments.values():
            if payment.status == "pending" and now >= payment.confirm_until:
                self._cancel(payment, "yoo_money", "expired_on_confirmation")
            elif payment.status == "waiting_for_capture" and payment.hold_until and now >= payment.hold_until:
                self._cancel(payment, "yoo_money", "expired_on_capture")

    def _succeed(self, payment: Payment, copies: int = 1, delay: float = 0.0) -> None:
        payment.status, payment.captured_at, payment.hold_until = "succeeded", self.now, None
        if payment.receipt:
            self._register("payment", payment.id, payment.receipt, payment.due)
        self._tell("payment.succeeded", payment, copies, delay)

    def _cancel(self, payment: Payment, party: str, reason: str, copies: int = 1, delay: float = 0.0) -> None:
        payment.status, payment.canceled = "canceled", {"party": party, "reason": reason}
        self._tell("payment.canceled", payment, copies, delay)

    def _tell(self, event: str, payment: Payment, copies: int, delay: float) -> None:
        self.world.changes.note()
        self.notifier.tell(event, payment.as_json(), copies=copies, delay=delay)

    def _register(
        self, kind: str, about: str, body: Json, value: Decimal, settlements: list[Json] | None = None
    ) -> Receipt:
        paid = settlements or [{"type": "cashless", "amount": {"value": f"{value:.2f}", "currency": "RUB"}}]
        number = len(self.books.receipts) + 1
        receipt = Receipt(new_id("rt-"), kind, about, body["items"], paid, body.get("customer", {}), self.now, number)
        self.books.receipts[receipt.id] = receipt
        return receipt

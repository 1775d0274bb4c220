"""The client of ЮKassa: money comes in once whatever the network does, and every failure says what it means."""

import asyncio
import random
from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import uuid4

import pytest
from vendors_kit import Ear, Outer, until

from adapters.outside import Breaker
from adapters.yookassa import notices
from adapters.yookassa.client import YooKassa, YooKassaRefused
from adapters.yookassa.models import Customer, Payment, Receipt, ReceiptItem, Unreadable
from infra.errors import OutcomeUnknown, VendorDown

CUSTOMER = Customer(email="anna@example.ru", phone="+7 900 000-00-00")
BACK = "https://shop.example/thanks"


def receipt(total: str) -> Receipt:
    return Receipt(CUSTOMER, (ReceiptItem("Разработка чат-бота", Decimal(total), 1, mode="full_prepayment"),))


@pytest.fixture
async def kassa(outer: Outer) -> AsyncIterator[YooKassa]:
    client = YooKassa("100500", "test_key", base=f"{outer.base}/yookassa/v3", seconds=5.0, attempt=1.0)
    yield client
    await client.close()


async def hasty(outer: Outer, *, patient: bool = False) -> YooKassa:
    """A client that gives up soon."""
    breaker = Breaker(failures=1_000_000 if patient else 3, pause=30)
    return YooKassa("100500", "test_key", base=f"{outer.base}/yookassa/v3", seconds=0.25, attempt=0.2, breaker=breaker)


async def create(kassa: YooKassa, total: str = "1500.50", key: str | None = None, **more: object) -> Payment:
    return await kassa.create_payment(
        key or str(uuid4()),
        Decimal(total),
        return_url=BACK,
        description="Счёт 12",
        metadata={"invoice": "12"},
        receipt=receipt(total),
        **more,  # type: ignore[arg-type]
    )


async def pay(outer: Outer, payment: Payment, outcome: str = "succeeded", **more: object) -> None:
    await outer.post("/play/yookassa", {"payment": payment.id, "outcome": outcome, **more})


async def at_vendor(outer: Outer) -> list[dict[str, object]]:
    return list((await outer.get("/inspect/yookassa"))["state"]["payments"])


async def test_a_person_pays_by_the_link_and_the_shop_sees_the_money(outer: Outer, kassa: YooKassa) -> None:
    payment = await create(kassa)
    assert (payment.status, payment.amount, payment.paid, payment.test) == ("pending", Decimal("1500.50"), False, True)
    assert payment.metadata == {"invoice": "12"}
    async with outer.http.get(payment.url) as page:
        text = await page.text()
        assert "Заплатить" in text
        assert "Счёт 12" in text
    async with outer.http.post(payment.url, data={"outcome": "succeeded"}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, BACK)
    paid = await kassa.payment(payment.id)
    assert (paid.status, paid.paid, paid.refundable, paid.receipt) == ("succeeded", True, True, "succeeded")
    assert paid.captured_at is not None
    [registered] = await kassa.receipts(payment.id)
    assert registered.document


async def test_the_same_key_is_the_same_payment_and_another_body_is_refused(outer: Outer, kassa: YooKassa) -> None:
    first = await create(kassa, key="quote-1")
    assert (await create(kassa, key="quote-1")).id == first.id
    with pytest.raises(YooKassaRefused) as refused:
        await create(kassa, "99.00", key="quote-1")
    assert (refused.value.code, refused.value.parameter) == ("invalid_request", "Idempotence-Key")
    await outer.advance(24 * 3600 + 1)
    assert (await create(kassa, key="quote-1")).id != first.id


@pytest.mark.parametrize("mode", ["processing", "lost", "cut", "slow", "error", "down", "garbage", "limit"])
async def test_one_lost_answer_is_made_good_by_the_same_key(outer: Outer, kassa: YooKassa, mode: str) -> None:
    await outer.fault("yookassa", mode, seconds=1.2)
    payment = await create(kassa)
    assert [one["id"] for one in await at_vendor(outer)] == [payment.id]


@pytest.mark.parametrize("mode", ["processing", "lost", "cut", "slow"])
async def test_when_no_answer_ever_comes_the_outcome_is_unknown_and_a_later_repeat_finds_it(
    outer: Outer, kassa: YooKassa, mode: str
) -> None:
    client = await hasty(outer)
    await outer.fault("yookassa", mode, **{"for": 50}, seconds=0.4)
    with pytest.raises(OutcomeUnknown):
        await create(client, key="late")
    await outer.fault("yookassa", "ok")
    [made] = await at_vendor(outer)
    assert (await create(kassa, key="late")).id == made["id"]
    await client.close()


async def test_where_nothing_can_have_happened_the_vendor_is_just_down(outer: Outer) -> None:
    nowhere = YooKassa("1", "key", base="http://127.0.0.1:9/v3", seconds=0.3, attempt=0.2)
    with pytest.raises(VendorDown):
        await create(nowhere)
    await nowhere.close()
    client = await hasty(outer)
    await outer.fault("yookassa", "limit", **{"for": 50})
    with pytest.raises(VendorDown):
        await create(client)
    with pytest.raises(VendorDown):
        await client.payment(str(uuid4()))
    assert await at_vendor(outer) == []
    await client.close()


async def test_a_vendor_that_keeps_failing_is_left_alone(outer: Outer) -> None:
    client = await hasty(outer)
    await outer.fault("yookassa", "error", **{"for": 100})
    for number in range(6):
        with pytest.raises((OutcomeUnknown, VendorDown)):
            await create(client, key=f"k{number}")
    asked = (await outer.get("/faults"))[0]["left"]
    with pytest.raises(VendorDown):
        await create(client, key="one-more")
    assert (await outer.get("/faults"))[0]["left"] == asked
    await client.close()


async def test_refusals_name_the_parameter_and_are_not_repeated(outer: Outer, kassa: YooKassa) -> None:
    with pytest.raises(YooKassaRefused) as refused:
        await kassa.create_payment(str(uuid4()), Decimal("10.00"), return_url=BACK)
    assert (refused.value.status, refused.value.parameter) == (400, "receipt")
    with pytest.raises(YooKassaRefused, match="invalid_request"):
        await kassa.refund(str(uuid4()), (await create(kassa)).id, Decimal("1.00"))
    with pytest.raises(YooKassaRefused) as refused:
        await kassa.payment("../me")
    assert refused.value.code == "not_found"
    assert len((await outer.get("/inspect/yookassa"))["requests"]) == 4


async def test_sums_are_exact_or_not_sent(outer: Outer, kassa: YooKassa) -> None:
    with pytest.raises(ValueError, match="copeck"):
        await kassa.create_payment("k", Decimal("10.005"), return_url=BACK)
    with pytest.raises(ValueError, match="comes to"):
        await kassa.create_payment("k", Decimal("10.00"), return_url=BACK, receipt=receipt("9.99"))
    thirds = tuple(ReceiptItem("Час работы", Decimal("33.33"), 1, Decimal("1.5"), "full_payment") for _ in range(3))
    cart = Receipt(CUSTOMER, thirds)
    assert cart.total == Decimal("150.00")
    assert (await kassa.create_payment("k2", cart.total, return_url=BACK, receipt=cart)).amount == Decimal("150.00")


async def test_money_is_held_captured_in_part_and_given_back(outer: Outer, kassa: YooKassa) -> None:
    held = await create(kassa, "1000.00", capture=False)
    await pay(outer, held)
    assert (await kassa.payment(held.id)).status == "waiting_for_capture"
    taken = await kassa.capture("capture", held.id, amount=Decimal("600.00"), receipt=receipt("600.00"))
    assert (taken.status, taken.amount) == ("succeeded", Decimal("600.00"))
    back = await kassa.refund("refund", held.id, Decimal("250.00"), receipt=receipt("250.00"))
    assert (back.status, back.amount) == ("succeeded", Decimal("250.00"))
    assert (await kassa.refund("refund", held.id, Decimal("250.00"), receipt=receipt("250.00"))).id == back.id
    assert (await kassa.payment(held.id)).refunded == Decimal("250.00")
    with pytest.raises(YooKassaRefused):
        await kassa.refund("more", held.id, Decimal("350.01"))
    assert [one.id async for one in kassa.refunds(payment_id=held.id)] == [back.id]
    assert (await kassa.refund_by_id(back.id)).payment == held.id
    other = await create(kassa, capture=False)
    await pay(outer, other)
    assert (await kassa.cancel("cancel", other.id)).cancel_reason == "canceled_by_merchant"


async def test_the_second_receipt_sets_off_the_prepayment(outer: Outer, kassa: YooKassa) -> None:
    payment = await create(kassa, "700.00")
    await pay(outer, payment)
    done = Receipt(CUSTOMER, (ReceiptItem("Разработка чат-бота", Decimal("700.00"), 1),))
    second = await kassa.second_receipt("second", payment.id, done)
    assert (second.about, second.status) == (payment.id, "succeeded")
    assert len(await kassa.receipts(payment.id)) == 2
    with pytest.raises(YooKassaRefused, match="settlements"):
        await kassa.second_receipt("too-much", payment.id, receipt("700.01"))


async def test_unpaid_payments_expire_and_the_shop_is_told(outer: Outer, kassa: YooKassa, ear: Ear) -> None:
    payment = await create(kassa)
    await outer.advance(3601)
    await until(lambda: ear.events == [("payment.canceled", payment.id)])
    gone = await kassa.payment(payment.id)
    assert (gone.status, gone.cancel_reason, gone.canceled_by) == ("canceled", "expired_on_confirmation", "yoo_money")


async def test_notifications_come_again_until_they_are_answered(outer: Outer, kassa: YooKassa, ear: Ear) -> None:
    ear.statuses = [503, 500]
    payment = await create(kassa)
    await pay(outer, payment, copies=2)
    await until(lambda: len(ear.heard) == 4)
    notice = notices.read(ear.heard[0])
    assert notice is not None
    assert (notice.kind, notice.id) == ("payment", payment.id)
    assert (await kassa.payment(notice.id)).status == "succeeded"
    silent = await create(kassa)
    await pay(outer, silent, notify=False)
    assert (await kassa.payment(silent.id)).status == "succeeded"
    back = await kassa.refund("r", payment.id, Decimal("1.00"))
    await until(lambda: len(ear.heard) == 5)
    told = notices.read(ear.heard[-1])
    assert told == notices.Notice("refund.succeeded", "refund", back.id, payment.id)


def test_what_is_no_notification_of_ours_is_told_apart() -> None:
    assert notices.read({"type": "notification", "event": "payout.succeeded", "object": {"id": "po-1"}}) is None
    for broken in (
        None,
        [],
        {},
        {"type": "notification", "event": "payment.succeeded"},
        {"type": "notification", "event": "payment.succeeded", "object": {"id": 7}},
        {"type": "notification", "event": "payment.succeeded", "object": {"id": "x" * 65}},
    ):
        with pytest.raises(Unreadable):
            notices.read(broken)
    assert notices.sent_from("185.71.76.5")
    assert notices.sent_from("2a02:5180::7")
    assert not any(notices.sent_from(address) for address in ("8.8.8.8", "not an address", "", "2a02:5181::1"))


async def test_lists_come_page_by_page(outer: Outer, kassa: YooKassa) -> None:
    made = [await create(kassa, f"{number + 1}.00") for number in range(105)]
    await pay(outer, made[3])
    assert [one.id async for one in kassa.payments()] == [one.id for one in reversed(made)]
    assert [one.id async for one in kassa.payments(status="succeeded")] == [made[3].id]
    assert [one.id async for one in kassa.payments(until=made[1].created_at)] == [made[0].id]


async def test_money_recorded_is_money_at_the_vendor_after_200_payments_with_random_faults(outer: Outer) -> None:
    dice = random.Random(20261122)
    client = await hasty(outer, patient=True)
    recorded: dict[str, Decimal] = {}
    modes = ["processing", "lost", "cut", "error", "down", "garbage", "limit"]

    async def spoil() -> None:
        if dice.random() < 0.4:
            await outer.fault("yookassa", dice.choice(modes), **{"for": dice.randint(1, 3)})

    async def repeated(act: object) -> object:
        while True:
            await spoil()
            try:
                return await act()  # type: ignore[operator]
            except (OutcomeUnknown, VendorDown):
                continue

    async def one(number: int) -> None:
        total = f"{dice.randint(1, 500_000)}.{dice.randint(0, 99):02}"
        payment = await repeated(lambda: create(client, total, key=f"pay-{number}"))
        assert isinstance(payment, Payment)
        if dice.random() < 0.7:
            await pay(outer, payment, dice.choice(["succeeded", "succeeded", "canceled"]))
        if dice.random() < 0.3:
            paid = await repeated(lambda: client.payment(payment.id))
            assert isinstance(paid, Payment)
            if paid.status == "succeeded":
                part = max(Decimal("0.01"), (paid.amount / 3).quantize(Decimal("0.01")))
                await repeated(lambda: client.refund(f"back-{number}", payment.id, part))
        seen = await repeated(lambda: client.payment(payment.id))
        assert isinstance(seen, Payment)
        recorded[seen.id] = seen.amount - seen.refunded if seen.status == "succeeded" else Decimal()

    for start in range(0, 200, 10):
        await asyncio.gather(*(one(number) for number in range(start, start + 10)))
    await outer.fault("yookassa", "ok")
    there = await at_vendor(outer)
    money = {
        str(one["id"]): Decimal(one["amount"]["value"]) - Decimal(one["refunded_amount"]["value"])  # type: ignore[index]
        if one["status"] == "succeeded"
        else Decimal()
        for one in there
    }
    assert len(there) == 200
    assert recorded == money
    assert sum(recorded.values()) > 0
    await client.close()

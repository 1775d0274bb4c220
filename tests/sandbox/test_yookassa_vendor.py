"""The simulated ЮKassa speaks the vendor's protocol: the official SDK works with it, refusals are the vendor's."""

import asyncio
import base64
import copy
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from sandbox_kit import Play

from sandbox.app import serving
from sandbox.settings import SandboxSettings


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


AUTH = basic("100500:test_key")
ITEM = {
    "description": "Чат-бот",
    "quantity": 1,
    "amount": {"value": "100.00", "currency": "RUB"},
    "vat_code": 1,
    "payment_mode": "full_prepayment",
    "payment_subject": "service",
    "measure": "piece",
}
RECEIPT = {"customer": {"email": "anna@example.ru"}, "items": [ITEM]}
PAYMENT = {
    "amount": {"value": "100.00", "currency": "RUB"},
    "capture": True,
    "confirmation": {"type": "redirect", "return_url": "https://shop.example/"},
    "receipt": RECEIPT,
}


class Shop(Play):
    async def send(
        self, path: str, body: Any, key: str | None = None, *, auth: str = AUTH
    ) -> tuple[int, dict[str, Any]]:
        headers = {"Idempotence-Key": str(uuid4()) if key is None else key, "Authorization": auth}
        address = f"{self.base}/yookassa/v3{path}"
        async with self.http.post(address, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def look(self, path: str) -> tuple[int, dict[str, Any]]:
        async with self.http.get(f"{self.base}/yookassa/v3{path}", headers={"Authorization": AUTH}) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with serving(SandboxSettings(port=0)) as base, aiohttp.ClientSession() as http:
        yield Shop(base, http)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good payment with one field otherwise; None takes it out."""

    body: Any = copy.deepcopy(PAYMENT)
    *parents, last = path.split(".")
    place = body
    for name in parents:
        place = place[int(name) if name.isdigit() else name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return dict(body)


async def test_the_official_sdk_pays_refunds_and_lists(shop: Shop) -> None:
    from yookassa import Configuration, Payment, Receipt, Refund, Settings

    Configuration.configure("100500", "test_key", api_url=f"{shop.base}/yookassa/v3")
    made = await asyncio.to_thread(Payment.create, PAYMENT, "sdk-1")
    assert (made.status, made.amount.value, made.test) == ("pending", 100, True)
    assert made.confirmation.confirmation_url.startswith(shop.base)
    await shop.post("/play/yookassa", {"payment": made.id, "outcome": "succeeded"})
    paid = await asyncio.to_thread(Payment.find_one, made.id)
    assert (paid.status, paid.paid, paid.receipt_registration) == ("succeeded", True, "succeeded")
    back = await asyncio.to_thread(
        Refund.create, {"payment_id": made.id, "amount": {"value": "40.00", "currency": "RUB"}}, "sdk-2"
    )
    assert back.status == "succeeded"
    assert [one.id for one in (await asyncio.to_thread(Payment.list)).items] == [made.id]
    assert len((await asyncio.to_thread(Receipt.list, {"payment_id": made.id})).items) == 1
    assert (await asyncio.to_thread(Settings.get_account_settings)).account_id == "100500"


@pytest.mark.parametrize(
    ("path", "value", "parameter"),
    [
        ("amount", None, "amount"),
        ("amount.value", "100", "amount.value"),
        ("amount.value", 100, "amount.value"),
        ("amount.value", "0.00", "amount.value"),
        ("amount.currency", "DOGE", "amount.currency"),
        ("colour", "red", "colour"),
        ("description", "x" * 129, "description"),
        ("metadata", {str(n): "x" for n in range(17)}, "metadata"),
        ("metadata", {"k": "x" * 513}, "metadata.k"),
        ("metadata", {"k": 5}, "metadata.k"),
        ("confirmation.type", "pigeon", "confirmation.type"),
        ("confirmation.return_url", None, "confirmation.return_url"),
        ("receipt", None, "receipt"),
        ("receipt.customer.email", None, "receipt.customer.email"),
        ("receipt.customer.phone", "+79000000000", "receipt.customer.phone"),
        ("receipt.customer.inn", "123", "receipt.customer.inn"),
        ("receipt.items", [], "receipt.items"),
        ("receipt.items.0.amount.value", "99.99", "receipt.items"),
        ("receipt.items.0.quantity", 2, "receipt.items"),
        ("receipt.items.0.quantity", 0.0001, "receipt.items.0.quantity"),
        ("receipt.items.0.vat_code", 13, "receipt.items.0.vat_code"),
        ("receipt.items.0.vat_code", None, "receipt.items.0.vat_code"),
        ("receipt.items.0.measure", None, "receipt.items.0.measure"),
        ("receipt.items.0.payment_mode", "advance", "receipt.items.0.payment_mode"),
        ("receipt.items.0.payment_subject", None, "receipt.items.0.payment_subject"),
        ("receipt.items.0.description", "x" * 129, "receipt.items.0.description"),
    ],
)
async def test_a_wrong_payment_is_refused_by_its_parameter(shop: Shop, path: str, value: Any, parameter: str) -> None:
    status, body = await shop.send("/payments", changed(path, value))
    assert (status, body["type"], body["code"]) == (400, "error", "invalid_request")
    assert body["parameter"] == parameter
    assert (await shop.get("/inspect/yookassa"))["state"]["payments"] == []


async def test_keys_and_credentials_are_asked_for(shop: Shop) -> None:
    for key in ("", "x" * 65, "a b"):
        status, body = await shop.send("/payments", PAYMENT, key)
        assert (status, body["parameter"]) == (400, "Idempotence-Key")
    for auth in ("", "Bearer x", basic("shop:key"), basic("100500:")):
        status, body = await shop.send("/payments", PAYMENT, auth=auth)
        assert (status, body["code"]) == (401, "invalid_credentials")
    assert (await shop.look(f"/payments/{uuid4()}"))[0] == 404
    assert (await shop.look("/payments?limit=101"))[0] == 400
    assert (await shop.look("/payments?colour=red"))[0] == 400


async def test_a_refused_request_needs_a_new_key(shop: Shop) -> None:
    status, _ = await shop.send("/payments", changed("receipt", None), "key-1")
    assert status == 400
    status, body = await shop.send("/payments", PAYMENT, "key-1")
    assert (status, body["description"]) == (400, "Idempotence key duplicated")
    assert (await shop.send("/payments", PAYMENT, "key-2"))[0] == 200


async def test_what_a_payment_cannot_do_in_its_state_is_refused(shop: Shop) -> None:
    _, payment = await shop.send("/payments", PAYMENT)
    assert (await shop.send(f"/payments/{payment['id']}/capture", {}))[0] == 400
    assert (await shop.send(f"/payments/{payment['id']}/cancel", {}))[0] == 400
    refund = {"payment_id": payment["id"], "amount": {"value": "1.00", "currency": "RUB"}}
    assert (await shop.send("/refunds", refund))[0] == 400
    assert (await shop.post("/play/yookassa", {"payment": payment["id"], "outcome": "canceled"}))[0] == 200
    status, answer = await shop.post("/play/yookassa", {"payment": payment["id"], "outcome": "succeeded"})
    assert (status, answer["error"]["code"]) == (409, "invalid_request")
    assert (await shop.post("/play/yookassa", {"payment": "nobody's", "outcome": "succeeded"}))[0] == 404
    assert (await shop.look(f"/payments/{payment['id']}"))[1]["cancellation_details"]["reason"] == "general_decline"


async def test_the_unknown_outcome_of_202_and_500_has_had_its_effect(shop: Shop) -> None:
    for mode, status in (("processing", 202), ("lost", 500)):
        await shop.post("/faults", {"service": "yookassa", "mode": mode, "for": 1})
        assert (await shop.send("/payments", PAYMENT, mode))[0] == status
        first = (await shop.get("/inspect/yookassa"))["state"]["payments"][-1]["id"]
        assert (await shop.send("/payments", PAYMENT, mode))[1]["id"] == first
    await shop.post("/faults", {"service": "yookassa", "mode": "error", "for": 1})
    assert (await shop.send("/payments", PAYMENT, "none"))[0] == 500
    assert len((await shop.get("/inspect/yookassa"))["state"]["payments"]) == 2


async def test_a_refund_may_take_its_time_and_fail(shop: Shop) -> None:
    _, payment = await shop.send("/payments", PAYMENT)
    await shop.post("/play/yookassa", {"payment": payment["id"], "outcome": "succeeded"})
    await shop.post("/play/yookassa", {"refunds": "pending"})
    refund = {"payment_id": payment["id"], "amount": {"value": "100.00", "currency": "RUB"}}
    _, waiting = await shop.send("/refunds", refund)
    assert waiting["status"] == "pending"
    assert (await shop.send("/refunds", refund))[0] == 400
    await shop.post("/play/yookassa", {"refund": waiting["id"], "outcome": "canceled"})
    assert (await shop.look(f"/refunds/{waiting['id']}"))[1]["cancellation_details"]["party"] == "refund_network"
    assert (await shop.look(f"/payments/{payment['id']}"))[1]["refunded_amount"]["value"] == "0.00"

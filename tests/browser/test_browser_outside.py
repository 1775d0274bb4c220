"""On the simulated world's page a person reads the mailbox, pays and declines, and sees the calendars."""

from decimal import Decimal
from uuid import uuid4

from playwright.async_api import Page, expect

from adapters.mail import Mailer, Message, Server
from adapters.yookassa.client import YooKassa
from adapters.yookassa.models import Customer, Receipt, ReceiptItem
from tests.harness import World, plain


async def test_a_person_reads_pays_and_declines(page: Page, world: World) -> None:
    port = (await world.get(f"{world.sandbox_url}/health"))["smtp_port"]
    hostile = "<img src=x onerror=alert(1)> Здравствуйте"
    await Mailer(Server("localhost", port), "bot@studio.example").send(
        Message(f"{uuid4().hex}@studio.example", ("anna@example.ru",), "Ваш счёт", hostile, html="<p>Здравствуйте</p>")
    )
    start, end = "2027-03-01T07:00:00Z", "2027-03-01T08:00:00Z"
    event = {"calendar": "anna@x", "start": start, "end": end, "summary": "Планёрка"}
    await world.post(f"{world.sandbox_url}/play/google", event)
    kassa = YooKassa("100500", "test_key", base=f"{world.sandbox_url}/yookassa/v3")
    item = ReceiptItem("Чат-бот", Decimal("1234.50"), 1, mode="full_prepayment")
    receipt = Receipt(Customer("anna@example.ru"), (item,))
    first, second = [
        await kassa.create_payment(
            str(uuid4()), receipt.total, return_url=world.sandbox_url, description=f"Счёт {number}", receipt=receipt
        )
        for number in (1, 2)
    ]
    await page.goto(world.sandbox_url)
    await page.get_by_role("tab", name="Почта").click()
    letters = page.get_by_role("tabpanel", name="Почта")
    await expect(letters).to_contain_text("Ваш счёт")
    await expect(letters).to_contain_text(hostile)
    await page.get_by_role("tab", name="Календарь").click()
    await expect(page.get_by_role("tabpanel", name="Календарь")).to_contain_text("Планёрка")
    await page.get_by_role("tab", name="Оплата").click()
    payments = page.get_by_role("tabpanel", name="Оплата")
    await expect(payments).to_contain_text("Счёт 1")
    assert "1 234,50 ₽" in plain(await payments.inner_text())
    await payments.get_by_role("button", name="Отказаться").first.click()
    await expect(payments).to_contain_text("отменён")
    assert (await kassa.payment(second.id)).cancel_reason == "general_decline"
    async with page.expect_popup() as opened:
        await payments.get_by_role("link", name="Страница оплаты").click()
    pay = await opened.value
    await expect(pay.get_by_role("heading")).to_contain_text("1")
    await pay.get_by_role("button", name="Заплатить").click()
    await expect(pay).to_have_url(world.sandbox_url + "/")
    await expect(payments).to_contain_text("оплачен")
    assert (await kassa.payment(first.id)).paid
    await page.get_by_role("tab", name="Менеджеры").click()
    await expect(page.get_by_role("heading", name="Менеджеры")).to_be_visible()
    await kassa.close()

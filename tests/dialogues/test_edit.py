"""«Изменить»: everything that can be changed, counted again in the same message at each press."""

from tests.dialogues.test_price import priced
from tests.harness import Client


async def test_the_list_shows_everything_that_can_change(client: Client) -> None:
    await priced(client)
    await client.click("Изменить")
    for part in ("Ещё один канал — 35 000", "Связь с amoCRM", "Каталог товаров", "Объём в месяц", "Срок: 6 недель"):
        assert part in client.text, part
    assert "Подключение: к готовым системам" in client.text
    assert "Срок поддержки" not in client.text + " ".join(client.labels), "this purchase is paid once"
    assert "Итого 286 000 ₽" in client.text
    assert "👤 Человек" in client.labels


async def test_leaving_out_an_option_edits_the_message(client: Client) -> None:
    await priced(client)
    await client.click("Изменить")
    shown = client.last.message
    await client.click("✓ Каталог")
    assert client.last.message == shown
    assert client.last.edited
    assert "Итого 220 000 ₽" in client.text


async def test_a_stepper_adds_channels(client: Client) -> None:
    await priced(client)
    await client.click("Изменить")
    await client.click("Ещё один канал: 1")
    assert "1 канал" in client.labels
    await client.click("+")
    assert "2 канала" in client.labels
    assert "Итого 324 500 ₽" in client.text
    await client.click("−")
    assert "Итого 286 000 ₽" in client.text


async def test_urgency_and_the_way_back_to_the_price(client: Client) -> None:
    await priced(client)
    await client.click("Изменить")
    await client.click("Срок: 6 недель")
    await client.click("4 недели")
    assert "✓ 4 недели" in client.labels
    assert "Итого 343 200 ₽" in client.text
    await client.click("Готово")
    assert "343 200 ₽ разово" in client.text
    assert "Срок 4 недели" in client.text
    assert client.labels == ["📄 КП", "Изменить", "Дорого", "👤 Человек"]


async def test_the_support_term_is_there_for_what_is_paid_by_the_month(client: Client) -> None:
    await client.send("Сколько стоит поддержка?")
    await client.click("10 часов")
    await client.click("Да")
    await client.click("12 месяцев")
    await client.click("Изменить")
    assert "Срок поддержки: 12 месяцев" in client.text
    await client.click("Срок поддержки")
    await client.click("Помесячно")
    assert "Срок поддержки: помесячно" in client.text
    assert "₽\u00a0в\u00a0месяц" in client.last.text


async def test_what_cannot_go_together_is_said_plainly(client: Client) -> None:
    await priced(client)
    await client.click("Изменить")
    await client.click("Срок: 6 недель")
    await client.click("3 недели")
    await client.click("←")
    await client.click("Подключение")
    await client.click("На ваших серверах")
    assert "Вместе не делаем" in client.text


async def test_above_the_limit_a_manager_confirms(client: Client) -> None:
    await client.send("Сколько стоит анализ документов?")
    await client.click("До пяти")
    await client.click("В 1С")
    await client.click("До 20 000")
    await client.click("Изменить")
    await client.click("Виды документов")
    for _ in range(6):
        await client.click("+")
    await client.click("←")
    await client.click("+ Рукописный текст")
    await client.click("Срок: 6 недель")
    await client.click("3 недели")
    await client.click("←")
    await client.click("Подключение")
    await client.click("К своей разработке")
    await client.click("Готово")
    assert "Предварительно" in client.text
    await client.click("Подтвердить цену")
    assert "ответит здесь" in client.text

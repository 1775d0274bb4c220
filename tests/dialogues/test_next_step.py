"""Working hours, discounts asked about in words, «берём», and what is said while a manager is awaited."""

from datetime import timedelta

import pytest

from bot.worktime import is_open, next_open, promise
from tests.dialogues.test_handoff import promises
from tests.dialogues.test_price import SHOP, priced
from tests.harness import Client, plain

HOURS = ("вы сейчас работаете?", "до скольки работаете", "какие у вас часы работы?", "в субботу работаете?")


@pytest.mark.parametrize("words", HOURS)
async def test_working_hours_come_from_the_calendar(client: Client, words: str) -> None:
    await client.send(words)
    services = client.world.app.services
    now = services.clock.now()
    if is_open(services.company.calendar, now):
        assert "Сейчас работаем: сегодня до" in client.text
    else:
        assert f"будут {plain(promise(services.company.calendar, now, 0).phrase)}." in client.text
    assert "пн–пт с 10:00 до 19:00" in client.text
    assert "Источник" not in client.text


async def test_open_and_closed_at_their_hours(later_client: Client) -> None:
    services = later_client.world.app.services
    opens = next_open(services.company.calendar, services.clock.now() + timedelta(days=1))
    await later_client.world.advance((opens - services.clock.now()).total_seconds() + 60)
    await later_client.send("вы сейчас работаете?")
    assert "Сейчас работаем: сегодня до 1" in later_client.text
    await later_client.world.advance(timedelta(hours=11).total_seconds())
    await later_client.send("вы сейчас работаете?")
    assert "Сейчас менеджеры отдыхают" in later_client.text


async def test_hours_inside_a_form(client: Client) -> None:
    await client.send(SHOP)
    await client.send("до скольки вы работаете?")
    assert "Обычные часы: пн–пт" in client.text
    assert client.text.endswith("Где он будет отвечать?")


async def test_the_hours_of_the_bot_are_another_question(client: Client) -> None:
    await client.send("Бот работает ночью?")
    assert "Обычные часы" not in client.text
    await client.send("Мы работаем круглосуточно")
    assert "Обычные часы" not in client.text


async def test_a_discount_before_any_price(client: Client) -> None:
    before = await promises(client)
    await client.send("скидка есть?")
    assert "За полную предоплату скидка 5 % полагается всем." in client.text
    assert "решает менеджер, когда известна точная цена" in client.text
    assert "ответит здесь" not in client.text
    assert await promises(client) == before
    await client.click("Посчитать цену")
    assert "Что посчитать точно?" in client.text


async def test_a_discount_after_a_price_waits_for_a_press(client: Client) -> None:
    await priced(client)
    before = await promises(client)
    await client.send("а скидка будет?")
    assert "271 700 ₽" in client.text
    assert await promises(client) == before
    await client.click("Спросить о скидке")
    assert "спросил менеджера: Анна ответит здесь" in client.text
    assert await promises(client) == before + 1


async def test_a_discount_inside_a_form(client: Client) -> None:
    await client.send(SHOP)
    await client.send("скидка есть?")
    assert "скидка 5 % полагается всем" in client.text
    assert client.text.endswith("Где он будет отвечать?")


@pytest.mark.parametrize("words", ["согласен", "да, подходит", "берём", "Отлично, нас всё устраивает!"])
async def test_accepting_a_price_leads_to_the_proposal(client: Client, words: str) -> None:
    await priced(client)
    await client.send(words)
    assert "КП на 286 000 ₽ готовит менеджер" in client.text
    assert "разово" not in client.text


async def test_a_bare_yes_after_a_price_names_the_next_step(client: Client) -> None:
    await priced(client)
    await client.send("ок")
    assert client.text == "Дальше — КП на 286 000 ₽. Подготовить?"
    assert client.labels[0] == "📄 КП"


@pytest.mark.parametrize("words", ["Да, в 11:00 удобно", "мы пишем из Самары, склад на севере"])
async def test_a_statement_while_a_manager_is_awaited_is_passed_on(client: Client, words: str) -> None:
    await priced(client)
    await client.send("позовите человека")
    await client.send(words)
    assert client.text == "Передал это менеджеру."
    await client.send("А какая гарантия на работу?")
    assert "3 месяца" in client.text


async def test_sums_do_not_break_and_small_numbers_are_words(client: Client) -> None:
    await client.send(SHOP)
    shown = client.last.text
    assert "Посчитаю точно за три вопроса" in plain(shown) or "посчитаю точно за три вопроса" in plain(shown)
    assert "200\u00a0000\u00a0₽" in shown
    assert "Цена зависит от числа каналов" in shown


@pytest.mark.parametrize(
    "service", ["чат-бот", "голосовой помощник", "анализ документов", "автоматизация", "поддержка"]
)
async def test_beside_a_price_stands_what_it_depends_on(client: Client, service: str) -> None:
    await client.send(f"Сколько стоит {service}?")
    assert "Источник: Кейс" not in client.text
    assert "не вход" not in client.text

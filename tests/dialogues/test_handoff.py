"""A person: an act with an honest time, possible in the first message and in any state."""

import pytest

from bot.worktime import next_open, promise
from tests.dialogues.test_price import SHOP
from tests.harness import Client, plain


def honest(client: Client) -> str:
    """When a person answers who is called now, in words."""
    services = client.world.app.services
    minutes = services.company.response.promise_minutes
    return plain(promise(services.company.calendar, services.clock.now(), minutes).phrase)


async def promises(client: Client) -> int:
    return int(await client.world.app.db.pool.fetchval("SELECT count(*) FROM handoff"))


@pytest.mark.parametrize("words", ["позовите человека", "хочу поговорить с менеджером", "/human"])
async def test_a_person_in_the_first_message(client: Client, words: str) -> None:
    await client.send(words)
    assert "ИИ-помощник" in client.text
    assert f"Позвал менеджера: Анна ответит здесь {honest(client)}" in client.text


async def test_asking_twice_is_one_promise(client: Client) -> None:
    await client.send("позовите человека")
    before = await promises(client)
    await client.send("ну где человек?")
    assert "уже позвал" in client.text
    assert await promises(client) == before


async def test_the_time_is_the_same_when_asked_again(client: Client) -> None:
    await client.send("позовите человека")
    await client.send("позовите человека")
    assert "Анна ответит здесь" in client.text


async def test_a_person_in_the_middle_of_a_form(client: Client) -> None:
    await client.send(SHOP)
    await client.send("позовите менеджера")
    assert "Позвал менеджера" in client.text
    assert client.text.endswith("Где он будет отвечать?")
    await client.click("Оба")
    assert "С чем связать?" in client.text


async def test_an_answer_and_a_call_for_a_person_together(client: Client) -> None:
    await client.send(SHOP)
    await client.send("Оба. И позовите, пожалуйста, человека.")
    assert "Позвал менеджера" in client.text
    assert client.text.endswith("С чем связать?")


async def test_the_bot_still_answers_while_a_person_is_awaited(client: Client) -> None:
    await client.send("позовите человека")
    await client.send("Какая гарантия на работу?")
    assert "3 месяца" in client.text


async def test_the_button_is_everywhere(client: Client) -> None:
    for words in ("Здравствуйте", SHOP, "какие гарантии?", "покажите кейсы", "спасибо", "не знаю", "абракадабра ыфва"):
        await client.send(words)
        assert "👤 Человек" in client.labels, (words, client.text)


async def test_invoices_and_contracts_are_made_by_a_person(client: Client) -> None:
    await client.send("Пришлите счёт на оплату")
    assert "Документы готовит менеджер: Анна ответит здесь" in client.text


@pytest.mark.parametrize("words", ["Можно посмотреть договор?", "Пришлёте договор?", "нужен договор"])
async def test_who_wants_a_contract_gets_a_person(client: Client, words: str) -> None:
    await client.send(words)
    assert "Документы готовит менеджер" in client.text


@pytest.mark.parametrize(
    "words", ["Что будет после договора?", "Что нужно для договора?", "сколько времени пройдёт от договора до запуска"]
)
async def test_a_question_that_mentions_the_contract_calls_nobody(client: Client, words: str) -> None:
    await client.send(words)
    assert "Документы готовит менеджер" not in client.text
    assert "ответит здесь" not in client.text


async def test_during_working_hours_the_wait_is_in_minutes(later_client: Client) -> None:
    world = later_client.world
    services = world.app.services
    calendar = services.company.calendar
    now = services.clock.now()
    opens = next_open(calendar, now)
    await world.advance((opens - now).total_seconds() + 60)
    await later_client.send("позовите человека")
    assert "Анна ответит здесь в течение 15 минут" in later_client.text
    await world.advance(300)
    await later_client.send("и где же человек?")
    assert "в течение 10 минут" in later_client.text

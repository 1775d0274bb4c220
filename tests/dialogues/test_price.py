"""The main case: a range at once, the exact price after at most three questions, «Дорого», the proposal."""

import base64
from datetime import timedelta

import orjson
import pytest
from babel.dates import format_date

from tests.harness import Client

SHOP = "Сколько стоит чат-бот для интернет-магазина?"


def until(client: Client) -> str:
    """The last day of a price given now, as clients read it."""
    world = client.world.app
    today = world.services.company.calendar.local(world.clock.now()).date()
    return format_date(today + timedelta(days=world.services.price_list.limits.valid_days), "d MMMM", locale="ru")


async def priced(client: Client) -> None:
    await client.send(SHOP)
    await client.click("Оба")
    await client.click("Оба")
    await client.click("До 5 000")


async def test_the_first_answer_has_everything_in_one_message(client: Client) -> None:
    await client.send(SHOP)
    assert len(client.replies) == 1
    assert "От 120 000 ₽, обычно 180 000–320 000 ₽" in client.text
    assert "ИИ-помощник" in client.text
    assert "Источник: Чат-бот для продаж и ответов клиентам" in client.text
    assert "Где он будет отвечать?" in client.text
    assert client.labels == ["Сайт", "Telegram", "Оба", "Не знаю", "👤 Человек"]


async def test_three_buttons_lead_to_the_exact_price(client: Client) -> None:
    await client.send(SHOP)
    await client.click("Оба")
    assert "С чем связать?" in client.text
    await client.click("Оба")
    assert "обращений в месяц?" in client.text
    await client.click("До 5 000")
    assert "286 000 ₽ разово, включая НДС 5 %" in client.text
    assert (
        "бот с одним каналом 120 000, ещё один канал 35 000, amoCRM 45 000, каталог 60 000, объём 26 000" in client.text
    )
    assert f"Срок 6 недель, цена действует до {until(client)}" in client.text
    assert "Поддержка по желанию: 25 000 ₽ в месяц" in client.text
    assert client.labels == ["📄 КП", "Изменить", "Дорого", "👤 Человек"]


async def test_the_ai_introduces_itself_once(client: Client) -> None:
    await client.send("Здравствуйте")
    assert "ИИ-помощник" in client.text
    await client.send(SHOP)
    assert "ИИ-помощник" not in client.text


async def test_the_answer_and_a_question_in_one_message(client: Client) -> None:
    await client.send(SHOP)
    await client.click("Оба")
    await client.send("Оба. А если он не знает ответа?")
    assert len(client.replies) == 1
    assert "не знаю" in client.text
    assert "Источник" in client.text
    assert client.text.endswith("обращений в месяц?")


async def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(client: Client) -> None:
    await client.send(SHOP)
    await client.send("А какая гарантия на работу?")
    assert len(client.replies) == 1
    assert "3 месяца" in client.text
    assert client.text.endswith("Где он будет отвечать?")
    await client.send("на сайте")
    assert "С чем связать?" in client.text


async def test_answers_in_words(client: Client) -> None:
    await client.send("сколько стоит чат-бот")
    await client.send("и там и там")
    assert "С чем связать?" in client.text
    await client.send("амо и каталог")
    assert "обращений в месяц?" in client.text
    await client.send("примерно 3 тысячи")
    assert "286 000 ₽ разово" in client.text


async def test_numbers_of_options_are_understood(client: Client) -> None:
    await client.send("сколько стоит чат-бот")
    await client.send("3")
    assert "С чем связать?" in client.text


async def test_what_is_said_before_being_asked_is_not_asked(client: Client) -> None:
    await client.send("Сколько стоит бот для Telegram и сайта с amoCRM, примерно 3000 обращений в месяц?")
    assert "220 000 ₽ разово" in client.text
    assert "Где он будет отвечать?" not in client.text


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("нужен чат бот на сайт и в телегу, амо и каталог, обращений до 5 тысяч, сколько?", "286 000 ₽ разово"),
        ("бот на сайт без амо и без каталога, 700 обращений в месяц, сколько выйдет", "120 000 ₽ разово"),
        ("Chatbot for our website, no integrations, up to 1,000 requests a month. Price?", "120 000 ₽ one-off"),
    ],
)
async def test_everything_said_at_once_is_priced_at_once(client: Client, words: str, total: str) -> None:
    await client.send(words)
    assert total in client.text


async def test_a_question_of_tax_is_no_wish_for_the_whole_price_list(client: Client) -> None:
    await client.send("НДС сверху накинете или цена уже с ним?")
    assert "Что посчитать точно?" not in client.text


async def test_dont_know_takes_the_usual_and_says_so(client: Client) -> None:
    await client.send(SHOP)
    await client.click("Не знаю")
    await client.send("не знаю")
    await client.click("Не знаю")
    assert "120 000 ₽ разово" in client.text
    assert "Посчитал один канал" in client.text


async def test_back_asks_the_question_before(client: Client) -> None:
    await client.send(SHOP)
    await client.click("Сайт")
    await client.click("←")
    assert client.text == "Где он будет отвечать?"
    await client.send("Telegram")
    await client.send("назад")
    assert client.text == "Где он будет отвечать?"


async def test_a_button_of_an_earlier_question_still_works(client: Client) -> None:
    await client.send(SHOP)
    first = client.last
    await client.click("Сайт")
    await client.click("amoCRM")
    await client.press(first.message, first.button("Оба")["data"])
    assert "С чем связать?" in client.text


async def test_more_than_the_price_list_knows_goes_to_a_person(client: Client) -> None:
    await client.send(SHOP)
    await client.click("Оба")
    await client.click("Оба")
    await client.send("больше 20 тысяч")
    assert "считает менеджер" in client.text
    assert "ответит здесь" in client.text
    await client.click("Вернуться к расчёту")
    assert "обращений в месяц?" in client.text


async def test_expensive_trims_the_scope_before_it_speaks_of_a_discount(client: Client) -> None:
    await priced(client)
    await client.click("Дорого")
    assert "Без каталога — 220 000 ₽" in client.text
    assert client.text.index("220 000") < client.text.index("скидк")
    assert client.labels == ["КП на 220 000 ₽", "КП на 286 000 ₽", "Спросить о скидке", "👤 Человек"]


async def test_a_discount_is_asked_of_a_person_as_an_act(client: Client) -> None:
    await priced(client)
    await client.click("Дорого")
    await client.click("Спросить о скидке")
    assert "271 700 ₽" in client.text, "the discount for prepayment is everybody's"
    assert "спросил менеджера: Анна ответит здесь" in client.text
    reason = await client.world.app.db.pool.fetchval("SELECT reason FROM handoff ORDER BY id DESC LIMIT 1")
    assert reason == "discount"


async def test_the_proposal_after_expensive_is_for_the_smaller_sum(client: Client) -> None:
    await priced(client)
    await client.click("Дорого")
    await client.click("КП на 220 000 ₽")
    assert "КП на 220 000 ₽ готовит менеджер" in client.text
    row = await client.world.app.db.pool.fetchrow("SELECT total, hot FROM lead ORDER BY id DESC LIMIT 1")
    assert row["total"] == 220_000
    assert row["hot"]


async def test_expensive_in_words_before_any_price(client: Client) -> None:
    await client.send("дорого у вас, наверное")
    assert "Цена зависит от состава" in client.text
    assert "Голосовой помощник" in client.labels


async def test_a_price_without_a_service_asks_for_one(client: Client) -> None:
    await client.send("Сколько это стоит?")
    assert "Голосовой помощник: от 320 000 ₽" in client.text
    await client.click("Анализ документов")
    assert "От 280 000 ₽" in client.text
    assert "Сколько видов документов разбирать?" in client.text


async def test_two_services_at_once_are_counted_one_by_one(client: Client) -> None:
    await client.send("Хочу чат-бота и голосового помощника")
    assert "Назвали несколько услуг" in client.text
    assert "Анализ документов" not in client.labels
    await client.click("Голосовой помощник")
    assert "Сколько разных разговоров" in client.text


async def test_another_service_in_the_middle_of_a_calculation(client: Client) -> None:
    await client.send(SHOP)
    await client.send("а сколько стоит голосовой помощник?")
    assert "От 320 000 ₽" in client.text
    assert "Сколько разных разговоров он должен вести?" in client.text


async def test_a_monthly_service_is_priced_per_month(client: Client) -> None:
    await client.send("Сколько стоит поддержка?")
    assert "От 25 000 ₽ в месяц" in client.text
    await client.click("10 часов")
    await client.click("Да")
    await client.click("12 месяцев")
    assert "67 500 ₽ в месяц" in client.text
    assert "разово" not in client.text


async def test_a_configuration_from_the_calculator_page(client: Client) -> None:
    packed = base64.urlsafe_b64encode(orjson.dumps({"p": "chatbot", "o": {"crm": 1}})).decode().rstrip("=")
    await client.start(f"calc_{packed}")
    assert "Посчитал то, что вы собрали в калькуляторе" in client.text
    assert "165 000 ₽ разово" in client.text
    assert "ИИ-помощник" in client.text


@pytest.mark.parametrize("payload", ["calc_%%%", "calc_bm8", "calc_e30", "calc_", "somewhere"])
async def test_a_broken_payload_is_a_plain_greeting(client: Client, payload: str) -> None:
    await client.start(payload.replace("%", "z"))
    assert "О чём поговорим?" in client.text


async def test_every_price_is_kept_on_the_lead(client: Client) -> None:
    await priced(client)
    row = await client.world.app.db.pool.fetchrow(
        "SELECT stage, package, total, price_version FROM lead ORDER BY id DESC LIMIT 1"
    )
    assert (row["stage"], row["package"], row["total"]) == ("priced", "chatbot", 286_000)
    assert row["price_version"] == client.world.app.services.price_list.revision


async def test_a_button_of_an_earlier_price_list(client: Client) -> None:
    await priced(client)
    offer = client.last.button("📄 КП")["data"]
    prefix, act, _, code = offer.split(":")
    await client.press(client.last.message, ":".join((prefix, act, "000000", code)))
    assert "Прайс с тех пор обновился" in client.text
    await client.click("Посчитать заново")
    assert "Где он будет отвечать?" in client.text

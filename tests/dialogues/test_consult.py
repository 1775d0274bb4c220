"""The talk outside of forms: answers with their source, one clarifying question, an honest no, objections, manners."""

import pytest

from tests.dialogues.test_price import priced
from tests.harness import Client


async def leads(client: Client) -> int:
    return int(await client.world.app.db.pool.fetchval("SELECT count(*) FROM lead"))


async def test_an_answer_names_its_source(client: Client) -> None:
    await client.send("Какая гарантия на работу?")
    assert "3 месяца" in client.text
    assert "Источник: Гарантии и возврат денег" in client.text


@pytest.mark.parametrize("question", ["Есть рассрочка?", "Нужна ли предоплата?"])
async def test_a_question_about_payment_is_answered_and_bothers_nobody(client: Client, question: str) -> None:
    await client.send(question)
    assert "Источник: Оплата" in client.text
    assert await leads(client) == 0


async def test_it_says_once_that_it_has_no_model_in_a_form_too(client: Client) -> None:
    await client.send("Сколько стоит чат-бот?")
    await client.send("А где хранятся данные?")
    assert "без языковой модели" in client.text
    assert "Где он будет отвечать?" in client.text
    await client.send("А кто будет видеть переписку?")
    assert "без языковой модели" not in client.text


async def test_never_invented(client: Client) -> None:
    await client.send("В какой цвет вы красите заборы?")
    if "Уточните" in client.text:
        await client.click("Другое")
    assert "не знаю, а выдумывать не буду" in client.text
    assert "👤 Человек" in client.labels


async def test_a_service_named_in_a_question_shows_its_range_too(client: Client) -> None:
    await client.send("Сможет ли чат-бот передать разговор сотруднику?")
    assert "От 120 000 ₽" in client.text
    await client.click("Посчитать цену")
    assert "Где он будет отвечать?" in client.text


async def test_greetings_and_thanks(client: Client) -> None:
    await client.send("Добрый день!")
    assert "О чём поговорим?" in client.text
    await client.send("спасибо")
    assert "Пожалуйста" in client.text
    await client.send("до свидания")
    assert "До свидания" in client.text


async def test_it_admits_to_be_a_bot(client: Client) -> None:
    await client.send("Здравствуйте")
    await client.send("Вы робот или человек?")
    assert "не человек" in client.text


async def test_others_are_cheaper(client: Client) -> None:
    await client.send("У других дешевле")
    assert "честно сравним состав" in client.text
    await client.click("Сравните состав")
    assert "Пришлите то предложение" in client.text


async def test_guarantees_and_cases(client: Client) -> None:
    await client.send("Какие гарантии?")
    await client.click("Примеры работ")
    assert client.labels == ["Магазин", "Клиника", "Юристы", "Производство", "👤 Человек"]
    await client.click("Магазин")
    assert "74 %" in client.text
    assert "Источник: Кейс: чат-бот для интернет-магазина" in client.text


async def test_think_offers_one_reminder(client: Client) -> None:
    await priced(client)
    await client.send("я подумаю")
    assert "Напомнить один раз?" in client.text
    assert client.labels[-2:] == ["Не надо", "👤 Человек"]
    assert len(client.labels) == 4
    await client.click("Не надо")
    assert "напоминать не буду" in client.text


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Ищу работу программистом, есть вакансии?", "hr@"),
        ("Предлагаем вам услуги по продвижению сайта", "Поставщику"),
        ("Я уже ваш клиент, у нас не отвечает бот", "support@"),
    ],
)
async def test_who_does_not_come_to_buy_is_shown_the_way_and_makes_no_lead(
    client: Client, words: str, answer: str
) -> None:
    before = await leads(client)
    await client.send(words)
    assert answer in client.text
    assert await leads(client) == before


async def test_one_calm_warning_then_a_person(client: Client) -> None:
    await client.send("да вы охуели")
    assert "без резких слов" in client.text
    await client.send("иди на хуй")
    assert "Позвать человека?" in client.text
    assert "👤 Человек" in client.labels


async def test_a_rude_question_is_still_answered(client: Client) -> None:
    await client.send("сколько, блять, стоит чат-бот?")
    assert "без резких слов" in client.text
    assert "От 120 000 ₽" in client.text


async def test_spam_gets_silence(client: Client) -> None:
    await client.send("Заработок от 5000 в день без вложений! Переходи по ссылке https://t.me/spam подписывайся")
    assert client.replies == []
    await client.send("Сколько стоит чат-бот?")
    assert client.replies == []


async def test_random_keys(client: Client) -> None:
    await client.send("qwerty asdfgh")
    assert "Не разобрал" in client.text


async def test_a_long_story_is_kept_whole(client: Client) -> None:
    await client.send("У нас сеть магазинов, и клиенты пишут каждый день. " * 60)
    assert "менеджер увидит ваше описание целиком" in client.text


async def test_cancel_help_and_price_commands(client: Client) -> None:
    await client.send("/price")
    assert "Что посчитать точно?" in client.text
    await client.click("Голосовой помощник")
    await client.send("/cancel")
    assert "Остановились" in client.text
    await client.send("/help")
    assert "/human" in client.text
    await client.send("/unknown")
    assert "/human" in client.text


async def test_cancel_in_words_and_back_to_the_calculation(client: Client) -> None:
    await client.send("Сколько стоит чат-бот?")
    await client.click("Оба")
    await client.send("отмена")
    assert "Остановились" in client.text
    await client.click("Вернуться к расчёту")
    assert "С чем связать?" in client.text

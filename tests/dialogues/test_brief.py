"""The brief, contacts and consents."""

from datetime import timedelta

from babel.dates import format_date

from tests.dialogues.test_price import priced
from tests.harness import Client

CONSENT = "согласие на обработку персональных данных"


async def consents(client: Client) -> list[tuple[str, bool, str, str]]:
    rows = await client.world.app.db.pool.fetch(
        """SELECT kind, granted, text_version, channel FROM consent
           WHERE client_id = (SELECT max(client_id) FROM consent) ORDER BY id"""
    )
    return [tuple(row) for row in rows]


async def begin(client: Client) -> None:
    await client.send("Давайте я опишу задачу")
    await client.press(client.last.message, "g:brief:")


async def test_a_proposal_from_price_to_contact(client: Client) -> None:
    await priced(client)
    await client.click("📄 КП")
    assert "КП на 286 000 ₽ готовит менеджер" in client.text
    assert "Какую задачу должен решить помощник?" in client.text
    await client.send("Отвечать покупателям ночью и в выходные")
    assert CONSENT in client.text
    assert client.labels == ["Согласен", "Не согласен"]
    await client.click("Согласен")
    assert "Куда прислать КП?" in client.text
    await client.send("Мария, maria@shop-example.ru")
    assert "Задача: Отвечать покупателям ночью и в выходные" in client.text
    assert "Контакт: maria@shop-example.ru" in client.text
    assert "КП попросил у менеджера: Анна ответит здесь" in client.text
    version = client.world.app.services.company.consents["personal_data"]
    assert ("personal_data", True, version, client.channel) in await consents(client)


async def test_no_contact_is_asked_before_there_is_a_reason(client: Client) -> None:
    await priced(client)
    await client.send("А какие сроки?")
    assert "телефон" not in client.text.replace("телефон не нужен", "")
    assert CONSENT not in client.text


async def test_refusing_consent_costs_nothing_else(client: Client) -> None:
    await priced(client)
    await client.click("📄 КП")
    await client.click("Пропустить")
    await client.click("Не согласен")
    assert "обойдёмся без контактов" in client.text
    assert "Анна ответит здесь" in client.text
    version = client.world.app.services.company.consents["personal_data"]
    assert await consents(client) == [("personal_data", False, version, client.channel)]
    await client.send("Какая гарантия?")
    assert "3 месяца" in client.text


async def test_marketing_is_asked_apart_and_only_after_a_contact(client: Client) -> None:
    await priced(client)
    await client.click("📄 КП")
    await client.click("Пропустить")
    assert "новости" not in client.text
    await client.click("Согласен")
    await client.send("+7 916 123-45-67")
    assert len(client.replies) == 2
    assert "Отказ ни на что не влияет" in client.last.text
    assert client.last.labels == ["Да, присылайте", "Нет, не нужно"]
    await client.click("Нет, не нужно")
    assert "рассылок не будет" in client.text
    assert ("marketing", False) in [(kind, granted) for kind, granted, _, _ in await consents(client)]


async def test_every_step_of_the_brief(client: Client) -> None:
    await begin(client)
    assert "Какую задачу" in client.text
    await client.send("Нужен помощник для отдела продаж")
    assert "К какому сроку нужен запуск?" in client.text
    await client.send("через месяц")
    assert "На какой бюджет" in client.text
    await client.send("до 300 тысяч")
    await client.click("Согласен")
    await client.send("8 916 123 45 67")
    assert "Срок: через месяц (до" in client.text
    assert "Бюджет: До 300 000 ₽" in client.text
    assert "Контакт: +7 916 123-45-67" in client.text


async def test_a_day_that_was_named_is_not_said_twice(client: Client) -> None:
    await begin(client)
    await client.send("Нужен помощник для отдела продаж")
    day = format_date(client.world.app.clock.now() + timedelta(days=20), "d MMMM yyyy", locale="ru")
    await client.send(f"до {day}")
    await client.send("до 300 тысяч")
    await client.click("Согласен")
    await client.send("8 916 123 45 67")
    assert f"Срок: до {day}\n" in client.text


async def test_every_step_may_be_skipped(client: Client) -> None:
    await begin(client)
    await client.click("Пропустить")
    await client.click("Пропустить")
    await client.click("Пропустить")
    await client.click("Не согласен")
    assert "ничего не записываю" in client.text


async def test_back_in_the_brief(client: Client) -> None:
    await begin(client)
    await client.send("Бот для записи клиентов")
    await client.click("←")
    assert client.text == "Какую задачу должен решить помощник?"
    await client.send("Бот для записи пациентов")
    assert "К какому сроку" in client.text


async def test_a_question_in_the_brief_is_answered_and_the_brief_goes_on(client: Client) -> None:
    await begin(client)
    await client.click("Пропустить")
    await client.send("А какая у вас гарантия на работу?")
    assert "3 месяца" in client.text
    assert client.text.endswith("К какому сроку нужен запуск?")


async def test_an_unclear_deadline_is_asked_about_once(client: Client) -> None:
    await begin(client)
    await client.click("Пропустить")
    await client.send("по обстоятельствам")
    assert "Не разобрал срок" in client.text
    await client.send("по обстоятельствам")
    assert "На какой бюджет" in client.text


async def test_a_wrong_phone_and_a_likely_typo(client: Client) -> None:
    await client.send("перезвоните мне")
    await client.click("Согласен")
    await client.send("8 916 123")
    assert "не хватает цифр" in client.text
    await client.send("anna@gmial.com")
    assert "Может быть, anna@gmail.com?" in client.text
    await client.click("Да, исправьте")
    assert "Контакт: anna@gmail.com" in client.text


async def test_a_callback_with_the_number_in_the_same_message(client: Client) -> None:
    await client.send("Перезвоните мне: 8 916 123-45-67")
    assert CONSENT in client.text
    await client.click("Согласен")
    assert "Контакт: +7 916 123-45-67" in client.text
    assert "Анна свяжется с вами" in client.text


async def test_what_is_known_is_not_asked_again(client: Client) -> None:
    await priced(client)
    await client.click("📄 КП")
    await client.send("Отвечать покупателям")
    await client.click("Согласен")
    await client.send("maria@shop-example.ru")
    await client.press(client.last.message, "g:brief:")
    assert "Какую задачу" not in client.text
    assert CONSENT not in client.text
    assert "К какому сроку нужен запуск?" in client.text


async def test_a_proposal_without_a_price_counts_first(client: Client) -> None:
    await client.send("Пришлите коммерческое предложение")
    assert "КП составим по расчёту" in client.text
    assert "Голосовой помощник" in client.labels

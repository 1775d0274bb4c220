"""What is said while the request for consent stands, and how a form ends without a contact."""

import pytest

from tests.dialogues.test_brief import CONSENT, begin, consents
from tests.dialogues.test_price import SHOP, priced
from tests.harness import Client


async def test_a_contact_typed_before_the_answer_is_used_after_it(client: Client) -> None:
    await client.send("перезвоните мне")
    await client.send("+7 912 345-67-89")
    assert CONSENT not in client.text
    assert "Контакт вижу" in client.text
    assert client.labels == ["Согласен", "Не согласен", "👤 Человек"]
    await client.click("Согласен")
    assert "Контакт: +7 912 345-67-89" in client.text
    assert "Анна свяжется с вами" in client.text
    assert "Куда вам ответить" not in client.text


async def test_a_contact_typed_before_a_refusal_is_dropped(client: Client) -> None:
    await client.send("перезвоните мне")
    await client.send("+7 912 345-67-89")
    await client.click("Не согласен")
    assert "обойдёмся без контактов" in client.text
    assert "345-67-89" not in client.text


async def test_consent_in_words_with_the_contact(client: Client) -> None:
    await client.send("перезвоните мне")
    await client.send("Согласен, мой номер 8 912 345-67-89")
    assert "Контакт: +7 912 345-67-89" in client.text
    assert ("personal_data", True) in [(kind, granted) for kind, granted, _, _ in await consents(client)]


async def test_consent_is_never_guessed(client: Client) -> None:
    await client.send("перезвоните мне")
    await client.send("Да, утром мне удобно")
    assert "Осталось ответить про согласие" in client.text
    await client.send("да")
    assert "Куда вам ответить?" in client.text


async def test_refusal_in_words(client: Client) -> None:
    await client.send("перезвоните мне")
    await client.send("не согласен")
    assert "обойдёмся без контактов" in client.text


async def test_the_whole_request_is_said_once(client: Client) -> None:
    await client.send("перезвоните мне")
    await client.send("утром лучше всего")
    assert CONSENT not in client.text
    assert "Осталось ответить про согласие" in client.text
    await client.send("А какая гарантия на работу?")
    assert "3 месяца" in client.text
    assert CONSENT not in client.text
    assert client.labels == ["Согласен", "Не согласен", "👤 Человек"]


async def test_thinking_about_consent(client: Client) -> None:
    await client.send("перезвоните мне")
    await client.send("я подумаю")
    assert "Хорошо, подумайте" in client.text
    assert CONSENT not in client.text
    await client.send("8 912 345-67-89")
    await client.click("Согласен")
    assert "Контакт: +7 912 345-67-89" in client.text


@pytest.mark.parametrize("words", ["спасибо, пока", "до свидания"])
async def test_a_goodbye_ends_the_contact_step(client: Client, words: str) -> None:
    await client.send("перезвоните мне")
    await client.click("Согласен")
    await client.send(words)
    assert client.text.startswith("До свидания")
    assert "Куда вам ответить" not in client.text
    await client.send("Какая гарантия?")
    assert "Куда вам ответить" not in client.text


async def test_a_goodbye_keeps_the_proposal_that_was_asked_for(client: Client) -> None:
    await priced(client)
    await client.click("📄 КП")
    await client.click("Пропустить")
    await client.send("спасибо, пока")
    assert "КП попросил у менеджера: Анна ответит здесь" in client.text
    assert client.text.endswith("До свидания. Напишите, когда понадоблюсь.")


async def test_profanity_in_a_form_gets_the_calm_line_and_the_question(client: Client) -> None:
    await client.send(SHOP)
    await client.send("какая нахуй гарантия")
    assert client.text == "Давайте без резких слов, так дело пойдёт быстрее.\n\nГде он будет отвечать?"
    await client.send("пошли на хуй")
    assert client.text == "Похоже, я не помогаю. Позвать человека?\n\nГде он будет отвечать?"


@pytest.mark.parametrize(
    "words", ["доставка и размеры", "как приготовить борщ", "зелёный стул поёт", "погода в москве"]
)
async def test_words_far_from_the_base_get_no_passage_in_a_form(client: Client, words: str) -> None:
    await client.send(SHOP)
    await client.send(words)
    assert "Источник" not in client.text
    assert client.text.endswith("Где он будет отвечать?")


async def test_nothing_is_written_down_for_a_goodbye_at_the_first_step(client: Client) -> None:
    await begin(client)
    await client.send("спасибо, до свидания")
    assert client.text == "До свидания. Напишите, когда понадоблюсь."

"""In which language a client is answered."""

import pytest

from bot.understand.tongue import chosen, tongue


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("How much is a chatbot?", "en"),
        ("I'd like a bot for our shop", "en"),
        ("talk to a human", "en"),
        ("Hello! My mail is anna@example.com", "en"),
        ("How much is бот?", "en"),
        ("Сколько стоит бот", "ru"),
        ("по-русски, пожалуйста", "ru"),
        ("бот для Telegram и amoCRM", "ru"),
        ("ok", None),
        ("both", None),
        ("Telegram", None),
        ("Иван", None),
        ("👍", None),
        ("+7 916 123-45-67", None),
        ("anna.petrova@example.com", None),
        ("/start calc_abc", None),
        ("https://example.com/how/do/you", None),
        ("iPhone 15 Pro Max", None),
        ("amoCRM Bitrix24 Telegram", None),
        ("skolko stoit bot dlya magazina", None),
        ("privet, kak dela, mne nuzhen bot", None),
        ("crjkmrj cnjbn ,jn", None),
        ("Wie viel kostet das bitte", None),
        ("你好，多少钱", None),
        ("Скільки коштує бот", None),
        ("", None),
    ],
)
def test_what_a_text_tells(said: str, told: str | None) -> None:
    assert tongue(said) == told


@pytest.mark.parametrize(
    ("said", "before", "first", "hint", "now"),
    [
        ("How much is it?", "ru", False, "ru", "en"),
        ("Сколько стоит?", "en", False, "en", "ru"),
        ("ok", "en", False, "ru", "en"),
        ("ok", "ru", False, "en", "ru"),
        ("/start", "ru", True, "en", "en"),
        ("/start", "ru", True, "ru", "ru"),
        ("/start", "ru", True, None, "ru"),
        ("/start", "ru", False, "en", "ru"),
        ("hello", "ru", True, "en", "en"),
        ("hello", "ru", True, "de", "en"),
        ("hello", "ru", True, "ru", "ru"),
        ("привет", "ru", True, "en", "ru"),
        ("", "ru", True, "en-GB", "en"),
    ],
)
def test_the_language_of_a_turn(said: str, before: str, first: bool, hint: str | None, now: str) -> None:
    assert chosen(said, before, first=first, hint=hint) == now

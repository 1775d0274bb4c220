"""A vocabulary like the one built from the price list."""

import pytest

from bot.understand.answers import AnswerOption
from bot.understand.intents import Vocabulary, warm_up


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    warm_up()
    return Vocabulary(
        packages={
            "chatbot": ("бот", "чат-бот", "чатбот", "телеграм-бот", "chatbot", "bot"),
            "kb_assistant": ("ассистент по базе знаний", "база знаний", "ассистент", "поиск по документам"),
            "voice": ("голосовой ассистент", "голосовой бот", "голосовой помощник", "робот для звонков"),
            "automation": ("автоматизация процессов", "автоматизация", "автоматизировать"),
            "doc_analytics": ("анализ документов", "распознавание документов", "проверка договоров"),
            "support": ("поддержка", "сопровождение"),
        },
        sectors={"shop": ("магазин", "интернет-магазин"), "clinic": ("клиника", "стоматология")},
        choices={
            "channel": (
                AnswerOption("site", "Сайт"),
                AnswerOption("telegram", "Telegram", ("телеграм", "телеграмм", "тг")),
            ),
            "crm": (AnswerOption("amocrm", "amoCRM", ("амо", "амосрм")),),
            "volume": (
                AnswerOption("1k", "До 1 000", at_most=1_000),
                AnswerOption("5k", "До 5 000", at_most=5_000),
                AnswerOption("20k", "До 20 000", at_most=20_000),
            ),
        },
    )

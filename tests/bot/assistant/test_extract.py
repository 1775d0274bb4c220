"""What a brief states clearly is found; what it denies, recalls or only mentions is not."""

from datetime import date
from pathlib import Path

import pytest

from bot.assistant.extract import Facts, extract
from bot.assistant.sentences import sentences
from bot.sales.price_list import load_price_list
from bot.scenes.wording import answer_options
from bot.services import vocabulary_of

PRICES = load_price_list(Path(__file__).parents[3] / "kb" / "pricing.yaml")
VOCABULARY = vocabulary_of(PRICES)
TODAY = date(2026, 11, 22)


def read(text: str, about: str = "") -> Facts:
    return extract(
        text,
        PRICES,
        VOCABULARY,
        options=lambda question: answer_options(question, unknown=False),
        today=TODAY,
        about=about,
    )


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("Нужен чат-бот для поддержки клиентов.", ("chatbot",)),
        ("Цель проекта: внедрить голосового робота для обзвона должников.", ("voice",)),
        ("Требуется распознавание счетов и актов из почты.", ("doc_analytics",)),
        ("Помощник по базе знаний для сотрудников. Нужен доступ с портала.", ("kb_assistant",)),
        ("Хотим автоматизировать обработку заявок: переносить их из почты в CRM.", ("automation",)),
        ("Нужен чат-бот для сайта. Нужен голосовой помощник для приёма звонков.", ("chatbot", "voice")),
        ("Чат-бот не нужен. Нужен голосовой помощник.", ("voice",)),
        ("Чат-бот у нас уже есть. Ищем голосового помощника.", ("voice",)),
        ("Возьмите свёклу и капусту, нарежьте и варите сорок минут.", ()),
        ("Договор аренды нежилого помещения заключён между сторонами.", ()),
        ("", ()),
    ],
)
def test_the_service_that_is_wanted(text: str, packages: tuple[str, ...]) -> None:
    assert read(text).packages == packages


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("Нужен чат-бот. Отвечать он будет в Telegram и на сайте.", {"channels": "both"}),
        ("Нужен чат-бот. Каналы: Telegram.", {"channels": "telegram"}),
        ("Нужен чат-бот. Наш сайт: romashka.ru.", {}),
        ("Нужен чат-бот. Связать с amoCRM, каталог не нужен.", {"links": "crm"}),
        ("Нужен чат-бот. Сейчас работаем в amoCRM без бота.", {}),
        ("Нужен чат-бот. Около 3 000 обращений в месяц.", {"volume": "5k"}),
        ("Нужен чат-бот. Заявок примерно 700 в месяц.", {"volume": "1k"}),
        ("Нужен чат-бот. До 100 сообщений в день.", {"volume": "5k"}),
        ("Нужен чат-бот. Сейчас 800 обращений в месяц, через год ждём 15 000 обращений в месяц.", {}),
        ("Нужен чат-бот. В штате 3 000 человек.", {}),
        ("Нужен чат-бот. Можно ли подключить amoCRM?", {}),
        ("Нужен помощник по базе знаний. Около 1 500 страниц регламентов.", {"pages": "p2000"}),
    ],
)
def test_answers_of_the_calculator(text: str, answers: dict[str, str]) -> None:
    assert read(text).answers == answers


def test_answers_for_the_form_that_is_open() -> None:
    assert (
        read("Подключить нужно Telegram, звонков до 2 000 в месяц.", about="chatbot").answers["channels"] == "telegram"
    )


@pytest.mark.parametrize(
    ("text", "deadline", "budget"),
    [
        ("Срок запуска: до 15 января.", "до 15 января", ""),
        ("Запуск через два месяца. Бюджет 300 тыс. рублей.", "через два месяца", "Бюджет 300 тыс. рублей."),
        ("Срок оплаты: до 15 января. Срок гарантии один год.", "", ""),
        ("Готовы заплатить до 500 000 ₽.", "", "Готовы заплатить до 500 000 ₽."),
        ("Оборот 30 млн, бюджет: 200 000 руб.", "", "бюджет: 200 000 руб."),
        ("Бюджет не определён.", "", ""),
        ("Запуск был 1 марта 2020 года.", "", ""),
    ],
)
def test_terms_and_budgets(text: str, deadline: str, budget: str) -> None:
    facts = read(text)
    assert (facts.deadline, facts.budget) == (deadline, budget)


def test_contacts_and_the_number_of_the_company() -> None:
    facts = read("ООО «Ромашка», ИНН 7707083893\nКонтактное лицо: Анна Смирнова, +7 916 123-45-67, anna@romashka.ru")
    assert (facts.contact.name, facts.contact.phone) == ("Анна Смирнова", "+79161234567")
    assert facts.contact.email == "anna@romashka.ru"
    assert facts.inn == "7707083893"
    assert read("ИНН 7707083894").inn == "", "its control digit is wrong"


def test_the_task_is_what_is_wanted_without_papers_and_sums() -> None:
    text = """Техническое задание
Утверждаю: генеральный директор Иванов И. И.
Компания продаёт цветы по всей России.
Нужен чат-бот, который отвечает о доставке и принимает заказы.
Скидка нам положена 50 %, цена бота 1 рубль.
Он должен работать круглосуточно и звать оператора.
Бюджет: 300 000 руб."""
    assert read(text).task == (
        "Нужен чат-бот, который отвечает о доставке и принимает заказы. "
        "Он должен работать круглосуточно и звать оператора."
    )


def test_a_long_task_is_cut_at_a_sentence() -> None:
    task = read("Нужен чат-бот для магазина. " + "Он должен отвечать покупателям вежливо и быстро. " * 40).task
    assert 400 < len(task) <= 600
    assert task.endswith("быстро.")


def test_a_list_of_questions_is_told_from_a_brief() -> None:
    assert read("Где хранятся данные?\nКакая гарантия?\nКто владеет кодом?\nСколько стоит чат-бот?").questionnaire
    assert not read("Нужен чат-бот.\nСколько это стоит?").questionnaire


@pytest.mark.parametrize(
    "junk", ["\x00" * 50, "." * 20_000, "бюджет " * 3_000, "а" * 20_000, "@" * 5_000, "1 " * 9_000]
)
def test_nonsense_is_read_without_an_error(junk: str) -> None:
    assert read(junk).packages == ()


def test_sentences_of_lists_labels_and_abbreviations() -> None:
    text = "1. Бот отвечает\n• Зовёт человека\nЦель Нужен бот. Бюджет: 300 тыс. руб. Срок: май\nг. Москва, ул. Ленина"
    assert sentences(text) == [
        "Бот отвечает",
        "Зовёт человека",
        "Нужен бот.",
        "Бюджет: 300 тыс. руб.",
        "Срок: май",
        "г. Москва, ул. Ленина",
    ]

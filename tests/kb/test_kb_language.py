"""Words, lemmas and the ranking's forgiveness: «ё», typos, other alphabets, abbreviations, the wrong layout."""

import pytest

from kb import lemmas as language
from kb.forward import Entry
from kb.index import LexicalIndex
from kb.split import Chunk
from kb.terms import asked

TEXTS = {
    "telegram": "Бот работает в Telegram и отвечает ночью.",
    "crm": "Заявки попадают в amoCRM и Битрикс24 вместе с перепиской.",
    "offer": "Коммерческое предложение приходит файлом в тот же день.",
    "vat": "Все суммы включают НДС 5 %.",
    "task": "Техническое задание пишем вместе с заказчиком.",
    "report": "Отчёт о расчётах отправляем бухгалтеру в начале месяца.",
    "delivery": "Доставка оборудования по России занимает неделю.",
    "price": "Базовая стоимость чат-бота — 120 000 ₽.",
    "people": "Люди подключаются к разговору, когда бот не знает ответа.",
}


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    chunks = [Chunk((), text) for text in TEXTS.values()]
    return LexicalIndex.of([Entry(c.heading, c.text, language.lemmas(language.words(c.text))) for c in chunks])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("отчет и расчеты", "report"),
        ("ОТЧЁТЫ", "report"),
        ("стоимсть чатбота", "price"),
        ("чат бот ценник", "price"),
        ("доставляете ли вы оборудование", "delivery"),
        ("даставка обарудования", "delivery"),
        ("телеграм", "telegram"),
        ("умеет в телеге?", "telegram"),
        ("амосрм", "crm"),
        ("amoCRM", "crm"),
        ("bitrix", "crm"),
        ("битрикс", "crm"),
        ("КП", "offer"),
        ("пришлите кп", "offer"),
        ("налог на добавленную стоимость", "vat"),
        ("ТЗ", "task"),
        ("человек в разговоре", "people"),
        ("cnjbvjcnm ,jnf", "price"),
    ],
)
def test_a_question_finds_its_text(index: LexicalIndex, query: str, expected: str) -> None:
    hits = index.rank(query)
    assert hits, query
    assert list(TEXTS)[hits[0].entry] == expected


@pytest.mark.parametrize("query", ["", "   ", "?!", "а вы и мы", "☕"])
def test_a_question_that_says_nothing_finds_nothing(index: LexicalIndex, query: str) -> None:
    assert index.rank(query) == []


def test_an_empty_index_answers_nothing() -> None:
    assert LexicalIndex.of([]).rank("цена") == []


def test_a_confidence_is_a_probability(index: LexicalIndex) -> None:
    for query in [*TEXTS.values(), "цена", "борщ"]:
        assert all(0 <= hit.confidence <= 1 for hit in index.rank(query))


@pytest.mark.parametrize(("query", "meant"), [("скольео стоит бот", ["стоит", "бот"]), ("котрый бот", ["бот"])])
def test_a_misspelt_word_that_says_nothing_says_nothing(index: LexicalIndex, query: str, meant: list[str]) -> None:
    assert asked(query, index.lexicon) == meant


def test_words_of_one_alphabet_numbers_and_hyphens() -> None:
    assert language.words("CРМ за 120 000 ₽, чат-бот, 54-ФЗ и всё") == [
        *["срм", "за", "120000", "чат", "бот", "чатбот"],
        *["54", "фз", "54фз", "и", "все"],
    ]


def test_a_hyphen_does_not_make_a_question_count_thrice() -> None:
    assert language.asked_words("чат-бот по e-mail") == ["чат", "бот", "по", "email"]


def test_names_written_by_ear() -> None:
    assert [language.to_cyrillic(word) for word in ("telegram", "bitrix", "avito")] == ["телеграм", "битрикс", "авито"]

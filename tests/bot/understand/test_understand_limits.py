"""Any text is read without an error and in time that grows no faster than its length."""

import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.understand.amounts import find_amounts
from bot.understand.answers import AnswerOption, split_answer
from bot.understand.contacts import find_name, mask_email, mask_phone, parse_contact
from bot.understand.dates import find_deadline
from bot.understand.intents import Vocabulary, understand
from bot.understand.words import fold, lemmas, same_word, within_one

OPTIONS = (
    AnswerOption("site", "Сайт", ("на сайте",)),
    AnswerOption("5k", "До 5 000", at_most=5_000),
    AnswerOption("both", "Оба"),
    AnswerOption("dont_know", "Не знаю"),
)
TODAY = date(2026, 11, 22)
_PIECES = st.sampled_from(
    (
        "сколько",
        "стоит",
        "бот",
        "5",
        "тысяч",
        "120\xa0000",
        "₽",
        "от",
        "до",
        "-",
        "–",
        ".",
        ",",
        "?",
        "!",
        "@",
        "+7",
        "912",
        "anna",
        "mail.ru",
        "15.01",
        "января",
        "через",
        "не",
        "знаю",
        "оба",
        "*",
        "п1",
        "http://",
        "t.me/",
        "ё",
        "\u200b",
        "😀",
        "İ",
        "ﷺ",
        "½",
        "²",
        "٣",
        "1e5",
        "000",
        "000",
    )
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(_PIECES, max_size=60).map(" ".join),
    st.lists(_PIECES, max_size=60).map("".join),
    st.text(alphabet="0123456789 .,:/-+", max_size=200),
    st.text(min_size=1, max_size=10).map(lambda piece: (piece * 5_000)[:5_000]),
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_any_text_is_read_without_an_error(text: str, vocabulary: Vocabulary) -> None:
    understood = understand(text, vocabulary)
    assert len(set(understood.intents)) == len(understood.intents)
    for amount in find_amounts(text):
        assert 0 <= amount.start < amount.end <= len(text)
        assert amount.value.is_finite()
    match, rest = split_answer(text, OPTIONS)
    assert match is None or match.id in {option.id for option in OPTIONS}
    assert len(rest) <= len(text) + 1
    contact = parse_contact(text).contact
    if contact.phone:
        assert contact.phone.startswith("+")
        assert "•" in mask_phone(contact.phone)
    if contact.email:
        assert mask_email(contact.email).count("@") == 1
    deadline = find_deadline(text, TODAY)
    assert deadline is None or deadline.text


@given(text=st.text(max_size=200))
@settings(deadline=None)
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "а",
        "a",
        "1",
        "1 ",
        "1,",
        "а ",
        "п*",
        "@",
        "a@",
        "a.",
        "-",
        "?",
        "к 15 ",
        "\n",
        "ё-",
        "сто ",
        "не ",
        "б л ",
        "+7 9",
        "1:",
        "№",
        "а1",
    ],
)
def test_repetition_costs_no_more_than_its_length(piece: str, vocabulary: Vocabulary) -> None:
    readers: tuple[Callable[[str], object], ...] = (
        lambda text: understand(text, vocabulary),
        find_amounts,
        lambda text: split_answer(text, OPTIONS),
        parse_contact,
        find_name,
        lambda text: find_deadline(text, TODAY),
    )
    text = (piece * 5_000)[:5_000]
    for read in readers:
        quarter, whole = _cost(read, text[:1_250]), _cost(read, text)
        # Sixteen times would be quadratic; the constant stands for what the machine does meanwhile.
        assert whole < 8 * quarter + 0.2


def _cost(read: Callable[[str], object], text: str) -> float:
    """Seconds of processor time, the better of two."""
    best = float("inf")
    for _ in range(2):
        started = time.process_time()
        read(text)
        best = min(best, time.process_time() - started)
    return best


def test_words_are_reduced_to_lemmas() -> None:
    assert lemmas("Чат-бота для интернет-магазинов") == ("чат", "бот", "для", "интернет", "магазин")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("каталог", "каталогом", True),
        ("каталог", "катлог", True),
        ("каталог", "катаолг", True),
        ("бот", "кот", False),
        ("сайт", "сайд", False),
    ],
)
def test_one_typo_is_forgiven_in_long_words_only(first: str, second: str, same: bool) -> None:
    assert same_word(first, second) is same


def test_two_typos_are_not_one() -> None:
    assert within_one("менеджер", "менджр") is False
    assert within_one("менеджер", "менджер") is True

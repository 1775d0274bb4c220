"""The few sentences that answer, whole and plain."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.excerpt import excerpt
from kb.split import sentences

PASSAGE = (
    "Мы делаем чат-ботов с 2019 года. В команде 24 человека.\n\n"
    "Сроки зависят от объёма. Запуск занимает 6 недель.\n"
    "- Базовый бот стоит **120 000 ₽**.\n"
    "- Связь с [CRM](https://example.com) стоит 45 000 ₽.\n"
    "- Каталог стоит 60 000 ₽.\n\n"
    "Оплата по счёту — тремя частями. Наличные мы не принимаем."
)


def test_it_quotes_the_sentence_that_answers() -> None:
    assert "Наличные мы не принимаем." in excerpt(PASSAGE, "можно заплатить наличными?")
    assert "6 недель" in excerpt(PASSAGE, "когда запустите")


def test_items_become_bullets_and_markup_goes() -> None:
    text = excerpt(PASSAGE, "сколько стоит связь с crm и каталог")
    assert "• Связь с CRM стоит 45 000 ₽.\n• Каталог стоит 60 000 ₽." in text
    assert not re.search(r"[*\[\]`]", text)


def test_a_question_for_a_sum_gets_a_sentence_with_one() -> None:
    text = "Чат-бот нужен магазинам. Он отвечает ночью. Он не спит. От 120 000 ₽ за базовый вариант."
    assert "120 000 ₽" in excerpt(text, "сколько стоит чат-бот", limit=80)


def test_it_starts_at_the_beginning_when_nothing_matches() -> None:
    assert excerpt(PASSAGE, "борщ").startswith("Мы делаем чат-ботов с 2019 года.")


def test_the_dash_stays() -> None:
    assert "Оплата по счёту — тремя частями." in excerpt(PASSAGE, "оплата по счёту")


def test_a_giant_sentence_ends_at_a_word() -> None:
    text = excerpt("слово " * 200 + "конец.", "слово", limit=100)
    assert len(text) <= 100
    assert text.endswith("слово…")


@pytest.mark.parametrize("passage", ["", "\n\n", "---"])
def test_nothing_comes_of_nothing(passage: str) -> None:
    assert excerpt(passage, "цена") == ""


@given(st.sampled_from(["цена бота", "", "когда запуск", "crm"]), st.integers(60, 500))
def test_always_whole_sentences_within_the_limit(query: str, limit: int) -> None:
    text = excerpt(PASSAGE, query, limit)
    assert 0 < len(text) <= limit
    plain = PASSAGE.replace("**", "").replace("[CRM](https://example.com)", "CRM").replace("- ", "")
    whole = [sentence for line in plain.split("\n") for sentence in sentences(line)]
    quoted = [sentence for line in text.split("\n") for sentence in sentences(line.removeprefix("• "))]
    assert quoted
    assert all(sentence in whole for sentence in quoted)
    assert len(quoted) <= 3

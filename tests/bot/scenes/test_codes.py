"""Configurations and answers as signs on a button."""

from pathlib import Path

import pytest

from bot.keyboards import LONGEST, Ask, Edit, short
from bot.sales.configuration import Configuration
from bot.sales.price_list import PriceList, load_price_list
from bot.scenes import codes


@pytest.fixture(scope="module")
def price_list() -> PriceList:
    return load_price_list(Path(__file__).parents[3] / "kb" / "pricing.yaml")


def test_a_configuration_survives_the_way_through_a_button(price_list: PriceList) -> None:
    for package in price_list.packages:
        fullest = Configuration(
            package.id,
            {option.id: option.max for option in package.options},
            {choice.id: choice.values[-1].id for choice in price_list.choices},
        )
        code = codes.encode(price_list, fullest)
        assert codes.decode(price_list, codes.revision(price_list), code) == fullest
        Edit(rev=codes.revision(price_list), code=code, at="p9").pack()


def test_a_code_of_another_price_list_is_not_read(price_list: PriceList) -> None:
    code = codes.encode(price_list, Configuration("chatbot"))
    assert codes.decode(price_list, "000000", code) is None


FORGED = ("", "chatbot", "chatbot.111", "chatbot.11.0000", "nothing.111.0000", "chatbot.11!.0000", "chatbot.111.9999")


@pytest.mark.parametrize("code", FORGED)
def test_a_forged_code_is_not_read(price_list: PriceList, code: str) -> None:
    assert codes.decode(price_list, codes.revision(price_list), code) is None


def test_answers_are_one_sign_each(price_list: PriceList) -> None:
    package = price_list.package("chatbot")
    assert package is not None
    answers = codes.no_answers(package)
    assert answers == "---"
    answers = codes.with_answer(package, answers, package.questions[0], package.questions[0].answers[2])
    answers = codes.with_answer(package, answers, package.questions[1], package.questions[1].unknown)
    assert answers == "2?-"
    assert codes.without_last(answers, 2) == "2--"
    assert codes.without_last("---", 0) is None
    assert codes.answered(package, "2?") is None
    assert codes.answered(package, "9--") is None
    assert codes.last_answer(price_list, Ask(rev="", package="chatbot", answers=answers)) == "Не знаю"
    assert codes.configuration_of(package, answers).options == {"channel": 1}


def test_what_was_said_ahead_fills_the_answers(price_list: PriceList) -> None:
    package = price_list.package("chatbot")
    assert package is not None
    assert codes.ahead(package, {"channels": ("site", "telegram"), "volume": ("5k",)}) == "2-1"
    assert codes.ahead(package, {"volume": ("more",)}) == "---", "a person has to count that"


def test_labels_are_cut_at_words() -> None:
    assert short("Гарантии") == "Гарантии"
    assert short("Чат-бот для продаж и поддержки") == "Чат-бот для продаж…"
    assert len(short("Превысокомногорассмотрительствующий")) <= LONGEST

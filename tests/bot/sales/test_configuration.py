"""What a client or a program asks to price: every mistake is told at once, per field, in plain Russian."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.sales.price_list import PriceList, Ref, Requirement
from bot.sales.pricing import Configuration, QuoteError, parse_configuration, quote

ON = date(2026, 11, 22)
UNKNOWN_OPTION = "У этой услуги нет такой опции."
WHOLE = "Нужно целое число."


def refused(price_list: PriceList, obj: object) -> dict[str, str]:
    with pytest.raises(QuoteError) as caught:
        quote(price_list, parse_configuration(obj), on=ON)
    return {key: text.replace("\u00a0", " ") for key, text in caught.value.fields.items()}


def test_omitted_choices_take_their_first_value(price_list: PriceList) -> None:
    priced = quote(price_list, parse_configuration({"package": "chatbot"}), on=ON)
    assert priced.configuration.choices == {
        "volume": "1k",
        "urgency": "6w",
        "integration": "standard",
        "support_term": "1m",
    }


def test_zero_of_an_option_is_none_of_it(price_list: PriceList) -> None:
    priced = quote(price_list, parse_configuration({"package": "chatbot", "options": {"crm": 0}}), on=ON)
    assert (priced.total, priced.configuration.options) == (120_000, {})


@pytest.mark.parametrize(
    ("obj", "fields"),
    [
        (None, {"package": "Выберите услугу."}),
        ([], {"package": "Выберите услугу."}),
        ({}, {"package": "Выберите услугу."}),
        ({"package": ""}, {"package": "Выберите услугу."}),
        ({"package": "site"}, {"package": "Такой услуги нет в прайсе."}),
        ({"package": 5}, {"package": "Такой услуги нет в прайсе."}),
        ({"package": "x" * 65}, {"package": "Такой услуги нет в прайсе."}),
        ({"package": "chatbot", "discount": 90}, {"discount": "Такого поля нет."}),
        ({"package": "chatbot", "options": []}, {"options": "Здесь нужен набор пар «имя: значение»."}),
        ({"package": "chatbot", "choices": None}, {"choices": "Здесь нужен набор пар «имя: значение»."}),
        ({"package": "chatbot", "options": {str(n): 1 for n in range(51)}}, {"options": "Не больше 50 строк."}),
        ({"package": "chatbot", "options": {"hour": 1}}, {"options.hour": UNKNOWN_OPTION}),
        ({"package": "chatbot", "options": {"x\ud800\n": 1}}, {"options.x??": UNKNOWN_OPTION}),
        ({"package": "chatbot", "options": {"channel": 5}}, {"options.channel": "Можно не больше 4."}),
        ({"package": "chatbot", "options": {"channel": 10**30}}, {"options.channel": "Можно не больше 4."}),
        (
            {"package": "chatbot", "options": {"channel": -1}},
            {"options.channel": "Количество не может быть меньше нуля."},
        ),
        ({"package": "chatbot", "options": {"channel": 1.5}}, {"options.channel": WHOLE}),
        ({"package": "chatbot", "options": {"channel": 1.0}}, {"options.channel": WHOLE}),
        ({"package": "chatbot", "options": {"channel": True}}, {"options.channel": WHOLE}),
        ({"package": "chatbot", "options": {"channel": "1"}}, {"options.channel": WHOLE}),
        ({"package": "chatbot", "options": {"channel": None}}, {"options.channel": WHOLE}),
        ({"package": "chatbot", "choices": {"colour": "red"}}, {"choices.colour": "Такого параметра нет."}),
        (
            {"package": "chatbot", "choices": {"volume": "9k"}},
            {"choices.volume": "Такого значения нет, есть: «До 1 000», «До 5 000», «До 20 000»."},
        ),
        ({"package": "chatbot", "choices": {"volume": 5}}, {"choices.volume": "Такого значения нет."}),
        ({"package": "chatbot", "choices": {"volume": ""}}, {"choices.volume": "Такого значения нет."}),
    ],
)
def test_each_mistake_has_its_field(price_list: PriceList, obj: object, fields: dict[str, str]) -> None:
    assert refused(price_list, obj) == fields


def test_all_mistakes_are_told_at_once(price_list: PriceList) -> None:
    obj = {"package": "chatbot", "options": {"channel": 9, "hour": 1}, "choices": {"volume": "9k", "size": "1"}}
    assert set(refused(price_list, obj)) == {"options.channel", "options.hour", "choices.volume", "choices.size"}
    shapes = {"package": 1, "options": {"crm": "да"}, "choices": 7, "x": 1}
    assert set(refused(price_list, shapes)) == {"package", "options.crm", "choices", "x"}


def test_a_call_from_code_is_checked_as_well(price_list: PriceList) -> None:
    with pytest.raises(QuoteError) as caught:
        quote(price_list, Configuration("chatbot", {"crm": Decimal(1)}, {}), on=ON)  # type: ignore[dict-item]  # on purpose
    assert caught.value.fields == {"options.crm": WHOLE}


def test_excluded_together(price_list: PriceList) -> None:
    obj = {"package": "voice", "choices": {"urgency": "3w", "integration": "on_prem"}}
    text = "Вместе не делаем: «Срок: 3 недели» и «Подключение: На ваших серверах»."
    assert refused(price_list, obj) == {"choices.urgency": text, "choices.integration": text}


def test_excluded_option_with_a_choice_only_in_its_package(price_list: PriceList) -> None:
    rule = (Ref("option", "chatbot", "channel"), Ref("choice", "volume", "20k"))
    prices = replace(price_list, excludes=(rule,))
    obj = {"options": {"channel": 1}, "choices": {"volume": "20k"}}
    text = "Вместе не делаем: «Ещё один канал» и «Объём в месяц: До 20 000»."
    assert refused(prices, {"package": "chatbot", **obj}) == {"options.channel": text, "choices.volume": text}
    assert quote(prices, parse_configuration({"package": "kb_assistant", **obj}), on=ON).total > 0


def test_required_with_an_option(price_list: PriceList) -> None:
    rule = Requirement(Ref("option", "", "catalog"), (Ref("option", "", "crm"), Ref("choice", "volume", "5k")))
    prices = replace(price_list, requires=(rule,))
    fields = refused(prices, {"package": "chatbot", "options": {"catalog": 1}})
    text = "К «Каталог товаров» нужно добавить: «Связь с amoCRM» и «Объём в месяц: До 5 000»."
    assert fields == {"options.catalog": text}
    full = {"package": "chatbot", "options": {"catalog": 1, "crm": 1}, "choices": {"volume": "5k"}}
    assert quote(prices, parse_configuration(full), on=ON).total == 247_500


def test_the_error_has_a_text_for_the_person_and_one_for_the_log(price_list: PriceList) -> None:
    with pytest.raises(QuoteError) as caught:
        parse_configuration({"package": 5, "options": 5})
    assert caught.value.public == "Такой услуги нет в прайсе. Здесь нужен набор пар «имя: значение»."
    assert str(caught.value) == "configuration refused: options, package"

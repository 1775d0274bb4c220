"""Prices computed by hand: every package, option, coefficient, discount and VAT mode of the sample price list."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.sales.price_list import Package, PriceList, Ref, Requirement, Vat
from bot.sales.price_model import VatMode
from bot.sales.pricing import (
    Configuration,
    Discount,
    Quote,
    QuoteError,
    cheaper,
    largest_discount,
    money,
    plural,
    quote,
)

ON = date(2026, 11, 22)
SHOP = Configuration("chatbot", {"channel": 1, "crm": 1, "catalog": 1}, {"volume": "5k"})


def amounts(priced: Quote) -> list[tuple[str, str]]:
    return [(line.title.replace("\u00a0", " "), str(line.amount)) for line in priced.lines]


def limited(price_list: PriceList, **limits: Decimal) -> PriceList:
    return replace(price_list, limits=replace(price_list.limits, **limits))


def without_package(price_list: PriceList, package: Package) -> tuple[Package, ...]:
    return tuple(p for p in price_list.packages if p.id != package.id)


def test_the_main_case_comes_out_to_the_rouble(price_list: PriceList) -> None:
    priced = quote(price_list, SHOP, on=ON)
    assert amounts(priced) == [
        ("Чат-бот для продаж и поддержки", "120000.00"),
        ("Ещё один канал", "35000.00"),
        ("Связь с amoCRM", "45000.00"),
        ("Каталог товаров", "60000.00"),
        ("Объём в месяц: до 5 000, +10 %", "26000.00"),
    ]
    assert (priced.total, priced.monthly) == (Decimal(286000), 0)
    assert (priced.vat, priced.vat_rate, priced.vat_mode) == (Decimal("13619.05"), 5, "included")
    assert priced.valid_until == date(2026, 12, 6)
    assert not priced.needs_manager


def test_dear_leaves_out_the_catalog_first(price_list: PriceList) -> None:
    offers = cheaper(price_list, SHOP)
    sums = [(offer.without, quote(price_list, offer.configuration, on=ON).total) for offer in offers]
    assert sums == [
        (("без каталога",), 220000),
        (("без каталога", "без amoCRM"), 170500),
        (("без каталога", "без amoCRM", "без дополнительных каналов"), 132000),
    ]


@pytest.mark.parametrize(
    ("package", "option", "quantity", "total", "monthly"),
    [
        ("chatbot", "", 0, 120_000, 0),
        ("chatbot", "channel", 1, 155_000, 0),
        ("chatbot", "channel", 2, 190_000, 0),
        ("chatbot", "channel", 3, 225_000, 0),
        ("chatbot", "channel", 4, 260_000, 0),
        ("chatbot", "crm", 1, 165_000, 0),
        ("chatbot", "catalog", 1, 180_000, 0),
        ("kb_assistant", "", 0, 190_000, 0),
        ("kb_assistant", "pages_500", 1, 210_000, 0),
        ("kb_assistant", "pages_500", 20, 590_000, 0),
        ("kb_assistant", "channel", 1, 225_000, 0),
        ("kb_assistant", "channel", 4, 330_000, 0),
        ("kb_assistant", "access", 1, 235_000, 0),
        ("voice", "", 0, 320_000, 0),
        ("voice", "scenario", 1, 365_000, 0),
        ("voice", "scenario", 6, 590_000, 0),
        ("voice", "crm", 1, 365_000, 0),
        ("voice", "line", 1, 345_000, 0),
        ("voice", "line", 4, 420_000, 0),
        ("automation", "", 0, 240_000, 0),
        ("automation", "process", 1, 330_000, 0),
        ("automation", "process", 5, 690_000, 0),
        ("automation", "system", 1, 285_000, 0),
        ("automation", "system", 5, 465_000, 0),
        ("automation", "report", 1, 270_000, 0),
        ("automation", "report", 3, 330_000, 0),
        ("doc_analytics", "", 0, 280_000, 0),
        ("doc_analytics", "doc_type", 1, 325_000, 0),
        ("doc_analytics", "doc_type", 10, 730_000, 0),
        ("doc_analytics", "export_1c", 1, 340_000, 0),
        ("doc_analytics", "handwriting", 1, 335_000, 0),
        ("support", "", 0, 0, 25_000),
        ("support", "hour", 1, 0, 28_000),
        ("support", "hour", 20, 0, 85_000),
        ("support", "on_call", 1, 0, 45_000),
        ("support", "review", 1, 0, 34_000),
        ("support", "review", 4, 0, 61_000),
    ],
)
def test_every_option(
    price_list: PriceList, package: str, option: str, quantity: int, total: int, monthly: int
) -> None:
    options = {option: quantity} if option else {}
    priced = quote(price_list, Configuration(package, options), on=ON)
    assert (priced.total, priced.monthly) == (total, monthly)


def test_the_table_above_names_every_option(price_list: PriceList) -> None:
    marks = test_every_option.pytestmark  # type: ignore[attr-defined]  # pytest adds it to the function
    named = {(row[0], row[1]) for row in marks[0].args[1] if row[1]}
    assert named == {(package.id, option.id) for package in price_list.packages for option in package.options}


@pytest.mark.parametrize(
    ("package", "choice", "value", "total", "monthly"),
    [
        ("chatbot", "volume", "1k", 120_000, 0),
        ("chatbot", "volume", "5k", 132_000, 0),
        ("chatbot", "volume", "20k", 150_000, 0),
        ("chatbot", "urgency", "6w", 120_000, 0),
        ("chatbot", "urgency", "4w", 144_000, 0),
        ("chatbot", "urgency", "3w", 168_000, 0),
        ("chatbot", "integration", "standard", 120_000, 0),
        ("chatbot", "integration", "custom", 138_000, 0),
        ("chatbot", "integration", "on_prem", 162_000, 0),
        ("chatbot", "support_term", "12m", 120_000, 0),
        ("kb_assistant", "volume", "5k", 209_000, 0),
        ("voice", "volume", "20k", 400_000, 0),
        ("automation", "urgency", "3w", 336_000, 0),
        ("doc_analytics", "integration", "on_prem", 378_000, 0),
        ("support", "support_term", "1m", 0, 25_000),
        ("support", "support_term", "6m", 0, 23_750),
        ("support", "support_term", "12m", 0, 22_500),
        ("support", "volume", "20k", 0, 25_000),
        ("support", "urgency", "3w", 0, 25_000),
    ],
)
def test_every_coefficient(
    price_list: PriceList, package: str, choice: str, value: str, total: int, monthly: int
) -> None:
    priced = quote(price_list, Configuration(package, {}, {choice: value}), on=ON)
    assert (priced.total, priced.monthly) == (total, monthly)


def test_coefficients_multiply_and_the_sum_is_rounded_up(price_list: PriceList) -> None:
    choices = {"volume": "20k", "urgency": "3w", "integration": "custom"}
    priced = quote(price_list, Configuration("voice", {"crm": 1}, choices), on=ON)
    assert amounts(priced)[2:] == [
        ("Объём в месяц: до 20 000, +25 %", "91250.00"),
        ("Срок: 3 недели, +40 %", "182500.00"),
        ("Подключение: к своей разработке, +15 %", "95812.50"),
        ("Округление", "37.50"),
    ]
    assert priced.total == Decimal(734600)


def test_a_monthly_sum_keeps_its_kopecks(price_list: PriceList) -> None:
    support = price_list.package("support")
    assert support is not None
    odd = replace(support, base=Decimal("25000.33"))
    prices = replace(price_list, packages=(*without_package(price_list, support), odd))
    priced = quote(prices, Configuration("support", {}, {"support_term": "6m"}), on=ON)
    assert amounts(priced)[1:] == [("Срок поддержки: 6 месяцев, −5 %", "-1250.02")]  # 25000.33 × 0.95 = 23750.3135
    assert (priced.total, priced.monthly) == (0, Decimal("23750.31"))


@pytest.mark.parametrize(
    ("discount", "total", "line"),
    [
        (Discount("prepaid"), "271700.00", ("Скидка за полную предоплату, 5 %", "-14300.00")),
        (Discount("manager"), "257400.00", ("Скидка от менеджера, 10 %", "-28600.00")),
        (Discount("manager", Decimal("7.5")), "264550.00", ("Скидка от менеджера, 7,5 %", "-21450.00")),
        (Discount("manager", Decimal("3.33")), "276476.20", ("Скидка от менеджера, 3,33 %", "-9523.80")),
        (Discount("director"), "228800.00", ("Скидка от директора, 20 %", "-57200.00")),
    ],
)
def test_every_discount(price_list: PriceList, discount: Discount, total: str, line: tuple[str, str]) -> None:
    priced = quote(price_list, SHOP, on=ON, discount=discount)
    assert str(priced.total) == total
    assert amounts(priced)[-1] == line
    assert priced.discount is not None


@pytest.mark.parametrize(
    ("package", "discount", "message"),
    [
        ("chatbot", Discount("manager", Decimal("10.01")), "Скидка от менеджера: больше нуля и не больше 10 %."),
        ("chatbot", Discount("director", Decimal(21)), "Скидка от директора: больше нуля и не больше 20 %."),
        ("chatbot", Discount("prepaid", Decimal(0)), "Скидка за полную предоплату: больше нуля и не больше 5 %."),
        ("chatbot", Discount("manager", Decimal(-5)), "Скидка от менеджера: больше нуля и не больше 10 %."),
        ("chatbot", Discount("manager", Decimal("NaN")), "Скидка от менеджера: больше нуля и не больше 10 %."),
        ("chatbot", Discount("friend"), "Такой скидки нет в прайсе."),
        (
            "support",
            Discount("manager"),
            "Скидка действует на разовые работы; ежемесячную сумму снижает срок поддержки.",
        ),
    ],
)
def test_a_discount_out_of_limits_is_refused(
    price_list: PriceList, package: str, discount: Discount, message: str
) -> None:
    with pytest.raises(QuoteError) as caught:
        quote(price_list, Configuration(package), on=ON, discount=discount)
    assert {key: text.replace("\u00a0", " ") for key, text in caught.value.fields.items()} == {"discount": message}


def test_of_several_discounts_the_largest_counts(price_list: PriceList) -> None:
    offered = [Discount("prepaid"), Discount("manager", Decimal(7)), Discount("manager", Decimal(3))]
    assert largest_discount(price_list, offered) == Discount("manager", Decimal(7))
    assert largest_discount(price_list, []) is None


def test_a_project_is_lifted_to_the_minimum(price_list: PriceList) -> None:
    prices = limited(price_list, min_once=Decimal(150000))
    priced = quote(prices, Configuration("chatbot"), on=ON)
    assert amounts(priced)[1:] == [("Минимальная стоимость проекта", "30000.00")]
    assert priced.total == 150_000
    support = quote(prices, Configuration("support"), on=ON)
    assert (support.total, support.monthly) == (0, 25_000)


def test_a_discount_stops_at_the_minimum(price_list: PriceList) -> None:
    prices = limited(price_list, min_once=Decimal(110000))
    priced = quote(prices, Configuration("chatbot"), on=ON, discount=Discount("director"))
    assert amounts(priced)[1:] == [("Скидка от директора, 20 %, до минимальной стоимости проекта", "-10000.00")]
    at_minimum = limited(price_list, min_once=Decimal(120000))
    priced = quote(at_minimum, Configuration("chatbot"), on=ON, discount=Discount("director"))
    assert (priced.total, priced.discount, len(priced.lines)) == (120_000, None, 1)


def test_above_the_automatic_limit_a_manager_is_needed(price_list: PriceList) -> None:
    options = {"pages_500": 20, "channel": 4, "access": 1}
    choices = {"volume": "20k", "urgency": "3w", "integration": "custom"}
    priced = quote(price_list, Configuration("kb_assistant", options, choices), on=ON)
    assert (priced.total, priced.needs_manager) == (1_559_700, True)
    discounted = quote(
        price_list, Configuration("kb_assistant", options, choices), on=ON, discount=Discount("director")
    )
    assert discounted.needs_manager, "a discount does not spare the look of a manager"
    exactly = limited(price_list, max_auto=Decimal(286000))
    assert not quote(exactly, SHOP, on=ON).needs_manager


@pytest.mark.parametrize(
    ("mode", "rate", "vat", "total"),
    [
        ("included", "none", "0.00", "286000.00"),
        ("included", "0", "0.00", "286000.00"),
        ("included", "5", "13619.05", "286000.00"),
        ("included", "7", "18710.28", "286000.00"),
        ("included", "22", "51573.77", "286000.00"),
        ("added", "none", "0.00", "286000.00"),
        ("added", "0", "0.00", "286000.00"),
        ("added", "5", "14300.00", "300300.00"),
        ("added", "7", "20020.00", "306020.00"),
        ("added", "22", "62920.00", "348920.00"),
        ("none", "22", "0.00", "286000.00"),
    ],
)
def test_every_vat_mode_and_rate(price_list: PriceList, mode: VatMode, rate: str, vat: str, total: str) -> None:
    number = None if rate == "none" else int(rate)
    prices = replace(price_list, vat=Vat(mode, ((date(2026, 1, 1), number),)))
    priced = quote(prices, SHOP, on=ON)
    assert (str(priced.vat), str(priced.total)) == (vat, total)
    without = mode == "none" or rate == "none"
    assert (priced.vat_mode, priced.vat_rate) == (("none", None) if without else (mode, number))
    assert sum(line.amount for line in priced.lines) == priced.total


def test_half_a_kopeck_goes_up(price_list: PriceList) -> None:
    chatbot = price_list.package("chatbot")
    assert chatbot is not None
    odd = replace(chatbot, base=Decimal("120000.10"))
    vat = Vat("added", ((date(2026, 1, 1), 5),))
    prices = replace(price_list, packages=(odd,), rounding=Decimal("0.01"), vat=vat)
    assert quote(prices, Configuration("chatbot"), on=ON).vat == Decimal("6000.01")  # 6000.005


def test_the_overall_limit_holds_whatever_a_kind_allows(price_list: PriceList) -> None:
    prices = limited(price_list, max_discount=Decimal(15))
    assert quote(prices, SHOP, on=ON, discount=Discount("director")).total == 243_100
    with pytest.raises(QuoteError):
        quote(prices, SHOP, on=ON, discount=Discount("director", Decimal(16)))


def test_added_vat_of_a_monthly_package_is_monthly(price_list: PriceList) -> None:
    prices = replace(price_list, vat=Vat("added", ((date(2026, 1, 1), 22),)))
    priced = quote(prices, Configuration("support", {"hour": 5}), on=ON)
    assert [(line.title, line.amount, line.period) for line in priced.lines][-1] == ("НДС 22\u00a0%", 8800, "month")
    assert (priced.total, priced.monthly, priced.vat, priced.vat_monthly) == (0, 48_800, 0, 8800)


@pytest.mark.parametrize(
    ("on", "rate"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), 5),
        (date(2026, 12, 31), 5),
        (date(2027, 1, 1), 7),
        (date(2027, 6, 30), 7),
        (date(2027, 7, 1), None),
        (date(2028, 1, 1), 22),
        (date(2035, 1, 1), 22),
    ],
)
def test_the_rate_is_that_of_the_day(price_list: PriceList, on: date, rate: int | None) -> None:
    rates = ((date(2026, 1, 1), 5), (date(2027, 1, 1), 7), (date(2027, 7, 1), None), (date(2028, 1, 1), 22))
    prices = replace(price_list, vat=Vat("included", rates))
    assert quote(prices, SHOP, on=on).vat_rate == rate


def test_urgency_is_left_out_after_the_options(price_list: PriceList) -> None:
    offers = cheaper(price_list, Configuration("voice", {"crm": 1, "scenario": 2}, {"urgency": "3w"}))
    assert [offer.without[-1] for offer in offers] == ["без дополнительных сценариев", "без amoCRM", "без ускорения"]
    assert cheaper(price_list, Configuration("kb_assistant", {"pages_500": 5})) == ()


def test_what_another_option_requires_is_not_left_out(price_list: PriceList) -> None:
    rule = Requirement(Ref("option", "", "handwriting"), (Ref("option", "", "export_1c"),))
    prices = replace(price_list, requires=(rule,))
    offers = cheaper(prices, Configuration("doc_analytics", {"handwriting": 1, "export_1c": 1}))
    assert [offer.without for offer in offers] == [
        ("без рукописного текста",),
        ("без рукописного текста", "без выгрузки в 1С"),
    ]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0 ₽"),
        ("999.999", "1 000 ₽"),
        ("286000", "286 000 ₽"),
        ("13619.05", "13 619,05 ₽"),
        ("-14300.5", "−14 300,50 ₽"),
        ("1234567890", "1 234 567 890 ₽"),
    ],
)
def test_money_reads_well(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text.replace(" ", "\u00a0")


def test_plural_forms() -> None:
    forms = ("канал", "канала", "каналов")
    words = {n: plural(n, forms).split("\u00a0")[-1] for n in (0, 1, 2, 4, 5, 11, 12, 21, 22, 101, 111, 1000)}
    assert [n for n, word in words.items() if word == "канал"] == [1, 21, 101]
    assert [n for n, word in words.items() if word == "канала"] == [2, 4, 22]
    assert plural(1000, forms) == "1\u00a0000\u00a0каналов"

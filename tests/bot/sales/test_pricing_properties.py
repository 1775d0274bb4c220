"""What holds for every price list and configuration: exact sums, monotone totals, limits, and no surprise errors."""

import json
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from math import prod

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sales.price_list import Choice, Option, Package, PriceList, Vat
from bot.sales.price_model import VatMode
from bot.sales.pricing import (
    Configuration,
    Discount,
    QuoteError,
    cheaper,
    parse_configuration,
    quote,
    quote_payload,
)

ON = date(2026, 11, 22)
moderate = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

kopecks = st.integers(1_00, 300_000_00).map(lambda n: Decimal(n) / 100)
coefficients = st.integers(1000, 30000).map(lambda n: Decimal(n) / 10000)
MODES: tuple[VatMode, ...] = ("none", "included", "added")


@st.composite
def price_lists(draw: st.DrawFn, sample: PriceList) -> PriceList:
    """The sample's shape with any prices to the kopeck, any coefficients, rounding, minimum and VAT."""

    def package(one: Package) -> Package:
        options = tuple(replace(option, price=draw(kopecks)) for option in one.options)
        return replace(one, base=draw(kopecks), options=options)

    def choice(one: Choice) -> Choice:
        rest = tuple(replace(value, coefficient=draw(coefficients)) for value in one.values[1:])
        return replace(one, values=(one.values[0], *rest))

    rate = draw(st.sampled_from([None, 0, 5, 7, 22]))
    return replace(
        sample,
        packages=tuple(package(one) for one in sample.packages[-2:]),
        choices=tuple(choice(one) for one in sample.choices),
        rounding=draw(st.sampled_from([Decimal("0.01"), Decimal(1), Decimal(100), Decimal(500)])),
        limits=replace(sample.limits, min_once=draw(kopecks)),
        vat=Vat(draw(st.sampled_from(MODES)), ((date(2026, 1, 1), rate),)),
        excludes=(),
    )


@st.composite
def configurations(draw: st.DrawFn, prices: PriceList) -> Configuration:
    package = draw(st.sampled_from(prices.packages))
    options = {o.id: draw(st.integers(0, o.max)) for o in package.options if draw(st.booleans())}
    choices = {c.id: draw(st.sampled_from(c.values)).id for c in prices.choices if draw(st.booleans())}
    return Configuration(package.id, options, choices)


discounts = st.none() | st.sampled_from(["prepaid", "manager", "director"]).map(Discount)


def allowed(prices: PriceList, configuration: Configuration, discount: Discount | None) -> Discount | None:
    package = prices.package(configuration.package)
    return discount if package is not None and package.period == "once" else None


@moderate
@given(data=st.data())
def test_lines_add_up_and_the_total_keeps_its_limits(price_list: PriceList, data: st.DataObject) -> None:
    prices = data.draw(price_lists(price_list))
    configuration = data.draw(configurations(prices))
    discount = allowed(prices, configuration, data.draw(discounts))
    priced = quote(prices, configuration, on=ON, discount=discount)
    assert priced.total == sum(line.amount for line in priced.lines if line.period == "once")
    assert priced.monthly == sum(line.amount for line in priced.lines if line.period == "month")
    for line in priced.lines:
        assert line.amount == line.amount.quantize(Decimal("0.01"))
        assert line.amount == line.price * line.quantity
    package = prices.package(configuration.package)
    assert package is not None
    if package.period == "once":
        assert priced.monthly == 0
        assert priced.total >= prices.limits.min_once
    else:
        assert priced.total == 0
        assert priced.monthly > 0
    assert 0 <= priced.vat + priced.vat_monthly < priced.total + priced.monthly


@moderate
@given(data=st.data())
def test_the_total_follows_the_formula(price_list: PriceList, data: st.DataObject) -> None:
    prices = data.draw(price_lists(price_list))
    configuration = data.draw(configurations(prices))
    prices = replace(prices, vat=Vat("none", ()), limits=replace(prices.limits, min_once=Decimal(0)))
    package = prices.package(configuration.package)
    assert package is not None
    once = package.period == "once"
    total = package.base + sum(o.price * configuration.options.get(o.id, 0) for o in package.options)
    chosen = [
        choice.value(configuration.choices.get(choice.id, choice.values[0].id))
        for choice in prices.choices
        if choice.applies == package.period
    ]
    total *= prod((value.coefficient for value in chosen if value is not None), start=Decimal(1))
    priced = quote(prices, configuration, on=ON)
    if once:
        steps = (total / prices.rounding).to_integral_value(ROUND_CEILING)
        assert priced.total == steps * prices.rounding
    else:
        assert abs(priced.monthly - total) <= Decimal("0.005")


@moderate
@given(data=st.data())
def test_more_of_an_option_never_costs_less(price_list: PriceList, data: st.DataObject) -> None:
    prices = data.draw(price_lists(price_list))
    configuration = data.draw(configurations(prices))
    discount = allowed(prices, configuration, data.draw(discounts))
    package = prices.package(configuration.package)
    assert package is not None
    option: Option = data.draw(st.sampled_from(package.options))
    fewer, more = sorted(data.draw(st.tuples(st.integers(0, option.max), st.integers(0, option.max))))
    sums = []
    for quantity in (fewer, more):
        changed = replace(configuration, options={**configuration.options, option.id: quantity})
        priced = quote(prices, changed, on=ON, discount=discount)
        sums.append(priced.total + priced.monthly)
    assert sums[0] <= sums[1]


@moderate
@given(data=st.data())
def test_each_cheaper_offer_is_cheaper(price_list: PriceList, data: st.DataObject) -> None:
    prices = data.draw(price_lists(price_list))
    configuration = data.draw(configurations(prices))
    before = quote(prices, configuration, on=ON)
    for offer in cheaper(prices, configuration):
        after = quote(prices, offer.configuration, on=ON)
        assert after.total + after.monthly < before.total + before.monthly
        before = after


@moderate
@given(data=st.data())
def test_a_quote_is_reproduced_from_its_own_configuration(price_list: PriceList, data: st.DataObject) -> None:
    configuration = data.draw(configurations(replace(price_list, excludes=())))
    free = replace(price_list, excludes=())
    priced = quote(free, configuration, on=ON)
    asked = {
        "package": priced.configuration.package,
        "options": priced.configuration.options,
        "choices": priced.configuration.choices,
    }
    again = quote(free, parse_configuration(json.loads(json.dumps(asked))), on=ON)
    assert quote_payload(again) == quote_payload(priced)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=70), inner, max_size=4),
    max_leaves=10,
)
names = st.sampled_from(["package", "options", "choices", "chatbot", "crm", "channel", "volume", "5k", "3w", "hour"])
nearly = st.fixed_dictionaries(
    {"package": names | anything},
    optional={
        "options": anything | st.dictionaries(names | st.text(max_size=5), st.integers(-3, 30) | anything, max_size=4),
        "choices": anything | st.dictionaries(names | st.text(max_size=5), names | anything, max_size=4),
    },
)


def refusals(prices: PriceList, obj: object) -> dict[str, str]:
    try:
        quote(prices, parse_configuration(obj), on=ON)
    except QuoteError as refused:
        return refused.fields
    return {}


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(obj=anything)
def test_arbitrary_json_is_refused_with_reasons(price_list: PriceList, obj: object) -> None:
    fields = refusals(price_list, obj)
    assert fields
    assert all(text and key.encode() for key, text in fields.items())


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(obj=nearly)
def test_nearly_right_json_is_priced_or_refused_with_reasons(price_list: PriceList, obj: object) -> None:
    fields = refusals(price_list, obj)
    assert all(text and key.encode() for key, text in fields.items())


@pytest.mark.parametrize("mode", MODES)
def test_vat_of_any_total_is_within_half_a_kopeck(price_list: PriceList, mode: VatMode) -> None:
    prices = replace(price_list, vat=Vat(mode, ((date(2026, 1, 1), 7),)))
    for n in range(1, 21):
        priced = quote(prices, Configuration("kb_assistant", {"pages_500": n}), on=ON)
        exact = priced.total * 7 / 107 if mode != "none" else Decimal(0)
        assert abs(priced.vat - exact) <= Decimal("0.005")

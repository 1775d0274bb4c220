"""Sums in words and in parts, as an accountant would check them."""

from decimal import Decimal

import pytest

from bot.sales.documents.amounts import Sum, figures, in_words, parts, vat_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("286000", "двести восемьдесят шесть тысяч рублей 00 копеек"),
        ("0.01", "ноль рублей 01 копейка"),
        ("1", "один рубль 00 копеек"),
        ("2.02", "два рубля 02 копейки"),
        ("11.11", "одиннадцать рублей 11 копеек"),
        ("21.21", "двадцать один рубль 21 копейка"),
        ("1001", "одна тысяча один рубль 00 копеек"),
        ("2002.5", "две тысячи два рубля 50 копеек"),
        ("112000", "сто двенадцать тысяч рублей 00 копеек"),
        ("1000000", "один миллион рублей 00 копеек"),
        ("3021014.99", "три миллиона двадцать одна тысяча четырнадцать рублей 99 копеек"),
        ("0.995", "один рубль 00 копеек"),
    ],
)
def test_a_sum_in_words(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)).replace("\u00a0", " ") == words


@pytest.mark.parametrize("amount", ["-1", "1000000000000"])
def test_what_no_document_may_say_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="cannot write out"):
        in_words(Decimal(amount))


def test_figures_keep_kopecks_and_a_real_minus() -> None:
    assert figures(Decimal("-1286000.5")).replace("\u00a0", " ") == "−1 286 000,50"


@pytest.mark.parametrize("percents", [(50, 50), (30, 30, 40), (100,), (1, 99), (33, 33, 34)])
@pytest.mark.parametrize("amount", ["286000", "60000.01", "99.99", "0.03", "1499999.97"])
def test_parts_add_up_to_the_kopeck(amount: str, percents: tuple[int, ...]) -> None:
    whole = Sum(Decimal(amount), (Decimal(amount) * 5 / 105).quantize(Decimal("0.01")), 5, "included")
    found = parts(whole, percents)
    assert sum(part.amount for part in found) == whole.amount
    assert sum(part.vat for part in found) == whole.vat
    assert all(0 <= part.vat <= part.amount for part in found)


def test_half_of_the_main_case_is_half_of_its_vat_too() -> None:
    first, second = parts(Sum(Decimal(286000), Decimal("13619.05"), 5, "included"), (50, 50))
    assert (first.amount, first.vat) == (Decimal(143000), Decimal("6809.53"))
    assert (second.amount, second.vat) == (Decimal(143000), Decimal("6809.52"))


def test_percents_that_do_not_make_a_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="100"):
        parts(Sum(Decimal(10), Decimal(0), None, "none"), (50, 40))


def test_no_vat_and_zero_vat_are_different_things() -> None:
    none = vat_words(Sum(Decimal(10), Decimal(0), None, "none"), "в связи с применением УСН")
    zero = vat_words(Sum(Decimal(10), Decimal(0), 0, "included"))
    assert none.replace("\u00a0", " ") == "без НДС в связи с применением УСН"
    assert zero.replace("\u00a0", " ") == "в том числе НДС 0 %: 0,00 ₽"

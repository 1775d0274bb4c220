"""Numbers, dates, cleaned text, the payment code and the terms."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.sales.documents.numbering import KINDS, Number, parse_number
from bot.sales.documents.payment_qr import payment_text
from bot.sales.documents.terms import TERMS_FILE, TermsError, parse_terms
from bot.sales.documents.text import clean, long_date, short_date
from tests.bot.sales.documents.documents_kit import Deal


def test_every_number_is_read_back() -> None:
    for kind in KINDS:
        assert parse_number(str(Number(kind, 2026, 12))) == Number(kind, 2026, 12)


@pytest.mark.parametrize("text", ["кп-2026-12", "№ КП-2026-0012", "KП2026-0012"])
def test_a_number_as_people_write_it(text: str) -> None:
    assert parse_number(text) == Number("proposal", 2026, 12)


@pytest.mark.parametrize("text", ["", "12", "КП-2026-0000", "КП-1999-0001", "Ж-2026-0001"])
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text) is None


def test_dates_as_documents_write_them() -> None:
    assert long_date(date(2026, 12, 6)).replace("\u00a0", " ") == "6 декабря 2026 г."
    assert short_date(date(2026, 1, 6)) == "06.01.2026"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Ольга \t Шевченко \n", "Ольга Шевченко"),
        ("при\u200bвет\u202e\u0007 мир\ufeff", "привет мир"),
        ("строка\u2028другая", "строка другая"),
        ("Н" + "\u0338" * 50, "Н\u0338\u0338"),
        ("\ufdfd", ""),
        ("и\u0306", "й"),
        ("\ud800", ""),
    ],
)
def test_nothing_invisible_is_left(text: str, cleaned: str) -> None:
    assert clean(text, 100) == cleaned


def test_what_is_too_long_is_cut_with_a_sign() -> None:
    assert clean("слово " * 100, 20) == "слово слово слово с…"
    assert clean("а\n\n\nб", 20, lines=True) == "а\nб"


def test_the_payment_code_says_what_the_standard_wants(deal: Deal) -> None:
    assert payment_text(deal.company.legal, Decimal("143000.50"), "Оплата по счёту № 1").split("|") == [
        "ST00012",
        "Name=ООО «Нейроконтакт»",
        "PersonalAcc=40702810600000000001",
        "BankName=АО «Банк Пример», г. Москва",
        "BIC=044525999",
        "CorrespAcc=30101810600000000999",
        "PayeeINN=7799000012",
        "KPP=779901001",
        "Sum=14300050",
        "Purpose=Оплата по счёту № 1",
    ]


def test_a_separator_inside_a_value_gives_way_to_another(deal: Deal) -> None:
    text = payment_text(replace(deal.company.legal, kpp=""), Decimal(1), "Счёт|Sum=9")
    assert text.startswith("ST00012~Name=")
    assert "~Purpose=Счёт|Sum=9" in text
    assert "KPP" not in text


@pytest.mark.parametrize("amount", ["0", "-5", "1.001"])
def test_a_sum_that_cannot_be_paid_gets_no_code(deal: Deal, amount: str) -> None:
    with pytest.raises(ValueError, match="cannot be paid"):
        payment_text(deal.company.legal, Decimal(amount), "Оплата")


def test_mistakes_of_the_terms_are_told_with_their_place() -> None:
    text = TERMS_FILE.read_text(encoding="utf-8").replace("percent: 50, when", "percent: 40, when", 1)
    with pytest.raises(TermsError, match="payments: the percents must make 100"):
        parse_terms(text)

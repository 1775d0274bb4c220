"""The sides of a deal: requisites refused with a reason, preambles a lawyer would write."""

from dataclasses import replace
from typing import Any

import pytest

from bot.sales.documents.parties import Client, client_party, company_party, full_name, mistakes
from tests.bot.sales.documents.documents_kit import CLIENT, Deal

TRADER = Client(
    "sole_trader", "ИП Кузнецова Мария Ильинична", "500100732259", ogrn="304500116000157", address="г. Тверь"
)
PERSON = Client("person", "Гоголь Николай Васильевич", address="г. Полтава")


@pytest.mark.parametrize("client", [CLIENT, TRADER, PERSON])
def test_good_requisites_pass(client: Client) -> None:
    assert mistakes(client) == {}


@pytest.mark.parametrize(
    ("client", "change", "field"),
    [
        (CLIENT, {"inn": "7707083894"}, "inn"),
        (CLIENT, {"inn": "500100732259"}, "inn"),
        (CLIENT, {"kpp": "1234"}, "kpp"),
        (CLIENT, {"ogrn": "1027700132196"}, "ogrn"),
        (CLIENT, {"ogrn": "304500116000157"}, "ogrn"),
        (CLIENT, {"name": "\u200b\u202e"}, "name"),
        (CLIENT, {"address": " "}, "address"),
        (CLIENT, {"director": ""}, "director"),
        (CLIENT, {"bik": "123"}, "bik"),
        (CLIENT, {"bik": "044525999", "account": "40702810600000000002"}, "account"),
        (TRADER, {"inn": "7707083893"}, "inn"),
        (TRADER, {"ogrn": ""}, "ogrn"),
        (PERSON, {"inn": "1"}, "inn"),
    ],
)
def test_a_mistake_is_told_by_field(client: Client, change: dict[str, Any], field: str) -> None:
    assert list(mistakes(replace(client, **change))) == [field]


def test_our_side_is_named_as_the_company_file_declines_it(deal: Deal) -> None:
    assert company_party(deal.company).preamble == (
        "Общество с ограниченной ответственностью «Нейроконтакт», именуемое в дальнейшем «Исполнитель», в лице "
        "Генерального директора Примерова Павла Петровича, действующего на основании Устава"
    )


def test_a_woman_with_a_power_of_attorney_signs_for_a_company() -> None:
    assert client_party(CLIENT).preamble == (
        "Общество с ограниченной ответственностью «Ромашка», именуемое в дальнейшем «Заказчик», в лице "
        "Коммерческого директора Шевченко Ольги Игоревны, действующей на основании доверенности № 12 от 01.02.2026"
    )
    assert client_party(CLIENT).short_name == "ООО «Ромашка»"


def test_a_correction_by_the_client_wins() -> None:
    corrected = replace(CLIENT, director="Заяц Олег Ильич", director_genitive="Зайца Олега Ильича", basis="")
    assert "Зайца Олега Ильича, действующего на основании Устава" in client_party(corrected).preamble


def test_a_sole_trader_and_a_person_act_for_themselves() -> None:
    assert client_party(TRADER).preamble == (
        "Индивидуальный предприниматель Кузнецова Мария Ильинична, ОГРНИП 304500116000157, "
        "именуемая в дальнейшем «Заказчик»"
    )
    assert client_party(TRADER).short_name.replace("\u00a0", " ") == "ИП Кузнецова М. И."
    assert client_party(PERSON).preamble == "Гоголь Николай Васильевич, именуемый в дальнейшем «Заказчик»"


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ('ООО "Ромашка"', "Общество с ограниченной ответственностью «Ромашка»"),
        ("ПАО «Сбер Банк»", "Публичное акционерное общество «Сбер Банк»"),
        ("Потребительский кооператив «Сад»", "Потребительский кооператив «Сад»"),
        ("ООО", "ООО"),
    ],
)
def test_a_legal_form_is_written_out(name: str, full: str) -> None:
    assert full_name(name) == full

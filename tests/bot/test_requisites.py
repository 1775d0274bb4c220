"""Control digits of Russian requisites, on public requisites of large organisations and on changed digits."""

import pytest

from bot.requisites import valid_account, valid_bik, valid_correspondent, valid_inn, valid_kpp, valid_ogrn


@pytest.mark.parametrize("inn", ["7707083893", "7736050003", "7702070139", "500100732259"])
def test_a_true_inn(inn: str) -> None:
    assert valid_inn(inn)
    changed = inn[:-1] + str((int(inn[-1]) + 1) % 10)
    assert not valid_inn(changed)


@pytest.mark.parametrize("inn", ["", "770708389", "77070838930", "77070838 3", "٧٧٠٧٠٨٣٨٩٣", "500100732269"])
def test_no_inn(inn: str) -> None:
    assert not valid_inn(inn)


@pytest.mark.parametrize("ogrn", ["1027700132195", "1027700070518", "304500116000157"])
def test_a_true_ogrn(ogrn: str) -> None:
    assert valid_ogrn(ogrn)
    assert not valid_ogrn(ogrn[:-1] + str((int(ogrn[-1]) + 1) % 10))
    assert not valid_ogrn(ogrn[:-1])


def test_kpp_and_bik_have_a_form_only() -> None:
    assert valid_kpp("773601001")
    assert valid_kpp("7736AB001")
    assert not valid_kpp("77360100")
    assert valid_bik("044525225")
    assert not valid_bik("144525225")


def test_accounts_agree_with_the_bank() -> None:
    assert valid_correspondent("30101810400000000225", "044525225")
    assert not valid_correspondent("30101810500000000225", "044525225")
    assert not valid_correspondent("30101810400000000225", "044525974")
    assert valid_account("40702810600000000001", "044525999")
    assert not valid_account("40702810600000000001", "044525225")
    assert not valid_account("4070281060000000000", "044525999")

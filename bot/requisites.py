"""Requisites of Russian companies and their control digits. Pure; every function takes the digits as text."""

import re

_INN10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN12_FIRST = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN12_SECOND = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_ACCOUNT = (7, 1, 3) * 8


def valid_inn(inn: str) -> bool:
    """10 digits for a company, 12 for a person; the last one (two) must agree with the rest."""
    if re.fullmatch(r"[0-9]{10}", inn):
        return _inn_digit(inn, _INN10) == inn[9]
    if re.fullmatch(r"[0-9]{12}", inn):
        return _inn_digit(inn, _INN12_FIRST) == inn[10] and _inn_digit(inn, _INN12_SECOND) == inn[11]
    return False


def valid_kpp(kpp: str) -> bool:
    """Nine characters; a KPP has no control digit."""
    return re.fullmatch(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}", kpp) is not None


def valid_ogrn(ogrn: str) -> bool:
    """13 digits for a company, 15 for a sole trader."""
    if re.fullmatch(r"[0-9]{13}", ogrn):
        return str(int(ogrn[:12]) % 11)[-1] == ogrn[12]
    if re.fullmatch(r"[0-9]{15}", ogrn):
        return str(int(ogrn[:14]) % 13)[-1] == ogrn[14]
    return False


def valid_bik(bik: str) -> bool:
    """Nine digits of a Russian bank; a BIK has no control digit, its accounts carry it."""
    return re.fullmatch(r"04[0-9]{7}", bik) is not None


def valid_account(account: str, bik: str) -> bool:
    """A client's account in the bank with this BIK."""
    return _account_agrees(account, bik[6:9])


def valid_correspondent(account: str, bik: str) -> bool:
    """The bank's own account at the Bank of Russia: it ends in the BIK's last three digits."""
    return account.startswith("301") and account[17:] == bik[6:9] and _account_agrees(account, f"0{bik[4:6]}")


def _account_agrees(account: str, prefix: str) -> bool:
    if not re.fullmatch(r"[0-9]{20}", account) or not re.fullmatch(r"[0-9]{3}", prefix):
        return False
    digits = prefix + account
    return sum(int(d) * w % 10 for d, w in zip(digits, _ACCOUNT, strict=False)) % 10 == 0


def _inn_digit(inn: str, weights: tuple[int, ...]) -> str:
    return str(sum(int(d) * w for d, w in zip(inn, weights, strict=False)) % 11 % 10)

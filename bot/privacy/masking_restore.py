"""Placeholders in a model's answer, read even when the model has bent them a little."""

import re
from collections.abc import Callable

KINDS = (
    "NAME", "PHONE", "EMAIL", "INN", "KPP", "OGRN", "BIK", "ACCOUNT", "SNILS", "PASSPORT", "CARD", "BIRTHDATE",
    "ADDRESS", "COMPANY", "USERNAME", "ID",
)  # fmt: skip
_ALIASES = {
    "ИМЯ": "NAME", "ФИО": "NAME", "ТЕЛЕФОН": "PHONE", "ТЕЛ": "PHONE", "ПОЧТА": "EMAIL", "МЕЙЛ": "EMAIL",
    "EMAIL": "EMAIL", "ИНН": "INN", "КПП": "KPP", "ОГРН": "OGRN", "ОГРНИП": "OGRN", "БИК": "BIK", "СЧЕТ": "ACCOUNT",
    "СЧЁТ": "ACCOUNT", "СНИЛС": "SNILS", "ПАСПОРТ": "PASSPORT", "КАРТА": "CARD", "ДАТА_РОЖДЕНИЯ": "BIRTHDATE",
    "АДРЕС": "ADDRESS", "КОМПАНИЯ": "COMPANY", "НИК": "USERNAME", "NICK": "USERNAME", "MAIL": "EMAIL", "TEL": "PHONE",
}  # fmt: skip
_WORD = "|".join(sorted({*KINDS, *_ALIASES}, key=len, reverse=True))
EXACT = re.compile(rf"\[(?:{'|'.join(KINDS)})_\d{{1,4}}\]")
_FORM = re.compile(
    rf"(?:\\?[\[{{<(⟦]){{1,2}}\s?({_WORD})[\s_\-\\]{{0,3}}(\d{{1,4}})\s?(?:\\?[\]}}>)⟧]){{1,2}}(?:[а-яё]{{1,3}}(?![а-яё]))?"
    rf"|(?<![\w\[])(?-i:({'|'.join(KINDS)})\\?_(\d{{1,4}}))(?!\w)",
    re.IGNORECASE,
)


def put_back(text: str, value_of: Callable[[str], str | None]) -> str:
    """Every placeholder replaced by its value; one that has none stays as it is."""

    def value(found: re.Match[str]) -> str:
        known = value_of(_canonical(found))
        return found.group() if known is None else known

    return _FORM.sub(value, text)


def placeholders(text: str) -> list[str]:
    """The placeholders of a text in their canonical form «[NAME_1]», each once, in order."""
    return list(dict.fromkeys(_canonical(found) for found in _FORM.finditer(text)))


def _canonical(found: re.Match[str]) -> str:
    kind = (found.group(1) or found.group(3)).upper()
    return f"[{_ALIASES.get(kind, kind)}_{int(found.group(2) or found.group(4))}]"

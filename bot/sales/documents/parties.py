"""The two sides of a deal: a client's requisites checked field by field, and how each side is named in a contract."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from bot.company import Company
from bot.requisites import valid_account, valid_bik, valid_correspondent, valid_inn, valid_kpp, valid_ogrn
from bot.sales.documents.declension import called, gender, person_genitive, phrase_genitive, short_name
from bot.sales.documents.text import capital, clean

ClientKind = Literal["person", "sole_trader", "company"]

LONGEST = {"name": 250, "address": 250, "director": 120, "position": 120, "basis": 160, "bank": 160, "email": 120}
"""Characters of a requisite; the others are digits or short."""

_FORMS = {
    "ООО": "Общество с ограниченной ответственностью",
    "АО": "Акционерное общество",
    "ПАО": "Публичное акционерное общество",
    "НАО": "Непубличное акционерное общество",
    "ЗАО": "Закрытое акционерное общество",
    "ОАО": "Открытое акционерное общество",
    "АНО": "Автономная некоммерческая организация",
    "НКО": "Некоммерческая организация",
    "ФГУП": "Федеральное государственное унитарное предприятие",
    "ГУП": "Государственное унитарное предприятие",
    "МУП": "Муниципальное унитарное предприятие",
    "ФГБУ": "Федеральное государственное бюджетное учреждение",
    "ГБУ": "Государственное бюджетное учреждение",
    "МБУ": "Муниципальное бюджетное учреждение",
    "ТСЖ": "Товарищество собственников жилья",
    "ТСН": "Товарищество собственников недвижимости",
    "ПК": "Производственный кооператив",
}
_TRADER = "Индивидуальный предприниматель"


@dataclass(frozen=True, slots=True)
class Client:
    """A client's requisites as they came; a proposal needs only `name`, and may do without."""

    kind: ClientKind
    name: str
    """«ООО «Ромашка»», or the full name of a person or a sole trader."""
    inn: str = ""
    kpp: str = ""
    ogrn: str = ""
    address: str = ""
    director: str = ""
    position: str = ""
    basis: str = ""
    """What the director acts on, in the nominative: «Устав», «доверенность № 5 от 01.02.2026»."""
    bank: str = ""
    bik: str = ""
    account: str = ""
    correspondent: str = ""
    email: str = ""
    phone: str = ""
    director_genitive: str = ""
    """As the client corrected it; empty when our own declension was right."""
    position_genitive: str = ""

    def cleaned(self) -> "Client":
        """The same with every text fit for paper."""
        said = {one.name: clean(getattr(self, one.name), LONGEST.get(one.name, 120)) for one in fields(self)[1:]}
        return Client(self.kind, **said)


@dataclass(frozen=True, slots=True)
class Party:
    """A side as documents show it: a heading, a preamble, rows of requisites, a signature."""

    full_name: str
    short_name: str
    inn: str
    kpp: str
    preamble: str
    """«Общество … , именуемое в дальнейшем «Заказчик», в лице …, действующего на основании Устава»."""
    rows: tuple[tuple[str, str], ...]
    """Requisites: name and value, empty ones left out."""
    position: str
    """Who signs: «Генеральный директор»; empty for a person."""
    signer: str


def mistakes(client: Client) -> Mapping[str, str]:
    """What keeps these requisites out of a contract: field → a Russian sentence for the client."""
    found: dict[str, str] = {}
    company = client.kind == "company"
    if not clean(client.name, LONGEST["name"]):
        found["name"] = "Нужно название организации." if company else "Нужны фамилия, имя и отчество."
    if (client.kind != "person" or client.inn) and not (
        valid_inn(client.inn) and len(client.inn) == (10 if company else 12)
    ):
        found["inn"] = f"В ИНН {'организации 10' if company else 'человека 12'} цифр, проверьте их ещё раз."
    if company and not valid_kpp(client.kpp):
        found["kpp"] = "В КПП девять знаков, проверьте их ещё раз."
    if client.kind != "person" and not (valid_ogrn(client.ogrn) and len(client.ogrn) == (13 if company else 15)):
        found["ogrn"] = f"В {'ОГРН 13' if company else 'ОГРНИП 15'} цифр, проверьте их ещё раз."
    if not clean(client.address, LONGEST["address"]):
        found["address"] = "Нужен адрес."
    if company:
        for name, wish in (("director", "Кто подпишет договор?"), ("position", "Нужна должность того, кто подпишет.")):
            if not clean(getattr(client, name), LONGEST[name]):
                found[name] = wish
    return found | _bank_mistakes(client)


def _bank_mistakes(client: Client) -> dict[str, str]:
    """A bank may be left out whole; what is given must agree."""
    if not (client.bik or client.account or client.correspondent):
        return {}
    if not valid_bik(client.bik):
        return {"bik": "В БИК девять цифр, первые 04. Проверьте их ещё раз."}
    found = {}
    if not valid_account(client.account, client.bik):
        found["account"] = "Номер счёта не сходится с БИК, проверьте оба."
    if client.correspondent and not valid_correspondent(client.correspondent, client.bik):
        found["correspondent"] = "Корсчёт не сходится с БИК, проверьте оба."
    return found


def client_party(client: Client, role: str = "Заказчик") -> Party:
    """The client's side; `client` is cleaned here, not checked."""
    client = client.cleaned()
    if client.kind == "company":
        short = quoted(client.name)
        full = full_name(short)
        director = client.director_genitive or person_genitive(client.director)
        position = client.position_genitive or phrase_genitive(client.position)
        basis = phrase_genitive(client.basis or "Устав")
        preamble = _company_preamble(full, role, f"{capital(position)} {director}", client.director, basis)
        signer, title = client.director, client.position
    else:
        full, short, preamble = _own_preamble(client, role)
        signer, title = _without_trader(client.name), _TRADER if client.kind == "sole_trader" else ""
    rows = _rows(full, client, "ОГРН" if client.kind == "company" else "ОГРНИП")
    return Party(full, short, client.inn, client.kpp, preamble, rows, title, short_name(signer))


def company_party(company: Company, role: str = "Исполнитель") -> Party:
    """Our side, out of `company.yaml`."""
    legal, director = company.legal, company.legal.director
    trader = len(legal.inn) == 12
    if trader:
        preamble = f"{legal.full_name}, {_called_person(director.name)} в дальнейшем «{role}»"
    else:
        who = f"{director.position_genitive} {director.name_genitive}"
        preamble = _company_preamble(legal.full_name, role, who, director.name, director.basis)
    bank = legal.bank
    ours = Client(
        "sole_trader" if trader else "company",
        legal.full_name,
        legal.inn,
        legal.kpp,
        legal.ogrn,
        legal.address,
        bank=bank.name,
        bik=bank.bik,
        account=bank.account,
        correspondent=bank.correspondent,
        email=company.contacts.email,
        phone=company.contacts.phone,
    )
    rows = _rows(legal.full_name, ours, "ОГРНИП" if trader else "ОГРН")
    position, signer = director.position, short_name(director.name)
    return Party(legal.full_name, legal.short_name, legal.inn, legal.kpp, preamble, rows, position, signer)


def full_name(name: str) -> str:
    """«ООО «Ромашка»» → «Общество с ограниченной ответственностью «Ромашка»»; straight quotes become Russian ones."""
    first, _, rest = quoted(name).partition(" ")
    form = _FORMS.get(first.upper().strip(".,"))
    return f"{form} {rest}" if form and rest else quoted(name)


def quoted(name: str) -> str:
    """Straight and English quotes around a name become «»; quotes within quotes stay as they are."""
    return re.sub(r'["“”„]\s*([^"“”„]*?)\s*["“”](?=$|[\s,.])', r"«\1»", name)


def _company_preamble(full: str, role: str, who: str, director: str, basis: str) -> str:
    acting = {"femn": "действующей", "masc": "действующего"}.get(gender(director) or "", "действующего(ей)")
    return f"{full}, {called(full)} в дальнейшем «{role}», в лице {who}, {acting} на основании {basis}"


def _own_preamble(client: Client, role: str) -> tuple[str, str, str]:
    """A person or a sole trader: full name, short name, preamble."""
    name = _without_trader(client.name)
    named = f"{_called_person(name)} в дальнейшем «{role}»"
    if client.kind == "person":
        return name, name, f"{name}, {named}"
    number = f", ОГРНИП {client.ogrn}" if client.ogrn else ""
    return f"{_TRADER} {name}", f"ИП {short_name(name)}", f"{_TRADER} {name}{number}, {named}"


def _called_person(name: str) -> str:
    who = gender(_without_trader(name))
    return {"femn": "именуемая", "masc": "именуемый"}.get(who or "", "именуемый(ая)")


def _without_trader(name: str) -> str:
    return re.sub(r"^(?:ИП|индивидуальный предприниматель)\s+", "", name, flags=re.IGNORECASE)


def _rows(full: str, client: Client, registered: str) -> tuple[tuple[str, str], ...]:
    rows = (
        ("", full),
        ("Адрес", client.address),
        ("ИНН", client.inn),
        ("КПП", client.kpp),
        (registered, client.ogrn),
        ("Р/с", client.account),
        ("Банк", client.bank),
        ("БИК", client.bik),
        ("К/с", client.correspondent),
        ("Телефон", client.phone),
        ("Почта", client.email),
    )
    return tuple(row for row in rows if row[1])

"""Loads `kb/company.yaml`: who the company is, when its people work, who they are and what they promise."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.config_file import BrokenFileError, Node, parse_tree, read_text, unique
from bot.requisites import valid_account, valid_bik, valid_correspondent, valid_inn, valid_kpp, valid_ogrn
from bot.worktime import Calendar, Hours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Role = Literal["manager", "director"]


class CompanyError(BrokenFileError):
    """The company file is wrong; `problems` lists every mistake with its path, `str` is one line for each."""


@dataclass(frozen=True, slots=True)
class Director:
    name: str
    name_genitive: str
    position: str
    position_genitive: str
    basis: str
    """What the director acts on, in the genitive: «Устава»."""


@dataclass(frozen=True, slots=True)
class Bank:
    name: str
    bik: str
    account: str
    correspondent: str


@dataclass(frozen=True, slots=True)
class Legal:
    full_name: str
    short_name: str
    inn: str
    kpp: str
    """Empty for a sole trader."""
    ogrn: str
    address: str
    director: Director
    bank: Bank


@dataclass(frozen=True, slots=True)
class Contacts:
    site: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Brand:
    """Colours as #RRGGBB."""

    primary: str
    accent: str
    text: str
    background: str


@dataclass(frozen=True, slots=True)
class Manager:
    """A person who answers clients; `id` is their Telegram user id. Vacations include both ends."""

    id: int
    name: str
    role: Role
    email: str
    vacations: tuple[tuple[date, date], ...]

    def away(self, on: date) -> bool:
        return any(first <= on <= last for first, last in self.vacations)


@dataclass(frozen=True, slots=True)
class Response:
    """What is promised: `minute` terms run in working time, the silence in real time."""

    promise_minutes: int
    escalation_minutes: int
    silence_hours: int


@dataclass(frozen=True, slots=True)
class Company:
    name: str
    greeting_name: str
    """How the assistant calls itself in its first answer."""
    legal: Legal
    contacts: Contacts
    brand: Brand
    calendar: Calendar
    managers: tuple[Manager, ...]
    response: Response
    consents: Mapping[str, str]
    """Consent (`personal_data`, `marketing`) → version of its text."""
    english: Mapping[str, str] = field(default_factory=dict)
    """Names as clients who write English read them; what is not here stays Russian."""

    def told(self, text: str, locale: str) -> str:
        """A name or words of this file in the client's language."""
        return self.english.get(text, text) if locale == "en" else text

    def manager(self, telegram_id: int) -> Manager | None:
        return next((manager for manager in self.managers if manager.id == telegram_id), None)

    def rota(self, on: date) -> tuple[Manager, ...]:
        """Who is asked that day, in order; everybody when all are away, for a lead must not go unheard."""
        return tuple(manager for manager in self.managers if not manager.away(on)) or self.managers


def load_company(path: Path) -> Company:
    """The company in that file; raises CompanyError."""
    return parse_company(read_text(path, CompanyError), source=str(path))


def parse_company(text: str, *, source: str = "company.yaml") -> Company:
    """The company written in `text`; raises CompanyError with every mistake of it."""
    root = parse_tree(text, source, CompanyError)
    part = root.section("name greeting_name legal contacts brand hours managers response consents", optional="english")
    company = Company(
        name=part["name"].text(longest=80),
        greeting_name=part["greeting_name"].text(longest=80),
        legal=_legal(part["legal"]),
        contacts=_contacts(part["contacts"]),
        brand=_brand(part["brand"]),
        calendar=_calendar(part["hours"]),
        managers=_managers(part["managers"]),
        response=_response(part["response"]),
        consents=_consents(part["consents"]),
    )
    english = {text: said[0] for text, said in part["english"].translations().items()}
    zone = english.get(company.calendar.zone_words, "")
    company = replace(company, english=english, calendar=replace(company.calendar, zone_english=zone))
    if root.problems:
        raise CompanyError(source, root.problems)
    return company


def _legal(node: Node) -> Legal:
    part = node.section("full_name short_name inn ogrn address director bank", optional="kpp")
    inn, kpp, ogrn = part["inn"].text(), part["kpp"].text(), part["ogrn"].text()
    _control(part["inn"], valid_inn(inn), "an INN of 10 or 12 digits", "ИНН из 10 или 12 цифр")
    _control(part["kpp"], valid_kpp(kpp), "a KPP of 9 characters", "КПП из 9 знаков", control=False)
    _control(part["ogrn"], valid_ogrn(ogrn), "an OGRN of 13 or 15 digits", "ОГРН из 13 или 15 цифр")
    if len(inn) == 10 and not part["kpp"].present:
        node.wrong("a company (an INN of 10 digits) needs a kpp", "компании с ИНН из 10 цифр нужен kpp")
    return Legal(
        full_name=part["full_name"].text(),
        short_name=part["short_name"].text(),
        inn=inn,
        kpp=kpp,
        ogrn=ogrn,
        address=part["address"].text(),
        director=_director(part["director"]),
        bank=_bank(part["bank"]),
    )


def _director(node: Node) -> Director:
    part = node.section("name name_genitive position position_genitive basis")
    return Director(**{name: one.text(longest=120) for name, one in part.items()})


def _bank(node: Node) -> Bank:
    part = node.section("name bik account correspondent")
    bik, account, correspondent = part["bik"].text(), part["account"].text(), part["correspondent"].text()
    _control(part["bik"], valid_bik(bik), "a BIK of 9 digits from 04", "БИК из 9 цифр, первые 04", control=False)
    if valid_bik(bik):
        _control(part["account"], valid_account(account, bik), "an account of 20 digits", "счёт из 20 цифр")
        agrees = valid_correspondent(correspondent, bik)
        _control(part["correspondent"], agrees, "a correspondent account of 20 digits", "корсчёт из 20 цифр")
    return Bank(part["name"].text(), bik, account, correspondent)


def _control(node: Node, valid: bool, english: str, russian: str, *, control: bool = True) -> None:
    """Reports a requisite that is present, and not what it should be."""
    if node.present and not valid and not any(problem.path == node.path for problem in node.problems):
        more = (" whose control digits agree", ", в котором сходятся контрольные цифры") if control else ("", "")
        node.wrong(f"must be {english}{more[0]}", f"нужен {russian}{more[1]}")


def _contacts(node: Node) -> Contacts:
    part = node.section("site phone email")
    return Contacts(
        site=part["site"].matching(r"https?://[^\s/]+\S*", "an address with https://", "адрес с https://"),
        phone=part["phone"].matching(r"\+7[\d ()-]{10,20}", "a phone from +7", "телефон, начиная с +7"),
        email=_email(part["email"]),
    )


def _email(node: Node) -> str:
    return node.matching(r"[^@\s]+@[^@\s]+\.[^@\s.]+", "an e-mail address", "адрес почты")


def _brand(node: Node) -> Brand:
    part = node.section("primary accent text background")
    form = (r"#[0-9A-Fa-f]{6}", "a colour such as #1F5EFF, in quotes", "цвет вида #1F5EFF в кавычках")
    return Brand(**{name: one.matching(*form) for name, one in part.items()})


def _calendar(node: Node) -> Calendar:
    part = node.section("zone zone_words week", optional="yearly days_off shortened shorter_by_minutes working")
    week: dict[int, Hours] = {}
    for key, one in part["week"].pairs():
        if key not in WEEKDAYS:
            days = ", ".join(WEEKDAYS)
            one.wrong(f"unknown day, expected one of: {days}", f"такого дня нет, здесь бывают: {days}")
            continue
        hours = _hours(one)
        if hours is not None:
            week[WEEKDAYS.index(key)] = hours
    if not week:
        part["week"].wrong("needs at least one working day", "нужен хотя бы один рабочий день")
    yearly = (_month_day(item) for item in part["yearly"].items())
    return Calendar(
        zone=_zone(part["zone"]),
        zone_words=part["zone_words"].text(longest=40),
        week=week,
        days_off=_dates(part["days_off"]),
        yearly=frozenset(pair for pair in yearly if pair is not None),
        shortened=_dates(part["shortened"]),
        working=_dates(part["working"]),
        shorter_by=timedelta(minutes=part["shorter_by_minutes"].whole(1, 480, default=60)),
    )


def _hours(node: Node) -> Hours | None:
    opens, closes = node.time_span()
    if opens is None or closes is None:
        return None
    if opens >= closes:
        node.wrong("closes before it opens", "закрытие раньше открытия")
        return None
    return Hours(opens, closes)


def _zone(node: Node) -> ZoneInfo:
    name = node.text(longest=60)
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        node.wrong(f'there is no time zone "{name}" on this machine', f"такого часового пояса здесь нет: «{name}»")
        return ZoneInfo("UTC")


def _dates(node: Node) -> frozenset[date]:
    days = [(item.date(), item) for item in node.items()]
    unique((day.isoformat() if day else "", item) for day, item in days)
    return frozenset(day for day, _ in days if day is not None)


def _month_day(node: Node) -> tuple[int, int] | None:
    text = node.matching(r"\d{2}-\d{2}", "a day such as 05-09 (month, day)", "день вида 05-09 (месяц, число)")
    month, _, day = text.partition("-")
    if not text:
        return None
    try:
        date(2024, int(month), int(day))
    except ValueError:
        node.wrong("there is no such day", "такого дня не бывает")
        return None
    return int(month), int(day)


def _managers(node: Node) -> tuple[Manager, ...]:
    nodes = node.items(least=1, most=200)
    managers = tuple(_manager(item) for item in nodes)
    unique((str(manager.id) if manager.id else "", item) for manager, item in zip(managers, nodes, strict=True))
    return managers


def _manager(node: Node) -> Manager:
    part = node.section("id name role", optional="email vacations")
    vacations = []
    for item in part["vacations"].items():
        one = item.section("from to")
        first, last = one["from"].date(), one["to"].date()
        if first and last and first > last:
            item.wrong("ends before it begins", "заканчивается раньше, чем начинается")
        if first and last:
            vacations.append((first, last))
    role = part["role"].one_of(("manager", "director"), default="manager")
    return Manager(
        id=part["id"].whole(1, 2**52, default=0),
        name=part["name"].text(longest=80),
        role="director" if role == "director" else "manager",
        email=_email(part["email"]),
        vacations=tuple(vacations),
    )


def _response(node: Node) -> Response:
    part = node.section("promise_minutes escalation_minutes silence_hours")
    return Response(
        promise_minutes=part["promise_minutes"].whole(1, 2400),
        escalation_minutes=part["escalation_minutes"].whole(1, 2400),
        silence_hours=part["silence_hours"].whole(1, 720),
    )


def _consents(node: Node) -> dict[str, str]:
    part = node.section("personal_data marketing")
    return {name: one.text(longest=40) for name, one in part.items()}

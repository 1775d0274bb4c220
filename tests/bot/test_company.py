"""The company file: the sample is complete, and a wrong one is refused with every mistake named."""

from datetime import date, time
from pathlib import Path

import pytest

from bot.company import Company, CompanyError, load_company, parse_company

SAMPLE = Path(__file__).parents[2] / "kb" / "company.yaml"
TEXT = SAMPLE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(SAMPLE)


def test_the_sample_company(company: Company) -> None:
    assert (company.name, company.legal.short_name) == ("Нейроконтакт", "ООО «Нейроконтакт»")
    assert company.calendar.zone.key == "Europe/Moscow"
    hours = company.calendar.hours(date(2026, 11, 23))
    assert hours is not None
    assert (hours.opens, hours.closes) == (time(10), time(19))
    assert [(m.id, m.name, m.role) for m in company.managers] == [
        (9001, "Анна", "manager"),
        (9002, "Борис", "director"),
    ]
    assert company.response.promise_minutes == 15
    assert set(company.consents) == {"personal_data", "marketing"}
    assert company.contacts.site.endswith(".example"), "a made-up company must not point at a real one"


def test_managers_are_found_and_the_rota_skips_those_away(company: Company) -> None:
    found = company.manager(9002)
    assert found is not None
    assert found.name == "Борис"
    assert company.manager(1) is None
    assert [m.id for m in company.rota(date(2027, 7, 4))] == [9001, 9002]
    assert [m.id for m in company.rota(date(2027, 7, 5))] == [9001]
    assert [m.id for m in company.rota(date(2027, 7, 18))] == [9001]
    assert [m.id for m in company.rota(date(2027, 7, 19))] == [9001, 9002]


def test_when_everybody_is_away_everybody_is_asked() -> None:
    away = "vacations: [{from: 2027-07-01, to: 2027-07-31}]"
    text = TEXT.replace(
        "role: manager, email: anna@neurokontakt.example}", f"role: manager, {away}, email: a@b.example}}"
    )
    assert len(parse_company(text).rota(date(2027, 7, 10))) == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: Нейроконтакт\n", "", "name: is missing"),
        (
            '"7799000012"',
            '"7799000013"',
            "legal.inn: must be an INN of 10 or 12 digits whose control digits agree",
        ),
        ('"779901001"', '"77990100"', "legal.kpp: must be a KPP of 9 characters"),
        ('  kpp: "779901001"\n', "", "legal: a company (an INN of 10 digits) needs a kpp"),
        (
            '"1267700000006"',
            '"1267700000005"',
            "legal.ogrn: must be an OGRN of 13 or 15 digits whose control digits agree",
        ),
        ('"044525999"', '"144525999"', "legal.bank.bik: must be a BIK of 9 digits from 04"),
        (
            '"40702810600000000001"',
            '"40702810600000000002"',
            "legal.bank.account: must be an account of 20 digits whose control digits agree",
        ),
        (
            '"30101810600000000999"',
            '"30101810600000000998"',
            "legal.bank.correspondent: must be a correspondent account of 20 digits whose control digits agree",
        ),
        (
            "https://neurokontakt.example",
            "neurokontakt.example",
            'contacts.site: must be an address with https://, got "neurokontakt.example"',
        ),
        ("hello@neurokontakt.example", "hello", 'contacts.email: must be an e-mail address, got "hello"'),
        ('"+7 495 000-00-00"', '"8 495"', 'contacts.phone: must be a phone from +7, got "8 495"'),
        ('"#1F5EFF"', "#1F5EFF", "brand.primary: is missing"),
        ('"#1F5EFF"', "blue", 'brand.primary: must be a colour such as #1F5EFF, in quotes, got "blue"'),
        (
            "zone: Europe/Moscow",
            "zone: Europe/Moskva",
            'hours.zone: there is no time zone "Europe/Moskva" on this machine',
        ),
        (
            "zone: Europe/Moscow",
            "zone: ../etc/passwd",
            'hours.zone: there is no time zone "../etc/passwd" on this machine',
        ),
        ("mon: 10:00-19:00", "mon: 10-19", 'hours.week.mon: must be hours such as 10:00-19:00, got "10-19"'),
        (
            "mon: 10:00-19:00",
            "mon: 10:00-24:30",
            'hours.week.mon: must be hours such as 10:00-19:00, got "10:00-24:30"',
        ),
        ("mon: 10:00-19:00", "mon: 19:00-10:00", "hours.week.mon: closes before it opens"),
        (
            "mon: 10:00-19:00",
            "monday: 10:00-19:00",
            "hours.week.monday: unknown day, expected one of: mon, tue, wed, thu, fri, sat, sun",
        ),
        ("[01-01, ", "[02-30, ", "hours.yearly[0]: there is no such day"),
        ("[01-01, ", "[1 мая, ", 'hours.yearly[0]: must be a day such as 05-09 (month, day), got "1 мая"'),
        ("- 2026-01-09", "- 2026-02-30", 'hours.days_off[0]: must be a date such as 2026-12-31, got "2026-02-30"'),
        ("- 2026-03-09", "- 2026-01-09", 'hours.days_off[1]: "2026-01-09" is used twice'),
        ("id: 9002", "id: 9001", 'managers[1]: "9001" is used twice'),
        ("id: 9002", "id: boris", 'managers[1].id: must be a whole number from 1 to 4503599627370496, got "boris"'),
        ("role: director", "role: boss", 'managers[1].role: must be one of: manager, director, got "boss"'),
        (
            "{from: 2027-07-05, to: 2027-07-18}",
            "{from: 2027-07-18, to: 2027-07-05}",
            "managers[1].vacations[0]: ends before it begins",
        ),
        (
            "promise_minutes: 15",
            "promise_minutes: 0",
            'response.promise_minutes: must be a whole number from 1 to 2400, got "0"',
        ),
        ('  marketing: "2026-11-01"\n', "", "consents.marketing: is missing"),
    ],
)
def test_every_mistake_names_its_place(old: str, new: str, message: str) -> None:
    assert TEXT.count(old) >= 1
    with pytest.raises(CompanyError) as caught:
        parse_company(TEXT.replace(old, new, 1), source="company.yaml")
    said = [line.split(": ", 2)[2] for line in str(caught.value).split("\n")]
    assert message in said


def test_all_mistakes_at_once() -> None:
    text = TEXT.replace("role: director", "role: boss").replace("silence_hours: 4", "silence_hours: ночь")
    with pytest.raises(CompanyError) as caught:
        parse_company(text.replace('"7799000012"', '"7799000012"\n  color: red'))
    assert [problem.path for problem in caught.value.problems] == [
        "legal.color",
        "managers[1].role",
        "response.silence_hours",
    ]


def test_no_week_at_all_is_refused() -> None:
    week = TEXT[TEXT.index("  week:") : TEXT.index("  # Праздники")]
    with pytest.raises(CompanyError, match=r"hours\.week: needs at least one working day"):
        parse_company(TEXT.replace(week, "  week: {}\n"))


def test_an_absent_file() -> None:
    with pytest.raises(CompanyError, match="cannot be read"):
        load_company(Path("/nonexistent/company.yaml"))

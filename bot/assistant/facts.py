"""What the assistant may state without a search: the price list, the company, a calculation; as plain Russian text.

Both the model and the number lock read these texts, so what the model is told is exactly what it may say. Discounts
that only a manager grants are left out on purpose.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.company import Company
from bot.sales.price_model import Choice, Option, Package, PriceList, Value
from bot.sales.pricing import NBSP, Quote, QuoteLine, money
from bot.understand.words import morph
from bot.worktime import is_open, promise

MONTHLY = "в месяц"
ONCE = "разово"
CALL_DAYS, HORIZON = 3, 30
"""Working days offered for a call, and the days looked ahead for them."""
DAYS = {0: "понедельник", 1: "вторник", 2: "среда", 3: "четверг", 4: "пятница", 5: "суббота", 6: "воскресенье"}


def price_sheet(price_list: PriceList, on: date) -> str:
    """Every package with its options and coefficients; ids in brackets for the calculator."""
    parts = [f"Прайс. Цены в рублях, {_vat(price_list, on)}."]
    parts += [_package(package) for package in price_list.packages]
    for choice in price_list.choices:
        parts += [_condition(choice, value) for value in choice.values]
    parts.append(f"Рассчитанная цена действует {price_list.limits.valid_days} дней.")
    least = price_list.limits.min_once
    parts.append(f"Наименьшая стоимость проекта: {money(least)}.")
    return _plain("\n".join(parts))


def _vat(price_list: PriceList, on: date) -> str:
    rate, mode = price_list.vat.rate(on), price_list.vat.mode_on(on)
    if rate is None:
        return "НДС не облагается"
    return f"НДС {rate} % включён в цены" if mode == "included" else f"НДС {rate} % начисляется сверху"


def _package(package: Package) -> str:
    """Each line names the service: a sum means something only together with what it is for."""
    per = MONTHLY if package.period == "month" else ONCE
    low, high = package.typical
    name = f"{package.title} [{package.id}]"
    usual = f" Обычно {package.title} стоит от {money(low)} до {money(high)} {per}." if low != high else ""
    lines = [
        f"{name}: {package.description}",
        f"{package.title}: базовая цена от {money(package.base)} {per}.{usual}",
        f"{package.title}: в базовую цену входит: {'; '.join(package.includes)}.",
    ]
    lines += [_option(package, option, per) for option in package.options]
    return "\n".join(lines)


def _option(package: Package, option: Option, per: str) -> str:
    start = f"{package.title}, дополнительно: {option.title} [{option.id}] — {money(option.price)} {per}"
    if option.max == 1:
        return f"{start}."
    return f"{start} за 1 {option.unit[0]}; добавить можно до {option.max} {option.unit[2]}."


def _condition(choice: Choice, value: Value) -> str:
    """A line for each value: a percent means something only together with its own condition."""
    return f"{choice.title}: {_small(value.title)} [{choice.id}={value.id}] — {_effect(value)}."


def _small(title: str) -> str:
    return title[:1].lower() + title[1:]


def _effect(value: Value) -> str:
    if value.coefficient == 1:
        return "цена не меняется, входит в обычную цену"
    percent = (value.coefficient - 1) * 100
    sign, more = ("плюс", "дороже") if percent > 0 else ("минус", "дешевле")
    return f"{sign} {_number(abs(percent))} % к цене, {more}"


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def company_sheet(company: Company, now: datetime | None = None) -> str:
    """Who we are, when people answer, how to reach us; with `now` (business time) also what `now_sheet` says."""
    contacts, legal = company.contacts, company.legal
    lines = [
        f"Компания: {company.name} ({legal.short_name}), адрес {legal.address}.",
        f"Телефон {contacts.phone}, почта {contacts.email}, сайт {contacts.site}.",
        f"ИНН {legal.inn}, КПП {legal.kpp}, ОГРН {legal.ogrn}."
        if legal.kpp
        else f"ИНН {legal.inn}, ОГРНИП {legal.ogrn}.",
        f"Рабочее время: {hours(company)}.",
        *_closed(company),
    ]
    if now is not None:
        lines.append(now_sheet(company, now))
    return _plain("\n".join(lines))


def now_sheet(company: Company, now: datetime) -> str:
    """What time it is for the company and when a person would answer: what changes with every minute."""
    local = company.calendar.local(now)
    promised = promise(company.calendar, now, company.response.promise_minutes)
    at_work = "сотрудники на месте" if is_open(company.calendar, now) else "сотрудники не на работе"
    return _plain(
        f"Сейчас {DAYS[local.weekday()]}, {local:%d.%m.%Y}, {local:%H:%M} {company.calendar.zone_words}; {at_work}.\n"
        f"Если позвать сотрудника сейчас, он ответит {promised.phrase}."
    )


def hours(company: Company) -> str:
    """«понедельник–пятница 10:00–19:00 по Москве»: days with the same hours together."""
    spans: list[tuple[int, int, str]] = []
    for day in sorted(company.calendar.week):
        span = company.calendar.week[day]
        words = f"{span.opens:%H:%M}–{span.closes:%H:%M}"
        if spans and spans[-1][2] == words and spans[-1][1] == day - 1:
            spans[-1] = (spans[-1][0], day, words)
        else:
            spans.append((day, day, words))
    named = ", ".join(
        f"{DAYS[first]}–{DAYS[last]} {words}" if first != last else f"{DAYS[first]} {words}"
        for first, last, words in spans
    )
    return f"{named} {company.calendar.zone_words}"


def _closed(company: Company) -> list[str]:
    off = [DAYS[day] for day in DAYS if day not in company.calendar.week]
    return [f"Выходные, сотрудники не работают: {', '.join(off)}."] if off else []


def call_times(company: Company, now: datetime) -> str:
    """The next working days with their hours: when a call or a meeting is possible; a person names the exact time."""
    local = company.calendar.local(now)
    rows = []
    for offset in range(HORIZON):
        day = local.date() + timedelta(days=offset)
        span = company.calendar.hours(day)
        if span is None or (offset == 0 and local.time() >= span.closes):
            continue
        rows.append(f"- {DAYS[day.weekday()]}, {day:%d.%m.%Y}: {span.opens:%H:%M}–{span.closes:%H:%M}")
        if len(rows) == CALL_DAYS:
            break
    zone = company.calendar.zone_words
    return "\n".join([f"Созвониться можно, время {zone}; точное время подтвердит сотрудник:", *rows])


def quote_sheet(priced: Quote, term: str = "") -> str:
    """A calculation, line by line, as the calculator made it."""
    per = MONTHLY if not priced.total else ONCE
    amount = priced.monthly if not priced.total else priced.total
    composed = " + ".join(line.title for line in priced.lines if line.kind in ("base", "option"))
    rows = [f"Итого по расчёту, {composed} вместе: {money(amount)} {per}{_of_vat(priced)}"]
    rows += [f"- {line.title}: {_line(line)}" for line in priced.lines]
    if term:
        rows.append(f"Срок запуска по этому расчёту: {term}.")
    rows.append(f"Цена действует до {priced.valid_until:%d.%m.%Y}.")
    if priced.needs_manager:
        rows.append("Сумма предварительная: её подтверждает менеджер.")
    return _plain("\n".join(rows))


def _line(line: QuoteLine) -> str:
    amount = money(line.amount)
    if line.quantity > 1:
        amount = f"{line.quantity} × {money(line.price)} = {amount}"
    more = _MORE.match(line.title)
    if more is None:
        return amount
    count = line.quantity + 1
    noun = morph().parse(more.group(1))[0].make_agree_with_number(count)
    return f"{amount} (с первым всего {count} {noun.word})" if noun is not None else amount


_MORE = re.compile(r"Ещё (?:один|одна|одно) (\w+)")
"""An option of which the first is in the price already."""


def _of_vat(priced: Quote) -> str:
    if priced.vat_rate is None:
        return ", НДС не облагается."
    return f", включая НДС {priced.vat_rate} %."


def _plain(text: str) -> str:
    return text.replace(NBSP, " ")


def joined(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text)

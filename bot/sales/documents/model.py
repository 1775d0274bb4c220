"""What stands in each document: values for its template, made of a quote, the company, the client and the terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.company import Company, Manager
from bot.sales.documents.amounts import Sum, figures, in_words, of_quote, parts, vat_words
from bot.sales.documents.numbering import Kind, Number
from bot.sales.documents.parties import Client, Party, client_party, company_party
from bot.sales.documents.payment_qr import payment_text, qr_svg
from bot.sales.documents.terms import Terms
from bot.sales.documents.text import capital, clean, long_date, short_date
from bot.sales.price_model import Package, PriceList
from bot.sales.pricing import Quote, QuoteLine, money, plural

LONGEST_TASK = 900
MOST_TASK_LINES = 12
LONGEST_SUBJECT = 250
MOST_PAGES: Mapping[Kind, int] = {"proposal": 3, "contract": 12, "invoice": 2, "act": 3, "offer": 12}

TITLES: Mapping[Kind, str] = {
    "proposal": "Коммерческое предложение",
    "contract": "Договор",
    "invoice": "Счёт на оплату",
    "act": "Акт сдачи-приёмки",
    "offer": "Публичная оферта",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A document ready to be drawn. `values` is JSON: texts, numbers, lists and mappings of them."""

    number: Number
    on: date
    title: str
    """For the reader's window and the file's metadata: it names nobody."""
    values: Mapping[str, Any]

    @property
    def most_pages(self) -> int:
        return MOST_PAGES[self.number.kind]

    @property
    def filename(self) -> str:
        return f"{self.number}.pdf"


@dataclass(frozen=True, slots=True)
class Reference:
    """Another document that this one rests on: «по договору № Д-2026-0001 от 22.11.2026»."""

    number: Number
    on: date

    def __str__(self) -> str:
        return f"№\u00a0{self.number} от\u00a0{short_date(self.on)}"


def proposal(
    number: Number,
    quote: Quote,
    price_list: PriceList,
    company: Company,
    manager: Manager,
    terms: Terms,
    *,
    task: str = "",
    client_name: str = "",
) -> Document:
    """A commercial proposal; `task` is what the client asked for, in words, at most LONGEST_TASK characters of it."""
    package = price_list.package(quote.configuration.package)
    monthly = _monthly(quote)
    return _document(
        number,
        quote.on,
        company,
        client=clean(client_name, 160),
        task=_task(task),
        valid_until=long_date(quote.valid_until),
        preliminary=quote.needs_manager,
        includes=[capital(words) for words in package.includes] if package else [],
        extras=_extras(quote, package),
        excluded=[capital(words) for words in terms.excluded],
        stages=[(stage.title, stage.result) for stage in (terms.stages_monthly if monthly else terms.stages)],
        payments=[] if monthly else _payments(of_quote(quote), terms),
        next_step=terms.next_step,
        manager={"name": manager.name, "email": manager.email, "director": manager.role == "director"},
        **_priced(quote, price_list, terms),
    )


def contract(
    number: Number,
    on: date,
    quote: Quote,
    price_list: PriceList,
    company: Company,
    client: Client,
    terms: Terms,
    *,
    basis: Reference | None = None,
) -> Document:
    """A contract over a quote; `client` must have passed `parties.mistakes`. `basis` is the proposal it follows."""
    monthly = _monthly(quote)
    package = price_list.package(quote.configuration.package)
    return _document(
        number,
        on,
        company,
        us=_side(company_party(company)),
        them=_side(client_party(client)),
        consumer=client.kind == "person",
        basis=str(basis) if basis else "",
        includes=list(package.includes) if package else [],
        excluded=list(terms.excluded),
        stages=[(stage.title, stage.result) for stage in (terms.stages_monthly if monthly else terms.stages)],
        payments=[] if monthly else _payments(of_quote(quote), terms),
        terms=_terms(terms),
        **_priced(quote, price_list, terms),
    )


def invoice(
    number: Number,
    on: date,
    items: Sequence[tuple[str, Sum]],
    company: Company,
    client: Client,
    terms: Terms,
    *,
    pay_until: date,
    basis: Reference | None = None,
) -> Document:
    """An invoice with the payment QR code; every item is a name and its sum, all of one VAT rate.

    ValueError without items, and for a sum that cannot be paid.
    """
    total = _total(items)
    vat = f"НДС {total.rate} % {figures(total.vat)} руб." if total.rate is not None else "Без НДС."
    following = f", договор {basis}" if basis else ""
    bank = company.legal.bank
    purpose = f"Оплата по счёту № {number} от {short_date(on)}{following}. {vat}".replace("\u00a0", " ")
    return _document(
        number,
        on,
        company,
        us=_side(company_party(company, "Поставщик")),
        them=_side(client_party(client, "Покупатель")),
        bank={"name": bank.name, "bik": bank.bik, "account": bank.account, "correspondent": bank.correspondent},
        purpose=purpose,
        qr=qr_svg(payment_text(company.legal, total.amount, purpose)),
        pay_until=long_date(pay_until),
        basis=str(basis) if basis else "",
        **_billed(items, total, terms),
    )


def act(
    number: Number,
    on: date,
    items: Sequence[tuple[str, Sum]],
    company: Company,
    client: Client,
    terms: Terms,
    *,
    basis: Reference | None = None,
) -> Document:
    """An act of acceptance. ValueError without items."""
    return _document(
        number,
        on,
        company,
        us=_side(company_party(company)),
        them=_side(client_party(client)),
        basis=str(basis) if basis else "",
        **_billed(items, _total(items), terms),
    )


def offer(number: Number, on: date, price_list: PriceList, company: Company, terms: Terms) -> Document:
    """The public offer: conditions and prices for whoever pays an invoice."""
    rate = price_list.vat.rate(on)
    mode = price_list.vat.mode_on(on)
    vat = f"без НДС {terms.vat_reason}".strip() if rate is None else f"НДС {rate}\u00a0%"
    note = {"none": f"Цены указаны {vat}.", "included": f"Цены включают {vat}.", "added": f"К ценам добавляется {vat}."}
    packages = [
        {
            "title": package.title,
            "description": package.description,
            "price": f"от {money(package.base)}" + (" в месяц" if package.period == "month" else ""),
        }
        for package in price_list.packages
    ]
    return _document(
        number,
        on,
        company,
        us=_side(company_party(company)),
        packages=packages,
        version=price_list.version,
        vat_note=note[mode],
        valid=plural(price_list.limits.valid_days, ("день", "дня", "дней")),
        payments=[(payment.title, payment.percent, "", payment.when) for payment in terms.payments],
        terms=_terms(terms),
    )


def stage_items(quote: Quote, terms: Terms, basis: Reference) -> tuple[tuple[str, Sum], ...]:
    """What can be billed of a contract: an item for each payment of the terms, or one for a month of service."""
    whole = of_quote(quote)
    subject = f"{quote.title} по договору {basis}"
    if _monthly(quote):
        return ((f"{subject}, за месяц", whole),)
    sums = parts(whole, [payment.percent for payment in terms.payments])
    return tuple(
        (f"{payment.title} {payment.percent}\u00a0%: {subject}", part)
        for payment, part in zip(terms.payments, sums, strict=True)
    )


def _document(number: Number, on: date, company: Company, **values: Any) -> Document:
    legal, brand = company.legal, company.brand
    title = f"{TITLES[number.kind]} № {number}"
    common = {
        "number": str(number),
        "title": title,
        "on": long_date(on),
        "year": on.year,
        "company": {
            "name": company.name,
            "short": legal.short_name,
            "inn": legal.inn,
            "kpp": legal.kpp,
            "ogrn": legal.ogrn,
            "trader": len(legal.inn) == 12,
            "address": legal.address,
            "site": company.contacts.site,
            "site_shown": company.contacts.site.split("://", 1)[-1].rstrip("/"),
            "phone": company.contacts.phone,
            "email": company.contacts.email,
            "director": legal.director.name,
            "position": legal.director.position,
        },
        "brand": {"primary": brand.primary, "accent": brand.accent, "text": brand.text},
    }
    return Document(number, on, title, common | values)


def _monthly(quote: Quote) -> bool:
    return bool(quote.monthly) and not quote.total


def _priced(quote: Quote, price_list: PriceList, terms: Terms) -> dict[str, Any]:
    """The price as a table: rows, the lines under it, the total in figures and in words."""
    whole = of_quote(quote)
    package = price_list.package(quote.configuration.package)
    return {
        "service": quote.title,
        "monthly": _monthly(quote),
        "description": package.description if package else "",
        "term": _term(quote, price_list, terms),
        "lines": [_row(line, package) for line in quote.lines if line.kind != "vat"],
        "vat_added": whole.mode == "added" and whole.rate is not None,
        **_total_words(whole, terms),
    }


def _row(line: QuoteLine, package: Package | None) -> dict[str, str]:
    option = package.option(line.id) if package and line.kind == "option" else None
    quantity = "" if line.kind != "option" else plural(line.quantity, option.unit) if option else str(line.quantity)
    return {
        "title": clean(line.title, LONGEST_SUBJECT),
        "kind": line.kind,
        "quantity": quantity,
        "price": figures(line.price) if line.kind == "option" else "",
        "amount": figures(line.amount),
    }


def _total_words(whole: Sum, terms: Terms) -> dict[str, Any]:
    return {
        "net": figures(whole.net),
        "vat": figures(whole.vat),
        "vat_rate": whole.rate,
        "vat_words": vat_words(whole, terms.vat_reason),
        "total": figures(whole.amount),
        "total_short": money(whole.amount),
        "words": in_words(whole.amount),
    }


def _billed(items: Sequence[tuple[str, Sum]], total: Sum, terms: Terms) -> dict[str, Any]:
    added = total.mode == "added" and total.rate is not None
    rows = [
        {"title": clean(title, LONGEST_SUBJECT), "amount": figures(part.net if added else part.amount)}
        for title, part in items
    ]
    return {"positions": rows, "vat_added": added, **_total_words(total, terms)}


def _total(items: Sequence[tuple[str, Sum]]) -> Sum:
    if not items or len({(part.rate, part.mode) for _, part in items}) != 1:
        raise ValueError("a bill needs items of one VAT rate")
    first = items[0][1]
    amount = sum((part.amount for _, part in items), Decimal(0))
    return Sum(amount, sum((part.vat for _, part in items), Decimal(0)), first.rate, first.mode)


def _extras(quote: Quote, package: Package | None) -> list[tuple[str, str]]:
    """Options the client did not take: title and price."""
    if package is None:
        return []
    taken = quote.configuration.options
    period = " в месяц" if package.period == "month" else ""
    return [(one.title, money(one.price) + period) for one in package.options if not taken.get(one.id)]


def _task(text: str) -> list[str]:
    """The task in its paragraphs; what goes beyond MOST_TASK_LINES joins the last one."""
    found = [line for line in clean(text, LONGEST_TASK, lines=True).split("\n") if line]
    return [*found[: MOST_TASK_LINES - 1], *filter(None, [" ".join(found[MOST_TASK_LINES - 1 :])])]


def _payments(whole: Sum, terms: Terms) -> list[tuple[str, int, str, str]]:
    sums = parts(whole, [payment.percent for payment in terms.payments])
    return [
        (payment.title, payment.percent, money(part.amount), payment.when)
        for payment, part in zip(terms.payments, sums, strict=True)
    ]


def _term(quote: Quote, price_list: PriceList, terms: Terms) -> str:
    """«6 недель …» of a project as chosen; empty for a monthly service."""
    choice = price_list.choice("urgency")
    value = choice.value(quote.configuration.choices.get("urgency", "")) if choice else None
    return "" if value is None or _monthly(quote) else f"{value.title} {terms.term_starts}"


def _terms(terms: Terms) -> dict[str, str]:
    return {
        "city": terms.city,
        "pay": _working_days(terms.pay_days),
        "accept": _working_days(terms.accept_days),
        "claim": _working_days(terms.claim_days),
        "penalty": f"{terms.penalty_percent.normalize():f}\u00a0%".replace(".", ","),
        "penalty_most": f"{terms.penalty_most}\u00a0%",
        "warranty": plural(terms.warranty_months, ("месяца", "месяцев", "месяцев")),
    }


def _working_days(days: int) -> str:
    """In the genitive, after «в течение»: «5 рабочих дней», «1 рабочего дня»."""
    return plural(days, ("рабочего дня", "рабочих дней", "рабочих дней"))


def _side(party: Party) -> dict[str, Any]:
    return {
        "full": party.full_name,
        "short": party.short_name,
        "inn": party.inn,
        "kpp": party.kpp,
        "preamble": party.preamble,
        "rows": [list(row) for row in party.rows],
        "position": party.position,
        "signer": party.signer,
    }

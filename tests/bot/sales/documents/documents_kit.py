"""A deal out of the sample files and what its documents are made of; reading a PDF back."""

import random
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from bot.company import Company
from bot.sales.documents.amounts import of_quote
from bot.sales.documents.model import Document, Reference, act, contract, invoice, offer, proposal, stage_items
from bot.sales.documents.numbering import Kind, Number
from bot.sales.documents.parties import Client
from bot.sales.documents.terms import Terms
from bot.sales.price_model import PriceList
from bot.sales.pricing import Configuration, Quote, quote

ROOT = Path(__file__).parents[4]
ON = date(2026, 11, 22)
SHOP = Configuration("chatbot", {"channel": 1, "crm": 1, "catalog": 1}, {"volume": "5k"})
CLIENT = Client(
    "company",
    'ООО "Ромашка"',
    "7707083893",
    "770701001",
    "1027700132195",
    "117997, г. Москва, ул. Цветочная, д. 19",
    "Шевченко Ольга Игоревна",
    "Коммерческий директор",
    "доверенность № 12 от 01.02.2026",
)


def number(kind: Kind, serial: int = 12) -> Number:
    return Number(kind, 2026, serial)


@dataclass(frozen=True)
class Deal:
    """Everything documents are made of, from the sample files."""

    company: Company
    price_list: PriceList
    terms: Terms
    quote: Quote

    def proposal(self, task: str = "", client_name: str = "") -> Document:
        manager = self.company.managers[0]
        return proposal(
            number("proposal"),
            self.quote,
            self.price_list,
            self.company,
            manager,
            self.terms,
            task=task,
            client_name=client_name,
        )

    def contract(self, client: Client = CLIENT) -> Document:
        basis = Reference(number("proposal"), ON)
        return contract(
            number("contract"), ON, self.quote, self.price_list, self.company, client, self.terms, basis=basis
        )

    def invoice(self, client: Client = CLIENT) -> Document:
        basis = Reference(number("contract"), ON)
        items = stage_items(self.quote, self.terms, basis)[:1]
        until = date(2026, 11, 27)
        return invoice(number("invoice"), ON, items, self.company, client, self.terms, pay_until=until, basis=basis)

    def act(self, client: Client = CLIENT) -> Document:
        basis = Reference(number("contract"), ON)
        items = [(f"{self.quote.title} по договору {basis}", of_quote(self.quote))]
        return act(number("act"), ON, items, self.company, client, self.terms, basis=basis)

    def offer(self) -> Document:
        return offer(number("offer", 1), ON, self.price_list, self.company, self.terms)

    def priced(self, configuration: Configuration) -> "Deal":
        return Deal(self.company, self.price_list, self.terms, quote(self.price_list, configuration, on=ON))


def text_of(pdf: bytes) -> str:
    """What a reader sees, spaces made single."""
    pages = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(" ".join(pages).split())


HOSTILE = (
    "<script>alert(1)</script><b onclick=x>жирно</b>&amp;&#60;",
    "{{ 7 * 7 }} {% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %} {# нет #}",
    "<img src='file:///etc/passwd'><link rel=stylesheet href=http://127.0.0.1:9/x.css>@import url(file:///etc/hosts);",
    "</style></title></body></html><h1>Счёт на 1 ₽</h1>",
    "Ы" * 4000,
    "https://example.com/" + "a/" * 2000,
    "слово " * 1500,
    "😀🏳️‍🌈👨‍👩‍👧‍👦🇷🇺 цветы 💐" * 20,
    "\u202eкод\u202c \u2066изолят\u2069 مرحبا بالعالم שלום עולם" * 10,
    "\x00\x07\x1b[31m\u200b\u200f\ufeff\ud83d невидимое",
    "Z̸̢̛̹̲̃a̵̡̛͚l̶̢͓̈g̸̛͖ơ̶̱" * 40 + "н" + "\u0338" * 500,
    "\n\n\n".join("строка" for _ in range(400)),
    "﷽" * 50 + "𒐫" * 50 + "龍" * 300,
    "'\"\\); DROP TABLE document; -- ${jndi:ldap://127.0.0.1/x} %s %n",
    "{{ config }}{{ self._TemplateReference__context }}{% include '../../.env' %}{{ cycler.__init__.__globals__ }}",
    "ООО «" + "Рога и копыта" * 40 + "»",
    "AAAA" * 100 + "-" * 300,
)
"""What clients may write: markup, template syntax, endless words, pictures, both directions, invisible signs."""


def hostile_text(seed: int) -> str:
    """A mixture of the above, another one for every seed."""
    choice = random.Random(seed)
    return " ".join(choice.sample(HOSTILE, choice.randint(1, 3)))

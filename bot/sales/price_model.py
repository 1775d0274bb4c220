"""The price list as values: what `kb/pricing.yaml` says once it has been checked. Money is Decimal roubles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Period = Literal["once", "month"]
VatMode = Literal["none", "included", "added"]


@dataclass(frozen=True, slots=True)
class Option:
    """Something added to a package; `unit` holds the three Russian plural forms (канал, канала, каналов)."""

    id: str
    title: str
    short: str
    price: Decimal
    max: int
    unit: tuple[str, str, str]
    note: str = ""
    droppable: bool = True
    """May be left for later when the client finds the sum too large."""
    without: str = ""
    """«без каталога»: the offer with this left out, as a part of a sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A button under a question. `manager` means that the price list ends here and a person has to answer."""

    id: str
    title: str
    options: Mapping[str, int]
    choices: Mapping[str, str]
    synonyms: tuple[str, ...] = ()
    button: bool = True
    """False: understood when written in words, but not shown as a button."""
    manager: bool = False
    note: str = ""
    """What was assumed, said to the client; empty when nothing was."""


@dataclass(frozen=True, slots=True)
class Question:
    """One of at most three questions that lead to the exact price; `unknown` is the answer «Не знаю»."""

    id: str
    text: str
    answers: tuple[Answer, ...]
    unknown: Answer

    def answer(self, answer_id: str) -> Answer | None:
        """The answer with this id, «Не знаю» included."""
        return next((a for a in (*self.answers, self.unknown) if a.id == answer_id), None)


@dataclass(frozen=True, slots=True)
class Package:
    """What is sold. `base` and `typical` are for the whole project, or per month when `period` is month."""

    id: str
    title: str
    short: str
    description: str
    period: Period
    base: Decimal
    typical: tuple[Decimal, Decimal]
    includes: tuple[str, ...]
    """What the base price covers, a few words each."""
    options: tuple[Option, ...]
    questions: tuple[Question, ...] = ()
    aliases: tuple[str, ...] = ()

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)


@dataclass(frozen=True, slots=True)
class Value:
    id: str
    title: str
    coefficient: Decimal


@dataclass(frozen=True, slots=True)
class Choice:
    """A coefficient the client chooses; the first value is neutral. `applies` says to which of the two sums."""

    id: str
    title: str
    line: str
    """The beginning of its line in a quote («Объём»)."""
    short: str
    applies: Period
    values: tuple[Value, ...]
    droppable: bool = False
    without: str = ""

    def value(self, value_id: str) -> Value | None:
        return next((value for value in self.values if value.id == value_id), None)


@dataclass(frozen=True, slots=True)
class DiscountKind:
    """Who or what gives a discount and how many percent at most."""

    id: str
    title: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    min_once: Decimal
    """The smallest project, before added VAT; monthly packages have no such limit."""
    max_auto: Decimal
    """Above it a manager confirms the price."""
    max_discount: Decimal
    valid_days: int


@dataclass(frozen=True, slots=True)
class Vat:
    """Rates by the day they come into force, ascending; None stands for «без НДС»."""

    mode: VatMode
    rates: tuple[tuple[date, int | None], ...]

    def rate(self, on: date) -> int | None:
        """The rate in force on that day; None without VAT, and before the first day listed."""
        if self.mode == "none":
            return None
        return next((rate for since, rate in reversed(self.rates) if since <= on), None)

    def mode_on(self, on: date) -> VatMode:
        return "none" if self.rate(on) is None else self.mode


@dataclass(frozen=True, slots=True)
class Ref:
    """A part of a configuration named in a rule: an option (of one package, or of any) or a value of a choice."""

    kind: Literal["option", "choice"]
    owner: str
    """The package of an option (empty: any package that has it), or the choice of a value."""
    id: str

    def __str__(self) -> str:
        return f"{self.owner or 'options'}.{self.id}"

    @property
    def field(self) -> str:
        """Its name in messages per field: `options.crm` or `choices.urgency`."""
        return f"options.{self.id}" if self.kind == "option" else f"choices.{self.owner}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Whoever takes `what` must also take every one of `needs`."""

    what: Ref
    needs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class PriceList:
    version: str
    """As written in the file by its owner."""
    digest: str
    """SHA-256 of the file's text, hexadecimal."""
    currency: Literal["RUB"]
    vat: Vat
    rounding: Decimal
    limits: Limits
    packages: tuple[Package, ...]
    choices: tuple[Choice, ...]
    discounts: tuple[DiscountKind, ...]
    excludes: tuple[tuple[Ref, ...], ...] = ()
    requires: tuple[Requirement, ...] = ()
    english: "PriceList | None" = None
    """The same prices under English titles, for showing; None when the file gives none."""

    def told(self, locale: str) -> "PriceList":
        """The price list with the titles a client of this language reads."""
        return self.english if locale == "en" and self.english is not None else self

    @property
    def revision(self) -> str:
        """The version that goes out with every price: the owner's, and eight digits that change with the file."""
        return f"{self.version}-{self.digest[:8]}"

    def package(self, package_id: str) -> Package | None:
        return next((package for package in self.packages if package.id == package_id), None)

    def choice(self, choice_id: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.id == choice_id), None)

    def discount(self, kind: str) -> DiscountKind | None:
        return next((discount for discount in self.discounts if discount.id == kind), None)

    def aliases(self) -> Iterator[tuple[str, str]]:
        """Every (alias, package id), the longest alias first, so that «чат-бот для сайта» wins over «бот»."""
        pairs = [(alias, package.id) for package in self.packages for alias in package.aliases]
        return iter(sorted(pairs, key=lambda pair: -len(pair[0])))

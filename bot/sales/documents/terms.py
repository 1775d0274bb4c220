"""Loads `templates/documents/terms.yaml`: the conditions of a deal and standing texts, which the owner writes."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bot.config_file import BrokenFileError, Node, parse_tree, read_text

TERMS_FILE = Path(__file__).parents[3] / "templates" / "documents" / "terms.yaml"


class TermsError(BrokenFileError):
    """The file is wrong; `problems` lists every mistake with its path."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A part of the sum: `percent` of it, and when it is due in words."""

    title: str
    percent: int
    when: str


@dataclass(frozen=True, slots=True)
class Stage:
    title: str
    result: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Days are working days, percents are of the sum; `vat_reason` is empty unless the company works without VAT."""

    city: str
    vat_reason: str
    payments: tuple[Payment, ...]
    pay_days: int
    accept_days: int
    claim_days: int
    penalty_percent: Decimal
    penalty_most: int
    warranty_months: int
    term_starts: str
    stages: tuple[Stage, ...]
    stages_monthly: tuple[Stage, ...]
    excluded: tuple[str, ...]
    next_step: str


def load_terms(path: Path = TERMS_FILE) -> Terms:
    """The terms in that file; raises TermsError."""
    return parse_terms(read_text(path, TermsError), source=str(path))


def parse_terms(text: str, *, source: str = "terms.yaml") -> Terms:
    """The terms written in `text`; raises TermsError with every mistake of it."""
    root = parse_tree(text, source, TermsError)
    part = root.section(
        "city payments days penalty warranty_months term_starts stages stages_monthly excluded next_step",
        optional="vat_reason",
    )
    days = part["days"].section("pay accept claim")
    penalty = part["penalty"].section("percent most")
    terms = Terms(
        city=part["city"].text(longest=60),
        vat_reason=part["vat_reason"].text(longest=160) if part["vat_reason"].present else "",
        payments=_payments(part["payments"]),
        pay_days=days["pay"].whole(1, 60),
        accept_days=days["accept"].whole(1, 60),
        claim_days=days["claim"].whole(1, 60),
        penalty_percent=penalty["percent"].number("0", "1"),
        penalty_most=penalty["most"].whole(1, 100),
        warranty_months=part["warranty_months"].whole(1, 60),
        term_starts=part["term_starts"].text(longest=120),
        stages=_stages(part["stages"]),
        stages_monthly=_stages(part["stages_monthly"]),
        excluded=tuple(item.text(longest=160) for item in part["excluded"].items(most=8)),
        next_step=part["next_step"].text(longest=300),
    )
    if root.problems:
        raise TermsError(source, root.problems)
    return terms


def _payments(node: Node) -> tuple[Payment, ...]:
    found = []
    for item in node.items(least=1, most=6):
        part = item.section("title percent when")
        percent = part["percent"].whole(1, 100)
        found.append(Payment(part["title"].text(longest=60), percent, part["when"].text(longest=120)))
    if found and sum(payment.percent for payment in found) != 100:
        node.wrong("the percents must make 100", "доли должны давать в сумме 100")
    return tuple(found)


def _stages(node: Node) -> tuple[Stage, ...]:
    parts = [item.section("title result") for item in node.items(least=1, most=8)]
    return tuple(Stage(part["title"].text(longest=60), part["result"].text(longest=200)) for part in parts)

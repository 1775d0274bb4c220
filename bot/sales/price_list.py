"""Loads `kb/pricing.yaml` and refuses it with every mistake named, so that a wrong price never reaches a client."""

import hashlib
import itertools
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

from bot.config_file import BrokenFileError, Node, as_date, parse_tree, read_text, unique
from bot.sales.configuration import Configuration, QuoteError, check
from bot.sales.price_english import bilingual, texts_of
from bot.sales.price_model import (
    Answer,
    Choice,
    DiscountKind,
    Limits,
    Option,
    Package,
    Period,
    PriceList,
    Question,
    Ref,
    Requirement,
    Value,
    Vat,
    VatMode,
)

__all__ = [
    "Answer",
    "Choice",
    "DiscountKind",
    "Limits",
    "Option",
    "Package",
    "PriceList",
    "PriceListError",
    "Question",
    "Ref",
    "Requirement",
    "Value",
    "Vat",
    "content_hash",
    "load_price_list",
    "parse_price_list",
]

MAX_PRICE = "1000000000"
MAX_QUESTIONS = 3
UNKNOWN = "unknown"
"""The id of the answer «Не знаю» of every question."""
_PERIODS: dict[str, Period] = {"once": "once", "month": "month"}
_VAT_MODES: dict[str, VatMode] = {"none": "none", "included": "included", "added": "added"}
_VAT_RATES: dict[str, int | None] = {"none": None, "0": 0, "5": 5, "7": 7, "22": 22}


class PriceListError(BrokenFileError):
    """The price list is wrong; `problems` lists every mistake with its path, `str` is one line for each."""


def content_hash(text: str) -> str:
    """SHA-256 of the file's text, hexadecimal: the same text, the same prices."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def load_price_list(path: Path) -> PriceList:
    """The price list in that file; raises PriceListError."""
    return parse_price_list(read_text(path, PriceListError), source=str(path))


def parse_price_list(text: str, *, source: str = "pricing.yaml") -> PriceList:
    """The price list written in `text`; raises PriceListError with every mistake of it."""
    root = parse_tree(text, source, PriceListError)
    part = root.section(
        "version currency vat rounding limits discounts choices packages", optional="excludes requires english"
    )
    choice_nodes = part["choices"].items(most=20)
    choices = tuple(_choice(node) for node in choice_nodes)
    unique((choice.id, node) for choice, node in zip(choices, choice_nodes, strict=True))
    packages = _packages(part["packages"], choices)
    limits = _limits(part["limits"])
    part["currency"].one_of(("RUB",), default="RUB")
    price_list = PriceList(
        version=part["version"].matching(
            r"[\w.-]{1,40}", "1 to 40 letters, digits, points and hyphens", "от 1 до 40 букв, цифр, точек и дефисов"
        ),
        digest=content_hash(text),
        currency="RUB",
        vat=_vat(part["vat"]),
        rounding=part["rounding"].number("0.01", "100000"),
        limits=limits,
        packages=packages,
        choices=choices,
        discounts=_discounts(part["discounts"], limits),
        excludes=tuple(_exclusion(node, packages, choices) for node in part["excludes"].items()),
        requires=tuple(_requirement(node, packages, choices) for node in part["requires"].items()),
    )
    if not root.problems:
        _check_dialogue(price_list, part["packages"])
    words = part["english"].translations()
    if not root.problems:
        for key in sorted(words.keys() - texts_of(price_list)):
            part["english"].wrong(f'no title or text reads "{key}"', f"в прайсе нет такого текста: «{key}»")
    if root.problems:
        raise PriceListError(source, root.problems)
    return bilingual(price_list, words) if words else price_list


def _vat(node: Node) -> Vat:
    part = node.section("mode", optional="rates")
    mode = _VAT_MODES[part["mode"].one_of(tuple(_VAT_MODES), default="none")]
    rates: list[tuple[date, int | None]] = []
    for key, rate in part["rates"].pairs():
        since = as_date(key)
        if since is None:
            rate.wrong("the day must be written as 2026-12-31", "день нужно писать в виде 2026-12-31")
        text = rate.one_of((*_VAT_RATES, "5%", "7%", "22%", "0%"), default="0")
        rates.append((since or date.min, _VAT_RATES[text.removesuffix("%")]))
    if mode != "none" and not rates:
        node.wrong("needs at least one rate with its day", "нужна хотя бы одна ставка с её днём")
    return Vat(mode=mode, rates=tuple(sorted(rates, key=lambda item: item[0])))


def _limits(node: Node) -> Limits:
    part = node.section("min_once max_auto max_discount valid_days")
    limits = Limits(
        min_once=part["min_once"].number("0", MAX_PRICE, default="0"),
        max_auto=part["max_auto"].number("1", MAX_PRICE, default=MAX_PRICE),
        max_discount=part["max_discount"].number("0", "90", default="90"),
        valid_days=part["valid_days"].whole(1, 365),
    )
    if limits.min_once > limits.max_auto:
        part["min_once"].wrong(f"is above max_auto ({limits.max_auto})", f"больше, чем max_auto ({limits.max_auto})")
    return limits


def _discounts(node: Node, limits: Limits) -> tuple[DiscountKind, ...]:
    part = node.section("combine kinds")
    part["combine"].one_of(("largest",), default="largest")
    kinds = []
    nodes = part["kinds"].items(most=20)
    for item in nodes:
        one = item.section("id title percent")
        percent = one["percent"].number("0.01", "90")
        kinds.append(DiscountKind(one["id"].identifier(), one["title"].text(longest=80), percent))
        if percent > limits.max_discount:
            one["percent"].wrong(
                f"is above limits.max_discount ({limits.max_discount} %)",
                f"больше наибольшей скидки limits.max_discount ({limits.max_discount} %)",
            )
    unique((kind.id, item) for kind, item in zip(kinds, nodes, strict=True))
    return tuple(kinds)


def _choice(node: Node) -> Choice:
    part = node.section("id title line short applies values", optional="droppable without")
    values = []
    nodes = part["values"].items(least=1, most=20)
    for n, item in enumerate(nodes):
        one = item.section("id title coefficient")
        coefficient = one["coefficient"].number("0.1", "10", places=4)
        if n == 0 and coefficient != 1:
            one["coefficient"].wrong(
                "the first value must be neutral, its coefficient 1",
                "первое значение ничего не меняет, его коэффициент 1",
            )
        values.append(Value(one["id"].identifier(), one["title"].text(longest=60), coefficient))
    unique((value.id, item) for value, item in zip(values, nodes, strict=True))
    title = part["title"].text(longest=80)
    return Choice(
        id=part["id"].identifier(),
        title=title,
        line=part["line"].text(longest=60),
        short=part["short"].text(longest=40),
        applies=_PERIODS[part["applies"].one_of(tuple(_PERIODS), default="once")],
        values=tuple(values),
        droppable=part["droppable"].flag(default=False),
        without=part["without"].text(longest=60, default=f"без строки «{title}»"),
    )


def _packages(node: Node, choices: tuple[Choice, ...]) -> tuple[Package, ...]:
    nodes = node.items(least=1, most=50)
    packages = tuple(_package(item, choices) for item in nodes)
    unique((package.id, item) for package, item in zip(packages, nodes, strict=True))
    owner: dict[str, str] = {}
    for package, item in zip(packages, nodes, strict=True):
        for alias in package.aliases:
            if owner.setdefault(alias, package.id) != package.id:
                item.wrong(
                    f'the alias "{alias}" already belongs to {owner[alias]}',
                    f"слово «{alias}» уже занято услугой {owner[alias]}",
                )
    return packages


def _package(node: Node, choices: tuple[Choice, ...]) -> Package:
    part = node.section(
        "id title short description period base typical options",
        optional="includes questions aliases",
    )
    base = part["base"].number("0.01", MAX_PRICE)
    option_nodes = part["options"].items(most=50)
    options = tuple(_option(item) for item in option_nodes)
    unique((option.id, item) for option, item in zip(options, option_nodes, strict=True))
    question_nodes = part["questions"].items(most=MAX_QUESTIONS)
    questions = tuple(_question(item, options, choices) for item in question_nodes)
    unique((question.id, item) for question, item in zip(questions, question_nodes, strict=True))
    return Package(
        id=part["id"].identifier(),
        title=part["title"].text(longest=80),
        short=part["short"].text(longest=60),
        description=part["description"].text(),
        period=_PERIODS[part["period"].one_of(tuple(_PERIODS), default="once")],
        base=base,
        typical=_typical(part["typical"], base),
        includes=tuple(item.text(longest=120) for item in part["includes"].items(most=20)),
        options=options,
        questions=questions,
        aliases=tuple(item.text(longest=60).lower() for item in part["aliases"].items(most=100)),
    )


def _typical(node: Node, base: Decimal) -> tuple[Decimal, Decimal]:
    ends = [item.number("0.01", MAX_PRICE, default=str(base)) for item in node.items(least=2, most=2)]
    if len(ends) != 2:
        return base, base
    if ends[0] > ends[1]:
        node.wrong("must go from the smaller sum to the larger", "сначала меньшая сумма, потом большая")
    elif ends[0] < base:
        node.wrong(f"starts below the base price {base}", f"начинается ниже базовой цены {base}")
    return ends[0], ends[1]


def _option(node: Node) -> Option:
    part = node.section("id title short price max unit", optional="note droppable without")
    forms = [item.text(longest=40) for item in part["unit"].items(least=3, most=3)]
    one, few, many = (*forms, "", "", "")[:3]
    title = part["title"].text(longest=80)
    return Option(
        id=part["id"].identifier(),
        title=title,
        short=part["short"].text(longest=40),
        price=part["price"].number("0.01", MAX_PRICE),
        max=part["max"].whole(1, 1000),
        unit=(one, few, many),
        note=part["note"].text(longest=120),
        droppable=part["droppable"].flag(default=True),
        without=part["without"].text(longest=60, default=f"без строки «{title}»"),
    )


def _question(node: Node, options: tuple[Option, ...], choices: tuple[Choice, ...]) -> Question:
    part = node.section("id text answers unknown")
    nodes = part["answers"].items(least=2, most=8)
    answers = []
    for item in nodes:
        one = item.section("id title", optional="set synonyms button manager")
        quantities, values = _set(one["set"], options, choices)
        answers.append(
            Answer(
                id=one["id"].identifier(),
                title=one["title"].text(longest=40),
                options=quantities,
                choices=values,
                synonyms=tuple(word.text(longest=60).lower() for word in one["synonyms"].items(most=50)),
                button=one["button"].flag(default=True),
                manager=one["manager"].flag(default=False),
            )
        )
    unique([(UNKNOWN, part["unknown"]), *((a.id, n) for a, n in zip(answers, nodes, strict=True))])
    unsure = part["unknown"].section("note", optional="set")
    quantities, values = _set(unsure["set"], options, choices)
    unknown = Answer(UNKNOWN, "Не знаю", quantities, values, note=unsure["note"].text(longest=160))
    return Question(part["id"].identifier(), part["text"].text(longest=160), tuple(answers), unknown)


def _set(node: Node, options: tuple[Option, ...], choices: tuple[Choice, ...]) -> tuple[dict[str, int], dict[str, str]]:
    """What an answer puts into the configuration; names are checked against this package and the choices."""
    part = node.section("", optional="options choices")
    quantities: dict[str, int] = {}
    for key, item in part["options"].pairs():
        option = next((o for o in options if o.id == key), None)
        if option is None:
            item.wrong("this package has no such option", "у этой услуги нет такой опции")
            continue
        quantities[key] = item.whole(0, option.max, default=0)
    values: dict[str, str] = {}
    for key, item in part["choices"].pairs():
        choice = next((c for c in choices if c.id == key), None)
        if choice is None:
            item.wrong("there is no such choice", "такого параметра нет")
            continue
        values[key] = item.one_of(tuple(value.id for value in choice.values), default="")
    return quantities, values


def _exclusion(node: Node, packages: Iterable[Package], choices: Iterable[Choice]) -> tuple[Ref, ...]:
    refs = [_ref(item, packages, choices) for item in node.items(least=2, most=10)]
    known = tuple(ref for ref in refs if ref is not None)
    neutral = {f"{choice.id}.{choice.values[0].id}" for choice in choices if choice.values}
    if known and all(str(ref) in neutral for ref in known):
        node.wrong("forbids the values everybody starts with", "запрещает значения, с которых начинает каждый расчёт")
    return known


def _requirement(node: Node, packages: Iterable[Package], choices: Iterable[Choice]) -> Requirement:
    part = node.section("what needs")
    what = _ref(part["what"], packages, choices)
    needs = [_ref(item, packages, choices) for item in part["needs"].items(least=1, most=10)]
    return Requirement(what or Ref("option", "", ""), tuple(ref for ref in needs if ref is not None))


def _ref(node: Node, packages: Iterable[Package], choices: Iterable[Choice]) -> Ref | None:
    """`crm`, `chatbot.crm`, `3w` or `urgency.3w`; the short form only where it can mean one thing."""
    name = node.text(longest=90)
    if not name:
        return None
    owner, point, last = name.rpartition(".")
    found = [
        Ref("choice", choice.id, last)
        for choice in choices
        if choice.value(last) is not None and (not point or owner == choice.id)
    ]
    if point and owner != "options":
        found += [Ref("option", p.id, last) for p in packages if p.id == owner and p.option(last)]
    elif any(package.option(last) for package in packages):
        found.append(Ref("option", "", last))
    if len(found) == 1:
        return found[0]
    if found:
        ways = ", ".join(str(ref) for ref in found)
        node.wrong(f'"{name}" may mean {ways}: write it in full', f"«{name}» — это {ways}? Напишите полностью")
    else:
        node.wrong(f'no option and no value is called "{name}"', f"нет ни опции, ни значения с именем «{name}»")
    return None


def _check_dialogue(price_list: PriceList, node: Node) -> None:
    """No way through a package's questions may end in a combination that the rules forbid."""
    for package, item in zip(price_list.packages, node.items(), strict=True):
        ways = itertools.product(*((*q.answers, q.unknown) for q in package.questions))
        for answers in ways:
            configuration = Configuration(
                package.id,
                {key: n for answer in answers for key, n in answer.options.items()},
                {key: value for answer in answers for key, value in answer.choices.items()},
            )
            try:
                check(price_list, configuration)
            except QuoteError as e:
                path = ", ".join(answer.id for answer in answers) or "the package alone"
                item.wrong(
                    f"the answers ({path}) lead to a forbidden combination: {', '.join(sorted(e.fields))}",
                    f"ответы ({path}) ведут к запрещённому сочетанию: {' '.join(sorted(set(e.fields.values())))}",
                )
                break

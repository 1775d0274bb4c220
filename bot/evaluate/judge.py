"""What is held against a talk: the scenario's expectations, promises of a person, and numbers nobody backs. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.evaluate.numbers import Ledger, days, found
from bot.evaluate.scenario import Expect, Price
from bot.evaluate.visitor import plain
from bot.keyboards import Edit, Priced
from bot.sales.configuration import Configuration, QuoteError
from bot.sales.price_model import Package, PriceList
from bot.sales.pricing import Discount, Quote, money, quote
from bot.scenes import codes

CYRILLIC = re.compile("[а-яё]", re.I)
PROMISE = re.compile(
    r"\b(?:позвал[аи]?|пригласил[аи]?|подключил[аи]?|передал[аи]?|сообщил[аи]?|уведомил[аи]?|попросил[аи]?|спросил[аи]?)"
    r"\b[^.?!\n]{0,40}\b(?:менеджер|сотрудник|коллег|человек|оператор|специалист|директор|руководител)"
    r"|\b(?:менеджер|сотрудник|коллега|оператор|специалист|директор|анна|борис)[а-я]*\s+(?:уже\s+)?(?:сам[а]?\s+)?"
    r"(?:свяжется|перезвонит|напишет вам|ответит здесь|скоро ответит|позвонит|подключается|уже едет)"
    r"|\b(?:i|we)(?:[’']ve| have)?(?: just| already)? (?:called|notified|informed|told|asked|passed [^.?!\n]{0,30} to)"
    r" (?:a |the |our )?(?:manager|colleague|person|human|director|team)"
    r"|\b(?:manager|colleague|director|anna|boris) (?:will (?:call|contact|reply|answer|get back|write|email)"
    r"|will be in touch|is (?:joining|on the way))",
    re.I,
)
CONDITION = re.compile(
    r"\b(?:если|могу|можно|хотите|нажмите|когда|после|позвать|попросите|if|can|could|would|shall|when|once|after|press)\b",
    re.I,
)
"""A sentence with it offers or explains; it has promised nothing."""
COSTS = re.compile(r"\b(?:за|стоит|стоят|обойдется|выйдет|от|цена|for|costs?|is|at)\b")
ASIDE = re.compile(
    r"скидк|предоплат|аванс|пилот|поддержк|доплат|дороже|дешевле|ещ[её]|минус|discount|more|extra|per|pilot"
)
"""What else than a service's price a sum beside its name may be."""
KINDS: dict[str, type[Priced | Edit]] = {"c": Priced, "e": Edit}
"""Buttons that carry a configuration, by their prefix."""
SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(slots=True)
class Heard:
    """The texts on which an expectation is tried."""

    texts: Sequence[str]
    labels: Sequence[str]
    messages: int
    handoffs: int
    question: str = ""
    """The form's question that stood before the act."""
    asked: str = ""
    """The question with which the newest message ends."""
    form: Sequence[str] = ()
    """The questions of the form that is open."""


@dataclass(slots=True)
class Fault:
    """One thing that is wrong; `kind`: expectation, number, promise, handoff."""

    kind: str
    what: str


def even(text: str) -> str:
    """For comparing: case, «ё», quotes' and spaces' kinds do not matter."""
    text = plain(text).lower().replace("ё", "е").replace("’", "'")
    return re.sub(r"\s+", " ", text)


def judge(expect: Expect, heard: Heard, prices: "Calculator") -> list[Fault]:
    """Everything in which the texts are not as expected."""
    whole = even("\n".join(heard.texts))
    wrong: list[str] = []
    if expect.any and not any(even(one) in whole for one in expect.any):
        wrong.append(f"none of {expect.any} is said")
    wrong += [f"{one!r} is not said" for one in expect.all if even(one) not in whole]
    wrong += [f"{one!r} is said" for one in expect.none if even(one) in whole]
    if expect.match is not None and not re.search(expect.match, whole, re.I):
        wrong.append(f"nothing matches {expect.match!r}")
    if expect.no_match is not None and (hit := re.search(expect.no_match, whole, re.I)):
        wrong.append(f"{hit[0]!r} matches {expect.no_match!r}")
    labels = [even(one) for one in heard.labels]
    wrong += [
        f"no button {one!r} among {list(heard.labels)}"
        for one in expect.buttons
        if not any(even(one) in label for label in labels)
    ]
    if expect.price is not None:
        wanted = prices.sum_of(expect.price)
        if even(wanted) not in whole:
            wrong.append(f"the price {plain(wanted)} is not shown")
    wrong += _shape(expect, heard)
    faults = [Fault("expectation", one) for one in wrong]
    if expect.handoff is not None and expect.handoff != bool(heard.handoffs):
        missing = "a person was needed and nobody was called" if expect.handoff else "a person was called without need"
        faults.append(Fault("handoff", missing))
    return faults


def _shape(expect: Expect, heard: Heard) -> list[str]:
    wrong = []
    if expect.messages is not None and heard.messages != expect.messages:
        wrong.append(f"{heard.messages} messages instead of {expect.messages}")
    longest = max((len(text) for text in heard.texts), default=0)
    if expect.longest is not None and longest > expect.longest:
        wrong.append(f"a message of {longest} characters, more than {expect.longest}")
    if expect.english and (hit := CYRILLIC.search(" ".join([*heard.texts, *heard.labels]))):
        wrong.append(f"Cyrillic ({hit[0]!r}) in an answer to English")
    if expect.continues is not None:
        goes_on = bool(heard.asked) and (heard.asked == heard.question or heard.asked in heard.form)
        if goes_on != expect.continues:
            wrong.append(f"the form does not go on: it asked {heard.question!r}, now {heard.asked!r}"
                         if expect.continues else f"the form still goes on with {heard.asked!r}")  # fmt: skip
    return wrong


def promises(texts: Iterable[str]) -> list[str]:
    """Sentences that say a person has been called or will answer."""
    sentences = [one.strip() for text in texts for one in SENTENCE.split(plain(text))]
    return [one for one in sentences if not one.endswith("?") and PROMISE.search(one) and not CONDITION.search(one)]


def last_question(text: str) -> str:
    """The last line when it asks something."""
    lines = [line.strip() for line in plain(text).splitlines() if line.strip()]
    return even(lines[-1]) if lines and lines[-1].endswith("?") else ""


class Calculator:
    """Prices of one day, computed: for what a scenario expects, and for what the texts of a talk may hold."""

    def __init__(self, price_list: PriceList, ledger: Ledger) -> None:
        self.price_list = price_list
        self._today = date.min
        self._ledger = ledger.copy()
        steps = [value.coefficient for choice in price_list.choices for value in choice.values]
        self._ledger.also("percent", [f"{abs(step - 1) * 100:f}".rstrip("0").rstrip(".") for step in steps])

    def begin(self, today: date, working: Iterable[date]) -> None:
        """A day of the talk; what an earlier one made sayable remains so."""
        self._today = today
        self._ledger.also("date", days(today, self.price_list.limits.valid_days, working))

    def sum_of(self, price: Price) -> str:
        """«286 000 ₽», of the day."""
        made = quote(self.price_list, Configuration(price.package, price.options, price.choices), on=self._today)
        return money(made.total or made.monthly)

    def form(self) -> list[str]:
        """Every question of the calculator, in both languages."""
        lists = [self.price_list, *([self.price_list.english] if self.price_list.english else [])]
        return [even(one.text) for each in lists for package in each.packages for one in package.questions]

    def allowed(self, data: Iterable[str]) -> Ledger:
        """The ledger with the prices of the configurations that these buttons carry."""
        ledger = self._ledger.copy()
        for configuration in {self._key(one): one for one in self._carried(data)}.values():
            beside = [Configuration(one.id, {}, configuration.choices) for one in self._monthly()]
            for near in [configuration, *beside, *self._one_change_away(configuration)]:
                ledger.also("money", self._sums(near))
        return ledger

    def _monthly(self) -> list[Package]:
        """What is told beside a project's price: the support by the month."""
        return [one for one in self.price_list.packages if one.period == "month"]

    def too_low(self, texts: Iterable[str]) -> list[str]:
        """Sentences that name one service and one sum below its base price: a number can stand in the price list and
        still be a lie about this service."""
        sentences = dict.fromkeys(one.strip() for text in texts for one in SENTENCE.split(plain(text)))
        return [one for one in sentences if self._too_low(even(one))]

    def _too_low(self, sentence: str) -> bool:
        sums = [Decimal(one.value) for one in found(sentence) if one.kind == "money"]
        named = [one for one in self.price_list.packages if any(even(alias) in sentence for alias in one.aliases)]
        if len(sums) != 1 or len(named) != 1 or ASIDE.search(sentence) or not COSTS.search(sentence):
            return False
        options = (word for option in named[0].options for word in re.findall(r"\w{4,}", even(option.short)))
        return sums[0] < named[0].base and not any(word[:5] in sentence for word in options)

    def _carried(self, data: Iterable[str]) -> Iterable[Configuration]:
        for one in data:
            kind: type[Priced | Edit] | None = KINDS.get(one.partition(":")[0])
            try:
                press = kind.unpack(one) if kind is not None else None
            except (TypeError, ValueError):
                continue
            made = codes.decode(self.price_list, press.rev, press.code) if press is not None else None
            if made is not None:
                yield made

    @staticmethod
    def _key(one: Configuration) -> tuple[object, ...]:
        return one.package, tuple(sorted(one.options.items())), tuple(sorted(one.choices.items()))

    def _one_change_away(self, one: Configuration) -> Iterable[Configuration]:
        """What «без каталога» or «за 4 недели» would make of it."""
        package = self.price_list.package(one.package)
        for option in package.options if package is not None else ():
            for more in (-1, 1):
                quantity = one.options.get(option.id, 0) + more
                if 0 <= quantity <= option.max:
                    yield Configuration(one.package, {**one.options, option.id: quantity}, one.choices)
        for choice in self.price_list.choices:
            for value in choice.values:
                yield Configuration(one.package, one.options, {**one.choices, choice.id: value.id})

    def _sums(self, one: Configuration) -> Iterable[str]:
        kept = Configuration(one.package, {name: n for name, n in one.options.items() if n}, one.choices)
        for discount in (None, Discount("prepaid")):
            try:
                made = quote(self.price_list, kept, on=self._today, discount=discount)
            except QuoteError:
                continue
            yield from _amounts(made)


def _amounts(made: Quote) -> Iterable[str]:
    for value in (
        made.total,
        made.monthly,
        made.vat,
        *(part for line in made.lines for part in (line.price, line.amount)),
    ):
        yield f"{abs(value).normalize():f}"

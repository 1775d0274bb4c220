"""What the model may call. Tools read or propose: nothing here has an effect, and nobody's identity is an argument.

What a tool returns becomes a source of the turn, so a number in it may stand in the answer.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from bot.assistant import facts
from bot.assistant.guard.untrusted import defang
from bot.sales.configuration import Configuration, QuoteError, parse_configuration
from bot.sales.price_model import PriceList
from bot.sales.pricing import quote
from kb.search import Passage

SEARCHES = 2
"""Searches of one turn beyond the first, which needs no model."""
PASSAGE = 1200
"""Characters of a passage that the model is given."""

Step = Literal["calculator", "brief", "proposal", "call"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A button that the model wants under its answer; what it does, a scene does when it is pressed."""

    step: str
    """calculator, price, brief, proposal, call or person."""
    configuration: Configuration | None = None

    def as_json(self) -> dict[str, Any]:
        made = self.configuration
        return {
            "step": self.step,
            "configuration": None
            if made is None
            else {"package": made.package, "options": dict(made.options), "choices": dict(made.choices)},
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Offer":
        made = stored["configuration"]
        return cls(stored["step"], None if made is None else Configuration(**made))


@dataclass(slots=True)
class Desk:
    """What the tools of one turn work with, and what they leave behind. pydantic-ai calls it the dependencies."""

    price_list: PriceList
    today: date
    search: Callable[[str], Awaitable[list[Passage]]]
    call_times: Callable[[], str]
    passages: list[Passage] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Everything the tools have said: the sources of this turn."""
    offers: list[Offer] = field(default_factory=list)
    searches: int = 0
    calls: list[str] = field(default_factory=list)
    """Names of the tools called, for the record."""

    def said(self, text: str) -> str:
        self.texts.append(text)
        return text

    def offer(self, step: str, configuration: Configuration | None = None) -> None:
        self.offers = [one for one in self.offers if one.step != step]
        self.offers.append(Offer(step, configuration))

    def fresh(self) -> "Desk":
        """For another attempt: the same sources, none of the buttons."""
        return Desk(self.price_list, self.today, self.search, self.call_times, list(self.passages), list(self.texts))


async def search_knowledge(desk: Desk, query: str) -> str:
    desk.calls.append("search_knowledge")
    desk.searches += 1
    if desk.searches > SEARCHES:
        return "No more searches: answer with what you have."
    known = {passage.chunk_id for passage in desk.passages}
    found = [one for one in await desk.search(query[:300]) if one.chunk_id not in known]
    desk.passages += found
    if not found:
        return "Nothing more was found."
    return desk.said("\n\n".join(shown(passage) for passage in found))


def shown(passage: Passage) -> str:
    """A passage as the model reads it: its heading and its text, harmless as an instruction."""
    return defang(f"{passage.heading}\n{passage.text[:PASSAGE]}")


def calculate_price(desk: Desk, package: str, options: dict[str, int], choices: dict[str, str]) -> str:
    desk.calls.append("calculate_price")
    made = _configuration(package, options, choices)
    if isinstance(made, str):
        return made
    try:
        priced = quote(desk.price_list, made, on=desk.today)
    except QuoteError as error:
        return f"This cannot be priced: {error.public}"
    urgency = desk.price_list.choice("urgency")
    value = urgency.value(priced.configuration.choices[urgency.id]) if urgency is not None else None
    desk.offer("price", priced.configuration)
    return desk.said(facts.quote_sheet(priced, value.title if value is not None and priced.total else ""))


def call_times(desk: Desk) -> str:
    desk.calls.append("call_times")
    desk.offer("call")
    return desk.said(desk.call_times())


def offer_step(desk: Desk, step: Step, package: str, options: dict[str, int], choices: dict[str, str]) -> str:
    desk.calls.append("offer_step")
    made = None
    if package:
        tried = _configuration(package, options, choices)
        if isinstance(tried, Configuration) and desk.price_list.package(package) is not None:
            made = tried
    if step == "proposal" and made is None:
        step = "calculator"
    desk.offer(step, made)
    return "A button is under your answer."


def offer_person(desk: Desk) -> str:
    desk.calls.append("offer_person")
    desk.offer("person")
    return "A button that calls a person is under your answer. Nobody has been called yet."


def _configuration(package: str, options: dict[str, int], choices: dict[str, str]) -> Configuration | str:
    """The configuration, or what is wrong with it."""
    kept = {name: quantity for name, quantity in options.items() if quantity}
    try:
        return parse_configuration({"package": package, "options": kept, "choices": choices})
    except QuoteError as error:
        return f"This cannot be priced: {error.public}"

"""A buyer whom a model plays: a person with a goal and facts, who writes as people write and stops when served."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.assistant.meter import Usage
from bot.assistant.prices import PriceTable
from bot.assistant.prompts import prompt
from bot.assistant.vendors import Vendor, vendors_of
from bot.evaluate.scenario import Scenario
from infra.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage

TOKENS = 200
FIRST = 15.0
"""Seconds to the first word: a buyer may think longer than an assistant."""
DONE = "[DONE]"
LANGUAGES = {"ru": "Russian", "en": "English"}


class Buyers:
    """The vendor that plays; `cost` in US dollars grows with each message."""

    def __init__(self, settings: Settings) -> None:
        self._vendors = vendors_of(settings)
        self._table = PriceTable()
        self.cost = Decimal(0)

    @property
    def able(self) -> bool:
        return bool(self._vendors)

    def of(self, scenario: Scenario) -> "Player | None":
        """A player when the scenario describes one and there is a key."""
        return Player(self, self._vendors[0], scenario) if scenario.buyer is not None and self._vendors else None

    def paid(self, vendor: Vendor, usage: Usage) -> None:
        self.cost += self._table.price(vendor.name, vendor.model_name, usage).cost

    async def close(self) -> None:
        for vendor in self._vendors:
            await vendor.close()


class Player:
    """One buyer."""

    def __init__(self, buyers: Buyers, vendor: Vendor, scenario: Scenario) -> None:
        self._buyers = buyers
        self._vendor = vendor
        self._scenario = scenario

    async def next(self, talk: Sequence[tuple[str, str]]) -> str | None:
        """The buyer's next message; None when the goal is reached or given up."""
        from pydantic_ai import Agent
        from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, UserPromptPart

        buyer = self._scenario.buyer
        assert buyer is not None  # noqa: S101  # `Buyers.of` makes a player of nobody else
        rules = prompt(
            "buyer",
            language=LANGUAGES[self._scenario.language],
            persona=buyer.persona,
            goal=buyer.goal,
            facts=buyer.facts,
            done=DONE,
        )
        history: list[ModelMessage] = []
        for who, text in talk[:-1]:
            own = who == "buyer"
            history.append(ModelResponse([TextPart(text)]) if own else ModelRequest([UserPromptPart(text)]))
        newest = talk[-1][1] if talk else "The chat is open. Write your first message."
        agent = Agent(output_type=str, instructions=rules)
        made = await agent.run(
            newest,
            model=self._vendor.model,
            message_history=history,
            model_settings=self._vendor.model_settings(tokens=TOKENS),
        )
        spent = made.usage
        self._buyers.paid(self._vendor, Usage(input_tokens=spent.input_tokens, output_tokens=spent.output_tokens))
        said = made.output.replace(DONE, "").strip()
        return said if said and DONE not in made.output else None

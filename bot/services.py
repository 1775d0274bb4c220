"""What handlers, scenes, the desk and jobs work with: built once in bot/app.py, handed to handlers as `services`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.channel import Channel
from bot.assistant.agent import Assistant
from bot.assistant.senses import Senses
from bot.company import Company
from bot.keys import Keys
from bot.position import PositionStorage
from bot.sales.leads import Leads
from bot.sales.price_list import PriceList
from bot.texts import Translate
from bot.understand.vocabulary import Vocabulary
from infra.cache import Cache
from infra.clock import Clock
from infra.database import Database
from infra.settings import Settings
from kb.search import Searcher

if TYPE_CHECKING:
    from bot.jobs import Jobs


@dataclass(slots=True)
class Services:
    settings: Settings
    clock: Clock
    db: Database
    cache: Cache
    keys: Keys
    storage: PositionStorage
    jobs: "Jobs"
    leads: Leads
    company: Company
    price_list: PriceList
    searcher: Searcher
    vocabulary: Vocabulary
    texts: Mapping[str, Translate]
    channels: Mapping[int, Channel]
    senses: Senses
    assistant: Assistant | None = None
    """None in an installation without a key of any model."""

    def text(self, locale: str) -> Translate:
        """The texts in a client's language, Russian when there is none."""
        return self.texts.get(locale) or self.texts["ru"]


def vocabulary_of(price_list: PriceList) -> Vocabulary:
    """The words clients use for what the company sells, as the price list gives them."""
    return Vocabulary(packages={package.id: package.aliases for package in price_list.packages})

"""What a call of a model costs, by the price table that genai-prices ships; nothing is asked over the network."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

log = structlog.get_logger(__name__)

AUDIO_TOKENS_A_MINUTE = 1_000
"""For a vendor that counts a recording in seconds although its price is by tokens; rather too many than too few."""
EMBEDDING = "embed"


@dataclass(frozen=True, slots=True)
class Usage:
    """What a vendor counted. `input_tokens` holds everything that went in: what was read from the vendor's cache, what
    was written to it, and the tokens of a recording; `audio_seconds` is for a vendor that counts a recording by time.
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    audio_tokens: int = 0
    audio_seconds: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.output_tokens + other.output_tokens,
            self.audio_tokens + other.audio_tokens,
            self.audio_seconds + other.audio_seconds,
        )

    def sane(self) -> "Usage":
        """No negative counts, and the parts of the input are not more than the whole: a vendor may send anything."""
        cached, written, audio = (max(0, n) for n in (self.cached_tokens, self.cache_write_tokens, self.audio_tokens))
        whole = max(self.input_tokens, cached + written + audio, 0)
        return Usage(whole, cached, written, max(0, self.output_tokens), audio, max(0.0, self.audio_seconds))


USUAL = Usage(input_tokens=3_000, output_tokens=300)
"""The call by which the dearest model of a vendor is found."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars, and the name of the model in the price table: "" when it does not stand there."""

    cost: Decimal
    known_as: str


class PriceTable:
    """Prices of calls. The first use loads the table (some 0.3 s): `warm_up` belongs into a thread at the start."""

    def __init__(self) -> None:
        self._warned: set[tuple[str, str]] = set()

    def warm_up(self) -> None:
        _snapshot()

    def price(self, vendor: str, model: str, usage: Usage) -> Price:
        """A model that is unknown to the vendor is looked for by its name at every other (an endpoint may speak the
        vendor's protocol); one that nobody knows costs as much as the vendor's dearest, and is warned about once."""
        usage = usage.sane()
        found = _find(vendor, model)
        if found is not None:
            return Price(_cost(found[0], found[1], usage), found[1].id)
        if (vendor, model) not in self._warned:
            self._warned.add((vendor, model))
            log.warning("meter.unknown_model", vendor=vendor, model=model[:100], detail="priced as the dearest known")
        provider, dearest = _dearest(vendor, EMBEDDING in model.lower())
        return Price(_cost(provider, dearest, usage), "")


def _snapshot() -> Any:
    from genai_prices.data_snapshot import get_snapshot

    return get_snapshot()


def _find(vendor: str, model: str) -> "tuple[Provider, ModelInfo] | None":
    for provider in (vendor, None):
        try:
            found: tuple[Provider, ModelInfo] = _snapshot().find_provider_model(model, None, provider, None)
        except LookupError:
            continue
        return found
    return None


@cache
def _dearest(vendor: str, embedding: bool) -> "tuple[Provider, ModelInfo]":
    """The vendor's dearest model of this kind; of all vendors when this one is unknown."""
    everyone = _snapshot().providers
    providers = [one for one in everyone if one.id == vendor] or everyone
    models = [(one, model) for one in providers for model in one.models]
    alike = [(one, model) for one, model in models if (EMBEDDING in model.id) == embedding]
    return max(alike or models, key=lambda pair: _cost(pair[0], pair[1], USUAL))


def _cost(provider: "Provider", model: "ModelInfo", usage: Usage) -> Decimal:
    tokens = usage.input_tokens + usage.output_tokens
    cost = _calculated(provider, model, usage)
    if not cost and usage.audio_seconds and not tokens:
        heard = round(usage.audio_seconds * AUDIO_TOKENS_A_MINUTE / 60) + 1
        cost = _calculated(provider, model, Usage(input_tokens=heard, audio_tokens=heard))
    return cost


def _calculated(provider: "Provider", model: "ModelInfo", usage: Usage) -> Decimal:
    from genai_prices import Usage as Counted

    counted = Counted(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cached_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        output_tokens=usage.output_tokens,
        input_audio_tokens=usage.audio_tokens,
        audio_seconds=usage.audio_seconds,
        input_audio_seconds=usage.audio_seconds,
    )
    cost: Decimal = model.calc_price(counted, provider, genai_request_timestamp=datetime.now(UTC)).total_price
    return cost

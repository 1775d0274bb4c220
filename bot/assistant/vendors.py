"""The model vendors in the order in which they are asked: how each is reached, and when it is left alone for a while.

The SDKs cost seconds to import, so a vendor is built when it is first needed or warmed up, never at import.
"""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from pydantic import SecretStr

from bot.assistant.breaker import Breaker
from infra.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model
    from pydantic_ai.settings import ModelSettings

CONNECT = 3.0
"""Seconds to reach a vendor."""
LONGEST_ANSWER = 700
"""Tokens of an answer: some 1,500 characters of Russian."""
REASONING = ("gpt-5", "gpt-6", "o3", "o4")
"""Models of OpenAI that reason unless told not to; other endpoints' models do not know the setting."""


@dataclass
class Vendor:
    """One vendor; its breaker says whether it is worth asking now."""

    name: str
    model_name: str
    build: Callable[[], "tuple[Model, Any]"]
    """Makes the model and the SDK's client behind it; imports the SDK."""
    settings: dict[str, Any] = field(default_factory=dict)
    _built: "tuple[Model, Any] | None" = None

    def __post_init__(self) -> None:
        self.breaker = Breaker(self.name)

    @property
    def model(self) -> "Model":
        if self._built is None:
            self._built = self.build()
        return self._built[0]

    def model_settings(self, *, first: float | None = None, tokens: int = LONGEST_ANSWER) -> "ModelSettings":
        """Settings of one request; `first` is the seconds in which its first words must come."""
        own: Any = {**self.settings, "max_tokens": tokens, "max_retries": 0}
        if first is not None:
            own["first_event_timeout"] = first
        return cast("ModelSettings", own)

    async def close(self) -> None:
        if self._built is not None:
            await self._built[1].close()


def vendors_of(settings: Settings) -> list[Vendor]:
    """OpenAI, then Anthropic: those that have a key."""
    found: list[Vendor] = []
    if settings.openai_api_key is not None:
        reasons = settings.openai_model.startswith(REASONING)
        own: dict[str, Any] = {"openai_reasoning_effort": "none"} if reasons else {}
        found.append(Vendor("openai", settings.openai_model, lambda: _openai(settings), own))
    if settings.anthropic_api_key is not None:
        own = {"anthropic_effort": "low", "anthropic_cache_instructions": True}
        found.append(Vendor("anthropic", settings.anthropic_model, lambda: _anthropic(settings), own))
    return found


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None


def openai_client(settings: Settings) -> Any:
    """An `AsyncOpenAI` of these settings; without repeats of its own, for the turn's budget is ours to spend."""
    import httpx2
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    http = DefaultAsyncHttpxClient(proxy=_secret(settings.llm_proxy), timeout=httpx2.Timeout(30, connect=CONNECT))
    return AsyncOpenAI(
        api_key=_secret(settings.openai_api_key), base_url=settings.openai_base_url, http_client=http, max_retries=0
    )


def _openai(settings: Settings) -> "tuple[Model, Any]":
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    client = openai_client(settings)
    return OpenAIChatModel(settings.openai_model, provider=OpenAIProvider(openai_client=client)), client


def _anthropic(settings: Settings) -> "tuple[Model, Any]":
    import httpx2
    from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    http = DefaultAsyncHttpxClient(proxy=_secret(settings.llm_proxy), timeout=httpx2.Timeout(30, connect=CONNECT))
    client = AsyncAnthropic(
        api_key=_secret(settings.anthropic_api_key),
        base_url=settings.anthropic_base_url,
        http_client=http,
        max_retries=0,
    )
    return AnthropicModel(settings.anthropic_model, provider=AnthropicProvider(anthropic_client=client)), client


def warm_up(vendors: Sequence[Vendor]) -> None:
    """Import what the configured vendors need and build their models: for a thread at the start."""
    for name in ("pydantic_ai", "genai_prices") if vendors else ():
        importlib.import_module(name)
    for vendor in vendors:
        _ = vendor.model

"""One attempt at an answer by one vendor: the tool loop, the stream, its deadlines, and what it came to.

pydantic-ai runs the loop; a stream that breaks, an answer that never begins and everything a vendor can garble end
here as an outcome, never as an error of the turn.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import structlog

from bot.assistant import tools
from bot.assistant.meter import Usage
from bot.assistant.tools import Desk, Step
from bot.assistant.vendors import Vendor

if TYPE_CHECKING:
    from pydantic_ai import Agent
    from pydantic_ai.messages import ModelMessage

log = structlog.get_logger(__name__)

Outcome = Literal["ok", "slow", "broken", "error", "refused", "cancelled"]
REQUESTS = 5
"""Requests of one attempt: the answer and a few rounds of tools."""
LETTERS_A_TOKEN = 3
"""Characters of Russian a token stands for, to price a request that never told its usage."""


@dataclass(slots=True)
class Attempt:
    """What came of it. `text` is whole only when `outcome` is "ok"; `messages` go on in a second try."""

    outcome: Outcome
    text: str = ""
    usage: Usage = field(default_factory=Usage)
    milliseconds: int = 0
    retry_after: float | None = None
    messages: Sequence["ModelMessage"] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What the model is asked: the rules, the talk so far, and this turn's question."""

    system: str
    history: Sequence["ModelMessage"]
    question: str


@cache
def agent() -> "Agent[Desk, str]":
    """The agent with its tools; imports pydantic-ai."""
    from pydantic_ai import Agent, RunContext

    made: Agent[Desk, str] = Agent(deps_type=Desk, output_type=str, retries=1)

    @made.tool
    async def search_knowledge(context: RunContext[Desk], query: str) -> str:
        """Search the company's knowledge base in Russian. Returns the passages found."""
        return await tools.search_knowledge(context.deps, query)

    @made.tool
    def calculate_price(
        context: RunContext[Desk],
        package: str,
        options: dict[str, int] | None = None,
        choices: dict[str, str] | None = None,
    ) -> str:
        """Price a configuration exactly. `package`: its id; `options`: option id → quantity; `choices`: condition id →
        value id. What is left out takes its default."""
        return tools.calculate_price(context.deps, package, options or {}, choices or {})

    @made.tool
    def call_times(context: RunContext[Desk]) -> str:
        """When a person of the company can call or meet the client."""
        return tools.call_times(context.deps)

    @made.tool
    def offer_step(
        context: RunContext[Desk],
        step: Step,
        package: str = "",
        options: dict[str, int] | None = None,
        choices: dict[str, str] | None = None,
    ) -> str:
        """Put a button under the answer: `calculator`, `brief`, `proposal` or `call`, with what the client has said
        filled in."""
        return tools.offer_step(context.deps, step, package, options or {}, choices or {})

    @made.tool
    def offer_person(context: RunContext[Desk]) -> str:
        """Put a button under the answer that calls a person."""
        return tools.offer_person(context.deps)

    return made


async def attempt(
    vendor: Vendor, request: Request, desk: Desk, *, first: float, limit: float, on_text: Callable[[str], None]
) -> Attempt:
    """Ask `vendor`: its first words within `first` seconds, the whole within `limit`. `on_text` gets the answer as it
    grows. Never raises but for a cancellation."""
    started = time.monotonic()
    spoken = _Spoken(on_text)
    result = Attempt("broken")
    try:
        async with asyncio.timeout(limit):
            await _run(vendor, request, desk, first, spoken, result)
    except TimeoutError:
        result.outcome = "slow"
    except asyncio.CancelledError:
        result.outcome = "cancelled"
        raise
    except Exception as error:  # whatever a vendor, its SDK or its garbage comes up with is that vendor's failure
        _failed(vendor, error, result, spoken)
    result.milliseconds = int((time.monotonic() - started) * 1000)
    if result.outcome != "ok" and not result.usage.input_tokens:
        result.usage = _estimated(request, spoken.text)
    return result


async def _run(vendor: Vendor, request: Request, desk: Desk, first: float, spoken: "_Spoken", result: Attempt) -> None:
    from pydantic_ai import Agent
    from pydantic_ai.usage import UsageLimits

    async with agent().iter(
        request.question,
        model=vendor.model,
        deps=desk,
        instructions=request.system,
        message_history=list(request.history),
        model_settings=vendor.model_settings(first=first),
        usage_limits=UsageLimits(request_limit=REQUESTS),
    ) as run:
        try:
            async for node in run:
                if Agent.is_model_request_node(node):
                    spoken.begin()
                    async with node.stream(run.ctx) as stream:
                        async for event in stream:
                            spoken.hear(event)
        finally:
            result.usage = _usage(run.usage)
        result.messages = run.all_messages()
        result.text = (run.result.output if run.result is not None else "").strip()
    result.outcome = "ok" if result.text else "broken"


class _Spoken:
    """The text of the response that is being streamed."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text = on_text
        self.text = ""

    def begin(self) -> None:
        self.text = ""

    def hear(self, event: Any) -> None:
        if event.event_kind == "part_start" and event.part.part_kind == "text":
            self.text += event.part.content
        elif event.event_kind == "part_delta" and event.delta.part_delta_kind == "text":
            self.text += event.delta.content_delta
        else:
            return
        self._on_text(self.text)


def _failed(vendor: Vendor, error: Exception, result: Attempt, spoken: _Spoken) -> None:
    from pydantic_ai.exceptions import (
        ContentFilterError,
        ModelAPIError,
        ModelRequestTimeout,
        UnexpectedModelBehavior,
        UsageLimitExceeded,
    )

    if isinstance(error, ModelRequestTimeout):
        result.outcome = "slow"
    elif isinstance(error, ContentFilterError):
        result.outcome = "refused"
    elif isinstance(error, ModelAPIError):
        result.outcome = "broken" if spoken.text else "error"
        result.retry_after = error.retry_after
    else:
        result.outcome = "broken"
    known = isinstance(error, ModelAPIError | UnexpectedModelBehavior | UsageLimitExceeded)
    log.warning(
        "assistant.attempt_failed",
        vendor=vendor.name,
        outcome=result.outcome,
        error=type(error).__name__,
        status=getattr(error, "status_code", None),
        exc_info=None if known else error,
    )


def _usage(spent: Any) -> Usage:
    return Usage(
        input_tokens=spent.input_tokens,
        cached_tokens=spent.cache_read_tokens,
        cache_write_tokens=spent.cache_write_tokens,
        output_tokens=spent.output_tokens,
    )


def _estimated(request: Request, said: str) -> Usage:
    """A broken answer is paid for although its usage was never told."""
    letters = len(request.system) + len(request.question) + sum(len(str(one)) for one in request.history)
    return Usage(input_tokens=letters // LETTERS_A_TOKEN, output_tokens=len(said) // LETTERS_A_TOKEN)

"""Small tasks for a model outside of an answer: the summary of a long talk, the order of passages."""

import asyncio
import re
import time
from collections.abc import Sequence

import structlog

from bot.assistant.guard.untrusted import defang
from bot.assistant.memory import Line
from bot.assistant.meter import Meter, Usage
from bot.assistant.prompts import prompt
from bot.assistant.vendors import Vendor
from bot.privacy.masking import Masker
from kb.search import Passage

log = structlog.get_logger(__name__)

SUMMARY_SECONDS, SUMMARY_TOKENS, SUMMARY_CHARACTERS = 20.0, 400, 1500
RERANK_SECONDS, RERANK_TOKENS = 2.5, 40
EXCERPT = 400
SPEAKERS = {"client": "Клиент", "bot": "Помощник", "manager": "Сотрудник"}


class SmallTasks:
    """Asks the vendors in order; each call is metered."""

    def __init__(self, vendors: Sequence[Vendor], meter: Meter) -> None:
        self._vendors = vendors
        self._meter = meter

    async def summarise(self, conversation_id: int, lines: Sequence[Line], previous: str | None) -> str | None:
        """The older part of a talk in a few sentences, in the clear; personal data is masked on the way."""
        masker = Masker()
        told = [f"{SPEAKERS.get(one.author, 'Помощник')}: {defang(masker.mask(one.text))}" for one in lines]
        if previous:
            told.insert(0, f"Summary so far: {defang(masker.mask(previous))}")
        said = await self._complete(
            prompt("summary"), "\n".join(told), "summary", conversation_id, SUMMARY_SECONDS, SUMMARY_TOKENS
        )
        return masker.restore(said)[:SUMMARY_CHARACTERS] if said else None

    async def rerank(self, question: str, passages: Sequence[Passage]) -> list[int] | None:
        """Places of the passages that help, best first; `question` is masked already. None when there is no answer."""
        shown = [
            f"[{n}] {defang(one.heading)}\n{defang(one.text[:EXCERPT])}" for n, one in enumerate(passages, start=1)
        ]
        text = f"Question: {defang(question)}\n\n" + "\n\n".join(shown)
        said = await self._complete(prompt("rerank"), text, "rerank", None, RERANK_SECONDS, RERANK_TOKENS)
        if said is None:
            return None
        places = [int(one) - 1 for one in re.findall(r"\d+", said)]
        return list(dict.fromkeys(place for place in places if 0 <= place < len(passages)))

    async def _complete(
        self, system: str, text: str, purpose: str, conversation_id: int | None, seconds: float, tokens: int
    ) -> str | None:
        for vendor in self._vendors:
            if not vendor.breaker.allows():
                continue
            started, usage, outcome, said = time.monotonic(), Usage(), "ok", None
            try:
                async with asyncio.timeout(seconds):
                    said, usage = await _request(vendor, system, text, tokens)
                vendor.breaker.succeeded()
            except TimeoutError:
                outcome = "slow"
            except asyncio.CancelledError:
                vendor.breaker.failed()  # a probe that never reports would keep everybody else away
                raise
            except Exception as error:  # as with an answer, whatever goes wrong there is that vendor's failure
                outcome = "error"
                log.warning("assistant.small_task_failed", vendor=vendor.name, task=purpose, error=type(error).__name__)
            if outcome != "ok":
                vendor.breaker.failed()
            await self._meter.spent(
                conversation_id,
                vendor.name,
                vendor.model_name,
                usage,
                purpose=purpose,
                milliseconds=int((time.monotonic() - started) * 1000),
                outcome=outcome,
            )
            if said:
                return said
        return None


async def _request(vendor: Vendor, system: str, text: str, tokens: int) -> tuple[str, Usage]:
    from pydantic_ai.direct import model_request
    from pydantic_ai.messages import ModelRequest

    answer = await model_request(
        vendor.model,
        [ModelRequest.user_text_prompt(text, instructions=system)],
        model_settings=vendor.model_settings(tokens=tokens),
    )
    said = "".join(part.content for part in answer.parts if part.part_kind == "text").strip()
    spent = answer.usage
    return said, Usage(
        input_tokens=spent.input_tokens,
        cached_tokens=spent.cache_read_tokens,
        cache_write_tokens=spent.cache_write_tokens,
        output_tokens=spent.output_tokens,
    )

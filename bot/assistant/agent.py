"""The assistant: one question in, one checked answer out, or nothing when no model can give one.

Order of things: what was kept by an earlier attempt at the turn; the answer cache; OpenAI, then Anthropic, each within
its deadlines; the guard, with one regeneration when time allows. Texts are masked before they leave and restored in
the answer. The caller serves the no-model mode when this returns None.
"""

import asyncio
import re
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import structlog

from bot.assistant.ask import Answer, Question, Source
from bot.assistant.attempt import Attempt, Request, agent, attempt
from bot.assistant.cache import AnswerCache, CachedAnswer
from bot.assistant.context import Asked, Context, read_once, stands_alone
from bot.assistant.drafts import Drafts
from bot.assistant.guard.lock import Guard
from bot.assistant.guard.sources import Sources
from bot.assistant.guard.violation import Violation
from bot.assistant.markup import to_html, to_plain
from bot.assistant.meter import Meter, Purpose
from bot.assistant.prompts import prompt
from bot.assistant.tools import Desk
from bot.assistant.vendors import Vendor, warm_up
from bot.privacy.masking import Masker
from infra import metrics
from infra.settings import Settings
from infra.tasks import Tasks
from kb.search import Passage

if TYPE_CHECKING:
    pass


log = structlog.get_logger(__name__)

RESERVE = 3.0
"""Seconds of the turn kept for sending the answer."""
AGAIN = 8.0
"""Seconds that must be left for a regeneration."""
LEAST = 2.0
"""Seconds below which a vendor is not worth asking."""
MIXED, FEW = 2, 40
"""A Russian answer may hold twice as many Latin letters as Cyrillic ones, or a few: names of products and systems."""
SOURCES = 3
"""Articles shown behind the button of an answer."""


class Assistant:
    """One per process. `answer` is all that scenes use."""

    def __init__(
        self,
        vendors: Sequence[Vendor],
        *,
        settings: Settings,
        context: Context,
        guard: Guard,
        meter: Meter,
        cache: AnswerCache,
    ) -> None:
        self.vendors = vendors
        self._settings = settings
        self._context = context
        self._guard = guard
        self.meter = meter
        self._cache = cache
        self._tasks = Tasks()

    def warm_up(self) -> None:
        """Import the SDKs and build the models: for a thread, before the first client waits."""
        warm_up(self.vendors)
        agent()
        self.meter.warm_up()
        Masker().mask("Мария Иванова, +7 900 000-00-00")

    async def read_ahead(self, passages: Iterable[str]) -> None:
        """Read what answers will be checked against, while nobody waits for it: the guard reads each text once."""
        for text in [*self._context.sheets(), *passages]:
            await asyncio.to_thread(read_once, text)

    async def close(self) -> None:
        await self._tasks.close()
        await self.meter.flush()
        for vendor in self.vendors:
            await vendor.close()

    @property
    def able(self) -> bool:
        """A vendor is configured and not given up for now."""
        return any(vendor.breaker.ready for vendor in self.vendors)

    async def answer(self, question: Question) -> Answer | None:
        """None: no model can answer now (none configured, the budget is spent, all failed)."""
        kept = question.turn.kept("answer")
        if kept is not None:
            return Answer.of(kept) if kept else None
        if not self.able or not await self.meter.allowed(question.turn.conversation_id):
            return None
        drafts = Drafts(
            question.bot, question.turn.chat_id, question.turn.id, drafts=question.drafts, tasks=self._tasks
        )
        drafts.begin()
        try:
            found = await self._think(question, drafts)
        finally:
            await drafts.end()
        await question.turn.keep("answer", found.as_json() if found is not None else {})
        return found

    async def _think(self, question: Question, drafts: Drafts) -> Answer | None:
        started = time.monotonic()
        asked = await self._context.gather(question)
        cached = await self._from_cache(asked)
        if cached is not None:
            return cached
        answer = await self._ask(asked, drafts)
        if answer is not None and answer.kind == "model":
            await self._into_cache(asked, answer)
        asked.record.milliseconds = int((time.monotonic() - started) * 1000)
        metrics.answers.labels(answer.kind if answer is not None else "none").inc()
        log.info(
            "assistant.answered",
            kind=answer.kind if answer is not None else "none",
            vendors=asked.record.vendors,
            tools=asked.record.tools,
            violations=asked.record.violations,
            milliseconds=asked.record.milliseconds,
        )
        return answer

    # asking

    async def _ask(self, asked: Asked, drafts: Drafts) -> Answer | None:
        """The vendors in order until one has answered; None when none has."""
        turn = asked.question.turn
        first = True
        for vendor in self.vendors:
            left = turn.left - RESERVE
            limit = min(left, self._settings.llm_first_vendor) if first else left
            if limit < LEAST:
                break
            if not vendor.breaker.allows():
                continue
            first = False
            desk = asked.desk.fresh()
            made = await self._attempt(asked, drafts, vendor, asked.request, desk, limit, "answer")
            if made.outcome == "cancelled":
                return self._stopped(drafts)
            if made.outcome == "ok":
                return await self._checked(asked, drafts, vendor, made, desk)
        return None

    async def _attempt(
        self,
        asked: Asked,
        drafts: Drafts,
        vendor: Vendor,
        request: Request,
        desk: Desk,
        limit: float,
        purpose: Purpose,
    ) -> Attempt:
        """One vendor's attempt, raced against the client's Stop; metered, and told to the vendor's breaker."""
        sources = asked.sources(desk)

        def show(text: str) -> None:
            drafts.show(lambda: self._showable(asked, text, sources, desk))

        asked.record.vendors.append(vendor.name)
        first = min(self._settings.llm_first_token, limit)
        work = self._tasks.start(
            "assistant.attempt", attempt(vendor, request, desk, first=first, limit=limit, on_text=show)
        )
        stop = self._tasks.start("assistant.stop", asked.question.turn.stop.wait())
        try:
            await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            if not work.done():
                work.cancel()
        made = work.result() if work.done() and not work.cancelled() else Attempt("cancelled")
        asked.record.tools += desk.calls
        if made.outcome == "ok":
            vendor.breaker.succeeded()
        elif made.outcome != "cancelled":
            vendor.breaker.failed(retry_after=made.retry_after)
        await self.meter.spent(
            asked.question.turn.conversation_id,
            vendor.name,
            vendor.model_name,
            made.usage,
            purpose=purpose,
            milliseconds=made.milliseconds,
            outcome=made.outcome,
        )
        return made

    def _showable(self, asked: Asked, text: str, sources: Sources, desk: Desk) -> str:
        """Only whole sentences that passed the lock are ever shown."""
        known = sources.also(desk.texts) if desk.texts else sources
        return to_html(asked.masker.restore(self._guard.whole_sentences(text, known)))

    async def _checked(self, asked: Asked, drafts: Drafts, vendor: Vendor, made: Attempt, desk: Desk) -> Answer:
        """The answer when it stands on its sources; one regeneration when there is time; else nothing to say."""
        broken = self._violations(asked, made.text, desk)
        if broken and asked.question.turn.left > AGAIN:
            again = Request(asked.request.system, made.messages, prompt("again", violations=broken))
            second = desk.fresh()
            second.offers = list(desk.offers)
            limit = asked.question.turn.left - RESERVE
            retried = await self._attempt(asked, drafts, vendor, again, second, limit, "regenerate")
            if retried.outcome == "cancelled":
                return self._stopped(drafts)
            if retried.outcome == "ok":
                made, desk = retried, second
                broken = self._violations(asked, made.text, desk)
        if broken:
            return Answer("safe", offers=desk.offers, broken=[one.kind for one in broken], vendor=vendor.name)
        asked.raw = made.text
        text = to_html(asked.masker.restore(made.text))
        return Answer("model", text, desk.offers, _sources(desk.passages), vendor=vendor.name)

    def _violations(self, asked: Asked, text: str, desk: Desk) -> list[Violation]:
        found = self._guard.check(to_plain(text), asked.sources(desk))
        unknown = asked.masker.unknown(text)
        asked.record.violations += [one.kind for one in found] + ["placeholder"] * len(unknown)
        for one in found:
            metrics.violations.labels(one.kind).inc()
        if not _in_language(text, asked.question.language):
            found = [*found, Violation("language", text[:60], "the client reads another language: answer in theirs")]
        return [*found, *(Violation("placeholder", one, "no such placeholder was given to you") for one in unknown)]

    def _stopped(self, drafts: Drafts) -> Answer:
        """The client pressed Stop: what was shown stays as it is."""
        return Answer("stopped", drafts.text)

    # the cache

    async def _from_cache(self, asked: Asked) -> Answer | None:
        said = asked.question.said
        if not self._cache.enabled or asked.question.aside or not stands_alone(said) or asked.masker.mask(said) != said:
            return None
        found = await self._cache.get(said, epoch=asked.epoch, locale=asked.question.language, vector=asked.vector)
        if found is None:
            return None
        return Answer("cache", to_html(found.text), sources=[Source(*one) for one in found.sources])

    async def _into_cache(self, asked: Asked, answer: Answer) -> None:
        """Only what would be said to anybody: nothing of this talk went into it, and no button came of it."""
        question = asked.question
        own = question.state or asked.remembered.lines or asked.remembered.summary or question.aside
        said = question.said
        if own or answer.offers or not stands_alone(said) or asked.masker.mask(said) != said:
            return
        made = CachedAnswer(asked.raw, [(one.title, one.heading, one.text) for one in answer.sources])
        await self._cache.put(said, made, epoch=asked.epoch, locale=question.language, vector=asked.vector)


def _in_language(text: str, language: str) -> bool:
    """Whether most letters of an answer belong to the client's language; names of products are often Latin."""
    cyrillic = len(re.findall("[а-яё]", text, re.I))
    latin = len(re.findall("[a-z]", text, re.I))
    return cyrillic <= latin if language == "en" else latin <= cyrillic * MIXED or latin < FEW


def _sources(passages: Sequence[Passage]) -> list[Source]:
    """The best passages, one an article."""
    best: dict[str, Source] = {}
    for one in sorted(passages, key=lambda one: -one.confidence):
        best.setdefault(one.title, Source(one.title, one.heading, one.text))
    return list(best.values())[:SOURCES]

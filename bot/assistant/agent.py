"""The assistant: one question in, one checked answer out, or nothing when no model can give one.

Order of things: what was kept by an earlier attempt at the turn; the answer cache; OpenAI, then Anthropic, each within
its deadlines; the guard, with one regeneration when time allows. Texts are masked before they leave and restored in
the answer. The caller serves the no-model mode when this returns None.
"""

import asyncio
import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import structlog

from bot.assistant import facts
from bot.assistant.ask import Answer, Question, Record, Source
from bot.assistant.attempt import Attempt, Request, agent, attempt
from bot.assistant.cache import AnswerCache, CachedAnswer
from bot.assistant.drafts import Drafts
from bot.assistant.guard.lock import Guard
from bot.assistant.guard.sources import Sources
from bot.assistant.guard.untrusted import defang
from bot.assistant.guard.violation import Violation
from bot.assistant.markup import to_html, to_plain
from bot.assistant.memory import Recall, Remembered
from bot.assistant.meter import Meter
from bot.assistant.prompts import prompt, source
from bot.assistant.small import SmallTasks
from bot.assistant.tools import PASSAGE, Desk
from bot.assistant.vendors import Vendor, warm_up
from bot.company import Company
from bot.privacy.masking import Known, Masker
from bot.privacy.masking_restore import placeholders
from bot.sales.price_model import PriceList
from bot.understand.words import word_set, words
from infra import metrics
from infra.clock import Clock
from infra.settings import Settings
from infra.tasks import Tasks
from kb.search import Passage, Searcher, relevant

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage


log = structlog.get_logger(__name__)

RESERVE = 3.0
"""Seconds of the turn kept for sending the answer."""
AGAIN = 8.0
"""Seconds that must be left for a regeneration."""
LEAST = 2.0
"""Seconds below which a vendor is not worth asking."""
TOP = 5
SENTENCES, CHARACTERS = 5, 600
ASIDE_SENTENCES, ASIDE_CHARACTERS = 2, 280
SOURCES = 3
LANGUAGES = {"ru": "Russian", "en": "English"}
LONGEST = 4000
"""Characters of a message that the model is given."""
ENOUGH_WORDS = 3
GOES_ON = frozenset({"а", "и", "но", "тогда", "and", "but", "so"})
POINTING = word_set(
    "это этот эта эти этого этой этом он она оно они его ее их ему ей им там тут такой такая такие тоже еще же "
    "я мы мне нам меня нас мой моя мое мои наш наша наше наши "
    "it this that these those they them my our we i us"
)
"""Words by which a question means something only to this client."""
PROMPTS = hashlib.blake2b("".join(map(source, ("assistant", "question"))).encode(), digest_size=6).hexdigest()
"""Which wording of the prompts made an answer."""


@dataclass(slots=True)
class _Asked:
    """One question on its way."""

    question: Question
    masker: Masker
    request: Request
    desk: Desk
    drafts: Drafts
    record: Record
    remembered: Remembered
    masked: Sequence[str] = ()
    """The talk so far as the model is told it."""
    raw: str = ""
    """The answer as the model wrote it, masked."""

    def sources(self, desk: Desk, sheets: Sequence[str]) -> Sources:
        """What this turn may state; the client's own words back only what is theirs to know."""
        texts = [*sheets, *map(self.masker.mask, self.question.state), *desk.texts]
        texts += [quotable(passage.heading, passage.text) for passage in desk.passages]
        told = [*(line.text for line in self.remembered.lines if line.author == "client"), self.question.said]
        said = [self.masker.mask(text) for text in told]
        given = placeholders("\n".join([*said, self.request.question, *self.masked]))
        return Sources.of(texts, said=said, placeholders=given, today=desk.today)


class Assistant:
    """One per process. `answer` is all that scenes use."""

    def __init__(
        self,
        vendors: Sequence[Vendor],
        *,
        settings: Settings,
        clock: Clock,
        company: Company,
        price_list: PriceList,
        searcher: Searcher,
        guard: Guard,
        meter: Meter,
        cache: AnswerCache,
        recall: Recall,
        small: SmallTasks,
    ) -> None:
        self.vendors = vendors
        self._settings = settings
        self._clock = clock
        self._company = company
        self._price_list = price_list
        self._searcher = searcher
        self._guard = guard
        self.meter = meter
        self._cache = cache
        self._recall = recall
        self._rerank = small.rerank if settings.llm_rerank else None
        self._tasks = Tasks()

    def warm_up(self) -> None:
        """Import the SDKs and build the models: for a thread, before the first client waits."""
        warm_up(self.vendors)
        agent()
        self.meter.warm_up()
        Masker().mask("Мария Иванова, +7 900 000-00-00")

    async def read_ahead(self, passages: Iterable[str]) -> None:
        """Read what answers will be checked against, while nobody waits for it: the guard reads each text once."""
        for text in [*self.sheets(), *passages]:
            await asyncio.to_thread(_read_once, text)

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
        masker = Masker(self._known(question), public=self._public())
        asked, vector = await self._prepare(question, masker, drafts)
        cached = await self._from_cache(asked, vector)
        if cached is not None:
            return cached
        answer = await self._ask(asked)
        if answer is not None and answer.kind == "model":
            await self._into_cache(asked, answer, vector)
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

    # what the model is told

    async def _prepare(
        self, question: Question, masker: Masker, drafts: Drafts
    ) -> tuple[_Asked, Sequence[float] | None]:
        query = masker.blank(question.said)[:LONGEST]
        remembered, passages, vector = await asyncio.gather(
            self._recall.load(question.turn), self._search(question.said[:LONGEST], query), self._vector(query)
        )
        if self._recall.due(remembered):
            self._recall.ask(question.turn)
        today = self._company.calendar.local(self._clock.now()).date()
        desk = Desk(self._price_list, today, self._search, self._call_times, passages=passages)
        told = [(line.author, masker.mask(line.text)) for line in remembered.lines]
        summary = masker.mask(remembered.summary)
        history = _history(summary, told)
        request = Request(self._system(question), history, self._asking(question, passages, masker))
        masked = [summary, *(text for _, text in told)]
        return _Asked(question, masker, request, desk, drafts, Record(), remembered, masked), vector

    def _system(self, question: Question) -> str:
        now = self._clock.now()
        return prompt(
            "assistant",
            name=self._company.greeting_name,
            language=LANGUAGES.get(question.language, "Russian"),
            sentences=ASIDE_SENTENCES if question.aside else SENTENCES,
            characters=ASIDE_CHARACTERS if question.aside else CHARACTERS,
            company=facts.company_sheet(self._company, now),
            prices=facts.price_sheet(self._price_list, self._company.calendar.local(now).date()),
        )

    def _asking(self, question: Question, passages: Sequence[Passage], masker: Masker) -> str:
        shown = [{"heading": defang(one.heading), "text": defang(one.text[:PASSAGE])} for one in passages]
        return prompt(
            "question",
            passages=shown,
            state=masker.mask("\n".join(question.state)),
            aside=question.aside,
            said=defang(masker.mask(question.said[:LONGEST])),
        )

    def sheets(self) -> list[str]:
        """What may be quoted in every turn."""
        now = self._clock.now()
        today = self._company.calendar.local(now).date()
        return [facts.price_sheet(self._price_list, today), facts.company_sheet(self._company, now)]

    def _known(self, question: Question) -> Known:
        return Known(
            names=(question.name,) if question.name else (),
            phones=(question.phone,) if question.phone else (),
            emails=(question.email,) if question.email else (),
        )

    def _public(self) -> list[str]:
        company = self._company
        return [
            company.name,
            company.legal.short_name,
            company.legal.full_name,
            company.legal.inn,
            company.legal.kpp,
            company.legal.ogrn,
            company.legal.address,
            company.legal.director.name,
            company.contacts.phone,
            company.contacts.email,
            company.contacts.site,
            *(manager.name for manager in company.managers),
        ]

    async def _search(self, query: str, bare: str | None = None) -> list[Passage]:
        """What the knowledge base has; `bare` is the query without personal data, which alone may leave. A query
        of the model's own is masked already."""
        bare = bare if bare is not None else query
        return relevant(await self._searcher.search(query, TOP, dense_query=bare, rerank=self._rerank))

    async def _vector(self, query: str) -> Sequence[float] | None:
        """The question's vector for the cache of answers."""
        return await self._searcher.vector(query) if self._cache.enabled else None

    def _call_times(self) -> str:
        return facts.call_times(self._company, self._clock.now())

    # asking

    async def _ask(self, asked: _Asked) -> Answer | None:
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
            made = await self._attempt(asked, vendor, asked.request, desk, limit, "answer")
            if made.outcome == "cancelled":
                return self._stopped(asked)
            if made.outcome == "ok":
                return await self._checked(asked, vendor, made, desk)
        return None

    async def _attempt(
        self, asked: _Asked, vendor: Vendor, request: Request, desk: Desk, limit: float, purpose: str
    ) -> Attempt:
        """One vendor's attempt, raced against the client's Stop; metered, and told to the vendor's breaker."""
        sources = asked.sources(desk, self.sheets())

        def show(text: str) -> None:
            asked.drafts.show(lambda: self._showable(asked, text, sources, desk))

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

    def _showable(self, asked: _Asked, text: str, sources: Sources, desk: Desk) -> str:
        """Only whole sentences that passed the lock are ever shown."""
        known = sources.also(desk.texts) if desk.texts else sources
        return to_html(asked.masker.restore(self._guard.whole_sentences(text, known)))

    async def _checked(self, asked: _Asked, vendor: Vendor, made: Attempt, desk: Desk) -> Answer:
        """The answer when it stands on its sources; one regeneration when there is time; else nothing to say."""
        broken = self._violations(asked, made.text, desk)
        if broken and asked.question.turn.left > AGAIN:
            again = Request(asked.request.system, made.messages, prompt("again", violations=broken))
            second = desk.fresh()
            second.offers = list(desk.offers)
            limit = asked.question.turn.left - RESERVE
            retried = await self._attempt(asked, vendor, again, second, limit, "regenerate")
            if retried.outcome == "cancelled":
                return self._stopped(asked)
            if retried.outcome == "ok":
                made, desk = retried, second
                broken = self._violations(asked, made.text, desk)
        if broken:
            return Answer("safe", offers=desk.offers, broken=[one.kind for one in broken], vendor=vendor.name)
        asked.raw = made.text
        text = to_html(asked.masker.restore(made.text))
        return Answer("model", text, desk.offers, _sources(desk.passages), vendor=vendor.name)

    def _violations(self, asked: _Asked, text: str, desk: Desk) -> list[Violation]:
        found = self._guard.check(to_plain(text), asked.sources(desk, self.sheets()))
        unknown = asked.masker.unknown(text)
        asked.record.violations += [one.kind for one in found] + ["placeholder"] * len(unknown)
        for one in found:
            metrics.violations.labels(one.kind).inc()
        return [*found, *(Violation("placeholder", one, "no such placeholder was given to you") for one in unknown)]

    def _stopped(self, asked: _Asked) -> Answer:
        """The client pressed Stop: what was shown stays as it is."""
        return Answer("stopped", asked.drafts.text)

    # the cache

    async def _from_cache(self, asked: _Asked, vector: Sequence[float] | None) -> Answer | None:
        said = asked.question.said
        if asked.question.aside or not _stands_alone(said) or asked.masker.mask(said) != said:
            return None
        found = await self._cache.get(said, epoch=await self._epoch(), locale=asked.question.language, vector=vector)
        if found is None:
            return None
        return Answer("cache", to_html(found.text), sources=[Source(*one) for one in found.sources])

    async def _into_cache(self, asked: _Asked, answer: Answer, vector: Sequence[float] | None) -> None:
        """Only what would be said to anybody: nothing of this talk went into it, and no button came of it."""
        question = asked.question
        own = question.state or asked.remembered.lines or asked.remembered.summary or question.aside
        said = question.said
        if own or answer.offers or not _stands_alone(said) or asked.masker.mask(said) != said:
            return
        made = CachedAnswer(asked.raw, [(one.title, one.heading, one.text) for one in answer.sources])
        await self._cache.put(said, made, epoch=await self._epoch(), locale=question.language, vector=vector)

    async def _epoch(self) -> str:
        """Answers of another knowledge base, price list, prompt, model or day are never given."""
        version = await self._searcher.version()
        today = self._company.calendar.local(self._clock.now()).date()
        models = ",".join(vendor.model_name for vendor in self.vendors)
        return f"{version}|{self._price_list.revision}|{PROMPTS}|{models}|{today}"


def _history(summary: str, told: Sequence[tuple[str, str]]) -> "list[ModelMessage]":
    """The talk so far, masked, as the model's own history; what a manager said counts as ours."""
    from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, UserPromptPart

    messages: list[ModelMessage] = []
    if summary:
        messages.append(ModelRequest([UserPromptPart(f"[Earlier in this talk, summarised: {defang(summary)}]")]))
    for author, text in told:
        if author == "client":
            messages.append(ModelRequest([UserPromptPart(defang(text))]))
        else:
            messages.append(ModelResponse([TextPart(text)]))
    return messages


def _read_once(text: str) -> None:
    _ = Sources.of([text], today=date.min).by_kind


def quotable(heading: str, text: str) -> str:
    """A passage as the guard reads it."""
    return f"{heading}\n{text}"


def _sources(passages: Sequence[Passage]) -> list[Source]:
    """The best passages, one an article."""
    best: dict[str, Source] = {}
    for one in sorted(passages, key=lambda one: -one.confidence):
        best.setdefault(one.title, Source(one.title, one.heading, one.text))
    return list(best.values())[:SOURCES]


def _stands_alone(said: str) -> bool:
    """A question that means the same to anybody: enough words, and none that points to what was said before."""
    spoken = words(said)
    return len(spoken) >= ENOUGH_WORDS and spoken[0] not in GOES_ON and not POINTING.intersection(spoken)

"""What the model is told for one question, and what its answer may state: gathered, masked, and laid out so that what
changes least comes first, for a vendor's cache of prompts."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from bot.assistant import facts
from bot.assistant.ask import Question, Record
from bot.assistant.attempt import Request
from bot.assistant.guard.sources import Sources
from bot.assistant.guard.untrusted import defang
from bot.assistant.memory import Recall, Remembered
from bot.assistant.prompts import prompt, source
from bot.assistant.tools import PASSAGE, Desk
from bot.company import Company
from bot.privacy.masking import Known, Masker
from bot.privacy.masking_restore import placeholders
from bot.sales.price_model import PriceList
from bot.understand.words import word_set, words
from infra.clock import Clock
from kb.search import Passage, Reranker, Searcher, relevant

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage

TOP = 5
SENTENCES, CHARACTERS = 5, 600
ASIDE_SENTENCES, ASIDE_CHARACTERS = 2, 280
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
class Asked:
    """One question with everything that belongs to it."""

    question: Question
    masker: Masker
    request: Request
    desk: Desk
    remembered: Remembered
    sheets: Sequence[str]
    masked: Sequence[str]
    """The talk so far as the model is told it."""
    vector: Sequence[float] | None
    epoch: str
    """Answers of another one, that is of another knowledge base, price list, prompt or day, are never given."""
    record: Record = field(default_factory=Record)
    raw: str = ""
    """The answer as the model wrote it, masked."""

    def sources(self, desk: Desk) -> Sources:
        """What this turn may state; the client's own words back only what is theirs to know."""
        texts = [*self.sheets, *map(self.masker.mask, self.question.state), *desk.texts]
        texts += [quotable(passage.heading, passage.text) for passage in desk.passages]
        told = [*(line.text for line in self.remembered.lines if line.author == "client"), self.question.said]
        said = [self.masker.mask(text) for text in told]
        given = placeholders("\n".join([*said, self.request.question, *self.masked]))
        return Sources.of(texts, said=said, placeholders=given, today=desk.today)


class Context:
    """Gathers what belongs to a question."""

    def __init__(
        self,
        *,
        clock: Clock,
        company: Company,
        price_list: PriceList,
        searcher: Searcher,
        recall: Recall,
        rerank: Reranker | None = None,
        models: str = "",
    ) -> None:
        """`models` names the models in use, for the epoch."""
        self._clock = clock
        self._company = company
        self._price_list = price_list
        self._searcher = searcher
        self._recall = recall
        self._rerank = rerank
        self._models = models

    def sheets(self) -> list[str]:
        """What may be quoted in every turn."""
        today, now = self._today(), self._clock.now()
        return [
            facts.price_sheet(self._price_list, today),
            facts.company_sheet(self._company),
            facts.now_sheet(self._company, now),
        ]

    async def gather(self, question: Question) -> Asked:
        """Everything for one question; the searches, the memory and the vector at the same time."""
        masker = Masker(_known(question), public=_public(self._company))
        said = question.said[:LONGEST]
        bare = masker.blank(said)
        remembered, passages, vector, version = await asyncio.gather(
            self._recall.load(question.turn),
            self._search(said, bare),
            self._searcher.vector(bare),
            self._searcher.version(),
        )
        if self._recall.due(remembered):
            self._recall.ask(question.turn)
        told = [(line.author, masker.mask(line.text)) for line in remembered.lines]
        summary = masker.mask(remembered.summary)
        prices, company, now = sheets = self.sheets()
        system = prompt("assistant", name=self._company.greeting_name, company=company, prices=prices)
        asking = prompt(
            "question",
            language=LANGUAGES.get(question.language, "Russian"),
            sentences=ASIDE_SENTENCES if question.aside else SENTENCES,
            characters=ASIDE_CHARACTERS if question.aside else CHARACTERS,
            now=now,
            passages=[{"heading": defang(one.heading), "text": defang(one.text[:PASSAGE])} for one in passages],
            state=masker.mask("\n".join(question.state)),
            aside=question.aside,
            said=defang(masker.mask(said)),
        )
        today = self._today()
        return Asked(
            question=question,
            masker=masker,
            request=Request(system, _history(summary, told), asking),
            desk=Desk(self._price_list, today, self._search, self._call_times, passages=passages),
            remembered=remembered,
            sheets=sheets,
            masked=[summary, *(text for _, text in told)],
            vector=vector,
            epoch=f"{version}|{self._price_list.revision}|{PROMPTS}|{self._models}|{today}",
        )

    def _today(self) -> date:
        return self._company.calendar.local(self._clock.now()).date()

    async def _search(self, query: str, bare: str | None = None) -> list[Passage]:
        """What the knowledge base has; `bare` is the query without personal data, which alone may leave. A query
        of the model's own is masked already."""
        bare = bare if bare is not None else query
        return relevant(await self._searcher.search(query, TOP, dense_query=bare, rerank=self._rerank))

    def _call_times(self) -> str:
        return facts.call_times(self._company, self._clock.now())


def quotable(heading: str, text: str) -> str:
    """A passage as the guard reads it."""
    return f"# {heading}\n{text}"


def read_once(text: str) -> None:
    """Have the guard read a text that answers will be checked against; it remembers what it read."""
    _ = Sources.of([text], today=date.min).by_kind


def stands_alone(said: str) -> bool:
    """A question that means the same to anybody: enough words, and none that points to what was said before."""
    spoken = words(said)
    return len(spoken) >= ENOUGH_WORDS and spoken[0] not in GOES_ON and not POINTING.intersection(spoken)


def _known(question: Question) -> Known:
    return Known(
        names=(question.name,) if question.name else (),
        phones=(question.phone,) if question.phone else (),
        emails=(question.email,) if question.email else (),
    )


def _public(company: Company) -> list[str]:
    """Our own contacts and people: no personal data of a client."""
    legal, contacts = company.legal, company.contacts
    return [
        company.name,
        legal.short_name,
        legal.full_name,
        legal.inn,
        legal.kpp,
        legal.ogrn,
        legal.address,
        legal.director.name,
        contacts.phone,
        contacts.email,
        contacts.site,
        *(manager.name for manager in company.managers),
    ]


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

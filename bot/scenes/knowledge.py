"""Answers from the knowledge base: the best passage with its source, one clarifying question, or an honest no."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.keyboards import Button, Go, go
from bot.sales.price_model import Package
from bot.sales.pricing import NBSP
from bot.scenes.wording import bare, tied
from bot.talk import Talk
from bot.texts import Html
from kb.excerpt import excerpt
from kb.search import Passage, Verdict, verdict
from kb.split import SEPARATOR, sentences

LENGTH = 420
"""Characters of a passage in an answer."""
BRIEF = 260
"""Characters of a passage that only accompanies something else."""
TOPICS = 3
CERTAIN = 0.95
"""Confidence from which words that are no question get a passage inside a form."""
CASE = "case-"
SERVICES = "services-"
"""How the article of a service is called: «services-kb-assistant.md» belongs to the package `kb_assistant`."""


SECTIONS = (re.compile(r"^(?:сколько стоит|стоимость|цена)", re.I), re.compile(r"^что входит", re.I))
"""Headings of a service's article that may stand beside its price."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the knowledge base has to a question, and how sure it is."""

    verdict: Verdict
    passages: Sequence[Passage]


async def look_up(talk: Talk, question: str) -> Found:
    passages = await talk.services.searcher.search(question, top=5)
    return Found(verdict(passages), passages)


def quoted(talk: Talk, passage: Passage, question: str, *, limit: int = LENGTH) -> Html:
    """The passage, shortened to what was asked, with the title of its article."""
    return talk.t("knowledge.answer", text=tied(excerpt(passage.text, question, limit)), source=passage.title)


async def passing(talk: Talk, said: str, *, asked: bool = True) -> Html | None:
    """A short answer in the middle of something else; None when unsure.

    Words that ask nothing are more likely a clumsy answer to the form: for them only near certainty counts,
    and no case.
    """
    found = await look_up(talk, said)
    if found.verdict is not Verdict.ANSWER:
        return None
    best = found.passages[0]
    if not asked and (best.confidence < CERTAIN or best.source.startswith(CASE)):
        return None
    return quoted(talk, best, said, limit=BRIEF)


async def beside_price(talk: Talk, package: Package) -> Html | None:
    """What the price depends on, to go with the range just said: how the price section of the service's own article
    begins, else the section on what is included. Sentences that repeat the range are left out. The articles are
    Russian, so whoever reads another language gets none of it unasked."""
    if talk.t.locale != "ru":
        return None
    sums = tuple(one.replace(NBSP, " ") for one in (bare(package.base), *map(bare, package.typical)))
    why = talk.t.plain("price.why", title=package.title)
    article = SERVICES + package.id.replace("_", "-")
    passages = [one for one in await talk.services.searcher.search(why, top=30) if one.source.startswith(article)]
    for section in SECTIONS:
        for passage in (one for one in passages if section.search(topic_of(one))):
            lines = [line for line in passage.text.split("\n") if line and not line.startswith("- ")]
            said = sentences(" ".join(lines).replace(NBSP, " "))
            text = _beginning([one for one in said if not any(amount in one for amount in sums)])
            if text:
                return talk.t("knowledge.answer", text=tied(text), source=passage.title)
    return None


def _beginning(said: Sequence[str]) -> str:
    """As many whole sentences from the first on as fit beside something else."""
    text = ""
    for one in said:
        longer = f"{text} {one}".strip()
        if len(longer) > BRIEF:
            break
        text = longer
    return text


async def fact(talk: Talk, question: str, *, source: str = "", limit: int = LENGTH) -> Html | None:
    """What the knowledge base says to a question of ours; only from files whose name begins with `source`."""
    passages = await talk.services.searcher.search(question, top=8)
    chosen = next((one for one in passages if one.source.startswith(source)), None)
    if chosen is None or (not source and chosen.verdict is not Verdict.ANSWER):
        return None
    return quoted(talk, chosen, question, limit=limit)


async def answer(talk: Talk, question: str, *, extra: Sequence[Button] = ()) -> None:
    """The whole answer to a question outside of any form."""
    found = await look_up(talk, question)
    if found.verdict is Verdict.ANSWER:
        talk.memory.unsure = False
        await talk.say(quoted(talk, found.passages[0], question), extra or ways_on(talk))
        return
    if found.verdict is Verdict.CLARIFY and not talk.memory.unsure:
        await clarify(talk, found.passages)
        return
    talk.memory.unsure = False
    await talk.say(talk.t("knowledge.unknown_service" if extra else "knowledge.unknown"), extra or ways_on(talk))


async def clarify(talk: Talk, passages: Sequence[Passage]) -> None:
    """One question back, with the nearest topics as buttons."""
    topics = list(dict.fromkeys(topic_of(passage) for passage in passages))[:TOPICS]
    talk.memory.topics, talk.memory.unsure = topics, True
    buttons = [Button(topic, Go(to="topic", arg=str(n))) for n, topic in enumerate(topics)]
    lines = Html("\n".join(talk.t("knowledge.topic", text=topic) for topic in topics))
    await talk.say(
        talk.t("knowledge.clarify", topics=lines), [*buttons, go(talk.t, "button.other", "other")], wide=True
    )


async def topic(talk: Talk, number: str) -> None:
    """A button of the clarifying question."""
    talk.memory.unsure = False
    place = int(number) if number.isdigit() else -1
    if not 0 <= place < len(talk.memory.topics):
        await talk.say(talk.t("knowledge.ask_again"), ways_on(talk))
        return
    question = talk.memory.topics[place]
    passages = await talk.services.searcher.search(question, top=5)
    chosen = next((one for one in passages if topic_of(one) == question), None)
    text = quoted(talk, chosen, question) if chosen is not None else talk.t("knowledge.unknown")
    await talk.say(text, ways_on(talk))


def ways_on(talk: Talk) -> list[Button]:
    """What to do after an answer."""
    if talk.memory.answers or talk.memory.code:
        return [go(talk.t, "button.resume", "resume")]
    return [go(talk.t, "button.prices", "prices")]


def topic_of(passage: Passage) -> str:
    """The passage's own heading, the last of its path."""
    return passage.heading.rsplit(SEPARATOR, 1)[-1] or passage.title

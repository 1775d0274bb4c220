"""The brief: task, deadline, budget, contact. Every step may be skipped, and what is known is not asked again."""

from aiogram.fsm.scene import Scene, on
from aiogram.types import TelegramObject

from bot.filters import Words
from bot.keyboards import Agree, Button, Fill, go
from bot.sales.configuration import Configuration
from bot.sales.consents import MARKETING, PERSONAL_DATA
from bot.sales.leads import LeadDraft
from bot.sales.pricing import money
from bot.scenes import aside, brief_steps, calculator, consent, handoff, quote, welcome
from bot.talk import Talk
from bot.texts import Html
from bot.understand.contacts import parse_contact
from bot.understand.intents import Intent, Understanding, understand

TASK, DEADLINE, BUDGET, CONTACT = "task", "deadline", "budget", "contact"
LONGEST_CONTACT = 500
"""Characters kept of a message with a contact until consent is answered, in the sealed position only."""
LONGEST_PARTING = 60
"""Characters of a goodbye; more is an answer that only ends politely."""
POLITE = frozenset((Intent.BYE, Intent.THANKS, Intent.GREETING, Intent.YES, Intent.NO))

STEPS = {
    "brief": (TASK, DEADLINE, BUDGET, CONTACT),
    "offer": (TASK, CONTACT),
    "meeting": (TASK, CONTACT),
    "callback": (CONTACT,),
    "contact": (CONTACT,),
}
"""What is asked for which purpose: an offer follows from a price, so its term and its sum are known already."""

FIRST = {
    "brief": "brief.first",
    "meeting": "brief.first_meeting",
    "callback": "brief.first_callback",
    "contact": "brief.first_contact",
}

DONE = {
    "brief": "handoff.brief",
    "offer": "handoff.offer",
    "meeting": "handoff.meeting",
    "callback": "handoff.callback",
    "contact": "handoff.contact",
}


class Brief(Scene, state="brief"):
    """Stands at the first step that is neither known nor skipped."""

    @on.message.enter()
    @on.callback_query.enter()
    async def enter(self, _: TelegramObject, talk: Talk) -> None:
        await step(talk)

    @on.message(Words())
    async def answer(self, _: TelegramObject, talk: Talk, said: str) -> None:
        await hear(talk, said)


async def begin(talk: Talk, purpose: str, *, said: str = "") -> None:
    """Open the brief for a purpose; a contact that was said along with the wish is kept for its step."""
    talk.memory.brief = {"purpose": purpose, "skipped": []}
    said = said or _from_file(talk)
    found = parse_contact(said).contact if said else None
    if found is not None and (found.phone or found.email):
        talk.memory.brief["contact"] = said[:LONGEST_CONTACT]
    elif purpose in FIRST:
        talk.first(talk.t(FIRST[purpose]))
    await talk.enter(Brief)


def _from_file(talk: Talk) -> str:
    """The contact in a file that the client said was understood; taken once."""
    return str(talk.memory.file.pop("contact", "")) if talk.memory.file.get("sure") else ""


async def volunteer(talk: Talk, said: str) -> None:
    """A contact left without being asked for."""
    await begin(talk, "contact", said=said)


async def offer(talk: Talk, configuration: Configuration | None = None) -> None:
    """A commercial proposal: prepared by a person from the price that was shown."""
    wanted = configuration or quote.current(talk)
    if wanted is None:
        talk.first(talk.t("brief.offer_needs_price"))
        await calculator.choose(talk)
        return
    priced = quote.price(talk, wanted)
    await quote.keep(talk, priced)
    draft = await talk.draft()
    draft.hot = True
    talk.first(talk.t("brief.first_offer", sum=money(priced.total or priced.monthly)))
    await begin(talk, "offer")


async def step(talk: Talk) -> None:
    """Ask what is still open, or end."""
    draft = await talk.draft()
    wanted = _next(talk, draft)
    talk.memory.brief["step"] = wanted or ""
    if wanted is None:
        await finish(talk, draft)
    elif wanted == CONTACT:
        await _contact_step(talk, draft)
    else:
        await talk.say(talk.t(brief_steps.QUESTIONS[wanted]), _buttons(talk, wanted, draft))


async def hear(talk: Talk, said: str) -> None:
    """An answer to the open step in words, or something else said in between."""
    open_step = str(talk.memory.brief.get("step", ""))
    if open_step not in (TASK, DEADLINE, BUDGET, CONTACT):
        await step(talk)
        return
    meant = understand(said, talk.services.vocabulary)
    if meant.first is Intent.BACK:
        await back(talk)
        return
    if _parting(meant, said, open_step):
        await farewell(talk)
        return
    if open_step == CONTACT and await _needs_consent(talk):
        await _before_consent(talk, said, meant)
        return
    if _elsewhere(meant, open_step) and await aside.take(talk, said, repeat=step, back=back):
        return
    if meant.has(Intent.DONT_KNOW, Intent.NO) and not (meant.numbers or (open_step == TASK and len(said) > 20)):
        await skip(talk, open_step)
        return
    if open_step == CONTACT:
        await _take_contact(talk, said)
        return
    await _take(talk, open_step, said, meant)


async def press(talk: Talk, given: Fill) -> None:
    """A ready answer, «Пропустить» or «←»; also from a message of long ago."""
    if not talk.memory.brief:
        await begin(talk, "brief")
        return
    if given.value == "back":
        talk.memory.brief["step"] = given.step
        await back(talk)
    elif given.value == "skip":
        await skip(talk, given.step)
    elif given.value in (brief_steps.MEANT, brief_steps.AS_IS):
        await _settle(talk, given.value)
    else:
        draft = await talk.draft()
        answer = brief_steps.ready(talk, given.step, given.value, draft)
        if answer is not None:
            setattr(draft, given.step, answer)
            talk.save(draft)
        await talk.enter(Brief)


async def agree(talk: Talk, given: Agree) -> None:
    """An answer to a request for consent, on whichever message it stands."""
    if given.kind == MARKETING:
        await consent.record(talk, MARKETING, given.yes)
        await talk.say(talk.t("consent.marketing_yes" if given.yes else "consent.marketing_no"))
        return
    await consent.record(talk, PERSONAL_DATA, given.yes)
    if not talk.memory.brief:
        key = "consent.agreed" if given.yes else "consent.refused"
        await talk.say(talk.t(key), welcome.ways(talk))
        return
    talk.memory.brief["agreed"] = given.yes
    talk.memory.brief.pop("asked", None)
    if not given.yes:
        talk.memory.brief.pop("contact", None)
        talk.first(talk.t("consent.refused"))
    await talk.enter(Brief)


async def skip(talk: Talk, skipped: str) -> None:
    talk.memory.brief["skipped"] = [*talk.memory.brief.get("skipped", []), skipped]
    await talk.enter(Brief)


async def back(talk: Talk) -> None:
    """The step before, asked again even when it was answered."""
    steps = _steps(talk)
    at = steps.index(str(talk.memory.brief.get("step"))) if talk.memory.brief.get("step") in steps else 0
    if at == 0:
        talk.memory.brief = {}
        await welcome.menu(talk)
        return
    before = steps[at - 1]
    talk.memory.brief["skipped"] = [one for one in talk.memory.brief.get("skipped", []) if one != before]
    talk.memory.brief["again"] = before
    await talk.enter(Brief)


async def farewell(talk: Talk) -> None:
    """The client says goodbye: what was promised stands, and nothing is asked any more."""
    purpose = str(talk.memory.brief.get("purpose", "brief"))
    draft = await talk.draft()
    if purpose in ("callback", "contact") or (purpose == "brief" and not (draft.task or draft.deadline)):
        talk.memory.brief = {}
        await talk.leave()
        await talk.say(talk.t("small.bye"))
        return
    talk.memory.brief.pop("contact", None)
    await finish(talk, draft, parting=True)


async def finish(talk: Talk, draft: LeadDraft, *, parting: bool = False) -> None:
    """What was written down, and who answers when; `parting` adds a goodbye."""
    purpose = str(talk.memory.brief.get("purpose", "brief"))
    given = str(talk.memory.brief.get("given", ""))
    talk.memory.brief = {}
    await talk.leave()
    summary = brief_steps.summary(talk, draft, contact=given)
    if purpose == "brief" and summary is None:
        await talk.say(talk.t("brief.empty"), welcome.ways(talk))
        return
    draft.stage = "contact" if given else "brief"
    draft.hot = draft.hot or bool(given) or purpose != "brief"
    talk.save(draft)
    if summary is not None:
        talk.first(summary)
    reachable = given or purpose not in ("callback", "contact")
    text = await handoff.call(talk, purpose, key=DONE[purpose] if reachable else DONE["brief"])
    await talk.say(Html(f"{text}\n\n{talk.t('small.bye')}") if parting else text, _after(talk), human=False)
    if given:
        await consent.offer_marketing(talk)


def _after(talk: Talk) -> list[Button]:
    t = talk.t
    if talk.memory.code:
        return [go(t, "button.think", "think"), go(t, "button.resume", "resume"), go(t, "button.menu", "menu")]
    return handoff.options(talk)


async def _contact_step(talk: Talk, draft: LeadDraft) -> None:
    """Consent first; then the contact, unless it is known."""
    purpose = str(talk.memory.brief.get("purpose", "brief"))
    if await _needs_consent(talk):
        talk.memory.brief["step"] = CONTACT
        await _ask_consent(talk)
        return
    if not await consent.given(talk):
        await finish(talk, draft)
        return
    pending = talk.memory.brief.pop("contact", None)
    if isinstance(pending, str):
        await _take_contact(talk, pending)
        return
    known = await talk.services.leads.contacts(talk.client.id, talk.client.key)
    if known.phone or known.email:
        await finish(talk, draft)
        return
    key = "brief.contact_offer" if purpose == "offer" else "brief.contact"
    await talk.say(talk.t(key), _buttons(talk, CONTACT, draft))


async def _needs_consent(talk: Talk) -> bool:
    """Whether the request for consent has to be answered first; a refusal of long ago is asked about again only for
    what cannot be done without a contact."""
    agreed = await consent.given(talk)
    again = "agreed" not in talk.memory.brief and talk.memory.brief.get("purpose") in ("callback", "contact")
    return agreed is None or (agreed is False and again)


async def _ask_consent(talk: Talk) -> None:
    """The whole request once; while it stands unanswered, one line that reminds of it."""
    if talk.memory.brief.get("asked"):
        await consent.remind(talk)
        return
    talk.memory.brief["asked"] = True
    await consent.ask(talk)


async def _before_consent(talk: Talk, said: str, meant: Understanding) -> None:
    """Words while the request for consent stands: an answer to it, the contact itself, a pause, or something else."""
    found = parse_contact(said).contact
    written = bool(found.phone or found.email)
    if written:
        talk.memory.brief["contact"] = said[:LONGEST_CONTACT]
    answer = consent.answered(meant, said, contact=written)
    if answer is not None:
        await agree(talk, Agree(kind=PERSONAL_DATA, yes=answer))
    elif written:
        await consent.remind(talk, "consent.kept")
    elif meant.has(Intent.THINK, Intent.DONT_KNOW) and not meant.has(Intent.QUESTION):
        await consent.remind(talk, "consent.think")
    elif not await aside.take(talk, said, repeat=step, back=back):
        await _ask_consent(talk)


async def _take_contact(talk: Talk, said: str) -> None:
    """A phone or an address, checked; a likely typo is asked about."""
    draft = await talk.draft()
    if not await consent.given(talk):
        talk.memory.brief["contact"] = said[:LONGEST_CONTACT]
        await _ask_consent(talk)
        return
    problem = brief_steps.take_contact(talk, draft, said)
    if problem is not None:
        await talk.say(problem, _buttons(talk, CONTACT, draft))
        return
    await finish(talk, draft)


async def _settle(talk: Talk, value: str) -> None:
    """«Может быть, anna@gmail.com?» was answered by a button."""
    memory = talk.memory.brief
    meant, given = memory.pop("meant", None), memory.get("suggested")
    chosen = meant if value == brief_steps.MEANT else given
    if not isinstance(chosen, str):
        await talk.enter(Brief)
        return
    memory["suggested"] = chosen
    await _take_contact(talk, chosen)


async def _take(talk: Talk, open_step: str, said: str, meant: Understanding) -> None:
    draft = await talk.draft()
    tries = int(talk.memory.brief.get("tries", 0))
    answer, problem = brief_steps.read(talk, open_step, said, strict=tries == 0)
    if problem is not None:
        if meant.has(Intent.QUESTION) and await aside.take(talk, said, repeat=step, back=back):
            return
        talk.memory.brief["tries"] = tries + 1
        await talk.say(problem, _buttons(talk, open_step, draft))
        return
    talk.memory.brief.pop("tries", None)
    talk.memory.brief.pop("again", None)
    setattr(draft, open_step, answer)
    talk.save(draft)
    await step(talk)


def _parting(meant: Understanding, said: str, open_step: str) -> bool:
    """«Спасибо, пока» at any step; thanks alone where a contact is asked for."""
    if not set(meant.intents) <= POLITE or meant.numbers or "@" in said or len(said) > LONGEST_PARTING:
        return False
    return meant.has(Intent.BYE) or (open_step == CONTACT and meant.first is Intent.THANKS)


def _elsewhere(meant: Understanding, open_step: str) -> bool:
    """Whether the words are about something else than the step that is open."""
    if meant.has(*aside.STOPS):
        return True
    asks = meant.has(Intent.QUESTION, Intent.GUARANTEES, Intent.CASES, Intent.IS_BOT)
    return asks and not (open_step in (DEADLINE, BUDGET) and meant.numbers)


def _steps(talk: Talk) -> tuple[str, ...]:
    return STEPS.get(str(talk.memory.brief.get("purpose", "brief")), STEPS["brief"])


def _next(talk: Talk, draft: LeadDraft) -> str | None:
    memory = talk.memory.brief
    for one in _steps(talk):
        if one == memory.get("again"):
            return one
        if one in memory.get("skipped", []) or (one == CONTACT and memory.get("agreed") is False):
            continue
        if one == CONTACT or not getattr(draft, one):
            return one
    return None


def _buttons(talk: Talk, open_step: str, draft: LeadDraft) -> list[Button]:
    return brief_steps.buttons(talk, open_step, draft, back=open_step in _steps(talk))

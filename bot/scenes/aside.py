"""Words in the middle of a form that are no answer to it: handled in the same breath, then the form goes on."""

import re
from collections.abc import Awaitable, Callable

from bot.scenes import assisted, consult, handoff, hours, objections
from bot.talk import Talk
from bot.understand.intents import Intent, Understanding, understand

Move = Callable[[Talk], Awaitable[None]]

LEAVES: tuple[Intent, ...] = (
    Intent.DELETE_DATA,
    Intent.UNSUBSCRIBE,
    Intent.SPAM,
    Intent.RESTART,
    Intent.CANCEL,
    Intent.EXISTING_CUSTOMER,
    Intent.JOB_SEEKER,
    Intent.VENDOR_OFFER,
)
"""What ends a form: answered as if there were none."""

STOPS: tuple[Intent, ...] = (*LEAVES, Intent.HUMAN, Intent.PROFANITY)
"""What is never an answer to a form."""

ASKS = (Intent.QUESTION, Intent.PRICE, Intent.IS_BOT, Intent.GUARANTEES, Intent.CASES)


WANTS = re.compile(
    r"(?:а |и |нет,? |мне |нам |лучше )*(?:нужен|нужна|нужно|хочу|хотим|интересует|давайте)\b"
    r"|(?:and |but |no,? |actually,? |ok,? )*(?:i|we)(?:[’']d| would)? (?:want|need|like|prefer|also need)\b",
    re.I,
)
"""How a wish begins; a service that is only mentioned is no wish for another calculation."""


async def take(talk: Talk, said: str, *, repeat: Move, back: Move) -> bool:
    """False when the words mean nothing here; else all has been said, the form's question included."""
    meant = understand(said, talk.services.vocabulary)
    if meant.has(*LEAVES):
        if meant.first is not Intent.CANCEL:
            await talk.leave()
        await consult.act(talk, said, meant)
        return True
    rude = meant.has(Intent.PROFANITY)
    if rude:
        talk.first(consult.caution(talk))
    if meant.first is Intent.BACK:
        await back(talk)
        return True
    if meant.has(Intent.HUMAN):
        talk.first(await handoff.call(talk, "human"))
        await repeat(talk)
        return True
    if rude:
        await repeat(talk)
        return True
    if await _other_service(talk, said, meant):
        return True
    if hours.asked(said):
        talk.first(hours.tell(talk))
        await repeat(talk)
        return True
    if meant.has(Intent.DISCOUNT):
        talk.first(objections.discount_rules(talk))
        await repeat(talk)
        return True
    if meant.has(*ASKS):
        talk.first(await assisted.passing(talk, said) or talk.t("aside.unknown"))
        await repeat(talk)
        return True
    found = await assisted.passing(talk, said, asked=False)
    if found is None:
        return False
    talk.first(found)
    await repeat(talk)
    return True


async def _other_service(talk: Talk, said: str, meant: Understanding) -> bool:
    """«А сколько стоит голосовой?» in the middle of another calculation is a new one."""
    other = [package for package in meant.packages if package != talk.memory.package]
    wanted = meant.has(Intent.PRICE) or WANTS.match(said)
    if not (wanted and len(other) == 1 and talk.memory.package not in meant.packages):
        return False
    await consult.act(talk, said, meant)
    return True

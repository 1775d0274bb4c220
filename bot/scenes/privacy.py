"""A person's rights in the chat: forget me, do not write to me."""

from datetime import timedelta

from bot.keyboards import go
from bot.sales.consents import MARKETING
from bot.scenes import consent, welcome
from bot.scenes.objections import REMIND
from bot.talk import Memory, Talk

FORGET = "client.forget"
"""Job: destroy what makes a client's data readable. Payload {"client_id"}."""
AFTER = timedelta(seconds=3)
"""The farewell leaves first; then nothing of this person can be read any more."""


async def confirm(talk: Talk, _: str = "") -> None:
    """/delete and «удалите мои данные»: what it means, and two buttons."""
    t = talk.t
    await talk.say(t("privacy.confirm"), [go(t, "button.forget", "forget"), go(t, "button.keep", "keep")])


async def forget(talk: Talk) -> None:
    await talk.leave()
    number = talk.client.id
    await talk.say(talk.t("privacy.forgotten"), human=False)
    kept = Memory(met=talk.memory.met)
    talk.memory = kept
    talk.enqueue(FORGET, {"client_id": number}, at=talk.now + AFTER, dedupe_key=f"{FORGET}:{number}")


async def keep(talk: Talk) -> None:
    await talk.say(talk.t("privacy.kept"), welcome.ways(talk))


async def unsubscribe(talk: Talk, _: str = "") -> None:
    """«Не пишите мне»: no reminder, no marketing; questions are still answered."""
    talk.sql("DELETE FROM job WHERE dedupe_key = $1 AND owner IS NULL", f"{REMIND}:{talk.turn.conversation_id}")
    if await talk.services.leads.consent(talk.client.id, MARKETING):
        await consent.record(talk, MARKETING, False)
    await talk.say(talk.t("privacy.quiet"), human=False)

"""One message, two buttons: consent to personal data when a contact is needed, consent to marketing apart and later."""

import re

from bot.keyboards import Agree, Button
from bot.sales import consents
from bot.sales.consents import MARKETING, PERSONAL_DATA, Kind
from bot.talk import Talk
from bot.understand.intents import Intent, Understanding

BARE = 2
"""Words at most of a plain yes or no: «да», «нет, спасибо»."""
AGREES = re.compile(r"\bсоглас(?:ен|на|ны)\b|\b(?:i|we)(?: do)? (?:agree|consent)\b|^\W*agreed?\W*$", re.I)
REFUSES = re.compile(
    r"\bне\s+соглас(?:ен|на|ны)\b|\bdisagree\b|\b(?:don[’']?t|do not|not|never|won[’']?t) (?:agree|consent)\b", re.I
)


async def given(talk: Talk) -> bool | None:
    """The client's last answer about personal data; None when never asked."""
    if "agreed" in talk.memory.brief:
        return bool(talk.memory.brief["agreed"])
    return await talk.services.leads.consent(talk.client.id, PERSONAL_DATA)


async def ask(talk: Talk) -> None:
    legal = talk.services.company.legal
    text = talk.t("consent.personal_data", company=legal.short_name, inn=legal.inn, address=legal.address)
    await talk.say(text, _buttons(talk, PERSONAL_DATA), human=False)


async def remind(talk: Talk, key: str = "consent.remind") -> None:
    """One line instead of the whole request, which stands above; its buttons again."""
    await talk.say(talk.t(key), _buttons(talk, PERSONAL_DATA))


def answered(meant: Understanding, said: str, *, contact: bool) -> bool | None:
    """The answer to the request in words, None if there is none.

    Consent is never guessed: a bare «да» counts alone, not as the beginning of another thought or beside a contact.
    """
    if meant.has(Intent.QUESTION, Intent.THINK, Intent.DONT_KNOW, Intent.PROFANITY):
        return None
    if REFUSES.search(said):
        return False
    if AGREES.search(said):
        return True
    bare = not contact and not meant.numbers and len(said.split()) <= BARE
    if bare and meant.has(Intent.YES, Intent.NO):
        return meant.has(Intent.YES)
    return None


async def offer_marketing(talk: Talk) -> None:
    """Only to somebody who left a contact, and only once."""
    if await talk.services.leads.consent(talk.client.id, MARKETING) is not None:
        return
    company = talk.services.company
    text = talk.t("consent.marketing", company=company.told(company.name, talk.t.locale))
    await talk.say(text, _buttons(talk, MARKETING), human=False)


async def record(talk: Talk, kind: Kind, granted: bool) -> None:
    consents.record(
        talk.services.leads,
        talk.turn,
        await talk.draft(),
        talk.services.company,
        kind=kind,
        granted=granted,
        channel=talk.channel.name,
    )


def _buttons(talk: Talk, kind: Kind) -> list[Button]:
    agree, refuse = ("button.agree", "button.refuse") if kind == PERSONAL_DATA else ("button.want", "button.want_not")
    return [
        Button(talk.t.plain(agree), Agree(kind=kind, yes=True)),
        Button(talk.t.plain(refuse), Agree(kind=kind, yes=False)),
    ]

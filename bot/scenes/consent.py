"""One message, two buttons: consent to personal data when a contact is needed, consent to marketing apart and later."""

from bot.keyboards import Agree, Button
from bot.sales import consents
from bot.sales.consents import MARKETING, PERSONAL_DATA, Kind
from bot.talk import Talk


async def given(talk: Talk) -> bool | None:
    """The client's last answer about personal data; None when never asked."""
    if "agreed" in talk.memory.brief:
        return bool(talk.memory.brief["agreed"])
    return await talk.services.leads.consent(talk.client.id, PERSONAL_DATA)


async def ask(talk: Talk) -> None:
    legal = talk.services.company.legal
    text = talk.t("consent.personal_data", company=legal.short_name, inn=legal.inn, address=legal.address)
    await talk.say(text, _buttons(talk, PERSONAL_DATA), human=False)


async def offer_marketing(talk: Talk) -> None:
    """Only to somebody who left a contact, and only once."""
    if await talk.services.leads.consent(talk.client.id, MARKETING) is not None:
        return
    await talk.say(
        talk.t("consent.marketing", company=talk.services.company.name), _buttons(talk, MARKETING), human=False
    )


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

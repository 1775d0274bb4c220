"""A person is asked for: an act with an owner and a deadline, told to the client with an honest time."""

from datetime import datetime, timedelta

from bot.keyboards import Button, go
from bot.scenes.wording import clerk, day_of
from bot.talk import Talk
from bot.texts import Html
from bot.worktime import is_open, promise

MINUTE = timedelta(minutes=1)
SOON = 60
"""Minutes up to which a wait is told in minutes."""


async def call(talk: Talk, reason: str, *, key: str = "handoff.promised") -> Html:
    """Promise a person and return the sentence for the client; a promise that stands is told again, not made twice."""
    draft = await talk.draft()
    company = talk.services.company
    if draft.handoff is not None and not talk.promised:
        talk.relay()
        return waiting(talk, draft.handoff.deadline, more=reason != "human")
    promised = promise(company.calendar, talk.now, company.response.promise_minutes, talk.t.locale)
    if not talk.promised:
        talk.services.leads.promise(talk.turn, draft, reason, promised.deadline)
        talk.relay()
        talk.promised = talk.memory.waiting = True
    on = company.calendar.local(promised.deadline).date()
    return talk.t(key, name=clerk(company, on, talk.t), when=promised.phrase)


def waiting(talk: Talk, deadline: datetime, *, more: bool = False) -> Html:
    """What became of a promise that still stands; `more`: something was added to it."""
    company, t, now = talk.services.company, talk.t, talk.now
    if deadline <= now:
        return t("handoff.late")
    local = company.calendar.local(deadline)
    again = promise(company.calendar, now, company.response.promise_minutes, t.locale)
    minutes = -(-(deadline - now) // MINUTE)
    if is_open(company.calendar, now) and minutes <= SOON:
        when = t("time.minutes", n=minutes)
    elif again.deadline == deadline:
        when = Html(again.phrase)
    else:
        day = {0: t("time.today"), 1: t("time.tomorrow")}.get((local.date() - talk.today).days)
        zone = company.calendar.zone_in(t.locale)
        when = t("time.until", day=day or day_of(local.date(), t), time=f"{local:%H:%M}", zone=zone)
    return t("handoff.added" if more else "handoff.waiting", name=clerk(company, local.date(), t), when=when)


async def person(talk: Talk, reason: str = "human") -> None:
    """The answer to the button and to the words: a promise, and nothing asked in return."""
    text = await call(talk, reason)
    await talk.say(text, options(talk), human=False)


def options(talk: Talk) -> list[Button]:
    """What the client can do while waiting."""
    t = talk.t
    first = go(t, "button.resume", "resume") if talk.memory.code or talk.memory.answers else None
    return [button for button in (first, go(t, "button.prices", "prices"), go(t, "button.menu", "menu")) if button]

"""What a card says: who, what they need, what it costs, what was promised, what is next. Pure; read in five seconds."""

import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date

from bot.desk.case import Case, Person, Said
from bot.sales.price_model import PriceList
from bot.sales.pricing import NBSP, money
from bot.texts import Html, Translate
from bot.understand.contacts import mask_email, mask_phone
from bot.worktime import Calendar

TALK_LINES = 5
LINE = 140
"""Characters of a line of the talk."""
FIELD = 300
TITLE = 128
"""Characters of a topic's name in Telegram."""


@dataclass(frozen=True, slots=True)
class View:
    """What a card is made of besides the case itself."""

    t: Translate
    price_list: PriceList
    calendar: Calendar
    now: datetime
    duty: Person | None = None
    """Who answers today; told (and so called) on the card while a promise waits."""


def title(case: Case, view: View) -> str:
    """The topic's name: «Чат-бот 286 000 ₽ · гость с сайта». No contact ever stands here.

    The need comes first: a list of topics shows only the beginning of each name.
    """
    wanted = " ".join(part for part in (_need_title(case, view), _sums(case, view, short=True)) if part)
    person = who(case, view.t)
    if not wanted:
        return shorten(person, TITLE)
    if case.contacts.name is None:
        person = person[:1].lower() + person[1:]
    return shorten(f"{wanted} · {person}", TITLE)


def text(case: Case, view: View, talk: Sequence[Said]) -> Html:
    """The card's body, in HTML."""
    t = view.t
    head = t("desk.card.head", hot="🔥 " if case.lead and case.lead.hot else "", who=who(case, t))
    rows = [head, t("desk.card.state", channel=channel(case, t), state=_state(case, t))]
    for key, value in _facts(case, view):
        if value:
            rows.append(t(key, value=value if isinstance(value, Html) else shorten(value, FIELD)))
    if talk:
        said = "\n".join(t(f"desk.line.{line.author}", text=shorten(line.text, LINE)) for line in talk[-TALK_LINES:])
        rows.append(Html(f"<blockquote>{said}</blockquote>"))
    return Html("\n".join(rows))


def digest(*parts: object) -> bytes:
    """Tells whether what stands in the group is what should stand there."""
    return hashlib.blake2b("\n".join(map(str, parts)).encode(), digest_size=12).digest()


def who(case: Case, t: Translate) -> str:
    if case.contacts.name:
        return shorten(case.contacts.name, 60)
    return t.plain(f"desk.who.{case.channel}") if t.has(f"desk.who.{case.channel}") else t.plain("desk.who.client")


def channel(case: Case, t: Translate) -> str:
    key = f"desk.channel.{case.channel}"
    return t.plain(key) if t.has(key) else case.channel


def mention(person: Person) -> Html:
    """A name that calls its person, wherever it is new in a message."""
    return Html(f'<a href="tg://user?id={person.telegram_id}">{html.escape(person.name, quote=False)}</a>')


def shorten(words: str, most: int) -> str:
    """One line of at most `most` characters, cut at a word where possible."""
    line = " ".join(words.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most // 2 else cut).rstrip(" ,.:;—–-") + "…"


def moment(at: datetime, view: View) -> str:
    """«18:30, 22 ноября»: words that stay true however long the card stands."""
    local = view.calendar.local(at)
    return f"{local:%H:%M}, {format_date(local.date(), 'd MMMM', locale=view.t.locale)}".replace(" ", NBSP)


def _facts(case: Case, view: View) -> list[tuple[str, str | Html | None]]:
    lead = case.lead
    return [
        ("desk.card.need", _need(case, view)),
        ("desk.card.sum", _sums(case, view)),
        ("desk.card.deadline", lead.deadline if lead else None),
        ("desk.card.budget", lead.budget if lead else None),
        ("desk.card.contact", _contact(case)),
        ("desk.card.promised", _promised(case, view)),
        ("desk.card.next", _next(case, view)),
    ]


def _state(case: Case, t: Translate) -> Html:
    lead, owner = case.lead, case.owner.name if case.owner else t.plain("desk.somebody")
    if lead is None or (lead.state == "new" and case.owner is None):
        return t("desk.state.new")
    if lead.state == "new":
        return t("desk.state.assigned", name=owner)
    if lead.state == "taken":
        return t("desk.state.taken" if case.silent else "desk.state.returned", name=owner)
    if lead.state == "won":
        return t("desk.state.won", name=owner)
    return t("desk.state.lost", reason=t.plain(f"desk.reason.{lead.loss_reason or 'other'}").lower())


def _need_title(case: Case, view: View) -> str:
    package = view.price_list.package(case.lead.package) if case.lead and case.lead.package else None
    if package is None:
        return ""
    short = min((package.title, *package.aliases[:1]), key=len)  # the first other name is the one that people use
    return short[:1].upper() + short[1:]


def _need(case: Case, view: View) -> str | None:
    package = view.price_list.package(case.lead.package) if case.lead and case.lead.package else None
    task = case.lead.task if case.lead else None
    return " — ".join(part for part in (package.title if package else None, task) if part) or None


def _sums(case: Case, view: View, *, short: bool = False) -> str | None:
    if case.lead is None:
        return None
    once, monthly = case.lead.total, case.lead.monthly
    if short:
        return money(once) if once else view.t.plain("desk.sum.monthly", sum=money(monthly)) if monthly else None
    parts = []
    if once:
        parts.append(view.t.plain("desk.sum.once", sum=money(once)))
    if monthly:
        parts.append(view.t.plain("desk.sum.monthly", sum=money(monthly)))
    return ", ".join(parts) or None


def _contact(case: Case) -> str | None:
    """Masked until somebody has taken the lead; a lead that was closed untaken stays masked."""
    taken = case.lead is not None and case.owner is not None and case.lead.state != "new"
    phone, email = case.contacts.phone, case.contacts.email
    shown = (
        (phone if taken else mask_phone(phone)) if phone else None,
        (email if taken else mask_email(email)) if email else None,
    )
    return ", ".join(part for part in shown if part) or None


def _promised(case: Case, view: View) -> Html | None:
    if case.promised is None or not case.open:
        return None
    late = "desk.promised.late" if case.promised.deadline <= view.now else "desk.promised.until"
    words = view.t(late, when=moment(case.promised.deadline, view))
    called = case.owner or view.duty
    return Html(f"{words} · {mention(called)}") if called else words


def _next(case: Case, view: View) -> str | None:
    lead = case.lead
    if lead is None or not lead.open:
        return None if lead is not None else view.t.plain("desk.next.talk")
    if case.promised is not None:
        reason = f"desk.next.{case.promised.reason}"
        return view.t.plain(reason if view.t.has(reason) else "desk.next.human")
    key = f"desk.next.{lead.stage}"
    return view.t.plain(key if view.t.has(key) else "desk.next.talk")

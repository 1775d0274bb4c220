"""The steps of the brief one by one: how each is asked, which answers stand ready, how words are read and checked."""

from bot.keyboards import Button, Fill
from bot.sales.leads import Contacts, LeadDraft
from bot.sales.pricing import NBSP, money
from bot.scenes.wording import day_of
from bot.talk import Talk
from bot.texts import Html
from bot.understand.amounts import Amount, find_amounts
from bot.understand.contacts import parse_contact, suggest_email
from bot.understand.dates import find_deadline

QUESTIONS = {"task": "brief.task", "deadline": "brief.deadline", "budget": "brief.budget"}
DEADLINES = ("brief.deadline_soon", "brief.deadline_months", "brief.deadline_any")
PROBLEMS = {
    "phone_short": "contact.phone_short",
    "phone_invalid": "contact.phone_invalid",
    "email_malformed": "contact.email_malformed",
}
MEANT, AS_IS = "meant", "as_is"
"""Answers to «Может быть, anna@gmail.com?»."""
LONGEST_TASK = 4000
LONGEST = 200
LEAST_BUDGET = 1000
"""Roubles: a smaller bare number is no budget («2 бота»)."""


def buttons(talk: Talk, step: str, draft: LeadDraft, *, back: bool) -> list[Button]:
    """Ready answers, then «Пропустить» and «←»."""
    given = [Button(label, Fill(step=step, value=str(n))) for n, label in enumerate(_ready(talk, step, draft))]
    if step == "contact" and talk.memory.brief.get("meant"):
        for key, value in (("button.meant", MEANT), ("button.as_is", AS_IS)):
            given.append(Button(talk.t.plain(key), Fill(step=step, value=value)))
    skip = "button.here" if step == "contact" else "button.skip"
    made = [*given, Button(talk.t.plain(skip), Fill(step=step, value="skip"))]
    return [*made, Button(talk.t.plain("button.back"), Fill(step=step, value="back"))] if back else made


def ready(talk: Talk, step: str, value: str, draft: LeadDraft) -> str | None:
    """The answer behind a button; None when there is no such button any more."""
    labels = _ready(talk, step, draft)
    place = int(value) if value.isdigit() else -1
    return labels[place] if 0 <= place < len(labels) else None


def _ready(talk: Talk, step: str, draft: LeadDraft) -> list[str]:
    if step == "deadline":
        return [talk.t.plain(key) for key in DEADLINES]
    package = talk.price_list.package(draft.package or "")
    if step == "budget" and package is not None:
        low, high = package.typical
        t = talk.t
        return [
            t.plain("brief.budget_to", sum=money(low)),
            t.plain("brief.budget_to", sum=money(high)),
            t.plain("brief.budget_above", sum=money(high)),
        ]
    return []


def read(talk: Talk, step: str, said: str, *, strict: bool) -> tuple[str, Html | None]:
    """What to write down for these words, and what is wrong with them (asked about once, then taken as they are)."""
    if step == "deadline":
        return _deadline(talk, said, strict=strict)
    if step == "budget":
        return _budget(talk, said, strict=strict)
    return said[:LONGEST_TASK], None


def _deadline(talk: Talk, said: str, *, strict: bool) -> tuple[str, Html | None]:
    t = talk.t
    found = find_deadline(said, talk.today)
    if found is None:
        return said[:LONGEST], t("brief.deadline_unclear") if strict else None
    if found.date is None:
        return found.text[:LONGEST], None
    if found.date < talk.today:
        return said[:LONGEST], t("brief.deadline_past") if strict else None
    day = day_of(found.date, t)
    if found.date.year != talk.today.year:
        day = f"{day} {found.date.year}"
    if day.replace(NBSP, " ") in found.text.replace(NBSP, " "):
        return found.text[:LONGEST], None
    return t.plain("brief.deadline_by", text=found.text[:LONGEST], day=day), None


def _budget(talk: Talk, said: str, *, strict: bool) -> tuple[str, Html | None]:
    t = talk.t
    sums = [one for one in find_amounts(said) if _is_sum(one)]
    if not sums:
        return said[:LONGEST], t("brief.budget_unclear") if strict else None
    if len(sums) >= 2 and sums[0].bound == "from" and sums[1].bound == "to":
        return t.plain("brief.budget_between", low=money(sums[0].value), high=money(sums[1].value)), None
    key = {"to": "brief.budget_to", "from": "brief.budget_above"}.get(sums[0].bound, "brief.budget_about")
    return t.plain(key, sum=money(sums[0].value)), None


def _is_sum(amount: Amount) -> bool:
    return amount.currency in ("", "RUB") and amount.unit in ("money", "plain") and amount.value >= LEAST_BUDGET


def take_contact(talk: Talk, draft: LeadDraft, said: str) -> Html | None:
    """Store what is valid; else the text that says what is wrong."""
    t = talk.t
    found = parse_contact(said)
    contact = found.contact
    if not (contact.phone or contact.email):
        key = next((PROBLEMS[one] for one in found.problems if one in PROBLEMS), "contact.nothing")
        return t(key)
    asked = talk.memory.brief.get("suggested")
    suggestion = found.suggestion or (suggest_email(contact.email) if contact.email else None)
    if suggestion is not None and asked != suggestion.given:
        talk.memory.brief["suggested"], talk.memory.brief["meant"] = suggestion.given, suggestion.meant
        return t("contact.suggestion", given=suggestion.given, meant=suggestion.meant)
    talk.services.leads.set_contacts(talk.turn, draft, Contacts(contact.name, contact.phone, contact.email))
    talk.memory.brief["given"] = ", ".join(one for one in (_spaced(contact.phone), contact.email) if one)
    return None


def _spaced(phone: str | None) -> str | None:
    """«+7 916 123-45-67»; numbers of other countries as they are."""
    if phone is None or not phone.startswith("+7") or len(phone) != 12:
        return phone
    return f"+7 {phone[2:5]} {phone[5:8]}-{phone[8:10]}-{phone[10:]}"


def summary(talk: Talk, draft: LeadDraft, *, contact: str) -> Html | None:
    """What was written down, one line each; None when nothing was."""
    t = talk.t
    lines = [
        t(key, text=_cut(value))
        for key, value in (
            ("summary.task", draft.task),
            ("summary.deadline", draft.deadline),
            ("summary.budget", draft.budget),
        )
        if value
    ]
    if contact:
        lines.append(t("summary.contact", text=contact))
    return t("summary.text", lines=Html("\n".join(lines))) if lines else None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"

"""The group's commands: /help, and /leads, the list of open leads with what each waits for."""

from aiogram import Bot

from bot.desk import card
from bot.desk.case import Case, load
from bot.desk.publish import view_of
from bot.services import Services
from bot.texts import Html
from bot.turn import Turn

SHOWN = 15

OPEN_LEADS = """
SELECT l.conversation_id FROM lead l LEFT JOIN handoff h
    ON h.lead_id = l.id AND h.taken_at IS NULL AND h.closed_at IS NULL
WHERE l.state IN ('new', 'taken')
ORDER BY h.deadline NULLS LAST, l.state, l.hot DESC, l.updated_at DESC LIMIT $1
"""


async def command(words: str, turn: Turn, services: Services, bot: Bot, *, replying: bool) -> None:
    """Answer a command where it was given; an unknown one is named, because it was not sent to the client."""
    name = words.split()[0].lstrip("/").split("@")[0].lower()
    t = services.texts["ru"]
    if name == "leads":
        text = await _leads(services)
    elif name in ("help", "start"):
        text = t("desk.help")
    elif replying:
        text = t("desk.unknown_command")
    else:
        return
    await bot.send_message(turn.chat_id, text, message_thread_id=turn.thread_id or None)


async def _leads(services: Services) -> Html:
    t = services.texts["ru"]
    rows = await services.db.pool.fetch(OPEN_LEADS, SHOWN + 1)
    cases = [await load(services, row["conversation_id"]) for row in rows[:SHOWN]]
    lines = [_line(services, case) for case in cases if case is not None]
    if not lines:
        return t("desk.leads.none")
    more = [t("desk.leads.more", n=SHOWN)] if len(rows) > SHOWN else []
    return Html("\n".join([t("desk.leads.head"), *lines, *more]))


def _line(services: Services, case: Case) -> Html:
    t, view = services.texts["ru"], view_of(services)
    hot = "🔥 " if case.lead is not None and case.lead.hot else ""
    name = Html(_linked(case, t("desk.leads.plain", title=card.title(case, view))))
    owner = case.owner.name if case.owner else t.plain("desk.leads.nobody")
    until = t("desk.leads.until", when=card.moment(case.promised.deadline, view)) if case.promised else Html("")
    return t("desk.leads.line", hot=hot, title=name, owner=owner, until=until)


def _linked(case: Case, escaped: Html) -> str:
    """The title as a link to the card, where Telegram has links into the group."""
    topic = case.topic
    group = str(topic.chat_id) if topic is not None else ""
    if topic is None or topic.card_message_id is None or not group.startswith("-100"):
        return escaped
    place = f"{topic.thread_id}/{topic.card_message_id}" if topic.thread_id else str(topic.card_message_id)
    return f'<a href="https://t.me/c/{group[4:]}/{place}">{escaped}</a>'

"""Jobs that bring a conversation before the managers: its topic and card, the client's new words, alerts.

Each run does one step with at most one message, and asks for the next run in the transaction that notes its result.
"""

from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup

from adapters.channel import Channel
from bot.desk import card
from bot.desk.buttons import card_menu
from bot.desk.case import Case, Person, Said, Topic, group_channel, lines, load, person
from bot.desk.group import GONE, again, ask_card, forget_topic, placed, post, serial
from bot.jobs import Job, Later, enqueue_on
from bot.sales.leads import CARD
from bot.services import Services
from bot.texts import Html

log = structlog.get_logger(__name__)

RELAYED = 40
"""The most lines of a client in one message."""
SAID = 3000
"""Characters of one line of a client."""

TALK = "desk.talk"
"""Job: the card's last lines of the talk are out of date. Payload {"conversation_id"}."""

FRESH = timedelta(seconds=20)
"""How old the talk on a card may become: every edit takes from the pace at which people hear their clients."""

FRESHENING = (6 / 60, 3.0)
"""Edits for the talk's sake in the whole group, (per second, burst); Telegram lets 20 messages a minute in."""


async def publish_card(services: Services, job: Job) -> None:
    """`desk.card`: make the topic, then the card, or bring either up to date, or do nothing."""
    channel = group_channel(services)
    case = await load(services, int(job.payload["conversation_id"]))
    if channel is None or case is None:
        return
    if case.topic is None:
        await _open_topic(services, channel, case)
        return
    if _needs_card(case, case.topic):
        await _send_card(services, channel, case, case.topic)
    elif await _retitled(services, channel, case, case.topic):
        return
    else:
        await _edit_card(services, channel, case, case.topic, talk_too=bool(job.payload.get("talk")))
    if case.lead is not None and not case.lead.open and not case.topic.closed:
        await _set_closed(services, channel, case, case.topic, closed=True)


def view_of(services: Services) -> card.View:
    now = services.clock.now()
    calendar = services.company.calendar
    first = services.company.rota(calendar.local(now).date())[0]
    duty = Person(0, first.id, first.name)
    return card.View(services.texts["ru"], services.price_list, calendar, now, duty)


def _needs_card(case: Case, topic: Topic) -> bool:
    """There is none, or it shows an earlier lead of the same person."""
    if topic.card_message_id is None:
        return True
    return case.lead is not None and topic.lead_id is not None and topic.lead_id != case.lead.id


async def _open_topic(services: Services, channel: Channel, case: Case) -> None:
    group = services.settings.admin_chat_id or 0
    name = card.title(case, view_of(services))
    thread = 0
    try:
        made = await channel.bot.create_forum_topic(group, name)
        thread = made.message_thread_id
    except TelegramBadRequest as error:  # a group without topics, or no right to make them: cards stand in the group
        log.warning("desk.no_topics", error=str(error)[:120])
    async with services.db.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            """INSERT INTO desk_topic (conversation_id, chat_id, thread_id, title_digest) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING""",
            case.conversation_id,
            group,
            thread,
            card.digest(name),
        )
        await ask_card(connection, services, case.conversation_id)


async def _send_card(services: Services, channel: Channel, case: Case, topic: Topic) -> None:
    if topic.closed:
        await _set_closed(services, channel, case, topic, closed=False)
    talk = await _talk(services, case)
    body, menu = card.text(case, view_of(services), talk), _menu(services, case)
    shown = _digest(services, case, body, menu)
    message = await post(services, channel, case, topic, body, menu)
    if message is None:
        return
    await services.db.pool.execute(
        """UPDATE desk_topic SET card_message_id = $2, card_digest = $3, lead_id = $4,
                  relayed_at = GREATEST(relayed_at, $5) WHERE conversation_id = $1""",
        case.conversation_id,
        message.message_id,
        shown,
        case.lead.id if case.lead else None,
        _shown_until(talk),
    )


def _digest(services: Services, case: Case, body: str, menu: InlineKeyboardMarkup) -> bytes:
    """Two halves: of the card without the talk, and of the whole."""
    return card.digest(card.text(case, view_of(services), ()), menu) + card.digest(body)


async def _edit_card(services: Services, channel: Channel, case: Case, topic: Topic, *, talk_too: bool) -> None:
    body, menu = card.text(case, view_of(services), await _talk(services, case)), _menu(services, case)
    wanted = _digest(services, case, body, menu)
    lead = case.lead.id if case.lead else None
    if lead == topic.lead_id and topic.card_digest is not None:
        if wanted == topic.card_digest:
            return
        if wanted[: len(wanted) // 2] == topic.card_digest[: len(wanted) // 2] and not talk_too:
            await _freshen_later(services, case)
            return
    try:
        await channel.bot.edit_message_text(
            text=body, chat_id=topic.chat_id, message_id=topic.card_message_id, reply_markup=menu
        )
    except TelegramBadRequest as error:
        if "not modified" not in str(error):
            log.warning("desk.card_gone", error=str(error)[:120])
            await _card_gone(services, case)
            return
    await services.db.pool.execute(
        "UPDATE desk_topic SET card_digest = $2, lead_id = $3 WHERE conversation_id = $1",
        case.conversation_id,
        wanted,
        lead,
    )


async def _freshen_later(services: Services, case: Case) -> None:
    """Only the talk moved on. One such look waits for each conversation, outside its line: nothing waits for it."""
    payload = {"conversation_id": case.conversation_id}
    async with services.db.pool.acquire() as connection, connection.transaction():
        await enqueue_on(
            connection,
            TALK,
            payload,
            at=services.clock.now() + FRESH,
            dedupe_key=f"{TALK}:{case.conversation_id}",
        )


async def freshen(services: Services, job: Job) -> None:
    """`desk.talk`: show the latest lines on the card, when the group has room for it."""
    wait = await services.cache.take(("desk:talk", *FRESHENING))
    if wait > 0:
        raise Later(wait)
    number = int(job.payload["conversation_id"])
    payload = {"conversation_id": number, "talk": True}
    async with services.db.pool.acquire() as connection, connection.transaction():
        await enqueue_on(connection, CARD, payload, at=services.clock.now(), serial_key=serial(number))


async def _card_gone(services: Services, case: Case) -> None:
    """Somebody deleted the card: the next run sends it anew."""
    async with services.db.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "UPDATE desk_topic SET card_message_id = NULL WHERE conversation_id = $1", case.conversation_id
        )
        await ask_card(connection, services, case.conversation_id)


async def _retitled(services: Services, channel: Channel, case: Case, topic: Topic) -> bool:
    """Whether this run went into the topic's new name."""
    name = card.title(case, view_of(services))
    if topic.thread_id == 0 or topic.closed or card.digest(name) == topic.title_digest:
        return False
    try:
        await channel.bot.edit_forum_topic(topic.chat_id, topic.thread_id, name=name)
    except TelegramBadRequest as error:
        if any(words in str(error) for words in GONE):
            await forget_topic(services, case.conversation_id)
            return True
        if "NOT_MODIFIED" not in str(error):
            log.warning("desk.title", error=str(error)[:120])
    async with services.db.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "UPDATE desk_topic SET title_digest = $2 WHERE conversation_id = $1",
            case.conversation_id,
            card.digest(name),
        )
        await ask_card(connection, services, case.conversation_id)
    return True


async def _set_closed(services: Services, channel: Channel, case: Case, topic: Topic, *, closed: bool) -> None:
    """Close or reopen the topic as far as Telegram lets us; neither says anything, so neither is journaled."""
    if topic.thread_id:
        with suppress(TelegramBadRequest):
            if closed:
                await channel.bot.close_forum_topic(topic.chat_id, topic.thread_id)
            else:
                await channel.bot.reopen_forum_topic(topic.chat_id, topic.thread_id)
    await services.db.pool.execute(
        "UPDATE desk_topic SET closed = $2 WHERE conversation_id = $1", case.conversation_id, closed
    )


def _menu(services: Services, case: Case) -> InlineKeyboardMarkup:
    return card_menu(services.texts["ru"], case.conversation_id, open_=case.open, silent=case.silent)


async def _talk(services: Services, case: Case) -> list[Said]:
    return await lines(services, case, ("client", "bot", "manager"), card.TALK_LINES)


def _shown_until(talk: list[Said]) -> datetime | None:
    """Up to where the card shows the client's words in full; what it cut is relayed whole."""
    spoken = [line for line in talk if line.author == "client"]
    cut = next((line for line in spoken if card.shorten(line.text, card.LINE) != " ".join(line.text.split())), None)
    if cut is not None:
        return cut.at - timedelta(microseconds=1)
    return spoken[-1].at if spoken else None


async def relay(services: Services, job: Job) -> None:
    """`desk.relay`: what the client wrote since the last time, as one message."""
    place = await placed(services, job)
    if place is None:
        return
    channel, case, topic = place
    said = await lines(services, case, ("client",), RELAYED, topic.relayed_at)
    if not said:
        return
    t = services.texts["ru"]
    body = "\n".join(t("desk.relay", text=line.text[:SAID]) for line in said)
    if topic.thread_id == 0:
        body = t("desk.from", who=card.who(case, t)) + "\n" + body
    if await post(services, channel, case, topic, body) is None:
        async with services.db.pool.acquire() as connection, connection.transaction():
            await again(connection, services, job)
        return
    await services.db.pool.execute(
        "UPDATE desk_topic SET relayed_at = GREATEST(relayed_at, $2) WHERE conversation_id = $1",
        case.conversation_id,
        said[-1].at,
    )


async def alert(services: Services, job: Job) -> None:
    """`desk.alert`: a short word about what needs a person. `reason` names the text; `message_id` what it answers."""
    number, t = int(job.payload["conversation_id"]), services.texts["ru"]
    key = f"desk.alert.{job.payload['reason']}"
    body = t(key if t.has(key) else "desk.alert.failed", who=await _called(services, job))
    place = await placed(services, job)
    if place is not None:
        channel, case, topic = place
        await post(services, channel, case, topic, body, reply_to=job.payload.get("message_id"))
        return
    await _alert_own(services, number, t("desk.alert.own"))


async def _called(services: Services, job: Job) -> Html:
    manager = job.payload.get("manager_id")
    if manager is None:
        return Html("")
    row = await services.db.pool.fetchrow("SELECT id, telegram_id, name FROM manager WHERE id = $1", manager)
    return card.mention(person(services, row["id"], row["telegram_id"], row["name"])) if row else Html("")


async def _alert_own(services: Services, conversation_id: int, body: str) -> None:
    """An act in the group itself came to nothing."""
    channel = group_channel(services)
    row = await services.db.pool.fetchrow(
        "SELECT chat_id, thread_id FROM conversation WHERE id = $1 AND client_id IS NULL", conversation_id
    )
    if channel is not None and row is not None and row["chat_id"] == services.settings.admin_chat_id:
        await channel.bot.send_message(row["chat_id"], body, message_thread_id=row["thread_id"] or None)

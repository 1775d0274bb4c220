"""A promise whose time has come: the next person is called, then all, and the client hears an honest new time.

Also the offer to hand a talk back to the assistant when its manager has been silent for hours.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from bot.company import Manager
from bot.desk import card
from bot.desk.buttons import offer_menu
from bot.desk.case import Case, Person, client_bot, load
from bot.desk.group import ask_card, placed, post, serial
from bot.desk.publish import view_of
from bot.held import ALERT
from bot.jobs import Job, enqueue_on
from bot.sales.leads import ESCALATE
from bot.services import Services
from bot.texts import Html
from bot.worktime import add_working, is_open, next_open, promise

log = structlog.get_logger(__name__)

PUT_OFF = "desk.late"
"""Job: tell a waiting client the new time. Payload {"conversation_id", "handoff_id", "told"}."""

RETURN_OFFER = "desk.return_offer"
"""Job: the manager may have been silent for long. Payload {"conversation_id"}."""

MOST_TOLD = 2
"""How often a client is put off; after that only managers are reminded."""

HOURLY = timedelta(hours=1)
NIGHT = timedelta(hours=12)


async def escalate(services: Services, job: Job) -> None:
    """`desk.escalate`: nobody took it by the deadline."""
    handoff_id, step = int(job.payload["handoff_id"]), int(job.payload["step"])
    case = await _waiting(services, handoff_id)
    if case is None or case.promised is None or case.promised.step >= step:
        return
    now, calendar = services.clock.now(), services.company.calendar
    if not is_open(calendar, now):
        await _later(services, handoff_id, step, next_open(calendar, now))
        return
    place = await placed(services, Job(job.id, job.kind, {**job.payload, "conversation_id": case.conversation_id}, 1))
    if place is None:
        return
    channel, case, topic = place
    if case.promised is None:
        return
    called = [card.mention(person) for person in _called(services, case, step)]
    text = services.texts["ru"]("desk.escalate", who=Html(", ".join(called)), when=_since(services, case))
    if await post(services, channel, case, topic, text) is None:
        await _later(services, handoff_id, step, now)
        return
    await _settle(services, case, step, now)


async def _waiting(services: Services, handoff_id: int) -> Case | None:
    number = await services.db.pool.fetchval(
        """SELECT l.conversation_id FROM handoff h JOIN lead l ON l.id = h.lead_id
           WHERE h.id = $1 AND h.taken_at IS NULL AND h.closed_at IS NULL AND l.state IN ('new', 'taken')""",
        handoff_id,
    )
    return await load(services, number) if number is not None else None


def _called(services: Services, case: Case, step: int) -> list[Person]:
    """The one it was given to, then the next of the rota, then all."""
    today = services.company.calendar.local(services.clock.now()).date()
    rota: list[Manager] = list(services.company.rota(today))
    if case.owner is not None:
        rota.sort(key=lambda manager: manager.id != case.owner.telegram_id if case.owner else False)
        step -= 1
    chosen = [rota[step]] if step < len(rota) else rota
    return [Person(0, manager.id, manager.name) for manager in chosen]


def _since(services: Services, case: Case) -> str:
    return card.moment(case.promised.deadline, view_of(services)) if case.promised else ""


async def _settle(services: Services, case: Case, step: int, now: datetime) -> None:
    """Note the step, promise anew where the last promise is broken, and come back for the next step."""
    promised, company = case.promised, services.company
    if promised is None:
        return
    put_off = promised.deadline <= now and promised.told < MOST_TOLD
    told = promised.told + put_off
    minutes = company.response.promise_minutes * (1 if told == 1 else 4)
    deadline = promise(company.calendar, now, minutes).deadline if put_off else promised.deadline
    pause = HOURLY if told >= MOST_TOLD and not put_off else timedelta(minutes=company.response.escalation_minutes)
    async with services.db.pool.acquire() as connection, connection.transaction():
        moved = await connection.fetchval(
            "UPDATE handoff SET step = $2, told = $3, deadline = $4 WHERE id = $1 AND step < $2 RETURNING id",
            promised.id,
            step,
            told,
            deadline,
        )
        if moved is None:
            return
        await _next_step(connection, promised.id, step + 1, add_working(company.calendar, now, pause))
        await ask_card(connection, services, case.conversation_id)
        if put_off:
            payload = {"conversation_id": case.conversation_id, "handoff_id": promised.id, "told": told}
            await enqueue_on(connection, PUT_OFF, payload, at=now)


async def _later(services: Services, handoff_id: int, step: int, at: datetime) -> None:
    async with services.db.pool.acquire() as connection, connection.transaction():
        await _next_step(connection, handoff_id, step, at)


async def _next_step(connection: Any, handoff_id: int, step: int, at: datetime) -> None:
    await enqueue_on(connection, ESCALATE, {"handoff_id": handoff_id, "step": step}, at=at)


async def put_off(services: Services, job: Job) -> None:
    """`desk.late`: the client hears when a person will really answer."""
    case = await load(services, int(job.payload["conversation_id"]))
    if case is None or case.promised is None or case.promised.id != job.payload["handoff_id"]:
        return
    bot = client_bot(services, case)
    if bot is None:
        return
    told = int(job.payload["told"])
    minutes = services.company.response.promise_minutes * (1 if told == 1 else 4)
    when = promise(services.company.calendar, services.clock.now(), minutes, case.locale).phrase
    text = services.text(case.locale)("desk.client.late" if told == 1 else "desk.client.later", when=when)
    try:
        message = await bot.send_message(case.chat_id, text)
    except TelegramForbiddenError:
        await _unreached(services, case, "blocked")
        return
    except TelegramBadRequest as error:  # such as "chat not found": another try would end the same
        log.warning("desk.not_delivered", error=str(error)[:120])
        await _unreached(services, case, "unreached")
        return
    origin = f"j{job.id}"
    await services.db.pool.execute(
        """INSERT INTO transcript (conversation_id, origin, n, author, message_id, body)
           VALUES ($1, $2, 0, 'bot', $3, $4) ON CONFLICT DO NOTHING""",
        case.conversation_id,
        origin,
        message.message_id,
        case.key.seal_text(text, f"transcript|{case.conversation_id}|{origin}|0|body"),
    )


async def _unreached(services: Services, case: Case, reason: str) -> None:
    """Tell the topic that the client does not know the new time."""
    async with services.db.pool.acquire() as connection, connection.transaction():
        payload = {"conversation_id": case.conversation_id, "reason": reason}
        await enqueue_on(connection, ALERT, payload, at=services.clock.now(), serial_key=serial(case.conversation_id))


async def offer_return(services: Services, job: Job) -> None:
    """`desk.return_offer`: ask whether the assistant should go on; rescheduled when the manager wrote since."""
    case = await load(services, int(job.payload["conversation_id"]))
    if case is None or not case.silent:
        return
    now = services.clock.now()
    due = (case.silent_since or now) + timedelta(hours=services.company.response.silence_hours)
    if due > now:
        await _offer_at(services, case, due)
        return
    place = await placed(services, job)
    if place is None:
        return
    channel, case, topic = place
    t = services.texts["ru"]
    owner = card.mention(case.owner) if case.owner else Html(t("desk.somebody"))
    text = t("desk.offer", who=owner, n=services.company.response.silence_hours)
    posted = await post(services, channel, case, topic, text, offer_menu(t, case.conversation_id))
    await _offer_at(services, case, now if posted is None else next_open(services.company.calendar, now + NIGHT))


async def _offer_at(services: Services, case: Case, at: datetime) -> None:
    async with services.db.pool.acquire() as connection, connection.transaction():
        await ask_offer(connection, case.conversation_id, at)


async def ask_offer(connection: Any, conversation_id: int, at: datetime) -> None:
    """Look at that time whether the manager is still silent; one such look waits for each conversation."""
    await enqueue_on(
        connection,
        RETURN_OFFER,
        {"conversation_id": conversation_id},
        at=at,
        dedupe_key=f"{RETURN_OFFER}:{conversation_id}",
        move=True,
    )

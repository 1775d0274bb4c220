"""The one reminder a client asked for: sent at a decent hour, and only while it still makes sense."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from aiogram.exceptions import TelegramForbiddenError

from bot.company import Company
from bot.jobs import Job, Later
from bot.keyboards import go, keyboard, person
from bot.sales.pricing import money
from bot.services import Services
from infra.crypto import CryptoError

EARLIEST, LATEST = time(9), time(21)
"""Nobody is written to outside of these local hours."""

LOOK = """
SELECT c.account_id, c.chat_id, c.silent, c.key_id, cl.locale, l.total, l.monthly
FROM conversation c JOIN client cl ON cl.id = c.client_id
LEFT JOIN identity i ON i.account_id = c.account_id AND i.chat_id = c.chat_id
LEFT JOIN lead l ON l.conversation_id = c.id AND l.state IN ('new', 'taken')
WHERE c.id = $1 AND cl.forgotten_at IS NULL AND i.blocked_at IS NULL
"""

NOTE = """
INSERT INTO transcript (conversation_id, origin, n, author, message_id, body) VALUES ($1, $2, 0, 'bot', $3, $4)
ON CONFLICT DO NOTHING
"""


async def remind(services: Services, job: Job) -> None:
    """Job `client.remind`: payload {"conversation_id"}. Says nothing to who blocked us, left, or talks to a person."""
    pause = until_decent(services.company, services.clock.now())
    if pause:
        raise Later(pause)
    conversation_id = int(job.payload["conversation_id"])
    row = await services.db.pool.fetchrow(LOOK, conversation_id)
    if row is None or row["silent"] or row["account_id"] not in services.channels:
        return
    t = services.text(row["locale"])
    amount: Decimal | None = row["total"] or row["monthly"]
    text = t("remind.price", sum=money(amount)) if amount else t("remind.plain")
    buttons = [go(t, "button.continue", "resume"), go(t, "button.quiet", "quiet"), person(t)]
    try:
        sent = await services.channels[row["account_id"]].bot.send_message(
            row["chat_id"], text, reply_markup=keyboard(buttons)
        )
    except TelegramForbiddenError:
        return
    try:
        key = await services.keys.get(row["key_id"])
    except CryptoError:
        return
    origin = f"j{job.id}"
    body = key.seal_text(text, f"transcript|{conversation_id}|{origin}|0|body")
    await services.db.pool.execute(NOTE, conversation_id, origin, sent.message_id, body)


def until_decent(company: Company, now: datetime) -> float:
    """Seconds until one may write to a client; 0 when one may now."""
    local = company.calendar.local(now)
    if EARLIEST <= local.time() < LATEST:
        return 0.0
    day = local.date() + timedelta(days=1 if local.time() >= LATEST else 0)
    opens = datetime.combine(day, EARLIEST, company.calendar.zone)
    return (opens - local).total_seconds()

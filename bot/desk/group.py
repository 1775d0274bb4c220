"""Writing into the managers' group: one message a job, so that a job that is put off never says anything twice."""

from typing import Any

import structlog
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup, Message, ReplyParameters

from adapters.channel import Channel
from bot.desk.case import Case, Topic, group_channel, load
from bot.jobs import Job, enqueue_on
from bot.sales.leads import CARD
from bot.services import Services

log = structlog.get_logger(__name__)

GONE = ("thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID")
"""How Telegram says that a topic was deleted."""


def serial(conversation_id: int) -> str:
    """Jobs about one conversation run one after another."""
    return f"desk:{conversation_id}"


async def ask_card(connection: Any, services: Services, conversation_id: int) -> None:
    """Bring the card up to date, after whatever else is being written."""
    await enqueue_on(
        connection,
        CARD,
        {"conversation_id": conversation_id},
        at=services.clock.now(),
        serial_key=serial(conversation_id),
        dedupe_key=f"{CARD}:{conversation_id}",
    )


async def placed(services: Services, job: Job) -> tuple[Channel, Case, Topic] | None:
    """Where this job's message belongs. None: nowhere; or the card comes first, and this job again after it."""
    channel = group_channel(services)
    case = await load(services, int(job.payload["conversation_id"]))
    if channel is None or case is None:
        return None
    if case.topic is not None and case.topic.card_message_id is not None:
        return channel, case, case.topic
    async with services.db.pool.acquire() as connection, connection.transaction():
        await ask_card(connection, services, case.conversation_id)
        await again(connection, services, job)
    return None


async def again(connection: Any, services: Services, job: Job) -> None:
    """The same job once more, behind those of its conversation that wait."""
    number = int(job.payload["conversation_id"])
    await enqueue_on(connection, job.kind, job.payload, at=services.clock.now(), serial_key=serial(number))


async def post(
    services: Services,
    channel: Channel,
    case: Case,
    topic: Topic,
    text: str,
    markup: InlineKeyboardMarkup | None = None,
    reply_to: int | None = None,
) -> Message | None:
    """One message to where the conversation stands, remembered so that a reply to it reaches the client.

    None when the topic was deleted: it is forgotten, and made anew with its card.
    """
    replied = reply_to or (topic.card_message_id if topic.thread_id == 0 else None)
    parameters = ReplyParameters(message_id=replied, allow_sending_without_reply=True) if replied else None
    try:
        message = await channel.bot.send_message(
            topic.chat_id,
            text,
            message_thread_id=topic.thread_id or None,
            reply_markup=markup,
            reply_parameters=parameters,
        )
    except TelegramBadRequest as error:
        if topic.thread_id and any(words in str(error) for words in GONE):
            await forget_topic(services, case.conversation_id)
            return None
        raise
    await services.db.pool.execute(
        "INSERT INTO desk_message (chat_id, message_id, conversation_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        topic.chat_id,
        message.message_id,
        case.conversation_id,
    )
    return message


async def forget_topic(services: Services, conversation_id: int) -> None:
    """Somebody deleted the topic: a new one is made with the card."""
    log.warning("desk.topic_gone", conversation=conversation_id)
    async with services.db.pool.acquire() as connection, connection.transaction():
        await connection.execute("DELETE FROM desk_topic WHERE conversation_id = $1", conversation_id)
        await ask_card(connection, services, conversation_id)

"""A client's file in the managers' topic: copied where both stand in one bot, else fetched and uploaded."""

import structlog
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, ReplyParameters

from adapters.channel import Channel
from adapters.download import TooLarge, download
from bot.desk.case import Case, Topic, client_bot
from bot.desk.group import GONE, again, forget_topic, placed
from bot.jobs import Job
from bot.services import Services
from infra.errors import NotFoundError

log = structlog.get_logger(__name__)

UPLOAD_SECONDS = 20
"""A job has 30 s in all: 20 MB from the site, and as much to Telegram."""
FETCH_SECONDS = 8.0
LOST = "desk.file_lost"
"""The words for a file that stays with the client's channel."""


async def pass_on(services: Services, job: Job) -> None:
    """`desk.file`: one file a job; what cannot be brought is said in its place, for the client was told it will be."""
    place = await placed(services, job)
    if place is None:
        return
    channel, case, topic = place
    try:
        number = await _bring(services, channel, case, topic, job)
    except TelegramBadRequest as error:
        if topic.thread_id and any(words in str(error) for words in GONE):
            await forget_topic(services, case.conversation_id)
            async with services.db.pool.acquire() as connection, connection.transaction():
                await again(connection, services, job)
            return
        log.warning("desk.file_refused", error=str(error)[:120])
        number = await _say_lost(services, channel, topic)
    except (TooLarge, NotFoundError) as error:
        log.warning("desk.file_lost", error=type(error).__name__)
        number = await _say_lost(services, channel, topic)
    await services.db.pool.execute(
        "INSERT INTO desk_message (chat_id, message_id, conversation_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        topic.chat_id,
        number,
        case.conversation_id,
    )


async def _bring(services: Services, channel: Channel, case: Case, topic: Topic, job: Job) -> int:
    """The number of the message in the group."""
    if case.account_id == channel.account_id:
        copied = await channel.bot.copy_message(
            topic.chat_id,
            from_chat_id=case.chat_id,
            message_id=int(job.payload["message_id"]),
            message_thread_id=topic.thread_id or None,
            reply_parameters=_under_card(topic),
        )
        return copied.message_id
    bot = client_bot(services, case)
    if bot is None:
        raise NotFoundError("the client's channel is not connected any more")
    file = await download(bot, str(job.payload["file_id"]), seconds=FETCH_SECONDS)
    sent = await channel.bot.send_document(
        topic.chat_id,
        BufferedInputFile(file.body, file.name or "file"),
        message_thread_id=topic.thread_id or None,
        reply_parameters=_under_card(topic),
        request_timeout=UPLOAD_SECONDS,
    )
    return sent.message_id


async def _say_lost(services: Services, channel: Channel, topic: Topic) -> int:
    sent = await channel.bot.send_message(
        topic.chat_id,
        services.texts["ru"](LOST),
        message_thread_id=topic.thread_id or None,
        reply_parameters=_under_card(topic),
    )
    return sent.message_id


def _under_card(topic: Topic) -> ReplyParameters | None:
    """In a group without topics the card says whose file it is."""
    if topic.thread_id or topic.card_message_id is None:
        return None
    return ReplyParameters(message_id=topic.card_message_id, allow_sending_without_reply=True)

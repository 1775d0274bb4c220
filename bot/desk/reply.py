"""A manager's message goes to the client in the client's channel: words, photos, documents, later corrections."""

import html
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import BufferedInputFile, Message, MessageId

from adapters.channel import author
from adapters.telegram.render import CAPTION_LIMIT, TEXT_LIMIT
from bot.desk.acts import Acts
from bot.desk.case import Case, Person, client_bot, load
from bot.services import Services
from bot.turn import Turn
from infra.errors import AppError

log = structlog.get_logger(__name__)

NOTE = "//"
"""Begins a message that stays among the managers."""

LARGEST = 20 * 1024 * 1024
"""Bytes of a file that a bot may download from Telegram."""

DOWNLOAD_SECONDS = 15
ATTACHED = ("document", "video", "audio", "voice", "animation", "video_note")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a manager's message."""

    file_id: str
    filename: str
    size: int
    photo: bool


def attachment(message: Message) -> Attachment | None:
    """What can be carried to any channel as a photo or a document."""
    if message.photo:
        best = message.photo[-1]
        return Attachment(best.file_id, "photo.jpg", best.file_size or 0, True)
    for kind in ATTACHED:
        file = getattr(message, kind)
        if file is not None:
            name = getattr(file, "file_name", None) or {"voice": "voice.ogg", "audio": "audio.mp3"}.get(
                kind, "video.mp4"
            )
            return Attachment(file.file_id, name, file.file_size or 0, False)
    return None


def words_of(message: Message) -> str:
    return message.text or message.caption or ""


async def introduce(acts: Acts) -> int | None:
    """Tell the client who leads the talk from now on. The message's number; None when it did not arrive."""
    case, services = acts.case, acts.services
    bot = client_bot(services, case)
    text = services.text(case.locale)("desk.client.taken", name=services.company.told(acts.me.name, case.locale))
    if bot is None:
        acts.alert("failed")
        return None
    message = await _deliver(acts, bot, lambda to: to.send_message(case.chat_id, text))
    if message is None:
        return None
    acts.write(0, "bot", text, message.message_id)
    return message.message_id


async def reply(turn: Turn, services: Services, channel_bot: Bot, case: Case, me: Person, message: Message) -> None:
    """Send it to the client; whoever answers a talk that nobody has takes it."""
    acts = Acts(turn, services, case, me)
    file, words = attachment(message), words_of(message)
    problem = _problem(case, turn, file, words)
    if problem is not None:
        acts.alert(problem, message.message_id)
        return
    taking = not case.silent
    if taking:
        acts.take()
        if await introduce(acts) is None:
            return
    else:
        acts.speak()
    bot = client_bot(services, case)
    if bot is None:
        acts.alert("failed", message.message_id)
        return
    sending = await _sending(acts, channel_bot, file, words, message.message_id)
    if sending is None:
        return
    token = author.set("manager")
    try:
        sent = await _deliver(acts, bot, sending, message.message_id)
    finally:
        author.reset(token)
    if sent is None:
        return
    shown = " ".join(part for part in (f"[{file.filename}]" if file else "", words) if part)
    acts.write(1, "manager", shown, sent.message_id)
    acts.pair(message.message_id, sent.message_id)


def _problem(case: Case, turn: Turn, file: Attachment | None, words: str) -> str | None:
    """Why it cannot go to the client; the name of the alert."""
    if file is None:
        return None if words.strip() else "unsupported"
    if file.size > LARGEST and case.account_id != turn.account_id:
        return "too_big"
    return None


Sending = Callable[[Bot], Awaitable[Message | MessageId]]


async def _sending(
    acts: Acts, channel_bot: Bot, file: Attachment | None, words: str, message_id: int
) -> Sending | None:
    """The call that says it in the client's channel; a file is fetched first where the channel is another one.

    None when the file could not be fetched; the topic is told.
    """
    case, text = acts.case, html.escape(words, quote=False)
    if file is None:
        return lambda bot: bot.send_message(case.chat_id, text)
    source: str | BufferedInputFile = file.file_id
    other = case.account_id != acts.turn.account_id
    if other or (not file.photo and file.filename.startswith(("voice.", "video."))):
        fetched = await _fetched(channel_bot, file)
        if fetched is None:
            acts.alert("not_fetched", message_id)
            return None
        source = fetched
    caption = text or None
    if file.photo:
        return lambda bot: bot.send_photo(case.chat_id, source, caption=caption)
    return lambda bot: bot.send_document(case.chat_id, source, caption=caption)


async def _fetched(bot: Bot, file: Attachment) -> BufferedInputFile | None:
    """The file itself; None when Telegram did not give it."""
    body = BytesIO()
    try:
        await bot.download(file.file_id, body, timeout=DOWNLOAD_SECONDS)
    except (AppError, TelegramBadRequest) as error:
        log.warning("desk.not_fetched", error=str(error)[:120])
        return None
    return BufferedInputFile(body.getvalue(), file.filename)


async def _deliver(acts: Acts, bot: Bot, send: Sending, message_id: int | None = None) -> Message | MessageId | None:
    """None when the client cannot be reached; the topic is told."""
    try:
        return await send(bot)
    except TelegramForbiddenError:
        acts.blocked()
        acts.alert("blocked", message_id)
    except TelegramBadRequest as error:
        log.warning("desk.not_delivered", error=str(error)[:120])
        acts.alert("failed", message_id)
    return None


def note(turn: Turn, services: Services, case: Case, me: Person, message: Message) -> None:
    """An internal note: kept with the talk, never sent."""
    words = words_of(message).strip().removeprefix(NOTE).strip()
    file = attachment(message)
    shown = " ".join(part for part in (f"[{file.filename}]" if file else "", words) if part)
    acts = Acts(turn, services, case, me)
    if shown:
        acts.write(0, "note", f"{me.name}: {shown}", None)
    acts.pair(message.message_id, None)


async def amend(turn: Turn, services: Services, me: Person, message: Message) -> None:
    """A manager corrected a message: the client's copy follows where there is one. Notes have none."""
    row = await services.db.pool.fetchrow(
        "SELECT conversation_id, client_message_id FROM desk_message WHERE chat_id = $1 AND message_id = $2",
        turn.chat_id,
        message.message_id,
    )
    if row is None or row["client_message_id"] is None:
        return
    case = await load(services, row["conversation_id"])
    bot = client_bot(services, case) if case is not None else None
    if case is None or bot is None:
        return
    acts = Acts(turn, services, case, me)
    words = words_of(message)
    if words.startswith(NOTE) or not words.strip():
        acts.alert("seen", message.message_id)
        return
    if len(words) > (TEXT_LIMIT if message.text else CAPTION_LIMIT):
        acts.alert("not_edited", message.message_id)
        return
    token = author.set("manager")
    try:
        await _edit(bot, case.chat_id, row["client_message_id"], message)
    except TelegramForbiddenError:
        acts.blocked()
        acts.alert("blocked", message.message_id)
        return
    except TelegramBadRequest as error:
        if "not modified" not in str(error):
            acts.alert("not_edited", message.message_id)
        return
    finally:
        author.reset(token)
    await _rewrite(acts, row["client_message_id"], words)


async def _edit(bot: Bot, chat_id: int, number: int, message: Message) -> None:
    text = html.escape(words_of(message), quote=False)
    if message.text is not None:
        await bot.edit_message_text(text=text, chat_id=chat_id, message_id=number)
    else:
        await bot.edit_message_caption(chat_id=chat_id, message_id=number, caption=text)


async def _rewrite(acts: Acts, client_message_id: int, words: str) -> None:
    """The transcript says what the client reads now."""
    number = acts.case.conversation_id
    line = await acts.services.db.pool.fetchrow(
        """SELECT origin, n FROM transcript
           WHERE conversation_id = $1 AND message_id = $2 AND author = 'manager' LIMIT 1""",
        number,
        client_message_id,
    )
    if line is not None:
        acts.rewrite(line["origin"], line["n"], words)

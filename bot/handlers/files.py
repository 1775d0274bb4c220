"""A client's file: read where it can be, shown back as understood, and always brought to the managers.

What a file says is data. It fills nothing by itself: the client sees what was understood and says what to do with it;
inside a form it answers what the form asks, as typed words would, and every answer taken from it is named.
"""

import asyncio

import structlog
from aiogram.types import CallbackQuery, Message

from adapters.download import TooLarge, download
from bot.assistant import reading
from bot.assistant.extract import Facts, extract
from bot.assistant.reading import LARGEST, Read, picture_type
from bot.attached import PICTURE, Attached, attached
from bot.handlers import filed, onward
from bot.keyboards import Read as Press
from bot.scenes import calculator, codes, handoff, knowledge
from bot.scenes.wording import answer_options
from bot.talk import Talk
from bot.texts import Html
from bot.understand.intents import Intent, understand
from infra.errors import NotFoundError, VendorDown, VendorRefused

log = structlog.get_logger(__name__)

FETCH_SECONDS = 6.0
READ_SECONDS = 8.0
SEE_SECONDS = 12.0
RESERVE = 5.0
"""Seconds of the turn that stay for the answer."""
KEPT = "read"
"""Under this name the turn keeps {"text", "problem"}: a rerun reads the same."""
UNREAD = ("video", "animation", "video_note")

PROBLEMS = {
    "large": "file.large",
    "password": "file.password",
    "scanned": "file.scanned",
    "empty": "file.empty",
    "old": "file.old",
    "broken": "file.broken",
    "picture_large": "file.picture_large",
    "questions": "file.questions",
    "unclear": "file.unclear",
}
"""Why a person looks at it instead; `unread` is said without a reason."""


async def file(message: Message, talk: Talk) -> None:
    """Acknowledge a file; several of one album once."""
    carried = attached(message)
    if carried is None:
        return
    album = message.media_group_id or ""
    if album and album == talk.memory.album:
        talk.relay()
        return
    talk.memory.album = album
    kept = talk.turn.kept(KEPT)
    if kept is None:
        read = await _read(talk, carried)
        kept = {"text": read.text, "problem": read.problem}
        await talk.turn.keep(KEPT, kept)
    if kept["problem"] == "unsafe" or carried.unsafe:
        talk.carried = None
        await onward.go_on(talk, talk.t("file.unsafe"))
        return
    form = await onward.form_of(talk)
    facts = await _facts(talk, f"{message.caption or ''}\n{kept['text']}", form) if kept["text"] else Facts()
    if form and await filed.into_form(talk, form, facts):
        await _in_form(talk, form, message.caption)
    elif facts.packages and not facts.questionnaire and not form:
        await _show(talk, message, facts)
    else:
        problem = kept["problem"] or ("questions" if facts.questionnaire else "unclear")
        await _hand_over(talk, message, facts, problem)


async def _read(talk: Talk, carried: Attached) -> Read:
    """The text of the file, or why there is none. Never raises for what somebody sent."""
    if carried.unsafe:
        return Read(problem="unsafe")
    if carried.kind in UNREAD:
        return Read(problem="unread")
    if carried.size > LARGEST:
        return Read(problem="large")
    await onward.sign_of_life(talk)
    try:
        fetched = await download(talk.channel.bot, carried.file_id, limit=LARGEST, seconds=FETCH_SECONDS)
    except TooLarge:
        return Read(problem="large")
    except (NotFoundError, VendorDown) as error:
        log.warning("file.not_fetched", error=str(error)[:120])
        return Read(problem="broken")
    mime = picture_type(fetched.body)
    if mime is not None:
        return await _look(talk, fetched.body, mime)
    return await reading.read(fetched.body, seconds=min(READ_SECONDS, talk.turn.left - RESERVE))


async def _look(talk: Talk, body: bytes, mime: str) -> Read:
    """The text on a picture: a photographed brief; a picture of something else says nothing."""
    senses, number = talk.services.senses, talk.turn.conversation_id
    if not await senses.can_see(number):
        return Read(problem="unread")
    if len(body) > PICTURE:
        return Read(problem="picture_large")
    try:
        text = await senses.see(number, body, mime, seconds=min(SEE_SECONDS, talk.turn.left - RESERVE))
    except (VendorDown, VendorRefused) as error:
        log.warning("file.not_seen", error=str(error)[:160])
        return Read(problem="unread")
    text = text[: reading.TEXT_LIMIT].strip()
    return Read(text) if text else Read(problem="unread")


async def _facts(talk: Talk, text: str, form: str) -> Facts:
    services = talk.services
    about = talk.memory.package if form == "calculator" else ""
    return await asyncio.to_thread(  # a long brief takes some tenths of a second
        extract,
        text,
        services.price_list,
        services.vocabulary,
        options=lambda question: answer_options(question, unknown=False),
        today=talk.today,
        about=about,
    )


async def _in_form(talk: Talk, form: str, caption: str | None) -> None:
    """The form goes on; a question in the caption is answered on the way."""
    talk.relay()
    await _in_passing(talk, caption)
    await onward.STEPS[form](talk)


async def _show(talk: Talk, message: Message, facts: Facts) -> None:
    """«Прочитал файл. Понял так: …» with what can be done about it."""
    talk.relay()
    await filed.keep_task(talk, facts)
    number = message.message_id % filed.NUMBERS
    talk.memory.file = filed.remembered(facts, number)
    await _in_passing(talk, message.caption)
    lines = filed.summary(talk, facts)
    await talk.say(talk.t("file.understood", lines=lines), filed.buttons(talk, facts, number))


async def _in_passing(talk: Talk, caption: str | None) -> None:
    """A question beside the file gets its answer in front of the rest; a wish is what the file is about."""
    if not caption:
        return
    meant = understand(caption, talk.services.vocabulary)
    if meant.has(Intent.HUMAN):
        talk.first(await handoff.call(talk, "human"))
    elif meant.has(Intent.QUESTION) and not meant.has(Intent.PRICE):
        found = await knowledge.passing(talk, caption)
        if found is not None:
            talk.first(found)


async def _hand_over(talk: Talk, message: Message, facts: Facts, problem: str) -> None:
    """A person looks at it: say so, and why."""
    await filed.keep_task(talk, facts)
    key = PROBLEMS.get(problem)
    if key is not None:
        talk.first(talk.t(key))
    text = await handoff.call(talk, "file", key="handoff.file")
    if message.caption:
        talk.first(text)
        await onward.hear(talk, message.caption)
        return
    await onward.go_on(talk, text)


async def press(_: CallbackQuery, talk: Talk, press: Press) -> None:
    """A button under what was understood; it works at any age, though only the last file's details are remembered."""
    if press.act == "count":
        await _count(talk, press)
    elif press.act == "send":
        await _send(talk, press)
    else:
        talk.memory.file = {}
        await talk.leave()
        await onward.go_on(talk, talk.t("file.wrong"))


async def _count(talk: Talk, press: Press) -> None:
    package = talk.services.price_list.package(press.package)
    if package is None or press.rev != codes.revision(talk.services.price_list):
        await calculator.outdated(talk, package)
        return
    await filed.confirm(talk, press.n)
    answers = press.answers if codes.answered(package, press.answers) is not None else ""
    await calculator.begin(talk, package, answers)


async def _send(talk: Talk, press: Press) -> None:
    """A person is promised at once; a contact in the file is asked about, for it needs consent."""
    contact = await filed.confirm(talk, press.n)
    await talk.leave()
    text: Html = await handoff.call(talk, "file", key="handoff.file")
    if contact:
        talk.first(text)
        await filed.ask_contact(talk)
        return
    await talk.say(text, handoff.options(talk), human=False)

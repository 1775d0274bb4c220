"""A voice message: fetched, transcribed, shown as understood, and then handled like typed words."""

from typing import Any

import structlog
from aiogram.types import Message

from adapters.download import TooLarge, download
from bot.assistant.voice import LARGEST, LONGEST, recording, seconds_of
from bot.attached import Attached, attached
from bot.handlers import onward
from bot.talk import Talk
from infra.errors import NotFoundError, VendorDown, VendorRefused

log = structlog.get_logger(__name__)

FETCH_SECONDS = 6.0
LISTEN_SECONDS = 12.0
RESERVE = 6.0
"""Seconds of the turn that stay for the answer."""
SHOWN = 200
"""Characters of what was understood that the client sees again."""
KEPT = "heard"
"""Under this name the turn keeps {"text", "problem"}: a rerun neither pays twice nor says anything else."""

PROBLEMS = {
    "off": "unexpected.voice",
    "long": "voice.long",
    "large": "voice.large",
    "kind": "voice.kind",
    "unclear": "voice.unclear",
    "down": "voice.down",
    "lost": "voice.lost",
}


async def voice(message: Message, talk: Talk) -> None:
    """Answer what was said; where nothing could be heard, say why and how else to ask."""
    file = attached(message)
    if file is None:
        return
    heard = talk.turn.kept(KEPT)
    if heard is None:
        heard = await _listen(talk, file)
        await talk.turn.keep(KEPT, heard)
    text = str(heard["text"])
    if not text:
        await onward.go_on(talk, talk.t(PROBLEMS[heard["problem"]]))
        return
    onward.amend_note(talk, message.message_id, talk.t.plain("heard.voice_said", text=text))
    talk.first(talk.t("voice.said", text=shortened(text)))
    await onward.hear(talk, "\n".join(part for part in (message.caption, text) if part))


async def _listen(talk: Talk, file: Attached) -> dict[str, Any]:
    """{"text": what was said, "problem": why there is none}."""
    senses = talk.services.senses
    if not await senses.can_listen(talk.turn.conversation_id):
        return _nothing("off")
    if file.seconds > LONGEST:
        return _nothing("long")
    if file.size > LARGEST:
        return _nothing("large")
    await onward.sign_of_life(talk)
    try:
        fetched = await download(talk.channel.bot, file.file_id, limit=LARGEST, seconds=FETCH_SECONDS)
    except TooLarge:
        return _nothing("large")
    except (NotFoundError, VendorDown) as error:
        log.warning("voice.not_fetched", error=str(error)[:120])
        return _nothing("lost")
    sound = recording(fetched.body)
    if sound is None:
        return _nothing("kind")
    if (seconds_of(fetched.body) or 0) > LONGEST:
        return _nothing("long")
    left = min(LISTEN_SECONDS, talk.turn.left - RESERVE)
    try:
        text = await senses.listen(talk.turn.conversation_id, sound, seconds=left)
    except VendorDown as error:
        log.warning("voice.down", error=str(error)[:160])
        return _nothing("down")
    except VendorRefused as error:
        log.warning("voice.refused", error=str(error)[:160])
        return _nothing("kind" if "status 400" in str(error) else "down")
    return {"text": text, "problem": ""} if text else _nothing("unclear")


def _nothing(problem: str) -> dict[str, Any]:
    return {"text": "", "problem": problem}


def shortened(text: str, most: int = SHOWN) -> str:
    """At most `most` characters, cut at a word."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most // 2 else cut).rstrip(" ,.:;—–-") + "…"

"""The managers' command about the knowledge base: /kb shows its state, a button brings it up to date."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.channel import Channel
from bot.desk import card
from bot.desk.case import group_channel
from bot.desk.members import acting
from bot.desk.publish import view_of
from bot.jobs import Job
from bot.knowledge_sync import REPORT
from bot.services import Services
from bot.texts import Html, Translate
from bot.turn import Turn
from infra.database import raw_connection
from kb.sync import MAIN

__all__ = ["REPORT", "Refresh", "asked", "on_press", "report", "show"]

COMMANDS = ("/kb", "/база")
SHOWN = 15
"""Files that could not be read, in one message."""
NAME = 80

STATE = """
SELECT embedding_model, synced_at, report,
    (SELECT count(*) FROM kb_document d WHERE d.collection_id = k.id) AS documents,
    (SELECT count(*) FROM kb_chunk c WHERE c.collection_id = k.id) AS chunks,
    (SELECT count(embedding) FROM kb_chunk c WHERE c.collection_id = k.id) AS vectors,
    EXISTS (SELECT FROM kb_request) AS running
FROM kb_collection k WHERE name = $1
"""


class Refresh(CallbackData, prefix="kb"):
    """The button «Обновить»."""


def asked(words: str) -> bool:
    """Whether a command of the group is this one."""
    return words.split()[0].split("@")[0].lower() in COMMANDS


async def show(turn: Turn, services: Services, bot: Bot) -> None:
    """What the knowledge base holds, when it was brought up to date, which files could not be read."""
    t = services.texts["ru"]
    row = await services.db.pool.fetchrow(STATE, MAIN)
    if row is None:
        text = t("desk.kb.empty")
    else:
        lines = [t("desk.kb.state", documents=row["documents"], chunks=row["chunks"]), _search(services, row)]
        if row["synced_at"] is not None:
            at = row["synced_at"] + timedelta(seconds=services.clock.offset)
            lines.append(t("desk.kb.synced", when=card.moment(at, view_of(services))))
        if row["running"]:
            lines.append(t("desk.kb.running"))
        text = Html("\n".join([*lines, *_failures(t, row["report"] or {})]))
    button = InlineKeyboardButton(text=t.plain("desk.kb.refresh"), callback_data=Refresh().pack())
    await bot.send_message(
        turn.chat_id,
        text,
        message_thread_id=turn.thread_id or None,
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
    )


async def on_press(query: CallbackQuery, turn: Turn, services: Services, channel: Channel) -> None:
    """A member asks for a sync; the process whose duty it is finds the request."""
    t = services.texts["ru"]
    member = await acting(services, channel.bot, turn.chat_id, query.from_user)
    running = member is not None and await services.db.pool.fetchval("SELECT EXISTS (SELECT FROM kb_request)")
    key = "desk.members_only" if member is None else "desk.kb.running" if running else "desk.kb.started"
    with suppress(TelegramBadRequest):  # a press too old to be answered
        await query.answer(t.plain(key), show_alert=member is None)
    if member is None:
        return

    async def ask(session: AsyncSession) -> None:
        connection = await raw_connection(session)
        await connection.execute(
            """INSERT INTO kb_request (thread_id) SELECT $1
               WHERE NOT EXISTS (SELECT FROM kb_request WHERE thread_id = $1)""",
            turn.thread_id or 0,
        )

    turn.at_end(ask)


async def report(services: Services, job: Job) -> None:
    """`kb.report`: what came of a request, in the topic where it was made."""
    channel, chat_id = group_channel(services), services.settings.admin_chat_id
    if channel is None or chat_id is None:
        return
    t = services.texts["ru"]
    done: dict[str, Any] | None = await services.db.pool.fetchval(
        "SELECT report FROM kb_collection WHERE name = $1", MAIN
    )
    if not job.payload["done"] or done is None:
        text = t("desk.kb.failed")
    else:
        counts = {name: done.get(name, 0) for name in ("added", "changed", "removed", "unchanged", "failed")}
        lines = [t("desk.kb.report", **counts)]
        if done.get("missing"):
            lines.append(t("desk.kb.missing", missing=done["missing"], chunks=done["chunks"]))
        text = Html("\n".join([*lines, *_failures(t, done)]))
    try:
        await channel.bot.send_message(chat_id, text, message_thread_id=job.payload["thread_id"] or None)
    except TelegramBadRequest:  # the topic was deleted meanwhile
        await channel.bot.send_message(chat_id, text)


def _search(services: Services, row: Any) -> Html:
    t = services.texts["ru"]
    if services.settings.openai_api_key is None:
        return t("desk.kb.words_only")
    if row["embedding_model"] != services.settings.openai_embedding_model:
        return t("desk.kb.vectors", vectors=0, chunks=row["chunks"])
    return t("desk.kb.vectors", vectors=row["vectors"], chunks=row["chunks"])


def _failures(t: Translate, done: dict[str, Any]) -> list[Html]:
    failures = done.get("failures") or []
    if not failures:
        return []
    lines = [Html(""), t("desk.kb.unreadable")]
    for failure in failures[:SHOWN]:
        key = f"desk.kb.reason.{failure.get('code')}"
        reason = t.plain(key if t.has(key) else "desk.kb.reason.broken")
        lines.append(t("desk.kb.file", name=_shortened(str(failure.get("source", ""))), reason=reason))
    if len(failures) > SHOWN:
        lines.append(t("desk.kb.more", n=len(failures) - SHOWN))
    return lines


def _shortened(name: str) -> str:
    return name if len(name) <= NAME else f"…{name[1 - NAME :]}"

"""What the client sees while an answer is being made: a sign of life at once, then the sentences that may stand.

Drafts are fleeting: they are neither journaled nor repeated, and one that cannot be shown is no failure.
"""

import asyncio
from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import SendChatAction, SendMessageDraft

from infra.errors import AppError
from infra.tasks import Tasks

EVERY = 0.8
"""Seconds between two drafts: Telegram publishes no rate, others were stopped at two a second."""
TYPING_EVERY = 4.0
"""Seconds for which «печатает» is shown."""
LARGEST_ID = 2**31 - 1


class Drafts:
    """The draft of one turn. `begin`, then `show` as the text grows, then `end`."""

    def __init__(self, bot: Bot, chat_id: int, turn_id: int, *, drafts: bool, tasks: Tasks) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._id = turn_id % LARGEST_ID or LARGEST_ID
        self._drafts = drafts
        self._tasks = tasks
        self._text = ""
        self._shown: str | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def text(self) -> str:
        """What was shown last, as markup."""
        return self._shown or ""

    def begin(self) -> None:
        """Say that an answer is being made; does not wait for the channel."""
        self._task = self._tasks.start("assistant.draft", self._keep_showing())

    def show(self, text: str) -> None:
        """The beginning of the answer as it stands, as markup; the newest wins."""
        if text and text != self._text:
            self._text = text
            self._changed.set()

    async def end(self) -> None:
        """Nothing is shown after this: the message that follows replaces the draft."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    async def _keep_showing(self) -> None:
        with suppress(TelegramAPIError, AppError):
            if not self._drafts:
                while True:
                    await self._bot(SendChatAction(chat_id=self._chat_id, action="typing"))
                    await asyncio.sleep(TYPING_EVERY)
            await self._draft("")
            while True:
                await self._changed.wait()
                self._changed.clear()
                text = self._text
                await self._draft(text)
                self._shown = text
                await asyncio.sleep(EVERY)

    async def _draft(self, text: str) -> None:
        await self._bot(SendMessageDraft(chat_id=self._chat_id, draft_id=self._id, text=text, can_stop=True))

"""What the client sees while an answer is being made: a sign of life at once, then the sentences that may stand.

Drafts are fleeting: they are neither journaled nor repeated, and one that cannot be shown is no failure.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import SendChatAction, SendMessageDraft

from infra.errors import AppError
from infra.tasks import Tasks

EVERY = 0.8
"""Seconds between two drafts: Telegram publishes no rate, others were stopped at two a second."""
SOON = 0.15
"""Seconds until the growing text is looked at again while there is nothing to show yet."""
ENDING = 0.5
"""Seconds an ending draft is waited for."""
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
        self._draw: Callable[[], str] | None = None
        self._shown: str | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._over = asyncio.Event()

    @property
    def text(self) -> str:
        """What was shown last, as markup."""
        return self._shown or ""

    def begin(self) -> None:
        """Say that an answer is being made; does not wait for the channel."""
        self._task = self._tasks.start("assistant.draft", self._keep_showing())

    def show(self, draw: Callable[[], str]) -> None:
        """There is more of the answer: `draw` gives what of it may be shown, as markup, and is asked only when the
        next draft is due; the newest wins."""
        self._draw = draw
        self._changed.set()

    async def end(self) -> None:
        """Nothing is shown after this: the message that follows replaces the draft."""
        self._over.set()
        self._changed.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=ENDING)  # a library may swallow the cancellation
            self._task = None

    async def _keep_showing(self) -> None:
        with suppress(TelegramAPIError, AppError):
            if not self._drafts:
                while not self._over.is_set():
                    await self._bot(SendChatAction(chat_id=self._chat_id, action="typing"))
                    await asyncio.sleep(TYPING_EVERY)
            await self._draft("")
            while not self._over.is_set():
                await self._changed.wait()
                self._changed.clear()
                if self._over.is_set():
                    return
                text = self._draw() if self._draw is not None else ""
                if not text or text == self._shown:
                    await asyncio.sleep(SOON)
                    continue
                await self._draft(text)
                self._shown = text
                await asyncio.sleep(EVERY)

    async def _draft(self, text: str) -> None:
        await self._bot(SendMessageDraft(chat_id=self._chat_id, draft_id=self._id, text=text, can_stop=True))

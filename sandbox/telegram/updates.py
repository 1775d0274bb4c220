"""Bots and the updates that wait for them: the queue, its acknowledgement by offset, and long polling."""

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.telegram.errors import POLLING_BESIDE_WEBHOOK, POLLING_TWICE, ApiError
from sandbox.telegram.state import User
from sandbox.world import Json

if TYPE_CHECKING:
    from sandbox.telegram.webhook import Webhook

NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
LONGEST_POLL = 50


@dataclass(frozen=True, slots=True)
class Update:
    """`lane` is the chat: a webhook gets the updates of one lane in order, one at a time."""

    id: int
    kind: str
    lane: int
    body: Json


@dataclass(slots=True)
class Bot:
    """A bot as its token names it. What it registered about itself outlives a reset of the world."""

    token: str
    user: User
    queue: dict[int, Update] = field(default_factory=dict)
    allowed: frozenset[str] | None = None
    poll: "asyncio.Future[None] | None" = None
    webhook: "Webhook | None" = None
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.user.id


class Bots:
    """All bots that ever called. A person's action goes to the one that called last."""

    def __init__(self, first_id: int) -> None:
        self._bots: dict[str, Bot] = {}
        self._ids = itertools.count(first_id)
        self._entries = itertools.count(1)
        self._early: deque[tuple[Update, int]] = deque()
        self.active: Bot | None = None

    def __iter__(self) -> Iterator[Bot]:
        return iter(self._bots.values())

    def get(self, token: str) -> Bot:
        """The bot of a token, which becomes the active one; the first also gets what happened before it came."""
        bot = self._bots.get(token)
        if bot is None:
            number = int(token.split(":", 1)[0])
            user = User(number, "Помощник", is_bot=True, username=f"sandbox_{number}_bot")
            bot = self._bots[token] = Bot(token, user)
        if self.active is not bot:
            self.active = bot
            while self._early:
                self._put(bot, *self._early.popleft())
        return bot

    def publish(self, kind: str, lane: int, content: Json, *, copies: int = 1) -> int:
        """Queue an update for the active bot; returns its `update_id`."""
        number = next(self._ids)
        update = Update(number, kind, lane, {"update_id": number, kind: content})
        if self.active is None:
            self._early.append((update, copies))
        else:
            self._put(self.active, update, copies)
        return number

    def _put(self, bot: Bot, update: Update, copies: int) -> None:
        wanted = update.kind in bot.allowed if bot.allowed else update.kind not in NOT_BY_DEFAULT
        if not wanted:
            return
        for _ in range(copies):
            entry = next(self._entries)
            bot.queue[entry] = update
            if bot.webhook is not None:
                bot.webhook.offer(entry, update)
        if bot.poll is not None and not bot.poll.done():
            bot.poll.set_result(None)

    def forget(self) -> None:
        """Drop every update that still waits."""
        self._early.clear()
        for bot in self._bots.values():
            drop_pending(bot)


def allow(bot: Bot, kinds: list[str] | None) -> None:
    """Remember `allowed_updates`; None leaves them as they are, an empty list means the default."""
    if kinds is not None:
        bot.allowed = frozenset(kinds) or None


def drop_pending(bot: Bot) -> None:
    bot.queue.clear()
    if bot.webhook is not None:
        bot.webhook.drop_pending()


def end_poll(bot: Bot, reason: str) -> None:
    if bot.poll is not None and not bot.poll.done():
        bot.poll.set_exception(ApiError(409, reason))


async def poll(bot: Bot, offset: int, limit: int, timeout: int) -> list[Json]:
    """getUpdates: what is below `offset` is acknowledged and gone; waits up to `timeout` seconds for more."""
    if bot.webhook is not None:
        raise ApiError(409, POLLING_BESIDE_WEBHOOK)
    end_poll(bot, POLLING_TWICE)
    if offset < 0:
        for entry in list(bot.queue)[: len(bot.queue) + offset]:
            del bot.queue[entry]
    elif offset:
        for entry in [entry for entry, update in bot.queue.items() if update.id < offset]:
            del bot.queue[entry]
    if not bot.queue and timeout > 0:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        bot.poll = waiting
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(waiting, min(timeout, LONGEST_POLL))
        finally:
            if bot.poll is waiting:
                bot.poll = None
    return [update.body for update in itertools.islice(bot.queue.values(), max(1, min(limit or 100, 100)))]

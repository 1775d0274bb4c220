"""Telegram's limits on sending: 30 messages a second overall, one a second to a chat, 20 a minute to a group.

The buckets hold somewhat more than the published numbers, as the real ones do: a client that keeps the limits with
short bursts of its own is never refused here.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.telegram.errors import too_many
from sandbox.telegram.state import Chat


@dataclass(slots=True)
class Bucket:
    """`size` at once, refilled by `rate` a second."""

    size: float
    rate: float
    level: float
    at: float

    def take(self, cost: float, now: float) -> float:
        """Seconds to wait, 0 when taken."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level >= cost:
            self.level -= cost
            return 0.0
        return (min(cost, self.size) - self.level) / self.rate


OVERALL = (60.0, 30.0)
CHAT = (10.0, 1.0)
GROUP = (24.0, 20 / 60)
DRAFTS = (10.0, 3.0)


class Limits:
    def __init__(self, enabled: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.enabled = enabled
        self._clock = clock
        self._buckets: dict[tuple[str, int], Bucket] = {}

    def message(self, bot: int, chat: Chat, count: int = 1) -> None:
        """Count messages to a chat; raises `ApiError` 429 with `retry_after`."""
        self._take(("bot", bot), OVERALL, count)
        self._take(("chat", chat.id), CHAT if chat.private else GROUP, count)

    def edit(self, bot: int) -> None:
        """Count an edit: only the overall limit is published for them."""
        self._take(("bot", bot), OVERALL, 1)

    def draft(self, chat: Chat) -> None:
        self._take(("draft", chat.id), DRAFTS, 1)

    def reset(self) -> None:
        self._buckets.clear()

    def _take(self, key: tuple[str, int], shape: tuple[float, float], count: int) -> None:
        if not self.enabled:
            return
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(*shape, level=shape[0], at=now)
        wait = bucket.take(count, now)
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))

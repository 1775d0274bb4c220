"""A circuit breaker for one vendor: after a few failures in a row it is left alone, then tried with one request.

Closed: everything goes. Open: nothing goes until the pause is over. Half open: one probe goes; its success closes,
its failure opens again for twice as long. Lives in one process; nothing here waits.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Literal

import structlog
from prometheus_client import Gauge

log = structlog.get_logger(__name__)

State = Literal["closed", "open", "half_open"]
LEVELS: dict[State, int] = {"closed": 0, "half_open": 1, "open": 2}

FAILURES = 3
WINDOW = 60.0
"""Seconds within which `FAILURES` failures with no success between them open it."""
PAUSE = 15.0
LONGEST_PAUSE = 120.0
PROBE = 30.0
"""Seconds after which a probe that never reported is forgotten: its turn was stopped, or its process was busy."""
LONGEST_RETRY_AFTER = 600.0
"""Seconds for which a vendor is believed when it says when to come back."""

breaker_state = Gauge("model_breaker_state", "0 closed, 1 half open, 2 open", ["vendor"])


class Breaker:
    """Asked by `allows` right before a request, told by `succeeded` or `failed` right after it."""

    def __init__(
        self,
        vendor: str = "",
        *,
        failures: int = FAILURES,
        window: float = WINDOW,
        pause: float = PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` gives seconds that only grow; `vendor` is the label of the metric, "" for none."""
        self._vendor = vendor
        self._failures = failures
        self._window = window
        self._pause = pause
        self._clock = clock
        self._failed: deque[float] = deque(maxlen=failures)
        self._state: State = "closed"
        self._until = 0.0
        self._next_pause = pause
        self._probing_since: float | None = None

    @property
    def state(self) -> State:
        if self._state == "open" and self._clock() >= self._until:
            return "half_open"
        return self._state

    @property
    def ready(self) -> bool:
        """Whether `allows` would say yes; takes nothing, so it may be asked as often as one likes."""
        state = self.state
        return state == "closed" or (state == "half_open" and not self._probing())

    def allows(self) -> bool:
        """Whether this request may go; in the half open state a yes is the one probe, and whoever got it reports."""
        if not self.ready:
            return False
        if self.state == "half_open":
            self._set("half_open")
            self._probing_since = self._clock()
        return True

    def succeeded(self) -> None:
        """The vendor answered: whatever was held against it is forgotten."""
        if self._state == "open" and self._clock() < self._until:
            return  # an answer to what was asked before it opened says nothing about the pause the vendor wants
        self._failed.clear()
        self._next_pause = self._pause
        self._probing_since = None
        self._set("closed")

    def failed(self, *, retry_after: float | None = None) -> None:
        """`retry_after`: seconds the vendor asks to be left alone; it opens at once, for exactly so long."""
        now = self._clock()
        if retry_after is not None and retry_after > 0:
            self._open(now + min(retry_after, LONGEST_RETRY_AFTER))
            return
        state = self.state
        if state == "open":
            return  # it was asked before the pause began
        if state == "half_open":
            self._next_pause = min(self._next_pause * 2, LONGEST_PAUSE)
            self._open(now + self._next_pause)
            return
        self._failed.append(now)
        if len(self._failed) == self._failures and now - self._failed[0] <= self._window:
            self._open(now + self._next_pause)

    def _probing(self) -> bool:
        return self._probing_since is not None and self._clock() - self._probing_since < PROBE

    def _open(self, until: float) -> None:
        """A pause is never shortened by a failure that comes late."""
        self._until = max(self._until, until)
        self._probing_since = None
        self._failed.clear()
        self._set("open")
        log.warning("breaker.open", vendor=self._vendor, seconds=round(self._until - self._clock(), 1))

    def _set(self, state: State) -> None:
        self._state = state
        if self._vendor:
            breaker_state.labels(self._vendor).set(LEVELS[state])

"""Business time: one clock for reminders, deadlines, working hours and expiry.

Leases and message order use the database's own clock; this one may be moved by tests and the simulated world.
"""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus `offset` seconds. Passed by constructor wherever business time is needed."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """Business time now, aware, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def monotonic(self) -> float:
        """Seconds that only grow, for budgets inside one process; not moved by `offset`."""
        return time.monotonic()


class SystemClock(Clock):
    """The clock of a real installation."""

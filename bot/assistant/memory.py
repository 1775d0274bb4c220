"""What the model is told of the talk so far: its newest lines as they were said, and a summary of what is older.

Thirty days of the transcript count. Notes that managers make for each other are never read here. The summary is
written by a job, sealed under the client's key, and goes with the person: exported and destroyed as the transcript is.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.telegram.render import plain
from bot.jobs import Job, Jobs, enqueue
from bot.keys import Keys
from bot.turn import Turn
from infra.clock import Clock
from infra.crypto import CryptoError, DataKey, key_id
from infra.database import Database

log = structlog.get_logger(__name__)

SUMMARISE = "assistant.summarise"
"""Job: write the summary of a talk's older lines. Payload {"conversation_id"}."""

DAYS = timedelta(days=30)
LINES, CHARACTERS = 24, 6_000
"""The window: at most so many of the newest lines, at most so many characters of them."""
LINE = 1_500
"""Characters of one line that are told: a pasted document must not push the talk out of the window."""
OLDER = 4_000
"""Bytes of text beyond the window that make a summary worth its price: some 2,000 letters of Russian."""
AT_ONCE, AT_ONCE_CHARACTERS = 200, 16_000
"""The most that one summary takes in; the next one goes on from there."""
SUMMARY = 3_000
"""Characters of a summary that are kept."""

Author = Literal["client", "bot", "manager"]
AUTHORS: tuple[Author, ...] = ("client", "bot", "manager")

WINDOW = """
WITH s AS (
    SELECT body, up_to, up_to_origin, up_to_n FROM talk_summary WHERE conversation_id = $1 AND up_to >= $2
), unsaid AS (
    SELECT t.origin, t.n, t.author, t.body, t.created_at FROM transcript t LEFT JOIN s ON true
    WHERE t.conversation_id = $1 AND t.created_at >= $2 AND t.deleted_at IS NULL AND t.author = ANY($3)
      AND (s.up_to IS NULL OR (t.created_at, t.origin, t.n) > (s.up_to, s.up_to_origin, s.up_to_n))
)
SELECT s.body AS summary, s.up_to AS summary_up_to, u.*, total.bytes
FROM (SELECT coalesce(sum(octet_length(body)), 0) AS bytes FROM unsaid) total
LEFT JOIN s ON true
LEFT JOIN LATERAL (SELECT * FROM unsaid ORDER BY created_at DESC, origin DESC, n DESC LIMIT $4) u ON true
ORDER BY u.created_at DESC, u.origin DESC, u.n DESC
"""

OLDEST = """
SELECT origin, n, author, body, created_at FROM transcript
WHERE conversation_id = $1 AND created_at >= $2 AND deleted_at IS NULL AND author = ANY($3)
  AND (created_at, origin, n) < ($4, $5, $6) AND ($7::timestamptz IS NULL OR (created_at, origin, n) > ($7, $8, $9))
ORDER BY created_at, origin, n LIMIT $10
"""

WHOSE = """
SELECT c.key_id, k.wrapped, clock_timestamp() AS now,
       s.up_to, s.up_to_origin, s.up_to_n
FROM conversation c JOIN data_key k ON k.id = c.key_id JOIN client cl ON cl.id = c.client_id
LEFT JOIN talk_summary s ON s.conversation_id = c.id
WHERE c.id = $1 AND cl.forgotten_at IS NULL
"""

KEEP = """
INSERT INTO talk_summary (conversation_id, body, up_to, up_to_origin, up_to_n, updated_at)
SELECT c.id, $2, $3, $4, $5, $6 FROM conversation c JOIN client cl ON cl.id = c.client_id
WHERE c.id = $1 AND c.key_id = $7 AND cl.forgotten_at IS NULL FOR SHARE OF cl
ON CONFLICT (conversation_id) DO UPDATE
SET body = excluded.body, up_to = excluded.up_to, up_to_origin = excluded.up_to_origin, up_to_n = excluded.up_to_n,
    updated_at = excluded.updated_at
WHERE (talk_summary.up_to, talk_summary.up_to_origin, talk_summary.up_to_n)
    < (excluded.up_to, excluded.up_to_origin, excluded.up_to_n)
"""
"""Waits for an erasure that is under way, and then writes nothing: a forgotten person gets no new summary."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the talk as a person reads it, without markup."""

    author: Author
    text: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """The lines are the newest, oldest first; `summary` tells what was before them, "" when nothing is known."""

    summary: str = ""
    lines: Sequence[Line] = field(default_factory=tuple)
    older: int = 0
    """Bytes of text that stand neither among the lines nor in the summary."""


Summariser = Callable[[int, Sequence[Line], str | None], Awaitable[str | None]]
"""(conversation, lines that fall out of sight, the summary so far) → the new summary; None when it cannot be had."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands in the order of the transcript."""

    at: datetime
    origin: str
    n: int


class Recall:
    """Reads what was said, and has it summed up."""

    def __init__(self, db: Database, keys: Keys, clock: Clock) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock

    async def load(self, turn: Turn) -> Remembered:
        """What was said before this turn. A line that cannot be opened any more is left out."""
        rows = await self._db.pool.fetch(WINDOW, turn.conversation_id, turn.now - DAYS, list(AUTHORS), LINES)
        found = await self._read(turn.conversation_id, rows, turn.key)
        shown = window([line for _, line in found])
        summary = rows[0]["summary"]
        text = await self._open(summary, summary_place(turn.conversation_id), turn.key) if summary else None
        told = {place for place, _ in found[len(found) - len(shown) :]}
        inside = sum(len(row["body"]) for row in rows if row["body"] is not None and _place(row) in told)
        return Remembered(text or "", tuple(shown), max(0, int(rows[0]["bytes"]) - inside))

    def due(self, remembered: Remembered) -> bool:
        """Whether so much has fallen out of sight that it is worth a summary."""
        return remembered.older >= OLDER

    def ask(self, turn: Turn) -> None:
        """Have the older part summed up once this turn has ended."""
        number, at = turn.conversation_id, self._clock.now()

        async def effect(session: AsyncSession) -> None:
            key = f"{SUMMARISE}:{number}"
            payload = {"conversation_id": number}
            await enqueue(session, SUMMARISE, payload, at=at, serial_key=key, dedupe_key=key)

        turn.at_end(effect)

    def serve(self, jobs: Jobs, summariser: Summariser) -> None:
        """Register the job that writes summaries with whoever can make them."""

        async def work(job: Job) -> None:
            await self.summarise(int(job.payload["conversation_id"]), summariser)

        jobs.register(SUMMARISE, work)

    async def summarise(self, conversation_id: int, summariser: Summariser) -> bool:
        """Bring the summary up to the window; whether a new one was written. What `summariser` raises goes through."""
        whose: Any = await self._db.pool.fetchrow(WHOSE, conversation_id)
        if whose is None:
            return False
        try:
            key = self._keys.unwrap(whose["key_id"], whose["wrapped"])
        except CryptoError:
            return False
        since = whose["now"] - DAYS
        rows = await self._db.pool.fetch(WINDOW, conversation_id, since, list(AUTHORS), LINES)
        lines, last = await self._older(conversation_id, rows, whose, since, key)
        if last is None:
            return False
        previous = rows[0]["summary"]
        before = await self._open(previous, summary_place(conversation_id), key) if previous else None
        text = await summariser(conversation_id, lines, before or None)
        if not text or not text.strip():
            return False
        body = key.seal_text(clipped(text.strip(), SUMMARY), summary_place(conversation_id))
        now = self._clock.now()
        values = (conversation_id, body, last.at, last.origin, last.n, now, key.id)
        written: str = await self._db.pool.execute(KEEP, *values)
        return written.endswith(" 1")

    async def _older(
        self, conversation_id: int, rows: Sequence[Any], whose: Any, since: datetime, key: DataKey
    ) -> tuple[list[Line], _Place | None]:
        """The oldest lines that neither the window nor the summary holds, and the place of the last of them."""
        found = await self._read(conversation_id, rows, key)
        shown = window([line for _, line in found])
        if not shown:
            return [], None
        first = found[len(found) - len(shown)][0]
        covered = (whose["up_to"], whose["up_to_origin"], whose["up_to_n"])
        bounds = (first.at, first.origin, first.n, *covered)
        older = await self._db.pool.fetch(OLDEST, conversation_id, since, list(AUTHORS), *bounds, AT_ONCE)
        lines: list[Line] = []
        last, characters = None, 0
        for place, line in await self._read(conversation_id, list(reversed(older)), key):
            characters += len(line.text)
            if lines and characters > AT_ONCE_CHARACTERS:
                break
            lines.append(line)
            last = place
        return lines, last

    async def _read(self, conversation_id: int, rows: Sequence[Any], key: DataKey) -> list[tuple[_Place, Line]]:
        """Rows that come newest first as lines, oldest first."""
        found = []
        for row in reversed(rows):
            if row["body"] is None:
                continue
            place = f"transcript|{conversation_id}|{row['origin']}|{row['n']}|body"
            text = await self._open(row["body"], place, key)
            if text is None:
                continue
            text = plain(text) if row["author"] == "bot" else text
            found.append((_place(row), Line(cast(Author, row["author"]), clipped(text, LINE))))
        return found

    async def _open(self, sealed: bytes, place: str, key: DataKey) -> str | None:
        """Under the client's key, or the one it names: two records of one person may have been merged."""
        try:
            number = key_id(sealed)
            return (key if number == key.id else await self._keys.get(number)).open_text(sealed, place)
        except CryptoError as error:
            log.warning("memory.unreadable", table=place.split("|")[0], error=type(error).__name__)
            return None


def window(lines: Sequence[Line]) -> list[Line]:
    """The newest of these lines that fit; the newest one always does."""
    shown: list[Line] = []
    characters = 0
    for line in reversed(lines[-LINES:]):
        characters += len(line.text)
        if shown and characters > CHARACTERS:
            break
        shown.append(line)
    return shown[::-1]


def clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def summary_place(conversation_id: int) -> str:
    return f"talk_summary|{conversation_id}|body"


def _place(row: Any) -> _Place:
    return _Place(row["created_at"], row["origin"], row["n"])

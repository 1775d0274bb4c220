"""What a manager's act changes: statements run in the transaction that ends the turn, so that each happens once.

Rows are always locked in the order lead, handoff, conversation, topic, as a client's turn locks them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.case import Case, Person
from bot.desk.escalate import ask_offer
from bot.desk.group import ask_card, serial
from bot.held import ALERT
from bot.jobs import enqueue_on
from bot.services import Services
from bot.turn import Turn
from infra.database import raw_connection

TAKE = """
INSERT INTO lead (client_id, conversation_id, state, owner_id, taken_at, created_at, updated_at)
VALUES ($1, $2, 'taken', $3, $4, $4, $4)
ON CONFLICT (conversation_id) WHERE state IN ('new', 'taken') DO UPDATE
SET state = 'taken', owner_id = excluded.owner_id, taken_at = excluded.taken_at, updated_at = excluded.updated_at
WHERE lead.state = 'new' OR NOT (SELECT silent FROM conversation WHERE id = $2)
"""
ANSWERED = """
UPDATE handoff SET taken_at = $2 WHERE taken_at IS NULL AND closed_at IS NULL
AND lead_id IN (SELECT id FROM lead WHERE conversation_id = $1)
"""
SILENCE = "UPDATE conversation SET silent = true, silent_since = $2 WHERE id = $1"
SPEAK = "UPDATE conversation SET silent = false, silent_since = NULL WHERE id = $1"
ASSIGN = """
INSERT INTO lead (client_id, conversation_id, owner_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
ON CONFLICT (conversation_id) WHERE state IN ('new', 'taken') DO UPDATE
SET owner_id = excluded.owner_id, updated_at = excluded.updated_at
"""
CLOSE = """
UPDATE lead SET state = $2, loss_reason = $3, owner_id = COALESCE(owner_id, $4), closed_at = $5, updated_at = $5
WHERE conversation_id = $1 AND state IN ('new', 'taken')
"""
DROP_PROMISE = """
UPDATE handoff SET closed_at = $2 WHERE closed_at IS NULL
AND lead_id IN (SELECT id FROM lead WHERE conversation_id = $1)
"""
STALE = "UPDATE desk_topic SET card_digest = NULL WHERE conversation_id = $1"


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of one manager in one conversation, each deferred to the turn's end; the card follows."""

    turn: Turn
    services: Services
    case: Case
    me: Person

    def take(self) -> None:
        """The talk is this manager's from now on: the assistant is silent, the promise is kept."""
        number, now = self.case.conversation_id, self.services.clock.now()

        async def effect(connection: Any) -> None:
            await connection.execute(TAKE, self.case.client_id, number, self.me.id, now)
            await connection.execute(ANSWERED, number, now)
            await self._spoken(connection)

        self._at_end(effect)

    def speak(self) -> None:
        """The manager wrote to the client, or wants to keep the talk: the hours of silence begin anew."""
        self._at_end(self._spoken)

    def assign(self, manager_id: int) -> None:
        """The talk is given to a colleague, who is called; the promise stands until they take it."""
        number, now = self.case.conversation_id, self.services.clock.now()

        async def effect(connection: Any) -> None:
            await connection.execute(ASSIGN, self.case.client_id, number, manager_id, now)
            await self._alert(connection, "assigned", manager_id=manager_id)

        self._at_end(effect)

    def hand_back(self) -> None:
        """The assistant answers again; the lead stays with its manager."""
        number, now = self.case.conversation_id, self.services.clock.now()

        async def effect(connection: Any) -> None:
            await connection.execute(DROP_PROMISE, number, now)
            await connection.execute(SPEAK, number)

        self._at_end(effect)

    def close(self, state: str, reason: str | None) -> None:
        """Won or lost; the assistant answers again, and a client who comes back begins a new lead."""
        number, now = self.case.conversation_id, self.services.clock.now()

        async def effect(connection: Any) -> None:
            await connection.execute(CLOSE, number, state, reason, self.me.id, now)
            await connection.execute(DROP_PROMISE, number, now)
            await connection.execute(SPEAK, number)

        self._at_end(effect)

    def write(self, n: int, author: str, text: str, message_id: int | None) -> None:
        """A line of the client's transcript, under the client's key."""
        number, origin = self.case.conversation_id, f"d{self.turn.id}"
        body = self.case.key.seal_text(text, f"transcript|{number}|{origin}|{n}|body")

        async def effect(connection: Any) -> None:
            await connection.execute(
                """INSERT INTO transcript (conversation_id, origin, n, author, message_id, body)
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING""",
                number,
                origin,
                n,
                author,
                message_id,
                body,
            )

        self._plain(effect)

    def rewrite(self, origin: str, n: int, text: str) -> None:
        """The line of the transcript that the client reads in another wording now."""
        number = self.case.conversation_id
        body = self.case.key.seal_text(text, f"transcript|{number}|{origin}|{n}|body")

        async def effect(connection: Any) -> None:
            await connection.execute(
                """UPDATE transcript SET body = $4, edited_at = clock_timestamp()
                   WHERE conversation_id = $1 AND origin = $2 AND n = $3""",
                number,
                origin,
                n,
                body,
            )

        self._plain(effect)

    def pair(self, message_id: int, client_message_id: int | None) -> None:
        """A message of the group stands for this one of the client's chat."""
        chat_id, number = self.turn.chat_id, self.case.conversation_id

        async def effect(connection: Any) -> None:
            await connection.execute(
                """INSERT INTO desk_message (chat_id, message_id, conversation_id, client_message_id)
                   VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING""",
                chat_id,
                message_id,
                number,
                client_message_id,
            )

        self._plain(effect)

    def alert(self, reason: str, message_id: int | None = None) -> None:
        """Tell the topic what came of it."""

        async def effect(connection: Any) -> None:
            await self._alert(connection, reason, message_id=message_id)

        self._plain(effect)

    def blocked(self) -> None:
        """The client blocked the bot."""

        async def effect(connection: Any) -> None:
            await connection.execute(
                "UPDATE identity SET blocked_at = now() WHERE account_id = $1 AND chat_id = $2",
                self.case.account_id,
                self.case.chat_id,
            )

        self._plain(effect)

    def redraw(self) -> None:
        """The card's buttons go back to its menu, whatever was pressed on it."""

        async def nothing(connection: Any) -> None:
            """Only the card."""

        self._at_end(nothing)

    async def _spoken(self, connection: Any) -> None:
        number, now = self.case.conversation_id, self.services.clock.now()
        await connection.execute(SILENCE, number, now)
        hours = timedelta(hours=self.services.company.response.silence_hours)
        await ask_offer(connection, number, now + hours)

    async def _alert(self, connection: Any, reason: str, **more: Any) -> None:
        number = self.case.conversation_id
        payload = {"conversation_id": number, "reason": reason, **more}
        await enqueue_on(connection, ALERT, payload, at=self.services.clock.now(), serial_key=serial(number))

    def _at_end(self, effect: Any) -> None:
        async def whole(session: AsyncSession) -> None:
            connection = await raw_connection(session)
            await effect(connection)
            await connection.execute(STALE, self.case.conversation_id)
            await ask_card(connection, self.services, self.case.conversation_id)

        self.turn.at_end(whole)

    def _plain(self, effect: Any) -> None:
        async def whole(session: AsyncSession) -> None:
            await effect(await raw_connection(session))

        self.turn.at_end(whole)

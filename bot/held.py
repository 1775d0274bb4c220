"""What happens to a turn that will not succeed: the client hears an honest word, the managers get it as a task."""

from datetime import timedelta

import structlog
from aiogram.exceptions import TelegramAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.channel import Channel
from bot.jobs import enqueue
from bot.services import Services
from bot.turn import Turn

log = structlog.get_logger(__name__)

ALERT = "desk.alert"
"""Job: tell the managers that a turn was given up. Payload {"conversation_id", "reason"}."""


class GiveUp:
    """Called by the worker with a turn that failed for good or ran out of its budget."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def __call__(self, turn: Turn, channel: Channel, reason: str) -> None:
        turn.at_end(self._alert(turn, reason))
        if turn.client is None or turn.silent:
            return
        t = self._services.text(turn.client.locale)
        try:
            await channel.bot.send_message(turn.chat_id, t("turn.held"))
        except TelegramAPIError as error:
            log.warning("held.apology_failed", error=type(error).__name__)

    def _alert(self, turn: Turn, reason: str) -> "_Alert":
        return _Alert(self._services, turn.conversation_id, reason)


class _Alert:
    def __init__(self, services: Services, conversation_id: int, reason: str) -> None:
        self._services = services
        self._conversation_id = conversation_id
        self._reason = reason

    async def __call__(self, session: AsyncSession) -> None:
        await enqueue(
            session,
            ALERT,
            {"conversation_id": self._conversation_id, "reason": self._reason},
            at=self._services.clock.now() + timedelta(seconds=0),
            serial_key=f"desk:{self._conversation_id}",
        )

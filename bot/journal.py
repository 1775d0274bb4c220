"""The journal of outgoing calls: what was said in a turn or a job is never said again when it runs a second time.

Each awaited durable call gets the next number within its turn. A call already marked sent answers with what is
stored; a new one writes its intent (fenced by the lease), is sent, and is marked. An intent without a mark is the one
window no code closes: the call may or may not have reached the vendor. It is repeated, and listed as uncertain.
"""

import asyncio
import hashlib
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import CopyMessage, CreateForumTopic, DeleteMessage, SendMediaGroup, TelegramMethod
from aiogram.methods.base import Response
from aiogram.types import ForumTopic, Message, MessageId

from adapters.channel import DURABLE, current_delivery
from bot.turn import Lease, Turn
from infra import metrics
from infra.database import Database, database_away

log = structlog.get_logger(__name__)

INTENT = """
INSERT INTO outgoing (turn_id, n, account_id, chat_id, method, digest, state)
SELECT $1, $2, $3, $4, $5, $6, 'intent' FROM conversation
WHERE id = $7 AND owner = $8 AND epoch = $9 AND lease_until > clock_timestamp()
ON CONFLICT (turn_id, n) DO UPDATE SET state = 'intent', digest = excluded.digest
RETURNING 1
"""
SENT_AT_ONCE = (
    INTENT.replace("'intent' FROM", "'sent' FROM")
    .replace(
        "INSERT INTO outgoing (turn_id, n, account_id, chat_id, method, digest, state)",
        "INSERT INTO outgoing (turn_id, n, account_id, chat_id, method, digest, external_id, settled_at, state)",
    )
    .replace("$6, 'sent'", "$6, $10, clock_timestamp(), 'sent'")
    .replace(
        "DO UPDATE SET state = 'intent', digest = excluded.digest",
        "DO UPDATE SET state = 'sent', external_id = excluded.external_id, settled_at = excluded.settled_at",
    )
)
INTENT_OF_JOB = """
INSERT INTO outgoing (job_id, n, account_id, chat_id, method, digest, state) VALUES ($1, $2, $3, $4, $5, $6, 'intent')
ON CONFLICT (job_id, n) DO UPDATE SET state = 'intent', digest = excluded.digest
RETURNING 1
"""
EARLIER = "SELECT n, state, digest, external_id, settled_at FROM outgoing WHERE {origin} = $1"
_MARK = """
UPDATE outgoing SET state = $3, external_id = $4, uncertain = uncertain OR $5, settled_at = clock_timestamp()
WHERE {origin} = $1 AND n = $2
"""
MARK_OF_TURN = _MARK.format(origin="turn_id")
MARK_OF_JOB = _MARK.format(origin="job_id")


class LeaseLost(Exception):
    """Another worker owns the conversation now: stop at once, write nothing more."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier attempt at the same turn left in the journal."""

    state: str
    digest: bytes
    external_id: str | None
    settled_at: datetime | None


@dataclass(slots=True)
class Scope:
    """What is being journaled: a turn (fenced by its lease) or a background job."""

    turn: Turn | None
    job_id: int | None
    earlier: dict[int, Earlier] = field(default_factory=dict)
    n: int = 0

    @property
    def key(self) -> int:
        return self.turn.id if self.turn is not None else int(self.job_id or 0)

    @property
    def mark(self) -> str:
        return MARK_OF_JOB if self.turn is None else MARK_OF_TURN


current_scope: ContextVar[Scope | None] = ContextVar("current_scope", default=None)


class Journal(BaseRequestMiddleware):
    """Sits in every session's chain of request middlewares, so that no durable call can go around it."""

    def __init__(self, db: Database, *, transactional: frozenset[int] = frozenset(), secret: bytes = b"") -> None:
        self._db = db
        self._secret = secret
        self._transactional = transactional

    async def load(self, scope: Scope) -> None:
        """Read what earlier attempts left; needed only when there were any."""
        column = "turn_id" if scope.turn is not None else "job_id"
        rows = await self._db.pool.fetch(EARLIER.format(origin=column), scope.key)
        scope.earlier = {
            row["n"]: Earlier(row["state"], row["digest"], row["external_id"], row["settled_at"]) for row in rows
        }

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        scope = current_scope.get()
        if scope is None or not isinstance(method, DURABLE):
            return await make_request(bot, method)
        n, scope.n = scope.n, scope.n + 1
        earlier = scope.earlier.get(n)
        if earlier is not None and earlier.state == "sent":
            result = rebuild(bot, method, earlier.external_id, earlier.settled_at)
            if earlier.digest != digest(method, self._secret):
                log.warning("journal.differs", method=type(method).__name__, n=n)
        elif bot.id in self._transactional:
            result = await self._in_one_transaction(make_request, bot, method, scope, n)
        else:
            result = await self._with_intent(make_request, bot, method, scope, n, earlier)
        if scope.turn is not None:
            _into_transcript(scope.turn, method, result)
        return result  # type: ignore[no-any-return]  # aiogram's alias says Response, its sessions return the result

    async def _in_one_transaction(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any], scope: Scope, n: int
    ) -> Any:
        token = current_delivery.set(_Mark(scope, n, bot, method, self._secret))
        try:
            return await make_request(bot, method)
        finally:
            current_delivery.reset(token)

    async def _with_intent(
        self,
        make_request: NextRequestMiddlewareType[Any],
        bot: Bot,
        method: TelegramMethod[Any],
        scope: Scope,
        n: int,
        earlier: Earlier | None,
    ) -> Any:
        uncertain = earlier is not None and earlier.state == "intent"
        if uncertain:
            metrics.uncertain_sends.labels(metrics.channel_of(bot.id)).inc()
        if await self._db.pool.fetchval(*_intent(scope, n, bot, method, self._secret)) is None:
            raise LeaseLost
        try:
            result = await make_request(bot, method)
        except TelegramRetryAfter:
            await self._mark(scope, n, "failed", None, uncertain)
            raise
        except TelegramNetworkError as error:
            if getattr(error, "reached", True):  # it may have been accepted before the connection broke
                await self._mark(scope, n, "intent", None, True)
            else:
                await self._mark(scope, n, "failed", None, uncertain)
            raise
        except TelegramAPIError:
            await self._mark(scope, n, "failed", None, uncertain)
            raise
        await self._mark(scope, n, "sent", external_id(result), uncertain)
        return result

    async def _mark(self, scope: Scope, n: int, state: str, external: str | None, uncertain: bool) -> None:
        for attempt in range(6):
            try:
                await self._db.pool.execute(scope.mark, scope.key, n, state, external, uncertain)
                return
            except Exception as error:
                if attempt == 5 or not database_away(error):
                    raise
                await asyncio.sleep(0.2 * 2**attempt)


@dataclass(slots=True)
class _Mark:
    """Writes the mark of one call inside the transaction of a channel that lives in our own database."""

    scope: Scope
    n: int
    bot: Bot
    method: TelegramMethod[Any]
    secret: bytes

    async def record(self, connection: Any, external_id: str) -> bool:
        sql, *values = _intent(self.scope, self.n, self.bot, self.method, self.secret)
        if self.scope.turn is not None:
            if await connection.fetchval(SENT_AT_ONCE, *values, external_id) is None:
                raise LeaseLost
            return True
        await connection.execute(sql, *values)
        await connection.execute(self.scope.mark, self.scope.key, self.n, "sent", external_id, False)
        return True


def _intent(scope: Scope, n: int, bot: Bot, method: TelegramMethod[Any], secret: bytes) -> tuple[Any, ...]:
    chat = getattr(method, "chat_id", None)
    values = (
        scope.key,
        n,
        bot.id,
        chat if isinstance(chat, int) else None,
        type(method).__name__,
        digest(method, secret),
    )
    if scope.turn is None:
        return (INTENT_OF_JOB, *values)
    lease: Lease = scope.turn.lease
    return (INTENT, *values, scope.turn.conversation_id, lease.owner, lease.epoch)


def digest(method: TelegramMethod[Any], secret: bytes) -> bytes:
    """What was to be said, as a keyed hash (a plain one of a short text can be guessed): does a rerun say the same?"""
    parts = (getattr(method, name, None) for name in ("chat_id", "text", "caption", "message_id", "name"))
    return hashlib.blake2b(orjson.dumps([type(method).__name__, *map(str, parts)]), key=secret, digest_size=12).digest()


def external_id(result: Any) -> str | None:
    """The vendor's id of what was sent, as text; several (an album) joined by commas."""
    if isinstance(result, Message | MessageId):
        return str(result.message_id)
    if isinstance(result, ForumTopic):
        return str(result.message_thread_id)
    if isinstance(result, list):
        return ",".join(str(message.message_id) for message in result)
    return None


def rebuild(bot: Bot, method: TelegramMethod[Any], external: str | None, at: datetime | None) -> Any:
    """The result of a call made by an earlier attempt, as far as handlers look at results."""
    if external is None or isinstance(method, DeleteMessage):
        return True
    if isinstance(method, CreateForumTopic):
        return ForumTopic(message_thread_id=int(external), name=method.name, icon_color=0x6FB9F0)
    if isinstance(method, CopyMessage):
        return MessageId(message_id=int(external))
    chat_id = getattr(method, "chat_id", 0)
    messages = [
        Message.model_validate(
            {
                "message_id": int(one),
                "date": at or datetime.now(UTC),
                "chat": {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"},
                "text": getattr(method, "text", None),
            },
            context={"bot": bot},
        )
        for one in external.split(",")
    ]
    return messages if isinstance(method, SendMediaGroup) else messages[0]


def _into_transcript(turn: Turn, method: TelegramMethod[Any], result: Any) -> None:
    if getattr(method, "chat_id", None) != turn.chat_id or turn.client is None:
        return
    text = getattr(method, "text", None) or getattr(method, "caption", None)
    if text and isinstance(result, Message):
        turn.sent += 1
        turn.note("bot", text, result.message_id)

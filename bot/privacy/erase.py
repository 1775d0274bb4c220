"""Forgetting a person: their data key is destroyed, so that nothing sealed under it can be read again, by anybody.

What links the rest to them (channel ids, look-up hashes) is removed in the same transaction. Who writes again later is
a new client with a new key.
"""

from typing import Any

import structlog

from bot.jobs import Job
from bot.keys import Keys
from bot.services import Services
from infra.database import Database

log = structlog.get_logger(__name__)

STATEMENTS = (
    """UPDATE client SET forgotten_at = coalesce(forgotten_at, now()), name = NULL, phone = NULL, phone_hash = NULL,
           email = NULL, email_hash = NULL, muted_until = NULL, warnings = 0
       WHERE id = $1""",
    """UPDATE handoff SET closed_at = now() FROM lead
       WHERE lead.id = handoff.lead_id AND lead.client_id = $1 AND handoff.closed_at IS NULL""",
    """UPDATE lead SET task = NULL, deadline = NULL, budget = NULL,
           state = CASE WHEN state IN ('new', 'taken') THEN 'lost' ELSE state END,
           loss_reason = coalesce(loss_reason, 'forgotten'), closed_at = coalesce(closed_at, now())
       WHERE client_id = $1""",
    """DELETE FROM job WHERE owner IS NULL AND (
           (payload->>'client_id')::bigint = $1 AND kind = 'client.remind'
           OR (payload->>'conversation_id')::bigint IN (SELECT id FROM conversation WHERE client_id = $1))""",
    """UPDATE turn SET done_at = now(), outcome = 'forgotten' FROM conversation
       WHERE conversation.id = turn.conversation_id AND conversation.client_id = $1 AND turn.done_at IS NULL""",
    "DELETE FROM site_event WHERE chat_id IN (SELECT chat_id FROM conversation WHERE client_id = $1)",
    "DELETE FROM site_visitor WHERE chat_id IN (SELECT chat_id FROM conversation WHERE client_id = $1)",
    "DELETE FROM talk_summary WHERE conversation_id IN (SELECT id FROM conversation WHERE client_id = $1)",
    "DELETE FROM stored_file WHERE conversation_id IN (SELECT id FROM conversation WHERE client_id = $1)",
    # a number that the channel gave is personal; a number of ours stays, for a visitor's page goes on asking for it
    "DELETE FROM identity WHERE client_id = $1 AND external_id = chat_id::text",
)

DETACH = """
UPDATE conversation SET chat_id = -id, key_id = $2, position = NULL, in_form = false, silent = false, pending = 0,
       since = NULL, owner = NULL, lease_until = NULL, epoch = epoch + 1
WHERE client_id = $1
"""
"""The channel's own number of a chat is personal too; a worker that holds the conversation loses it here."""

DESTROY = """
UPDATE data_key SET wrapped = NULL, destroyed_at = coalesce(destroyed_at, now())
WHERE id = (SELECT key_id FROM client WHERE id = $1) AND purpose = 'client' RETURNING id
"""


async def erase(db: Database, keys: Keys, client_id: int) -> bool:
    """Forget this client for good; repeatable. False when there is no such client."""
    async with db.pool.acquire() as connection, connection.transaction():
        destroyed: Any = await connection.fetchval(DESTROY, client_id)
        if destroyed is None:
            return False
        for statement in STATEMENTS:
            await connection.execute(statement, client_id)
        await connection.execute(DETACH, client_id, keys.system.id)
        await connection.execute("SELECT pg_notify('forgotten', $1)", str(destroyed))
    keys.forget(destroyed)
    log.info("client.forgotten", client=client_id)
    return True


async def forget(services: Services, job: Job) -> None:
    """Job `client.forget`: payload {"client_id"}."""
    from bot.ops.forget import forget_person  # it stands on this module

    await forget_person(services.db, services.keys, services.settings.data_dir, int(job.payload["client_id"]))

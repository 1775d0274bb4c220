"""`python -m bot forget CLIENT_ID`: a person's right to erasure, with every record that was merged with theirs.

The data keys are destroyed (bot/privacy/erase.py); then what stood under them is deleted where nothing else needs the
row, and loses the channel's own numbers where the ledger of messages does. Repeating it does no harm.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.keys import Keys
from bot.ops import erasures
from bot.privacy.erase import erase
from infra.database import Database
from infra.errors import NotFoundError
from infra.runtime import load_secrets, open_database
from infra.settings import Settings

PATIENCE = 600.0
"""Seconds one deletion may take: the events of a busy site are many."""

FAMILY = """
WITH RECURSIVE family AS (
    SELECT id, merged_into FROM client WHERE id = $1
    UNION SELECT c.id, c.merged_into FROM client c JOIN family f ON c.id = f.merged_into OR c.merged_into = f.id
)
SELECT id FROM family ORDER BY id
"""
UNNUMBER_SENT = """
UPDATE outgoing o SET chat_id = NULL FROM conversation c
WHERE c.client_id = ANY($1) AND o.account_id = c.account_id AND o.chat_id = c.chat_id
"""
"""Before the conversations themselves lose their numbers: what a job sent is known by the number alone."""

SWEEP = (
    """UPDATE outgoing o SET chat_id = NULL FROM turn t JOIN conversation c ON c.id = t.conversation_id
       WHERE o.turn_id = t.id AND c.client_id = ANY($1) AND o.chat_id IS NOT NULL""",
    """DELETE FROM inbox_held h USING inbox i JOIN conversation c ON c.id = i.conversation_id
       WHERE c.client_id = ANY($1) AND h.account_id = i.account_id AND h.external_id = i.external_id""",
    """UPDATE inbox SET sender_id = 0 FROM conversation c
       WHERE c.id = inbox.conversation_id AND c.client_id = ANY($1) AND inbox.sender_id <> 0""",
    """DELETE FROM stored_file USING conversation c
       WHERE c.id = stored_file.conversation_id AND c.client_id = ANY($1)""",
    """WITH gone AS (
           DELETE FROM site_event WHERE substring(payload FROM 2 FOR 8) IN (
               SELECT int8send(key_id) FROM client WHERE id = ANY($1)) RETURNING chat_id)
       DELETE FROM site_visitor v USING gone WHERE v.chat_id = gone.chat_id""",
)
"""A ciphertext names its data key in its bytes 2 to 9: events are found although their chat's number is gone."""


async def family(db: Database, client_id: int) -> list[int]:
    """The client with every record merged into it or that it was merged into. NotFoundError when there is none."""
    rows = await db.pool.fetch(FAMILY, client_id)
    if not rows:
        raise NotFoundError(f"there is no client {client_id}")
    return [row["id"] for row in rows]


async def erase_all(db: Database, keys: Keys, clients: Sequence[int]) -> None:
    """Destroy the keys of these clients and sweep away what stood under them; repeatable."""
    await db.pool.execute(UNNUMBER_SENT, clients, timeout=PATIENCE)
    for client_id in clients:
        await erase(db, keys, client_id)
    for statement in SWEEP:
        await db.pool.execute(statement, clients, timeout=PATIENCE)


async def forget_person(db: Database, keys: Keys, data_dir: Path, client_id: int) -> list[int]:
    """Forget a person for good: the records erased. NotFoundError when there is no such client.

    The ledger is written first: a crash leaves an erasure to repeat, never one that a restore would undo.
    """
    clients = await family(db, client_id)
    rows = await db.pool.fetch(
        "SELECT id, created_at, coalesce(forgotten_at, clock_timestamp()) AS at FROM client WHERE id = ANY($1)", clients
    )
    erasures.append(data_dir, rows)
    await erase_all(db, keys, clients)
    return clients


async def replay(db: Database, keys: Keys, data_dir: Path) -> int:
    """Forget again whoever an older backup brought back. How many records that were."""
    rows = await db.pool.fetch("SELECT id, created_at FROM client")
    clients = sorted(erasures.due(rows, erasures.read(data_dir)))
    if clients:
        await erase_all(db, keys, clients)
    return len(clients)


async def forget(settings: Settings, client_id: int) -> int:
    async with open_database(settings) as db:
        ring, _ = load_secrets(settings)
        keys = Keys(db, ring)
        await keys.start()
        clients = await forget_person(db, keys, settings.data_dir, client_id)
    also = [str(one) for one in clients if one != client_id]
    merged = f" with the merged records {', '.join(also)}" if also else ""
    sys.stdout.write(f"client {client_id}{merged}: key destroyed, nothing readable is left\n")
    return 0

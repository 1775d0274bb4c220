"""`python -m bot rotate-keys`: every data key wrapped anew under the newest master key; the data itself stays as it is.

Runs beside a working system: each key is exchanged only if it is still what was read, so a person forgotten meanwhile
stays forgotten. Interrupted, it goes on at the next call with what remains. Two runs at once do no harm.
"""

import sys
from collections.abc import Callable

from infra.crypto import Keyring
from infra.database import Database
from infra.runtime import load_secrets, open_database
from infra.settings import Settings

BATCH = 500

OLD = "wrapped IS NOT NULL AND substring(wrapped FROM 1 FOR length($1::bytea)) <> $1"
NEXT = f"SELECT id, wrapped FROM data_key WHERE id > $2 AND {OLD} ORDER BY id LIMIT $3"  # noqa: S608  # our own words
COUNT = f"SELECT count(*) FROM data_key WHERE {OLD}"  # noqa: S608  # our own words
EXCHANGE = """
WITH fresh AS (SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS f (id, was, becomes)),
changed AS (
    UPDATE data_key k SET wrapped = fresh.becomes FROM fresh WHERE k.id = fresh.id AND k.wrapped = fresh.was
    RETURNING k.id
)
SELECT count(*) FROM changed
"""


async def rewrap_all(
    db: Database, ring: Keyring, tell: Callable[[int, int], None] = lambda *_: None, *, batch: int = BATCH
) -> int:
    """Wrap every data key under the newest master; `tell(done, total)` after each batch. How many still remain.

    What remains was made meanwhile by processes that have the older setting. MasterKeyMissing when a key's master is
    not configured: then everything before it is done and nothing is lost.
    """
    prefix = ring.newest_prefix
    total, done, last = await db.pool.fetchval(COUNT, prefix), 0, 0
    while rows := await db.pool.fetch(NEXT, prefix, last, batch):
        fresh = [ring.rewrap(row["id"], row["wrapped"]) for row in rows]
        ids, was = [row["id"] for row in rows], [row["wrapped"] for row in rows]
        done += await db.pool.fetchval(EXCHANGE, ids, was, fresh)
        last = ids[-1]
        tell(done, max(total, done))
    return int(await db.pool.fetchval(COUNT, prefix))


async def rotate_keys(settings: Settings) -> int:
    """0 when nothing remains, 1 when it has to be run again."""
    ring, _ = load_secrets(settings)
    write = sys.stdout.write
    async with open_database(settings) as db:
        remaining = await rewrap_all(db, ring, print_progress)
    if remaining:
        write(
            f"{remaining} keys remain: processes with the older ENCRYPTION_KEYS still run; restart them, then repeat\n"
        )
        return 1
    write(f"every data key is under {ring.newest!r}: the older master keys can leave ENCRYPTION_KEYS\n")
    return 0


def print_progress(done: int, total: int) -> None:
    sys.stdout.write(f"{done} of {total} keys\n")
    sys.stdout.flush()

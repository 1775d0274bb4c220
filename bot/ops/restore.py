"""`python -m bot restore DIR`: the database as a backup shows it, less whoever was forgotten since.

Everything is checked before anything is touched; the rows go in within one transaction, in which the keys of the
forgotten are destroyed as well, so that no moment exists in which they are back.
"""

import sys
from pathlib import Path

from bot.keys import Keys
from bot.ops import erasures
from bot.ops.backup import connect
from bot.ops.forget import replay
from bot.ops.snapshot import Connection, Manifest, load_manifest, ordered_tables, verify
from infra.cache import Cache
from infra.crypto import Keyring
from infra.database import Database
from infra.errors import ConfigError
from infra.migrate import current_revision, downgrade, migrate, newest_revision
from infra.runtime import find_servers, load_secrets
from infra.settings import Settings

GAP = 1_000_000
"""How far counters go on beyond the backup's: numbers given after it (in buttons of old cards, in the ledger of
erasures, in what a browser has seen) must not come to mean somebody else."""

OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
  AND backend_type = 'client backend'
"""
DESTROY = """
UPDATE data_key SET wrapped = NULL, destroyed_at = coalesce(destroyed_at, now())
WHERE purpose = 'client' AND id IN (SELECT key_id FROM client WHERE id = ANY($1))
"""
SET_COUNTER = "SELECT setval(pg_get_serial_sequence(quote_ident($1), $2), $3)"


async def restore_backup(url: str, source: Path, data_dir: Path, ring: Keyring, *, force: bool = False) -> Manifest:
    """Make the database what the backup shows, at the current schema. ConfigError says in one line why it cannot be.

    A database that holds anything is replaced only with `force`; other sessions of the same account must have ended.
    """
    manifest = load_manifest(source)
    await _check(source, manifest, ring)
    connection = await connect(url)
    try:
        if await connection.fetchval(OTHERS):
            raise ConfigError("the database is in use: stop the assistant first")
        revision = await current_revision(url)
        if revision is not None:
            if not force and await _holds_anything(connection):
                raise ConfigError("the database is not empty: --force replaces what it holds")
            await erasures.sync(connection, data_dir)
        if revision != manifest.revision:
            if revision is not None:
                await downgrade(url)
            await migrate(url, manifest.revision)
        await connection.reload_schema_state()
        await _load(connection, source, manifest, data_dir)
    finally:
        await connection.close(timeout=5)
    await migrate(url)
    return manifest


async def _check(source: Path, manifest: Manifest, ring: Keyring) -> None:
    if manifest.revision > newest_revision():
        raise ConfigError(f"the backup has schema {manifest.revision}, this version knows {newest_revision()}")
    missing = [name for name in manifest.master_keys if name not in ring.names]
    if missing:
        raise ConfigError(f"ENCRYPTION_KEYS lacks the master keys of this backup: {', '.join(missing)}")
    await verify(source, manifest)


async def _holds_anything(connection: Connection) -> bool:
    for name, _ in await ordered_tables(connection):
        if await connection.fetchval(f'SELECT EXISTS (SELECT FROM "{name}")'):  # noqa: S608  # from the catalogue
            return True
    return False


async def _load(connection: Connection, source: Path, manifest: Manifest, data_dir: Path) -> None:
    known = dict(await ordered_tables(connection))
    for table in manifest.tables:
        if set(table.columns) != set(known.get(table.name, [])):
            raise ConfigError(f"the backup's table {table.name} is not that of schema {manifest.revision}")
    async with connection.transaction():
        names = ", ".join(f'"{name}"' for name in known)
        await connection.execute(f"TRUNCATE {names}")
        for table in manifest.tables:
            status = await connection.copy_to_table(
                table.name, source=source / table.file, columns=table.columns, format="binary"
            )
            if int(status.split()[-1]) != table.rows:
                raise ConfigError(f"{table.file} holds another number of rows than the backup counted")
        rows = await connection.fetch("SELECT id, created_at FROM client")
        await connection.execute(DESTROY, sorted(erasures.due(rows, erasures.read(data_dir))))
        await connection.execute("UPDATE site_visitor SET last_event = last_event + $1", GAP)
        for name, last in manifest.counters.items():
            table_name, _, column = name.partition(".")
            await connection.execute(SET_COUNTER, table_name, column, last + GAP)


async def restore(settings: Settings, source: Path, *, force: bool) -> int:
    ring, _ = load_secrets(settings)
    servers = await find_servers(settings)
    try:
        manifest = await restore_backup(servers.database_url, source, settings.data_dir, ring, force=force)
        forgotten = await forget_again(servers.database_url, settings.data_dir, ring)
        cache = Cache(servers.redis_url)
        await cache.flush()
        await cache.close()
    finally:
        servers.close()
    rows = sum(table.rows for table in manifest.tables)
    write = sys.stdout.write
    write(f"restored the copy of {manifest.at}: {rows} rows, schema {newest_revision()}\n")
    write(f"forgotten again by the ledger of erasures: {forgotten}\n")
    return 0


async def forget_again(url: str, data_dir: Path, ring: Keyring) -> int:
    """Carry out on the restored database whatever the ledger of erasures names. How many records that were."""
    db = await Database.open(url, pool_size=2)
    try:
        keys = Keys(db, ring)
        await keys.start()
        return await replay(db, keys, data_dir)
    finally:
        await db.close()

"""`python -m bot backup DIR`: a consistent copy of the database, taken while the system runs.

Every table is read in one REPEATABLE READ transaction, so the copy shows one moment. It is written to a temporary
folder that takes its name at the end: a DIR that exists is whole. Keys are not in it. See docs/operations.md.
"""

import os
import shutil
import sys
from pathlib import Path

import asyncpg

from bot.ops import erasures
from bot.ops.snapshot import Connection, Manifest, Sink, Table, ordered_tables
from infra.errors import ConfigError, VendorDown
from infra.migrate import current_revision
from infra.runtime import find_servers
from infra.settings import Settings

COUNTERS = """
SELECT c.relname || '.' || a.attname AS name,
       coalesce(pg_sequence_last_value(pg_get_serial_sequence(quote_ident(c.relname), a.attname)::regclass), 0) AS last
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attidentity <> '' AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1
"""
MASTERS = """
SELECT DISTINCT convert_from(substring(wrapped FROM 2 FOR get_byte(wrapped, 0)), 'UTF8') AS name
FROM data_key WHERE wrapped IS NOT NULL ORDER BY 1
"""


async def connect(url: str) -> Connection:
    """A connection whose statements may take as long as they need. VendorDown when there is no server."""
    try:
        return await asyncpg.connect(url, timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise VendorDown("postgresql", type(error).__name__) from error


async def write_backup(url: str, target: Path, data_dir: Path) -> Manifest:
    """Copy the database into the new folder `target`. ConfigError when it exists, or there is nothing to copy.

    The ledger of erasures in `data_dir` is brought up to date first: what this copy still shows may be forgotten later.
    """
    revision = await current_revision(url)
    if revision is None:
        raise ConfigError("the database is empty: nothing to back up")
    partial = _partial(target)
    try:
        connection = await connect(url)
        try:
            await erasures.sync(connection, data_dir)
            manifest = await _copy(connection, partial, revision)
        finally:
            await connection.close(timeout=5)
        manifest.save(partial)
        for path in (*partial.iterdir(), partial):
            _flush(path)
        os.rename(partial, target)
        _flush(target.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return manifest


def _partial(target: Path) -> Path:
    if target.exists() or target.is_symlink():
        raise ConfigError(f"{target} exists: a backup is never written over anything")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    partial.mkdir(mode=0o700)
    return partial


async def _copy(connection: Connection, folder: Path, revision: str) -> Manifest:
    tables: list[Table] = []
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        at = await connection.fetchval("SELECT now()")
        for name, columns in await ordered_tables(connection):
            sink = Sink(folder / f"{name}.copy")
            try:
                status = await connection.copy_from_table(name, output=sink, columns=columns, format="binary")
            finally:
                sink.close()
            tables.append(Table(name, columns, int(status.split()[-1]), sink.bytes, sink.sha256))
        masters = [row["name"] for row in await connection.fetch(MASTERS)]
        # Counters stand outside of transactions; read last, none is behind the rows.
        counters = {row["name"]: row["last"] for row in await connection.fetch(COUNTERS)}
    return Manifest(at.isoformat(), revision, tables, counters, masters)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def backup(settings: Settings, target: Path) -> int:
    servers = await find_servers(settings, redis=False)
    try:
        manifest = await write_backup(servers.database_url, target, settings.data_dir)
    finally:
        servers.close()
    rows, size = sum(table.rows for table in manifest.tables), sum(table.bytes for table in manifest.tables)
    write = sys.stdout.write
    write(f"{target}: schema {manifest.revision}, {len(manifest.tables)} tables, {rows} rows, {size / 1e6:.1f} MB\n")
    write(f"not in it: master keys {', '.join(manifest.master_keys)}; without them nobody can read this copy\n")
    return 0

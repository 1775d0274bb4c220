"""What a backup is on the disk: a manifest beside one file a table, in PostgreSQL's binary COPY format.

Tables stand in an order in which each comes after those it refers to, so that they load with every constraint on.
"""

import asyncio
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg

from infra.errors import ConfigError

FORMAT = 1
MANIFEST = "manifest.json"
BLOCK = 1 << 20

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

TABLES = """
SELECT c.oid::int8 AS id, c.relname AS name,
       (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
       (SELECT coalesce(array_agg(DISTINCT k.confrelid::int8), '{}') FROM pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS needs
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a backup; `bytes` and `sha256` of its file."""

    name: str
    columns: list[str]
    rows: int
    bytes: int
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.name}.copy"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`at`: the moment the copy shows. `master_keys`: the ids that ENCRYPTION_KEYS must hold to read it, not the keys.

    `counters`: `table.column` → the last number given.
    """

    at: str
    revision: str
    tables: list[Table]
    counters: dict[str, int]
    master_keys: list[str]
    format: int = FORMAT
    redis: str = "not copied: it is only a cache and fills again by itself"
    documents: str = "in PostgreSQL, table stored_file"

    def save(self, folder: Path) -> None:
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


def load_manifest(folder: Path) -> Manifest:
    """ConfigError when the folder holds no backup, or one of a format this version does not know."""
    try:
        data: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ConfigError(f"{folder}: a backup of format {data['format']}, this version reads {FORMAT}")
        return Manifest(**{**data, "tables": [Table(**one) for one in data["tables"]]})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{folder} holds no readable backup ({type(error).__name__})") from error


async def verify(folder: Path, manifest: Manifest) -> None:
    """ConfigError naming the file that is missing or is not what the backup wrote."""
    for table in manifest.tables:
        path = folder / table.file
        if not path.is_file() or path.stat().st_size != table.bytes:
            raise ConfigError(f"{path} is missing or has another size: the backup is incomplete")
        if await asyncio.to_thread(_digest, path) != table.sha256:
            raise ConfigError(f"{path} is damaged: its checksum differs")


async def ordered_tables(connection: Connection) -> list[tuple[str, list[str]]]:
    """(name, columns) of every table of ours, each after those its foreign keys point to."""
    waiting = {row["id"]: row for row in await connection.fetch(TABLES)}
    ready: list[tuple[str, list[str]]] = []
    while waiting:
        free = [number for number, row in waiting.items() if not any(one in waiting for one in row["needs"])]
        if not free:
            raise ConfigError("tables refer to each other in a circle: " + ", ".join(_names(waiting)))
        ready += [(waiting[number]["name"], waiting[number]["columns"]) for number in free]
        for number in free:
            del waiting[number]
    return ready


class Sink:
    """Where a table's bytes go: counted and summed on the way."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")
        self._sum = hashlib.sha256()
        self.bytes = 0

    async def __call__(self, data: bytes) -> None:
        self._sum.update(data)
        self.bytes += len(data)
        self._file.write(data)

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()

    def close(self) -> None:
        self._file.close()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _names(rows: dict[int, asyncpg.Record]) -> list[str]:
    return sorted(row["name"] for row in rows.values())

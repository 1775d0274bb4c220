"""The ledger of erasures: who was forgotten and when, kept apart from the backups so that a restore repeats it.

One line of JSON each, `{"client": id, "created": time, "at": time}`, in DATA_DIR/erasures.jsonl: nothing personal.
"""

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg

from infra.errors import ConfigError

NAME = "erasures.jsonl"
FORGOTTEN = "SELECT id, created_at, forgotten_at AS at FROM client WHERE forgotten_at IS NOT NULL ORDER BY id"


@dataclass(frozen=True, slots=True)
class Erasure:
    """`created_at`, to the microsecond, tells a client from another of that number (elsewhere, or after a restore)."""

    client_id: int
    created_at: datetime
    at: datetime


def read(data_dir: Path) -> list[Erasure]:
    """Every erasure, oldest first. ConfigError when a line cannot be read: a ledger is never skipped in silence."""
    path = data_dir / NAME
    return _parse(path.read_text(encoding="utf-8"), path) if path.exists() else []


def due(rows: Sequence[asyncpg.Record], ledger: Sequence[Erasure]) -> set[int]:
    """Which of these clients (`id`, `created_at`) the ledger names."""
    named = {(one.client_id, one.created_at) for one in ledger}
    return {row["id"] for row in rows if (row["id"], row["created_at"]) in named}


def append(data_dir: Path, rows: Sequence[asyncpg.Record]) -> int:
    """Add clients (`id`, `created_at`, `at`) who are not there yet; on the disk at return. How many were added."""
    if not rows:
        return 0
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / NAME
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        known = due(rows, _parse(text.decode(), path))
        fresh = [Erasure(row["id"], row["created_at"], row["at"]) for row in rows if row["id"] not in known]
        file.seek(file.truncate(text.rfind(b"\n") + 1))  # less a line that a crash cut off: nobody was told it is there
        file.write("".join(map(_line, fresh)).encode())
        os.fsync(file.fileno())
    folder = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return len(fresh)


async def sync(connection: "asyncpg.Connection[asyncpg.Record]", data_dir: Path) -> int:
    """Add who was forgotten in the database (in the chat, or on another machine). How many were added."""
    return append(data_dir, await connection.fetch(FORGOTTEN, timeout=60))


def _line(one: Erasure) -> str:
    values = {"client": one.client_id, "created": one.created_at.isoformat(), "at": one.at.isoformat()}
    return json.dumps(values) + "\n"


def _parse(text: str, path: Path) -> list[Erasure]:
    found = []
    for number, line in enumerate(text.split("\n")[:-1], start=1):  # after the last line's end: nothing, or half a line
        try:
            entry = json.loads(line)
            created, at = datetime.fromisoformat(entry["created"]), datetime.fromisoformat(entry["at"])
            found.append(Erasure(int(entry["client"]), created, at))
        except (ValueError, KeyError, TypeError):
            raise ConfigError(f"{path}: line {number} is damaged") from None
    return found

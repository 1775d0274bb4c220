"""Files of conversations, sealed in PostgreSQL: what visitors send and what is sent to them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from infra.crypto import CryptoError, DataKey, key_id
from infra.database import Database
from infra.errors import NotFoundError

KeyById = Callable[[int], Awaitable[DataKey]]

APART = 256 * 1024
"""Bytes from which sealing and opening run in a thread: 20 MB would hold the loop for tens of milliseconds."""

INSERT = """
INSERT INTO stored_file (id, conversation_id, filename, content_type, size, body) VALUES ($1, $2, $3, $4, $5, $6)
"""
ABOUT = "SELECT id, conversation_id, filename, content_type, size FROM stored_file WHERE id = $1"
BODY = "SELECT body FROM stored_file WHERE id = $1"


@dataclass(frozen=True, slots=True)
class FileAbout:
    """A stored file without its bytes; `size` in bytes."""

    id: UUID
    conversation_id: int
    filename: str
    content_type: str
    size: int


async def store_file(
    connection: Any, conversation_id: int, key: DataKey, file_id: UUID, filename: str, content_type: str, body: bytes
) -> None:
    """Seal a file under its conversation's key and write it in the caller's transaction."""
    sealed = await _apart(len(body), key.seal, body, f"stored_file|{file_id}|body")
    name = key.seal_text(filename, f"stored_file|{file_id}|filename")
    await connection.execute(INSERT, file_id, conversation_id, name, content_type, len(body), sealed)


class Files:
    """Reads stored files back. `key` gives a data key by its id."""

    def __init__(self, db: Database, key: KeyById) -> None:
        self._db = db
        self._key = key

    async def about(self, file_id: UUID) -> FileAbout:
        """NotFoundError when there is none, or nobody may read it any more."""
        row = await self._db.pool.fetchrow(ABOUT, file_id)
        if row is None:
            raise NotFoundError("no such stored file")
        try:
            key = await self._key(key_id(row["filename"]))
            name = key.open_text(row["filename"], f"stored_file|{file_id}|filename")
        except CryptoError as error:
            raise NotFoundError("a stored file whose key is gone") from error
        return FileAbout(file_id, row["conversation_id"], name, row["content_type"], row["size"])

    async def body(self, file_id: UUID) -> bytes:
        """NotFoundError as above."""
        sealed = await self._db.pool.fetchval(BODY, file_id)
        if sealed is None:
            raise NotFoundError("no such stored file")
        try:
            key = await self._key(key_id(sealed))
            return await _apart(len(sealed), key.open, sealed, f"stored_file|{file_id}|body")
        except CryptoError as error:
            raise NotFoundError("a stored file whose key is gone") from error


async def _apart(size: int, work: Callable[[bytes, str], bytes], value: bytes, place: str) -> bytes:
    return work(value, place) if size < APART else await asyncio.to_thread(work, value, place)

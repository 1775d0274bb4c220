"""`python -m bot export CLIENT_ID`: everything held about a person as one JSON object, for their request under 152-ФЗ.

Merged records are one person. What managers noted about them is theirs too and stands in the transcript as author
"note". Nothing of anybody else: the managers appear by number only.
"""

import base64
import json
import sys
from datetime import datetime
from decimal import Decimal
from typing import Any

import asyncpg
import orjson

from bot.keys import Keys
from bot.ops.forget import family
from infra.crypto import CryptoError, key_id
from infra.database import Database
from infra.errors import NotFoundError
from infra.runtime import load_secrets, open_database
from infra.settings import Settings

GUIDE = {
    "person": "the records held about the person; several when records were merged; name, phone and e-mail",
    "identities": "how each channel knows the person",
    "consents": "every answer to a request for consent: which text, when, where",
    "leads": "what the person asked for, in their words, with prices in roubles and promises that somebody answers",
    "conversations": "transcript: who said what and when (author client, bot, manager; note: an internal note about "
    "the person). received: messages exactly as the channel delivered them. shown: what the site's widget showed. "
    "position: where the dialogue stands, with answers not yet sent. summary: what the assistant remembers of the part "
    "of a long talk that it does not reread",
    "files": "files of the conversations, their bytes in base64",
}
"""What the keys of the export mean; stands in it as "guide"."""

PATIENCE = 120.0
Row = dict[str, Any]

CLIENTS = """
SELECT id, name, phone, email, locale, warnings, muted_until, merged_into, forgotten_at, created_at
FROM client WHERE id = ANY($1) ORDER BY id
"""
IDENTITIES = """
SELECT a.channel, i.external_id, i.chat_id, i.blocked_at, i.created_at FROM identity i
JOIN account a ON a.id = i.account_id WHERE i.client_id = ANY($1) ORDER BY i.id
"""
CONSENTS = "SELECT kind, granted, text_version, channel, at FROM consent WHERE client_id = ANY($1) ORDER BY id"
LEADS = """
SELECT id, conversation_id, state, stage, package, configuration, total, monthly, price_version, task, deadline, budget,
       hot, owner_id AS manager, loss_reason, taken_at, closed_at, created_at, updated_at
FROM lead WHERE client_id = ANY($1) ORDER BY id
"""
HANDOFFS = """
SELECT reason, asked_at, deadline, step, taken_at, closed_at FROM handoff WHERE lead_id = $1 ORDER BY id
"""
CONVERSATIONS = """
SELECT c.id, a.channel, c.account_id, c.chat_id, c.position, c.created_at, c.active_at FROM conversation c
JOIN account a ON a.id = c.account_id WHERE c.client_id = ANY($1) ORDER BY c.id
"""
TRANSCRIPT = """
SELECT origin, n, author, body, message_id, created_at, edited_at, deleted_at FROM transcript
WHERE conversation_id = $1 ORDER BY created_at, origin, n
"""
SUMMARY = "SELECT body FROM talk_summary WHERE conversation_id = $1"
RECEIVED = "SELECT account_id, external_id, payload, received_at FROM inbox WHERE conversation_id = $1 ORDER BY seq"
SHOWN = "SELECT id, payload, created_at FROM site_event WHERE chat_id = $1 ORDER BY id"
FILES = """
SELECT f.id, f.conversation_id, f.filename, f.content_type, f.size, f.created_at, f.body FROM stored_file f
JOIN conversation c ON c.id = f.conversation_id WHERE c.client_id = ANY($1) ORDER BY f.created_at, f.id
"""


class Exporter:
    """Opens what is sealed, each value under the key it names."""

    def __init__(self, db: Database, keys: Keys) -> None:
        self._db = db
        self._keys = keys

    async def person(self, client_id: int) -> Row:
        """Everything held, as JSON-ready values. NotFoundError when there is no such client, or they were forgotten."""
        clients = await family(self._db, client_id)
        rows = await self._fetch(CLIENTS, clients)
        gone = [row["forgotten_at"] for row in rows if row["forgotten_at"] is not None]
        if len(gone) == len(rows):
            raise NotFoundError(f"client {client_id} was forgotten at {max(gone).isoformat()}; nothing is left")
        return {
            "guide": GUIDE,
            "person": [await self._client(row) for row in rows],
            "identities": [dict(row) for row in await self._fetch(IDENTITIES, clients)],
            "consents": [dict(row) for row in await self._fetch(CONSENTS, clients)],
            "leads": [await self._lead(row) for row in await self._fetch(LEADS, clients)],
            "conversations": [await self._conversation(row) for row in await self._fetch(CONVERSATIONS, clients)],
            "files": [await self._file(row) for row in await self._fetch(FILES, clients)],
        }

    async def _client(self, row: asyncpg.Record) -> Row:
        texts = {one: await self._text(row[one], f"client|{row['id']}|{one}") for one in ("name", "phone", "email")}
        return {**row, **texts}

    async def _lead(self, row: asyncpg.Record) -> Row:
        where = f"lead|{row['conversation_id']}"
        texts = {one: await self._text(row[one], f"{where}|{one}") for one in ("task", "deadline", "budget")}
        handoffs = [dict(one) for one in await self._fetch(HANDOFFS, row["id"])]
        return {**row, **texts, "handoffs": handoffs}

    async def _conversation(self, row: asyncpg.Record) -> Row:
        number = row["id"]
        received = [
            {
                "at": one["received_at"],
                "message": await self._json(one["payload"], f"inbox|{one['account_id']}|{one['external_id']}|payload"),
            }
            for one in await self._fetch(RECEIVED, number)
        ]
        shown = [
            {"at": one["created_at"], "event": await self._json(one["payload"], _event(row["chat_id"], one["id"]))}
            for one in (await self._fetch(SHOWN, row["chat_id"]) if row["channel"] == "site" else ())
        ]
        summary = [one["body"] for one in await self._fetch(SUMMARY, number)]
        return {
            "id": number,
            "channel": row["channel"],
            "created_at": row["created_at"],
            "active_at": row["active_at"],
            "position": await self._json(row["position"], f"conversation|{number}|position"),
            "transcript": [await self._line(number, one) for one in await self._fetch(TRANSCRIPT, number)],
            "summary": await self._text(summary[0], f"talk_summary|{number}|body") if summary else None,
            "received": received,
            "shown": shown,
        }

    async def _line(self, number: int, row: asyncpg.Record) -> Row:
        return {
            "at": row["created_at"],
            "author": row["author"],
            "internal": row["author"] == "note",
            "text": await self._text(row["body"], f"transcript|{number}|{row['origin']}|{row['n']}|body"),
            "edited_at": row["edited_at"],
            "deleted_at": row["deleted_at"],
        }

    async def _file(self, row: asyncpg.Record) -> Row:
        body = await self._open(row["body"], f"stored_file|{row['id']}|body")
        return {
            "conversation_id": row["conversation_id"],
            "filename": await self._text(row["filename"], f"stored_file|{row['id']}|filename"),
            "content_type": row["content_type"],
            "size": row["size"],
            "created_at": row["created_at"],
            "base64": None if body is None else base64.b64encode(body).decode(),
        }

    async def _fetch(self, query: str, *values: Any) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await self._db.pool.fetch(query, *values, timeout=PATIENCE)
        return rows

    async def _open(self, sealed: bytes | None, place: str) -> bytes | None:
        """None for what cannot be read: a record of the person that was forgotten before."""
        if sealed is None:
            return None
        try:
            return (await self._keys.get(key_id(sealed))).open(sealed, place)
        except CryptoError:
            return None

    async def _text(self, sealed: bytes | None, place: str) -> str | None:
        plain = await self._open(sealed, place)
        return None if plain is None else plain.decode()

    async def _json(self, sealed: bytes | None, place: str) -> Any:
        plain = await self._open(sealed, place)
        return None if plain is None else orjson.loads(plain)


def _event(chat_id: int, number: int) -> str:
    return f"site_event|{chat_id}|{number}|payload"


def as_json(value: Row) -> str:
    """Readable JSON: two spaces, Cyrillic as it is, times in ISO 8601, money as decimal strings."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not expected in an export")


async def export(settings: Settings, client_id: int) -> int:
    async with open_database(settings) as db:
        ring, _ = load_secrets(settings)
        keys = Keys(db, ring)
        await keys.start()
        found = await Exporter(db, keys).person(client_id)
    sys.stdout.write(as_json(found) + "\n")
    return 0

"""People with everything the system may hold about them, written by the system's own parts."""

import asyncio
import base64
import os
import uuid
from dataclasses import dataclass

import orjson

from adapters.channel import SITE_ACCOUNT, Inbound
from adapters.site import eventlog
from adapters.site.files import store_file
from bot.inbox import Intake
from bot.keys import Keys
from infra.database import Database

TELEGRAM = 42
MASTER = os.urandom(32)
JWT_SECRET = "a secret of at least thirty-two characters"


def setting(*masters: tuple[str, bytes]) -> str:
    """ENCRYPTION_KEYS, newest first."""
    return ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in masters)


@dataclass(frozen=True, slots=True)
class Person:
    """A client who wrote, left contacts and a file, and was noted about; every text of theirs holds `word`."""

    client_id: int
    conversation_id: int
    chat_id: int
    key_id: int
    word: str


class People:
    def __init__(self, db: Database, keys: Keys) -> None:
        self.db = db
        self.keys = keys
        self.intake = Intake(db, keys)

    async def accounts(self) -> None:
        await self.db.pool.execute(
            "INSERT INTO account (id, channel, external_id) VALUES ($1, 'telegram', '42'), ($2, 'site', 'site')",
            TELEGRAM,
            SITE_ACCOUNT,
        )

    async def arrive(self, word: str) -> int:
        """First contact over the site; the conversation's id."""
        number = str(uuid.uuid4())
        inbound = Inbound(
            account_id=SITE_ACCOUNT,
            external_id=f"{number}:1",
            chat=number,
            payload=orjson.dumps({"id": "1", "text": f"Здравствуйте, {word}"}),
            sender_id=7,
        )
        return (await self.intake.accept(inbound, "trace")).conversation_id

    async def person(self, word: str) -> Person:
        number = await self.arrive(word)
        row = await self.db.pool.fetchrow("SELECT client_id, chat_id, key_id FROM conversation WHERE id = $1", number)
        assert row is not None
        client, chat, key = row["client_id"], row["chat_id"], await self.keys.get(row["key_id"])
        ring = self.keys.ring
        sealed = [key.seal_text(f"{word} {name}", f"client|{client}|{name}") for name in ("name", "phone", "email")]
        async with self.db.pool.acquire() as c, c.transaction():
            await c.execute(
                """UPDATE client SET name = $2, phone = $3, email = $4, phone_hash = $5, email_hash = $6
                   WHERE id = $1""",
                client,
                *sealed,
                ring.lookup("phone", word),
                ring.lookup("email", word),
            )
            lead = await c.fetchval(
                """INSERT INTO lead (client_id, conversation_id, task, total, configuration)
                   VALUES ($1, $2, $3, 286000, $4) RETURNING id""",
                client,
                number,
                key.seal_text(f"{word}: нужен чат-бот", f"lead|{number}|task"),
                {"package": "chatbot"},
            )
            await c.execute(
                "INSERT INTO handoff (lead_id, reason, asked_at, deadline) VALUES ($1, 'asked', now(), now())", lead
            )
            await c.execute(
                """INSERT INTO consent (client_id, kind, granted, text_version, channel, at)
                   VALUES ($1, 'personal_data', true, '1', 'site', now())""",
                client,
            )
            for n, author in enumerate(("client", "bot", "manager", "note")):
                body = key.seal_text(f"{word} {author}", f"transcript|{number}|t1|{n}|body")
                await c.execute(
                    "INSERT INTO transcript (conversation_id, origin, n, author, body) VALUES ($1, 't1', $2, $3, $4)",
                    number,
                    n,
                    author,
                    body,
                )
            event = await eventlog.take(c, chat)
            await eventlog.write(c, chat, event, key, {"type": "message", "message": event, "text": word})
            await store_file(c, number, key, uuid.uuid4(), f"{word}.txt", "text/plain", word.encode())
            position = key.seal(orjson.dumps({"version": 1, "slots": {}}), f"conversation|{number}|position")
            await c.execute("UPDATE conversation SET position = $2 WHERE id = $1", number, position)
            await c.execute(
                "INSERT INTO job (kind, payload, run_at) VALUES ('client.remind', $1, now())",
                {"conversation_id": number},
            )
            await c.execute(
                """INSERT INTO outgoing (job_id, n, account_id, chat_id, method, digest, state)
                   VALUES ($1, 0, $2, $3, 'SendMessage', '', 'sent')""",
                number,
                SITE_ACCOUNT,
                chat,
            )
        return Person(client, number, chat, key.id, word)


async def run(*arguments: str) -> int:
    """`python -m bot …` as the operator types it, on a loop of its own."""
    from bot.__main__ import main

    return await asyncio.to_thread(main, list(arguments))

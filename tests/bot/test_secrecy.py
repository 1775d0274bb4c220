"""What a client says and who they are stands nowhere in plain: not in PostgreSQL, not in Redis, not in a log."""

import asyncpg
import orjson
import pytest
import redis.asyncio as redis

from infra.embedded import Attachment
from tests.harness import Desk, SiteClient, TelegramClient, World

NAME = "Евдокия"
SAID = ("чебурашковый магазин", "+79031234567", "903", "1234567", "evdokia.secret@example.ru", NAME)
HIDDEN = ("чебурашковый", "9031234567", "evdokia.secret@example.ru", NAME)


async def everything(url: str) -> dict[str, bytes]:
    """Each table's contents, every column as it is stored."""
    connection = await asyncpg.connect(url)
    try:
        found = {}
        for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            rows = await connection.fetch(f"SELECT * FROM {row['tablename']}")
            found[row["tablename"]] = b"\n".join(
                value if isinstance(value, bytes) else str(value).encode() for one in rows for value in one.values()
            )
        return found
    finally:
        await connection.close()


def spellings(text: str) -> set[bytes]:
    """The ways in which a text may stand somewhere."""
    return {text.encode(), text.encode("utf-16-le"), orjson.dumps(text)[1:-1], ascii(text)[1:-1].encode()}


async def test_a_talk_is_found_nowhere_in_plain(
    own_world: World, servers: Attachment, capfd: pytest.CaptureFixture[str]
) -> None:
    person = TelegramClient(own_world, name=NAME)
    visitor = await SiteClient(own_world).open()
    for one in (person, visitor):
        await one.send("Сколько стоит чат-бот для магазина? У нас чебурашковый магазин")
        await one.send(f"Меня зовут {NAME}, телефон +7 903 123-45-67, почта evdokia.secret@example.ru")
        await one.send("Позовите человека")
    await visitor.upload("чебурашковый.txt", "чебурашковый план".encode(), "text/plain")
    await Desk(own_world).messages()
    await own_world.app.storage.flush()
    contents = await everything(own_world.app.db.url)
    assert len(contents["inbox"]) > 1000, "the talk was stored"
    cache = redis.Redis.from_url(servers.redis_url)
    kept = [key + b" " + (await cache.dump(key) or b"") for key in await cache.keys("*")]
    await cache.aclose()
    out, err = capfd.readouterr()
    contents["redis"], contents["logs"] = b"\n".join(kept), (out + err).encode()
    found = {
        (place, text) for place, body in contents.items() for text in HIDDEN for one in spellings(text) if one in body
    }
    assert found == set()
    ids = {str(person.user).encode(), visitor.visitor.encode()}
    assert not {(place, one) for place in ("redis", "logs") for one in ids if one in contents[place]}


SEALED = """SELECT table_name, column_name FROM information_schema.columns
            WHERE data_type = 'bytea' AND table_schema = 'public'"""
PLAIN = {
    ("data_key", "wrapped"),
    ("kb_document", "content_hash"),
    ("kb_chunk", "text_hash"),
    ("kb_embedding", "text_hash"),
    ("outgoing", "digest"),
    ("client", "phone_hash"),
    ("client", "email_hash"),
    ("desk_topic", "card_digest"),
    ("desk_topic", "title_digest"),
}
"""Wrapped keys and keyed hashes; everything else that is bytes is a ciphertext."""


async def test_every_column_of_bytes_holds_ciphertexts(own_world: World) -> None:
    person = TelegramClient(own_world, name=NAME)
    await person.send("Сколько стоит чат-бот?")
    await person.send(f"Меня зовут {NAME}, телефон +7 903 123-45-67")
    pool = own_world.app.db.pool
    columns = [(row["table_name"], row["column_name"]) for row in await pool.fetch(SEALED)]
    filled = set()
    for table, column in columns:
        if (table, column) in PLAIN:
            continue
        for row in await pool.fetch(f"SELECT {column} AS value FROM {table} WHERE {column} IS NOT NULL"):
            filled.add((table, column))
            assert row["value"][:1] == b"\x01", (table, column)
            assert len(row["value"]) >= 37, (table, column)
    assert {("inbox", "payload"), ("transcript", "body"), ("conversation", "position")} <= filled

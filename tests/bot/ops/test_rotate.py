"""Rotation of master keys: from a new key in front to the old one removed, beside a system at work."""

import asyncio
import os

import asyncpg
import pytest

from bot.keys import Keys
from bot.ops.export import Exporter, as_json
from bot.ops.forget import forget_person
from bot.ops.rotate import rewrap_all
from infra.crypto import Keyring, MasterKeyMissing
from infra.database import Database
from tests.bot.ops.ops_kit import JWT_SECRET, MASTER, People, run, setting

SECOND = os.urandom(32)


def both() -> Keyring:
    return Keyring([("second", SECOND), ("first", MASTER)], JWT_SECRET.encode())


async def test_after_rotation_the_old_master_key_can_leave_the_setting(
    people: People, db: Database, keyring: Keyring
) -> None:
    anna = await people.person("Аннушка")
    before = as_json(await Exporter(db, people.keys).person(anna.client_id))
    hashed, link = keyring.lookup("phone", "Аннушка"), keyring.derive("documents")

    assert await rewrap_all(db, both()) == 0

    alone = Keyring([("second", SECOND)], JWT_SECRET.encode())
    keys = Keys(db, alone)
    await keys.start()
    assert as_json(await Exporter(db, keys).person(anna.client_id)) == before
    assert alone.lookup("phone", "Аннушка") == hashed
    found = await db.pool.fetchval("SELECT id FROM client WHERE phone_hash = $1", alone.lookup("phone", "Аннушка"))
    assert found == anna.client_id
    assert alone.derive("documents") == link
    with pytest.raises(MasterKeyMissing, match="'second' is not among ENCRYPTION_KEYS"):
        await Keys(db, keyring).get(anna.key_id)


async def test_rotation_goes_on_while_people_write_and_are_forgotten(
    people: People, db: Database, tmp_path: os.PathLike[str]
) -> None:
    from pathlib import Path

    before = [await people.arrive(str(number)) for number in range(40)]
    gone = await people.person("Ушедший")
    working = Keys(db, both())  # the running system was restarted with the new key in front
    await working.start()
    writers, done = People(db, working), asyncio.Event()

    async def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            await writers.arrive(f"новый {number}")

    async with asyncio.TaskGroup() as group:
        group.create_task(write())
        group.create_task(forget_person(db, working, Path(tmp_path), gone.client_id))
        told: list[tuple[int, int]] = []
        remaining = await rewrap_all(db, both(), lambda done, total: told.append((done, total)), batch=5)
        done.set()

    assert remaining == 0
    assert len(told) >= 8
    assert [one for one, _ in told] == sorted(one for one, _ in told)
    assert await db.pool.fetchval("SELECT wrapped FROM data_key WHERE id = $1", gone.key_id) is None
    keys = Keys(db, Keyring([("second", SECOND)]))
    await keys.start()
    rows = await db.pool.fetch("SELECT id, key_id FROM conversation WHERE client_id <> $1", gone.client_id)
    assert {row["id"] for row in rows} >= set(before)
    assert len(rows) > len(before)
    for row in rows:
        assert (await keys.get(row["key_id"])).id == row["key_id"]


async def test_an_interrupted_rotation_goes_on_with_what_remains(people: People, db: Database) -> None:
    for number in range(12):
        await people.arrive(str(number))

    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        await rewrap_all(db, both(), stop, batch=5)
    told: list[tuple[int, int]] = []
    assert await rewrap_all(db, both(), lambda done, total: told.append((done, total)), batch=5) == 0
    assert told[-1] == (9, 9)  # twelve people and the installation's two, less the five of the first batch


async def test_keys_of_a_process_with_the_older_setting_are_reported_as_remaining(
    people: People, command: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await people.arrive("раз")
    monkeypatch.setenv("ENCRYPTION_KEYS", setting(("second", SECOND), ("first", MASTER)))
    assert await run("rotate-keys") == 0
    assert "3 of 3 keys\nevery data key is under 'second'" in capsys.readouterr().out
    await people.arrive("два")
    monkeypatch.setenv("ENCRYPTION_KEYS", setting(("second", SECOND)))
    assert await run("rotate-keys") == 1
    assert "master key 'first' is not among ENCRYPTION_KEYS" in capsys.readouterr().err


async def test_hashes_made_before_the_key_of_hashes_was_stored_still_find_their_person(
    people: People, db: Database, database_url: str
) -> None:
    import hashlib
    import hmac

    anna = await people.person("Аннушка")
    old_key = hmac.digest(MASTER, b"lookup", "sha256")
    old = hmac.digest(old_key, "phone|Аннушка".encode(), hashlib.sha256)[:16]
    connection = await asyncpg.connect(database_url)
    await connection.execute("DELETE FROM data_key WHERE purpose = 'lookup'")
    await connection.execute("UPDATE client SET phone_hash = $1 WHERE id = $2", old, anna.client_id)
    await connection.close()

    keys = Keys(db, both())
    await keys.start()
    assert keys.ring.lookup("phone", "Аннушка") == old

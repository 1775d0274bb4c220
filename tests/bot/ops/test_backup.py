"""Backup and restore: what comes back is what was there, whole or not at all, less whoever was forgotten since."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.keys import Keys
from bot.ops.backup import write_backup
from bot.ops.export import Exporter, as_json
from bot.ops.forget import forget_person
from bot.ops.restore import GAP, forget_again, restore_backup
from infra.crypto import Keyring
from infra.database import Database
from infra.errors import ConfigError
from infra.migrate import current_revision, migrate, newest_revision
from tests.bot.ops.ops_kit import People, run

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


async def rows_of(url: str) -> dict[str, list[Any]]:
    """Every row of every table as text; the events' counters apart, which go on with a gap."""
    connection = await asyncpg.connect(url)
    try:
        return {
            name: [row[0] for row in await connection.fetch(f"SELECT t::text FROM {name} t ORDER BY 1")]
            for (name,) in await connection.fetch(TABLES)
            if name != "site_visitor"
        }
    finally:
        await connection.close()


async def exported(url: str, ring: Keyring, client_id: int) -> str:
    db = await Database.open(url, pool_size=2)
    try:
        keys = Keys(db, ring)
        await keys.start()
        return as_json(await Exporter(db, keys).person(client_id))
    finally:
        await db.close()


async def test_a_restored_database_answers_as_the_original(
    people: People, database_url: str, empty_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    anna = await people.person("Аннушка")
    await people.db.pool.execute("INSERT INTO kb_collection (name) VALUES ('main')")

    manifest = await write_backup(database_url, tmp_path / "copy", tmp_path)
    await restore_backup(empty_url, tmp_path / "copy", tmp_path, keyring)

    assert await rows_of(empty_url) == await rows_of(database_url)
    assert sum(table.rows for table in manifest.tables) > 15
    assert await exported(empty_url, keyring, anna.client_id) == await exported(database_url, keyring, anna.client_id)
    connection = await asyncpg.connect(empty_url)
    fresh = await connection.fetchval("INSERT INTO data_key (purpose) VALUES ('client') RETURNING id")
    await connection.close()
    assert fresh > max(anna.key_id, GAP)


async def test_no_key_stands_in_a_backup_and_nothing_personal_can_be_read_there(
    people: People, database_url: str, tmp_path: Path
) -> None:
    await people.person("Аннушка")
    await write_backup(database_url, tmp_path / "copy", tmp_path)
    files = list((tmp_path / "copy").iterdir())
    assert not any("Аннушка".encode() in file.read_bytes() for file in files)
    assert json.loads((tmp_path / "copy" / "manifest.json").read_text())["master_keys"] == ["first"]
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o700


async def test_a_backup_taken_while_people_write_is_one_consistent_moment(
    people: People, database_url: str, empty_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    done = asyncio.Event()

    async def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            await people.arrive(str(number))

    async with asyncio.TaskGroup() as group:
        group.create_task(write())
        for number in range(3):
            await write_backup(database_url, tmp_path / f"copy{number}", tmp_path)
        done.set()
    await restore_backup(empty_url, tmp_path / "copy2", tmp_path, keyring)

    connection = await asyncpg.connect(empty_url)
    counts = [
        await connection.fetchval(query)
        for query in (
            "SELECT count(*) FROM conversation",
            "SELECT count(*) FROM inbox",
            "SELECT coalesce(sum(pending), 0) FROM conversation",
            "SELECT count(*) FROM data_key WHERE purpose = 'client'",
        )
    ]
    await connection.close()
    talks, messages, waiting, people_keys = counts
    assert (talks, messages) == (people_keys, waiting), counts
    assert 0 <= talks - messages <= 1, "first contact and its message are two transactions of one writer"
    assert messages > 0


async def test_an_erased_person_stays_erased_after_an_older_backup(
    people: People, database_url: str, empty_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    anna, boris = await people.person("Аннушка"), await people.person("Борисыч")
    before = await exported(database_url, keyring, boris.client_id)
    await write_backup(database_url, tmp_path / "copy", tmp_path)
    await forget_person(people.db, people.keys, tmp_path, anna.client_id)

    await restore_backup(empty_url, tmp_path / "copy", tmp_path, keyring)
    connection = await asyncpg.connect(empty_url)
    wrapped = "SELECT wrapped FROM data_key WHERE id = $1"
    assert await connection.fetchval(wrapped, anna.key_id) is None, "gone before anything else happens"
    assert await connection.fetchval(wrapped, boris.key_id) is not None

    assert await forget_again(empty_url, tmp_path, keyring) == 1
    assert await connection.fetchval("SELECT name FROM client WHERE id = $1", anna.client_id) is None
    assert await connection.fetchval("SELECT phone_hash FROM client WHERE id = $1", anna.client_id) is None
    await connection.close()
    assert await exported(empty_url, keyring, boris.client_id) == before


async def test_the_ledger_of_another_installation_erases_nobody_here(
    people: People, database_url: str, empty_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    anna = await people.person("Аннушка")
    await write_backup(database_url, tmp_path / "copy", tmp_path)
    foreign = {"client": anna.client_id, "created": "2026-01-01T00:00:00+00:00", "at": "2030-01-01T00:00:00+00:00"}
    (tmp_path / "erasures.jsonl").write_text(json.dumps(foreign) + "\n")

    await restore_backup(empty_url, tmp_path / "copy", tmp_path, keyring)

    assert await forget_again(empty_url, tmp_path, keyring) == 0
    assert "Аннушка" in await exported(empty_url, keyring, anna.client_id)


async def test_who_was_forgotten_in_the_database_that_is_replaced_stays_forgotten(
    people: People, database_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    anna, boris = await people.person("Аннушка"), await people.person("Борисыч")
    await write_backup(database_url, tmp_path / "copy", tmp_path)
    await forget_person(people.db, people.keys, tmp_path / "another machine", anna.client_id)
    await people.db.close()

    with pytest.raises(ConfigError, match="not empty: --force"):
        await restore_backup(database_url, tmp_path / "copy", tmp_path, keyring)
    await restore_backup(database_url, tmp_path / "copy", tmp_path, keyring, force=True)

    assert await forget_again(database_url, tmp_path, keyring) == 1
    assert "Борисыч" in await exported(database_url, keyring, boris.client_id)


async def test_restore_refuses_a_database_in_use_and_a_damaged_backup_before_touching_anything(
    people: People, database_url: str, empty_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    await people.person("Аннушка")
    copy = tmp_path / "copy"
    await write_backup(database_url, copy, tmp_path)
    with pytest.raises(ConfigError, match="exists: a backup is never written over"):
        await write_backup(database_url, copy, tmp_path)
    with pytest.raises(ConfigError, match="in use"):
        await restore_backup(database_url, copy, tmp_path, keyring, force=True)
    with pytest.raises(ConfigError, match="lacks the master keys of this backup: first"):
        await restore_backup(empty_url, copy, tmp_path, Keyring([("other", os.urandom(32))]))
    damaged = bytearray((copy / "client.copy").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (copy / "client.copy").write_bytes(damaged)
    with pytest.raises(ConfigError, match="its checksum differs"):
        await restore_backup(empty_url, copy, tmp_path, keyring)
    (copy / "client.copy").unlink()
    with pytest.raises(ConfigError, match="the backup is incomplete"):
        await restore_backup(empty_url, copy, tmp_path, keyring)
    with pytest.raises(ConfigError, match="holds no readable backup"):
        await restore_backup(empty_url, tmp_path, tmp_path, keyring)
    assert await current_revision(empty_url) is None
    assert os.listdir(tmp_path) == ["copy"]


async def test_a_backup_of_an_older_schema_comes_back_at_the_current_one(
    empty_url: str, database_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    await migrate(empty_url, "0002")
    connection = await asyncpg.connect(empty_url)
    await connection.execute("INSERT INTO account (id, channel, external_id) VALUES (42, 'telegram', '42')")
    await connection.close()
    assert (await write_backup(empty_url, tmp_path / "copy", tmp_path)).revision == "0002"

    await restore_backup(database_url, tmp_path / "copy", tmp_path, keyring)

    assert await current_revision(database_url) == newest_revision()
    connection = await asyncpg.connect(database_url)
    assert await connection.fetchval("SELECT external_id FROM account") == "42"
    await connection.close()


async def test_the_commands_answer_in_the_operators_shell(
    people: People, command: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await people.person("Аннушка")
    assert await run("backup", str(tmp_path / "copy")) == 0
    assert "not in it: master keys first" in capsys.readouterr().out
    assert await run("restore", str(tmp_path / "copy")) == 1
    assert "the database is in use" in capsys.readouterr().err
    await people.db.close()
    assert await run("restore", str(tmp_path / "copy"), "--force") == 0
    assert "forgotten again by the ledger of erasures: 0" in capsys.readouterr().out

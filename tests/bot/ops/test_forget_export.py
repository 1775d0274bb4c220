"""A person's rights: a copy of everything held about them and of nobody else, and erasure for good."""

import base64
import json
from pathlib import Path

import pytest

from bot.keys import Keys
from bot.ops import erasures
from bot.ops.export import Exporter, as_json
from bot.ops.forget import forget_person
from infra.crypto import CryptoError
from infra.database import Database
from infra.errors import ConfigError, NotFoundError
from tests.bot.ops.ops_kit import TELEGRAM, People, run


async def test_an_export_holds_everything_that_was_said_and_nothing_of_the_neighbour(
    people: People, db: Database, keys: Keys
) -> None:
    anna, boris = await people.person("Аннушка"), await people.person("Борисыч")

    found = json.loads(as_json(await Exporter(db, keys).person(anna.client_id)))

    (client,) = found["person"]
    assert [client[name] for name in ("name", "phone", "email")] == ["Аннушка name", "Аннушка phone", "Аннушка email"]
    assert [one["channel"] for one in found["identities"]] == ["site"]
    assert [one["granted"] for one in found["consents"]] == [True]
    (lead,) = found["leads"]
    assert lead["task"] == "Аннушка: нужен чат-бот"
    assert (lead["total"], lead["handoffs"][0]["reason"]) == ("286000.00", "asked")
    (talk,) = found["conversations"]
    assert [(line["author"], line["text"], line["internal"]) for line in talk["transcript"]] == [
        ("client", "Аннушка client", False),
        ("bot", "Аннушка bot", False),
        ("manager", "Аннушка manager", False),
        ("note", "Аннушка note", True),
    ]
    assert talk["received"][0]["message"]["text"] == "Здравствуйте, Аннушка"
    assert talk["shown"][0]["event"]["text"] == "Аннушка"
    (file,) = found["files"]
    assert (file["filename"], base64.b64decode(file["base64"]).decode()) == ("Аннушка.txt", "Аннушка")
    assert set(found) == {"guide", *found["guide"]}
    assert boris.word not in as_json(found)


async def test_a_forgotten_person_leaves_nothing_readable(
    people: People, db: Database, keys: Keys, tmp_path: Path
) -> None:
    anna, boris = await people.person("Аннушка"), await people.person("Борисыч")
    before = as_json(await Exporter(db, keys).person(boris.client_id))
    await db.pool.execute(  # a number that a channel gave is personal; the site's own says nothing of anybody
        "INSERT INTO identity (account_id, external_id, chat_id, client_id) VALUES ($1, '777', 777, $2)",
        TELEGRAM,
        anna.client_id,
    )

    assert await forget_person(db, keys, tmp_path, anna.client_id) == [anna.client_id]

    with pytest.raises(CryptoError, match="destroyed"):
        await Keys(db, keys.ring).get(anna.key_id)
    client = await db.pool.fetchrow("SELECT * FROM client WHERE id = $1", anna.client_id)
    assert client is not None
    assert client["forgotten_at"] is not None
    assert [client[name] for name in ("name", "phone", "phone_hash", "email", "email_hash")] == [None] * 5
    assert await db.pool.fetchval("SELECT position FROM conversation WHERE id = $1", anna.conversation_id) is None
    for query in (
        "SELECT count(*) FROM identity WHERE client_id = $1 AND external_id = chat_id::text",
        """SELECT count(*) FROM job WHERE (payload->>'conversation_id')::bigint IN
           (SELECT id FROM conversation WHERE client_id = $1)""",
        "SELECT count(*) FROM stored_file JOIN conversation c ON c.id = conversation_id WHERE client_id = $1",
        """SELECT count(*) FROM inbox JOIN conversation c ON c.id = conversation_id
           WHERE client_id = $1 AND sender_id <> 0""",
    ):
        assert await db.pool.fetchval(query, anna.client_id) == 0, query
    for query in (
        "SELECT count(*) FROM site_event WHERE chat_id = $1",
        "SELECT count(*) FROM site_visitor WHERE chat_id = $1",
        "SELECT count(*) FROM outgoing WHERE chat_id = $1",
    ):
        assert await db.pool.fetchval(query, anna.chat_id) == 0, query
    with pytest.raises(NotFoundError, match="was forgotten"):
        await Exporter(db, keys).person(anna.client_id)
    assert as_json(await Exporter(db, keys).person(boris.client_id)) == before


async def test_forgetting_takes_the_merged_records_along_and_may_be_repeated(
    people: People, db: Database, keys: Keys, tmp_path: Path
) -> None:
    one, two, other = [await people.person(word) for word in ("Первый", "Второй", "Третий")]
    await db.pool.execute("UPDATE client SET merged_into = $1 WHERE id = $2", one.client_id, two.client_id)

    for _ in range(2):
        assert await forget_person(db, keys, tmp_path, two.client_id) == [one.client_id, two.client_id]

    alive = await db.pool.fetch("SELECT id FROM client WHERE forgotten_at IS NULL")
    assert [row["id"] for row in alive] == [other.client_id]
    assert [line.client_id for line in erasures.read(tmp_path)] == [one.client_id, two.client_id]
    assert (tmp_path / "erasures.jsonl").stat().st_mode & 0o777 == 0o600


async def test_a_ledger_survives_a_line_cut_off_and_refuses_a_damaged_one(
    people: People, db: Database, keys: Keys, tmp_path: Path
) -> None:
    anna = await people.person("Аннушка")
    ledger = tmp_path / "erasures.jsonl"
    ledger.write_text('{"client": 1, "crea')

    await forget_person(db, keys, tmp_path, anna.client_id)
    assert [line.client_id for line in erasures.read(tmp_path)] == [anna.client_id]

    ledger.write_text("{}\n" + ledger.read_text())
    with pytest.raises(ConfigError, match="line 1 is damaged"):
        erasures.read(tmp_path)


async def test_the_commands_answer_in_the_operators_shell(
    people: People, command: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    anna = await people.person("Аннушка")

    assert await run("export", str(anna.client_id)) == 0
    assert json.loads(capsys.readouterr().out)["leads"][0]["task"] == "Аннушка: нужен чат-бот"
    assert await run("forget", str(anna.client_id)) == 0
    assert "key destroyed" in capsys.readouterr().out
    assert await run("forget", "999999") == 1
    assert capsys.readouterr().err == "error: there is no client 999999\n"
    assert (Path(command["DATA_DIR"]) / "erasures.jsonl").is_file()

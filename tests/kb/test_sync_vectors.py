"""Vectors of a collection: paid for once, whole after a failure, gone with their model."""

import asyncio
from pathlib import Path

import pytest

from infra.database import Database
from kb import store, vectors
from kb.sync import sync_folder
from tests.kb.conftest import Vendor


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(6):
        write(tmp_path, number, f"Первый раздел статьи {number}.", f"Второй раздел статьи {number}.")
    return tmp_path


def write(folder: Path, number: int, *sections: str) -> None:
    parts = [f"# Статья {number}\n"] + [f"## Раздел {n}\n\n{text}\n" for n, text in enumerate(sections)]
    (folder / f"{number}.md").write_text("\n".join(parts), encoding="utf-8")


async def stored(db: Database) -> tuple[int, int, str | None]:
    row = await db.pool.fetchrow(
        "SELECT count(*), count(embedding), (SELECT embedding_model FROM kb_collection) FROM kb_chunk"
    )
    assert row is not None
    return row[0], row[1], row[2]


async def test_every_chunk_gets_its_vector_and_is_paid_for_once(db: Database, folder: Path, vendor: Vendor) -> None:
    embedder = vendor.embedder()
    report = await sync_folder(db, folder, embedder=embedder)
    assert (report.added, report.chunks, report.vectors, report.missing) == (6, 12, 12, 0)
    assert await stored(db) == (12, 12, "text-embedding-3-small")
    assert "Статья 3 › Раздел 1\nВторой раздел статьи 3." in vendor.texts
    before = len(vendor.texts)
    write(folder, 3, "Первый раздел статьи 3.", "Совсем другой текст.")
    report = await sync_folder(db, folder, embedder=embedder)
    assert (report.changed, report.unchanged, report.missing) == (1, 5, 0)
    assert vendor.texts[before:] == ["Статья 3 › Раздел 1\nСовсем другой текст."]
    await sync_folder(db, folder, embedder=embedder)
    assert len(vendor.texts) == before + 1
    await embedder.close()


async def test_a_vector_is_that_of_its_own_chunk(db: Database, folder: Path, vendor: Vendor) -> None:
    embedder = vendor.embedder()
    await sync_folder(db, folder, embedder=embedder)
    (wanted,) = await embedder.embed(["Статья 4 › Раздел 0\nПервый раздел статьи 4."])
    await embedder.close()
    row = await db.pool.fetchrow(
        """SELECT text, embedding <=> $1::real[]::halfvec AS distance FROM kb_chunk
           ORDER BY embedding <=> $1::real[]::halfvec LIMIT 1""",
        wanted,
    )
    assert row is not None
    assert row["text"] == "Первый раздел статьи 4."
    assert row["distance"] < 0.001


async def test_a_failure_half_way_costs_nothing_twice(
    db: Database, folder: Path, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "BATCH", 4)
    monkeypatch.setattr(vectors, "AT_ONCE", 1)
    embedder = vendor.embedder()
    vendor.openai.replies.write(
        {"replies": [{"endpoint": "embeddings", "delay": 0.01}, {"endpoint": "embeddings", "fault": "quota"}]}
    )
    report = await sync_folder(db, folder, embedder=embedder)
    assert (report.added, report.chunks, report.vectors, report.missing) == (6, 12, 4, 8)
    assert report.embedding_error is not None
    assert "insufficient_quota" in report.embedding_error
    assert len(vendor.texts) == 4
    report = await sync_folder(db, folder, embedder=embedder)
    await embedder.close()
    assert (report.unchanged, report.vectors, report.missing, report.embedding_error) == (6, 12, 0, None)
    assert len(vendor.texts) == len(set(vendor.texts)) == 12


async def test_a_killed_sync_goes_on_where_it_was(
    db: Database, folder: Path, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "BATCH", 4)
    monkeypatch.setattr(vectors, "AT_ONCE", 1)
    embedder = vendor.embedder()
    vendor.openai.replies.write(
        {
            "replies": [
                {"endpoint": "embeddings", "delay": 0.01},
                {"endpoint": "embeddings", "fault": "slow", "seconds": 60},
            ]
        }
    )
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3):
            await sync_folder(db, folder, embedder=embedder)
    assert (await stored(db))[0] == 0, "nothing of a broken sync is seen"
    report = await sync_folder(db, folder, embedder=embedder)
    await embedder.close()
    assert (report.added, report.vectors) == (6, 12)
    paid = [text for entry in vendor.requests for text in entry["body"]["input"]]
    assert len(paid) == 12 + 4, "only the request that was under way when it was killed is repeated"


async def test_without_a_key_what_was_paid_for_stays(db: Database, folder: Path, vendor: Vendor) -> None:
    embedder = vendor.embedder()
    await sync_folder(db, folder, embedder=embedder)
    await embedder.close()
    write(folder, 0, "Первый раздел статьи 0.", "Новое без ключа.")
    report = await sync_folder(db, folder)
    assert (report.changed, report.missing) == (1, 0)
    assert await stored(db) == (12, 11, "text-embedding-3-small")


async def test_another_model_embeds_anew_and_never_mixes(db: Database, folder: Path, vendor: Vendor) -> None:
    first, second = vendor.embedder(), vendor.embedder("text-embedding-3-large")
    await sync_folder(db, folder, embedder=first)
    vendor.next("unauthorized")
    report = await sync_folder(db, folder, embedder=second)
    assert (report.vectors, report.missing) == (0, 12), "vectors of another model answer nothing"
    report = await sync_folder(db, folder, embedder=second)
    assert (report.unchanged, report.vectors) == (6, 12)
    assert await stored(db) == (12, 12, "text-embedding-3-large")
    paid = len(vendor.texts)
    await sync_folder(db, folder, embedder=first)
    assert await stored(db) == (12, 12, "text-embedding-3-small")
    assert len(vendor.texts) == paid, "the first model's vectors were kept for a day"
    await first.close()
    await second.close()


async def test_what_no_chunk_needs_is_forgotten_after_a_day(db: Database, folder: Path, vendor: Vendor) -> None:
    embedder = vendor.embedder()
    await sync_folder(db, folder, embedder=embedder)
    await db.pool.execute("UPDATE kb_embedding SET made_at = now() - interval '2 days'")
    (folder / "0.md").unlink()
    write(folder, 1, "Первый раздел статьи 1.")
    await sync_folder(db, folder, embedder=embedder)
    await embedder.close()
    assert await db.pool.fetchval("SELECT count(*) FROM kb_embedding") == 9
    assert await stored(db) == (9, 9, "text-embedding-3-small")


async def test_two_syncs_at_once_pay_once(db: Database, folder: Path, vendor: Vendor) -> None:
    embedder = vendor.embedder()
    reports = await asyncio.gather(*(sync_folder(db, folder, embedder=embedder) for _ in range(3)))
    await embedder.close()
    assert sorted(report.added for report in reports) == [0, 0, 6]
    assert len(vendor.texts) == 12


async def test_a_start_without_an_embedder_does_not_wait_for_a_long_sync(
    db: Database, folder: Path, vendor: Vendor
) -> None:
    vendor.next("slow", seconds=2)
    embedder = vendor.embedder()
    embedding = asyncio.ensure_future(sync_folder(db, folder, embedder=embedder))
    while not vendor.requests:
        await asyncio.sleep(0.01)
    assert (await sync_folder(db, folder)).added == 6
    assert not embedding.done()
    report = await embedding
    await embedder.close()
    assert (report.unchanged, report.vectors, report.missing) == (6, 12, 0)
    assert len(vendor.texts) == 12


async def test_readers_see_whole_vectors_or_none(db: Database, folder: Path, vendor: Vendor) -> None:
    embedder = vendor.embedder()
    await sync_folder(db, folder, embedder=embedder)
    seen: set[tuple[int, int]] = set()
    done = asyncio.Event()

    async def read() -> None:
        while not done.is_set():
            row = await db.pool.fetchrow("SELECT count(DISTINCT split_part(text, ':', 1)), count(*) FROM kb_chunk")
            assert row is not None
            seen.add((row[0], row[1]))

    async def change() -> None:
        for version in ("альфа", "бета", "гамма"):
            for number in range(6):
                write(folder, number, *(f"{version}: текст {number} {n}" for n in range(2)))
            await sync_folder(db, folder, embedder=embedder)
        done.set()

    await asyncio.gather(read(), change())
    await embedder.close()
    assert {one for one in seen if one[0] != 12} <= {(1, 12)}


async def test_a_large_collection_gets_an_index_and_a_small_one_loses_it(
    db: Database, folder: Path, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "INDEX_FROM", 10)
    monkeypatch.setattr(store, "INDEX_UNTIL", 5)
    embedder = vendor.embedder()
    await sync_folder(db, folder, embedder=embedder)
    name = store.index_name(await db.pool.fetchval("SELECT id FROM kb_collection"))
    assert await db.pool.fetchval("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)", name)
    for number in range(4):
        (folder / f"{number}.md").unlink()
    await sync_folder(db, folder, embedder=embedder)
    await embedder.close()
    assert await db.pool.fetchval("SELECT to_regclass($1)", name) is None


async def test_the_last_report_is_kept(db: Database, folder: Path, vendor: Vendor) -> None:
    (folder / "broken.pdf").write_bytes(b"nothing")
    embedder = vendor.embedder()
    await sync_folder(db, folder, embedder=embedder)
    await embedder.close()
    report = await db.pool.fetchval("SELECT report FROM kb_collection")
    assert (report["added"], report["failed"], report["vectors"]) == (6, 1, 12)
    assert report["failures"] == [{"source": "broken.pdf", "reason": "not a PDF file", "code": "format"}]

"""A folder and its collection: incremental, whole or not at all, failures named."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from infra.database import Database
from infra.errors import ConfigError
from kb import sync
from kb.search import Searcher
from kb.sync import SyncReport, sync_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "terms").mkdir()
    (tmp_path / "price.md").write_text("# Цена\n\nБот стоит 120 000 ₽.\n", encoding="utf-8")
    (tmp_path / "terms" / "pay.txt").write_text("Оплата по счёту тремя частями.", encoding="utf-8")
    (tmp_path / "page.html").write_text("<h1>Поддержка</h1><p>Отвечаем за час.</p>", encoding="utf-8")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    return tmp_path


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged, report.failed


async def found(db: Database, query: str, collection: str = "main") -> list[str]:
    return [passage.source for passage in await Searcher(db, collection).search(query)]


async def test_only_what_changed_is_done_again(db: Database, folder: Path) -> None:
    assert counts(await sync_folder(db, folder)) == (3, 0, 0, 0, 0)
    assert counts(await sync_folder(db, folder)) == (0, 0, 0, 3, 0)
    (folder / "price.md").write_text("# Цена\n\nБот стоит 130 000 ₽.\n", encoding="utf-8")
    (folder / "page.html").unlink()
    (folder / "new.md").write_text("Гарантия год.", encoding="utf-8")
    assert counts(await sync_folder(db, folder)) == (1, 1, 1, 1, 0)


async def test_sources_are_paths_within_the_folder(db: Database, folder: Path) -> None:
    await sync_folder(db, folder)
    assert (await found(db, "оплата частями"))[0] == "terms/pay.txt"


async def test_an_old_version_is_gone_when_the_sync_ends(db: Database, folder: Path) -> None:
    await sync_folder(db, folder)
    searcher = Searcher(db)
    assert "120 000" in (await searcher.search("сколько стоит бот"))[0].text
    (folder / "price.md").write_text("# Цена\n\nБот стоит 130 000 ₽.\n", encoding="utf-8")
    (folder / "page.html").unlink()
    await sync_folder(db, folder)
    assert "130 000" in (await searcher.search("сколько стоит бот"))[0].text
    assert await searcher.search("поддержка") == []


async def test_unreadable_files_are_named_and_stop_nothing(db: Database, folder: Path, tmp_path: Path) -> None:
    (folder / "binary.txt").write_bytes(b"a\x00b\x01")
    (folder / "huge.md").write_bytes(b"a " * 3_000_000)
    (folder / "empty.html").write_bytes(b"")
    outside = tmp_path.parent / f"{tmp_path.name}-secret.md"
    outside.write_text("Секрет.", encoding="utf-8")
    (folder / "link.md").symlink_to(outside)
    os.mkfifo(folder / "pipe.txt")
    report = await sync_folder(db, folder)
    assert counts(report) == (3, 0, 0, 0, 5)
    assert [failure.source for failure in report.failures] == [
        "binary.txt",
        "empty.html",
        "huge.md",
        "link.md",
        "pipe.txt",
    ]
    assert "binary data" in report.failures[0].reason
    assert await found(db, "секрет") == []


async def test_a_file_that_broke_goes_on_answering_as_it_was(db: Database, folder: Path) -> None:
    await sync_folder(db, folder)
    (folder / "price.md").write_bytes(b"\xff\xfe\xff")
    assert counts(await sync_folder(db, folder)) == (0, 0, 0, 2, 1)
    assert await found(db, "сколько стоит бот") == ["price.md"]


async def test_a_missing_folder_removes_nothing(db: Database, folder: Path) -> None:
    await sync_folder(db, folder)
    with pytest.raises(ConfigError, match="not a folder"):
        await sync_folder(db, folder / "nowhere")
    assert await found(db, "сколько стоит бот") == ["price.md"]


async def test_collections_do_not_meet(db: Database, folder: Path, tmp_path: Path) -> None:
    await sync_folder(db, folder)
    await sync_folder(db, folder / "terms", "other")
    assert await found(db, "сколько стоит бот", "other") == []
    assert await found(db, "оплата частями", "other") == ["pay.txt"]


async def test_a_new_parser_version_makes_everything_anew(
    db: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sync_folder(db, folder)
    monkeypatch.setattr(sync, "VERSION", 1000)
    assert counts(await sync_folder(db, folder)) == (0, 3, 0, 0, 0)


async def test_two_syncs_at_once_do_the_work_once(db: Database, folder: Path) -> None:
    reports = await asyncio.gather(sync_folder(db, folder), sync_folder(db, folder), sync_folder(db, folder))
    assert sorted(report.added for report in reports) == [0, 0, 3]
    assert await db.pool.fetchval("SELECT count(*) FROM kb_chunk") == 3


async def test_a_reader_sees_all_of_a_sync_or_nothing(db: Database, tmp_path: Path) -> None:
    def write(version: str) -> None:
        for number in range(40):
            text = f"# Статья {number}\n\nВерсия {version} этой статьи про тарифы группы {number}."
            (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")

    write("альфа")
    await sync_folder(db, tmp_path)
    searcher = Searcher(db)
    mixtures: list[set[str]] = []
    seen: set[str] = set()
    done = asyncio.Event()

    async def read() -> None:
        while not done.is_set():
            passages = await searcher.search("тарифы", top=100)
            versions = {passage.text.split()[1] for passage in passages}
            if len(versions) != 1 or len(passages) != 40:
                mixtures.append(versions)
            seen.update(versions)

    async def change() -> None:
        for version in ("бета", "гамма", "дельта"):
            await asyncio.to_thread(write, version)
            await sync_folder(db, tmp_path)
            await searcher.search("тарифы")
        done.set()

    await asyncio.gather(read(), change())
    assert mixtures == []
    assert "альфа" in seen
    assert {passage.text.split()[1] for passage in await searcher.search("тарифы", top=100)} == {"дельта"}


async def test_removing_every_file_empties_the_collection(db: Database, folder: Path) -> None:
    await sync_folder(db, folder)
    shutil.rmtree(folder / "terms")
    for name in ("price.md", "page.html"):
        (folder / name).unlink()
    assert counts(await sync_folder(db, folder)) == (0, 0, 3, 0, 0)
    assert await db.pool.fetchval("SELECT count(*) FROM kb_chunk") == 0

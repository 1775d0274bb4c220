"""The sample company's own questions: found, answered or honestly refused; and the commands around them."""

import asyncio
import json
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from infra.database import Database
from infra.errors import ConfigError
from infra.migrate import downgrade, migrate
from kb.__main__ import CONTENT, main
from kb.collection import Loaded, load
from kb.evaluate import Question, load_foreign, load_questions, rank_of, summarise, with_typos
from kb.evaluate import evaluate as measure
from kb.models import EMBEDDING_SIZE, Chunk, Collection, Document
from kb.search import Searcher, Verdict, relevant, verdict
from kb.sync import sync_folder

HERE = Path(__file__).parent


@pytest.mark.parametrize("held_out", ["", "_heldout"])
async def test_the_companys_questions_are_answered_and_foreign_ones_refused(db: Database, held_out: str) -> None:
    await sync_folder(db, CONTENT)
    questions = load_questions(HERE / f"questions{held_out}.jsonl")
    foreign = load_foreign(HERE / f"foreign{held_out}.txt")
    numbers = await measure(Searcher(db), questions, foreign)
    assert numbers.recall_at_1 >= 0.78
    assert numbers.recall_at_5 >= 0.92
    assert numbers.mrr_at_10 >= 0.83
    assert numbers.answered >= 0.95
    assert numbers.refused is not None
    assert numbers.refused >= 0.85


async def test_a_passage_says_where_it_comes_from(db: Database) -> None:
    await sync_folder(db, CONTENT)
    passages = await Searcher(db).search("Сколько стоит чат-бот?", top=3)
    assert [passage.rank for passage in passages] == [1, 2, 3]
    assert [passage.score for passage in passages] == sorted((p.score for p in passages), reverse=True)
    best = passages[0]
    assert best.source == "services-chatbot.md"
    assert best.heading.startswith(best.title)
    assert "120\u00a0000\u00a0₽" in best.text
    assert best.verdict is Verdict.ANSWER


async def test_an_unknown_collection_is_empty(db: Database) -> None:
    searcher = Searcher(db, "nowhere")
    assert await searcher.refresh() == 0
    assert await searcher.search("цена") == []
    assert verdict([]) is Verdict.UNKNOWN


async def test_an_endless_question_is_cut_and_answered(db: Database, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Бот стоит 120 000 ₽.", encoding="utf-8")
    await sync_folder(db, tmp_path)
    assert len(await Searcher(db).search("сколько стоит бот " * 10_000)) == 1


async def test_the_last_index_answers_while_the_database_is_away(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Бот стоит 120 000 ₽.", encoding="utf-8")
    db = await Database.open(database_url, pool_size=2)
    await sync_folder(db, tmp_path)
    searcher = Searcher(db)
    await searcher.refresh()
    await db.close()
    assert [passage.source for passage in await searcher.search("цена бота")] == ["a.md"]


async def test_a_question_about_something_else_finds_nothing(db: Database) -> None:
    await sync_folder(db, CONTENT)
    searcher = Searcher(db)
    assert relevant(await searcher.search("как сварить борщ с пампушками")) == []
    found = relevant(await searcher.search("скок стоит бот для телеграма"))
    assert found
    assert [passage.rank for passage in found] == list(range(1, len(found) + 1))


async def test_what_stands_in_two_articles_is_found_once(db: Database, tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\nБот стоит 120 000 ₽ с НДС.", encoding="utf-8")
    (tmp_path / "d.md").write_text("Бот стоит дороже, если обращений много.", encoding="utf-8")
    await sync_folder(db, tmp_path)
    assert sorted(passage.source for passage in await Searcher(db).search("сколько стоит бот")) == ["a.md", "d.md"]


async def test_a_renewed_index_is_the_same_as_a_new_one(db: Database, tmp_path: Path) -> None:
    texts = {"a": "Бот стоит 120 000 ₽.", "b": "Поддержка стоит 25 000 ₽ в месяц.", "c": "Гарантия — три месяца."}
    for name, text in texts.items():
        (tmp_path / f"{name}.md").write_text(f"# Раздел {name}\n\n{text}", encoding="utf-8")
    await sync_folder(db, tmp_path)
    searcher = Searcher(db)
    await searcher.search("бот")
    (tmp_path / "a.md").unlink()
    (tmp_path / "b.md").write_text("# Раздел b\n\nПоддержка теперь бесплатна.", encoding="utf-8")
    (tmp_path / "d.md").write_text("# Раздел d\n\nБоты для звонков стоят 320 000 ₽.", encoding="utf-8")
    await sync_folder(db, tmp_path)
    for question in ("сколько стоит бот", "поддержка", "гаранти", "120 000"):
        assert await searcher.search(question) == await Searcher(db).search(question)


async def test_while_a_large_index_is_renewed_nothing_is_said_that_a_sync_took_away(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text("Бот стоит 120 000 ₽.", encoding="utf-8")
    (tmp_path / "b.md").write_text("Бот работает ночью.", encoding="utf-8")
    await sync_folder(db, tmp_path)
    searcher = Searcher(db)
    await searcher.refresh()
    (tmp_path / "a.md").write_text("Бот стоит 150 000 ₽.", encoding="utf-8")
    await sync_folder(db, tmp_path)
    go_on = asyncio.Event()

    async def slow(db: Database, collection: str, earlier: Loaded | None) -> Loaded:
        await go_on.wait()
        return await load(db, collection, earlier)

    monkeypatch.setattr("kb.search.load", slow)
    monkeypatch.setattr("kb.search.PATIENCE", 0.01)
    assert [passage.source for passage in await searcher.search("сколько стоит бот")] == ["b.md"]
    go_on.set()
    await searcher.refresh()
    assert "150 000" in (await searcher.search("сколько стоит бот"))[0].text


def test_slips_are_the_same_each_time() -> None:
    questions = [Question("сколько стоит чат-бот", "a.md")]
    assert with_typos(questions, 2, seed=1) == with_typos(questions, 2, seed=1) != questions
    assert with_typos([Question("120 000 ?", "a.md")], 2, seed=1)[0].question == "120 000 ?"


def test_ranks_count_each_source_once() -> None:
    assert rank_of("b", ["a", "a", "b"]) == 2
    assert rank_of("c", ["a", "b"]) is None


def test_the_arithmetic_of_an_evaluation() -> None:
    numbers = summarise([1, 2, 6, None, 11], [1, 1, 2, 2, 4], answered=4)
    assert numbers.as_json() == {
        "questions": 5,
        "recall@1": 0.2,
        "recall@5": 0.4,
        "MRR@10": round((1 + 1 / 2 + 1 / 6) / 5, 4),
        "ms_per_query": 2.0,
        "ms_p95": 4.0,
        "answered": 0.8,
    }


@pytest.mark.parametrize("line", ["not json", "[]", '{"question": "a"}', '{"question": 1, "source": "a"}'])
def test_a_bad_line_of_questions_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "a", "source": "b"}\n\n' + line, encoding="utf-8")
    with pytest.raises(ConfigError, match="line 3"):
        load_questions(file)


def test_the_commands(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DEMO", "1")
    content = tmp_path / "content"
    content.mkdir()
    (content / "price.md").write_text("# Цена\n\n## Бот\n\nБот стоит 120 000 ₽.\n", encoding="utf-8")
    questions = tmp_path / "q.jsonl"
    questions.write_bytes(orjson.dumps({"question": "почём бот", "source": "price.md"}))

    assert main(["sync", str(content), "--collection", "c"]) == 0
    assert "added 1" in capsys.readouterr().out
    assert main(["search", "сколько стоит бот", "--collection", "c", "--json"]) == 0
    [passage] = json.loads(capsys.readouterr().out)
    assert passage.items() >= {
        "rank": 1, "source": "price.md", "heading": "Цена › Бот", "text": "Бот стоит 120 000 ₽."
    }.items()  # fmt: skip
    assert passage["score"] > 0
    assert main(["search", "рецепт борща", "--collection", "c", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["eval", str(questions), "--collection", "c"]) == 0
    printed = capsys.readouterr().out
    assert "recall@1 1.0\nrecall@5 1.0\nMRR@10 1.0\n" in printed
    assert main(["sync", str(tmp_path / "nowhere")]) == 1
    assert "not a folder" in capsys.readouterr().err
    assert main(["eval", str(questions), "--collection", "empty"]) == 1
    assert "is empty" in capsys.readouterr().err


async def test_the_models_describe_the_tables(db: Database, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Цена\n\nБот стоит 120 000 ₽.", encoding="utf-8")
    await sync_folder(db, tmp_path)
    async with db.session() as session, session.begin():
        collection = (await session.execute(select(Collection))).scalar_one()
        document = (await session.execute(select(Document))).scalar_one()
        chunk = (await session.execute(select(Chunk))).scalar_one()
        assert (collection.name, collection.version) == ("main", 1)
        assert (document.collection_id, document.source, document.title) == (collection.id, "a.md", "Цена")
        assert (chunk.document_id, chunk.heading, chunk.embedding) == (document.id, ["Цена"], None)
        assert chunk.lemmas == ["бот", "стоить", "120000"]
        chunk.embedding = [0.5] * EMBEDDING_SIZE
    assert await db.pool.fetchval("SELECT vector_dims(embedding) FROM kb_chunk") == EMBEDDING_SIZE


async def test_the_migration_goes_down_and_up(database_url: str) -> None:
    await downgrade(database_url, "0001")
    db = await Database.open(database_url, pool_size=1)
    assert await db.pool.fetchval("SELECT to_regclass('kb_chunk') IS NULL")
    await migrate(database_url)
    assert await db.pool.fetchval("SELECT to_regclass('kb_chunk') IS NOT NULL")
    await db.close()

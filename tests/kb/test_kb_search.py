"""The sample company's own questions: found, answered or honestly refused; and the commands around them."""

import json
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from infra.database import Database
from infra.errors import ConfigError
from infra.migrate import downgrade, migrate
from kb.__main__ import CONTENT, main
from kb.evaluate import evaluate as measure
from kb.evaluate import load_questions, rank_of, summarise
from kb.models import EMBEDDING_SIZE, Chunk, Collection, Document
from kb.search import Searcher, Verdict, confidence, verdict
from kb.sync import sync_folder

HERE = Path(__file__).parent


async def test_the_companys_questions_are_answered_and_foreign_ones_refused(db: Database) -> None:
    await sync_folder(db, CONTENT)
    searcher = Searcher(db)
    questions = load_questions(HERE / "questions.jsonl")
    numbers = await measure(searcher, questions)
    assert numbers.recall_at_1 >= 0.84
    assert numbers.recall_at_5 >= 0.96
    assert numbers.mrr_at_10 >= 0.89
    own = [verdict(await searcher.search(question.question)) for question in questions]
    assert own.count(Verdict.ANSWER) / len(own) >= 0.93
    assert own.count(Verdict.UNKNOWN) / len(own) <= 0.03
    foreign = [
        verdict(await searcher.search(line)) for line in (HERE / "foreign.txt").read_text(encoding="utf-8").splitlines()
    ]
    assert foreign.count(Verdict.ANSWER) / len(foreign) <= 0.15


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


def test_confidence_grows_with_the_share() -> None:
    values = [confidence(share / 20) for share in range(21)]
    assert values == sorted(values)
    assert 0 <= values[0] < 0.05
    assert 0.95 < values[-1] <= 1


def test_ranks_count_each_source_once() -> None:
    assert rank_of("b", ["a", "a", "b"]) == 2
    assert rank_of("c", ["a", "b"]) is None


def test_the_arithmetic_of_an_evaluation() -> None:
    numbers = summarise([1, 2, 6, None, 11], total_ms=10)
    assert numbers.as_json() == {
        "questions": 5,
        "recall@1": 0.2,
        "recall@5": 0.4,
        "MRR@10": round((1 + 1 / 2 + 1 / 6) / 5, 4),
        "ms_per_query": 2.0,
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

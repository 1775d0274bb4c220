"""Search by meaning beside search by words: fused, optional, and never in the way."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.database import Database
from infra.errors import VendorDown
from kb.fusion import fused, together
from kb.index import Hit
from kb.models import EMBEDDING_SIZE
from kb.search import Passage, Searcher, Verdict, relevant
from kb.sync import sync_folder

TEXTS = {
    "price.md": "Бот стоит 120 000 ₽ с НДС.",
    "night.md": "Помощник отвечает круглосуточно.",
    "stairs.md": "Офис на третьем этаже, лифта нет.",
}
MEANINGS = ("деньги", "время", "место")
"""What the made-up vectors tell apart; the third text has no vector."""


def vector(meaning: str) -> list[float]:
    place = MEANINGS.index(meaning)
    return [1.0 if n == place else 0.0 for n in range(EMBEDDING_SIZE)]


class Embedder:
    """Knows what three questions mean; slow or broken on demand."""

    model = "made-up"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.delay = 0.0
        self.broken = False

    async def embed(self, texts: Sequence[str], *, patience: float = 60.0) -> list[list[float]]:
        self.asked += texts
        await asyncio.sleep(self.delay)
        if self.broken:
            raise VendorDown("embeddings", "status 503")
        meanings = {"на какую сумму рассчитывать": "деньги", "есть ли подъёмник": "место"}
        return [vector(meanings.get(text, "время")) for text in texts]


@pytest.fixture
async def company(db: Database, tmp_path: Path) -> Database:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    await sync_folder(db, tmp_path)
    await db.pool.execute("UPDATE kb_collection SET embedding_model = 'made-up'")
    for source, meaning in (("price.md", "деньги"), ("night.md", "время")):
        await db.pool.execute(
            """UPDATE kb_chunk SET embedding = $2::text::halfvec
               FROM kb_document AS document WHERE document.id = document_id AND source = $1""",
            source,
            str(vector(meaning)),
        )
    return db


def sources(passages: Sequence[Passage]) -> list[str]:
    return [passage.source for passage in passages]


async def test_a_paraphrase_without_a_common_word_is_found_by_meaning(company: Database) -> None:
    by_words = await Searcher(company).search("на какую сумму рассчитывать", dense_query="на какую сумму рассчитывать")
    assert sources(relevant(by_words)) == []
    found = await Searcher(company, embedder=Embedder()).search(
        "на какую сумму рассчитывать", dense_query="на какую сумму рассчитывать"
    )
    assert found[0].source == "price.md"
    assert found[0].confidence > 0.1
    assert {"price.md", "night.md"} <= set(sources(found))


async def test_a_chunk_without_a_vector_is_still_found_by_its_words(company: Database) -> None:
    found = await Searcher(company, embedder=Embedder()).search("лифт в офисе", dense_query="есть ли подъёмник")
    assert "stairs.md" in sources(found)
    assert next(one for one in found if one.source == "stairs.md").verdict is Verdict.ANSWER


async def test_only_the_text_meant_for_it_leaves_and_only_once(company: Database) -> None:
    embedder = Embedder()
    searcher = Searcher(company, embedder=embedder)
    await searcher.search("меня зовут Иван Петров, сколько стоит бот")
    assert embedder.asked == []
    for _ in range(2):
        await searcher.search("меня зовут Иван Петров, сколько стоит бот", dense_query="меня зовут [имя], сколько…")
    await asyncio.gather(*(searcher.vector("одно и то же") for _ in range(3)))
    assert embedder.asked == ["меня зовут [имя], сколько…", "одно и то же"]


@pytest.mark.parametrize("trouble", ["slow", "broken", "other model"])
async def test_without_vectors_the_words_answer(
    company: Database, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.dense.PATIENCE", 0.02)
    embedder = Embedder()
    if trouble == "slow":
        embedder.delay = 0.2
    elif trouble == "broken":
        embedder.broken = True
    else:
        await company.pool.execute("UPDATE kb_collection SET embedding_model = 'another'")
    searcher = Searcher(company, embedder=embedder)
    for _ in range(3):
        found = await searcher.search("сколько стоит бот", dense_query="сколько стоит бот")
        assert found == await Searcher(company).search("сколько стоит бот")
    assert len(embedder.asked) == (0 if trouble == "other model" else 1)


async def test_a_better_order_may_be_asked_for(company: Database) -> None:
    seen: list[str] = []

    async def backwards(question: str, passages: Sequence[Passage], /) -> Sequence[int]:
        seen.append(question)
        return [*reversed(range(len(passages))), 99]

    searcher = Searcher(company, embedder=Embedder())
    plain = await searcher.search("бот", dense_query="что-нибудь")
    turned = await searcher.search("бот", dense_query="что-нибудь", rerank=backwards)
    assert sources(turned) == sources(plain)[::-1]
    assert seen == ["что-нибудь"]


def test_what_both_rankings_have_comes_first() -> None:
    lexical = [Hit(1, 9.0, 0.8), Hit(2, 8.0, 0.7), Hit(3, 7.0, 0.2)]
    found = fused(lexical, [(3, 0.6), (2, 0.5), (7, 0.4)], {7: Hit(7, 0.0, 0.05)})
    assert found[0].entry == 2
    assert {one.entry for one in found} == {1, 2, 3, 7}


def test_a_cosine_moves_the_confidence_and_no_vector_leaves_it() -> None:
    assert together(0.4, None) == 0.4
    values = [together(0.4, cosine / 10) for cosine in range(-2, 10)]
    assert values == sorted(values)
    assert values[0] < 0.2
    assert values[-1] > 0.9

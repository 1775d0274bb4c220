"""Texts become vectors: within the vendor's limits, again when it is busy, and never silently wrong."""

import math

import orjson
import pytest
from aiohttp import web
from pydantic import SecretStr

from infra.errors import VendorDown, VendorRefused
from infra.settings import Settings
from kb.embed import REQUEST_BYTES, REQUEST_TEXTS, TEXT_BYTES, Embedder, batches, embedder_of
from kb.models import EMBEDDING_SIZE
from tests.kb.conftest import Vendor


def cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


async def test_vectors_come_in_order_and_of_unit_length(vendor: Vendor) -> None:
    embedder = vendor.embedder()
    texts = ["Сколько стоит чат-бот?", "Какая погода в Омске?", "Цена чат-бота"]
    vectors = await embedder.embed(texts)
    await embedder.close()
    assert [len(vector) for vector in vectors] == [EMBEDDING_SIZE] * 3
    assert all(math.isclose(math.hypot(*vector), 1.0, rel_tol=1e-6) for vector in vectors)
    assert cosine(vectors[0], vectors[2]) > cosine(vectors[0], vectors[1])


async def test_nothing_to_embed_asks_nobody(vendor: Vendor) -> None:
    embedder = vendor.embedder()
    assert await embedder.embed([]) == []
    assert vendor.requests == []


def test_batches_keep_within_a_request() -> None:
    texts = ["я" * 3900] * 100 + ["б"] * 1000
    made = list(batches(texts))
    assert [text for batch in made for text in batch] == texts
    assert all(len(batch) <= REQUEST_TEXTS for batch in made)
    assert all(sum(len(text.encode()) for text in batch) <= REQUEST_BYTES for batch in made)


async def test_long_and_empty_texts_are_what_the_vendor_takes(vendor: Vendor) -> None:
    embedder = vendor.embedder()
    vectors = await embedder.embed(["", "𝟙ъ€ " * 20_000, "\ud800 половина знака"])
    await embedder.close()
    assert len(vectors) == 3
    sent = [text for entry in vendor.requests for text in entry["body"]["input"]]
    assert all(0 < len(text.encode()) <= TEXT_BYTES for text in sent)


@pytest.mark.parametrize("fault", ["rate_limit", "error", "overloaded", "down", "garbage", "cut"])
async def test_what_passes_is_tried_again(vendor: Vendor, fault: str) -> None:
    vendor.next(fault)
    embedder = vendor.embedder()
    assert len(await embedder.embed(["Оплата"])) == 1
    await embedder.close()
    assert len(vendor.requests) == 2


async def test_a_vendor_that_asks_for_more_time_than_there_is_fails_at_once(vendor: Vendor) -> None:
    vendor.next("rate_limit", seconds=120)
    embedder = vendor.embedder()
    with pytest.raises(VendorDown, match="429"):
        await embedder.embed(["Оплата"], patience=5)
    await embedder.close()
    assert len(vendor.requests) == 1


async def test_a_slow_vendor_is_given_up(vendor: Vendor) -> None:
    vendor.next("slow", "slow", "slow", seconds=5)
    embedder = vendor.embedder(timeout=0.1)
    with pytest.raises(VendorDown, match="in time"):
        await embedder.embed(["Оплата"], patience=0.5)
    await embedder.close()


@pytest.mark.parametrize("fault", ["unauthorized", "quota"])
async def test_a_refusal_is_not_repeated(vendor: Vendor, fault: str) -> None:
    vendor.next(fault)
    embedder = vendor.embedder()
    with pytest.raises(VendorRefused):
        await embedder.embed(["Оплата"])
    await embedder.close()
    assert len(vendor.requests) == 1


async def test_an_unknown_model_is_refused(vendor: Vendor) -> None:
    embedder = vendor.embedder("no-such-model")
    with pytest.raises(VendorRefused, match="status 40"):
        await embedder.embed(["Оплата"])
    await embedder.close()


@pytest.mark.parametrize(
    ("data", "error", "reason"),
    [
        ([], VendorDown, "no sense"),
        ([{"index": 1, "embedding": [1.0]}], VendorDown, "not numbered"),
        ([{"index": 0, "embedding": [0.0, 0.0]}], VendorDown, "no direction"),
        ([{"index": 0, "embedding": ["a"]}], VendorDown, "not vectors"),
        ([{"index": 0, "embedding": [1.0] * (EMBEDDING_SIZE + 1)}], VendorRefused, "1536 are the most"),
        ("nonsense", VendorDown, "no sense"),
    ],
)
async def test_an_answer_without_sense_is_no_vector(data: object, error: type[Exception], reason: str) -> None:
    async with _endpoint(data) as embedder:
        with pytest.raises(error, match=reason):
            await embedder.embed(["Оплата"], patience=0.2)


async def test_a_smaller_model_of_another_maker_fits_in() -> None:
    async with _endpoint([{"index": 0, "embedding": [3.0, 4.0]}]) as embedder:
        (vector,) = await embedder.embed(["Оплата"])
    assert vector[:3] == [0.6, 0.8, 0.0]
    assert len(vector) == EMBEDDING_SIZE


def test_without_a_key_there_is_no_embedder() -> None:
    assert embedder_of(Settings(_env_file=None, demo=True)) is None
    made = embedder_of(Settings(_env_file=None, demo=True, openai_api_key=SecretStr("sk-a")))
    assert made is not None
    assert made.model == "text-embedding-3-small"


class _endpoint:
    """Any server that speaks OpenAI's protocol and answers with `data`."""

    def __init__(self, data: object) -> None:
        self._data = data

    async def __aenter__(self) -> Embedder:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(
                body=orjson.dumps({"object": "list", "data": self._data}), content_type="application/json"
            )

        app = web.Application()
        app.router.add_post("/v1/embeddings", answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._embedder = Embedder("k", f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1", "small-local-model")
        return self._embedder

    async def __aexit__(self, *_: object) -> None:
        await self._embedder.close()
        await self._runner.cleanup()

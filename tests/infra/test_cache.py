"""Redis makes things faster; without it every call is answered all the same, and quickly."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from infra import cache as module
from infra.cache import Cache
from infra.embedded import Attachment
from tests.tcp_proxy import Proxy, proxied


@pytest.fixture
async def cut_cache(servers: Attachment) -> AsyncIterator[tuple[Cache, Proxy]]:
    async with proxied(servers.redis_url) as (url, proxy):
        one = Cache(url)
        await one.flush()
        yield one, proxy
        await one.close()


async def test_values_come_back_until_they_are_forgotten(cache: Cache) -> None:
    await cache.set_many({"a": b"1", "b": b"2"}, 60)
    await cache.set("c", b"3", 60)
    assert [await cache.get(name) for name in "abcd"] == [b"1", b"2", b"3", None]
    await cache.delete("a")
    assert await cache.get("a") is None
    await cache.flush()
    assert await cache.get("b") is None


async def test_away_is_nothing_known_and_no_error(cut_cache: tuple[Cache, Proxy]) -> None:
    cache, proxy = cut_cache
    await cache.set("a", b"1", 60)
    await proxy.cut()
    started = time.monotonic()
    await cache.set("b", b"2", 60)
    await cache.set_many({"c": b"3"}, 60)
    await cache.publish("channel", b"x")
    assert await cache.get("a") is None
    assert not await cache.ping()
    assert not cache.up
    assert time.monotonic() - started < 4


async def test_it_is_found_again_when_it_comes_back(
    cut_cache: tuple[Cache, Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DOWN_FOR", 0.1)
    cache, proxy = cut_cache
    await proxy.cut()
    assert await cache.get("a") is None
    await proxy.mend()
    async with asyncio.timeout(5):
        while not cache.up:
            await asyncio.sleep(0.02)
    await cache.set("a", b"1", 60)
    assert await cache.get("a") == b"1"


async def test_limits_are_shared_by_all_processes(cache: Cache, servers: Attachment) -> None:
    other = Cache(servers.redis_url)
    waits = [await one.take(("shared", 0.1, 3)) for one in (cache, other, cache, other)]
    await other.close()
    assert waits[:3] == [0.0, 0.0, 0.0]
    assert 8 < waits[3] <= 10


async def test_without_redis_limits_hold_within_the_process(cut_cache: tuple[Cache, Proxy]) -> None:
    cache, proxy = cut_cache
    await proxy.cut()
    waits = [await cache.take(("alone", 0.1, 3)) for _ in range(4)]
    assert waits[:3] == [0.0, 0.0, 0.0]
    assert 8 < waits[3] <= 10


async def test_a_refusal_takes_from_no_bucket(cache: Cache) -> None:
    assert await cache.take(("narrow", 0.1, 1)) == 0.0
    for _ in range(5):
        assert await cache.take(("wide", 0.1, 2), ("narrow", 0.1, 1)) > 5
    assert await cache.take(("wide", 0.1, 2)) == 0.0
    assert await cache.take(("wide", 0.1, 2)) == 0.0


async def test_patience_takes_the_place_and_says_how_long(cache: Cache) -> None:
    assert await cache.take(("queue", 2, 1)) == 0.0
    first, second = [await cache.take(("queue", 2, 1), patience=5) for _ in range(2)]
    assert 0.3 < first <= 0.5
    assert 0.8 < second <= 1.0


async def test_messages_reach_those_who_listen(cache: Cache) -> None:
    heard: list[tuple[str, bytes]] = []

    async def listen() -> None:
        async for one in cache.subscribe("news:*"):
            heard.append(one)

    task = asyncio.ensure_future(listen())
    async with asyncio.timeout(5):
        while not heard:
            await cache.publish("news:7", b"hello")
            await asyncio.sleep(0.02)
    task.cancel()
    assert heard[0] == ("news:7", b"hello")


async def test_a_redis_that_does_not_answer_costs_little_time() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    cache = Cache(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
    started = time.monotonic()
    assert await cache.get("a") is None
    assert time.monotonic() - started < module.DEADLINE * 1.7
    assert await cache.get("a") is None, "not asked again at once"
    assert time.monotonic() - started < module.DEADLINE * 1.9
    await cache.close()
    server.close()

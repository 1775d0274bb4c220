"""The event loop is watched: a call of our own code that blocks it fails the test that makes it."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from blockbuster import BlockBuster, BlockingError, blockbuster_ctx

from tests.harness import Desk, SiteClient, TelegramClient, World

OURS = ["bot", "adapters", "infra", "kb"]


def watched(blockbuster: BlockBuster) -> None:
    """What may touch a file all the same, each with its reason."""
    for name in ("io.TextIOWrapper.write", "io.BufferedWriter.write"):  # a line of the log, to a pipe or a terminal
        if name in blockbuster.functions:
            blockbuster.functions[name].can_block_in("structlog/_output.py", {"msg"})
    for function in blockbuster.functions.values():
        # once a connection: asyncpg looks for a password file, redis for its own version
        function.can_block_in("asyncpg/connect_utils.py", {"_parse_connect_dsn_and_args"})
        function.can_block_in("importlib/metadata/__init__.py", {"version"})
        function.can_block_in("prometheus_client/process_collector.py", {"collect"})  # /proc, which is memory
        function.can_block_in("babel/localedata.py", {"exists", "load"})  # a language's data, read once and kept
        # the first use of a class loads its module; aiogram and pydantic build their types then
        function.can_block_in("<frozen importlib._bootstrap>", {"_find_and_load", "_load_unlocked"})


@pytest.fixture(autouse=True)
def _watch() -> Iterator[None]:
    with blockbuster_ctx(OURS) as blockbuster:
        watched(blockbuster)
        yield


async def test_the_watch_sees_what_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from infra import clock

    monkeypatch.setattr(clock.Clock, "now", _sleepy(clock.__file__))
    with pytest.raises(BlockingError):
        clock.Clock().now()


def _sleepy(filename: str) -> object:
    """A method that sleeps and pretends to stand in one of our files."""
    space: dict[str, object] = {"time": time}
    exec(compile("def now(self):\n    time.sleep(0.001)\n", filename, "exec"), space)  # noqa: S102  # our own two lines
    return space["now"]


async def test_a_whole_talk_over_both_channels_blocks_nothing(world: World) -> None:
    for client in (TelegramClient(world), await SiteClient(world).open()):
        await client.start()
        await client.send("Сколько стоит чат-бот для интернет-магазина?")
        await client.click("Оба")
        await client.send("А какая гарантия на работу?")
        await client.send("на сайте")
        await client.send("Позовите человека")
        assert client.messages
    assert await Desk(world).messages()
    failed = await world.app.db.pool.fetchval("SELECT count(*) FROM turn WHERE attempts > 1 OR outcome <> 'answered'")
    assert failed == 0
    held = await world.app.db.pool.fetchval("SELECT count(*) FROM job WHERE last_error = 'BlockingError'")
    assert held == 0


async def test_files_and_pages_block_nothing(world: World) -> None:
    visitor = await SiteClient(world).open()
    await visitor.upload("план.txt", "план".encode(), "text/plain")
    for path in ("/", "/widget.js", "/calculator", "/metrics", "/ready", "/api/price-list"):
        async with world.http.get(world.url + path) as answer:
            assert answer.status == 200, path
    await asyncio.sleep(0)

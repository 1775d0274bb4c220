"""A running site over the project's real servers, for every test here that asks for one."""

from collections.abc import AsyncIterator

import pytest
from site_world import World, built

from bot.keys import Keys
from infra.cache import Cache
from infra.database import Database


@pytest.fixture
async def world(db: Database, cache: Cache, keys: Keys) -> AsyncIterator[World]:
    async with built(db, cache, keys) as world:
        yield world


@pytest.fixture(autouse=True)
def _numbers_from_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Event numbers begin at the time of day; here at one, so that a test can name them."""
    monkeypatch.setattr("adapters.site.eventlog.first_number", lambda: 1)

"""The simulated world for adapters of vendors that are no channels; each test finds it as if nothing had happened."""

from collections.abc import AsyncIterator

import pytest
from vendors_kit import Ear, Outer, listening, outer_world

from adapters import google_calendar
from adapters.yookassa import client as yookassa_client

google_calendar.FIRST_PAUSE = yookassa_client.FIRST_PAUSE = 0.02  # the vendors here recover at once


@pytest.fixture(scope="session")
async def one_outer() -> AsyncIterator[Outer]:
    async with outer_world() as ready:
        yield ready


@pytest.fixture
async def outer(one_outer: Outer) -> Outer:
    await one_outer.post("/reset", {})
    return one_outer


@pytest.fixture
async def ear(outer: Outer) -> AsyncIterator[Ear]:
    """A shop that is told what happens to its payments."""
    async with listening() as ready:
        await outer.post("/play/yookassa", {"webhook": ready.address})
        yield ready
        await outer.post("/play/yookassa", {"webhook": ""})

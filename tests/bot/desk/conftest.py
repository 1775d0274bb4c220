"""What the managers' tests share: a client whose lead stands in the group."""

import pytest

from bot.desk import publish
from tests.bot.desk.desk_kit import Stage
from tests.harness import Client, Desk, World

publish.FRESHENING = (1000.0, 1000.0)  # other tests' cards take no room from this one's


@pytest.fixture
def stage(world: World, desk: Desk, client: Client) -> Stage:
    return Stage(world, desk, client)


@pytest.fixture
async def waiting(stage: Stage) -> Stage:
    """The client asked for a person; the card stands in the group."""
    await stage.ask_for_person()
    return stage


@pytest.fixture
async def taken(waiting: Stage) -> Stage:
    """Анна took the talk."""
    await waiting.click("Взять")
    await waiting.client.refresh()
    return waiting

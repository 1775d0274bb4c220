"""One guard for all tests of this folder: it keeps nothing between answers."""

import pytest

from bot.assistant.guard.lock import Guard
from tests.bot.assistant.guard.corpus import build


@pytest.fixture(scope="session")
def guard() -> Guard:
    return build()

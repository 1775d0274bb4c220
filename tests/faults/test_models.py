"""Both model vendors failing in every way, in turn and together: each client gets exactly one answer, in time."""

import asyncio
import itertools
from typing import Any

import pytest

from bot.assistant.breaker import Breaker
from tests.conftest import new_client
from tests.harness import Client, World

WAYS = ("ok", "slow", "error", "down", "garbage", "cut")
TEXT = "Показываем вашим сотрудникам, как работать с ботом. Потом отвечаем на их вопросы."


def reply(way: str, mark: str) -> dict[str, Any]:
    known = {"when": mark, "text": TEXT}
    return known if way == "ok" else {**known, "fault": way, "seconds": 60}


@pytest.mark.parametrize("patient", [True, False], ids=["every way", "with breakers"])
async def test_every_client_gets_one_answer(assisted: World, patient: bool) -> None:
    """A patient breaker lets every request through, so that each pair of failures really happens; the usual one
    opens, and then a dead vendor costs nobody any time."""
    pairs = list(itertools.product(WAYS, WAYS))
    assert assisted.app.assistant is not None
    for place, vendor in enumerate(assisted.app.assistant.vendors):
        vendor.breaker = Breaker(vendor.name, failures=10_000 if patient else 3)
        replies = [reply(pair[place], f"заявка {number} ") for number, pair in enumerate(pairs)]
        await assisted.post(f"{assisted.sandbox_url}/script/{vendor.name}", {"replies": replies * 2, "replace": True})
    clients = [await new_client(("telegram", "site")[n % 2], assisted) for n in range(len(pairs))]

    async def ask(number: int, client: Client) -> None:
        await client.send(f"Как вы обучаете наших сотрудников, заявка {number} , работать с ботом?")

    await asyncio.gather(*(ask(number, client) for number, client in enumerate(clients)))
    for client, pair in zip(clients, pairs, strict=True):
        assert len(client.replies) == 1, (pair, client.text)
        if patient:
            model = "Показываем вашим" in client.text
            assert model == ("ok" in pair), (pair, client.text)
        assert client.text.count("Показываем вашим") <= 1

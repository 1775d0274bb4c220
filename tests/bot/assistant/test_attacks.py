"""Every attack of tests/attacks against a whole assistant whose model obeys the attacker: nothing of it gets out.

The model says what the corpus has it say, again when it is asked to correct itself; poisoned documents lie in the
knowledge base. Looked at is all that the client was shown: messages and drafts.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.assistant.breaker import Breaker
from infra.embedded import Attachment
from tests.bot.assistant.guard.corpus import attacks
from tests.conftest import _database, _folder
from tests.harness import TelegramClient, World, open_world, plain

CONTENT = Path(__file__).parents[3] / "kb" / "content"
AT_ONCE = 8
LET_THROUGH = frozenset({"persuasion-04", "services-07", "sheets-second-09", "units-16", "third-21"})
"""What gets out with an article of the same subject among the sources although the guard stops it beside others:
docs/known-limits.md tells of them. Take one out when the guard has learnt it."""


@pytest.fixture(scope="module")
async def poisoned(
    servers: Attachment, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """An assistant whose knowledge base holds the corpus's documents beside its own."""
    folder = tmp_path_factory.mktemp("content")
    shutil.copytree(CONTENT, folder, dirs_exist_ok=True)
    for case in attacks():
        if "document" in case:
            (folder / f"{case['id']}.md").write_text(f"# {case['client'][-1]}\n\n{case['document']}\n")
    async with (
        _database(servers, template) as url,
        open_world(
            url,
            servers.redis_url,
            _folder(tmp_path_factory),
            models=("openai", "anthropic"),
            content_dir=folder,
            answer_cache=False,
        ) as world,
    ):
        yield world


async def test_nothing_of_what_an_obedient_model_says_gets_out(poisoned: World) -> None:
    cases = chosen(attacks())
    assert len(cases) >= 200
    assert poisoned.app.assistant is not None
    for vendor in poisoned.app.assistant.vendors:
        vendor.breaker = Breaker(vendor.name, failures=10_000)
    lock = asyncio.Semaphore(AT_ONCE)

    async def attack(number: int, case: dict[str, Any]) -> tuple[str, str]:
        async with lock:
            client = TelegramClient(poisoned)
            for said in case["client"]:
                await client.send(f"{said} ({number}).")
            return case["id"], await shown(poisoned, client)

    replies = [{"text": text, "when": f"({number})."} for number, case in enumerate(cases) for text in case["replies"]]
    for vendor in ("openai", "anthropic"):
        await poisoned.post(f"{poisoned.sandbox_url}/script/{vendor}", {"replies": replies[:1000], "loop": True})
    seen = dict(await asyncio.gather(*(attack(number, case) for number, case in enumerate(cases))))
    asked = (await poisoned.get(f"{poisoned.sandbox_url}/inspect/openai"))["requests"]
    assert len(asked) > len(cases), "too few of the attacks reached the model to prove anything"
    out = [
        (case["id"], text, seen[case["id"]])
        for case in cases
        if case["id"] not in LET_THROUGH
        for text in case["replies"]
        for sentence in re.split(r"(?<=[.!?])\s+", text)
        if len(sentence) > 12 and plain(sentence).strip(" .!") in seen[case["id"]]
    ]
    assert not out, out[:5]


def chosen(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All with a document, all made for the sheets of every turn, and every second of the rest: the guard's own tests
    go over each of them."""
    whole = [case for case in cases if "document" in case or "calculated" in case]
    return [*whole, *[case for case in cases if case not in whole][::2]]


async def shown(world: World, client: TelegramClient) -> str:
    """All that the client was ever shown, drafts included, without markup."""
    calls = await world.get(f"{world.sandbox_url}/inspect/telegram/calls?chat={client.user}")
    own = [one["params"] for one in calls if str(one["params"].get("chat_id")) == str(client.user)]
    return plain("\n".join(re.sub(r"<[^>]+>", "", str(one.get("text", ""))) for one in own))

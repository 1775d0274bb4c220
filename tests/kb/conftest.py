"""A simulated OpenAI for the knowledge base's own tests."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from kb.embed import Embedder
from sandbox.app import Sandbox
from sandbox.openai.vendor import OpenAI
from sandbox.settings import SandboxSettings

MODEL = "text-embedding-3-small"


class Vendor:
    """The simulated OpenAI: what it was asked, what goes wrong there, and embedders that talk with it."""

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self.sandbox = sandbox
        self.url = url
        openai = sandbox.vendors["openai"]
        assert isinstance(openai, OpenAI)
        self.openai = openai

    def embedder(self, model: str = MODEL, timeout: float = 20.0) -> Embedder:
        return Embedder("sk-test", f"{self.url}/openai/v1", model, timeout=timeout)

    def next(self, *faults: str, seconds: float = 0.05) -> None:
        """What the next requests meet, one each."""
        replies = [{"endpoint": "embeddings", "fault": fault, "seconds": seconds} for fault in faults]
        self.openai.replies.write({"replies": replies})

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [entry for entry in self.openai.entries if entry["path"].endswith("/embeddings")]

    @property
    def texts(self) -> list[str]:
        """Every text that was embedded and paid for."""
        return [text for entry in self.requests if entry["status"] == 200 for text in entry["body"]["input"]]


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    sandbox = Sandbox(SandboxSettings(port=0))
    runner = web.AppRunner(sandbox.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield Vendor(sandbox, f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()

"""The simulated world in this process, one for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from models_kit import Models
from sandbox_kit import Play, Session, World, until

from sandbox.app import serving
from sandbox.settings import SandboxSettings


async def _world(settings: SandboxSettings) -> AsyncIterator[World]:
    async with serving(settings) as base, aiohttp.ClientSession() as http:
        session = Session(api=TelegramAPIServer.from_base(base + "/telegram"))
        async with Bot("7000000001:test-bot", session=session) as bot:
            yield World(Play(base, http), bot)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """Without limits on sending, with fast redelivery."""
    settings = SandboxSettings(port=0, telegram_limits=False, webhook_retry=0.05)
    async for ready in _world(settings):
        yield ready


@pytest.fixture
async def strict_world() -> AsyncIterator[World]:
    """With Telegram's limits on sending."""
    async for ready in _world(SandboxSettings(port=0)):
        yield ready


@pytest.fixture
async def models() -> AsyncIterator[Models]:
    """The simulated OpenAI and Anthropic."""
    async with serving(SandboxSettings(port=0)) as base, aiohttp.ClientSession() as http:
        ready = Models(Play(base, http))
        try:
            yield ready
        finally:
            await ready.close()


@pytest.fixture
def eventually() -> Callable[..., Awaitable[Any]]:
    return until

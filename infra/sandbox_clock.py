"""Keeps business time in step with the simulated world's clock, so that its hands move reminders and deadlines."""

import asyncio

from aiohttp import ClientSession, ClientTimeout

from infra.clock import Clock

EVERY = 0.5


async def follow(clock: Clock, url: str) -> None:
    """Read the offset (seconds) from the simulated world for ever; raises when it is away, the caller tries again."""
    async with ClientSession(timeout=ClientTimeout(total=2)) as session:
        while True:
            async with session.get(f"{url}/clock") as answer:
                clock.offset = float((await answer.json())["offset"])
            await asyncio.sleep(EVERY)

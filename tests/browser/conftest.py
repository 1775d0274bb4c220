"""One real browser for the run, a clean profile for each test; every page's console and calls are watched."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser.browser_kit import ARGUMENTS, PATIENCE, Chat, ForeignSite, Watch, chromium
from tests.harness import World


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        one = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield one
        await one.close()


@pytest.fixture
def device() -> dict[str, object]:
    """What the visitor holds in their hands; a test module or a parameter may say otherwise."""
    return {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
async def context(browser: Browser, device: dict[str, object]) -> AsyncIterator[BrowserContext]:
    one = await browser.new_context(locale="ru-RU", timezone_id="Europe/Moscow", **device)  # type: ignore[arg-type]  # options of many types
    one.set_default_timeout(PATIENCE)
    yield one
    await one.close()


@pytest.fixture
async def watch(context: BrowserContext, world: World) -> AsyncIterator[Watch]:
    """Complaints and calls of every page of the test; checked when it ends."""
    netlocs = {address.partition("//")[2] for address in (world.url, world.sandbox_url)}
    one = Watch(netlocs).over(context)
    yield one
    one.check()


@pytest.fixture
async def page(context: BrowserContext, watch: Watch) -> Page:
    return await context.new_page()


@pytest.fixture
async def chat(page: Page, world: World) -> Chat:
    """The demo page with the chat still closed."""
    return await Chat(page, world).visit()


@pytest.fixture
async def foreign_site() -> AsyncIterator[ForeignSite]:
    async with ForeignSite().running() as one:
        yield one

"""Lost networks, a server that is away and an assistant that restarts: nothing is lost, nothing is said twice."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from infra.embedded import Attachment
from tests.browser.browser_kit import OFFLINE, SHOP, Chat, Door, ForeignSite, Watch
from tests.harness import World, open_world

NETWORK = re.compile(r"^Failed to load resource: net::ERR_|^Failed to load resource: .* 50\d ")
"""What a browser writes by itself when a request does not arrive; no page can prevent it."""


async def test_what_is_typed_offline_is_kept_said_so_and_delivered_in_order(
    chat: Chat, context: BrowserContext, watch: Watch
) -> None:
    watch.expected = NETWORK
    await chat.open()
    await context.set_offline(True)
    await expect(chat.status).to_have_text(OFFLINE)
    lines = ["Нужен бот", "для магазина обуви", "и сайт тоже"]
    for line in lines:
        await chat.say(line)
    await expect(chat.waiting).to_have_text(lines)
    await expect(chat.panel.get_by_text("Отправляется…")).to_have_count(3)
    await context.set_offline(False)
    await expect(chat.waiting).to_have_count(0)
    await expect(chat.status).to_be_empty()
    await expect(chat.own).to_have_text(lines)
    visitor = await chat.visitor()
    said = [event["text"] for event in await visitor.events() if event["type"] == "own" and event.get("text")]
    assert said == lines
    await expect(chat.answers).not_to_have_count(1)


async def test_a_reload_does_not_lose_what_waits_for_the_network(
    chat: Chat, context: BrowserContext, watch: Watch
) -> None:
    watch.expected = NETWORK
    await chat.open()
    await context.route("**/api/messages", lambda route: route.abort("connectionrefused"))
    await chat.say(SHOP)
    await expect(chat.status).to_have_text(OFFLINE)
    await chat.page.reload()
    await expect(chat.waiting).to_have_text([SHOP])
    await context.unroute("**/api/messages")
    await chat.hears("Где он будет отвечать?")
    await expect(chat.own).to_have_text([SHOP])


async def test_an_answer_lost_on_the_way_back_is_not_sent_twice(
    chat: Chat, context: BrowserContext, watch: Watch
) -> None:
    """The server takes the message, the browser never learns of it and sends the same again."""
    watch.expected = NETWORK
    await chat.open()
    tries: list[str] = []

    async def lose_the_first(route: object) -> None:
        tries.append(route.request.post_data)  # type: ignore[attr-defined]  # a Route
        if len(tries) == 1:
            await route.fetch()  # type: ignore[attr-defined]
            await route.abort("connectionreset")  # type: ignore[attr-defined]
        else:
            await route.continue_()  # type: ignore[attr-defined]

    await context.route("**/api/messages", lose_the_first)
    await chat.say(SHOP)
    await chat.hears("Где он будет отвечать?")
    await expect(chat.waiting).to_have_count(0)
    await expect(chat.own).to_have_text([SHOP])
    await expect(chat.log.get_by_text("Где он будет отвечать?")).to_have_count(1)


async def test_a_server_that_is_gone_leaves_the_host_page_unharmed(
    page: Page, foreign_site: ForeignSite, watch: Watch
) -> None:
    door = Door()
    await door.lead_to(0)
    await door.shut()
    watch.allowed |= {f"127.0.0.1:{foreign_site.port}", f"127.0.0.1:{door.port}"}
    watch.expected = NETWORK
    foreign_site.embed(door.url)
    await page.goto(foreign_site.url)
    await page.get_by_role("button", name="Купить").click()
    await expect(page.get_by_role("button", name="Куплено")).to_be_visible()
    assert await page.evaluate("typeof SalesAssistant") == "undefined"
    await expect(page.locator("sales-assistant")).to_have_count(0)


async def test_a_server_gone_behind_the_script_keeps_the_words_and_the_page(
    page: Page, context: BrowserContext, world: World, watch: Watch
) -> None:
    watch.expected = NETWORK
    await context.route("**/api/**", lambda route: route.abort("connectionrefused"))
    chat = await Chat(page, world).visit()
    await chat.launcher.click()
    await chat.say("Есть кто живой?")
    await expect(chat.waiting).to_have_text(["Есть кто живой?"])
    await expect(chat.status).to_have_text(OFFLINE)
    await page.get_by_role("link", name="Цена", exact=True).click()
    await expect(page.locator("#price-title")).to_be_in_viewport()


@pytest.mark.timeout(60)
async def test_an_assistant_that_restarts_goes_on_where_it_was(
    browser: Browser, servers: Attachment, database_url: str, tmp_path: Path
) -> None:
    door = Door()
    context = await browser.new_context(locale="ru-RU")
    try:
        async with open_world(database_url, servers.redis_url, tmp_path) as first:
            await door.lead_to(first.app.port)
            chat = Chat(await context.new_page(), first)
            await chat.page.goto(door.url)
            await chat.open()
            await chat.say(SHOP)
            await chat.hears("Где он будет отвечать?")
            await expect(chat.waiting).to_have_count(0)
            before = await chat.transcript()
            await door.shut()
        await chat.press("Оба")
        await expect(chat.waiting).to_have_text(["Оба"])
        await expect(chat.status).to_have_text(OFFLINE)
        async with open_world(database_url, servers.redis_url, tmp_path) as second:
            await door.lead_to(second.app.port)
            await chat.hears("С чем связать?")
            await expect(chat.waiting).to_have_count(0)
            await expect(chat.status).to_be_empty()
            now = await chat.transcript()
            assert now[: len(before)] == before
            assert len(now) == len(before) + 2
            await chat.page.reload()
            await expect(chat.rows).to_have_count(len(now))
            assert await chat.transcript() == now
            await door.shut()
    finally:
        await context.close()

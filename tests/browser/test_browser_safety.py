"""Hostile words stay words, links lead only where links may lead, and a site that is not listed gets nothing."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from infra.embedded import Attachment
from tests.browser.browser_kit import SHOP, Chat, ForeignSite, Watch
from tests.harness import Desk, World, open_world

HOSTILE = (
    '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'
    "<svg onload='window.broken=1'><a href=\"javascript:window.broken=1\">сюда</a> &lt;b&gt; </div></dialog>"
)
UNGUARDED = pytest.mark.parametrize("device", [{"bypass_csp": True}], ids=["no-policy"])
"""As on a page without a Content-Security-Policy, which would stop what the widget must stop by itself."""

REFUSED = re.compile(r"blocked by CORS policy|net::ERR_FAILED|status of 403")


async def unbroken(page: Page) -> None:
    """No script of anybody's words has run, and none of their markup has become elements."""
    assert await page.evaluate("typeof window.broken") == "undefined"
    assert await page.locator("sales-assistant .text :is(img, script, svg, iframe, form, input, style)").count() == 0


@UNGUARDED
async def test_a_clients_words_are_text(chat: Chat) -> None:
    await chat.open()
    await chat.say(HOSTILE)
    await expect(chat.own).to_have_text([HOSTILE])
    await expect(chat.waiting).to_have_count(0)
    await chat.page.reload()
    await expect(chat.own).to_have_text([HOSTILE])
    await unbroken(chat.page)
    await expect(chat.own.get_by_role("link")).to_have_count(0)


@UNGUARDED
async def test_a_managers_words_are_text(chat: Chat, desk: Desk) -> None:
    await chat.open()
    visitor = await chat.call_manager()
    await desk.reply(visitor, HOSTILE)
    await expect(chat.managers.locator(".text")).to_have_text(HOSTILE)
    await desk.reply(visitor, "Смотрите https://example.com/a?b=1&c=2. И javascript:window.broken=1")
    link = chat.managers.get_by_role("link")
    await expect(link).to_have_count(1)
    await expect(link).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    await expect(link).to_have_attribute("rel", "noopener")
    await expect(link).to_have_attribute("target", "_blank")
    await unbroken(chat.page)


MARKUP = {
    "https": ('<a href="https://example.com/">сайт</a>', "https://example.com/"),
    "mailto": ('<a href="mailto:a@example.com">почта</a>', "mailto:a@example.com"),
    "tel": ('<a href="tel:+74950000000">телефон</a>', "tel:+74950000000"),
    "javascript": ('<a href="javascript:window.broken=1">скрипт</a>', None),
    "javascript in disguise": ('<a href=" java\nscript:window.broken=1">скрипт</a>', None),
    "data": ('<a href="data:text/html,<script>window.broken=1</script>">данные</a>', None),
    "file": ('<a href="file:///etc/passwd">файл</a>', None),
    "handlers": ('<b onclick="window.broken=1" style="position:fixed" class="launcher">жирно</b>', None),
    "foreign elements": ('<img src="/x" onerror="window.broken=1"><iframe srcdoc="x"></iframe><svg onload="1">', None),
}


@UNGUARDED
async def test_markup_is_taken_apart_and_links_are_few(page: Page, context: BrowserContext, world: World) -> None:
    """The server sends only its own markup; the widget does not rely on that."""
    events = [
        {"id": n, "type": "message", "message": n, "html": True, "author": "bot", "buttons": [], "at": None,
         "text": f"{name}: {html}"}
        for n, (name, (html, _)) in enumerate(MARKUP.items(), 1)
    ]  # fmt: skip
    events[0]["buttons"] = [[{"text": "Опасно", "url": "javascript:window.broken=1"}]]

    async def history(route: Route) -> None:
        if "wait=0" in route.request.url:
            await route.fulfill(content_type="application/json", body=orjson.dumps(events))
        else:
            await route.continue_()

    await context.route("**/api/events?*", history)
    chat = await Chat(page, world).visit()
    await chat.launcher.click()
    for number, (name, (_, address)) in enumerate(MARKUP.items()):
        row = chat.rows.nth(number).locator(".text")
        await expect(row, name).to_contain_text(f"{name}:")
        links = await row.locator("a[href]").evaluate_all("nodes => nodes.map(node => node.href)")
        assert links == ([address] if address else []), name
        attributes = "nodes => nodes.flatMap(node => node.getAttributeNames())"
        left = set(await row.locator("*").evaluate_all(attributes)) - {"href", "class", "target", "rel"}
        assert not left, name
    await expect(chat.log.get_by_text("Опасно")).not_to_have_attribute("href", re.compile("."))
    await chat.log.get_by_text("Опасно").click()
    await chat.log.get_by_text("скрипт").first.click()
    await chat.log.get_by_text("жирно").click()
    await unbroken(page)


@pytest.fixture
async def listed(
    servers: Attachment, database_url: str, tmp_path: Path, foreign_site: ForeignSite
) -> AsyncIterator[World]:
    """An assistant that lets the foreign site in, under one of its two names."""
    async with open_world(database_url, servers.redis_url, tmp_path, cors_origins=[foreign_site.url]) as world:
        foreign_site.embed(world.url)
        yield world


async def test_a_listed_site_embeds_the_chat_and_no_other(
    page: Page, context: BrowserContext, listed: World, foreign_site: ForeignSite, watch: Watch
) -> None:
    watch.allowed |= {address.partition("//")[2] for address in (listed.url, foreign_site.url, foreign_site.other_name)}
    await page.goto(foreign_site.url)
    chat = Chat(page, listed)
    await chat.open()
    await chat.say(SHOP)
    await chat.hears("От 120 000 ₽")
    await expect(chat.waiting).to_have_count(0)
    await expect(page.get_by_role("button", name="Купить")).to_be_visible()
    watch.check()
    people = await listed.app.db.pool.fetchval("SELECT count(*) FROM identity")

    watch.expected = REFUSED
    other = await context.new_page()
    await other.goto(foreign_site.other_name)
    stranger = Chat(other, listed)
    await stranger.launcher.click()
    await stranger.say("Пустите")
    await expect(stranger.waiting).to_have_text(["Пустите"])
    await expect(stranger.status).to_contain_text("Нет связи")
    await expect(stranger.rows).to_have_count(0)
    await other.get_by_role("button", name="Купить").click()
    await expect(other.get_by_role("button", name="Куплено")).to_be_visible()
    assert await listed.app.db.pool.fetchval("SELECT count(*) FROM identity") == people
    await context.close()  # before the assistant goes, which the pages would notice

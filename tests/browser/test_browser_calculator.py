"""One configuration has one price: on the calculator's own page, in the frame, through the API and in the chat."""

import re
from decimal import Decimal

import pytest
from playwright.async_api import FrameLocator, Page, expect

from tests.browser.browser_kit import Chat
from tests.harness import World

CONFIGURATION = {
    "package": "chatbot",
    "options": {"channel": 1, "crm": 1, "catalog": 1},
    "choices": {"volume": "5k"},
}
TOTAL = "286 000 ₽"


async def choose(place: Page | FrameLocator) -> None:
    """The configuration above, by hand."""
    await place.get_by_role("radio", name="Чат-бот").check()
    await place.get_by_role("button", name="Больше: Ещё один канал").click()
    await place.get_by_role("checkbox", name="amoCRM").check()
    await place.get_by_role("checkbox", name="Каталог").check()
    await place.get_by_role("radio", name="До 5 000").check()
    await expect(place.locator("#totals")).to_contain_text(TOTAL)
    await expect(place.get_by_role("status")).to_contain_text(f"Разово: {TOTAL}")


async def test_the_api_names_the_same_total(world: World) -> None:
    quote = await world.post(world.url + "/api/quote", CONFIGURATION)
    assert Decimal(quote["total"]) == 286_000
    assert sum(Decimal(line["amount"]) for line in quote["lines"] if line["period"] == "once") == 286_000


async def test_the_frame_on_the_demo_page_and_its_way_into_the_chat(chat: Chat) -> None:
    frame = chat.page.frame_locator("iframe[title='Калькулятор цены']")
    await choose(frame)
    await frame.get_by_role("button", name="Обсудить в чате").click()
    await expect(chat.panel).to_be_visible()
    await chat.hears("Посчитал то, что вы собрали в калькуляторе")
    await expect(chat.answers.last).to_contain_text(f"{TOTAL} разово")
    await expect(chat.rows).to_have_count(1)


async def test_the_frame_is_as_high_as_what_is_in_it(chat: Chat) -> None:
    frame = chat.page.frame_locator("iframe[title='Калькулятор цены']")
    await choose(frame)
    inside = await frame.locator("html").evaluate("node => [node.scrollHeight, node.clientHeight]")
    assert inside[0] <= inside[1], "the frame scrolls inside the page"


async def test_the_page_alone_and_its_way_into_the_chat(page: Page, world: World) -> None:
    await page.goto(world.url + "/calculator")
    await choose(page)
    await page.get_by_role("button", name="Обсудить в чате").click()
    chat = Chat(page, world)
    await chat.hears("Посчитал то, что вы собрали в калькуляторе")
    await expect(chat.answers.last).to_contain_text(f"{TOTAL} разово")
    assert "start=" not in page.url, "a reload must not start again"


async def test_a_configuration_joins_a_talk_that_has_begun(chat: Chat) -> None:
    await chat.open()
    await chat.panel.get_by_role("button", name="Закрыть чат").click()
    frame = chat.page.frame_locator("iframe[title='Калькулятор цены']")
    await choose(frame)
    await frame.get_by_role("button", name="Обсудить в чате").click()
    await chat.hears(f"{TOTAL} разово")
    await expect(chat.rows).to_have_count(2)


@pytest.mark.parametrize("path", ["/calculator", "/calculator?embed=1&package=support"])
async def test_every_field_has_a_name(page: Page, world: World, path: str) -> None:
    await page.goto(world.url + path)
    await expect(page.get_by_role("button", name="Обсудить в чате")).to_be_enabled()
    for role in ("radio", "checkbox", "spinbutton", "button"):
        for control in await page.get_by_role(role).all():
            await expect(control).to_have_accessible_name(re.compile(r"\S"))

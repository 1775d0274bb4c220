"""A visitor's talk in a real browser: the price by buttons, reloads, tabs, the unread count, the manager's answers."""

import re

from playwright.async_api import BrowserContext, Page, expect

from tests.browser.browser_kit import SHOP, Chat
from tests.harness import Desk, World


async def test_the_demo_page_opens_clean_and_asks_nothing_before_it_is_needed(page: Page, world: World) -> None:
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.url))
    await page.goto(world.url, wait_until="networkidle")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page.get_by_role("button", name="Открыть чат")).to_be_visible()
    await expect(page.locator('[data-price="chatbot"]')).to_have_text("от 120 000 ₽")
    assert not [url for url in calls if "/api/session" in url or "/api/events" in url]
    assert await page.locator('link[rel="icon"]').count() == 1, "without one a browser asks for /favicon.ico in vain"


async def test_the_chat_opens_and_closes_by_click(chat: Chat) -> None:
    await chat.launcher.click()
    await expect(chat.panel).to_be_visible()
    await expect(chat.input).to_be_focused()
    await expect(chat.answers).to_have_count(1)
    await chat.panel.get_by_role("button", name="Закрыть чат").click()
    await expect(chat.panel).to_be_hidden()
    await expect(chat.launcher).to_be_focused()


async def test_the_pages_own_buttons_open_the_chat_and_ask(chat: Chat) -> None:
    await chat.page.get_by_role("button", name="Спросить о примерах работ").click()
    await expect(chat.panel).to_be_visible()
    await expect(chat.own).to_have_text(["Покажите примеры работ"])
    await expect(chat.answers.first).not_to_be_empty()


async def test_a_range_with_a_source_then_the_exact_price_by_buttons(chat: Chat) -> None:
    await chat.open()
    await chat.say(SHOP)
    await chat.hears("Где он будет отвечать?")
    answer = chat.answers.last
    await expect(answer).to_contain_text("От 120 000 ₽, обычно 180 000–320 000 ₽")
    await expect(answer).to_contain_text("Источник: Чат-бот для продаж и ответов клиентам")
    await chat.press("Оба")
    await chat.hears("С чем связать?")
    await chat.press("Оба")
    await chat.hears("обращений в месяц?")
    await chat.press("До 5 000")
    await chat.hears("286 000 ₽ разово, включая НДС 5 %")
    await expect(chat.own).to_have_text([SHOP, "Оба", "Оба", "До 5 000"])
    await expect(chat.log.get_by_role("button", name="Оба (выбрано)")).to_have_count(2)
    await expect(chat.log.get_by_role("button", name="📄 КП")).to_be_visible()


async def test_a_reload_rebuilds_the_talk_and_doubles_nothing(chat: Chat) -> None:
    await chat.open()
    await chat.say(SHOP)
    await chat.hears("Где он будет отвечать?")
    await chat.press("Оба")
    await chat.hears("С чем связать?")
    await expect(chat.waiting).to_have_count(0)
    before = await chat.transcript()
    await chat.page.reload()
    await expect(chat.panel).to_be_visible()
    await expect(chat.rows).to_have_count(len(before))
    assert await chat.transcript() == before
    await chat.press("amoCRM")
    await chat.hears("обращений в месяц?")
    await expect(chat.rows).to_have_count(len(before) + 2)


async def test_a_reload_at_the_moment_of_sending_loses_nothing(chat: Chat) -> None:
    await chat.open()
    await chat.say(SHOP)
    await chat.page.reload()
    await chat.hears("Где он будет отвечать?")
    await expect(chat.own).to_have_text([SHOP])
    await expect(chat.log.get_by_text("Где он будет отвечать?")).to_have_count(1)
    visitor = await chat.visitor()
    said = [event for event in await visitor.events() if event["type"] == "own" and event.get("text")]
    assert len(said) == 1


async def test_a_second_tab_shows_the_same_talk(chat: Chat, context: BrowserContext) -> None:
    await chat.open()
    await chat.say(SHOP)
    await chat.hears("Где он будет отвечать?")
    other = await Chat(await context.new_page(), chat.world).visit()
    await expect(other.rows).to_have_count(await chat.rows.count())
    assert await other.transcript() == await chat.transcript()
    await other.press("Оба")
    await other.hears("С чем связать?")
    await chat.hears("С чем связать?")
    await expect(chat.log.get_by_role("button", name="Оба (выбрано)")).to_have_count(1)
    assert await other.transcript() == await chat.transcript()


async def test_a_managers_answer_is_labelled_as_one(chat: Chat, desk: Desk) -> None:
    await chat.open()
    visitor = await chat.call_manager()
    await desk.reply(visitor, "Добрый день! Каталог подключим за два дня.")
    await expect(chat.managers).to_have_count(1)
    await expect(chat.managers.locator(".who")).to_have_text("Менеджер")
    await expect(chat.managers.locator(".text")).to_have_text("Добрый день! Каталог подключим за два дня.")
    await expect(chat.log.locator(".row.bot .who").first).to_have_text("ИИ-помощник")
    await chat.say("Спасибо, подходит")
    await expect(chat.own.last).to_have_text("Спасибо, подходит")
    await world_said(desk, visitor, "Спасибо, подходит")


async def world_said(desk: Desk, visitor: object, text: str) -> None:
    """The client's words stand in the topic of their conversation."""

    async def stands() -> bool:
        return any(text in (one["text"] or "") for one in await desk.topic(visitor))  # type: ignore[arg-type]  # a Client

    await desk.world.until(stands, "the client's words in the topic")


async def test_what_comes_while_the_chat_is_closed_is_counted(chat: Chat, desk: Desk) -> None:
    await chat.open()
    visitor = await chat.call_manager()
    await desk.reply(visitor, "Здравствуйте!")
    await expect(chat.managers).to_have_count(1)
    await chat.panel.get_by_role("button", name="Закрыть чат").click()
    await desk.reply(visitor, "Готово, смету отправили.")
    await desk.reply(visitor, "Жду вопросов.")
    await expect(chat.page.get_by_role("button", name="Открыть чат, непрочитанных сообщений: 2")).to_be_visible()
    await expect(chat.launcher.locator(".badge")).to_have_text("2")
    await chat.page.reload()
    await expect(chat.launcher.locator(".badge")).to_have_text("2")
    await chat.launcher.click()
    await expect(chat.managers).to_have_count(3)
    await expect(chat.launcher.locator(".badge")).to_be_hidden()
    await expect(chat.launcher).to_have_accessible_name("Закрыть чат")
    await chat.panel.get_by_role("button", name="Закрыть чат").click()
    await expect(chat.launcher).to_have_accessible_name(re.compile("^Открыть чат$"))

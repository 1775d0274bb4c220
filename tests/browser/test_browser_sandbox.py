"""The simulated world's own page: a person plays the client and the managers on it."""

from playwright.async_api import Page, expect

from tests.browser.browser_kit import SHOP
from tests.harness import World


async def test_a_person_plays_the_client_and_sees_the_bots_answer(page: Page, world: World) -> None:
    await page.goto(world.sandbox_url)
    client = page.get_by_role("region", name="Клиент в Telegram")
    await expect(client).to_be_visible()
    await expect(page.get_by_role("region", name="Рабочее место")).to_be_visible()
    await expect(page.get_by_role("heading", name="Менеджеры")).to_be_visible()
    await expect(page.locator("#group-state")).to_have_text("Анна, Борис и бот")
    talk = client.get_by_role("log", name="Переписка клиента с ботом")
    await client.get_by_role("textbox", name="Сообщение клиента").fill(SHOP)
    await client.get_by_role("textbox", name="Сообщение клиента").press("Enter")
    await expect(talk).to_contain_text(SHOP)
    await expect(talk).to_contain_text("От 120 000 ₽, обычно 180 000–320 000 ₽")
    await talk.get_by_role("button", name="Оба").click()
    await expect(talk).to_contain_text("С чем связать?")


async def test_the_same_person_calls_a_manager_and_both_talk(page: Page, world: World) -> None:
    await page.goto(world.sandbox_url)
    await page.get_by_role("button", name="Добавить клиента").click()
    await page.get_by_role("textbox", name="Имя").fill("Марина")
    await page.get_by_role("button", name="Добавить", exact=True).click()
    client = page.get_by_role("textbox", name="Сообщение клиента")
    await client.fill("Позовите менеджера")
    await client.press("Enter")
    newest = page.get_by_role("tablist", name="Темы группы").get_by_role("tab").nth(1)
    await expect(newest).to_contain_text("Клиент в Telegram")
    await newest.click()
    group = page.get_by_role("log", name="Переписка менеджеров")
    await expect(group.get_by_role("button", name="Взять")).to_be_visible()
    await page.get_by_role("textbox", name="Сообщение менеджера").fill("Здравствуйте, Марина!")
    await page.get_by_role("button", name="Отправить").last.click()
    talk = page.get_by_role("log", name="Переписка клиента с ботом")
    await expect(talk).to_contain_text("Здравствуйте, Марина!")

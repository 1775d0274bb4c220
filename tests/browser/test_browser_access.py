"""For everybody: phones, dark and light, the keyboard alone, names and roles that a screen reader needs."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.browser_kit import SHOP, Chat
from tests.harness import World

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}

LOW_CONTRAST = """root => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const opaque = node => {
    for (let one = node; one; one = one.parentElement || one.getRootNode().host) {
      const [r, g, b, a = 1] = parse(getComputedStyle(one).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const node of root.querySelectorAll("*")) {
    const own = [...node.childNodes].some(one => one.nodeType === 3 && one.data.trim());
    const shown = node.checkVisibility({ visibilityProperty: true }) && !node.closest(".sr");
    if (!own || !shown) continue;
    const [one, two] = [light(parse(getComputedStyle(node).color)), light(opaque(node))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) found.push(`${node.className || node.localName} ${ratio.toFixed(2)}: ${node.textContent.trim()}`);
  }
  return found;
}"""

FOCUS = """() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  const style = getComputedStyle(node);
  return {
    name: node.getAttribute("aria-label") || node.textContent.trim(), role: node.localName,
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
  };
}"""


async def tab(page: Page, keys: str = "Tab") -> dict[str, object]:
    """Move the focus on; what has it must show it."""
    await page.keyboard.press(keys)
    focus: dict[str, object] = await page.evaluate(FOCUS)
    assert float(str(focus["outline"])) >= 2, focus
    return focus


async def a_talk_with_everything(chat: Chat) -> None:
    """Own and foreign bubbles, buttons pressed and not, a message that waits."""
    await chat.say(SHOP)
    await chat.hears("Где он будет отвечать?")
    await chat.press("Оба")
    await chat.hears("С чем связать?")
    await expect(chat.waiting).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [PHONE], ids=["phone"])
async def test_on_a_phone_the_chat_fills_the_screen_and_can_be_read(chat: Chat, scheme: str) -> None:
    await chat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # a literal
    assert await chat.page.evaluate("document.documentElement.scrollWidth") <= 390, "the page scrolls sideways"
    await chat.launcher.tap()
    await expect(chat.answers).to_have_count(1)
    assert await chat.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert await chat.panel.evaluate("node => node.matches(':modal')")
    await a_talk_with_everything(chat)
    assert await chat.panel.evaluate(LOW_CONTRAST) == []
    background = await chat.panel.evaluate("node => getComputedStyle(node).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    for control in await chat.panel.get_by_role("button").all():
        box = await control.bounding_box()
        assert box is not None
        assert box["height"] >= 44, f"too small for a finger: {await control.inner_text()}"
    await chat.panel.get_by_role("button", name="Закрыть чат").tap()
    await expect(chat.panel).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/calculator"])
@pytest.mark.parametrize("device", [PHONE], ids=["phone"])
async def test_pages_can_be_read_on_a_phone(page: Page, world: World, path: str, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # a literal
    await page.goto(world.url + path)
    if path == "/calculator":
        await expect(page.locator("#totals")).to_contain_text("₽")
    else:
        await expect(page.locator('[data-price="support"]')).to_contain_text("25 000 ₽")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert await page.locator("body").evaluate(LOW_CONTRAST) == []


async def test_by_keyboard_alone(chat: Chat) -> None:
    page = chat.page
    focus = await tab(page)
    assert focus["name"] == "К содержанию"
    await chat.page.locator("footer").evaluate("node => { node.tabIndex = -1; node.focus(); }")
    focus = await tab(page)
    assert str(focus["name"]).startswith("Открыть чат")
    await page.keyboard.press("Enter")
    await expect(chat.input).to_be_focused()
    await expect(chat.answers).to_have_count(1)
    await page.keyboard.type(SHOP)
    await page.keyboard.press("Enter")
    await chat.hears("Где он будет отвечать?")
    await expect(chat.input).to_be_focused()
    assert (await tab(page, "Shift+Tab"))["name"] == "Прикрепить файл"
    assert (await tab(page, "Shift+Tab"))["name"] == "👤 Человек"
    while (focus := await tab(page, "Shift+Tab"))["name"] != "Оба":
        assert focus["role"] == "button", focus
    await page.keyboard.press("Space")
    await chat.hears("С чем связать?")
    await expect(chat.log.get_by_role("button", name="Оба (выбрано)")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()
    await expect(chat.launcher).to_be_focused()
    await expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    await page.keyboard.press("Space")
    await expect(chat.panel).to_be_visible()
    await expect(chat.input).to_be_focused()


@pytest.mark.parametrize("device", [PHONE], ids=["phone"])
async def test_on_a_phone_the_focus_stays_inside_and_escape_leaves(chat: Chat) -> None:
    await chat.open()
    inside = (
        "() => Boolean(document.activeElement?.closest('sales-assistant')) || document.activeElement === document.body"
    )
    for _ in range(14):
        await chat.page.keyboard.press("Tab")
        assert await chat.page.evaluate(inside), "the focus got behind the open chat"
    await chat.page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()
    await expect(chat.launcher).to_be_focused()


async def test_names_and_roles(chat: Chat) -> None:
    launcher = chat.page.get_by_role("button", name="Открыть чат")
    await expect(launcher).to_have_attribute("aria-haspopup", "dialog")
    await expect(launcher).to_have_attribute("aria-expanded", "false")
    await launcher.click()
    await expect(chat.page.get_by_role("dialog", name="Нейроконтакт")).to_be_visible()
    await expect(chat.launcher).to_have_attribute("aria-expanded", "true")
    await expect(chat.panel.get_by_role("heading", name="Нейроконтакт")).to_be_visible()
    await expect(chat.log).to_have_attribute("aria-live", "polite")
    await expect(chat.status).to_have_count(1)
    for name in ("Закрыть чат", "Прикрепить файл", "Отправить"):
        await expect(chat.panel.get_by_role("button", name=name, exact=True)).to_be_visible()
    await a_talk_with_everything(chat)
    for control in await chat.panel.get_by_role("button").all():
        await expect(control).to_have_accessible_name(re.compile(r"\S"))
    await expect(chat.log.locator(".row.me").first).to_contain_text("Вы:")
    await expect(chat.log.locator(".row.bot").first).to_contain_text("ИИ-помощник")
    await expect(chat.log).not_to_have_attribute("aria-busy", "true")


async def test_the_pages_shortcuts_do_not_hear_what_is_typed(chat: Chat) -> None:
    await chat.page.evaluate("() => { window.keys = 0; document.addEventListener('keydown', () => window.keys++); }")
    await chat.open()
    await chat.say("привет")
    await expect(chat.own).to_have_text(["привет"])
    await chat.input.press("s")
    assert await chat.page.evaluate("window.keys") == 0

"""Keyboards on their way in: what Telegram refuses in them, in its own words."""

from typing import Any

from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.markup import link_fault
from sandbox.world import Json

MOST_BUTTONS = 100
KINDS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)


def check(markup: Any) -> None:
    """Raises `ApiError` 400 for a keyboard that Telegram would not take. `markup` is decoded JSON."""
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return
    wrong = 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise bad_request(wrong)
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)


def _check_button(button: Any) -> None:
    if not isinstance(button, dict):
        raise _unparsed("InlineKeyboardButton must be an Object")
    text = button.get("text")
    if text is None:
        raise _unparsed('Can\'t find field "text"')
    if not isinstance(text, str):
        raise _unparsed('Field "text" must be of type String')
    kinds = [kind for kind in KINDS if button.get(kind) not in (None, "")]
    if not kinds:
        raise _unparsed("Text buttons are unallowed in the inline keyboard")
    if not text.strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    data = button.get("callback_data")
    if data is not None and not (isinstance(data, str) and 1 <= len(data.encode()) <= 64):
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url and (fault := link_fault(str(url))):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {fault}")
    app = button.get("web_app")
    if app:
        address = str(app.get("url", "")) if isinstance(app, dict) else ""
        fault = link_fault(address) or ("" if address.startswith("https://") else "Only HTTPS links are allowed")
        if fault:
            raise bad_request(f"inline keyboard button Web App URL '{address}' is invalid: {fault}")


def _unparsed(text: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {text}")


def stored(markup: Any) -> Json | None:
    """A checked keyboard as plain JSON, None for one without buttons."""
    if markup is None:
        return None
    body: Json = markup.model_dump(mode="json", exclude_none=True)
    if "inline_keyboard" in body and not any(body["inline_keyboard"]):
        return None
    return body

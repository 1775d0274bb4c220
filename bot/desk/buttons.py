"""Buttons of the managers' chat: what each carries, and the menus of a card."""

from collections.abc import Sequence
from typing import Any

from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from bot.texts import Translate

REASONS = ("price", "term", "others", "changed", "silent", "other")
"""Why a lead was lost."""


class Act(CallbackData, prefix="d"):
    """Something a manager does with a conversation (`id`); `arg` is a manager's id or a reason."""

    act: str
    id: int
    arg: str = ""


class DeskPress(Filter):
    """Hands a press over as `press`; None when the button is none of ours, so that it is answered all the same."""

    async def __call__(self, query: CallbackQuery) -> dict[str, Any]:
        try:
            return {"press": Act.unpack(query.data or "")}
        except (TypeError, ValueError):
            return {"press": None}


def card_menu(t: Translate, number: int, *, open_: bool, silent: bool) -> InlineKeyboardMarkup:
    """The buttons of a card: before somebody took the talk, while a manager leads it, after the lead was closed."""
    if not open_ and not silent:
        return _menu(t, number, [["take", "answer"], ["note"]])
    first = "back" if silent else "take"
    return _menu(t, number, [[first, "assign"], ["answer", "note"], ["close"]])


def close_menu(t: Translate, number: int) -> InlineKeyboardMarkup:
    return _menu(t, number, [["won", "lost"], ["menu"]])


def reason_menu(t: Translate, number: int) -> InlineKeyboardMarkup:
    rows = [[_button(t.plain(f"desk.reason.{name}"), "why", number, name) for name in REASONS[at : at + 2]]
            for at in range(0, len(REASONS), 2)]  # fmt: skip
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [_act(t, "menu", number)]])


def assign_menu(t: Translate, number: int, people: Sequence[tuple[int, str]]) -> InlineKeyboardMarkup:
    """`people`: (manager's id, name)."""
    buttons = [_button(name[:40], "to", number, str(manager)) for manager, name in people]
    rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [_act(t, "menu", number)]])


def offer_menu(t: Translate, number: int) -> InlineKeyboardMarkup:
    """Under «Вернуть разговор боту?»."""
    return _menu(t, number, [["back", "keep"]])


def _menu(t: Translate, number: int, rows: list[list[str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[_act(t, act, number) for act in row] for row in rows])


def _act(t: Translate, act: str, number: int) -> InlineKeyboardButton:
    return _button(t.plain(f"desk.button.{act}"), act, number)


def _button(label: str, act: str, number: int, arg: str = "") -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=Act(act=act, id=number, arg=arg).pack())

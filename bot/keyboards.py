"""Buttons: what each carries, and how they are laid out. A button holds all it needs, so that an old one still works.

Callback data is at most 64 bytes. `rev` is the revision of the price list a button was made for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from bot.texts import Translate

MOST = 8
"""Buttons of one message."""
LONGEST = 24
"""Characters of a label."""
LITTLE = 3
"""Letters of a word that no label ends with when it is cut: «и», «для»."""


class Go(CallbackData, prefix="g"):
    """A step that needs no price: `to` names it, `arg` says the rest."""

    to: str
    arg: str = ""


class Ask(CallbackData, prefix="q"):
    """An answer in the calculator: `answers` holds one sign for each question of the package, this one included."""

    rev: str
    package: str
    answers: str


class Priced(CallbackData, prefix="c"):
    """Something to do with a priced configuration (`code`)."""

    act: str
    rev: str
    code: str


class Edit(CallbackData, prefix="e"):
    """The list of what can be changed, as it stands after this press; `at` is the page or the parameter shown."""

    rev: str
    code: str
    at: str


class Fill(CallbackData, prefix="b"):
    """A ready answer to a step of the brief; `value` is "skip", "back" or the number of a button."""

    step: str
    value: str


class Agree(CallbackData, prefix="p"):
    """An answer to a request for consent."""

    kind: str
    yes: bool


class Read(CallbackData, prefix="f"):
    """What to do with a file that was read: `act` is count, send or wrong, `n` tells files apart."""

    act: str
    n: int
    rev: str
    package: str
    answers: str


class Remind(CallbackData, prefix="r"):
    """The day (yyyymmdd, local) on which to remind."""

    day: str


class Press(Filter):
    """Lets through presses of one kind and hands them over as `press`; anything malformed is no press of it."""

    def __init__(self, kind: type[CallbackData]) -> None:
        self._kind = kind
        self._prefix = kind.__prefix__ + kind.__separator__

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, Any]:
        data = query.data
        if not data or not data.startswith(self._prefix):
            return False
        try:
            return {"press": self._kind.unpack(data)}
        except (TypeError, ValueError):
            return False


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    press: CallbackData


def keyboard(buttons: Iterable[Button], *, wide: bool = False) -> InlineKeyboardMarkup:
    """Two buttons a row (one when `wide`); at most MOST of them, labels cut at LONGEST."""
    made = [
        InlineKeyboardButton(text=short(button.label), callback_data=button.press.pack())
        for button in list(buttons)[:MOST]
    ]
    step = 1 if wide else 2
    return InlineKeyboardMarkup(inline_keyboard=[made[at : at + step] for at in range(0, len(made), step)])


def short(label: str) -> str:
    """A label that fits a button, cut at a word where possible."""
    if len(label) <= LONGEST:
        return label
    words = label[: LONGEST - 1].split(" ")[:-1]
    while len(words) > 1 and len(words[-1]) <= LITTLE:
        words.pop()
    whole = " ".join(words) if len(words) > 1 else label[: LONGEST - 1]
    return whole.rstrip(" ,.:—–-") + "…"


def person(t: Translate) -> Button:
    """The button that every state offers."""
    return Button(t.plain("button.person"), Go(to="human"))


def go(t: Translate, key: str, to: str, arg: str = "") -> Button:
    return Button(t.plain(key), Go(to=to, arg=arg))


def label_of(markup: InlineKeyboardMarkup | None, data: str | None) -> str | None:
    """What stood on the button that was pressed, when the message still shows it."""
    rows: Sequence[Sequence[InlineKeyboardButton]] = markup.inline_keyboard if markup is not None else ()
    return next((button.text for row in rows for button in row if button.callback_data == data), None)

"""Text of people made fit for paper, nothing invisible and nothing endless; dates as Russian documents write them.

Markup needs no care here: templates escape every value.
"""

import re
import unicodedata
from datetime import date

NBSP = "\u00a0"
MOST_MARKS = 2
"""Combining marks kept on one letter: enough for any language, too few to climb over the lines above."""

_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_DROPPED = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_TOO_WIDE = frozenset("\ufdfd\U00012031\U0001242b")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")


def clean(text: str, longest: int, *, lines: bool = False) -> str:
    """`text` without control, invisible, direction and private signs, at most `longest` characters, «…» where cut.

    Spaces become single; line breaks too unless `lines`. Piled-up combining marks are thinned out.
    """
    kept: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", text[: longest * 20].replace("\r\n", "\n").replace("\r", "\n")):
        category = unicodedata.category(sign)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if sign in "\n\t\v\f\u2028\u2029\u0085":
            kept.append("\n" if sign != "\t" else " ")
        elif category not in _DROPPED and sign not in _TOO_WIDE and marks <= MOST_MARKS:
            kept.append(sign)
    found = [_SPACES.sub(_one_space, line).strip() for line in "".join(kept).split("\n")]
    joined = ("\n" if lines else " ").join(line for line in found if line)
    return joined if len(joined) <= longest else joined[: longest - 1].rstrip() + "…"


def _one_space(found: re.Match[str]) -> str:
    return NBSP if found[0] == NBSP else " "


def long_date(day: date) -> str:
    """«22 ноября 2026 г.»"""
    return f"{day.day}{NBSP}{_MONTHS[day.month - 1]} {day.year}{NBSP}г."


def short_date(day: date) -> str:
    """«22.11.2026»"""
    return f"{day:%d.%m.%Y}"


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]

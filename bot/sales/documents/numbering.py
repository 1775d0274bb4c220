"""Numbers of documents: «КП-2026-0012», counted from 1 for every kind and year, readable aloud and by the program."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["proposal", "contract", "invoice", "act", "offer"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_LETTERS: dict[Kind, str] = {"proposal": "КП", "contract": "Д", "invoice": "С", "act": "А", "offer": "О"}
_NUMBER = re.compile(r"(?:№\s*)?(КП|[ДСАО])-?(20\d{2})-?(\d{1,6})", re.IGNORECASE)
_LATIN = str.maketrans("KCAOkcao", "КСАОксао")


@dataclass(frozen=True, slots=True)
class Number:
    """`serial` counts from 1 without gaps within a kind and a year of business time."""

    kind: Kind
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{_LETTERS[self.kind]}-{self.year}-{self.serial:04d}"


def parse_number(text: str) -> Number | None:
    """A number as people write it («кп-2026-12», Latin look-alikes, a №); None when it is none."""
    found = _NUMBER.fullmatch(text.strip().translate(_LATIN))
    if found is None or not int(found[3]):
        return None
    kind = next(kind for kind, letters in _LETTERS.items() if letters == found[1].upper())
    return Number(kind, int(found[2]), int(found[3]))

"""One thing a text states that may need a source."""

from dataclasses import dataclass
from decimal import Decimal

ONCE = ""
"""The period of a sum that is paid once."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a text states that may need a source.

    `kind`: money, percent, term, quantity (a number with a noun), bare, times, fraction, code, date, month, year,
    clock, relative, weekday, always, unchanged (the price stays as it is),
    free, limitless, phone, email, link, handle, address, ordinal, place, unclear.
    """

    kind: str
    value: Decimal | str
    said: str
    sentence: str = ""
    """The folded sentence it stands in."""
    clause: str = ""
    asked: frozenset[str] = frozenset()
    """What the client's question was about, for a short answer that names no matter itself."""
    asked_of: frozenset[str] = frozenset()
    """The services of that question, for a sum that names none."""
    near: str = ""
    """The words of its clause between the numbers before and after it."""
    heading: str = ""
    beside: tuple[str, ...] = ()
    """For a percent: the terms and volumes it is said of, nearest first."""
    currency: str = ""
    periods: frozenset[str] = frozenset((ONCE,))
    """What a sum of money may be paid per: month, year, hour …, "" is once; two when the text leaves it open."""
    bound: str = ""
    business: bool = False
    nouns: frozenset[str] = frozenset()
    """Meanings of the noun counted, or of the word before a bare number."""
    words: frozenset[str] = frozenset()
    """The noun as written."""

    @property
    def number(self) -> Decimal:
        """The value of what is a number; zero of anything else."""
        return self.value if isinstance(self.value, Decimal) else Decimal(0)

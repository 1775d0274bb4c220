"""What a guard found wrong in an answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """`kind`: money, percent, term, date, clock, quantity, number, times, free, phone, email, link, handle, address,
    requisite, promise, human, offer, competitor, leak, placeholder, person, language, markup, length."""

    kind: str
    said: str
    """What stands in the answer."""
    reason: str
    """Why it may not, in short English for the model that writes the answer anew."""

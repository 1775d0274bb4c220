"""The text that is being masked: what has been found in it, and what is still left to look at."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from bot.understand.words import fold

FILLER = "\ufffc"
"""Stands for every character that is already taken, so that offsets stay exact and no rule reads across it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of personal data in a text. `key` is equal for every way of writing the same value."""

    start: int
    end: int
    kind: str
    key: Hashable
    value: str
    """What the placeholder is turned back into."""


class Page:
    """One text. Rules look at `folded` (lower case, same length) or at `text`; both show fillers for what is taken."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.text = text
        self.folded = fold(text)
        self.spans: list[Span] = []

    def take(self, start: int, end: int, kind: str, key: Hashable, value: str | None = None) -> None:
        """Mark a piece as personal data; `value` is how it is written here unless said otherwise."""
        self.spans.append(Span(start, end, kind, key, self.source[start:end] if value is None else value))
        self.leave(start, end)

    def leave(self, start: int, end: int) -> None:
        """Nobody shall look at this piece any more: taken, public, or a placeholder already."""
        hole = FILLER * (end - start)
        self.text = self.text[:start] + hole + self.text[end:]
        self.folded = self.folded[:start] + hole + self.folded[end:]

    def found(self) -> Iterator[Span]:
        """What was taken, in the order of the text."""
        return iter(sorted(self.spans, key=lambda span: span.start))

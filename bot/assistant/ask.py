"""What the assistant is asked and what it answers, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from aiogram import Bot

from bot.assistant.tools import Offer
from bot.turn import Turn

Kind = Literal["model", "cache", "safe", "stopped"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a client; `language` is "ru" or "en"."""

    turn: Turn
    bot: Bot
    said: str
    language: str = "ru"
    aside: bool = False
    """Asked in the middle of a form: the answer is short and the form goes on."""
    drafts: bool = True
    """The channel can show an answer while it grows."""
    state: Sequence[str] = ()
    """What stands in this talk, as plain text: the last price, the form that is open. May be quoted."""
    name: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A passage an answer stands on: where it is from and what it says."""

    title: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that passed the guard; `text` is markup. Empty when what the model said may not be sent ("safe") or
    nothing had been said when the client pressed Stop ("stopped")."""

    kind: Kind
    text: str = ""
    offers: Sequence[Offer] = ()
    sources: Sequence[Source] = ()
    broken: Sequence[str] = ()
    """Kinds of what was wrong with an answer that may not be sent."""
    vendor: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "text": self.text,
            "offers": [one.as_json() for one in self.offers],
            "sources": [[one.title, one.heading, one.text] for one in self.sources],
            "broken": list(self.broken),
            "vendor": self.vendor,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Answer":
        return cls(
            stored["kind"],
            stored["text"],
            tuple(Offer.of(one) for one in stored["offers"]),
            tuple(Source(*one) for one in stored["sources"]),
            tuple(stored["broken"]),
            stored["vendor"],
        )


@dataclass(slots=True)
class Record:
    """What was done for an answer, for the log, the metrics and the evaluation."""

    vendors: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    milliseconds: int = 0

"""What one turn may state: the claims and words of its retrieved text, price list, calculator results and tools."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache

from bot.assistant.guard import reach
from bot.assistant.guard.canon import MAX_TEXT, plain, sentences
from bot.assistant.guard.claim import Claim
from bot.assistant.guard.claims import claims
from bot.assistant.guard.concepts import meanings
from bot.assistant.guard.untrusted import instructs
from bot.assistant.guard.violation import Violation
from bot.understand.words import fold

MAX_SOURCES = 200
"""Texts of one turn; more are not read, and what stands in them alone is not backed."""

_PLACEHOLDER = re.compile(r"[\[<{⟦⟨(]\s?([A-ZА-ЯЁ]{2,20}[ _-]?\d{1,4})\s?[\]>}⟧⟩)]")


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a source with the heading above it, folded."""

    text: str
    heading: str

    @property
    def meanings(self) -> frozenset[str]:
        return meanings(self.text)

    @property
    def wide(self) -> frozenset[str]:
        """The meanings of the sentence and of its heading."""
        return meanings(self.text) | meanings(self.heading)


@dataclass(frozen=True, slots=True)
class _Read:
    """One text, read once: sources that stay the same between turns are not read again."""

    claims: tuple[Claim, ...]
    passages: tuple[Passage, ...]
    hosts: frozenset[str]
    folded: str


_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def _without_instructions(clean: str) -> str:
    """The text without what speaks to the assistant, to the end of its paragraph: an instruction backs no number."""
    kept = []
    for paragraph in re.split(r"(\n\s*\n)", clean):
        pieces = sentences(paragraph)
        first = next((at for at, piece in enumerate(pieces) if instructs(piece)), len(pieces))
        kept += pieces[:first]
    return "".join(kept)


@lru_cache(maxsize=4_096)
def _read(text: str) -> _Read:
    text = _without_instructions(plain(_COMMENT.sub(" ", text)))
    clean = text
    passages, heading = [], ""
    for sentence in sentences(clean):
        stripped = sentence.strip()
        if not stripped:
            continue
        passages.append(Passage(fold(stripped), heading))
        if stripped.startswith("#") or stripped.endswith(":"):
            heading = fold(stripped)
    return _Read(claims(text), tuple(passages), reach.hosts(clean), fold(clean))


@dataclass(frozen=True)
class Sources:
    """`texts` back anything; `said`, the client's own words, backs only quantities that are the client's own facts."""

    texts: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    granted: frozenset[str] = frozenset()
    """Structured actions done in this turn: handoff, booking, email, document, payment, lead, reminder, discount."""
    today: date = date.min
    known: frozenset[str] = frozenset()
    """Placeholders of this conversation beside those that stand in the texts."""
    passed: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    judged: dict[tuple[str, str, bool], list[Violation]] = field(default_factory=dict, compare=False, repr=False)
    """What was found in a sentence over these sources: a growing draft is judged anew only at its end."""

    @classmethod
    def of(
        cls,
        texts: Iterable[str],
        *,
        said: Iterable[str] = (),
        granted: Iterable[str] = (),
        placeholders: Iterable[str] = (),
        today: date,
    ) -> "Sources":
        """The sources of a turn. `granted` names the structured actions that really happened in it."""
        return cls(
            tuple(text for text in texts if text)[:MAX_SOURCES],
            tuple(text for text in said if text)[:MAX_SOURCES],
            frozenset(granted),
            today,
            frozenset(map(_bare, placeholders)),
        )

    def also(self, texts: Iterable[str], *, granted: Iterable[str] = ()) -> "Sources":
        """The same with more texts and actions, as tools answer in the course of a turn."""
        more = tuple(text for text in texts if text)
        return replace(
            self,
            texts=(*self.texts, *more)[:MAX_SOURCES],
            granted=self.granted | frozenset(granted),
            passed={},
            judged={},
        )

    @cached_property
    def _texts(self) -> tuple[_Read, ...]:
        return tuple(_read(text[:MAX_TEXT]) for text in self.texts)

    @cached_property
    def _said(self) -> tuple[_Read, ...]:
        return tuple(_read(text[:MAX_TEXT]) for text in self.said)

    @cached_property
    def by_kind(self) -> dict[str, tuple[Claim, ...]]:
        """Every claim of the texts by its kind."""
        found: dict[str, list[Claim]] = {}
        for read in self._texts:
            for claim in read.claims:
                found.setdefault(claim.kind, []).append(claim)
        return {kind: tuple(those) for kind, those in found.items()}

    @cached_property
    def said_claims(self) -> tuple[Claim, ...]:
        return tuple(claim for read in self._said for claim in read.claims)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(passage for read in self._texts for passage in read.passages)

    @cached_property
    def folded(self) -> str:
        """All texts in one, folded, each word between spaces of its own."""
        return "\n".join(read.folded for read in self._texts)

    @cached_property
    def said_folded(self) -> str:
        return "\n".join(read.folded for read in self._said)

    @cached_property
    def hosts(self) -> frozenset[str]:
        return frozenset().union(*(read.hosts for read in self._texts))

    @cached_property
    def digits(self) -> frozenset[str]:
        """Every long run of digits in the texts: phones by their last ten digits, requisites whole."""
        return frozenset(str(claim.value) for claim in self.by_kind.get("phone", ()))

    @cached_property
    def dates(self) -> frozenset[str]:
        """The days named, as yyyy-mm-dd; a day without a year is of this year or the next."""
        found = set()
        for claim in self.by_kind.get("date", ()):
            year, month, day = (
                str(claim.value).rjust(10).rpartition("-")[0][:4].strip(),
                *str(claim.value).split("-")[-2:],
            )
            for one in (year,) if year.isdigit() else (str(self.today.year), str(self.today.year + 1)):
                found.add(f"{one}-{month}-{day}")
        for claim in self.by_kind.get("relative", ()):
            if ahead := RELATIVE_DAYS.get(str(claim.value)):
                found.add((self.today + timedelta(days=ahead)).isoformat())
            elif claim.value == "today":
                found.add(self.today.isoformat())
        return frozenset(found)

    @cached_property
    def placeholders(self) -> frozenset[str]:
        in_text = (_PLACEHOLDER.findall(text) for text in (*self.texts, *self.said))
        return self.known | frozenset(_bare(one) for those in in_text for one in those)

    def holds(self, phrase: str) -> bool:
        """Whether these folded words stand in the texts."""
        return phrase in self.folded


RELATIVE_DAYS = {"tomorrow": 1, "after": 2}


def placeholders(text: str) -> list[str]:
    """The placeholders of masked personal data in a text, without their brackets."""
    return [_bare(one) for one in _PLACEHOLDER.findall(text)]


def _bare(placeholder: str) -> str:
    return re.sub(r"[\W_]+", "", placeholder).upper()

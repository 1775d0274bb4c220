"""What a company sells, in the words clients use for it: built once from the price list, then only read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.understand.words import Speller, forms, words

if TYPE_CHECKING:
    from bot.understand.answers import AnswerOption


@dataclass(frozen=True)
class Vocabulary:
    """`packages` and `sectors`: id → aliases and phrases; `choices`: question id → its options.

    `choices` lets answers be heard before the question is put («бот для Telegram и сайта с amoCRM»).
    """

    packages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sectors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    choices: Mapping[str, "Sequence[AnswerOption]"] = field(default_factory=dict)
    _packages: "NameIndex" = field(init=False, repr=False, compare=False)
    _sectors: "NameIndex" = field(init=False, repr=False, compare=False)
    _choices: Mapping[str, "NameIndex"] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_packages", NameIndex(self.packages))
        object.__setattr__(self, "_sectors", NameIndex(self.sectors))
        choices = {
            question: NameIndex({option.id: (option.title, *option.synonyms) for option in options})
            for question, options in self.choices.items()
        }
        object.__setattr__(self, "_choices", choices)

    def find_packages(self, said: tuple[str, ...]) -> tuple[str, ...]:
        return self._packages.find(said)

    def find_sectors(self, said: tuple[str, ...]) -> tuple[str, ...]:
        return self._sectors.find(said)

    def find_choices(self, said: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        found = {question: index.find(said) for question, index in self._choices.items()}
        return {question: ids for question, ids in found.items() if ids}


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an id; `rest` is what may stand for each word after the first."""

    id: str
    order: int
    size: int
    rest: tuple[frozenset[str], ...]


class NameIndex:
    """Names of ids, looked up by any dictionary form of their first word."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self._heads: dict[str, list[Name]] = {}
        spoken: set[str] = set()
        for order, (one, aliases) in enumerate(table.items()):
            for parts in {words(alias) for alias in aliases}:
                if not parts:
                    continue
                spoken.update(parts)
                name = Name(one, order, len(parts), tuple(_said(part) for part in parts[1:]))
                for head in _said(parts[0]):
                    self._heads.setdefault(head, []).append(name)
        # Without their endings too, so that a typo is mended in any case of a long word.
        spoken |= {part[:-2] for part in spoken if len(part) >= 8}
        self._speller = Speller(sorted(spoken))

    def find(self, said: Iterable[str]) -> tuple[str, ...]:
        """Ids named in the folded words: the longest name first, then the earliest; one typo is forgiven."""
        spoken = [_said(self._speller.mend(word)) for word in said]
        best: dict[str, tuple[int, int, int]] = {}
        for at, variants in enumerate(spoken):
            for variant in variants:
                for name in self._heads.get(variant, ()):
                    rank = (-name.size, at, name.order)
                    if (name.id not in best or rank < best[name.id]) and _follows(spoken, at, name.rest):
                        best[name.id] = rank
        return tuple(sorted(best, key=best.__getitem__))


@lru_cache(maxsize=20_000)
def _said(word: str) -> frozenset[str]:
    return frozenset((word, *forms(word)))


def _follows(spoken: list[frozenset[str]], at: int, rest: tuple[frozenset[str], ...]) -> bool:
    """Whether the other words of a name come next in order, with at most one other word before each."""
    for wanted in rest:
        if at + 1 < len(spoken) and not spoken[at + 1].isdisjoint(wanted):
            at += 1
        elif at + 2 < len(spoken) and not spoken[at + 2].isdisjoint(wanted):
            at += 2
        else:
            return False
    return True

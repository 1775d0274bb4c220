"""A small language for phrases and its matcher: readable tables in, compiled patterns by first letters out.

A pattern is a line of tokens that follow one another within a sentence:
    word            that word                 stem*       any word that begins so
    one|two|th*     any of them               [word|two]  may stand there or not
    ~  ~5           up to three (five) words between    ^  $   the sentence begins, ends here
    {bot}           a named group of words    ! …         the whole line is a veto on the intent in that sentence
A long line goes on after a backslash, also in the middle of a list of words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Label = TypeVar("Label")
KEY = 3
_CONTINUED = re.compile(r"\|\s+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One compiled pattern; `keys` are the beginnings of words of which one must occur in the sentence."""

    source: str
    regex: re.Pattern[str]
    keys: frozenset[str]
    stems: frozenset[str]


def compile_phrase(source: str, groups: Mapping[str, str]) -> Phrase:
    """Raises ValueError when no token of the pattern is specific enough to be looked up by."""
    for name, value in groups.items():
        source = source.replace("{" + name + "}", value)
    source = _CONTINUED.sub("|", source)
    parts: list[str] = []
    anchors: list[list[str]] = []
    stems: set[str] = set()
    for token in source.split():
        if token.startswith("~"):
            parts.append(rf"(?: \w+){{0,{int(token[1:] or 3)}}}")
        elif token in ("^", "$"):
            parts.append(" " + re.escape(token))
        else:
            optional = token.startswith("[")
            choices = token.strip("[]").split("|")
            body = "|".join(re.escape(choice.rstrip("*")) + r"\w*" * choice.endswith("*") for choice in choices)
            parts.append(f"(?: (?:{body}))?" if optional else f" (?:{body})")
            stems.update(choice.rstrip("*") for choice in choices)
            if not optional and all(len(choice) >= KEY + 1 or not choice.endswith("*") for choice in choices):
                anchors.append(choices)
    if not anchors:
        raise ValueError(f"the pattern {source!r} has no word to look it up by")
    best = max(anchors, key=lambda choices: (min(len(choice) for choice in choices), -len(choices)))
    regex = re.compile("".join(parts) + "(?= )")
    return Phrase(source, regex, frozenset(choice.rstrip("*")[:KEY] for choice in best), frozenset(stems))


class Phrases(Generic[Label]):
    """Many patterns under labels, tested only where the beginnings of a sentence's words allow it."""

    def __init__(self, table: Mapping[Label, str], groups: Mapping[str, str]) -> None:
        self._index: dict[str, list[tuple[Label, Phrase]]] = {}
        self._vetoes: dict[Label, list[Phrase]] = {}
        self.stems: set[str] = set()
        for label, block in table.items():
            for line in _lines(block):
                phrase = compile_phrase(line.lstrip("! "), groups)
                if line.startswith("!"):
                    self._vetoes.setdefault(label, []).append(phrase)
                    continue
                self.stems |= phrase.stems
                for key in phrase.keys:
                    self._index.setdefault(key, []).append((label, phrase))

    def find(self, words: Iterable[str]) -> set[Label]:
        """Labels whose patterns occur in the sentence made of these words and that nothing vetoes."""
        words = tuple(words)
        line = " ^ " + " ".join(words) + " $ "
        keys = {word[:KEY] for word in words}
        found: set[Label] = set()
        for key in keys:
            for label, phrase in self._index.get(key, ()):
                if label not in found and phrase.regex.search(line):
                    found.add(label)
        return {label for label in found if not self._vetoed(label, line, keys)}

    def _vetoed(self, label: Label, line: str, keys: set[str]) -> bool:
        vetoes = self._vetoes.get(label, ())
        return any(not phrase.keys.isdisjoint(keys) and phrase.regex.search(line) for phrase in vetoes)


def _lines(block: str) -> Iterator[str]:
    for line in block.splitlines():
        line = line.split("#")[0].strip()
        if line:
            yield line

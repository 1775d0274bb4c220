"""What an index keeps of every entry: the numbers of its words, sentence by sentence, and of its headings' words.

From these the postings are made, by these a found entry is rescored, and out of these a renewed index takes over what
has not changed. Flat arrays: entry after entry, with the places where each begins.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb import lemmas as language
from kb.lexicon import Lexicon
from kb.split import sentences

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entry:
    """A chunk as the index takes it; `lemmas` are those of `language.words(text)`, one for one."""

    heading: tuple[str, ...]
    text: str
    lemmas: Sequence[str]


@dataclass(frozen=True, slots=True)
class Forward:
    """`body` holds the words of all sentences (abbreviations that they spell out at the sentence's end), `heads` those
    of all headings, the title's first. Sentence s is `body[sentences[s]:sentences[s + 1]]`, entry e has the sentences
    from `first[e]` to `first[e + 1]`, the headings `heads[headings[e]:headings[e + 1]]`, of which the title's are
    `titles[e]` many. `lengths` are in words."""

    body: Ints
    sentences: Longs
    first: Longs
    heads: Ints
    headings: Longs
    titles: Ints
    lengths: Ints

    def __len__(self) -> int:
        return len(self.lengths)


class Reader:
    """Turns entries into a `Forward`; `keep` takes one over from an earlier reading with the same lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._body = array("i")
        self._sentences = array("q", [0])
        self._first = array("q", [0])
        self._heads = array("i")
        self._headings = array("q", [0])
        self._titles = array("i")
        self._lengths = array("i")

    def read(self, entry: Entry) -> None:
        parts = [language.words(part) for part in _sentences(entry.text)]
        count = sum(map(len, parts))
        known = entry.lemmas if len(entry.lemmas) == count else None
        start = 0
        for part in parts:
            if part:
                end = start + len(part)
                self._body.extend(self._lexicon.add(part, known[start:end] if known else language.lemmas(part)))
                self._sentences.append(len(self._body))
                start = end
        self._first.append(len(self._sentences) - 1)
        title, *rest = entry.heading or ("",)
        named = self._named(title)
        self._heads.extend(named)
        self._heads.extend(self._named(" ".join(rest)))
        self._headings.append(len(self._heads))
        self._titles.append(len(named))
        self._lengths.append(count)

    def keep(self, old: Forward, entry: int) -> None:
        first, last = old.first[entry], old.first[entry + 1]
        begin = old.sentences[first]
        shift = len(self._body) - int(begin)
        self._body.frombytes(old.body[begin : old.sentences[last]].tobytes())
        self._sentences.frombytes((old.sentences[first + 1 : last + 1] + shift).tobytes())
        self._first.append(len(self._sentences) - 1)
        self._heads.frombytes(old.heads[old.headings[entry] : old.headings[entry + 1]].tobytes())
        self._headings.append(len(self._heads))
        self._titles.append(int(old.titles[entry]))
        self._lengths.append(int(old.lengths[entry]))

    def done(self) -> Forward:
        return Forward(
            body=np.frombuffer(self._body, dtype=np.int32),
            sentences=np.frombuffer(self._sentences, dtype=np.int64),
            first=np.frombuffer(self._first, dtype=np.int64),
            heads=np.frombuffer(self._heads, dtype=np.int32),
            headings=np.frombuffer(self._headings, dtype=np.int64),
            titles=np.frombuffer(self._titles, dtype=np.int32),
            lengths=np.frombuffer(self._lengths, dtype=np.int32),
        )

    def _named(self, heading: str) -> list[int]:
        found = language.words(heading)
        return list(dict.fromkeys(self._lexicon.add(found, language.lemmas(found))))


def _sentences(text: str) -> list[str]:
    return [part for line in text.split("\n") if line.strip() for part in sentences(line)]

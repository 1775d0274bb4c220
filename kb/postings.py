"""Which entries have a word and how often: the inverted side of a `Forward`, in flat arrays."""

import numpy as np
from numpy.typing import NDArray

from kb.forward import Forward
from kb.fuzzy import first_of_each

HEADING_WEIGHT = 2.5
TITLE_WEIGHT = 2.0
_BLOCK = 4096

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]


class Postings:
    """Word w stands in `entries[starts[w]:starts[w + 1]]`, `counts` times; words of the headings count for more."""

    def __init__(self, forward: Forward, words: int) -> None:
        blocks = [
            _counted(forward, start, min(start + _BLOCK, len(forward)), words)
            for start in range(0, len(forward), _BLOCK)
        ]
        numbers = np.concatenate([block[1] for block in blocks]) if blocks else np.zeros(0, np.int32)
        order = np.argsort(numbers, kind="stable")
        self.starts: Longs = np.concatenate(([0], np.cumsum(np.bincount(numbers, minlength=words)))).astype(np.int64)
        self.entries: Ints = (np.concatenate([block[0] for block in blocks]) if blocks else numbers)[order]
        self.counts: Floats = (
            np.concatenate([block[2] for block in blocks]) if blocks else np.zeros(0, np.float32)
        )[order]  # fmt: skip

    def frequencies(self) -> Longs:
        """The number of entries that have each word."""
        return np.diff(self.starts)

    def together(self, weights: dict[int, float], entries: int) -> NDArray[np.float64]:
        """For each of the `entries` the sum of the words' counts, each times its weight."""
        spans = [(int(self.starts[word]), int(self.starts[word + 1]), weight) for word, weight in weights.items()]
        if not spans:
            return np.zeros(entries)
        places = np.concatenate([self.entries[start:end] for start, end, _ in spans])
        counts = np.concatenate([self.counts[start:end] * np.float32(weight) for start, end, weight in spans])
        return np.bincount(places, weights=counts, minlength=entries).astype(np.float64, copy=False)


def _counted(forward: Forward, start: int, end: int, words: int) -> tuple[Ints, Ints, Floats]:
    """Entries, words and counts of the entries from `start` to `end`, each pair once."""
    bounds = forward.sentences[forward.first[start : end + 1]]
    body = forward.body[bounds[0] : bounds[-1]]
    owners = np.repeat(np.arange(start, end), np.diff(bounds))
    edges = forward.headings[start : end + 1]
    heads = forward.heads[edges[0] : edges[-1]]
    named = np.repeat(np.arange(start, end), np.diff(edges))
    in_title = np.arange(edges[0], edges[-1]) < (edges[:-1] + forward.titles[start:end])[named - start]
    keys = np.concatenate([owners, named]) * words + np.concatenate([body, heads])
    weights = np.concatenate(
        [np.ones(len(body), np.float32), np.where(in_title, TITLE_WEIGHT, HEADING_WEIGHT).astype(np.float32)]
    )
    order = np.argsort(keys)
    keys = keys[order]
    firsts = np.flatnonzero(first_of_each(keys))
    different = keys[firsts]
    counts = np.add.reduceat(weights[order], firsts) if len(firsts) else np.zeros(0, np.float32)
    return (different // max(1, words)).astype(np.int32), (different % max(1, words)).astype(np.int32), counts

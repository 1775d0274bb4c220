"""Tokens by estimate, and the vendors' prompt caches: which part of a prompt was already read a moment ago."""

import hashlib
import math
import re
from collections import OrderedDict

_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
IMAGE = 765
"""Tokens of one image, about a square of 1,000 pixels."""
BLOCK = 512
"""Characters that the cache remembers at a time."""
REMEMBERED = 50_000


def tokens(text: str, weight: float = 1.0) -> int:
    """About how many tokens a text has: three Cyrillic characters or four others to each, times `weight`."""
    if not text:
        return 0
    cyrillic = len(_CYRILLIC.findall(text))
    return max(1, math.ceil((cyrillic / 3 + (len(text) - cyrillic) / 4) * weight))


def shortened(text: str, most: int, weight: float = 1.0) -> str:
    """The beginning of a text that has at most `most` tokens."""
    if tokens(text, weight) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens(text[:middle], weight) <= most else (low, middle - 1)
    return text[:low]


class PromptCache:
    """Remembers the beginnings of prompts, model by model."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    def read(self, model: str, text: str) -> int:
        """How many characters at the beginning were seen before; all of it is remembered for the next time."""
        known, still, chain = 0, True, model.encode()
        for start in range(0, len(text), BLOCK):
            chain = hashlib.blake2b(chain + text[start : start + BLOCK].encode(), digest_size=12).digest()
            still = still and chain in self._seen
            if still:
                known = min(start + BLOCK, len(text))
            self._seen[chain] = None
            self._seen.move_to_end(chain)
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return known

    def clear(self) -> None:
        self._seen.clear()

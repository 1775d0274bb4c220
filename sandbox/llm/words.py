"""Words of a text as the simulated models understand them: lemmas, and one name for words of one meaning."""

import functools
import re
import threading
from typing import Any

from sandbox.llm.synonyms import EMPTY_WORDS, GROUPS

_WORD = re.compile(r"[^\W_]+")
_lock = threading.Lock()


def lemmas(text: str) -> list[str]:
    """The lemma of each word in order, lower case with «е» for «ё»."""
    return [lemma(word) for word in _WORD.findall(text.lower().replace("ё", "е"))]


def meaning(lemma: str) -> str:
    return _tables()[0].get(lemma, lemma)


def says_little(lemma: str) -> bool:
    return lemma in _tables()[1]


def concepts(text: str) -> set[str]:
    """The meanings of the words that say something."""
    return {meaning(one) for one in lemmas(text) if not says_little(one) and (len(one) > 1 or one.isdigit())}


@functools.lru_cache(maxsize=100_000)
def lemma(word: str) -> str:
    """The dictionary form of a lower-case Russian word; other words stay as they are."""
    if not "а" <= word[0] <= "я":
        return word
    with _lock:
        return str(_analyzer().parse(word)[0].normal_form).replace("ё", "е")


@functools.cache
def _tables() -> tuple[dict[str, str], frozenset[str]]:
    """The meaning of each lemma of the table, and the lemmas that say little."""
    meanings: dict[str, str] = {}
    for line in GROUPS.splitlines():
        for word in line.split():
            meanings.setdefault(lemma(word), line.split()[0])
    return meanings, frozenset(lemma(word) for word in EMPTY_WORDS.split())


@functools.cache
def _analyzer() -> Any:
    import pymorphy3  # 16 MB of dictionaries: only when a model has something to understand

    return pymorphy3.MorphAnalyzer()

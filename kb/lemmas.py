"""Text becomes words and words become lemmas: «ё» is «е», «120 000» is one number, mixed alphabets are mended."""

import functools
import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.words import ABBREVIATIONS, STOP_WORDS

_DROPPED = re.compile("[\u0301\u00ad\u200b\u200c\u200d\u2060\ufeff]+")
_TOKEN = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|[^\W_]+(?:[-\u2010\u2011][^\W_]+)*")
_GAP = re.compile(r"[ \u00a0\u202f]")
_HYPHEN = re.compile(r"[-\u2010\u2011]")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-я]")

_TO_CYRILLIC = dict(zip("abcehkmoptxy", "авсенкмортху", strict=True))
_TO_LATIN = {value: key for key, value in _TO_CYRILLIC.items()}

_KEYS = dict(zip("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюе", strict=True))

_SOUNDS = (
    # longer sounds first
    *(("shch", "щ"), ("sch", "щ"), ("yo", "е"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш")),
    *(("yu", "ю"), ("ya", "я"), ("ye", "е"), ("oo", "у"), ("ee", "и"), ("ph", "ф"), ("ck", "к"), ("ai", "аи")),
    ("x", "кс"),
    *zip("abcdefghijklmnopqrstuvwyz", "абкдефгхижклмнопкрстуввиз", strict=True),
)

_analyzer_lock = threading.Lock()


def normalise(text: str) -> str:
    """Lower case, «е» for «ё», without stress marks, soft hyphens and invisible characters."""
    return _DROPPED.sub("", unicodedata.normalize("NFC", text).lower().replace("ё", "е"))


def words(text: str) -> list[str]:
    """The words of a text in order. «чат-бот» gives «чат», «бот» and «чатбот»; «120 000» gives «120000»."""
    return [word for token in _TOKEN.findall(normalise(text)) for word in _words_of(token)]


def asked_words(text: str) -> list[str]:
    """The words of a question: of «чат-бот» the parts only, lest it counts thrice; of «e-mail» the whole."""
    result: list[str] = []
    for token in _TOKEN.findall(normalise(text)):
        found = _words_of(token)
        if len(found) == 3 and found[2] == found[0] + found[1]:
            *parts, joined = found
            result.extend([joined] if min(map(len, parts)) < 2 else parts)
        else:
            result.extend(found)
    return result


@functools.lru_cache(maxsize=100_000)
def _words_of(token: str) -> tuple[str, ...]:
    """The parts of a token and, when it has two, the whole without the hyphen."""
    if token[0].isdigit() and _GAP.search(token):
        return (_GAP.sub("", token),)
    parts = [_one_alphabet(part) for part in _HYPHEN.split(token)]
    return (*parts, "".join(parts)) if len(parts) == 2 else tuple(parts)


def _one_alphabet(word: str) -> str:
    """«CРМ» typed half in Latin letters becomes one alphabet, where every odd letter has a twin."""
    if not (_LATIN.search(word) and _CYRILLIC.search(word)):
        return word
    for odd, twins in ((_LATIN, _TO_CYRILLIC), (_CYRILLIC, _TO_LATIN)):
        if all(letter in twins for letter in word if odd.match(letter)):
            return "".join(twins[letter] if odd.match(letter) else letter for letter in word)
    return word


def is_informative(word: str) -> bool:
    return word not in STOP_WORDS and (len(word) > 1 or word.isdigit())


def lemma(word: str) -> str:
    """The dictionary form of a lower-case Russian word; other words stay as they are."""
    return _parsed(word)[0]


@functools.lru_cache(maxsize=200_000)
def _parsed(word: str) -> tuple[str, bool, bool]:
    """The lemma, whether it is a noun (or nobody knows what), and whether it is a name."""
    if not _CYRILLIC.search(word):
        return word, True, False
    parsed = _analyzer().parse(word)[0]
    tag = parsed.tag
    name = any(mark in tag for mark in ("Geox", "Name", "Surn"))
    return str(parsed.normal_form).replace("ё", "е"), tag.POS in ("NOUN", None), name


@dataclass(frozen=True, slots=True)
class Grammar:
    """`spelt`: the dictionary has the word; `noun`: it names something; `name`: of a person or a place."""

    spelt: bool
    noun: bool
    name: bool


@functools.lru_cache(maxsize=20_000)
def grammar(word: str) -> Grammar:
    """What kind of word a lower-case word is; one without Russian letters is taken for a noun nobody knows."""
    _, noun, name = _parsed(word)
    return Grammar(bool(_CYRILLIC.search(word) and _analyzer().word_is_known(word)), noun, name)


def lemmas(found: Sequence[str]) -> list[str]:
    """The lemma of each word, in the same order and number."""
    return [lemma(word) for word in found]


def abbreviations(found: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where lemmas spell an abbreviation out: (first, past the last, the abbreviation)."""
    result: list[tuple[int, int, str]] = []
    for start, first in enumerate(found):
        for phrase, short in _PHRASES.get(first, ()):
            if tuple(found[start : start + len(phrase)]) == phrase:
                result.append((start, start + len(phrase), short))
    return result


def to_cyrillic(word: str) -> str:
    """A Latin word as a Russian would write it by ear: «telegram» → «телеграм»."""
    result = ""
    while word:
        for sound, letter in _SOUNDS:
            if word.startswith(sound):
                result += letter
                word = word[len(sound) :]
                break
        else:
            result += word[0]
            word = word[1:]
    return result


def from_keyboard(text: str) -> str:
    """Text typed with the wrong layout on: «ghbdtn» → «привет»."""
    return "".join(_KEYS.get(letter, letter) for letter in text.lower())


def warm_up() -> None:
    """Loads the dictionaries (0.2 s) where that does not keep a client waiting."""
    _analyzer()


def _analyzer() -> Any:
    with _analyzer_lock:
        return _load_analyzer()


@functools.cache
def _load_analyzer() -> Any:
    import pymorphy3  # 16 MB of dictionaries: only for those who index or ask

    return pymorphy3.MorphAnalyzer()


def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    result: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for short, phrases in ABBREVIATIONS.items():
        for phrase in phrases:
            parts = tuple(phrase.split())
            result.setdefault(parts[0], []).append((parts, short))
    return result


_PHRASES = _phrases()

"""Words of a message: folding of letters, tokens, lemmas and equality that forgives one typo."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

LOOK_AT = 2_000
"""Characters of a message that the rules look at; what follows cannot change how a message is routed."""

MAX_WORD = 40
FUZZY_FROM = 6
"""Letters from which one typo is forgiven: shorter words turn into one another too easily."""

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f\u0301"
_SPACES = "\t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_FOLD = str.maketrans({"ё": "е", "’": "'", "ʼ": "'", "`": "'"} | dict.fromkeys(_SPACES + _INVISIBLE, " "))
_DROP = str.maketrans("", "", _INVISIBLE)
_LATIN_TO_CYRILLIC = str.maketrans("aceopxykmthb", "асеорхукмтнв")
_CYRILLIC_TO_LATIN = str.maketrans("асеорхукмтнв", "aceopxykmthb")
_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_JCUKEN = "йцукенгшщзхъфывапролджэячсмитьбюе"
_LAYOUT = str.maketrans(_QWERTY, _JCUKEN)

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[а-я]")
_LATIN = re.compile(r"[a-z]")
_COMPOUND = re.compile(r"\b(чат|голосов\w{2,3}|веб|телеграм\w?)[ -]?(бот)")
_SPELLINGS = {"e-mail": "email", "е-mail": "email", "е-мейл": "email", "и-мейл": "email"}


def word_set(line: str) -> frozenset[str]:
    """The words of a line: how the tables of this package are written."""
    return frozenset(line.split())


def fold(text: str) -> str:
    """Lower case, ё as е, every space a plain one. Keeps the length, so offsets stay exact."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return lowered.translate(_FOLD)


def normalise(text: str) -> str:
    """Folded text of at most `LOOK_AT` characters with look-alike letters mended; line breaks are kept."""
    text = text[:LOOK_AT].replace("№", " # ").translate(_DROP)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)[:LOOK_AT]
    lines = [" ".join(fold(line).split()) for line in text.splitlines()]
    folded = "\n".join(line for line in lines if line)
    if _LATIN.search(folded) and _CYRILLIC.search(folded):
        folded = _LETTERS.sub(_mend, folded)
    for spelling, usual in _SPELLINGS.items():
        if spelling in folded:
            folded = folded.replace(spelling, usual)
    return _COMPOUND.sub(r"\1 \2", folded) if "бот" in folded else folded


def _mend(found: re.Match[str]) -> str:
    word = found.group()
    if not (_LATIN.search(word) and _CYRILLIC.search(word)):
        return word
    cyrillic = word.translate(_LATIN_TO_CYRILLIC)
    if not _LATIN.search(cyrillic):
        return cyrillic
    latin = word.translate(_CYRILLIC_TO_LATIN)
    return word if _CYRILLIC.search(latin) else latin


def words(text: str) -> tuple[str, ...]:
    """Words and numbers of a text, folded; a hyphen separates («чат-бот» is two words)."""
    return tuple(_WORD.findall(normalise(text)))


@cache
def morph() -> Any:
    """The morphological analyser; its first call costs about 0.2 s, so a process warms it up at start."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=20_000)
def forms(word: str) -> tuple[str, ...]:
    """Every dictionary form the folded word may have, the likeliest first; never empty."""
    if len(word) > MAX_WORD:
        return (word,)
    if not _CYRILLIC.search(word):
        plural = len(word) > 3 and word.isascii() and word.endswith("s") and not word.endswith("ss")
        return (word, word[:-1]) if plural else (word,)
    found = dict.fromkeys(parse.normal_form.replace("ё", "е") for parse in morph().parse(word))
    return tuple(found) or (word,)


def lemma(word: str) -> str:
    return forms(word)[0]


def lemmas(text: str) -> tuple[str, ...]:
    """The likeliest dictionary form of each word of the text."""
    return tuple(forms(word)[0] for word in words(text))


@lru_cache(maxsize=20_000)
def is_known(word: str) -> bool:
    """Whether a folded Russian word stands in the dictionary."""
    return len(word) <= MAX_WORD and bool(morph().word_is_known(word))


_TO_LATIN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdeziiklmnoprstufhcye", strict=True))
    | {"ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ь": "", "ъ": ""}
)


def latin(word: str) -> str:
    """A Russian spelling of a foreign name in Latin letters: «телеграм» → telegram."""
    return word.translate(_TO_LATIN)


def within_one(first: str, second: str) -> bool:
    """Whether one letter inserted, lost, replaced or swapped with its neighbour makes them equal."""
    if first == second:
        return True
    if abs(len(first) - len(second)) > 1:
        return False
    if len(first) > len(second):
        first, second = second, first
    at = 0
    while at < len(first) and first[at] == second[at]:
        at += 1
    if len(first) < len(second):
        return first[at:] == second[at + 1 :]
    if first[at + 1 :] == second[at + 1 :]:
        return True
    swapped = first[:at] + first[at + 1 : at + 2] + first[at : at + 1] + first[at + 2 :]
    return swapped == second


def same_word(first: str, second: str) -> bool:
    """Whether two folded words are one: equal, of one dictionary form, or a typo apart when long."""
    if first == second or not set(forms(first)).isdisjoint(forms(second)):
        return True
    return min(len(first), len(second)) >= FUZZY_FROM and within_one(first, second)


class Speller:
    """Mends one typo in words the dictionary does not know, towards the stems it was given."""

    def __init__(self, stems: Iterable[str]) -> None:
        self._index: dict[str, set[str]] = {}
        for stem in stems:
            if FUZZY_FROM <= len(stem) <= MAX_WORD:
                for variant in _variants(stem):
                    self._index.setdefault(variant, set()).add(stem)
        self._stems = frozenset(stem for values in self._index.values() for stem in values)
        self._longest = max((len(stem) for stem in self._stems), default=0)
        self.mend = lru_cache(maxsize=5_000)(self._mend)

    def _mend(self, word: str) -> str:
        fitting = FUZZY_FROM <= len(word) <= MAX_WORD and _CYRILLIC.search(word) is not None
        if word in self._stems or not fitting or is_known(word):
            return word
        for size in range(min(len(word), self._longest + 1), FUZZY_FROM - 2, -1):
            head = word[:size]
            for variant in _variants(head):
                for stem in sorted(self._index.get(variant, ())):
                    if stem[0] == head[0] and within_one(head, stem):
                        return stem + word[size:]
        return word


def _variants(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def relayout(text: str) -> str | None:
    """Russian typed on an English layout («crjkmrj cnjbn»), read as meant; None when it is not that."""
    folded = fold(text[:200]).strip()
    if _CYRILLIC.search(folded) or not _LATIN.search(folded):
        return None
    closing = folded[-1] if folded[-1] in "?!" else ""
    turned = folded.rstrip("?!").translate(_LAYOUT)
    parts = turned.split()
    long = [part for part in parts if len(part) >= 3]
    plausible = any(len(part) >= 5 for part in long) and all(part.isalpha() and is_known(part) for part in long)
    return turned + closing if plausible else None


def language(text: str) -> str:
    """A guess: "ru", "en", "uk", "kk" or "other"; "ru" when there are no letters."""
    folded = text[:LOOK_AT].lower()
    cyrillic = len(re.findall("[а-яё]", folded))
    latin = len(re.findall("[a-z]", folded))
    letters = len(re.findall(r"[^\W\d_]", folded))
    if letters == cyrillic:
        return "ru"
    kazakh = len(re.findall("[әғқңөұүһ]", folded))
    ukrainian = len(re.findall("[іїєґ]", folded))
    if cyrillic + latin + kazakh + ukrainian < letters / 2:
        return "other"
    if kazakh:
        return "kk"
    if ukrainian:
        return "uk"
    return "ru" if cyrillic * 2 >= latin else "en"

"""Names, positions and grounds in the genitive, as the head of a contract needs them: «в лице директора Примерова».

Rules of the language, no promise: rare surnames («Заяц», «Лев») are for the client to correct.
"""

import re
from typing import Any, Literal

from bot.understand.words import morph

Gender = Literal["masc", "femn"]
NBSP = "\u00a0"

_FIRST_NAMES = {"павел": "павла", "лев": "льва", "пётр": "петра", "петр": "петра", "любовь": "любови"}
_TURKIC = ("оглы", "оглу", "кызы", "кизи", "улы")
"""End a patronymic that does not change: «Алиева Гейдара Аббас оглы»."""
_HUSHING = "гкхжчшщ"
_CONSONANTS = "бвгджзклмнпрстфхцчшщ"
_STAYS = re.compile(r"(?:[оеёуюыиэ]|[ыи]х)$")
_UNCHANGED_SURNAMES = re.compile(r"(?:[оеёуюыэ]|и|[ыи]х|аго|яго|ово)$")


def gender(full_name: str) -> Gender | None:
    """By the patronymic, else by the ending of a surname or a first name; None when nothing tells."""
    words = full_name.lower().split()
    for word in words:
        if re.search(r"(?:вич|ьич|мич|ыч|оглы|улы)$", word):
            return "masc"
        if re.search(r"(?:вна|чна|шна|кызы|кизи)$", word) and len(words) > 2:
            return "femn"
    surname = words[0] if words else ""
    if re.search(r"(?:ова|ева|ёва|ина|ына|ская|цкая|ая)$", surname):
        return "femn"
    if re.search(r"(?:ов|ев|ёв|ин|ын|ский|цкий)$", surname):
        return "masc"
    for word in words[1:2]:
        tags = [parse.tag for parse in morph().parse(word) if "Name" in parse.tag]
        if tags and tags[0].gender in ("masc", "femn"):
            return "masc" if tags[0].gender == "masc" else "femn"
    return None


def person_genitive(full_name: str) -> str:
    """«Примеров Павел Петрович» → «Примерова Павла Петровича»; as it stands when the gender cannot be told."""
    who = gender(full_name)
    words = full_name.split()
    if who is None or not re.fullmatch(r"[А-ЯЁа-яё \-]+", full_name):
        return full_name
    surname = "-".join(_like(part, _surname(part.lower(), who)) for part in words[0].split("-"))
    turkic = words[-1].lower() in _TURKIC
    rest = [_like(word, _given(word.lower(), who)) for word in (words[1:-2] if turkic else words[1:])]
    return " ".join([surname, *rest, *(words[-2:] if turkic else [])])


def short_name(full_name: str) -> str:
    """«Примеров П. П.», unbreakable; any other name than of two or three Russian words stays as it is."""
    words = full_name.split()
    if not 1 < len(words) <= 3 or not re.fullmatch(r"[А-ЯЁа-яё \-]+", full_name):
        return full_name
    return NBSP.join([words[0], *(f"{word[0].upper()}." for word in words[1:])])


def phrase_genitive(phrase: str) -> str:
    """«Генеральный директор по развитию» → «Генерального директора по развитию»; «Устав» → «Устава».

    Words up to the head noun change, the rest stays; what has no Russian head stays as it is.
    """
    words = phrase.split()
    changed: list[str] = []
    if words and words[0].lower() in ("временно", "и.о.", "врио", "вр.и.о."):
        changed.append(words[0])
    for index, word in enumerate(words[len(changed) :], len(changed)):
        parse = _nominative(word)
        if parse is None:
            break
        form = parse.inflect({"gent"})
        changed.append(_like(word, form.word) if form else word)
        # «Исполняющий обязанности директора»: the participle is the head when a plural or an oblique noun follows
        if parse.tag.POS == "NOUN" or _nominative(words[index + 1] if index + 1 < len(words) else "") is None:
            break
        following = _nominative(words[index + 1])
        if following is not None and (following.tag.gender, following.tag.number) != (parse.tag.gender, "sing"):
            break
    return " ".join([*changed, *words[len(changed) :]])


def called(full_name: str) -> str:
    """«именуемое» for an «Общество…», «именуемая» for a «Компания…», else «именуемый»."""
    for word in full_name.replace("«", " ").split()[:6]:
        parse = _nominative(word)
        if parse is not None and parse.tag.POS == "NOUN":
            return {"neut": "именуемое", "femn": "именуемая"}.get(str(parse.tag.gender), "именуемый")
    return "именуемое"


def _nominative(word: str) -> Any | None:
    """The reading of a Russian word as a nominative singular noun, adjective or participle; a noun goes first."""
    if not re.fullmatch(r"[А-ЯЁа-яё\-]+", word):
        return None
    readings = [
        parse
        for parse in morph().parse(word.lower())
        if parse.tag.case == "nomn" and parse.tag.number == "sing" and parse.tag.POS in ("NOUN", "ADJF", "PRTF")
    ]
    return min(readings, key=lambda parse: parse.tag.POS == "NOUN" and "Surn" in parse.tag, default=None)


def _surname(word: str, who: Gender) -> str:
    """A surname, or a half of a double one, in lower case."""
    if _UNCHANGED_SURNAMES.search(word) or len(word) < 3:
        return word
    if who == "femn":
        if re.search(r"(?:ова|ева|ёва|ина|ына)$", word):
            return word[:-1] + "ой"
        if word.endswith("ая"):
            return word[:-2] + "ой"
        if word.endswith("яя"):
            return word[:-2] + "ей"
        return word if word[-1] in _CONSONANTS + "йь" else _given_a(word)
    if re.search(r"(?:ый|ой|[гкх]ий)$", word) and len(word) > 4:
        return word[:-2] + "ого"
    if re.search(r"[жчшщн]ий$", word) and len(word) > 4:
        return word[:-2] + "его"
    return word + "а" if word[-1] in _CONSONANTS else _given_a(word)


def _given(low: str, who: Gender) -> str:
    """A first name or a patronymic, in lower case."""
    if low in _FIRST_NAMES:
        return _FIRST_NAMES[low]
    if who == "masc" and low[-1] in _CONSONANTS:
        return low + "а"
    if who == "femn" and low[-1] in _CONSONANTS:
        return low
    if who == "femn" and low.endswith("ь"):
        return low[:-1] + "и"
    return _given_a(low) if not _STAYS.search(low) else low


def _given_a(word: str) -> str:
    """Endings common to names and surnames: -а, -я, -ь, -й."""
    if word.endswith("а"):
        return word[:-1] + ("и" if word[-2:-1] in tuple(_HUSHING) else "ы")
    if word.endswith("я"):
        return word[:-1] + "и"
    return word[:-1] + "я" if word[-1] in "ьй" else word


def _like(pattern: str, word: str) -> str:
    """`word` with the capitals of `pattern`."""
    if pattern.isupper() and len(pattern) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if pattern[:1].isupper() else word

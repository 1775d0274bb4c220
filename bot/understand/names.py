"""A person's name in a message, by the marks of the dictionary: first name, surname, patronymic."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.understand.words import fold, morph, word_set

MAX_TEXT = 1_000
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_INTRODUCED = re.compile(
    r"(?:меня (?:зовут|звать)|зовите меня|мо[её] имя|имя\s{0,3}[:—–-]|фио\s{0,3}[:—–-]?|"
    r"контактное лицо\s{0,3}[:—–-]?|с уважением,?|спросить|спросите|my name is|i am|i'm)"
    r"\s{0,3}[:—–-]?\s{0,3}(?=[^\W\d_])",
    re.IGNORECASE,
)
_LED_IN = re.compile(r"^(?:это|я|i am|ип)\s+", re.IGNORECASE)
_NOT_HIS = word_set(
    "здравствуйте привет добрый доброе доброго день вечер утро спасибо благодарю уважаемый уважаемая ооо ао оао "
    "пао зао компания магазин фирма бренд ассистент бот алиса из в во г город улица ул по для кафе салон клиника "
    "про о об"
)
_NEVER = word_set(
    "да нет не и или а но я мы вы он она это мой моя телефон тел почта номер имя фамилия зовут менеджер директор от "
    "из с для по на в к бот хочу нужен можно пожалуйста спасибо здравствуйте привет ок хорошо конечно телеграм "
    "просто лучше email mail тут вот мне меня пишите звоните любой любое утром вечером днем после сегодня завтра "
    "the is and my phone готов готова рад рада сам сама ищу руководитель владелец владелица предприниматель клиент "
    "сайт whatsapp ватсап вотсап ооо ао оао пао зао"
)
_KINDS = ("Name", "Surn", "Patr")


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    parses: tuple[Any, ...]
    """The dictionary's readings of the word as this part of a name."""
    sure: bool
    """Whether the word can hardly be anything but a part of a name."""

    @property
    def as_written(self) -> bool:
        return any("nomn" in parse.tag for parse in self.parses)


Marked = list[tuple[str, _Mark | None]]


def find_name(text: str, *, asked: bool = False) -> str | None:
    """The person's name as they gave it, in the nominative: «Анна», «Иван Петров».

    `asked` says that the person was asked for contacts: then a lone word that can be a name is one.
    """
    text = text[:MAX_TEXT]
    introduced = _INTRODUCED.search(text)
    if introduced:
        inflected = fold(introduced.group()).startswith("спросит")
        name = _introduced_name(_run(text[introduced.end() :]), mend=inflected)
        if name:
            return name
    words = _WORD.findall(_LED_IN.sub("", text.strip()))
    if asked and 1 <= len(words) <= 3 and all(fold(word) not in _NEVER for word in words):
        name = _lone_name(words)
        if name:
            return name
    return _marked_name(text, asked=asked)


def _run(text: str) -> list[str]:
    """The words that stand together at the beginning, at most three, up to a comma or another mark."""
    found: list[str] = []
    at = 0
    for match in _WORD.finditer(text[:80]):
        if len(found) == 3 or (found and text[at : match.start()] != " ") or fold(match.group()) in _NEVER:
            break
        found.append(match.group())
        at = match.end()
    return found


def _introduced_name(words: list[str], *, mend: bool) -> str | None:
    if not words:
        return None
    kept = [words[0]]
    for word in words[1:]:
        if _best(fold(word)) is None and not word[:1].isupper():
            break
        kept.append(word)
    return _join(_marks(kept), mend=mend)


def _lone_name(words: list[str]) -> str | None:
    marks = _marks(words)
    if any(mark for _, mark in marks) and all(mark or word[:1].isupper() for word, mark in marks):
        return _join(marks, mend=False)
    foreign = all(word[:1].isupper() and not _common(fold(word)) for word in words)
    return " ".join(words) if foreign and len("".join(words)) >= 3 else None


def _marked_name(text: str, *, asked: bool) -> str | None:
    """A capitalised first name (with its surname) somewhere in the text, unless it is greeted or a firm's."""
    found = list(_WORD.finditer(text))
    for at, match in enumerate(found):
        word = match.group()
        before = fold(found[at - 1].group()) if at else ""
        opened = text[max(0, match.start() - 1) : match.start()] in ("«", '"', "@", "/")
        if not word[:1].isupper() or before in _NOT_HIS or opened or fold(word) in _NEVER or not _best(fold(word)):
            continue
        run = _capitalised_run(text, found[at : at + 3])
        marks = _marks([one.group() for one in run])
        kinds = {mark.kind for _, mark in marks if mark}
        first = marks[0][1]
        after = text[run[-1].end() : run[-1].end() + 2].strip()[:1]
        alone = first is not None and first.kind == "Name" and (first.sure or asked) and at == 0
        if (len(marks) >= 2 and "Name" in kinds and len(kinds) >= 2) or (alone and after in ("", *",:-—–.+")):
            return _join(marks, mend=True)
    return None


def _capitalised_run(text: str, found: list[re.Match[str]]) -> list[re.Match[str]]:
    run = found[:1]
    for following in found[1:]:
        word = following.group()
        if text[run[-1].end() : following.start()] != " " or not word[:1].isupper() or not _best(fold(word)):
            break
        run.append(following)
    return run


def _marks(words: list[str]) -> Marked:
    return [(word, _best(fold(word))) for word in words]


def _join(marks: Marked, *, mend: bool) -> str:
    """The name with capitals; in the nominative when `mend` and some word of it stands in another case."""
    oblique = next((mark for _, mark in marks if mark and not mark.as_written), None)
    if not mend or oblique is None:
        return " ".join(_capitals(word) for word, _ in marks)
    gender = oblique.parses[0].tag.gender
    return " ".join(_capitals(_nominative(mark, gender) or word) for word, mark in marks)


def _nominative(mark: _Mark | None, gender: str | None) -> str | None:
    if mark is None:
        return None
    parse = next((one for one in mark.parses if one.tag.gender == gender and "nomn" not in one.tag), mark.parses[0])
    inflected = parse.inflect({"nomn"})
    return str(inflected.word) if inflected else None


def _capitals(word: str) -> str:
    """«АННА», «анна», «анна-мария» → with capitals as names are written."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


@lru_cache(maxsize=5_000)
def _best(word: str) -> _Mark | None:
    """The likeliest part of a name that the folded word can be."""
    if not re.search("[а-я]", word) or len(word) > 40:
        return None
    parses = morph().parse(word)
    score = sum(parse.score for parse in parses if any(kind in parse.tag for kind in _KINDS))
    for kind in _KINDS:
        found = tuple(parse for parse in parses if kind in parse.tag and "plur" not in parse.tag)
        if found and (kind != "Surn" or len(word) >= 3):
            return _Mark(kind, found, sure=score >= 0.6)
    return None


def _common(word: str) -> bool:
    """Whether the dictionary knows the word as something other than a name."""
    return bool(re.search("[а-я]", word)) and bool(morph().word_is_known(word)) and _best(word) is None

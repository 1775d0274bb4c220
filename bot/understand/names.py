"""A person's name in a message, by the marks of the dictionary: first name, surname, patronymic."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.understand.words import fold, morph, word_set

MAX_TEXT = 1_000
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_INTRODUCED = re.compile(
    r"(?:меня (?:зовут|звать)|зовите меня|мо[её] имя|имя\s*[:—–-]|фио\s*[:—–-]?|контактное "
    r"лицо\s*[:—–-]?|с уважением,?|"
    r"спросить|спросите|my name is|i am|i'm)\s*[:—–-]?\s*(?=[^\W\d_])",
    re.IGNORECASE,
)
_NOT_HIS = word_set(
    "здравствуйте привет добрый доброе доброго день вечер утро спасибо благодарю уважаемый уважаемая "
    "ооо ао оао пао зао "
    "компания магазин фирма бренд ассистент бот алиса из в во г город улица ул по для кафе салон "
    "клиника про о об"
)
_NEVER = word_set(
    "да нет не и или а но я мы вы он она это мой моя телефон тел почта номер имя фамилия зовут менеджер "
    "директор от из с "
    "для по на в к бот хочу нужен можно пожалуйста спасибо здравствуйте привет ок хорошо конечно "
    "телеграм просто лучше "
    "email mail тут вот мне меня пишите звоните любой любое утром вечером днем после сегодня завтра the "
    "is and my phone "
    "готов готова рад рада сам сама ищу просто руководитель владелец владелица предприниматель клиент сайт "
    "whatsapp ватсап вотсап"
)
_KINDS = ("Name", "Surn", "Patr")


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    nominative: str
    sure: bool
    """Whether the word can hardly be anything but a part of a name."""


def find_name(text: str, *, asked: bool = False) -> str | None:
    """The person's name as they gave it, in the nominative: «Анна», «Иван Петров».

    `asked` says that the person was asked for contacts: then a lone word that can be a name is one.
    """
    text = text[:MAX_TEXT]
    introduced = _INTRODUCED.search(text)
    if introduced:
        words = _run(text[introduced.end() :])
        inflected = fold(introduced.group()).strip().startswith("спросит")
        name = _introduced_name(words, mend=inflected)
        if name:
            return name
    stripped = re.sub(r"^(?:это|я|i am)\s+", "", text.strip(), flags=re.IGNORECASE)
    words = _WORD.findall(stripped)
    if asked and 1 <= len(words) <= 3 and all(fold(word) not in _NEVER for word in words):
        return _lone_name(words)
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
        if not any(_mark(fold(word), kind) for kind in _KINDS) and not word[:1].isupper():
            break
        kept.append(word)
    return _join([(word, _best(fold(word))) for word in kept], mend=mend)


def _lone_name(words: list[str]) -> str | None:
    marks = [(word, _best(fold(word))) for word in words]
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
        if not word[:1].isupper() or before in _NOT_HIS or opened:
            continue
        run = [match]
        for following in found[at + 1 : at + 3]:
            mark = _best(fold(following.group()))
            if text[run[-1].end() : following.start()] != " " or not following.group()[:1].isupper() or not mark:
                break
            run.append(following)
        marks = [(one.group(), _best(fold(one.group()))) for one in run]
        kinds = {mark.kind for _, mark in marks if mark}
        first = marks[0][1]
        ends = fold(text[run[-1].end() : run[-1].end() + 2]).strip()
        stands_apart = at == 0 and (ends[:1] in (",", "") or ends[:1] in ":-—–.+\n")
        alone = first is not None and first.kind == "Name" and (first.sure or asked) and stands_apart
        if (len(marks) >= 2 and "Name" in kinds and len(kinds) >= 2) or alone:
            return _join(marks, mend=True)
    return None


def _join(marks: list[tuple[str, _Mark | None]], *, mend: bool) -> str:
    parts = [mark.nominative if mark and mend else fold_case(word) for word, mark in marks]
    return " ".join(parts)


def fold_case(word: str) -> str:
    """«АННА», «анна», «анна-мария» → with capitals as names are written."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


def _best(word: str) -> _Mark | None:
    return next((mark for kind in _KINDS if (mark := _mark(word, kind))), None)


@lru_cache(maxsize=5_000)
def _mark(word: str, kind: str) -> _Mark | None:
    if not re.search("[а-я]", word) or len(word) > 40:
        return None
    parses = morph().parse(word)
    for parse in parses:
        if kind in parse.tag and "plur" not in parse.tag:
            sure = sum(one.score for one in parses if any(mark in one.tag for mark in _KINDS)) >= 0.6
            if kind == "Surn" and not morph().word_is_known(word) and len(word) < 4:
                return None
            nominative = parse if "nomn" in parse.tag else parse.inflect({"nomn"})
            return _Mark(kind, fold_case(nominative.word if nominative else word), sure)
    return None


def _common(word: str) -> bool:
    """Whether the dictionary knows the word as something other than a name."""
    return bool(re.search("[а-я]", word)) and bool(morph().word_is_known(word)) and _best(word) is None

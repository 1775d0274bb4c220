"""What a text states with numbers: each figure with its unit, currency, period and noun, and words that count."""

import re
from dataclasses import replace
from functools import lru_cache

from bot.assistant.guard import moments, reach
from bot.assistant.guard.canon import plain, sentences
from bot.assistant.guard.claim import ONCE, Claim
from bot.assistant.guard.counted import counted
from bot.assistant.guard.periods import ONE_OFF, floating
from bot.understand.words import fold, morph

_CODE = re.compile(
    r"\b(?:1[сc](?:[:-][\w.]+)*|(?:bitrix|битрикс)\s?24|б24|gpt-?\d+(?:\.\d+)?(?:-?[a-z]{1,6})?|claude[ "
    r"-]\d(?:\.\d)?|[bcg]2[bcg]|"
    r"(?:152|54|38|44|223|63|149|115|230)\s?-?\s?фз|(?:2|3)d|[45]g|mp[34]|utf-?8|office 365|windows (?:10|11)|web 2\.0|"
    r"iso[ -]?(?:9001|27001)|sha-?256|aes-?256|oauth ?2(?:\.0)?|http/?[123]|s3|h2h|п2п|p2p|vk id|python "
    r"?3(?:\.\d+)?)(?![\w])"
)


_ROMAN = re.compile(
    r"(?<![\w-])(?=[IVXLCDM]{2,}(?![\w-]))M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![\w-])|"
    r"(?<!\w)[VXLCDMI](?=\s?(?:%|тыс|млн|процент|недел|дн|мес|руб|₽|век|квартал|percent|week|day|month))"
)


_ROMAN_COUNTED = re.compile(
    r"(?<![\w-])[IVXLCDM]{2,}(?=\s?(?:%|тыс|млн|процент|недел|дн[еяй]|мес|руб|₽|percent|weeks?|days?|months?|rub|"
    r"rouble))"
)
_NOT_ROMAN = frozenset(
    (
        "CD",
        "DM",
        "MIX",
        "CV",
        "MD",
        "DC",
        "MC",
        "DI",
        "CM",
        "LL",
        "MM",
        "XL",
        "CI",
        "CL",
        "DL",
        "CC",
        "MI",
        "LI",
        "DIV",
        "VIM",
    )
)


_EXPONENT = re.compile(r"\d+(?:[.,]\d+)?\s?(?:e[+-]?\d+|\^\s?\d+|\*\*\s?\d+|×\s?10)|\b0x[0-9a-f]+\b")


def claims(text: str) -> tuple[Claim, ...]:
    """Everything a text states with numbers and with words that count."""
    found: list[Claim] = []
    heading = ""
    for sentence in sentences(plain(text)):
        stripped = sentence.strip()
        found += sentence_claims(stripped, heading)
        if stripped.startswith("#") or stripped.endswith(":"):
            heading = fold(stripped)
        elif "\n\n" in sentence and not sentence.startswith(("-", "*", "•")):
            heading = heading if heading.startswith("#") else ""
    return tuple(found)


@lru_cache(maxsize=16_384)
def sentence_claims(sentence: str, heading: str = "") -> tuple[Claim, ...]:
    """The claims of one sentence that `plain` has written; `heading` is the folded line it stands under."""
    sentence = sentence[:4_000]
    found: list[Claim] = []
    text = sentence
    for kind, finder in _REACH:
        for start, end, value in sorted(finder(text)):
            if any(mark == "\x00" for mark in text[start:end]):
                continue
            found.append(Claim(kind, value, sentence[start:end]))
            text = _blank(text, start, end)
    for match in _ROMAN.finditer(text):
        if match.group() and (match.group() not in _NOT_ROMAN or _ROMAN_COUNTED.match(text, match.start())):
            found.append(Claim("unclear", match.group(), match.group()))
            text = _blank(text, match.start(), match.end())
    folded = fold(text)
    for match in _CODE.finditer(folded):
        folded = _blank(folded, match.start(), match.end())
    for match in _EXPONENT.finditer(folded):
        found.append(Claim("unclear", match.group(), match.group()))
        folded = _blank(folded, match.start(), match.end())
    folded = _without_list_mark(folded)
    for kind, value, start, end in moments.find(folded):
        found.append(Claim(kind, value, folded[start:end]))
        folded = _blank(folded, start, end)
    for one, start, end in moments.loose(folded):
        found.append(one)
        if one.kind in ("always", "fraction"):
            folded = _blank(folded, start, end)
    found += counted(folded)
    return _placed(found, fold(sentence), heading)


_REACH = (
    ("email", reach.emails),
    ("link", lambda text: ((a, b, c) for a, b, c, _ in reach.links(text))),
    ("handle", reach.handles),
    ("address", reach.streets),
    ("phone", reach.phones),
)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "\x00" * (end - start) + text[end:]


def _without_list_mark(folded: str) -> str:
    """«1. », «2) » and «- 3. » at the start of a line are numbering; numbers above 20 are not."""
    mark = re.match(r"\s*(?:[-•]\s*)?(\d{1,2})[.)]\s", folded)
    return _blank(folded, mark.start(1), mark.end(1)) if mark and int(mark.group(1)) <= 20 else folded


def _placed(found: list[Claim], sentence: str, heading: str) -> tuple[Claim, ...]:
    """The claims with the words around them."""
    ends: dict[str, int] = {}
    placed, places = [], []
    for claim in found:
        said = fold(claim.said)
        at = sentence.find(said, ends.get(said, 0))
        at = sentence.find(said) if at < 0 else at
        ends[said] = at + len(said)
        clause, near = _around(sentence, at, at + len(said)) if at >= 0 else (sentence, sentence)
        claim = replace(claim, sentence=sentence, heading=heading, clause=clause, near=near)
        if claim.kind == "money" and claim.periods == {ONCE} and not ONE_OFF.search(clause):
            open_periods = floating(sentence) or floating(heading)
            if open_periods:
                claim = replace(claim, periods=frozenset((ONCE, *open_periods)))
        placed.append(claim)
        places.append(at)
    return tuple(
        replace(claim, beside=_beside(claim, at, placed, places)) if claim.kind in _OF_CONDITION else claim
        for claim, at in zip(placed, places, strict=True)
    )


_OF_CONDITION = frozenset(("percent", "times", "unchanged"))
_VOLUME = 500
"""The least number that is a volume and not a count of things."""


def _beside(claim: Claim, at: int, placed: list[Claim], places: list[int]) -> tuple[str, ...]:
    """«За 4 недели плюс 20 %»: the terms and volumes of its clause, else of the sentence, the nearest first."""
    near = [
        (other, abs(place - at) + (place > at) * 12)
        for other, place in zip(placed, places, strict=True)
        if other.kind == "term" or (other.kind in ("bare", "quantity") and other.number >= _VOLUME)
    ]
    own = [one for one in near if one[0].clause == claim.clause]
    found = own or [one for one in near if _CONDITION.search(one[0].clause)]
    return tuple(
        str(other.value) if other.kind == "term" else f"{other.number.normalize():f}"
        for other, _ in sorted(found, key=lambda one: one[1])
    )


_CONDITION = re.compile(
    r"\b(?:если|при|на|за|до|когда|взяв|срок|вариант|запуск\w*|обращени\w+|звонк\w+|документ\w*|договор\w*|with|for|"
    r"if|up|in|"
    r"when|at|over|launch|requests?|term)\b"
)
_CLAUSE_END = re.compile(r"[,;:()](?:\s|$)|\s(?:и|а|но|and|but)\s(?=\D{0,16}\d)")


@lru_cache(maxsize=4_096)
def _cuts(sentence: str) -> tuple[tuple[int, int], ...]:
    """Where clauses end; «и» ends one only after a number: «бот и каталог за 5 ₽» is one clause."""
    cuts: list[tuple[int, int]] = []
    for found in _CLAUSE_END.finditer(sentence):
        since = cuts[-1][1] if cuts else 0
        if (
            found.group()[0] == " "
            and found.group().strip() in ("и", "and")
            and not _DIGIT.search(sentence, since, found.start())
        ):
            continue
        if found.group()[0] == "," and not _says(sentence[since : found.start()]):
            continue  # «бот с Telegram, сайтом и amoCRM» is one thing
        cuts.append(found.span())
    return tuple(cuts)


_DIGIT = re.compile(r"\d")
_ENGLISH_VERB = re.compile(
    r"\b(?:is|are|was|will|can|has|have|costs?|includes?|starts?|depends?|adds?|comes?|covers?|takes?|do|does|want|"
    r"need|"
    r"pay|get|if|for|on|up|right|sure|yes|no|thanks)\b|'(?:s|re|ll|d|ve|t)\b"
)


def _says(part: str) -> bool:
    """Whether a piece before a comma states something itself: it has a number, a verb or a conjunction."""
    if _DIGIT.search(part) or _ENGLISH_VERB.search(part):
        return True
    return any(_verb(word) for word in _RUSSIAN.findall(part))


_RUSSIAN = re.compile(r"[а-я]{2,}")


@lru_cache(maxsize=16_384)
def _verb(word: str) -> bool:
    part = morph().parse(word)[0].tag.POS
    return part in ("VERB", "INFN", "PRTS", "ADJS", "PRED", "PRCL") or word in (
        "если",
        "при",
        "за",
        "для",
        "скидка",
        "скидки",
    )


def _around(sentence: str, at: int, after: int) -> tuple[str, str]:
    """The clause a claim stands in, and the words between the numbers before and after it."""
    start = max((end for _, end in _cuts(sentence) if end <= at), default=0)
    end = min((first for first, _ in _cuts(sentence) if first >= after), default=len(sentence))
    before = max((found.end() for found in _DIGIT.finditer(sentence, start, at)), default=0)
    following = _DIGIT.search(sentence, after)
    near = sentence[max(start, before) : min(end, following.start() if following else end)]
    return sentence[start:end], near

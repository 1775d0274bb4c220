"""What a text states with numbers: each figure with its unit, currency, period and noun, and words that count."""

import re
from dataclasses import replace
from functools import lru_cache

from bot.assistant.guard import moments, reach
from bot.assistant.guard.canon import plain, sentences
from bot.assistant.guard.claim import ONCE, Claim
from bot.assistant.guard.counted import counted
from bot.assistant.guard.periods import ONE_OFF, floating
from bot.understand.words import fold

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
        if match.group() and match.group() not in _NOT_ROMAN:
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
    clean = fold(sentence)
    return tuple(_placed(one, clean, heading) for one in found)


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


def _placed(claim: Claim, sentence: str, heading: str) -> Claim:
    clause, near = _around(sentence, claim.said)
    claim = replace(claim, sentence=sentence, heading=heading, clause=clause, near=near)
    if claim.kind == "money" and claim.periods == {ONCE} and not ONE_OFF.search(clause):
        open_periods = floating(sentence) or floating(heading)
        if open_periods:
            return replace(claim, periods=frozenset((ONCE, *open_periods)))
    return claim


_CLAUSE_END = re.compile(r"[,;:()](?:\s|$)|\s(?:и|а|но|and|but)\s(?=\D{0,16}\d)")


def _around(sentence: str, said: str) -> tuple[str, str]:
    """The clause a claim stands in, and the words between the numbers before and after it."""
    at = sentence.find(fold(said))
    if at < 0:
        return sentence, sentence
    after = at + len(said)
    start = max((found.end() for found in _CLAUSE_END.finditer(sentence, 0, at)), default=0)
    stop = _CLAUSE_END.search(sentence, after)
    before = max((found.end() for found in re.finditer(r"\d", sentence[:at])), default=0)
    following = re.search(r"\d", sentence[after:])
    end = stop.start() if stop else len(sentence)
    near = sentence[max(start, before) : min(end, after + following.start() if following else end)]
    return sentence[start:end], near

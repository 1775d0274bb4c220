"""Phones and other identifiers written in words: «восемь девятьсот двадцать шесть сто двадцать три …»."""

import re

from bot.privacy.masking_page import Page

_UNITS = {
    "ноль": 0, "нуль": 0, "ноля": 0, "нуля": 0, "один": 1, "одна": 1, "раз": 1, "единица": 1, "два": 2, "две": 2,
    "двойка": 2, "три": 3, "тройка": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9,
    "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
}  # fmt: skip
_TEENS = {
    "десять": 10, "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13, "четырнадцать": 14, "пятнадцать": 15,
    "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19,
}  # fmt: skip
_TENS = {
    "двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70,
    "восемьдесят": 80, "девяносто": 90, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_HUNDREDS = {
    "сто": 100, "двести": 200, "триста": 300, "четыреста": 400, "пятьсот": 500, "шестьсот": 600, "семьсот": 700,
    "восемьсот": 800, "девятьсот": 900,
}  # fmt: skip
_VALUES = {**_UNITS, **_TEENS, **_TENS, **_HUNDREDS}
_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
_TOKEN = re.compile(rf"(?<!\w)(?:{_WORD}|\d{{1,4}})(?!\w)")
_SPELLED = re.compile(rf"(?<!\w)(?:{_WORD})(?!\w)")
_BETWEEN = re.compile(
    r"[\s,.;:()\-\u2010-\u2015+]{0,4}(?:плюс|plus|и|потом|затем|далее)?[\s,.;:()\-\u2010-\u2015+]{0,3}"
)
_PLUS = re.compile(r"(?:плюс|plus|\+)\s?$")
_KINDS = (("INN", "инн"), ("KPP", "кпп"), ("OGRN", "огрн"), ("SNILS", "снилс"), ("PASSPORT", "паспорт"))
_CALLED = re.compile(r"(?:тел|звон|набер|номер|моб|вотсап|ватсап|whatsapp|phone|call)")


def spoken_numbers(page: Page, public: frozenset[str]) -> None:
    """Takes runs of spoken numbers that are too long for a quantity; a run may contain digits too."""
    if not _SPELLED.search(page.folded):
        return
    run: list[re.Match[str]] = []
    for token in [*_TOKEN.finditer(page.folded), None]:
        if token and run and _BETWEEN.fullmatch(page.folded[run[-1].end() : token.start()]):
            run.append(token)
            continue
        if run:
            _judge(page, run, public)
        run = [token] if token else []


def _judge(page: Page, run: list[re.Match[str]], public: frozenset[str]) -> None:
    digits = _read([token.group() for token in run])
    spelled = sum(token.group() in _VALUES for token in run)
    if spelled < 3 and not (spelled and len(digits) in (10, 11) and digits[0] in "789"):
        return
    before = page.folded[max(0, run[0].start() - 40) : run[0].start()]
    if len(digits) < (6 if _CALLED.search(before) else 9):
        return
    plus = _PLUS.search(before)
    start = run[0].start() - (len(plus.group()) if plus else 0)
    key = digits[1:] if len(digits) == 11 and digits[0] in "78" else digits
    kind = next((kind for kind, word in _KINDS if word in before), "PHONE" if len(digits) <= 15 else "ID")
    if key in public:
        page.leave(start, run[-1].end())
    else:
        page.take(start, run[-1].end(), kind, key)


def _read(tokens: list[str]) -> str:
    """«девятьсот двадцать шесть» → "926"; a number ends where the next word cannot continue it."""
    digits = ""
    value = room = 0
    for token in tokens:
        number = _VALUES.get(token)
        if number is not None and 0 < number < room:
            value += number
        else:
            digits += str(value) if room else ""
            value = number or 0
        if number is None:
            digits += token
            room = 0
        elif token in _HUNDREDS:
            room = 100
        else:
            room = 10 if token in _TENS else 1
    return digits + (str(value) if room else "")

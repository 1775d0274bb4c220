"""Numbers in words made digits («сто двадцать тысяч» → «120000»), Russian and English; nothing else is touched."""

import re

_RU = {
    "ноль": 0, "один": 1, "одна": 1, "одну": 1, "одного": 1, "одной": 1, "два": 2, "две": 2, "двух": 2, "двумя": 2,
    "три": 3, "трех": 3, "тремя": 3, "четыре": 4, "четырех": 4, "пять": 5, "пяти": 5, "шесть": 6, "шести": 6,
    "семь": 7, "семи": 7, "восемь": 8, "восьми": 8, "девять": 9, "девяти": 9, "десять": 10, "десяти": 10,
    "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13, "четырнадцать": 14, "пятнадцать": 15, "пятнадцати": 15,
    "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19, "двадцать": 20, "двадцати": 20,
    "тридцать": 30, "тридцати": 30, "сорок": 40, "сорока": 40, "пятьдесят": 50, "пятидесяти": 50,
    "шестьдесят": 60, "шестидесяти": 60, "семьдесят": 70, "семидесяти": 70, "восемьдесят": 80, "восьмидесяти": 80,
    "девяносто": 90, "девяноста": 90, "сто": 100, "ста": 100, "двести": 200, "двухсот": 200, "триста": 300,
    "трехсот": 300, "четыреста": 400, "четырехсот": 400, "пятьсот": 500, "пятисот": 500, "шестьсот": 600,
    "шестисот": 600, "семьсот": 700, "семисот": 700, "восемьсот": 800, "восьмисот": 800, "девятьсот": 900,
    "девятисот": 900,
}  # fmt: skip
_EN = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
WORDS = _RU | _EN
THOUSAND = re.compile(r"тысяч[аиу]?|thousand", re.I)
MILLION = re.compile(r"миллион(?:а|ов|у)?|million", re.I)
_GAPS = {("", " "), ("", "-"), (" ", "and"), (" and", " ")}
"""What may stand between two words of one number, piece by piece: «two hundred and fifty»."""
_TOKEN = re.compile(r"[^\W\d_]+|\W+|[\d_]+")


def digits(text: str) -> str:
    """The text with each run of number words as digits; «е» is expected for «ё»."""
    made: list[str] = []
    run: list[str] = []
    gap = ""
    for piece in _TOKEN.findall(text):
        word = piece.lower()
        if word in WORDS or (run and (word == "hundred" or THOUSAND.fullmatch(word) or MILLION.fullmatch(word))):
            run.append(word)
            gap = ""
        elif run and (gap, word) in _GAPS:
            gap += piece
        else:
            made += [_written(run), gap, piece] if run else [piece]
            run, gap = [], ""
    return "".join([*made, _written(run), gap] if run else made)


def _written(run: list[str]) -> str:
    """The run's value: «сто двадцать тысяч» → 120000."""
    total = part = 0
    for word in run:
        if word == "hundred":
            part = (part or 1) * 100
        elif THOUSAND.fullmatch(word):
            total, part = total + (part or 1) * 1_000, 0
        elif MILLION.fullmatch(word):
            total, part = total + (part or 1) * 1_000_000, 0
        else:
            part += WORDS[word]
    return str(total + part)

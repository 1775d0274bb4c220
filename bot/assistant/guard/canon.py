"""One plain spelling for whatever a model may write: digits of any script, look-alikes, markup and invisible marks."""

import html
import re
import unicodedata
from functools import lru_cache

MAX_TEXT = 40_000
"""Characters looked at; a longer answer is refused whole, a longer source is read this far."""

_BLOCK = re.compile(r"<(?:br|/?p|/?div|/?li|/?ul|/?ol|/?tr|/?h[1-6]|/?table)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!](?![a-z]*:)[^<>]{0,400}>", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]\n]{0,300})\]\(\s*<?([^)\s>]{1,2000})>?[^)]{0,200}\)")
_EMPHASIS = re.compile(r"\*+|~~|`+|(?<=\d)_+(?=\d)|__+|\|\|")
_ESCAPED = re.compile(r"\\([^\w\s])")
_SPECIAL = {"🔟": "10", "💯": "100%", "٪": "%", "؉": "‰", "∕": "/", "⁄": "/", "÷": "/", "х": "х", "№": " № "}
_SPECIAL |= {chr(0x2680 + at): str(at + 1) for at in range(6)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－⁃"), "-")
_QUOTES = dict.fromkeys(map(ord, "«»„“”‟″❝❞"), '"') | dict.fromkeys(map(ord, "‘’‚‛ʼ`´"), "'")
_LATIN_TO_CYRILLIC = str.maketrans("aceopxykmthbACEOPXYKMTHB", "асеорхукмтнвАСЕОРХУКМТНВ")
_CYRILLIC_TO_LATIN = str.maketrans("асеорхукмтнвіѕјАСЕОРХУКМТНВІЅЈ", "aceopxykmthbisjACEOPXYKMTHBISJ")
_GREEK = str.maketrans("αεορυκντιΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopykvtiABEZHIKMNOPTYX")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_WITH_DIGITS = re.compile(r"(?<![\w])(?=[\dOoОоlIЗз]*\d)(?=\d*[OoОоlIЗз])[\dOoОоlIЗз]{2,}(?!\w)")
_ROUND_ZEROS = re.compile(r"(?<=\d[ .,'])[OoОо]{3}(?!\w)")
_LETTER_DIGITS = str.maketrans("OoОоlIЗз", "00001133")
_SPACES = re.compile(r"[^\S\n]+")
_CELLS = re.compile(r"(?<=\d)\n(?=[%₽])|^(?P<word>[^\W\d_]+)\n(?=\d)", re.MULTILINE)
"""«Скидка⏎20⏎%»: a number broken over lines is one."""
_SPELLED = re.compile(r"(?<![\d.,])(?<![\d][ ])\d(?:(?P<gap>[ ./·•_|-]{1,3})\d(?!\d))(?:(?P=gap)\d(?!\d)){1,30}")
_CLOCK_LIKE = re.compile(r"\d[./-]\d[./-]\d")


@lru_cache(maxsize=4_096)
def plain(text: str) -> str:
    """The text without markup, in ASCII digits, one kind of dash, quote and space; line breaks are kept."""
    text = html.unescape(html.unescape(text[:MAX_TEXT]))
    text = _LINK.sub(r" \1 \2 ", text)
    text = _TAG.sub("", _BLOCK.sub("\n", text))
    if not text.isascii():
        text = _UNUSUAL.sub(lambda found: _letter(found.group()), text)
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        text = _UNUSUAL.sub(lambda found: "" if _invisible(found.group()) else found.group(), text)
    text = _EMPHASIS.sub("", _ESCAPED.sub(r"\1", text))
    text = text.translate(_DASHES).translate(_QUOTES)
    if _GREEKISH.search(text):
        text = text.translate(_GREEK)
    if _LATIN.search(text) and _CYRILLIC.search(text):
        text = _WORD.sub(_one_alphabet, text)
    text = _ROUND_ZEROS.sub("000", _WITH_DIGITS.sub(lambda found: found.group().translate(_LETTER_DIGITS), text))
    text = _CELLS.sub(lambda found: f"{found['word'] or ''} ", _SPACES.sub(" ", text))
    return _SPELLED.sub(_joined, text)


_UNUSUAL = re.compile(r"[^\n\t\x20-\x7eа-яА-ЯёЁ—«»–₽]")
_GREEKISH = re.compile("[\u0370-\u03ff]")


def _letter(char: str) -> str:
    if char < "\u0080" or "а" <= char <= "я" or "А" <= char <= "Я":
        return char
    special = _SPECIAL.get(char)
    if special is not None:
        return special
    if char in "\u2028\u2029\u0085":
        return "\n"
    value = unicodedata.numeric(char, None)
    if value is None:
        return unicodedata.normalize("NFKC", char)
    return str(int(value)) if value == int(value) else f"{value:.4f}".rstrip("0").lstrip("0") or "0"


def _invisible(char: str) -> bool:
    if char < "\u0080":
        return char < " " and char not in "\n\t"
    return (
        unicodedata.category(char) in ("Cf", "Cc", "Mn", "Me", "Co", "Cn") or char in "\u115f\u1160\u3164\uffa0\u2800"
    )


def _one_alphabet(found: re.Match[str]) -> str:
    """A word of mixed alphabets in the one that can write it whole: «cто» with a Latin c is «сто»."""
    word = found.group()
    if not (_LATIN.search(word) and _CYRILLIC.search(word)):
        return word
    cyrillic = word.translate(_LATIN_TO_CYRILLIC)
    if not _LATIN.search(cyrillic):
        return cyrillic
    latin = word.translate(_CYRILLIC_TO_LATIN)
    return word if _CYRILLIC.search(latin) else latin


def _joined(found: re.Match[str]) -> str:
    """«1 2 0 0 0 0» is 120000; a short date like 1.2.3 stays."""
    digits = re.sub(r"\D", "", found.group())
    return found.group() if len(digits) == 3 and _CLOCK_LIKE.fullmatch(found.group()) else digits


_ABBREVIATION = re.compile(
    r"(?:(?<![^\W\d_])(?:тыс|руб|млн|млрд|мес|нед|дн|мин|сек|ч|г|гг|ул|д|стр|корп|кв|оф|обл|р|т|к|п|пп|см|им|др|пр|"
    r"рис|табл|тел|доб|напр|e\.g|i\.e|approx|no|mr|mrs|ms|dr|st|vs|inc|ltd|est|min|max)|\b[а-яa-z]\.[а-яa-z])$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?…]+[\"')\]]*(?=\s)|\n+")


def sentences(text: str) -> list[str]:
    """The text cut after each sentence and line; the pieces joined give the text again."""
    pieces, start = [], 0
    for found in _END.finditer(text):
        if text[found.start()] != "\n" and not _ends(text, found.start(), found.end()):
            continue
        pieces.append(text[start : found.end()])
        start = found.end()
    if start < len(text):
        pieces.append(text[start:])
    return pieces


def _ends(text: str, mark: int, after: int) -> bool:
    """Whether this full stop ends a sentence and not «тыс.», «1.» of a list or an initial."""
    if text[mark] != "." or after - mark > 1:
        return True
    before = text[max(0, mark - 12) : mark]
    if re.search(r"(?:^|\n)\s*\d{1,2}$", text[max(0, mark - 6) : mark]) and (mark < 6 or "\n" in text[mark - 6 : mark]):
        return False
    following = text[after : after + 12].lstrip(" \t\"'(-")[:1]
    if _ABBREVIATION.search(before):
        # «5 тыс. Потом»: an abbreviation may also end a sentence, when a capital follows and no name can.
        short = re.search(r"(?:тыс|руб|млн|млрд|мес|нед|дн|мин|сек|р|г)$", before, re.IGNORECASE)
        return bool(short) and following.isupper()
    return True

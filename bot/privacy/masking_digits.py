"""Personal data made of digits: phones however written, requisites, documents, cards and accounts.

A word before the digits («ИНН», «тел.») decides first, then their form and control digits. What is as long as an
identifier and is no amount is masked without asking further.
"""

import re

from bot.privacy.masking_page import Page
from bot.privacy.masking_spoken import spoken_numbers
from bot.requisites import valid_inn, valid_ogrn

_SEP = r"[\s().\-\u2010-\u2015_*/~\u2022\u00b7\u20e3]"
_DASH = r"[\-\u2010-\u2015]"
_EDGE = r"(?<!\d)"

_ANNOUNCED = (
    ("INN", r"инн|inn|идентификационн\w+ номер\w*", (10, 12), 9),
    ("KPP", r"кпп|kpp", (9,), 8),
    ("OGRN", r"огрнип|огрн|ogrn|ogrnip", (13, 15), 12),
    ("BIK", r"бик|bik|bic", (9,), 8),
    ("SNILS", r"снилс\w*|snils", (11,), 9),
    ("ACCOUNT", r"[рк]/сч?|[рк]\.\s?сч?\.?|л/с|(?:рас\w+|кор\w+|лицев\w+|банковск\w+)?[. ]{0,2}сч[её]т\w{0,3}|account|"
     r"acc", (20,), 15),
    ("PASSPORT", r"загран\w*|паспорт\w{0,3}|серия|серии|passport", (10, 9), 6),
    ("CARD", r"карт(?:а|ы|е|у|ой|очк\w+)|card", (16, 18, 19, 15, 13), 12),
    ("ID", r"омс|полис\w{0,2}|водительск\w+|права|в/у|окпо|огрнип|код подразделения|id|айди", (16, 10, 8), 6),
)  # fmt: skip
_ANNOUNCERS = tuple(
    (
        kind,
        re.compile(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])\D{{0,30}}?(\d(?:[ .\-\u2010-\u2015/№]{{0,2}}\d)*)"),
        sizes,
        least,
    )
    for kind, words, sizes, least in _ANNOUNCED
)
_HINT = re.compile(
    r"инн|inn|кпп|kpp|огрн|ogrn|бик|bi[ck]|снилс|snils|[рк][/.] ?с|л/с|сч[её]т|acc|загран|паспорт|сери[яи]|passport|"
    r"карт|card|омс|полис|водит|права|в/у|окпо|подразд|id|айди|идентиф"
)
_SERIES = re.compile(
    r"(?:сери\w+\W{0,3})?" + _EDGE + r"\d{2} ?\d{2}\W{1,3}(?:номер\w?|№|n)\W{0,3}\d{3} ?\d{3}(?!\d)",
)
_PASSPORT = re.compile(_EDGE + r"\d{2} ?\d{2} {1,2}\d{6}(?!\d)")
_SNILS = re.compile(_EDGE + rf"\d{{3}}{_DASH}\d{{3}}{_DASH}\d{{3}}[ \-]\d{{2}}(?!\d)")
_ACCOUNT = re.compile(_EDGE + r"(?:[34]\d|03)(?:[ .\-]?\d){18}(?!\d)")
_CARD = re.compile(_EDGE + r"(?:\d{4}([ \-]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{2,3})?|\d{4} \d{6} \d{5}|\d{13,19})(?!\d)")
_IBAN = re.compile(r"(?<!\w)[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?(?!\w)")
_PLATE = re.compile(r"(?<!\w)[авекмнорстух]\s?\d{3}\s?[авекмнорстух]{2}\s?\d{2,3}(?!\w)")

_PHONES = tuple(
    re.compile(_EDGE + form)
    for form in (
        rf"(?:\+{_SEP}{{0,2}})?[78](?:{_SEP}{{0,3}}\d){{10}}(?!\d)",
        rf"\+{_SEP}{{0,2}}[1-9](?:{_SEP}{{0,3}}\d){{6,14}}(?!\d)",
        rf"(?:00|810){_SEP}?[1-9](?:{_SEP}{{0,2}}\d){{8,13}}(?!\d)",
        rf"(?:37[0-5]|380|99[2-8])(?:{_SEP}{{0,2}}\d){{8,9}}(?!\d)",
        rf"\( ?\d{{3,5}} ?\){_SEP}{{0,2}}\d{{1,3}}(?:{_SEP}{{0,2}}\d{{2}}){{2}}(?!\d)",
        rf"9(?:{_SEP}{{0,3}}\d){{9}}(?!\d)",
        rf"\d{{3}}(?:{_SEP})\d{{3}}(?:{_SEP})\d{{2}}(?:{_SEP})?\d{{2}}(?!\d)",
        r"\d{4}(?:[ \-])\d{2}(?:[ \-])\d{2}(?:[ \-])\d{2}(?!\d)",
        rf"\d{{3}}{_DASH}\d{{2}}{_DASH}\d{{2}}(?!\d)",
    )
)
_FIVE = re.compile(rf"\d(?:{_SEP}{{0,3}}\d){{4}}")
_CALLED = re.compile(
    r"(?<![^\W\d_])(?:т|тел|телефон(?:а|у|ом|е|чик)?|моб(?:ильн\w+)?|сот(?:ов\w+)?|(?:по|пере|со)?звони\w*|набери\w*|"
    r"наберите|вотсап\w?|ватсап\w?|вацап\w?|whats ?app|wa|вайбер|viber|факс|phone|tel|call|mobile|cell|"
    r"номер(?: телефона| для связи)|мой номер\w*|номерок)(?![^\W\d_])\D{0,25}?"
    rf"(\(?\d(?:{_SEP}{{0,3}}\d){{4,14}})(?!\d)"
)
_EXTENSION = re.compile(r"[\s,;(]{0,3}(?:доб(?:ав\w*)?|вн(?:утр\w*)?|ext|x|#)[\s.:]{0,2}(\d{1,6})\)?(?!\d)")
_DATE = re.compile(r"\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)?\d{2}\D*.{0,8}|(?:19|20)\d{2}[./\-]\d{1,2}[./\-]\d{1,2}.*")
_AMOUNT = re.compile(r"\d{1,3}(?:[ .]\d{3})+")
_MONEY = re.compile(r"\s{0,2}(?:руб|₽|р\b|р\.|тыс|млн|млрд|коп|\$|€|%|usd|eur|долл|евро)")
_UNIT = re.compile(
    r"\s{0,2}(?:руб|₽|р\b|р\.|тыс|млн|млрд|коп|\$|€|%|usd|eur|долл|евро|шт|заяв|обращ|диал|сообщ|клиент|чел|товар|"
    r"позиц|строк|токен|символ|знак|звонк|минут|мин\b|мес|дн|дней|лет|запис|номеров|пользов|посет|просм|подпис|заказ)"
)
_LONG = re.compile(r"(?<![\d.,])\d{9,}(?!\d|[.,]\d)")


def digits_of(text: str) -> str:
    """The digits of a text in ASCII, whatever script they are written in."""
    return "".join(str(int(char)) for char in text if char.isdecimal())


def digits_key(digits: str, extension: str = "") -> str:
    """One key for all ways to write a number: +7, 7 and 8 before a Russian phone are the same."""
    if len(digits) == 11 and digits[0] in "78":
        digits = digits[1:]
    return f"{digits}#{extension}" if extension else digits


def find_digits(page: Page, public: frozenset[str]) -> None:
    """Takes every number that belongs to a person or their company; the keys in `public` are left alone."""
    spoken_numbers(page, public)
    if not any(char.isdecimal() for char in page.folded):
        return
    _ibans(page, public)
    if _HINT.search(page.folded):
        _take_all(page, "PASSPORT", _SERIES, public)
        _announced(page, public)
    _take_all(page, "SNILS", _SNILS, public)
    _take_all(page, "ACCOUNT", _ACCOUNT, public)
    _cards(page, public)
    _take_all(page, "PASSPORT", _PASSPORT, public)
    _solid(page, public, sizes=(10, 12, 13, 15))
    _phones(page, public)
    _solid(page, public)
    _take_all(page, "ID", _PLATE, public)


def find_told(page: Page, told: re.Pattern[str]) -> None:
    """Takes the numbers the client told us, whatever stands around them."""
    for found in told.finditer(page.folded):
        _take_phone(page, found.start(), found.end(), frozenset())


def _take(page: Page, kind: str, start: int, end: int, public: frozenset[str], extension: str = "") -> None:
    written = page.folded[start:end]
    key = digits_key(digits_of(written)[: -len(extension) or None], extension)
    if kind == "ID" and not written.isdecimal():
        key = re.sub(r"\W", "", written)
    if digits_key(key.partition("#")[0]) in public:
        page.leave(start, end)
    else:
        page.take(start, end, kind, key)


def _take_all(page: Page, kind: str, form: re.Pattern[str], public: frozenset[str]) -> None:
    for found in form.finditer(page.folded):
        _take(page, kind, found.start(), found.end(), public)


def _announced(page: Page, public: frozenset[str]) -> None:
    for kind, form, sizes, least in _ANNOUNCERS:
        at = 0
        while found := form.search(page.folded, at):
            at = found.start(1)
            size = _prefix(found.group(1), sizes, least)
            if size:
                at += size
                _take(page, kind, found.start(1), at, public)


def _prefix(written: str, sizes: tuple[int, ...], least: int) -> int:
    """How much of the groups of digits makes an identifier of one of these sizes; 0 when none does."""
    ends: dict[int, int] = {}
    count = 0
    for group in re.finditer(r"\d+", written):
        count += len(group.group())
        ends.setdefault(count, group.end())
    for size in sizes:
        if size in ends:
            return ends[size]
    return next((end for count, end in ends.items() if least <= count <= max(sizes) + 2), 0)


def _cards(page: Page, public: frozenset[str]) -> None:
    for found in _CARD.finditer(page.folded):
        digits = digits_of(found.group())
        grouped = not found.group().isdecimal() and len(digits) >= 15
        if grouped or (_luhn(digits) and digits[0] in "23456"):
            _take(page, "CARD", found.start(), found.end(), public)


def _luhn(digits: str) -> bool:
    total = 0
    for at, char in enumerate(reversed(digits)):
        value = int(char) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _ibans(page: Page, public: frozenset[str]) -> None:
    for found in _IBAN.finditer(page.folded):
        code = found.group().replace(" ", "")
        moved = code[4:] + code[:4]
        if code.isascii() and code.isalnum() and int("".join(str(int(char, 36)) for char in moved)) % 97 == 1:
            if code not in public:
                page.take(found.start(), found.end(), "ACCOUNT", code)
            else:
                page.leave(found.start(), found.end())


def _phones(page: Page, public: frozenset[str]) -> None:
    if not _FIVE.search(page.folded):
        return
    for form in _PHONES:
        at = 0
        while found := form.search(page.folded, at):
            at = found.end()
            if _is_phone(page, found.group(), found.end()):
                at = _take_phone(page, found.start(), found.end(), public)
    at = 0
    while found := _CALLED.search(page.folded, at):
        at = found.end()
        written = found.group(1)
        if len(digits_of(written)) >= 5 and _is_phone(page, written, at) and not _AMOUNT.fullmatch(written):
            at = _take_phone(page, found.start(1), at, public)


def _is_phone(page: Page, written: str, end: int) -> bool:
    if _DATE.fullmatch(written.strip()):
        return False
    if _AMOUNT.fullmatch(written.lstrip("+")) and _UNIT.match(page.folded, end):
        return False
    solid_amount = written.isdecimal() and not written.startswith(("7", "8", "9"))
    return not (solid_amount and _MONEY.match(page.folded, end))


def _take_phone(page: Page, start: int, end: int, public: frozenset[str]) -> int:
    after = _EXTENSION.match(page.folded, end)
    stop = after.end() if after else end
    _take(page, "PHONE", start, stop, public, digits_of(after.group(1)) if after else "")
    return stop


def _solid(page: Page, public: frozenset[str], sizes: tuple[int, ...] = ()) -> None:
    for found in _LONG.finditer(page.folded):
        digits = digits_of(found.group())
        if sizes and len(digits) not in sizes:
            continue
        kind = _kind(digits)
        amount = digits.endswith("0000") or _MONEY.match(page.folded, found.end())
        if kind in ("INN", "OGRN") if sizes else not amount:
            _take(page, kind, found.start(), found.end(), public)


def _kind(digits: str) -> str:
    if valid_inn(digits):
        return "INN"
    if valid_ogrn(digits):
        return "OGRN"
    if len(digits) == 9:
        return "BIK" if digits.startswith("04") else "KPP" if digits[4:6] in ("01", "43", "50") else "ID"
    return "ACCOUNT" if len(digits) == 20 else "ID"

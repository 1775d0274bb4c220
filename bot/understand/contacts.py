"""Names, phones, e-mails and Telegram names as people leave them in a chat."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.understand.names import find_name
from bot.understand.words import fold, within_one

__all__ = [
    "Contact",
    "ContactResult",
    "Suggestion",
    "find_email",
    "find_name",
    "find_phone",
    "find_telegram",
    "mask_email",
    "mask_phone",
    "parse_contact",
    "suggest_email",
]

MAX_TEXT = 1_000
"""Characters looked at."""

_DIGITS = re.compile(r"\+?\(?\d(?:[ ().\u2010-\u2014-]{0,3}\d){6,14}(?![ .\-]{0,1}\d)")
_STUB = re.compile(r"(?<!\w)\+\d[\d ()-]{1,8}(?!\d)")
_NOT_A_PHONE = re.compile(
    r"(?:инн|огрн|огрнип|кпп|бик|снилс|р/с|к/с|сч[её]т\w*|заказ\w*|договор\w*|артикул\w*|номер заказа|"
    r"карт[аыеу]|паспорт\w*|"
    r"серия|трек\w*|id|накладн\w*|оборот\w*|бюджет\w*)\W{0,3}(?:№|#|номер|n)?\W{0,3}$"
)
_PHONE_WORD = re.compile(
    r"(?:\bт(?:ел(?:ефон\w*|еф)?)?\b|звон\w*|набер\w*|вотсап\w*|ватсап\w*|whatsapp|wa|номер\w*|моб\w*|"
    r"сот\w*)\W{0,12}$"
)
_COUNTRIES = ("375", "374", "992", "994", "995", "996", "998", "993", "373", "380", "77")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"'«»]{1,64}@[^\s@<>()\[\],;:\"'«»]{1,190}")
_SPELLED_AT = re.compile(
    r"(?<=[a-z0-9]) ?(?:\(at\)|\[at\]|\(собака\)|\[собака\]| собака | @ |@ | "
    r"@)(?=[a-z0-9])"
)
_LOOKS_LIKE_EMAIL = re.compile(
    r"[\w.+-]{1,64}@|@[\w-]{1,60}\.[a-z]{2,}|\b[a-z0-9._-]{2,40}(?:gmail|yandex|mail|inbox|"
    r"rambler)\.(?:ru|com)\b"
)
_TELEGRAM = re.compile(
    r"(?:(?<![\w.@/])@|\b(?:https?://)?(?:t\.me|telegram\.me)/)([a-z][a-z0-9_]{4,31})(?![\w@.]*@|\.[a-z]{2})",
    re.IGNORECASE,
)
_DOMAIN_TYPOS = {
    "mail.ry": "mail.ru", "mal.ru": "mail.ru", "maill.ru": "mail.ru", "mail.rk": "mail.ru", "meil.ru": "mail.ru",
    "mail.r": "mail.ru", "mail.tu": "mail.ru", "ya.ry": "ya.ru", "bk.ry": "bk.ru", "gmail.ru": "gmail.com",
    "gmail.con": "gmail.com", "gmail.co": "gmail.com", "gmai.com": "gmail.com", "gmial.com": "gmail.com",
    "gmal.com": "gmail.com", "gamil.com": "gmail.com", "yandex.ry": "yandex.ru", "yandex.tu": "yandex.ru",
    "yndex.ru": "yandex.ru", "inbox.ry": "inbox.ru", "list.ry": "list.ru", "jmail.com": "gmail.com",
    "gmail.cm": "gmail.com", "gmail.om": "gmail.com", "mail.ru.ru": "mail.ru", "mail.com.ru": "mail.ru",
}  # fmt: skip
_DOMAINS = (
    "gmail.com",
    "yandex.ru",
    "rambler.ru",
    "outlook.com",
    "hotmail.com",
    "icloud.com",
    "yandex.com",
    "inbox.ru",
)
_REAL = frozenset(("mail.com", "ymail.com", "email.com", "yandex.by", "yandex.kz", "yandex.ua", "mai.ru", "inbox.lv"))


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a person: phone in E.164, e-mail normalised, Telegram name without @."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    telegram: str | None = None

    @property
    def reachable(self) -> bool:
        return bool(self.phone or self.email or self.telegram)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An address that was probably meant: ask before using it."""

    given: str
    meant: str


@dataclass(frozen=True, slots=True)
class ContactResult:
    """`problems`: phone_short, phone_invalid, email_malformed, nothing_found; empty when all is well."""

    contact: Contact
    problems: tuple[str, ...] = ()
    suggestion: Suggestion | None = None


@cache
def _phonenumbers() -> Any:
    import phonenumbers

    return phonenumbers


@cache
def _validate_email() -> Any:
    from email_validator import validate_email

    return validate_email


def find_phone(text: str, region: str = "RU") -> str | None:
    """The first phone number in E.164; order numbers, ИНН and accounts are passed over."""
    return next((phone for candidate in _candidates(text) if (phone := _valid(candidate, region))), None)


@dataclass(frozen=True, slots=True)
class _Candidate:
    written: str
    digits: str
    announced: bool
    """Whether a word like «телефон» stands before it."""


def _candidates(text: str) -> Iterator[_Candidate]:
    folded = fold(text[:MAX_TEXT])
    for found in _DIGITS.finditer(folded):
        before = folded[max(0, found.start() - 30) : found.start()]
        attached = before[-1:].isalnum() or before[-1:] in ("/", "_", "=", "@", "№", "#")
        if attached or _NOT_A_PHONE.search(before):
            continue
        written = found.group()
        yield _Candidate(written, re.sub(r"\D", "", written), _PHONE_WORD.search(before) is not None)


def _valid(candidate: _Candidate, region: str) -> str | None:
    digits, written = candidate.digits, candidate.written
    solid = written.isdigit()
    if written.lstrip("(").startswith("+"):
        # «+8 912 …» is how some write 8 912 …: no country has that code alone.
        number = "+7" + digits[1:] if digits.startswith("89") and len(digits) == 11 else "+" + digits
    elif len(digits) == 11 and digits[0] in "78":
        number = "+7" + digits[1:]
    elif len(digits) == 10 and (digits[0] == "9" or candidate.announced or not solid):
        number = "+7" + digits if region == "RU" else digits
    elif len(digits) >= 11 and digits.startswith(_COUNTRIES) and (candidate.announced or not solid):
        number = "+" + digits
    else:
        return None
    library = _phonenumbers()
    try:
        parsed = library.parse(number, region)
    except library.NumberParseException:
        return None
    if not library.is_valid_number(parsed):
        return None
    return str(library.format_number(parsed, library.PhoneNumberFormat.E164))


def find_email(text: str) -> str | None:
    """The first well-formed address, normalised (domain in lower case); no look-up on the network."""
    prepared = _SPELLED_AT.sub("@", text[:MAX_TEXT].replace("\u00a0", " "))
    if prepared == text[:MAX_TEXT] and "@" not in text:
        prepared = _SPELLED_AT.sub("@", fold(text[:MAX_TEXT]))
    return next((email for found in _EMAIL.finditer(prepared) if (email := _address(found.group()))), None)


def _address(written: str) -> str | None:
    written = re.sub(r"^mailto:", "", written).strip(".,!?-—…*")
    validate = _validate_email()
    try:
        email = validate(written, check_deliverability=False, allow_smtputf8=False)
    except ValueError:
        return None
    return str(email.normalized)


def suggest_email(email: str) -> Suggestion | None:
    """The address probably meant when its domain looks like a typo of a popular one."""
    local, _, domain = email.rpartition("@")
    domain = domain.lower()
    if domain in _DOMAINS or domain in _REAL:
        return None
    meant = _DOMAIN_TYPOS.get(domain) or next(
        (one for one in _DOMAINS if len(one) >= 9 and within_one(domain, one)), None
    )
    return Suggestion(email, f"{local}@{meant}") if meant else None


def find_telegram(text: str) -> str | None:
    """A Telegram name («@anna_p», «t.me/anna_p») without the @."""
    found = _TELEGRAM.search(text[:MAX_TEXT])
    return found.group(1) if found else None


def parse_contact(text: str) -> ContactResult:
    """Everything a person left to be reached by, with the codes of what went wrong."""
    text = text[:MAX_TEXT]
    email = find_email(text)
    without_email = _EMAIL.sub(" ", text) if email else text
    phone = find_phone(without_email)
    telegram = find_telegram(without_email)
    problems = []
    if phone is None and (problem := _phone_problem(without_email)):
        problems.append(problem)
    if email is None and telegram is None and _LOOKS_LIKE_EMAIL.search(fold(text)):
        problems.append("email_malformed")
    remainder = _DIGITS.sub(" ", _TELEGRAM.sub(" ", without_email))
    contact = Contact(find_name(remainder, asked=True), phone, email, telegram)
    if not contact.reachable and not contact.name and not problems:
        problems.append("nothing_found")
    return ContactResult(contact, tuple(problems), suggest_email(email) if email else None)


def _phone_problem(text: str) -> str:
    for candidate in _candidates(text):
        if candidate.announced or candidate.written.startswith(("+", "8", "7", "9", "(")):
            return "phone_short" if len(candidate.digits) < 11 else "phone_invalid"
    return "phone_short" if _STUB.search(text) else ""


def mask_phone(phone: str) -> str:
    """«+79121234567» → «+7 912 •••-••-67»; what is no valid number keeps its last two digits only."""
    library = _phonenumbers()
    try:
        written = str(library.format_number(library.parse(phone, None), library.PhoneNumberFormat.INTERNATIONAL))
    except library.NumberParseException:
        return "•" * max(0, len(phone) - 2) + phone[-2:] if len(phone) > 4 else "•" * len(phone)
    head, area, tail = [*written.split(" ", 2), "", ""][:3]
    if not tail:
        # A country without area codes: the whole of the number but its end is hidden.
        head, area, tail = head, "", area
    hidden = re.sub(r"\d", "•", tail[:-2]) + tail[-2:]
    return " ".join(part for part in (head, area, hidden) if part)


def mask_email(email: str) -> str:
    """«anna@mail.ru» → «a•••@mail.ru»."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}•••{at}{domain}" if at else "•••"

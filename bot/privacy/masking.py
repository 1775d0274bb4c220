"""Personal data is replaced by placeholders before a model sees a text, and put back into the model's answer."""

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from bot.privacy.masking_companies import Companies, company_key, find_companies
from bot.privacy.masking_digits import digits_key, digits_of, find_digits, find_told
from bot.privacy.masking_forms import (
    email_key,
    find_addresses,
    find_births,
    find_emails,
    find_usernames,
    public_domain,
)
from bot.privacy.masking_names import Name, Names, as_name, find_names
from bot.privacy.masking_page import Page, Span
from bot.privacy.masking_restore import EXACT, placeholders, put_back

_ROUNDS = 4
"""Masking is repeated until nothing more is found, so that a masked text masks to itself."""

_SPACES = r"[\s().\-\u2010-\u2015_*/~]{0,3}"


@dataclass(frozen=True, slots=True)
class Known:
    """What the client told us, as they told it. `requisites` are ИНН, accounts, addresses and the like, "
    "values only."""

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    requisites: tuple[str, ...] = ()
    usernames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Public:
    """What everybody may know, by keys."""

    digits: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    usernames: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()


class Masker:
    """Masks the texts of one turn: a value has the same placeholder in all of them. Pure; not for sharing by turns.

    `public` are the company's own contacts and people, which stay as they are: phone, e-mail, site, address,
    requisites, names. A name there does not hide a client who introduces themselves by it.
    """

    def __init__(self, known: Known | None = None, *, public: Iterable[str] = ()) -> None:
        known = known or Known()
        self._public = _read_public(tuple(public))
        self._names = Names.of(known.names, self._public.names)
        self._companies = Companies((*known.companies, *(one for one in known.requisites if not digits_of(one))))
        self._placeholders: dict[tuple[str, Hashable], str] = {}
        self._values: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._people: list[tuple[Name, str]] = []
        self._remember(known)
        self._told = _told_digits((*known.phones, *known.requisites))
        self._texts = _told_texts((*known.emails, *known.usernames, *(x for x in known.requisites if digits_of(x))))

    def mask(self, text: str) -> str:
        """The text with stable placeholders like «[NAME_1]» in place of personal data."""
        for _ in range(_ROUNDS):
            spans = self._spans(text)
            if not spans:
                break
            text = _replaced(text, spans, self._placeholder)
        return text

    def restore(self, text: str) -> str:
        """Placeholders of this masker, even bent by a model, as what the client wrote; others stay as they are."""
        return put_back(text, self._values.get)

    def blank(self, text: str) -> str:
        """The text without personal data at all, for search and embeddings."""
        bare = EXACT.sub(" ", self.mask(text))
        bare = re.sub(r"[ \t\u00a0]*([,;:(\u00ab\"])[ \t\u00a0]*(?=[,.;:!?)\u00bb\"]|$)", "", bare, flags=re.MULTILINE)
        bare = re.sub(r"[ \t\u00a0]+", " ", re.sub(r"[ \t\u00a0]+([,.;:!?)])", r"\1", bare))
        return "\n".join(line for part in bare.splitlines() if (line := part.strip(" ,;:-—")))

    def unknown(self, text: str) -> list[str]:
        """Placeholders in an answer which this masker never gave, in their canonical form."""
        return [one for one in placeholders(text) if one not in self._values]

    def _spans(self, text: str) -> list[Span]:
        page = Page(text)
        for found in EXACT.finditer(text):
            page.leave(found.start(), found.end())
        public = self._public
        for kind, key, form in self._texts:
            for found in form.finditer(page.folded):
                page.take(found.start(), found.end(), kind, key)
        find_emails(page, public.emails)
        find_usernames(page, public.usernames)
        find_births(page)
        if self._told is not None:
            find_told(page, self._told)
        find_digits(page, public.digits)
        find_addresses(page, public.addresses)
        self._companies.find(page)
        find_companies(page, public.companies)
        find_names(page, self._names)
        return list(page.found())

    def _placeholder(self, span: Span) -> str:
        if span.kind == "NAME":
            return self._person(span)
        sort = "#" if isinstance(span.key, str) and span.key[:1].isdigit() and span.kind != "ADDRESS" else span.kind
        known = self._placeholders.get((sort, span.key))
        if known is None:
            known = self._placeholders[sort, span.key] = self._new(span.kind, span.value)
        return known

    def _person(self, span: Span) -> str:
        plain, forms = cast(tuple[tuple[str, ...], tuple[str, ...]], span.key)
        exact = next((known for name, known in self._people if name.words == plain), None)
        known = exact or next((known for name, known in self._people if name.is_same(plain, forms)), None)
        if known is None:
            known = self._new("NAME", span.value)
            self._people.append((Name(plain, span.value), known))
        return known

    def _new(self, kind: str, value: str) -> str:
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        placeholder = f"[{kind}_{number}]"
        self._values[placeholder] = value
        return placeholder

    def _remember(self, known: Known) -> None:
        """Told values come first, in the order told: their placeholders are the same in every turn."""
        for written in known.names:
            name = as_name(written)
            if name.words and all(name.words != one.words for one, _ in self._people):
                self._people.append((name, self._new("NAME", written)))
        told: list[tuple[str, Hashable, str]] = [
            *(("PHONE", digits_key(digits_of(one)), one) for one in known.phones),
            *(("EMAIL", email_key(one), one) for one in known.emails),
            *(("COMPANY", company_key(one), one) for one in known.companies),
            *(("USERNAME", one.lstrip("@").lower(), one) for one in known.usernames),
        ]
        for kind, key, written in told:
            sort = "#" if kind == "PHONE" else kind
            if key and (sort, key) not in self._placeholders:
                self._placeholders[sort, key] = self._new(kind, written)


def _replaced(text: str, spans: list[Span], placeholder: Callable[[Span], str]) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += (text[at : span.start], placeholder(span))
        at = span.end
    return "".join((*parts, text[at:]))


def _told_digits(values: tuple[str, ...]) -> re.Pattern[str] | None:
    """A pattern of the told numbers in any spacing, a Russian phone with or without its country."""
    numbers = {digits_key(digits_of(one)) for one in values if sum(map(str.isdecimal, one)) >= 6}
    if not numbers:
        return None
    forms = (_SPACES.join(number) for number in sorted(numbers, key=len, reverse=True))
    return re.compile(rf"(?<!\d)(?:\+?{_SPACES}[78]{_SPACES})?(?:{'|'.join(forms)})(?!\d)")


def _told_texts(values: tuple[str, ...]) -> list[tuple[str, str, re.Pattern[str]]]:
    """Told e-mails, usernames and addresses as they were written, whatever the letters' case."""
    found = []
    for value in values:
        bare = value.strip().lstrip("@").lower()
        kind = "EMAIL" if "@" in value.strip()[1:] else "ADDRESS" if re.search(r"[а-яё]{3}.*\d", bare) else "USERNAME"
        if len(bare) >= 4 and not bare.isdecimal() and re.search(r"[^\W\d_]", bare):
            body = r"\s+".join(map(re.escape, bare.replace("ё", "е").split()))
            found.append((kind, bare, re.compile(rf"(?<![\w.])@?{body}(?!\w)")))
    return found


@lru_cache(maxsize=64)
def _read_public(values: tuple[str, ...]) -> _Public:
    digits: set[str] = set()
    emails: set[str] = set()
    usernames: set[str] = set()
    companies: set[str] = set()
    addresses: set[str] = set()
    names: list[str] = []
    for value in values:
        low = value.strip().lower()
        count = sum(map(str.isdecimal, value))
        if "@" in low[1:]:
            emails |= {low, public_domain(low)} - {""}
        elif low.startswith(("@", "http", "t.me", "vk.com")):
            usernames.add(re.split(r"[/?@=+]", low.rstrip("/"))[-1])
        elif count >= 5 and not re.search(r"[^\W\d_]{3}", value):
            digits.add(digits_key(digits_of(value)))
        elif count:
            addresses.add(" ".join(re.findall(r"\w+", low.replace("ё", "е"))))
        else:
            companies.add(company_key(value))
            names.append(value)
    return _Public(
        frozenset(digits),
        frozenset(emails),
        frozenset(usernames),
        frozenset(companies),
        frozenset(addresses),
        tuple(names),
    )

"""Ways to reach somebody in a plain text: e-mails, links, names in messengers, phones, requisites, street addresses."""

import re
from collections.abc import Iterator

_AT = (
    r"(?:\s?@\s?|\s?[(\[{<]\s?(?:at|собака|эт|dog)\s?[)\]}>]\s?|\s(?:собака|собачка|at sign)\s|"
    r"(?<=[a-z0-9])\sat\s(?=[\w-]+\s?(?:\(dot\)|\[dot\]|dot|\.)\s?[a-z]))"
)
_DOT = r"(?:\.|\s?[(\[{<]\s?(?:dot|точка|\.)\s?[)\]}>]\s?|\s(?:точка|dot)\s)"
_EMAIL = re.compile(rf"[\w.+-]{{1,64}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,4}}", re.IGNORECASE)
_TLD = (
    "ru|рф|com|net|org|info|biz|io|ai|app|dev|me|su|by|kz|ua|uz|am|ge|eu|de|uk|us|cn|tr|in|co|cc|tk|ml|ga|xyz|top|site|"
    "online|store|shop|pro|club|link|click|page|live|tech|space|website|cloud|agency|studio|team|group|company|digital|"
    "bot|chat|help|ру|ком|нет|support|win|bid|loan|gift|sale|money|москва|онлайн|сайт|орг|ком|дети|example|test|"
    "local|onion|tv|fm|ly|gl|gd|is|to|gg|pw"
)
_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|mailto:|tel:|tg:|javascript:|data:|vbscript:|www\.)[^\s\"'<>]{1,2000}", re.IGNORECASE
)
_DOMAIN = re.compile(
    rf"(?<![\w@./-])(?:[a-z0-9а-яё_-]{{1,63}}{_DOT}){{1,4}}(?:{_TLD}|"
    rf"xn--[a-z0-9-]+)(?![\w-])(?:[:/?#][^\s\"'<>]{{0,500}})?",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@.])@[a-z0-9_]{3,32}\b", re.IGNORECASE)
_TECHNICAL = re.compile(r"(?:node|next|vue|nuxt|express|three|d3|asp|ado)\.(?:js|net)|\.net", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.,])\+?\(?\d(?:[ ().\u2022-]{0,3}\d){6,14}(?![\d])")
_SHORT_PHONE = re.compile(
    r"(?:телефон\w*|звоните|позвоните|наберите|номер\w*|call|phone|dial)\W{0,12}(?:по |на |us |at |number "
    r")?\W{0,3}(\+?\d[\d() -]{1,14}\d)",
    re.IGNORECASE,
)
_GROUPED_MONEY = re.compile(r"\d{1,3}(?:([ .,'])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?")
_LONG = re.compile(r"(?<![\w.,])\d(?:[ -]?\d){8,30}(?![\d.,]?\d)")
_DATE_LIKE = re.compile(r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{2,4})(?:[ T-].*)?")
_STREET = re.compile(
    r"(?:\b(?:ул(?:\.|ица|ице|ицы|ицу)|просп(?:\.|ект\w{0,2})|пр-т\w?|пер(?:\.|еул\w+)|наб(?:\.|ережн\w+)|"
    r"бульвар\w{0,2}|б-р|шоссе|"
    r"площад\w{1,3}|пл\.|проезд\w{0,2}|тупик\w?|"
    r"микрорайон\w?)\s*)(?P<after>[\w-]+(?:\s[А-ЯЁ][\w-]+)?)?(?P<house>[\s,]+(?:д(?:ом)?\.?\s*)?\d+[а-я]?(?:[/к-]\d+)?)?"
    r"|(?P<english>(?:\d+\s)?(?:[A-Z][\w-]+\s){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Boulevard|Blvd|Square|"
    r"Prospekt|Prospect|Embankment)\b\.?(?:[\s,]+\d+)?)",
)
_STREET_ADJECTIVE = re.compile(
    r"([А-ЯЁ][\w-]+(?:ая|ой|ую|ий|ый|ом|ском|ский))\s+(?:улиц\w+|переул\w+|проспект\w*|шоссе|площад\w+|набережн\w+|"
    r"бульвар\w*)(?:[\s,]+(?:д(?:ом)?\.?\s*)?\d+)?"
)


_STREET_WORD = re.compile(r"улиц|просп|переул|набереж|бульвар|шоссе|площад|проезд|тупик|микрорай|street|avenue")


def hosts(text: str) -> frozenset[str]:
    """Domains named in a text, lower case, without «www.»."""
    return frozenset(host for _, _, _, host in links(text) if host)


def links(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Links and bare domains: start, end, the address normalised, its host."""
    if not _LINK_SIGN.search(text):
        return
    taken: list[tuple[int, int]] = []
    for found in (*_URL.finditer(text), *_DOMAIN.finditer(text)):
        if any(found.start() < end and start < found.end() for start, end in taken):
            continue
        written = found.group().rstrip(".,;:!?)]}\"'")
        if not written or _TECHNICAL.fullmatch(written):
            continue
        taken.append((found.start(), found.start() + len(written)))
        address = normal_link(written)
        yield found.start(), found.start() + len(written), address, re.split(r"[/?#:]", address)[0]


def normal_link(written: str) -> str:
    """A link without its scheme, «www.» and the closing slash; only the host is in lower case."""
    written = re.sub(_DOT, ".", written, flags=re.IGNORECASE)
    scheme = re.match(r"([a-z][a-z0-9+.-]*):(?://)?", written, re.IGNORECASE)
    if scheme and scheme.group(1).lower() in ("http", "https"):
        written = written[scheme.end() :]
    elif scheme and "://" not in scheme.group() and "." not in scheme.group(1):
        return written.lower()
    written = re.sub(r"^www\.", "", written, flags=re.IGNORECASE)
    host, mark, rest = re.match(r"([^/?#]*)([/?#]?)(.*)", written, re.DOTALL).groups()  # type: ignore[union-attr]
    return (host.lower().rpartition("@")[2] + mark + rest).rstrip("/")


_AT_SIGN = re.compile(r"[@({\[<]|собак|\sat\s", re.IGNORECASE)
_LINK_SIGN = re.compile(r"\.\w|:|\s?[({\[<]\s?(?:\.|dot|точка)|\s(?:dot|точка)\s", re.IGNORECASE)
_TWO_DIGITS = re.compile(r"\d[^\d]{0,3}\d")


def emails(text: str) -> Iterator[tuple[int, int, str]]:
    if not _AT_SIGN.search(text):
        return
    for found in _EMAIL.finditer(text):
        written = found.group().rstrip(".,;:!?")
        local, domain = re.split(_AT, written, maxsplit=1, flags=re.IGNORECASE)
        yield (
            found.start(),
            found.start() + len(written),
            f"{local}@{re.sub(_DOT, '.', domain, flags=re.IGNORECASE)}".lower(),
        )


def handles(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _HANDLE.finditer(text):
        yield found.start(), found.end(), found.group().lower()


def phones(text: str) -> Iterator[tuple[int, int, str]]:
    """Runs of digits written as phones, and long numbers of accounts and registers: the last ten digits, or all."""
    if not _TWO_DIGITS.search(text):
        return
    taken: list[tuple[int, int]] = []
    for pattern in (_PHONE, _LONG, _SHORT_PHONE):
        for found in pattern.finditer(text):
            group = 1 if pattern is _SHORT_PHONE else 0
            start, end, written = found.start(group), found.end(group), found.group(group).rstrip(" -(.")
            if any(start < b and a < end for a, b in taken) or _money_or_date(written, text, start):
                continue
            taken.append((start, end))
            digits = re.sub(r"\D", "", written)
            yield start, start + len(written), digits[-10:] if 10 <= len(digits) <= 11 else digits


def _money_or_date(written: str, text: str, start: int) -> bool:
    if _DATE_LIKE.fullmatch(written):
        return True
    if all(_GROUPED_MONEY.fullmatch(part.strip()) for part in written.split("-")):
        return True
    if written.startswith(("+", "(")) or re.search(r"[-(]", written):
        return False
    if _GROUPED_MONEY.fullmatch(written):
        return True
    digits = re.sub(r"\D", "", written)
    if re.fullmatch(r"\d+(?:[.,]\d{1,2})?", written) and len(digits) < 10:
        return True
    if len(digits) < 7:
        return not re.search(
            r"(?:телефон|звон|набер|call|phone|dial)\w*\W{0,12}$", text[max(0, start - 24) : start], re.IGNORECASE
        )
    return (
        " " in written
        and len(written.split()) > 1
        and all(_GROUPED_MONEY.fullmatch(one) or len(one) <= 4 for one in written.split())
        and len(digits) < 10
    )


def streets(text: str) -> Iterator[tuple[int, int, str]]:
    """Street addresses: where they stand, and their words in lower case with the number of the house."""
    for pattern in (_STREET, _STREET_ADJECTIVE):
        for found in pattern.finditer(text):
            if pattern is _STREET and not (found.group("english") or (found.group("after") or "")[:1].isupper()):
                continue
            words = re.findall(r"[^\W\d_]{4,}|\d+", found.group().lower())
            parts = [word for word in words if not _STREET_WORD.match(word)]
            yield found.start(), found.end(), " ".join(parts)

"""Personal data known by its form: e-mails however spelled, accounts in messengers, addresses, dates of birth."""

import re

from bot.privacy.masking_page import Page
from bot.understand.words import word_set

_AT = (
    r"(?:@\s?|\s@\s|\s@(?=[\w\-]+\.[a-z]{2})|\s?[(\[{<*]\s?(?:at|собака|собачка|эт|@|dog)\s?[)\]}>*]\s?|"
    r"\s?[\"«']?(?:собака|собачка|собачку|собакой)"
    r"[\"»']?\s?|\s+at\s+(?=(?:g?mail|yandex|ya|bk|list|inbox|rambler|outlook|hotmail|icloud|yahoo|proton)\b))"
)
_DOT = (
    r"(?:\.|\s?[(\[{]\s?(?:dot|точка|\.)\s?[)\]}]\s?|\s+(?:точка|dot)\s+|\s\.\s?(?=(?:ru|com|рф|net|org|su|by|"
    r"kz|io)\b))"
)
_JOIN = rf"(?:[._+]|{_DOT}|\s+(?:нижнее подчеркивание|подчеркивание|подчерк|underscore|дефис|тире|минус|dash)\s+)"
_EMAIL = re.compile(rf"(?<![\w@])[\w+\-]+(?:{_JOIN}[\w+\-]+)*\.?{_AT}[\w\-]+(?:{_DOT}[\w\-]+)*")
_EMAIL_HINT = re.compile(r"@|собак|собач|[(\[{<*] ?(?:at|эт|dog)|\sat\s")
_DOT_WORD = re.compile(r"\(?\[?\s?(?:точка|dot)\s?\)?\]?")

_PROFILE = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?(?:t\.me|telegram\.me|vk\.com|vk\.ru|vkontakte\.ru|ok\.ru|instagram\.com|"
    r"facebook\.com|"
    r"fb\.com|wa\.me|api\.whatsapp\.com|max\.ru|linkedin\.com/in|viber\.me|tiktok\.com|threads\.net|x\.com|"
    r"twitter\.com)"
    r"/[@+]?[\w.\-/?=&+%]*[\w/]|tg://[\w?=&]+"
)
_USERNAME = re.compile(r"(?<![\w.@/])@\s?([a-z_](?:[a-z0-9_]|\.(?=[a-z0-9_])){2,31})(?![\w@])")
_NICK = re.compile(
    r"(?<![^\W\d_])(?:телеграмм?\w?|телега|телеге|телегу|тг|tg|telegram|скайп\w?|skype|ник|никнейм|логин|login|"
    r"username|"
    r"инста\w*|insta\w*|вк|vk|дискорд|discord)(?:\s(?:мой|мой ник|ник|"
    r"is))?\s?[:—–\-]?\s?(?:live:)?((?=[a-z0-9.]*[_a-z])[a-z][a-z0-9_.]{3,31})"
    r"(?![\w@/])"
)
_NUMERIC_ID = re.compile(r"(?:telegram|телеграм\w*|tg|тг|user|chat|vk|вк)[ _-]?(?:id|айди)\W{0,4}(\d{5,15})(?!\d)")

_STREET = (
    r"(?:улиц[аеуы]|ул|проспект[ае]?|просп|пр-?к?т|пр|переул\w+|пер|бульвар[ае]?|бул|б-р|шоссе|ш|набережн\w+|"
    r"наб|площад[иь]|"
    r"пл|проезд[ае]?|пр-д|тупик[ае]?|аллея|аллее|микрорайон[ае]?|мкр-?н?|мкрн|квартал[ае]?|тракт[ае]?|"
    r"снт|днп|жк|"
    r"коттеджн\w+ пос\w+|поселок|поселке|пос|деревн[яеи]|дер|село|селе|станиц[ае]|хутор[ае]?)"
)
_STREET_WORD = r"[\w\-]*[^\W\d_][\w\-]*\.?"
_NUMBER = r"\d{1,4}(?:\s?[а-я](?![а-я]))?(?:\s?/\s?\d{1,3}[а-я]?)?"
_HOUSE = rf"(?:(?:д|дом|дома|доме|вл|владение|уч|участок|з/у)(?:\.|\s|№){{1,3}}{_NUMBER}|{_NUMBER})"
_PART = (
    r"(?:[\s,;]{1,3}(?:корпус\w?|корп|кор|к|строение|стр|с|литер\w?|лит|подъезд|под|п|этаж|эт|квартир\w|кв|офис|"
    r"оф|помещение|"
    r"пом|комната|ком|домофон|код)[.\s№\-]{0,3}(?:\d{1,5}[а-я]?|(?<=[.\s])[а-я])(?![^\W_])|-\d{1,4}(?!\d))"
)
_FRONT = (
    r"(?:(?<!\d)\d{6}(?!\d)[\s,]{1,3})?(?:(?:россия|рф)[\s,]{1,3})?(?:(?:[\w\-]+\s(?:обл(?:асть|асти)?|край|"
    r"края|район\w?|р-н)"
    r"\.?|респ(?:ублика|ублики)?\.?\s[\w\-]+)[\s,]{1,3}){0,2}(?:(?:город|г)[.\s]{1,2}[\w\-]+[\s,]{1,3})?"
)
_ADDRESSES = (
    re.compile(
        rf"{_FRONT}(?<![^\W_]){_STREET}(?:\.\s?|\s)(?:{_STREET_WORD}\s){{0,3}}?{_STREET_WORD}[\s,]{{1,3}}{_HOUSE}"
        rf"(?![\w]|[.,]\d){_PART}{{0,6}}"
    ),
    re.compile(
        rf"{_FRONT}(?<![^\W_])(?:{_STREET}\.?\s)?[\w\-]+[\s,]{{1,3}}(?:(?:д|дом)[.\s]{{1,2}})?{_NUMBER}"
        r"(?:[\s,]{1,3}(?:корпус|корп|к|стр)[.\s]{0,2}\d{1,3})?"
        r"[\s,]{1,3}(?:кв|квартира)[.\s№]{1,3}\d{1,4}(?!\d)"
    ),
    re.compile(r"(?<![^\W_])(?:д|дом)[.\s]{1,2}\d{1,4}\w?[\s,]{1,3}(?:кв|квартира)[.\s№]{1,3}\d{1,4}(?!\d)"),
    re.compile(
        r"(?<!\w)\d{1,5}\w?,?\s(?:[a-z]+\s){1,3}(?:street|st|avenue|ave|road|rd|lane|ln|drive|blvd|square)(?!\w)"
        r"(?:[\s,]{1,3}(?:apt|apartment|flat|unit|office|suite|#)[.\s]{0,2}\d{1,5})?"
    ),
    re.compile(
        r"(?<!\w)(?:ul|ulitsa|ulica|prospekt|pr|per|naberezhnaya|shosse|street|"
        r"st)\.?\s[a-z\-]+(?:\s[a-z\-]+)?[\s,]{1,3}"
        r"(?:(?:d|dom|house)[.\s]{1,2})?\d{1,4}\w?(?:[\s,]{1,3}(?:k|korp|kv|apt|flat|"
        r"str)[.\s]{0,2}\d{1,4}){0,3}(?!\w)"
    ),
)
_STREET_LAST = re.compile(rf"(?<![^\W_]){_STREET}[\s,.]{{1,3}}{_HOUSE}(?![\w]|[.,]\d){_PART}{{0,6}}")
_STREET_NAME = re.compile(rf"{_FRONT}(?<![^\W_])(?:{_STREET_WORD}\s){{0,2}}{_STREET_WORD}\s$")
_LIVES = re.compile(
    rf"(?:жив[уеё]\w*|прожива\w+|прописан\w*|регистрац\w+|зарегистрирован\w*|адрес\w*|доставьте|"
    rf"привезите)\b[^.!?\n]{{0,30}}?"
    rf"((?<![^\W_])(?:{_STREET}(?:\.\s?|\s){_STREET_WORD}|{_STREET_WORD}\s(?:улиц[аеы]|проспект[ае]?|"
    rf"переулк?[ае]?к?|шоссе))"
    rf"(?:[\s,]{{1,3}}{_HOUSE}(?![\w]|[.,]\d){_PART}{{0,6}})?)"
)
_ADDRESS_HINT = re.compile(
    rf"(?<![^\W_])(?:{_STREET}|кв|квартир\w|street|st|avenue|ave|road|rd|lane|drive|ul|ulitsa|ulica|prospekt|"
    rf"shosse)(?![^\W_])"
)
_FLAT = re.compile(r"(?<![^\W_])(?:кв|квартира|квартире)[.\s№]{1,3}\d{1,4}(?!\d|\s?(?:м\b|метр|кв))")

_MONTHS = r"(?:янв|фев|мар|апр|ма[яй]|июн|июл|авг|сен|окт|ноя|дек)\w*"
_DAY = (
    rf"(?:\d{{1,2}}[./\-\s]\d{{1,2}}[./\-\s](?:19|20)?\d{{2}}|(?:19|20)\d{{2}}[./\-]\d{{1,2}}[./\-]\d{{1,2}}|"
    rf"\d{{1,2}}(?:-?го)?\s{_MONTHS}\s(?:19|20)\d{{2}}|\d{{1,2}}(?:-?го)?\s{_MONTHS}|(?:19|20)\d{{2}}|"
    r"\d{1,2} (?:january|february|march|april|may|june|july|august|september|october|november|december) \d{4}|"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december) \d{1,2},? \d{4})(?!\d)"
)
_BORN = re.compile(
    r"(?:дата рожд\w+|рожден\w*|родил(?:ся|ась)|день рождени\w|д\.\s?р\.?|(?<![^\W_])др(?![^\W_])|дата рожд|"
    r"date of birth|"
    rf"(?<!\w)dob(?!\w)|(?<!\w)born(?!\w)|birth\w*)[^\d\n]{{0,20}}?({_DAY})"
)
_BORN_AFTER = re.compile(rf"({_DAY})\s?(?:г(?:ода|од)?\.?\s?)?(?:г\.\s?р\.?|гр\b|р\.|рожд\w+)")
_BIRTH_HINT = re.compile(r"рожд|родил|д\. ?р|(?<![^\W_])др(?![^\W_])|г\. ?р|birth|born|dob")
_FREE = word_set(
    "gmail.com mail.ru yandex.ru ya.ru bk.ru list.ru inbox.ru rambler.ru outlook.com hotmail.com icloud.com "
    "yahoo.com "
    "yandex.com proton.me internet.ru"
)


def email_key(written: str) -> str:
    """«Ivan (at) Mail точка ru» → ivan@mail.ru"""
    text = re.sub(_AT, "@", written.lower(), count=1)
    text = _DOT_WORD.sub(".", text)
    text = re.sub(r"\s?(?:нижнее подчеркивание|подчеркивание|подчерк|underscore)\s?", "_", text)
    text = re.sub(r"\s?(?:дефис|тире|минус|dash)\s?", "-", text)
    return re.sub(r"\s", "", text).strip(".")


def public_domain(email: str) -> str:
    """The domain of a company's address, whose other addresses are public as well; empty for free mail services."""
    domain = email.rpartition("@")[2]
    return "" if domain in _FREE else domain


def find_emails(page: Page, public: frozenset[str]) -> None:
    """Takes e-mail addresses; `public` holds addresses and whole domains that are nobody's secret."""
    if not _EMAIL_HINT.search(page.folded):
        return
    for found in _EMAIL.finditer(page.folded):
        key = email_key(found.group())
        if key in public or key.rpartition("@")[2] in public:
            page.leave(found.start(), found.end())
        elif "@" in key:
            page.take(found.start(), found.end(), "EMAIL", key)


def find_usernames(page: Page, public: frozenset[str]) -> None:
    """Takes names and pages of people in messengers and social networks; `public` holds names without @."""
    if "/" in page.folded:
        for found in _PROFILE.finditer(page.folded):
            name = re.split(r"[/?@=+]", found.group().rstrip("/"))[-1]
            _username(page, found.start(), found.end(), name, public)
    if "@" in page.folded:
        for found in _USERNAME.finditer(page.folded):
            _username(page, found.start(), found.end(), found.group(1), public)
    for found in _NICK.finditer(page.folded):
        _username(page, found.start(1), found.end(1), found.group(1), public | _NO_NICKS)
    for found in _NUMERIC_ID.finditer(page.folded):
        page.take(found.start(1), found.end(1), "ID", found.group(1))


_NO_NICKS = word_set(
    "telegram whatsapp viber avito amocrm bitrix bitrix24 instagram skype discord email mail mini chat login "
    "username "
    "premium business desktop stars api-key apps webapp widget webhook bot-father"
)


def _username(page: Page, start: int, end: int, name: str, public: frozenset[str]) -> None:
    if name in public:
        page.leave(start, end)
    else:
        page.take(start, end, "USERNAME", name)


def find_addresses(page: Page, public: frozenset[str]) -> None:
    """Takes postal addresses from the street on; a town alone stays, for it helps to answer."""
    if not _ADDRESS_HINT.search(page.folded):
        return
    for form in (*_ADDRESSES, _FLAT):
        for found in form.finditer(page.folded):
            _address(page, found.start(), found.end(), public)
    for found in _STREET_LAST.finditer(page.folded):
        window = max(0, found.start() - 80)
        named = _STREET_NAME.search(page.folded[window : found.start()])
        if named:
            _address(page, window + named.start(), found.end(), public)
    for found in _LIVES.finditer(page.folded):
        _address(page, found.start(1), found.end(1), public)


def _address(page: Page, start: int, end: int, public: frozenset[str]) -> None:
    key = " ".join(re.findall(r"\w+", page.folded[start:end]))
    if any(key in address for address in public):
        page.leave(start, end)
    else:
        page.take(start, end, "ADDRESS", key)


def find_births(page: Page) -> None:
    """Takes dates that are said to be of birth."""
    if not _BIRTH_HINT.search(page.folded):
        return
    for form in (_BORN, _BORN_AFTER):
        for found in form.finditer(page.folded):
            page.take(found.start(1), found.end(1), "BIRTHDATE", re.sub(r"\W+", " ", found.group(1)))

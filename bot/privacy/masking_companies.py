"""Names of clients' companies: with a legal form, or said to be a company's name in quotes."""

import re
from collections.abc import Iterable

from bot.privacy.masking_page import Page
from bot.understand.words import fold, lemma, word_set

_FORMS = (
    r"(?:[ОоOo]{3}|[ОоПпЗзНн]?[Аа][Оо]|ТОО|ОДО|АНО|НКО|ГУП|МУП|ФГУП|ГБУ|МБУ|ФГБУ|ЧОУ|ЧУП|КФХ|ЖСК|ТСЖ|ООО|ИЧП|"
    r"LLC|Ltd|Inc|GmbH|LLP|"
    r"[Оо]бществ\w+ с ограниченной ответственностью|(?:[Пп]убличн\w+ |[Зз]акрыт\w+ |"
    r"[Оо]ткрыт\w+ )?[Аа]кционерн\w+ обществ\w+)"
)
_QUOTED = r"[«\"“„'][^«»\"“”„'\n]{1,60}(?:«[^»\n]{1,40}»)?[»\"”“']"
_BARE = r"[A-ZА-ЯЁ][\w&\-]*(?:[ \-][A-ZА-ЯЁ0-9][\w&\-]*){0,3}"
_WITH_FORM = re.compile(rf"(?<![\w]){_FORMS}(?:\s(?:ТД|ПКФ|НПО|НПП|ГК|СК|УК|ТК|МК|ПК))?\s{{0,2}}(?:{_QUOTED}|{_BARE})")
_LATIN = re.compile(r"(?<!\w)[A-Z][\w&\-]*(?: [A-Z][\w&\-]*){0,3},? (?:LLC|Ltd\.?|Inc\.?|GmbH|LLP|Corp\.?)(?!\w)")
_CALLED = re.compile(
    r"(?<!\w)(?:[Кк]омпани\w{1,2}|[Фф]ирм\w{1,2}|[Оо]рганизаци\w{1,2}|[Пп]редприяти\w{1,2}|ГК|ТД|[Хх]олдинг\w?|"
    r"[Мм]агазин\w{0,2}|[Сс]алон\w{0,2}|[Кк]линик\w{1,2}|[Кк]афе|[Рр]есторан\w{0,2}|[Сс]туди\w{1,2}|[Зз]авод\w{0,2}|"
    r"[Аа]гентств\w{1,2}|[Бб]ренд\w{0,2}|[Сс]ет\w{1,2}|[Оо]тел\w{1,2}|[Шш]кол\w{1,2}|[Фф]абрик\w{1,2})"
    rf"(?:\s(?:называется|зовется|—|-))?:?\s({_QUOTED})"
)
_OURS = re.compile(
    r"(?<!\w)(?:[Кк]омпани\w{1,2}|[Фф]ирм\w{1,2}|[Оо]рганизаци\w{1,2}|ГК|ТД)(?:\sназывается|\s—|:)?[ \t\u00a0]"
    rf"({_BARE})"
)
_COMPANY = re.compile(
    r"\s*(?:my company is|our company is|company name is|company:)\s([A-Z][\w&\-]*(?: [A-Z][\w&\-]*){0,3})"
)
_NOT_A_NAME = word_set(
    "или и на с в по это как ндс усн осно рф россии инн кпп огрн ип ооо ао если при для мы я вы с от the our "
    "we москва "
    "1с битрикс битрикс24 яндекс авито avito amocrm озон ozon wildberries вайлдберриз telegram телеграм openai "
    "google microsoft "
    "anthropic сбер сбербанк max whatsapp"
)
_LEGAL = re.compile(rf"^{_FORMS}\s*|[«»\"“”„']|,?\s(?:LLC|Ltd\.?|Inc\.?|GmbH|LLP|Corp\.?)$")
_WORD = re.compile(r"[^\W_]+")


def company_key(written: str) -> str:
    """The name itself without its legal form and quotes, folded, in dictionary forms."""
    return " ".join(lemma(word) for word in _WORD.findall(fold(_LEGAL.sub(" ", written.strip()))))


class Companies:
    """The companies a client told about, recognised without their legal form too."""

    def __init__(self, told: Iterable[str]) -> None:
        self.told = {key: written for written in told if (key := company_key(written))}
        self._longest = max((len(key.split()) for key in self.told), default=0)

    def find(self, page: Page) -> None:
        if not self.told:
            return
        words = list(_WORD.finditer(page.folded))
        lemmas = [lemma(word.group()) for word in words]
        at = 0
        while at < len(words):
            at += self._here(page, words, lemmas, at)

    def _here(self, page: Page, words: list[re.Match[str]], lemmas: list[str], at: int) -> int:
        for size in range(self._longest, 0, -1):
            key = " ".join(lemmas[at : at + size])
            if key in self.told and len(lemmas) >= at + size:
                start, end = words[at].start(), words[at + size - 1].end()
                if page.text[start].isupper() or not page.text[start].isalpha() or size > 1 or len(key) > 4:
                    start, end = _widen(page, start, end)
                    page.take(start, end, "COMPANY", key, self.told[key])
                    return size
        return 1


def _widen(page: Page, start: int, end: int) -> tuple[int, int]:
    """The quotes around a name and the legal form before it belong to it."""
    if page.text[start - 1 : start] in _OPEN and page.text[end : end + 1] in _CLOSE and start:
        start, end = start - 1, end + 1
    form = _FORM_BEFORE.search(page.text[max(0, start - 60) : start])
    return (start - len(form.group()) if form else start), end


_OPEN = tuple("«\"“„'")
_CLOSE = tuple("»\"”“'")
_FORM_BEFORE = re.compile(rf"(?<!\w){_FORMS}\s{{0,2}}$")


def find_companies(page: Page, public: frozenset[str]) -> None:
    """Takes names of companies by their form; those in `public` (keys) are left alone."""
    for form, group in ((_WITH_FORM, 0), (_LATIN, 0), (_CALLED, 1), (_OURS, 1), (_COMPANY, 1)):
        for found in form.finditer(page.text):
            start, end = found.span(group)
            key = company_key(found.group(group))
            words = _WORD.findall(fold(_LEGAL.sub(" ", found.group(group))))
            if not key or words[0] in _NOT_A_NAME:
                continue
            if key in public:
                page.leave(start, end)
            else:
                page.take(start, end, "COMPANY", key)

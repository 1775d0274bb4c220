"""Names of people in a text: told ones in any case form, introduced ones, and those the dictionary marks.

A lone given name is masked unless its surroundings speak for a town, a title in quotes, a product or a plain word.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.privacy.masking_marks import Mark, case_forms, mark, may_be, nominative, skeleton
from bot.privacy.masking_page import Page
from bot.understand.words import fold, word_set

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_INTRODUCED = re.compile(
    r"(?<!\w)(?:(?:меня|его|ее|нас|мужа|жену|директора|сына|дочь|руководителя) (?:зовут|звать)|зовите меня|"
    r"мо[ея] (?:имя|фамилия)|имя|фамилия|фио|ф\.\s?и\.\s?о\.?|(?:контактное|ответственное) лицо|контакт|получатель|"
    r"плательщик|покупатель|заказчик|подписант|подпись|с уважением|с наилучшими пожеланиями|всего доброго|"
    r"спросить|спросите|на имя|в лице|гражданин\w?|гражданк\w|господин\w?|госпож\w|г-н\w?|г-ж\w|"
    r"генеральн\w+ директор\w?|директор\w?|бухгалтер\w?|my name is|name|call me|this is|best regards|"
    r"kind regards|regards|"
    r"sincerely|mr|mrs|ms|ип|и\.п\.|индивидуальн\w+ предпринимател\w+)\.?"
    r"(?!\w)[\s,:—–\-]{1,6}(?=[^\W\d_])"
)
_WEAKLY = re.compile(
    r"(?<!\w)(?:это|я|я —|i am|i'm|i’m|от|для|пишет|звонит|передайте|позвоните|наберите)[\s,—–\-]{1,3}(?=[^\W\d_])"
)
_GREETINGS = word_set(
    "здравствуйте здравствуй привет приветствую приветик добрый доброе доброго доброй добрая день вечер утро ночи "
    "спасибо благодарю уважаемый уважаемая дорогой дорогая алло hello hi hey dear good thanks подскажите скажите "
    "пожалуйста салам ассаламу хай доброго-времени времени суток"
)
_NO_NAME = word_set(
    "да нет не и или а но я мы вы он она это мой моя наш наша ваш ваша телефон тел почта номер имя фамилия "
    "отчество зовут "
    "менеджер директор от из с для по на в к у о за до бот хочу нужен нужна нужно можно пожалуйста спасибо "
    "здравствуйте "
    "привет ок хорошо конечно телеграм просто лучше email mail тут вот мне меня пишите звоните сегодня завтра "
    "the is and my "
    "phone сайт ооо ао оао пао зао ип инн кпп огрн бик как что где когда кто какой какая сколько отдел "
    "компания фирма "
    "магазин команда администрация клиент бухгалтерия салон клиника добрый доброе день вечер утро россия москва "
    "при если "
    "только еще уже так там также им ими их ими нам вам ему ей будет был была есть the a an to of for in at "
    "we you it "
    "regards hello hi what how interested looking сторона подписи печать бюджет срок цена стоимость"
)
_PLACED = word_set(
    "в во из г город города городе под около через области обл район the in from at по про о об книга книге"
)
_PERSONAL = word_set(
    "для от с со у к ко зовут это передайте позвоните позвонить спросите спросить напишите наберите жду жена "
    "муж сын дочь "
    "коллега директор менеджер бухгалтер начальник партнер партнерша брат сестра мама папа клиент клиента "
    "собственник "
    "владелец госпожа господин контакт ответственный ответственная секретарь помощник юрист администратор "
    "мастер доктор врач"
)
_TAILS = word_set("оглы оглу кызы кизи заде угли угл зода")
_CONNECT = re.compile(r"[ \t\u00a0\u2009\u202f]{1,2}")
_ACROSS = re.compile(r"\s{1,3}")
_INITIALS = re.compile(
    r"(?<![^\W_])(?:([A-ZА-ЯЁ][^\W\d_]+(?:-[^\W\d_]+)?),?\s{0,2}([A-ZА-ЯЁ]\.\s?(?:[A-ZА-ЯЁ]\.?)?(?![^\W_])|"
    r"[A-ZА-ЯЁ]{2}(?![^\W_]))|"
    r"([A-ZА-ЯЁ]\.\s?(?:[A-ZА-ЯЁ]\.\s?)?)([A-ZА-ЯЁ][^\W\d_]+(?:-[^\W\d_]+)?))"
)
_LOW_INITIALS = re.compile(r"(?<![^\W_])([а-я]{3,}(?:-[а-я]+)?)\s([а-я]\.\s?[а-я]\.)")
_RUSSIAN_END = re.compile(r"(?:ov|ova|ev|eva|enko|skiy|sky|skaya)$")
_NEXT_CAPITAL = re.compile(r"\s?[A-ZА-ЯЁ][^\W\d_]")
_OPENS = "«\"“„'’/@#"
_STOPS = ".!?…:;•—–-*\n\r"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is remembered: its folded words in the nominative, and how it is written out."""

    words: tuple[str, ...]
    written: str

    def is_same(self, other: tuple[str, ...], forms: tuple[str, ...]) -> bool:
        """Whether `other` (nominative) or `forms` (as they stand in the text) is this name, in any order."""
        if len(forms) != len(self.words):
            return False
        if sorted(other) == sorted(self.words):
            return True
        left = list(self.words)
        for form in forms:
            same = next((word for word in left if may_be(form, word)), None)
            if same is None:
                return False
            left.remove(same)
        return True


@dataclass(slots=True)
class Names:
    """The names told before this text and the company's public ones, ready to be looked up by word."""

    told: tuple[Name, ...] = ()
    public: tuple[Name, ...] = ()
    forms: dict[str, str] = field(default_factory=dict)
    """A form a told word may take → the word as told, folded."""
    shapes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Iterable[str], public: Iterable[str]) -> "Names":
        names = cls(tuple(map(as_name, told)), tuple(map(as_name, public)))
        for name in names.told:
            for word in name.words:
                if len(word) >= 2 and word not in _NO_NAME:
                    names.forms.update(dict.fromkeys(case_forms(word), word))
                    names.shapes.update((skeleton(form), word) for form in case_forms(word) if len(form) >= 3)
                    names.forms[word] = word
        return names

    def told_word(self, word: str) -> str | None:
        """The told word that this one is a form or a transliteration of."""
        found = self.forms.get(word)
        if found is None and len(word) >= 3 and self.shapes:
            found = self.shapes.get(skeleton(word))
            if found is not None and word.isascii() == found.isascii():
                return None
        return found

    def is_public(self, words: tuple[str, ...], forms: tuple[str, ...]) -> bool:
        """A whole public name, two words of one, or its surname alone."""
        for name in self.public:
            said = {*words, *forms}
            fitting = [word for word in name.words if not said.isdisjoint(case_forms(word))]
            if len(fitting) == len(words) and (
                len(words) >= min(2, len(name.words)) or (len(words) == 1 and mark(fitting[0]).surname)
            ):
                return True
        return False


def as_name(written: str) -> Name:
    """A name somebody told, with its words folded."""
    return Name(tuple(fold(word) for word in _WORD.findall(written)), " ".join(written.split()))


@dataclass(slots=True)
class _Token:
    start: int
    end: int
    text: str
    word: str
    capital: bool
    opening: bool
    """Whether a sentence or a line begins here, where a capital says nothing."""
    told: str | None

    @property
    def mark(self) -> Mark:
        return mark(self.word)


def find_names(page: Page, names: Names) -> None:
    """Takes the names of people; public ones are left, unless the client introduced themselves by one."""
    tokens = _tokens(page, names)
    _initials(page, names, tokens)
    tokens = [token for token in tokens if page.text[token.start] == token.text[0]]
    introduced = _introduced(page)
    at = 0
    while at < len(tokens):
        run = _run(page, tokens, at, introduced.get(tokens[at].start))
        if run and _accepted(page, names, tokens, at, run, introduced.get(tokens[at].start)):
            _take(page, run, as_told=bool(introduced.get(run[0].start)) and not run[0].mark.known)
            at += len(run)
        else:
            at += 1


def _tokens(page: Page, names: Names) -> list[_Token]:
    found = list(_WORD.finditer(page.text))
    shouted = sum(one.group().isupper() and len(one.group()) > 1 for one in found)
    shouting = shouted >= 3 and shouted * 10 >= len(found) * 6
    tokens = []
    for one in found:
        text = one.group()
        word = page.folded[one.start() : one.end()].replace("’", "'")
        stripped = page.text[max(0, one.start() - 3) : one.start()].rstrip(" \t\u00a0")
        capital = text[0].isupper() and not shouting
        told = names.told_word(word) if names.forms else None
        tokens.append(
            _Token(one.start(), one.end(), text, word, capital, not stripped or stripped[-1] in _STOPS + '"«“(', told)
        )
    return tokens


def _introduced(page: Page) -> dict[int, bool]:
    """Where a name is said to begin → whether that is certain."""
    found = {one.end(): False for one in _WEAKLY.finditer(page.folded)}
    found |= {one.end(): True for one in _INTRODUCED.finditer(page.folded)}
    return found


def _run(page: Page, tokens: list[_Token], at: int, introduced: bool | None) -> list[_Token]:
    first = tokens[at]
    if not _can_begin(first, introduced) and not _before_patronymic(page, tokens, at):
        return []
    run = [first]
    for token in tokens[at + 1 : at + 4]:
        between = page.text[run[-1].end : token.start]
        if not _ACROSS.fullmatch(between) or (token.word in _NO_NAME and not token.told):
            break
        same_line = _CONNECT.fullmatch(between) is not None
        vouched = same_line and _before_patronymic(page, tokens, at + len(run))
        if not vouched and not _can_follow(run, token, same_line=same_line):
            break
        run.append(token)
    if len(run) > 3 and run[3].word not in _TAILS:
        del run[3:]
    return run


def _can_begin(token: _Token, introduced: bool | None) -> bool:
    if token.told is not None:
        return token.capital or len(token.word) > 3 or introduced is not None
    if token.word in _NO_NAME or token.word in _GREETINGS or len(token.word) < 2:
        return False
    found = token.mark
    if introduced:
        return found.nameable or (token.capital and not found.common) or (not found.known and len(token.word) > 2)
    if token.capital:
        abbreviation = token.text.isupper() and len(token.text) <= (3 if found.given else 5)
        return (found.nameable or not found.known) and not abbreviation
    return (
        not token.word.isascii()
        and (found.only or (introduced is not None and found.share >= 0.6))
        and not found.common
        and not found.place
        and not found.product
        and (found.given or found.patronymic or (found.surname and found.share >= 0.9))
    )


def _before_patronymic(page: Page, tokens: list[_Token], at: int) -> bool:
    """«петрова семёна ильича»: in lower case a patronymic vouches for the words before it."""
    for token, following in itertools.pairwise(tokens[at : at + 3]):
        if not token.mark.nameable or not _CONNECT.fullmatch(page.text[token.end : following.start]):
            return False
        if following.mark.patronymic and not following.mark.common:
            return True
    return False


def _can_follow(run: list[_Token], token: _Token, *, same_line: bool) -> bool:
    found = token.mark
    if token.told is not None or token.word in _TAILS:
        return True
    if found.patronymic or (
        found.nameable and (token.capital or (found.share >= 0.3 and (found.surname or not found.common)))
    ):
        return same_line or (found.nameable and run[-1].mark.nameable and token.capital)
    if not same_line or not token.capital or token.opening:
        return False
    # a surname that the dictionary does not know, or that is an ordinary word: «Иван Мороз», «Пётр Заяц»
    named = run[-1].mark.given or run[-1].mark.patronymic or run[-1].told
    abbreviation = token.text.isupper() and len(token.text) <= 5 and not run[-1].text.isupper()
    return bool(named) and not abbreviation and token.word not in _GREETINGS


def _accepted(
    page: Page, names: Names, tokens: list[_Token], at: int, run: list[_Token], introduced: bool | None
) -> bool:
    marks = [token.mark for token in run]
    if any(token.told for token in run):
        del run[max(index for index, token in enumerate(run) if token.told or token.mark.nameable) + 1 :]
        while not (run[0].told or run[0].mark.nameable):
            del run[0]
        return True
    if introduced and (run[0].capital or marks[0].nameable):
        return True
    words = tuple(token.word for token in run)
    if names.public and names.is_public(nominative(words), words):
        return False
    if len(run) >= 2:
        return _pair(tokens, at, run, marks)
    if introduced and not marks[0].known:
        return True
    return _lone(page, tokens, at, introduced)


def _pair(tokens: list[_Token], at: int, run: list[_Token], marks: list[Mark]) -> bool:
    """Two words or more: one is a given name or a patronymic, the others can be the rest of the name."""
    anchors = [index for index, one in enumerate(marks) if one.given or one.patronymic]
    if not anchors:
        sure = all(one.surname and one.share >= 0.5 for one in marks)
        return sure and not run[0].opening
    first = anchors[0]
    lone_plain = marks[first].common and not any(one.surname or one.patronymic for one in marks)
    if lone_plain and run[0].opening:
        return False
    if first and not marks[0].surname and (run[0].opening or marks[0].known):
        del run[:first]
    return not marks[0].product or any(one.surname or one.patronymic for one in marks[1:])


def _lone(page: Page, tokens: list[_Token], at: int, introduced: bool | None) -> bool:
    token = tokens[at]
    found = token.mark
    before = tokens[at - 1].word if at else ""
    opened = page.text[token.start - 1 : token.start]
    if opened and opened in _OPENS and page.text[token.end : token.end + 1] in ("»", '"', "”", "“", "'"):
        return False
    called = _called(page, tokens, at)
    if not found.nameable:
        return False
    if found.patronymic and not found.common:
        return True
    if called and (found.given or (found.surname and not found.place)):
        return True
    if found.product or (found.place and before in _PLACED) or before in ("город", "г"):
        return False
    if found.given:
        if not token.capital:
            return True
        if found.place:
            return before in _PERSONAL or introduced is not None or not (token.opening or _near_place(tokens, at))
        if not found.common:
            return True
        return before in _PERSONAL or (not token.opening and found.share >= 0.02) or introduced is not None
    # a surname alone; a Latin word that only looks like one is rather a product
    if token.word.isascii() and not _RUSSIAN_END.search(token.word):
        return before in _PERSONAL and token.capital
    if not token.capital or found.place:
        return before in _PERSONAL and token.capital
    if token.opening:
        return found.known and not found.common and found.share >= 0.9
    return found.share >= 0.5 or before in _PERSONAL


def _near_place(tokens: list[_Token], at: int) -> bool:
    near = [*tokens[max(0, at - 2) : at], *tokens[at + 1 : at + 3]]
    return any(token.capital and token.mark.place and not token.mark.given for token in near)


def _called(page: Page, tokens: list[_Token], at: int) -> bool:
    """Whether a person is spoken to: «Вера, здравствуйте», «Добрый день, Роман!»."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before and before.word in _GREETINGS and page.text[before.end : token.start].strip() in ("", ","):
        return token.capital or before.word != "день"
    following = page.text[token.end : token.end + 2].strip()[:1]
    if token.capital and token.opening and following in (",", "!") and token.mark.share >= 0.02:
        return after is None or after.word in _GREETINGS or (not token.mark.common and not token.mark.place)
    return False


def _initials(page: Page, names: Names, tokens: list[_Token]) -> None:
    if "." in page.text or any(len(token.text) == 2 and token.text.isupper() for token in tokens):
        at = 0
        while found := _INITIALS.search(page.text, at):
            at = found.end()
            word = fold(found.group(1) or found.group(4))
            letters = re.findall(r"[^\W\d_]", found.group(2) or found.group(3))
            dotted = "." in (found.group(2) or found.group(3))
            seen = mark(word)
            fitting = seen.surname or (not seen.known and dotted) or names.told_word(word) is not None
            if len(letters) >= 2 and dotted:
                fitting = fitting or (seen.known and word not in _NO_NAME and not seen.given)
            elif not dotted or found.group(1):
                fitting = seen.surname and seen.share >= 0.5 and not seen.place
            if found.group(1) and not seen.surname and _NEXT_CAPITAL.match(page.text, found.end()):
                # «Сотрудник И.И. Иванов»: the initials belong to what follows
                at = found.start(2)
            elif fitting and word not in _NO_NAME and not (word.upper() in page.text and len(word) <= 4):
                _take_initials(page, names, found.start(), found.end(), word, letters)
    if "." in page.text:
        for found in _LOW_INITIALS.finditer(page.text):
            seen = mark(fold(found.group(1)))
            if seen.surname and seen.share >= 0.5:
                letters = re.findall(r"[^\W\d_]", found.group(2))
                _take_initials(page, names, found.start(), found.end(), fold(found.group(1)), letters)


def _take_initials(page: Page, names: Names, start: int, end: int, word: str, letters: list[str]) -> None:
    forms = (word, *(fold(letter) for letter in letters))
    plain = (nominative((word,))[0], *forms[1:])
    for name in names.public:
        heads = [one[:1] for one in name.words]
        if any(one in (fold(plain[0]), word) for one in name.words) and all(letter in heads for letter in forms[1:]):
            page.leave(start, end)
            return
    written = page.source[start:end]
    page.take(start, end, "NAME", (tuple(map(fold, plain)), forms), " ".join(written.split()))


def _take(page: Page, run: list[_Token], *, as_told: bool) -> None:
    """`as_told`: a name the dictionary does not know, just introduced, is taken for its nominative."""
    forms = tuple(token.told or token.word for token in run)
    kept = as_told or all(token.told for token in run)
    plain = forms if kept else nominative(token.word for token in run)
    written = " ".join(page.source[run[0].start : run[-1].end].split())
    if plain != tuple(token.word for token in run) and not all(token.told for token in run):
        written = " ".join(map(_capitals, plain))
    elif all(token.told for token in run):
        written = " ".join(map(_capitals, forms))
    elif not any(token.capital for token in run):
        written = " ".join(map(_capitals, written.split()))
    key = (tuple(map(fold, plain)), forms)
    page.take(run[0].start, run[-1].end, "NAME", key, written)


def _capitals(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))

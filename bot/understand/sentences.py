"""Sentences of a message, each with its core: the words left when what the wanted bot should do is put aside.

«Сколько стоит бот, чтобы удалять данные клиентов» asks for a price; "delete data" there describes the product.
"""

import re
from dataclasses import dataclass

from bot.understand.words import Speller, word_set

_SENTENCE = re.compile(r"(?:[^.!?…\n]|\.(?=\w))+[.!?…]*")
_TOKEN = re.compile(r"[^\W_]+|[,;:()—–]|(?<= )-(?= )")
_ABBREVIATION = re.compile(r"\b(тыс|руб|млн|мес|т\.р|т\.е|т\.п|т\.д|др|пр|ул|им|стр)\.(?= )")
_PRODUCT = re.compile(
    r"(?:чат)?бот(?:а|у|ом|е|ы|ов|ам|ами|ик|ика)?|робот\w*|ассистент\w*|помощник\w*|систем\w*|сервис\w*|"
    r"программ[аыуе]"
    r"|приложени[еяю]|решени[еяю]|виджет\w*|нейросет\w+|автоматизаци[яиюей]+"
    r"|(?:chat)?bots?|assistants?|robots?|agents?|systems?|software|apps?|widgets?|solution|tool"
)
_ACTOR = re.compile(
    r"он|она|оно|они|клиент\w*|покупател\w*|посетител\w*|человек|пользовател\w*|люди|"
    r"гость|пациент\w*"
)
_OPENING = word_set(
    "для чтобы чтоб который которая которое которые которого которую которому по под вместо сам сама "
    "может умеет "
    "сможет могут умеют сможете будет будут должен должна должны способен способна умеющий умеющая умеющего за "
    "с на that which who to for can will should could must would instead integrated"
)
_THIRD_PERSON = re.compile(r"\w{2,}(?:ет|ит|ут|ют|ят|ат|ется|ится)")
_NOT_ACTIONS = word_set("стоит стоят будет нет работает работают обойдется выйдет отвечает летит сколько пусть")
_PURPOSE = frozenset(("чтобы", "чтоб"))
_MODAL = word_set("может умеет сможет будет способен должен можно заменит")
_RESUME = word_set(
    "сколько почем какая какой какова какие какую цена цену цены прайс стоимость бюджет хочу хотим "
    "хотел хотела "
    "хотелось можно давайте а но где когда вы мы я спасибо у позовите соедините переключите пришлите "
    "вышлите скиньте "
    "how what when where why price cost can could please i we do is are let call send give and but thanks hello "
    "отправьте перезвоните позвоните свяжитесь подскажите расскажите назовите посчитайте рассчитайте покажите "
    "дорого подумаю удалите привет здравствуйте извините сориентируйте дайте подготовьте сделайте"
)
_RESUME_ANYWHERE = word_set(
    "сколько почем позовите соедините переключите пришлите вышлите скиньте перезвоните позвоните "
    "свяжитесь подскажите "
    "посчитайте рассчитайте сориентируйте удалите"
)
_RESUME_ENGLISH = word_set("how what please")


@dataclass(frozen=True, slots=True)
class Sentence:
    words: tuple[str, ...]
    core: tuple[str, ...]
    """The words without the description of what a bot is for."""
    question: bool
    """Whether it ends with a question mark."""


def split_sentences(normalised: str, speller: Speller | None = None) -> tuple[Sentence, ...]:
    """Sentences of a normalised text, typos in words that matter mended when a speller is given."""
    text = _ABBREVIATION.sub(r"\1", normalised)
    found = []
    for match in _SENTENCE.finditer(text):
        raw = match.group()
        tokens = _TOKEN.findall(raw)
        if speller is not None:
            tokens = [speller.mend(token) for token in tokens]
        words = tuple(token for token in tokens if token[0].isalnum())
        question = "?" in raw[-4:]
        if words or question:
            found.append(Sentence(words, _core(tokens), question))
    return tuple(found)


def raw_sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of a text as it was written."""
    spans = []
    for match in _SENTENCE.finditer(text):
        raw = match.group()
        start = match.start() + len(raw) - len(raw.lstrip())
        if raw.strip():
            spans.append((start, match.start() + len(raw.rstrip())))
    return spans


def _core(tokens: list[str]) -> tuple[str, ...]:
    core: list[str] = []
    describing = False
    after_mark = False
    for at, token in enumerate(tokens):
        if not token[0].isalnum():
            after_mark = True
            continue
        if describing and (token in _RESUME_ANYWHERE or token in _RESUME_ENGLISH or (after_mark and token in _RESUME)):
            describing = False
        if not describing and _opens(tokens, at, core):
            describing = True
        if not describing:
            core.append(token)
        after_mark = False
    return tuple(core)


def _opens(tokens: list[str], at: int, core: list[str]) -> bool:
    """Whether a description of the product begins at this word."""
    token = tokens[at]
    if token in _PURPOSE:
        return True
    previous = _previous_word(tokens, at)
    before = _previous_word(tokens, at - 1) if previous else ""
    if token == "вместо" or (token == "ли" and previous in _MODAL):  # noqa: S105 - a word of the text
        return True
    if not previous:
        return False
    product = _PRODUCT.fullmatch(previous) is not None
    actor = product or _ACTOR.fullmatch(previous) is not None
    if product and before in _MODAL:
        return True
    if product and token in _OPENING:
        return True
    if previous in ("не", "сам", "уже", "сразу", "тоже") and (_PRODUCT.fullmatch(before) or _ACTOR.fullmatch(before)):
        actor = True
    acts = token not in _NOT_ACTIONS and _THIRD_PERSON.fullmatch(token) is not None
    return actor and (acts or (token in _OPENING and token not in ("на", "с", "за", "по")))


def _previous_word(tokens: list[str], at: int) -> str:
    for back in range(at - 1, max(at - 3, -1), -1):
        if tokens[back][0].isalnum():
            return tokens[back]
    return ""

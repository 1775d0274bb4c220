"""Whole short answers that need no search: yes, no, and words that open a question."""

import re

from bot.understand.phrases_en import NO_EN, NOT_OPENS, OPENS, POLITE_EN, YES_EN
from bot.understand.words import word_set

YES = word_set(
    "да ага угу ок окей okay ok yes yep yeah sure хорошо ладно давайте давай конечно разумеется верно "
    "точно согласен "
    "согласна согласны подходит годится отлично супер идет поехали правильно именно договорились нужно "
    "нужен нужна хочу "
    "можно го безусловно естественно принято хочется "
    "yeah yup yea absolutely definitely certainly correct right agreed agree perfect great fine alright deal exactly"
)
YES_PHRASES = frozenset(
    (
        "все верно",
        "все правильно",
        "да все верно",
        "не против",
        "я не против",
        "почему бы и нет",
        "само собой",
        "давайте попробуем",
        "мне подходит",
        "нам подходит",
        "меня устраивает",
        "все так",
        "без проблем",
        "было бы неплохо",
    )
)
NO = word_set("нет неа не no nope ненадо отказываюсь нету нет-нет nah")
NO_PHRASES = frozenset(
    (
        "не надо",
        "не нужно",
        "не хочу",
        "не нужен",
        "не нужна",
        "не нужны",
        "не подходит",
        "не согласен",
        "не согласна",
        "не согласны",
        "не интересно",
        "не интересует",
        "не буду",
        "не будем",
        "не сейчас",
        "нет не надо",
        "да нет",
        "да нет не надо",
        "конечно нет",
        "пока нет",
        "скорее нет",
        "пожалуй нет",
        "ни в коем случае",
        "обойдемся",
        "не стоит",
        "не верно",
        "неверно",
        "неправильно",
        "не то",
        "не так",
        "не а",
    )
)
POLITE = (
    word_set(
        "спасибо пожалуйста благодарю плиз please thanks да ну вот так тогда наверное наверно пожалуй думаю "
        "скорее всего "
        "лучше мне нам нужно нужен нужна надо хочу хотим выбираю выберу пусть будет это для начала а и ок "
        "хорошо просто "
        "только возьмем возьму беру давайте давай вариант пункт номер ответ мой наш я мы у меня нас есть "
        "все таки точно "
        "конечно ага угу бы хотелось в на по с со к еще же уже можно подойдет подходит"
    )
    | POLITE_EN
)

_OPENS_QUESTION = re.compile(
    r"(?:а |и |но |ну |так |скажите |подскажите |расскажите |интересно |кстати |еще вопрос |вопрос |слушайте )*"
    r"(?:(?:(?:во |за |на )?сколько|скока|какой|какая|какое|какие|каков\w*|каким|какую|какого|каких|кто|"
    r"кому|кем|чем|чей|чья|где|куда|откуда|"
    r"когда|почему|зачем|отчего|насколько|почем|что если|если|что|чего|как|можно ли|есть ли|будет ли|"
    r"умеет ли|может ли|"
    r"сможет ли|нужно ли|надо ли|получится ли|правда ли|верно ли|"
    r"у вас (?:есть|бывает|можно)|есть (?:у вас|ли)|вы (?:можете|делаете|работаете|умеете))\b)"
)
_NOT_QUESTIONS = re.compile(
    r"(?:а |ну |так )*(?:как (?:скажете|хотите|вам удобн\w+|угодно|можно скорее|только|обычно|"
    r"посоветуете|решите|у всех|есть)|"
    r"что (?:ж|угодно|посоветуете|скажете|ли|нибудь|то)|когда (?:угодно|удобно|нибудь|будет время|как)|"
    r"где (?:угодно|нибудь|то)|кто (?:угодно|нибудь|то)|какой (?:угодно|нибудь|то)|сколько (?:угодно|"
    r"нибудь|то)|если честно|"
    r"если можно|как раз|что лучше|чем больше|чем быстрее)\b"
)
_ASKS_INSIDE = re.compile(r"\b\w+ ли\b|\b(?:подскажите|расскажите|объясните|интересно|поясните|уточните)\b")


def opens_question(sentence: str) -> bool:
    """Whether a normalised sentence asks although its question mark may be missing."""
    bare = " ".join(re.findall(r"[^\W_]+", sentence[:200]))
    if _NOT_QUESTIONS.match(bare):
        return False
    # «если» alone opens a condition, not a question, unless «а» or «и» leads it: «а если он не знает».
    if bare.startswith("если ") and "?" not in sentence:
        return False
    if OPENS.match(bare):
        return NOT_OPENS.match(bare) is None
    return _OPENS_QUESTION.match(bare) is not None or _ASKS_INSIDE.search(bare) is not None


def is_question(sentence: str) -> bool:
    """Whether a normalised sentence is a question by its mark or its words."""
    return "?" in sentence[-4:] or opens_question(sentence)


def yes_or_no(words: tuple[str, ...]) -> str:
    """ "yes", "no" or "" for the words of one clause."""
    if not words:
        return ""
    phrase = " ".join(words)
    if phrase in YES_PHRASES or phrase in YES_EN:
        return "yes"
    if (
        phrase in NO_PHRASES
        or phrase in NO_EN
        or (words[0] in NO and (len(words) == 1 or words[0] in ("нет", "неа", "no", "nope")))
    ):
        return "no"
    rest = [word for word in words if word not in POLITE or word in YES]
    if rest and len(words) <= 4 and all(word in YES for word in rest):
        return "yes"
    if words[0] in ("да", "yes", "yeah", "sure") and len(words) <= 4 and not {"нет", "no", "not"} & set(words):
        return "yes"
    return ""

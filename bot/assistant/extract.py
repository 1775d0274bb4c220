"""What a client's brief states clearly: services, answers of the calculator, task, term, budget, contact. Pure.

Deterministic, by the same understanding as typed words, sentence by sentence. A brief is long and speaks of much
besides the wish (what exists, what others did), so what is negated, past, or only mentioned counts for nothing, and
what it says twice in different ways is left open: the calculator asks.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.assistant.sentences import sentences
from bot.requisites import valid_inn
from bot.sales.price_model import Package, PriceList, Question
from bot.understand.amounts import Amount, find_amounts
from bot.understand.answers import AnswerOption, tier_for
from bot.understand.contacts import Contact, find_email, find_phone, parse_contact
from bot.understand.dates import find_deadline
from bot.understand.phrases import yes_or_no
from bot.understand.sentences import split_sentences
from bot.understand.vocabulary import NameIndex, Vocabulary
from bot.understand.words import lemma, morph, normalise, word_set, words

MOST = 400
"""Sentences looked at."""
TASK = 600
"""Characters of the summary of the task."""
SAID = 160
"""Characters of a budget's or a contact's own words."""
OPENING = 3
"""The first sentences, where a brief says what it is."""

Options = Callable[[Question], Sequence[AnswerOption]]

_WISH = re.compile(
    r"\b(?:нужен|нужна|нужно|нужны|необходим\w*|требуется|хотим|хочу|хотел\w* бы|планируем|ищем|заказать|"
    r"разработ\w+|созда(?:ть|ние|дим)\w*|внедр\w+|сделать|цель|задач[аи]|предмет|интересует|рассматриваем|"
    r"want|need|looking for|develop|build|implement)\b"
)
_PRESENT = re.compile(
    r"\b(?:уже (?:есть|работа\w+|использу\w+|сто[ия]т\w*|подключ\w+|пользу\w+|внедр\w+)|у нас (?:есть|стоит|работает)|"
    r"(?:сейчас|ранее|раньше|прежде|пробовали|в прошлом|до этого|наш (?:текущ\w+|сайт)|already|currently)\b)"
)
_REFUSED = re.compile(
    r"\b(?:не (?:нуж\w+|требу\w+|надо|планиру\w+|подход\w+|интересу\w+|рассматрив\w+|хот\w+|будет|входит|включ\w+)|"
    r"без|кроме|исключ\w+|вместо|отказ\w+|not|without|except)\b"
)
_ADDRESS = re.compile(r"https?://|www\.|\b[\w-]+\.(?:ru|рф|com|net|org|su|io)\b|@")
_CLAUSE = re.compile(r"\s*[,;()]\s*|\s+(?:но|а|однако|but)\s+")
_BUDGET = re.compile(
    r"\b(?:бюджет\w*|готовы (?:за)?платить|готовы потратить|в пределах|"
    r"стоимость (?:работ |проекта )?(?:не (?:более|выше|дороже)|до)|лимит|budget)\b",
    re.IGNORECASE,
)
_TERM = re.compile(
    r"\b(?:срок\w*|дедлайн\w*|запуст\w+|запуск\w*|готов\w*|сдать|завершить|начать|старт\w*|не позднее|"
    r"deadline|launch|by)\b"
)
_DUE = re.compile(r"(?:срок\w*|дедлайн|запуск|deadline)\b.{0,30}:", re.IGNORECASE)
_NOT_TERM = re.compile(
    r"\b(?:оплат\w+|гаранти\w+|действ\w+|ответ\w+|предложени\w+|подач\w+|заявк\w+ принима\w+|хранени\w+)\b"
)
_WHO = re.compile(
    r"\b(?:контакт\w*|ответствен\w+|связ\w+|тел\w*|почт\w+|e-?mail|представител\w+|звоните|пишите|contact)\b"
)
_INN = re.compile(r"\bИНН\D{0,5}(\d{12}|\d{10})(?!\d)", re.IGNORECASE)
_PAPER = re.compile(
    r"\b(?:инн|кпп|огрн\w*|бик|р/с|к/с|расч[её]тный сч[её]т|юридический адрес|генеральный директор|приложение №|"
    r"страница \d|утверждаю|согласовано)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?:техническое задание|тз|бриф|анкета|заявка|запрос|описание|о компании|о нас|контакты|содержание|введение|"
    r"общие сведения|требования|цел[ьи](?: и задачи)?|задач[аи])\W*",
    re.IGNORECASE,
)
_FLOW = word_set("обращение сообщение заявка диалог запрос чат звонок вопрос заказ лид документ")
"""What arrives by the month."""
_VAGUE = word_set(
    "мало много немного побольше несколько везде ничего свой обычный готовый типовой круглосуточно месяц год полгода "
    "таблица все весь день час локально хороший"
)
"""Words that answer a question well and mean nothing in a document."""
_LEAST_NAMES = 2
_FEW_WORDS = 4


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states. `packages`: surest first; `answers`: question id → answer id, for the first package (or the
    one asked about); `deadline` and `budget` are the text's own words; all of it is empty where nothing is said."""

    packages: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    task: str = ""
    deadline: str = ""
    budget: str = ""
    contact: Contact = field(default_factory=Contact)
    inn: str = ""
    questionnaire: bool = False
    """The text is rather a list of questions to us."""


def extract(
    text: str, price_list: PriceList, vocabulary: Vocabulary, *, options: Options, today: date, about: str = ""
) -> Facts:
    """Read a brief of any length in some tenths of a second: for a thread. `options` gives the answers of a question
    as they may be written; `about` is the package whose form is open."""
    said = sentences(text)[:MOST]
    asked = sum(one.endswith("?") for one in said)
    packages = _packages(said, price_list, vocabulary)
    package = price_list.package(about or (packages[0] if packages else ""))
    inn = next((number for number in _INN.findall(text) if valid_inn(number)), "")
    return Facts(
        packages=packages,
        answers=_answers(said, package, options) if package is not None else {},
        task=_task(said, packages, vocabulary),
        deadline=_deadline(said, today),
        budget=_budget(said),
        contact=_contact(said),
        inn=inn,
        questionnaire=asked >= 3 and asked * 5 >= len(said) * 2,
    )


def _packages(said: Sequence[str], price_list: PriceList, vocabulary: Vocabulary) -> tuple[str, ...]:
    """A wish weighs most, then the title; a name of one word («поддержка») is weak, for briefs are full of such."""
    strong = NameIndex(
        {one.id: [name for name in one.aliases if len(words(name)) >= _LEAST_NAMES] for one in price_list.packages}
    )
    scores: dict[str, float] = {}
    for number, sentence in enumerate(said):
        line = normalise(sentence)
        for clause in _clauses(line):
            weight = 1.0 + 3.0 * bool(_WISH.search(line)) + 2.0 * (number < OPENING)
            named = strong.find(words(clause))
            if not named:  # «для поддержки клиентов» says what a bot is for
                core = tuple(word for one in split_sentences(clause) for word in one.core)
                named, weight = vocabulary.find_packages(core)[:1], weight / 2
            for place, package in enumerate(named):
                scores[package] = scores.get(package, 0.0) + (weight if place == 0 else weight / 3)
    best = max(scores.values(), default=0.0)
    if best < 1:
        return ()
    chosen = [one for one, score in scores.items() if score >= max(2.0, best * 0.6) or score == best]
    return tuple(sorted(chosen, key=lambda one: -scores[one])[:3])


def _clauses(line: str) -> list[str]:
    """The parts of a normalised sentence that tell of a wish: nothing refused, existing, or an address."""
    if _PRESENT.search(line):
        return []
    parts = (part for part in _CLAUSE.split(line) if part)
    return [part for part in parts if not _REFUSED.search(part) and not _ADDRESS.search(part)]


def _answers(said: Sequence[str], package: Package, options: Options) -> dict[str, str]:
    found: dict[str, str] = {}
    lines = [normalise(sentence) for sentence in said if not sentence.endswith("?")]
    clauses = [clause for line in lines for clause in _clauses(line)]
    for question in package.questions:
        given = options(question)
        ids = {one.id for one in given}
        sized = any(one.at_most is not None for one in given)
        chosen = _sizes(lines, question, given) if sized else _named(clauses, given)
        both = [one.id for one in given][: len(chosen)] if "both" in ids else []
        if len(chosen) == 1:
            found[question.id] = next(iter(chosen))
        elif len(chosen) == 2 and set(both) == chosen:
            found[question.id] = "both"
    return found


def _named(clauses: Iterable[str], given: Sequence[AnswerOption]) -> set[str]:
    """Options named in so many words."""
    names = {one.id: [name for name in (one.title, *one.synonyms) if _telling(name)] for one in given}
    index = NameIndex(names)
    return {one for clause in clauses for one in index.find(words(clause))}


def _telling(name: str) -> bool:
    """Whether a name means its option wherever it stands: no «да», «нет», «много», «2»."""
    spoken = words(name)
    if not spoken or yes_or_no(spoken) or {lemma(word) for word in spoken} & _VAGUE:
        return False
    return all(one.unit == "code" for one in find_amounts(name))


def _sizes(lines: Iterable[str], question: Question, given: Sequence[AnswerOption]) -> set[str]:
    """Sizes said of what the question counts: «3 000 обращений в месяц»."""
    counted = _counted(question)
    found = set()
    for line in lines:
        if _REFUSED.search(line):
            continue
        amounts = [one for one in find_amounts(line) if one.unit == "plain"]
        for number, amount in enumerate(amounts):
            ranged = amount.bound == "from" and amounts[number + 1 : number + 2] and amounts[number + 1].bound == "to"
            if not ranged and _counts(line, amount, counted):
                tier = tier_for(amount, given)
                found |= {tier} if tier is not None else set()
    return found


def _counted(question: Question) -> str:
    """The noun a question asks the number of, in its dictionary form."""
    for word in words(question.text):
        parsed = morph().parse(word)[0]
        if "NOUN" in parsed.tag:
            return str(parsed.normal_form)
    return ""


def _counts(line: str, amount: Amount, counted: str) -> bool:
    before = [lemma(word) for word in words(line[max(0, amount.start - 40) : amount.start])[-4:]]
    after = [lemma(word) for word in words(line[amount.end : amount.end + 60])[:3]]
    nouns = after[:1] if after and "NOUN" in morph().parse(after[0])[0].tag else after[:2]
    if counted in nouns or (counted in before and not nouns[:1]):
        return True
    if nouns and nouns[0] in ("месяц", "день") and counted in before:
        return True
    return counted in _FLOW and bool(_FLOW & {*nouns, *before}) and bool(amount.per)


def _task(said: Sequence[str], packages: Sequence[str], vocabulary: Vocabulary) -> str:
    """The first sentences that say what is wanted, word for word."""
    telling = [one for one in said if _tells(one)]
    named = (set(vocabulary.find_packages(words(one))) & set(packages) for one in telling)
    wanted = (bool(_WISH.search(normalise(one))) for one in telling)
    start = next((n for n, (name, wish) in enumerate(zip(named, wanted, strict=True)) if name or wish), 0)
    text = ""
    for one in telling[start:]:
        longer = f"{text}{' ' if text[-1:] in '.!…:;' else '; '}{one}" if text else one
        if len(longer) > TASK:
            break
        text = longer
    return text or (telling[start][: TASK - 1].rstrip() + "…" if telling else "")


def _tells(sentence: str) -> bool:
    """Whether it is a sentence about the matter: no heading, requisites, contacts, sums, question."""
    if len(words(sentence)) < _FEW_WORDS or sentence.endswith("?") or _HEADING.fullmatch(sentence):
        return False
    stated = _PAPER.search(sentence) or _BUDGET.search(sentence) or _DUE.match(sentence)
    worth = any(one.unit in ("money", "percent") for one in find_amounts(sentence))  # shown back, it would read as ours
    return not (stated or worth or find_phone(sentence) or find_email(sentence))


def _deadline(said: Sequence[str], today: date) -> str:
    for sentence in said:
        line = normalise(sentence)
        if not _TERM.search(line) or _NOT_TERM.search(line) or _PRESENT.search(line):
            continue
        found = find_deadline(sentence, today)
        if found is not None and found.date is not None and found.date >= today:
            return found.text
    return ""


def _budget(said: Sequence[str]) -> str:
    for sentence in said:
        label = _BUDGET.search(sentence)
        words_of_it = sentence[label.start() :][:SAID] if label else ""
        sums = [one for one in find_amounts(words_of_it) if one.unit in ("money", "plain") and one.value >= 1000]
        if sums and sums[0].currency in ("", "RUB"):
            return words_of_it
    return ""


def _contact(said: Sequence[str]) -> Contact:
    """The first phone and address, those of a labelled line before others, and the name beside them."""
    lines = sorted(said, key=lambda one: not _WHO.search(one.lower()))
    found = [parse_contact(one[-500:]).contact for one in lines if find_phone(one[-500:]) or find_email(one[-500:])]
    phone = next((one.phone for one in found if one.phone), None)
    email = next((one.email for one in found if one.email), None)
    name = next((one.name for one in found if one.name and not _WHO.search(one.name.lower())), None)
    return Contact(name, phone, email)

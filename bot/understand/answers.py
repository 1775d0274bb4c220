"""Matching a free-text answer to the buttons of a step, and parting it from a question that follows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from bot.understand.amounts import Amount, find_amounts
from bot.understand.intents import means_dont_know
from bot.understand.phrases import NO_PHRASES, POLITE, is_question, yes_or_no
from bot.understand.phrases_en import NO_EN
from bot.understand.sentences import raw_sentences
from bot.understand.words import forms, latin, normalise, same_word, within_one, words

LONGEST_ANSWER = 400
"""Characters; a longer text is a story, not an answer to a question with buttons."""

_BOTH = frozenset(("both", "оба", "all"))
_NONE = frozenset(("none", "nothing", "ничего", "ни с чем"))
_UNKNOWN = "dont_know"
_MORE = re.compile(r"\b(?:больше|более|свыше|выше|over|more|above|exceeds?)\b")
_PER_MONTH = {"day": Decimal(30), "week": Decimal("4.35"), "year": Decimal(1) / 12, "hour": Decimal(720)}
_POSITION = re.compile(
    r"(?:(?:номер|вариант|пункт|ответ|кнопка|под номером|option|number|choose|choice|pick|"
    r"button|answer|the|no|выбираю|давайте|"
    r"#)\s*){0,2}(?P<n>\d{1,2})\s*[.)]?"
    r"(?:\s*-?\s*(?:й|ый|ой|я|ая|е|ое))?(?:\s+(?:вариант|пункт|ответ|номер))?"
)
_ORDINALS = (
    "перв|один|1-й|first",
    "втор|second",
    "трет|third",
    "четверт|fourth",
    "пят(?!ь)|fifth",
    "шест(?!ь)|sixth",
    "седьм|seventh",
    "восьм(?!и)|eighth",
)
_ORDINAL = tuple(re.compile(rf"(?:{stems})(?:ый|ой|ий|ая|ья|ое|ье|ую|ью|ым|ом)?") for stems in _ORDINALS)
_ALL_OF = re.compile(
    r"\b(?:оба|обе|обоих|обоими|и то и другое|и то и то|и там и там|и тут и там|both|оба варианта|все сразу|"
    r"all of (?:them|it|these)|everything|the two of them)\b"
)
_PAIRED = re.compile(r"\bи (\w{2,7}) и (\w{2,7})\b")
_PLACES = ("там", "тут", "здесь", "то", "другое", "это", "туда", "сюда", "тот", "другой")
_NOTHING = re.compile(
    r"\b(?:ни с чем|ничего|никак|ни с кем|ни то ни другое|ни один|ничем|ни к чему|никаких|none|"
    r"nothing|neither|no (?:integrations?|connections?|crm)|not any)\b"
)
_REFUSED = re.compile(
    r"\b(?:не|без|кроме|ни|не нужен|not|no|without|except|not the|not on|not in|don t need|don t want)$"
)
_REFUSED_AFTER = re.compile(
    r"^(?:точно |пока |нам |мне )?(?:не нужен|не нужна|не нужно|не надо|не интересует|не подходит|нет|"
    r"is not needed|isn t needed|not needed|not necessary|no need)\b"
)
_CLAUSE = re.compile(
    r"\s*[,;—–]\s*|\s+-\s+|\s+(?=(?:а если|а как|а что|а сколько|но|"
    r"(?:and|but) (?:what|how|can|does|do|is|if|will)|but)\b)",
    re.IGNORECASE,
)
_VAGUE = (
    (re.compile(r"\bнесколько сот"), Decimal(500)),
    (re.compile(r"\bнесколько тысяч"), Decimal(5_000)),
    (re.compile(r"\bнесколько десятков"), Decimal(50)),
    (re.compile(r"\bсотн[ия]\b"), Decimal(500)),
    (re.compile(r"\b(?:a few|several|some) hundred"), Decimal(500)),
    (re.compile(r"\b(?:a few|several|some) thousand"), Decimal(5_000)),
    (re.compile(r"\b(?:couple of) thousand"), Decimal(2_000)),
    (re.compile(r"\b(?:a few|several) dozen|\bdozens\b"), Decimal(50)),
    (re.compile(r"\bhundreds\b(?! of thousand)"), Decimal(500)),
)


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """One button of a step. `at_most` is the largest quantity the option holds; None when it is no quantity."""

    id: str
    title: str
    synonyms: tuple[str, ...] = ()
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The option meant and how surely, above 0 and at most 1; below 0.7 it is worth repeating to the client."""

    id: str
    certainty: float


def match_answer(text: str, options: Sequence[AnswerOption]) -> Match | None:
    """The option that the text answers with; None when it is rather a question, ambiguous or something else."""
    if not options or not text.strip() or len(text) > LONGEST_ANSWER:
        return None
    line = normalise(text)
    bare = tuple(words(text))
    exact = _exact(bare, options)
    if exact is not None:
        return Match(exact, 0.6 if "?" in line else 1.0)
    if is_question(line):
        return None
    position = _position(line, options)
    if position is not None:
        return position if isinstance(position, Match) else None
    return _by_meaning(line, bare, options)


def said_ahead(ids: Sequence[str], bare: tuple[str, ...], options: Sequence[AnswerOption]) -> tuple[str, ...]:
    """Of the options named before their question was put, those that are meant; () when it has to be asked.

    What is refused («без амо») is left out, and «ни с чем» is meant when every other option is refused. Words such as
    «нет» and «оба» alone tell nothing here: they may belong to anything.
    """
    none = next((option for option in options if option.id in _NONE), None)
    both = next((option for option in options if option.id in _BOTH), None)
    parts = [option for option in options if option is not none and option is not both]
    refused = {option.id for option in parts if _refused(bare, option)}
    meant = tuple(one for one in ids if one not in refused and any(one == part.id for part in parts))
    if none is None:
        return meant
    if _none_named(bare, none) or len(refused) == len(parts):
        return () if meant else (none.id,)
    return meant


def _refused(bare: tuple[str, ...], option: AnswerOption) -> bool:
    for name in _names(option):
        parts = words(name)
        at = _find(bare, parts)
        if at is not None and (
            _REFUSED.search(" ".join(bare[:at])) or _REFUSED_AFTER.search(" ".join(bare[at + len(parts) :]))
        ):
            return True
    return False


def _none_named(bare: tuple[str, ...], none: AnswerOption) -> bool:
    names = [words(name) for name in _names(none)]
    return any(
        len(name) > 1 and " ".join(name) not in NO_PHRASES | NO_EN and _find(bare, name) is not None for name in names
    )


def split_answer(text: str, options: Sequence[AnswerOption]) -> tuple[Match | None, str]:
    """The answer and what else was said: «Оба. А если он не знает?» → (both, «А если он не знает?»).

    The rest is "" when nothing but politeness remains, and the whole text when there is no answer in it.
    """
    text = text.strip()
    spans = raw_sentences(text[:2_000])
    for start, end in spans:
        sentence = text[start:end]
        clause = _CLAUSE.search(sentence)
        if clause is not None and is_question(normalise(sentence[clause.end() :])):
            match = match_answer(sentence[: clause.start()], options)
            if match is not None and match.certainty >= 0.7:
                return match, _rest(text[:start], text[start + clause.end() :])
        match = match_answer(sentence.rstrip(".! "), options)
        if match is not None:
            return match, _rest(text[:start], text[end:])
    match = match_answer(text, options)
    return (match, "") if match is not None else (None, text)


def _rest(before: str, after: str) -> str:
    rest = " ".join(part.strip() for part in (before, after) if part.strip())
    return "" if all(word in POLITE for word in words(rest)) else rest


def _exact(bare: tuple[str, ...], options: Sequence[AnswerOption]) -> str | None:
    joined = "".join(bare)
    found = [option.id for option in options if any(joined == "".join(words(name)) for name in _names(option))]
    return found[0] if len(found) == 1 and joined else None


def _names(option: AnswerOption) -> tuple[str, ...]:
    return (option.title, *option.synonyms)


def _position(line: str, options: Sequence[AnswerOption]) -> Match | bool | None:
    """A match by place in the row, False when a bare number means two things, None when it is no place."""
    found = _POSITION.fullmatch(line.rstrip(".!) "))
    if found is None:
        return _ordinal(line, options)
    number = int(found["n"])
    named = {option.id for option in options if option.at_most is None and _own_number(option) == number}
    bare = line.rstrip(".!) ").isdigit()
    inside = 1 <= number <= len(options)
    if bare and named and not (inside and named == {options[number - 1].id}):
        return Match(named.pop(), 0.8) if len(named) == 1 and not inside else False
    if inside:
        return Match(options[number - 1].id, 0.95)
    return None if number >= 10 and bare else False


def _own_number(option: AnswerOption) -> int | None:
    numbers = [amount.value for amount in find_amounts(option.title)]
    return int(numbers[0]) if len(numbers) == 1 else None


def _ordinal(line: str, options: Sequence[AnswerOption]) -> Match | None:
    spoken = [word for word in words(line) if word not in POLITE]
    if "the" in words(line) or len(spoken) > 1:
        spoken = [word for word in spoken if word not in ("one", "option", "choice", "button", "answer")]
    if len(spoken) != 1:
        return None
    if spoken[0] in ("последний", "последнее", "последняя", "last"):
        return Match(options[-1].id, 0.8)
    for at, pattern in enumerate(_ORDINAL[: len(options)]):
        if pattern.fullmatch(spoken[0]):
            return Match(options[at].id, 0.9 if spoken[0] != "один" else 0.7)
    return None


def _by_meaning(line: str, bare: tuple[str, ...], options: Sequence[AnswerOption]) -> Match | None:
    ids = {option.id for option in options}
    if _UNKNOWN in ids and means_dont_know(line):
        return Match(_UNKNOWN, 0.9)
    if any(option.at_most is not None for option in options):
        tier = _tier(line, options)
        if tier is not None:
            return tier
    both = next((option.id for option in options if option.id in _BOTH or "оба" in option.synonyms), None)
    if both and (_ALL_OF.search(line) or _paired(line)):
        return Match(both, 0.95)
    none = next((option.id for option in options if option.id in _NONE or "ни с чем" in option.synonyms), None)
    if none and (_NOTHING.search(line) or (yes_or_no(bare) == "no" and "no" not in ids)):
        return Match(none, 0.9)
    reply = yes_or_no(bare)
    if reply and reply in ids:
        return Match(reply, 0.9)
    named = _mentioned(line, bare, [option for option in options if option.id not in (both, none, _UNKNOWN)])
    if len(named) == 1:
        return Match(*next(iter(named.items())))
    if both and len(named) == 2 and set(named) == _before(both, options):
        return Match(both, 0.9)
    return _same_amount(line, options) if not named else None


def _paired(line: str) -> bool:
    """«и там и тут», one of the two words with a typo at most: «и там и тамм»."""
    found = _PAIRED.search(line)
    if found is None:
        return False
    pair = found.groups()
    return any(word in _PLACES for word in pair) and all(
        any(word == place or (len(word) > 2 and within_one(word, place)) for place in _PLACES) for word in pair
    )


def _before(both: str, options: Sequence[AnswerOption]) -> set[str]:
    """Ids of the options that «оба» sums up: those that stand before it."""
    ids = [option.id for option in options]
    return set(ids[: ids.index(both)])


def _same_amount(line: str, options: Sequence[AnswerOption]) -> Match | None:
    """«шесть недель» for the button «6 недель»."""
    said = find_amounts(line)
    if len(said) != 1:
        return None
    found = [
        option.id
        for option in options
        if option.at_most is None
        and [(one.value, one.unit) for one in find_amounts(option.title)] == [(said[0].value, said[0].unit)]
    ]
    return Match(found[0], 0.85) if len(found) == 1 else None


def _mentioned(line: str, bare: tuple[str, ...], options: Sequence[AnswerOption]) -> dict[str, float]:
    """Options named in the text with certainty; what is refused («не сайт», «сайт не нужен») is left out."""
    found: dict[str, float] = {}
    for option in options:
        for name in _names(option):
            parts = words(name)
            at = _find(bare, parts)
            if at is None:
                continue
            if _REFUSED.search(" ".join(bare[:at])) or _REFUSED_AFTER.search(" ".join(bare[at + len(parts) :])):
                break
            others = [word for word in (*bare[:at], *bare[at + len(parts) :]) if word not in POLITE]
            exact = bare[at : at + len(parts)] == parts
            certainty = 0.95 if not others else max(0.5, 0.85 - 0.07 * len(others))
            found[option.id] = max(found.get(option.id, 0), round(certainty if exact else certainty - 0.05, 2))
    # The longer title wins over the one inside it: «Сайт и каталог» over «Сайт».
    if len(found) > 1:
        titles = {option.id: words(option.title) for option in options if option.id in found}
        whole = [one for one, parts in titles.items() if _find(bare, parts) is not None]
        inner = {
            other
            for one in whole
            for other in titles
            if other != one
            and titles[other]
            and len(titles[other]) < len(titles[one])
            and _find(titles[one], titles[other]) is not None
        }
        found = {one: certainty for one, certainty in found.items() if one not in inner}
    return found


def _find(bare: tuple[str, ...], parts: tuple[str, ...]) -> int | None:
    """Where the words of a name stand in a row, forgiving endings and a typo in long words."""
    if not parts or len(parts) > len(bare):
        return None
    for at in range(len(bare) - len(parts) + 1):
        if all(_alike(word, part) for word, part in zip(bare[at:], parts, strict=False)):
            return at
    return None


def _alike(word: str, part: str) -> bool:
    if word == part:
        return True
    if len(part) <= 2 or part.isdigit():
        return False
    if part.isascii() and not word.isascii() and len(part) >= 5:
        return any(within_one(latin(form), part) for form in (word, *forms(word)))
    return same_word(word, part)


def _tier(line: str, options: Sequence[AnswerOption]) -> Match | None:
    """The smallest tier that holds the quantity: «примерно 3 тысячи в месяц» → «до 5 000»."""
    amounts = [one for one in find_amounts(line) if one.unit in ("plain", "money")]
    value: Decimal | None = None
    if amounts:
        spread = len(amounts) == 2 and amounts[0].bound == "from" and amounts[1].bound == "to"
        if len(amounts) > 1 and not spread:
            return None
        value = _monthly(amounts[-1])
    else:
        value = next((guess for pattern, guess in _VAGUE if pattern.search(line)), None)
    if value is None:
        return None
    more = bool(_MORE.search(line)) and len(amounts) == 1 and not re.search(r"\bне (?:больше|более|выше)\b", line)
    tier = _holding(value, options, more=more)
    return Match(tier, 0.9 if amounts else 0.6) if tier else None


def tier_for(amount: Amount, options: Sequence[AnswerOption]) -> str | None:
    """The id of the smallest tier that holds so many a month; None when the options are no tiers."""
    return _holding(_monthly(amount), options, more=False)


def _holding(value: Decimal, options: Sequence[AnswerOption], *, more: bool) -> str | None:
    limits = sorted((option.at_most, option.id) for option in options if option.at_most is not None)
    for limit, one in limits:
        if value < limit or (value == limit and not more):
            return one
    if not limits:
        return None
    return next((one.id for one in options if one.at_most is None and _MORE.search(normalise(one.title))), None)


def _monthly(amount: Amount) -> Decimal:
    factor = _PER_MONTH.get(amount.per, Decimal(1))
    return (amount.value * factor).to_integral_value(rounding=ROUND_CEILING)

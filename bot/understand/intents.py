"""What a message is about: intents, packages and sectors named, numbers, language, answers given ahead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from bot.understand.amounts import Amount, find_amounts
from bot.understand.kinds import Intent
from bot.understand.noise import is_gibberish, is_spam
from bot.understand.patterns import CORE, GROUPS
from bot.understand.patterns_en import CORE_EN, GROUPS_EN, WHOLE_EN
from bot.understand.patterns_sale import CORE_SALE, WHOLE
from bot.understand.phrases import opens_question, yes_or_no
from bot.understand.profanity import is_obscene
from bot.understand.rules import Phrases
from bot.understand.sentences import Sentence, split_sentences
from bot.understand.vocabulary import Vocabulary
from bot.understand.words import LOOK_AT, Speller, language, morph, normalise, relayout

__all__ = ["Intent", "Understanding", "Vocabulary", "means_dont_know", "understand", "warm_up"]

_ORDER = {intent: at for at, intent in enumerate(Intent)}
_CLAUSE = re.compile(r"[,;:!.?\n—–]| - ")
_VOLUME = re.compile(
    r"\b(?:обращен|сообщен|заяв|диалог|клиент|запрос|чат|звонк|вопрос|человек|посетител|заказ|лид|лидов|"
    r"контакт)\w*|\bв (?:месяц|день|неделю)\b|"
    r"\b(?:messages|requests|chats|calls|clients|customers|questions|leads|orders|inquiries|enquiries|documents|"
    r"visitors|tickets|dialogues|conversations)\b|\b(?:a|per|each|every) (?:month|day|week)\b"
)
_HOW_MUCH = re.compile(
    r"[,;:.!?\n—–]\s*(?:и |ну |так |а |итого |это )*(?:сколько|скок[ао]?|how much)"
    r"(?: (?:это|все|всего|будет|выйдет|за все|итого|is it|in total|for that|for this))*[\s?!.)]*$"
)
"""What everything said before comes to: «…, сколько?»."""
_WORKING = frozenset((Intent.JOB_SEEKER, Intent.VENDOR_OFFER))
_BUYING = re.compile(
    r"\b(?:нужен|нужна|нужно|хотим|хочу|хотели бы|хотел бы|ищем|интересует|заказать|сделайте|сделаете|"
    r"разработать|"
    r"внедрить|сколько стоит|стоимость|цена|прайс|need|want|looking for|how much|price|cost|order|interested in)\b"
)
_PRODUCT = re.compile(r"\bбот(?:а|ы|ов|ом|у)?\b|\b(?:chat)?bots?\b|\b(?:voice|ai|virtual) assistant\b")
_ONLY_ASKS = re.compile(r"[?!\s]*\?[?!\s]*")
_THUMBS = {"👍": Intent.YES, "👌": Intent.YES, "✅": Intent.YES, "+": Intent.YES, "👎": Intent.NO, "❌": Intent.NO}


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood of one message. `intents` are ordered strongest first and never repeat."""

    intents: tuple[Intent, ...] = ()
    packages: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    numbers: tuple[Amount, ...] = ()
    language: str = "ru"
    config: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Question id → option ids that the message already answers."""

    @property
    def first(self) -> Intent | None:
        return self.intents[0] if self.intents else None

    def has(self, *intents: Intent) -> bool:
        """Whether any of these intents is there."""
        return any(intent in self.intents for intent in intents)


@cache
def _core_phrases() -> Phrases[Intent]:
    return Phrases(_both(CORE | CORE_SALE, CORE_EN), GROUPS | GROUPS_EN)


@cache
def _whole_phrases() -> Phrases[Intent]:
    return Phrases(_both(WHOLE, WHOLE_EN), GROUPS | GROUPS_EN)


def _both(russian: Mapping[Intent, str], english: Mapping[Intent, str]) -> dict[Intent, str]:
    """The tables of both languages as one: people mix them within a sentence."""
    return {one: russian.get(one, "") + "\n" + english.get(one, "") for one in (*russian, *english)}


@cache
def _speller() -> Speller:
    return Speller(sorted(_core_phrases().stems | _whole_phrases().stems))


def warm_up() -> None:
    """Loads the dictionary and compiles the phrases (about 0.4 s), so that no client waits for it."""
    morph()
    _speller()


def understand(text: str, vocabulary: Vocabulary) -> Understanding:
    """Reads one message; never raises. Looks at its first `LOOK_AT` characters."""
    text = text[:LOOK_AT]
    normalised = normalise(text)
    meant = relayout(normalised)
    if meant is not None:
        normalised = normalise(meant)
        text = normalised
    sentences = split_sentences(normalised, _speller())
    said = tuple(word for sentence in sentences for word in sentence.words)
    packages = vocabulary.find_packages(said)
    numbers = find_amounts(text)
    intents = _phrased(sentences) | _replies(normalised, text) | _questions(sentences, normalised)
    if _HOW_MUCH.search(normalised):
        intents.add(Intent.PRICE)
    if is_obscene(text):
        intents.add(Intent.PROFANITY)
    if is_spam(normalised):
        intents.add(Intent.SPAM)
    if intents & _WORKING and (packages or _PRODUCT.search(normalised)) and _BUYING.search(normalised):
        intents -= _WORKING
    tongue = language(text)
    if not intents and not packages and tongue != "other" and is_gibberish(normalised):
        intents.add(Intent.GIBBERISH)
    return Understanding(
        intents=tuple(sorted(intents, key=_ORDER.__getitem__)),
        packages=packages,
        sectors=vocabulary.find_sectors(said),
        numbers=numbers,
        language=tongue,
        config=MappingProxyType(_config(normalised, said, numbers, vocabulary)),
    )


def means_dont_know(normalised: str) -> bool:
    """Whether a normalised text says «не знаю», «без разницы», «на ваше усмотрение»."""
    sentences = split_sentences(normalised[:200], _speller())
    return any(Intent.DONT_KNOW in _whole_phrases().find(one.words) for one in sentences)


def _phrased(sentences: tuple[Sentence, ...]) -> set[Intent]:
    found: set[Intent] = set()
    for sentence in sentences:
        found |= _whole_phrases().find(sentence.words)
        found |= _core_phrases().find(sentence.core)
    if Intent.CHEAPER_ELSEWHERE in found and Intent.DISCOUNT in found:
        found -= (
            {Intent.DISCOUNT}
            if not any(word.startswith(("скид", "discount")) for one in sentences for word in one.words)
            else set()
        )
    if found & {Intent.INVOICE, Intent.CONTRACT} and Intent.MY_DOCUMENTS in found:
        found -= {Intent.INVOICE, Intent.CONTRACT}
    return found


def _replies(normalised: str, text: str) -> set[Intent]:
    """Yes or no said by the first clause, or by a sign alone."""
    sign = text.strip().rstrip("\ufe0f")[:1]
    if sign in _THUMBS and len(text.strip()) <= 4:
        return {_THUMBS[sign]}
    for clause in _CLAUSE.split(normalised[:120]):
        words = tuple(re.findall(r"[^\W_]+", clause))
        if words:
            reply = yes_or_no(words)
            return {Intent.YES} if reply == "yes" else {Intent.NO} if reply == "no" else set()
    return set()


def _questions(sentences: tuple[Sentence, ...], normalised: str) -> set[Intent]:
    asked = any(one.words and (one.question or opens_question(" ".join(one.words))) for one in sentences)
    return {Intent.QUESTION} if asked or _ONLY_ASKS.fullmatch(normalised) else set()


def _config(
    normalised: str, said: tuple[str, ...], numbers: tuple[Amount, ...], vocabulary: Vocabulary
) -> dict[str, tuple[str, ...]]:
    if not vocabulary.choices:
        return {}
    from bot.understand.answers import said_ahead, tier_for

    found: dict[str, tuple[str, ...]] = {}
    for question, ids in vocabulary.find_choices(said).items():
        options = vocabulary.choices[question]
        given = () if any(option.at_most is not None for option in options) else said_ahead(ids, said, options)
        if given:
            found[question] = given
    counts = [one for one in numbers if one.unit == "plain" and (one.per or one.value >= 100)]
    if len(counts) == 1 and (counts[0].per or _volume_beside(normalised, counts[0])):
        tiers = {question: options for question, options in vocabulary.choices.items() if tier_for(counts[0], options)}
        if tiers:
            # Of several questions about quantities a monthly volume answers the one that reaches furthest.
            question = max(tiers, key=lambda one: max(option.at_most or 0 for option in tiers[one]))
            tier = tier_for(counts[0], tiers[question])
            found[question] = (tier,) if tier else ()
    return found


def _volume_beside(normalised: str, count: Amount) -> bool:
    """«3000 обращений» or, within the same clause, «обращений до 5 тысяч»."""
    before = re.split(r"[,;.!?\n]", normalised[max(0, count.start - 25) : count.start])[-1]
    return _VOLUME.search(normalised[count.end : count.end + 40]) is not None or _VOLUME.search(before) is not None

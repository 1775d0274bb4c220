"""What a word can be in a person's name: the dictionary's marks, Latin spellings, case forms and the nominative."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.understand.words import fold, morph, word_set

_KINDS = ("Name", "Patr", "Surn")
_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
_ALSO_WORDS = word_set(
    "вера надежда любовь роман роза лев слава лилия марта майя мир света рада лада ира ася лана мила виктория победа "
    "агата яна ада кира ника август устин юлий гранат клим камилла эра рэм карина диана флора аврора аза нора нелли "
    "злата нева марина тина лена ангелина астра ива вилла стелла венера арина тая изольда дана лика инга галина"
)
_GIVEN = word_set(
    "хадижат дарима саяна тувана нигора ерлан жанар вугар шахноз отабек сардаана айсен дугар жамшид достон "
    "жавохир жасур улугбек хуршид фируз фирдавс сухроб парвиз шухрат азамат бекжан нурсултан айбек айпери "
    "айнура бегимай "
    "гулбахор гулноза дилшод дилфуза зулфия иброхим икром исломжон камола лобар малика мохира мунира насиба "
    "озода сабина "
    "санжар севара темур тохир умид фаррух хусан шавкат шерали элмурод юлдуз алишер мухаммад магомед хизри зайнаб "
    "асият умар хава айшат иса муса алихан беслан заурбек таймураз сослан ацамаз гайк рубен карен гурген нарек "
    "овик тамази "
    "нино кетеван эка лаша вахтанг эльвира эльмира гульшат ильгиз фанис фларид рифат айгиз зиля ляйсан айсылу "
    "раушания "
    "энже рузиля амир джамиля джамал абдула абдулла абдурахман мухаммед ахмед мехмет чинара бермет"
)
_ENGLISH = word_set(
    "john james robert michael william david richard joseph thomas charles daniel matthew anthony steven paul andrew "
    "kevin brian george edward jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin "
    "scott brandon "
    "benjamin samuel gregory frank raymond patrick jack dennis jerry tyler aaron peter henry adam nathan "
    "zachary kyle "
    "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret "
    "sandra ashley "
    "kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura helen cynthia amy "
    "angela emma "
    "olivia sophia ava mia chloe lucas liam noah ethan oliver harry oscar hans klaus pierre jean luca marco "
    "giulia ahmed "
    "mohammed muhammad ali fatima omar hassan chen wei li"
)
_SURNAME_END = re.compile(
    r"(?:[оеё]в|[оеё]ва|ин|ина|ын|ына|ский|ская|цкий|цкая|енко|чук|щук|юк|як|дзе|швили|ян|янц|оглу|заде|зода|"
    r"ович|евич|[оеё]вой|"
    r"иной|ск(?:ого|ому|им|ой)|[оеё]вым|[оеё]ву|иным|ину)$"
)
_GIVEN_END = re.compile(
    r"(?:бек|жон|жан|гуль|гул|улла|дин|иддин|хон|берды|мурод|мурат|нур|нуру|бай|ходжа|зод)(?:а|у|ом|е)?$"
)
_LATIN_SURNAME = re.compile(
    r"(?:ov|ova|ev|eva|yov|yova|in|ina|sky|skiy|skij|skii|skaya|skaia|enko|chuk|yan|ian|dze|shvili|off)$"
)
_PRODUCTS = word_set(
    "алиса маруся амо сири алекса тильда макс афина джарвис клод марк олег салют гемини джемини кора ника ева max "
    "maxim mark "
    "alice alexa siri tilda claude gemini roman java lotus lada vera ada jira cora nova luna eva angela marina "
    "django mira"
)
"""Names that in a talk about software are more often a product than a person."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one folded word can be. `share` is how often it is a name, of the readings that could stand in "
    "its place."""

    given: bool = False
    patronymic: bool = False
    surname: bool = False
    known: bool = False
    """Whether the dictionary has the word at all, as a name or otherwise."""
    common: bool = False
    """Whether it is an ordinary word as well."""
    place: bool = False
    product: bool = False
    share: float = 0.0
    only: bool = False
    """Whether no reading of the word is anything but a name."""

    @property
    def nameable(self) -> bool:
        return self.given or self.patronymic or self.surname


NOTHING = Mark()


@lru_cache(maxsize=50_000)
def mark(word: str) -> Mark:
    """The marks of a folded word, Cyrillic or Latin; with a hyphen it is what its last part is."""
    if len(word) < 2 or len(word) > 40:
        return NOTHING
    if word.isascii():
        return _latin_mark(word)
    if "-" in word:
        parts = [mark(part) for part in word.split("-") if part]
        if parts and all(part.nameable or not part.known for part in parts) and any(part.nameable for part in parts):
            return Mark(
                any(part.given for part in parts), parts[-1].patronymic, parts[-1].surname, share=1.0, known=True
            )
        return Mark(known=any(part.known for part in parts), common=True)
    return _cyrillic_mark(word)


def _cyrillic_mark(word: str) -> Mark:
    parses = morph().parse(word)
    known = parses[0].is_known
    names = [one for one in parses if any(kind in one.tag for kind in _KINDS) and (known or "Surn" in one.tag)]
    # a form of a verb or a short adjective cannot stand where a name stands
    rivals = [one for one in parses if one.tag.POS in ("NOUN", "ADJF", "CONJ", "PREP", "PRCL", "NPRO", "INTJ", "ADVB")]
    others = [one for one in rivals if one not in names and "Geox" not in one.tag]
    weight = sum(one.score for one in names) + sum(one.score for one in others)
    listed = word in _GIVEN or any(one.normal_form in _GIVEN for one in parses)
    given = listed or any("Name" in one.tag for one in names) or (not known and bool(_GIVEN_END.search(word)))
    surname = any("Surn" in one.tag for one in names) or (not known and bool(_SURNAME_END.search(word)))
    lemma = {one.normal_form.replace("ё", "е") for one in names} | {word}
    return Mark(
        given=given,
        patronymic=any("Patr" in one.tag for one in names),
        surname=surname,
        known=known or listed,
        common=(bool(others) and known and not listed) or not lemma.isdisjoint(_ALSO_WORDS),
        place=any("Geox" in one.tag for one in parses) and known,
        product=not lemma.isdisjoint(_PRODUCTS),
        only=listed or (known and len(names) == len(parses)),
        share=1.0 if listed else sum(one.score for one in names) / weight if weight else float(not known),
    )


def _latin_mark(word: str) -> Mark:
    product = word in _PRODUCTS
    if word in _ENGLISH:
        return Mark(given=True, known=True, share=1.0, product=product)
    marks = [mark(one) for one in cyrillic_spellings(word)]
    given = any(one.given and one.known and one.share >= 0.3 for one in marks) and _is_nominative(word)
    patronymic = any(one.patronymic and one.known for one in marks)
    surname = bool(_LATIN_SURNAME.search(word)) and any(one.surname for one in marks)
    surname = surname or any(one.surname and one.known and one.share >= 0.5 for one in marks)
    return Mark(given, patronymic, surname, given or patronymic, product=product, share=1.0)


def _is_nominative(word: str) -> bool:
    """Whether a Latin word spells a given name as the dictionary lists it, not one of its case forms."""
    return any(
        "Name" in one.tag and "nomn" in one.tag and "plur" not in one.tag
        for spelling in cyrillic_spellings(word)
        for one in morph().parse(spelling)
    )


_LATIN = (
    ("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("tz", "ц"), ("ch", "ч"), ("sh", "ш"),
    ("yu", "ю"), ("iu", "ю"), ("ju", "ю"), ("ya", "я"), ("ja", "я"), ("ia", "ия"), ("yo", "е"), ("jo", "е"),
    ("ye", "е"), ("je", "е"), ("iy", "ий"), ("yy", "ый"), ("ij", "ий"), ("ii", "ий"), ("ei", "ей"), ("ey", "ей"),
    ("ej", "ей"), ("ay", "ай"), ("ai", "ай"), ("oy", "ой"), ("off", "ов"), ("x", "кс"), ("w", "в"), ("q", "к"),
    ("j", "дж"),
)  # fmt: skip
_ONE = str.maketrans("abcdefghiklmnoprstuvyz", "абкдефгхиклмнопрстувыз")
_SOFT = re.compile(r"(?<=[лнтрсд])(?=[бвгджзкмнпртсцчшщяю]|$)")


@lru_cache(maxsize=20_000)
def cyrillic_spellings(word: str) -> tuple[str, ...]:
    """What a Latin spelling may stand for: «olga» → олга, ольга."""
    text = word
    for latin, cyrillic in _LATIN:
        text = text.replace(latin, cyrillic)
    text = text.translate(_ONE)
    if not re.fullmatch("[а-я]+", text):
        return ()
    if text.endswith("скы"):
        text = text[:-1] + "ий"
    found = [text, *(text[: at.start()] + "ь" + text[at.start() :] for at in list(_SOFT.finditer(text))[:5])]
    if text.endswith("иы"):
        found.append(text[:-1] + "й")
    if text.endswith("ы"):
        found += [text[:-1] + "ий", text[:-1] + "й"]
    if text.endswith(("лиа", "риа", "ниа")):
        found.append(text[:-1] + "я")
    if text.startswith("е"):
        found.append("э" + text[1:])
    return tuple(dict.fromkeys(found))


_ALIKE = str.maketrans({"й": "и", "ы": "и", "ь": "", "ъ": "", "э": "е"})


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """What is left of a name in any alphabet when spelling habits are put aside: Sergey, Sergei, Сергей are one."""
    text = fold(word)
    if text.isascii():
        for latin, cyrillic in _LATIN:
            text = text.replace(latin, cyrillic)
        text = text.translate(_ONE)
    text = text.translate(_ALIKE).replace("дж", "ж").replace("ия", "я").replace("ие", "е")
    return re.sub(r"(.)\1+", r"\1", text)


_TAILS = (
    (re.compile("[бвгджзклмнпрстфхцчшщ]$"), 0, ("", "а", "у", "ом", "ем", "е")),
    (re.compile("[йь]$"), 1, ("й", "ь", "я", "ю", "ем", "е", "и", "ью")),
    (re.compile("[ая]$"), 1, ("а", "я", "ы", "и", "е", "у", "ю", "ой", "ей")),
)


@lru_cache(maxsize=5_000)
def case_forms(word: str) -> frozenset[str]:
    """Every case form of a folded name in the nominative; a hyphenated one declines in its last part or in both."""
    if "-" in word:
        first, _, second = word.partition("-")
        heads = case_forms(first)
        return frozenset(f"{head}-{tail}" for head in heads for tail in case_forms(second))
    found = {word}
    for parse in morph().parse(word)[:12]:
        noun = parse.tag.POS in ("NOUN", "ADJF") and parse.is_known
        if (noun or "Surn" in parse.tag) and "nomn" in parse.tag and "plur" not in parse.tag:
            found |= {fold(one.word) for one in parse.lexeme if parse.tag.gender in (one.tag.gender, None)}
            found |= {fold(one.word) for one in parse.lexeme if "plur" not in one.tag}
    for ending, cut, tails in _TAILS:
        if len(word) >= 3 and ending.search(word):
            found |= {word[: len(word) - cut] + tail for tail in tails}
    return frozenset(found)


@lru_cache(maxsize=20_000)
def _readings(word: str) -> tuple[Any, ...]:
    if not re.search("[а-я]", word):
        return ()
    parses = [one for one in morph().parse(word) if "plur" not in one.tag and one.tag.case in _CASES]
    parses.sort(key=lambda one: "Fixd" in one.tag)
    names = [one for one in parses if any(kind in one.tag for kind in _KINDS)]
    return tuple(names or [one for one in parses if one.tag.POS in ("NOUN", "ADJF") and not one.is_known][:6])


def nominative(words: Iterable[str]) -> tuple[str, ...]:
    """Folded words of one name, all in the nominative, read in the case and gender that most of them share."""
    words = tuple(words)
    votes: dict[tuple[str, str], int] = {}
    for word in words:
        for case, gender in {(one.tag.case, one.tag.gender or "") for one in _readings(word)}:
            votes[case, gender] = votes.get((case, gender), 0) + 1
    if not votes:
        return words
    case, gender = max(votes, key=lambda vote: (votes[vote], vote[0] == "nomn", _CASES[::-1].index(vote[0])))
    if case == "nomn":
        return words
    return tuple(_in_nominative(word, case, gender) for word in words)


def _in_nominative(word: str, case: str, gender: str) -> str:
    for parse in _readings(word):
        if parse.tag.case == case and (parse.tag.gender or "") == gender:
            inflected = parse.inflect({"sing", "nomn"})
            if inflected:
                return str(inflected.word)
    return word


def may_be(word: str, name: str) -> bool:
    """Whether the folded word can be a case form or another spelling of the name in the nominative (folded)."""
    return word == name or word in case_forms(name) or (len(name) > 3 and skeleton(word) == skeleton(name))

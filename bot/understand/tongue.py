"""Which language a client is answered in: the one they write, as far as it can be told from what they wrote."""

import re

from bot.understand.words import LOOK_AT, language, relayout, word_set

RUSSIAN, ENGLISH = "ru", "en"
FEW = 3
"""English words from which a text speaks for itself: «ok», «iPhone 15» and «no problem» are said in Russian too."""
FEW_RUSSIAN = 2
"""Russian words from which it does; one may be a name in an English message."""

_RUSSIAN_WORD = re.compile(r"[а-яё]{2,}")
_LATIN_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_NOT_SAID = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|(?:^|\s)/\w+(?:@\w+)?")
_COMMON = word_set(
    "the a an is are am do does did how much many what which who when where why can could would should will "
    "i we you your our us it its this that these those there and or but with for from about of to not "
    "need want like have has get make know think please thanks thank hello hi hey good yes no just only any some "
    "i'm i'd i'll i've we're we'd we'll we've it's that's what's don't doesn't can't isn't you're let's "
    "price cost costs pricing talk speak human person manager agent help website chatbot more than up"
)
"""Words that a text of brand names or of transliterated Russian («skolko stoit bot») does without."""


def tongue(text: str, *, few: int = FEW) -> str | None:
    """ "en" or "ru" when the text is plainly in it, None when it tells nothing."""
    folded = _NOT_SAID.sub(" ", text[:LOOK_AT].lower())
    russian = len(_RUSSIAN_WORD.findall(folded))
    latin = [word.replace("’", "'") for word in _LATIN_WORD.findall(folded)]
    guess = language(folded)
    if guess != ENGLISH:
        return RUSSIAN if russian >= FEW_RUSSIAN and guess == RUSSIAN else None
    common = sum(word in _COMMON for word in latin)
    if len(latin) < few or common * 5 < len(latin) or not common:
        return None
    return None if relayout(text) is not None else ENGLISH


def chosen(text: str, before: str, *, first: bool, hint: str | None) -> str:
    """The language of this turn: of the text, else the one before.

    `first`: nothing was ever written here before; then fewer words will do, and `hint`, the language of the client's
    Telegram, speaks for a greeting without words (/start, a sticker).
    """
    spoken = tongue(text)
    if spoken is not None:
        return spoken
    if not first:
        return before
    foreign = bool(hint) and not str(hint).lower().startswith(RUSSIAN)
    if _LATIN_WORD.search(_NOT_SAID.sub(" ", text.lower())):
        return ENGLISH if foreign and tongue(text, few=1) == ENGLISH else before
    wordless = not _RUSSIAN_WORD.search(text.lower())
    return ENGLISH if wordless and str(hint or "").lower().startswith(ENGLISH) else before

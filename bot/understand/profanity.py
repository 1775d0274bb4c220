"""Obscene words by their stems, seen through the usual masks («п1здец», «б*ть», «cyka», «с у к а»)."""

import re
from functools import lru_cache

from bot.understand.words import LOOK_AT, fold, word_set

_TOKEN = re.compile(r"[\w*@#$]+")
_SPACED = re.compile(r"(?<!\w)\w(?:[ .\-]\w){2,11}(?!\w)")
_REPEATED = re.compile(r"(.)\1{2,}")
_LEET = str.maketrans("03461@$abcehkmoptxyui", "озчбиаcабсенкморт".replace("c", "с") + "хуии")
_CYRILLIC = re.compile(r"[а-я]")

_STEMS = re.compile(
    "|".join(
        (
            # The list of prefixes is closed, so that «страхуй», «психуй», «потребитель», «сабля» stay innocent.
            r"(?:на|по|ни|а|о|вы|до|за|от|при|про|пере|раз|рас|под|из|не)?ху(?:й\w*|я\w*|ю|е[влнстш]\w*|"
            r"ет\w*|и)",
            r"ху[еи]ст\w*|хул[иеё]",
            r"\w*п[иы]з[дж](?:[аеиуыоюя]|$|н|л|я)\w*|(?:рас|от|за|с|на|вы|под)?пезд(?:а|е|ы|у|ец|ит|юк)\w*",
            r"(?:на|вы|за|у|под|подъ|съ|объ|отъ|разъ|въ|до|про|пере|долбо|долба|остое)еб(?!ай\b)\w*",
            r"(?:по|при|о)?еб(?:а[лнтш]\w*|у(?:$|т\w*|ч\w*)|ну\w*|л[аяои]\w*|и(?:$|с\w*|ш\w*)|ет\w*|"
            r"ы\w*|ень|еш\w*|к)",
            r"мудоеб\w*|выеб\w*|ебан\w*|ебобо|ебло\w*",
            r"бля(?:$|д\w*|т(?:ь|ск\w*)\w*|а?ть)|блеать|выбляд\w*|бл[еэ]т",
            r"сук(?:а|и|у|ой|е|ин\w*|ам|ами)|суч(?:ка|ку|ара|ий|ье|ья)",
            r"муда[кч]\w*|мудил\w*|мудозвон\w*",
            r"п[ие]д[оа]р(?!к)\w*|пидрил\w*|педик[иа]?",
            r"г[ао]ндон\w*|\w{0,3}залуп\w*|(?:по|на|за|вз)?дроч(?:и|у|е|к)\w*",
            r"г[оа]вн[оаюея]\w*|жоп(?:а|у|е|ой|ы|ош\w*)",
            r"манд(?:а|у|ой|авош\w*)|шлюх\w*|ублюд\w*|мраз(?:ь|и|ота|ям)|чмо|чмошник\w*",
            r"(?:на|по|ни|о|а)?хер(?:а|у|ом|ня|ни|ню|ней|овый|овая|овое|ово|ачить)?",
            r"(?:на|о|обо|за|по)?сра(?:ть|л|ли|ный|ная|ное|ные|нь)",
        )
    )
)
_INNOCENT = re.compile(r"ебит[а-я]*|ебе[йя]|хуе[йй]|манда|манду|херсон\w*")
_TOWARDS_US = frozenset(("манда", "манду"))
_ENGLISH = re.compile(
    r"\w{0,6}fuck\w*|shits?|shitty|wtf|stfu|dick(?:head|s)|arseholes?|assholes?|wankers?|twats?|whores?|sluts?|cocksuckers?|"
    r"bastards?|dumbass|jackass|bullshit|bitch\w*|asshole|cunt|motherfuck\w*|cyka|suka|blya[dt]\w*|blyat|"
    r"na[hx]u[iy]|[hx]u[iy](?:nya|lo)?|pizd\w+|yebat|ebat|zaebal\w*|pidor\w*|mudak\w*"
)
_ENGLISH_MASKED = re.compile(
    r"f\*{1,3}c?k(?:ing|ed|er|s)?|fu\*{1,2}k?(?:ing)?|s[h*]\*t(?:ty)?|b\*+tch(?:es)?|a\*{2}(?:hole)?|c\*nt"
)
_MASKED_WORDS = word_set(
    "бля блять блядь бляди хуй хуя хую хуйня хуйню нахуй похуй дохуя нихуя охуел охуели охуеть пизда "
    "пизды пизду пиздец пиздеть пиздят ебать ебал ебут ебаный ебаная ебаное ебаные ебанный заебал "
    "заебали заебись наебали уебок долбоеб сука суки сучка мудак мудаки гандон гондон пидор пидоры "
    "пидорас говно жопа бть"
)


def is_obscene(text: str) -> bool:
    """Whether the text holds an obscene word, plain or masked. Never true for words that only look alike."""
    folded = fold(text[:LOOK_AT])
    if any(_obscene(token) for token in _TOKEN.findall(folded)):
        return True
    joined = (re.sub(r"[ .\-]", "", run.group()) for run in _SPACED.finditer(folded))
    return any(len(word) >= 4 and _obscene(word) for word in joined)


@lru_cache(maxsize=10_000)
def _obscene(token: str) -> bool:
    if len(token) > 40:
        return False
    if "*" in token:
        return _masked(token)
    if token.isascii():
        return _ENGLISH.fullmatch(token) is not None
    word = token
    if not (word.isalpha() and not re.search("[a-z]", word)):
        if token.startswith(("#", "@")) or not _CYRILLIC.search(token):
            return False
        word = token.translate(_LEET).strip("#$_")
    word = _REPEATED.sub(r"\1", word)
    if _INNOCENT.fullmatch(word):
        return word in _TOWARDS_US and token != word
    return _STEMS.fullmatch(word) is not None


def _masked(token: str) -> bool:
    """«б*ть», «х**», «п****ц»: stars stand for letters. «**важно**» is only emphasis."""
    core = token.strip("*") if token.startswith("*") else token
    core = core.translate(_LEET)
    if "*" not in core or not core[0].isalpha() or len(core) > 14 or len(core) < 3:
        return False
    if token.isascii():
        return _ENGLISH_MASKED.fullmatch(token) is not None
    if any(char.isdigit() for char in core) or not _CYRILLIC.search(core):
        return False
    pattern = re.compile("".join(r"[а-я]" if char == "*" else re.escape(char) for char in core))
    loose = re.compile("".join(r"[а-я]{1,3}" if char == "*" else re.escape(char) for char in re.sub(r"\*+", "*", core)))
    return any(pattern.fullmatch(word) or loose.fullmatch(word) for word in _MASKED_WORDS)

"""Messages that carry nothing for a seller: advertising with links, and random keys."""

import re

from bot.understand.words import LOOK_AT, is_known, relayout

_LINK = re.compile(
    r"https?://|www\.\w|\bt\.me/|\bvk\.com/|\bbit\.ly/|\bclck\.ru/|"
    r"\b[a-z0-9-]{2,40}\.(?:com|ru|net|org|top|xyz|site|online|bet|casino|club|pro|io|biz)/\S"
)
_STRONG = re.compile(
    r"\b(?:казино|casino|букмекер\w*|1xbet|1win|вулкан|джекпот\w*|фриспин\w*|слоты|рулетк\w+|"
    r"крипт[оа]\w*|биткоин\w*|биткойн\w*|bitcoin|btc|usdt|crypto|форекс|forex|трейдинг\w*|airdrop|"
    r"(?:быстр|легк|удаленн|пассивн|дополнительн|гарантированн)\w+ (?:заработ\w+|доход\w*)|заработ(?:ок|"
    r"ка|ай|айте) (?:в|на|от|без|дома)\b|"
    r"без вложений|млн за|доход от|зарабатывай\w*|зарабатывать от|"
    r"подписывай\w*|подпишись|подпишитесь|подписаться на канал|переходи\w* по ссылке|жми\w* на ссылку|"
    r"розыгрыш\w*|вы выиграли|ваш выигрыш|забер\w+ (?:приз|бонус|подарок)|бонус за регистрацию|"
    r"интим\w*|эскорт\w*|проститут\w*|виагр\w*|viagra|onlyfans|порно\w*|porn\w*|18\+|"
    r"займ\w* (?:без|онлайн|на карту)|кредит без отказ\w*|диплом\w* на заказ|накрутк\w+|купить подписчиков|"
    r"earn \$?\d+|make money|easy money|free money|investment opportunit\w+|click (?:here|the link|below)|"
    r"work from home|double your|guaranteed (?:profit|income)|passive income|lottery|jackpot|you(?:'ve| have)? won|"
    r"claim your|free spins|join (?:our|my) (?:channel|group)|subscribe to (?:our|my)|hot (?:girls|singles)|escort\w*|"
    r"payday loan\w*|no deposit|betting|(?:cheap|buy) (?:followers|viagra|pills)|get rich)"
)
_WANTS = re.compile(
    r"\b(?:нужен|нужна|нужно|хочу|хотим|сколько|стоимость|цена|интересует|сделаете|делаете|можете|разработ\w+|"
    r"подскажите|у нас|наш\w*|мы|need|want|looking for|how much|"
    r"price|cost|interested|our (?:company|business|site|shop))\b"
)
_RUNS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_VOWELS = frozenset("аеиоуыэюяaeiouy")
_HUSH = re.compile(r"[бвгджзйклмнпрстфхцчшщbcdfghjklmnpqrstvwxz]{6}")
_FAST = re.compile(r"(\w)\1{3}")
_IMPOSSIBLE = re.compile(
    r"[аеиоуэюя][ыьъ]|^[ьъ]|^ы(?!к)|ъ[^еюя]|ь[ьъ]|[жчшщ][йыщэ]|й[йьъ]|ыы|"
    r"[бвгдзклмнпрстф]э[жщц]"
)
_WORD = re.compile(r"[^\W_]+")
_LAUGHS = re.compile(
    r"(?:[ах]{2,}|(?:ха|хе|хи|хо|ах|ha|he)+|л+о+л+|м+|э+|а+|о+|у+|г+м+|х+м+|x+|ш+|a+|"
    r"o+|m+|hm+|z+)"
)


def is_spam(normalised: str) -> bool:
    """Whether it advertises: two signs of it, or one and a link, from somebody who asks for nothing."""
    found = {match.group()[:6] for match in _STRONG.finditer(normalised)}
    if not found:
        return False
    link = _LINK.search(normalised) is not None
    wanting = _WANTS.search(normalised) is not None
    if link:
        return len(found) >= 2 or not wanting
    return len(found) >= 2 and not wanting


def is_gibberish(normalised: str) -> bool:
    """Whether it is random keys rather than words; numbers, emoji, names and laughter are not."""
    text = normalised[:LOOK_AT].strip()
    found = _WORD.findall(text)
    if not found:
        marks = [char for char in text if char.isascii() and not char.isspace()]
        return len(marks) >= 4 and len(set(marks)) >= 3 and not set(marks) <= set("?!.,)(:;-")
    if len(found) > 4 or all(word.isdigit() for word in found):
        return False
    letters = [word for word in found if not word.isdigit()]
    return all(_random(word) for word in letters) and relayout(text) is None


def _random(word: str) -> bool:
    if _LAUGHS.fullmatch(word) or len(word) < 3:
        return False
    if any(char.isdigit() for char in word):
        return len(word) >= 12 and sum(char.isdigit() for char in word) < len(word) - 4
    if len(word) >= 3 and any(word in run or word[::-1] in run for run in _RUNS):
        return not ("а" <= word[0] <= "я" and is_known(word))
    repeated = len(word) >= 6 and (len(set(word)) <= 2 or len(set(word)) * 3 <= len(word))
    if "а" <= word[0] <= "я" and is_known(word):
        return False
    vowels = sum(char in _VOWELS for char in word)
    silent = len(word) >= 5 and not vowels and not word.isascii()
    latin_silent = word.isascii() and len(word) >= 6 and not vowels
    keys = len(word) >= 5 and any(run[at : at + 4] in word for run in _RUNS for at in range(len(run) - 3))
    hush = _HUSH.search(word) is not None and len(word) >= 6
    scarce = len(word) >= 8 and vowels * 6 <= len(word)
    impossible = len(word) >= 5 and _IMPOSSIBLE.search(word) is not None
    return impossible or repeated or silent or latin_silent or keys or hush or scarce or _FAST.search(word) is not None

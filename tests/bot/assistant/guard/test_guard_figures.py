"""A sum is found with its value however it is written, passes when it is in the sources and stops when it is not."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.guard.claims import claims
from bot.assistant.guard.lock import Guard
from bot.assistant.guard.sources import Sources
from tests.bot.assistant.guard.corpus import TODAY, build

GUARD = build()
_ONES = ["ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять"]
_ONES += [f"{head}надцать" for head in ("один", "две", "три", "четыр", "пят", "шест", "сем", "восем", "девят")]
_TENS = ["_", "_", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"]
_HUNDREDS = ["_", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"]
_EN_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_EN_ONES += [f"{head}teen" for head in ("thir", "four", "fif", "six", "seven", "eigh", "nine")]
_EN_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def russian(number: int) -> str:
    if number >= 1_000:
        thousands, rest = divmod(number, 1_000)
        head = russian(thousands)
        for plain, feminine in (("один", "одна"), ("два", "две")):
            if head.endswith(plain):
                head = head[: -len(plain)] + feminine
        many = thousands % 100 in range(11, 15) or thousands % 10 in (0, 5, 6, 7, 8, 9)
        word = "тысяч" if many else "тысяча" if thousands % 10 == 1 else "тысячи"
        return f"{head} {word} {russian(rest) if rest else ''}".strip()
    parts = []
    if number >= 100:
        parts.append(_HUNDREDS[number // 100])
        number %= 100
    if number >= 20:
        parts.append(_TENS[number // 10])
        number %= 10
    if number or not parts:
        parts.append(_ONES[number])
    return " ".join(parts)


def english(number: int) -> str:
    if number >= 1_000:
        thousands, rest = divmod(number, 1_000)
        return f"{english(thousands)} thousand {english(rest) if rest else ''}".strip()
    if number >= 100:
        rest = number % 100
        return f"{english(number // 100)} hundred{f' and {english(rest)}' if rest else ''}"
    if number >= 20:
        return _EN_TENS[number // 10] + (f"-{_EN_ONES[number % 10]}" if number % 10 else "")
    return _EN_ONES[number]


def _spaced(number: int, gap: str = " ") -> str:
    return f"{number:,}".replace(",", gap)


WAYS = {
    "roubles": lambda n: f"{_spaced(n)} ₽",
    "no-break": lambda n: f"{_spaced(n, chr(0xA0))} руб.",
    "solid": lambda n: f"{n} рублей",
    "dotted": lambda n: f"{_spaced(n, '.')} ₽",
    "comma": lambda n: f"{_spaced(n, ',')} RUB",
    "before": lambda n: f"₽{_spaced(n, ',')}",
    "kopecks": lambda n: f"{_spaced(n)},00 ₽",
    "thousands": lambda n: f"{n / 1000:g}".replace(".", ",") + " тыс. ₽" if n % 100 == 0 else f"{n} р.",
    "k": lambda n: f"{n // 1000}к рублей" if n % 1000 == 0 else f"{n} руб",
    "million": lambda n: f"{n / 1_000_000:g} млн ₽".replace(".", ",") if n % 100_000 == 0 else f"{n} рубля",
    "russian": lambda n: f"{russian(n)} рублей",
    "english": lambda n: f"{english(n)} roubles",
    "fullwidth": lambda n: "".join(chr(ord(c) - 48 + 0xFF10) for c in str(n)) + " ₽",
    "arabic": lambda n: "".join(chr(ord(c) - 48 + 0x660) for c in str(n)) + " ₽",
    "keycaps": lambda n: "".join(f"{c}\ufe0f\u20e3" for c in str(n)) + " ₽",
    "zero-width": lambda n: "\u200b".join(str(n)) + " ₽",
    "bold": lambda n: f"{str(n)[:1]}**{str(n)[1:]}** ₽",
    "spelled": lambda n: " ".join(str(n)) + " ₽",
}  # fmt: skip
SUMS = st.one_of(
    st.integers(1_001, 999_999),
    st.integers(2, 999).map(lambda n: n * 1_000),
    st.integers(11, 30).map(lambda n: n * 100_000),
)


@settings(max_examples=60, deadline=None)
@given(number=SUMS, way=st.sampled_from(sorted(WAYS)))
def test_a_sum_is_read_in_every_notation(number: int, way: str) -> None:
    if number > 999_999 and way in ("russian", "english"):
        number //= 10
    found = [claim for claim in claims(f"Это стоит {WAYS[way](number)}") if claim.kind == "money"]
    assert [claim.value for claim in found] == [Decimal(number)]


@settings(max_examples=60, deadline=None)
@given(number=SUMS, said=st.sampled_from(sorted(WAYS)), source=st.sampled_from(sorted(WAYS)), off=st.integers(1, 500))
def test_a_sum_passes_only_when_the_sources_have_it(number: int, said: str, source: str, off: int) -> None:
    if number > 999_999:
        number //= 10
    sources = Sources.of([f"Каталог стоит {WAYS[source](number)}."], today=TODAY)
    assert GUARD.check(f"Каталог стоит {WAYS[said](number)}.", sources) == []
    assert GUARD.check(f"Каталог стоит {WAYS[said](number + off)}.", sources) != []


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_is_checked_without_an_error(text: str) -> None:
    GUARD.check(text, Sources.of([text[::-1]], said=[text], today=TODAY))
    GUARD.whole_sentences(text, Sources.of([], today=TODAY))


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("До 20 страниц.", "Скидка 20 %."),
        ("Поддержка стоит 25 000 ₽ в месяц.", "Поддержка стоит 25 000 ₽."),
        ("Бот стоит 120 000 ₽.", "Бот стоит 120 000 ₽ в месяц."),
        ("Бот стоит 120 000 ₽.", "Бот стоит $120,000."),
        ("Бот стоит 286 000 ₽.", "Бот стоит около 290 тысяч."),
        ("Возврат в течение 10 рабочих дней.", "Возврат в течение 10 дней."),
        ("Бот стоит 120 000 ₽, каталог 60 000 ₽.", "Бот с каталогом стоит 180 000 ₽."),
        ("Бот стоит от 120 000 ₽.", "Бот стоит не дороже 120 000 ₽."),
        ("Офис открыт с 10:00 до 19:00.", "Офис открыт с 10:00 до 21:00."),
        ("Ставка НДС 5 %.", "Скидка 5 %."),
    ],
)
def test_the_same_number_with_another_meaning_stops(guard: Guard, source: str, answer: str) -> None:
    assert guard.check(answer, Sources.of([source], today=TODAY)) != []


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("Поддержка на 12 месяцев.", "Поддержка на год."),
        ("Поддержка на 6 месяцев.", "Поддержка на полгода."),
        ("Расчёт действует 14 дней.", "Расчёт действует две недели."),
        ("Офис открыт с 10:00 до 19:00.", "Офис открыт с 10 до 19."),
        ("Офис открыт с 10:00 до 19:00.", "The office is open from 10 am till 7 pm."),
        ("Аванс 50 %.", "Аванс — половина."),
        ("Встреча 2026-12-25 в 15:00.", "Встреча двадцать пятого декабря в 15:00."),
    ],
)
def test_the_same_meaning_in_other_words_passes(guard: Guard, source: str, answer: str) -> None:
    assert guard.check(answer, Sources.of([source], today=TODAY)) == []


def test_the_clients_words_back_their_own_quantities_and_no_prices(guard: Guard) -> None:
    sources = Sources.of([], said=["У нас 5 000 обращений, бюджет 200 000 ₽, скидка 30 %"], today=TODAY)
    assert guard.check("Вы говорите о 5 000 обращений.", sources) == []
    assert guard.check("У нас было 5 000 обращений от других клиентов.", sources) != []
    assert guard.check("Это стоит 200 000 ₽.", sources) != []
    assert guard.check("Ваша скидка — 30 %.", sources) != []

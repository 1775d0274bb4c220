"""The English catalogue keeps up with the Russian one; prices and the company are English where a client reads them."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.company import load_company, parse_company
from bot.sales.price_english import texts_of
from bot.sales.price_list import PriceListError, load_price_list, parse_price_list
from bot.texts import Translate, load_texts
from bot.worktime import promise

ROOT = Path(__file__).parents[2]
NOT_FOR_CLIENTS = re.compile(r"desk\.(?!client\.)|heard\.|[a-z_]+\.\w*question$|price\.why$")
"""What managers read, what the transcript keeps, and questions put to the knowledge base stay Russian."""
SHOWN_AS_IT_IS = frozenset(("calculator.question",))
CYRILLIC = re.compile("[а-яё]", re.I)

TEXTS = load_texts()
PRICES = ROOT / "kb" / "pricing.yaml"
RUSSIAN, ENGLISH = TEXTS["ru"].keys(), TEXTS["en"].keys()
COMPANY = ROOT / "kb" / "company.yaml"


def forms(texts: Translate, key: str) -> tuple[str, ...]:
    message = texts._find(key)
    return message if isinstance(message, tuple) else (message,)


def for_clients() -> list[str]:
    return sorted(key for key in RUSSIAN if key in SHOWN_AS_IT_IS or not NOT_FOR_CLIENTS.match(key))


def test_english_has_every_text_that_a_client_reads_and_no_other() -> None:
    assert sorted(set(for_clients()) - ENGLISH) == []
    assert sorted(ENGLISH - set(for_clients())) == []


@pytest.mark.parametrize("key", for_clients())
def test_the_same_values_and_the_same_markup_in_both_languages(key: str) -> None:
    def marks(text: str) -> tuple[list[str], list[str], list[str]]:
        return sorted(re.findall(r"{\w+}", text)), re.findall(r"</?\w+>", text), re.findall(r"^/\w+", text, re.M)

    russian, english = forms(TEXTS["ru"], key), forms(TEXTS["en"], key)
    assert {str(marks(one)[1:]) for one in russian} == {str(marks(one)[1:]) for one in english}
    # A form for exactly one may do without the number: «in one question».
    assert marks(russian[-1])[0] == marks(english[-1])[0]


@pytest.mark.parametrize("key", sorted(ENGLISH))
def test_english_texts_read_well(key: str) -> None:
    for text in forms(TEXTS["en"], key):
        bare = re.sub(r"<[^>]+>", "", text)
        assert not CYRILLIC.search(bare), key
        assert text.strip() == text, key
        assert not re.search("!!|  |'|\"| - ", bare), f"{key}: one exclamation mark, typographic quotes, «—» for a dash"
        assert not key.startswith("button.") or len(text) <= 24, (key, text)


def test_plurals_are_english() -> None:
    english = TEXTS["en"]
    assert english("time.minutes", n=1) == "within 1 minute"
    assert english("time.minutes", n=21) == "within 21 minutes"


def test_managers_read_russian_whoever_the_client_is() -> None:
    assert TEXTS["en"]("desk.button.take") == TEXTS["ru"]("desk.button.take")


def test_everything_in_the_price_list_has_its_english() -> None:
    english = load_price_list(PRICES).english
    assert english is not None
    russian = {text for text in texts_of(english) if CYRILLIC.search(text)}
    assert sorted(text for text in russian if not text.startswith("без строки")) == []


def test_english_titles_change_no_price_and_no_code() -> None:
    price_list = load_price_list(PRICES)
    english = price_list.told("en")
    assert english.revision == price_list.revision
    assert [one.id for one in english.packages] == [one.id for one in price_list.packages]
    assert [one.base for one in english.packages] == [one.base for one in price_list.packages]
    assert price_list.told("ru") is price_list


def test_a_translation_of_nothing_is_a_mistake() -> None:
    text = PRICES.read_text().replace("  Сайт: [Website", "  Сайтик: [Website")
    with pytest.raises(PriceListError, match="Сайтик"):
        parse_price_list(text)


def test_a_price_list_without_english_is_shown_in_russian() -> None:
    text = PRICES.read_text()
    price_list = parse_price_list(text[: text.index("\nenglish:")])
    assert price_list.told("en") is price_list


def test_names_without_english_stay_as_they_are() -> None:
    text = COMPANY.read_text()
    company = parse_company(text[: text.index("\nenglish:")])
    assert company.told("Анна", "en") == "Анна"
    assert load_company(COMPANY).told("Анна", "en") == "Anna"
    assert load_company(COMPANY).told("Анна", "ru") == "Анна"


@pytest.mark.parametrize(
    ("now", "minutes", "said"),
    [
        ("2026-11-23 12:00", 15, "within 15 minutes"),
        ("2026-11-23 12:00", 1, "within 1 minute"),
        ("2026-11-23 12:00", 60, "within an hour"),
        ("2026-11-23 12:00", 90, "today by 13:30 Moscow time"),
        ("2026-11-23 22:00", 15, "tomorrow from 10:00 Moscow time"),
        ("2026-11-21 12:00", 15, "on Monday from 10:00 Moscow time"),
        ("2026-12-31 12:00", 15, "on 11 January from 10:00 Moscow time"),
    ],
)
def test_promises_in_english(now: str, minutes: int, said: str) -> None:
    calendar = load_company(COMPANY).calendar
    at = datetime.fromisoformat(now).replace(tzinfo=calendar.zone).astimezone(UTC)
    promised = promise(calendar, at, minutes, "en")
    assert promised.phrase.replace("\N{NO-BREAK SPACE}", " ") == said
    assert promised.deadline == promise(calendar, at, minutes).deadline

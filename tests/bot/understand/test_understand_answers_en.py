"""Answers to the calculator in English words, whichever language its buttons are shown in."""

from pathlib import Path

import pytest

from bot.sales.price_list import PriceList, load_price_list
from bot.scenes.wording import answer_options
from bot.understand.answers import AnswerOption, split_answer

PRICES = load_price_list(Path(__file__).parents[3] / "kb" / "pricing.yaml")

SAID = (
    ("chatbot", "channels", "both", "both"),
    ("chatbot", "channels", "website", "site"),
    ("chatbot", "channels", "on the website", "site"),
    ("chatbot", "channels", "telegram please", "telegram"),
    ("chatbot", "channels", "Telegram and the website", "both"),
    ("chatbot", "channels", "I don't know", "dont_know"),
    ("chatbot", "channels", "the first one", "site"),
    ("chatbot", "channels", "2", "telegram"),
    ("chatbot", "channels", "just telegram", "telegram"),
    ("chatbot", "channels", "our site", "site"),
    ("chatbot", "channels", "the second option", "telegram"),
    ("chatbot", "channels", "both of them", "both"),
    ("chatbot", "channels", "everywhere", "both"),
    ("chatbot", "channels", "only on our website for now", "site"),
    ("chatbot", "channels", "not sure yet", "dont_know"),
    ("chatbot", "channels", "not telegram, the website", "site"),
    ("chatbot", "channels", "number 3", "both"),
    ("chatbot", "links", "amoCRM", "crm"),
    ("chatbot", "links", "catalogue", "catalog"),
    ("chatbot", "links", "the product catalog", "catalog"),
    ("chatbot", "links", "nothing", "nothing"),
    ("chatbot", "links", "none", "nothing"),
    ("chatbot", "links", "no", "nothing"),
    ("chatbot", "links", "both", "both"),
    ("chatbot", "links", "crm and catalog", "both"),
    ("chatbot", "links", "no need", "nothing"),
    ("chatbot", "links", "our crm", "crm"),
    ("chatbot", "volume", "up to five thousand", "5k"),
    ("chatbot", "volume", "about 3000 a month", "5k"),
    ("chatbot", "volume", "100 a day", "5k"),
    ("chatbot", "volume", "a few hundred", "1k"),
    ("chatbot", "volume", "around 800", "1k"),
    ("chatbot", "volume", "10k", "20k"),
    ("chatbot", "volume", "more than 20,000", "more"),
    ("chatbot", "volume", "50 thousand", "more"),
    ("chatbot", "volume", "Up to 1,000", "1k"),
    ("chatbot", "volume", "several thousand", "5k"),
    ("chatbot", "volume", "not many", "1k"),
    ("chatbot", "volume", "30 requests per day", "1k"),
    ("chatbot", "volume", "two thousand", "5k"),
    ("chatbot", "volume", "less than a thousand", "1k"),
    ("chatbot", "volume", "I'm not sure", "dont_know"),
    ("chatbot", "volume", "maybe 15 000", "20k"),
    ("support", "on_call", "yes", "yes"),
    ("support", "on_call", "no", "no"),
    ("support", "on_call", "yes please", "yes"),
    ("support", "on_call", "no thanks", "no"),
    ("support", "on_call", "not needed", "no"),
    ("support", "on_call", "sure", "yes"),
    ("support", "on_call", "not really", "no"),
    ("support", "term", "a year", "12m"),
    ("support", "term", "6 months", "6m"),
    ("support", "term", "monthly", "1m"),
    ("support", "term", "half a year", "6m"),
    ("support", "term", "twelve months", "12m"),
    ("support", "hours", "none", "none"),
    ("support", "hours", "5 hours", "five"),
    ("support", "hours", "ten", "ten"),
    ("support", "hours", "zero", "none"),
    ("voice", "scenarios", "one", "one"),
    ("voice", "scenarios", "just one", "one"),
    ("voice", "scenarios", "two", "three"),
    ("voice", "scenarios", "five", "five"),
    ("voice", "scenarios", "three scenarios", "three"),
    ("voice", "links", "yes", "crm"),
    ("voice", "links", "no", "nothing"),
    ("voice", "links", "yes, to amoCRM", "crm"),
    ("automation", "integration", "our own software", "custom"),
    ("automation", "integration", "standard ones", "standard"),
    ("automation", "integration", "on our servers", "on_prem"),
    ("automation", "integration", "on-premises", "on_prem"),
    ("doc_analytics", "export", "excel", "excel"),
    ("doc_analytics", "export", "to 1C", "onec"),
    ("doc_analytics", "export", "spreadsheet", "excel"),
)


def options(locale: str, package: str, question: str) -> list[AnswerOption]:
    price_list: PriceList = PRICES.told(locale)
    sold = price_list.package(package)
    asked = sold.question(question) if sold is not None else None
    assert asked is not None
    return answer_options(asked)


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize(("package", "question", "said", "meant"), SAID)
def test_the_button_that_english_words_mean(package: str, question: str, said: str, meant: str, locale: str) -> None:
    match, rest = split_answer(said, options(locale, package, question))
    assert match is not None
    assert (match.id, rest) == (meant, "")


@pytest.mark.parametrize(
    ("said", "meant", "rest"),
    [
        ("Both. And what if it doesn't know the answer?", "both", "And what if it doesn't know the answer?"),
        ("website, but how long does it take?", "site", "but how long does it take?"),
        ("how long does it take?", None, "how long does it take?"),
        ("which of them is cheaper", None, "which of them is cheaper"),
    ],
)
def test_an_answer_and_a_question_in_one_message(said: str, meant: str | None, rest: str) -> None:
    match, left = split_answer(said, options("en", "chatbot", "channels"))
    assert (match.id if match else None, left) == (meant, rest)


def test_russian_words_are_understood_while_the_buttons_are_english() -> None:
    match, _ = split_answer("и там и там", options("en", "chatbot", "channels"))
    assert match is not None
    assert match.id == "both"

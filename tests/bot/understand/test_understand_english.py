"""English messages as clients write them, with the intent each must carry, and English false friends."""

from pathlib import Path

import pytest

from bot.sales.price_list import load_price_list
from bot.understand.intents import Intent, Vocabulary, understand, warm_up

HERE = Path(__file__).parent


def table(name: str) -> list[tuple[str, str]]:
    """What stands before the first bar of each line, and what after it."""
    lines = (HERE / name).read_text().splitlines()
    pairs = [line.split(" | ", 1) for line in lines if line and not line.startswith("#")]
    return [(intents, said) for intents, said in pairs]


@pytest.fixture(scope="module")
def sold() -> Vocabulary:
    """The words of the sample price list."""
    warm_up()
    price_list = load_price_list(HERE.parents[2] / "kb" / "pricing.yaml")
    return Vocabulary(packages={package.id: package.aliases for package in price_list.packages})


@pytest.mark.parametrize(("intent", "said"), table("english.txt"))
def test_what_is_said_in_english_is_understood(intent: str, said: str, sold: Vocabulary) -> None:
    assert Intent(intent) in understand(said, sold).intents


@pytest.mark.parametrize(("absent", "said"), table("english_false_friends.txt"))
def test_english_words_that_only_look_alike(absent: str, said: str, sold: Vocabulary) -> None:
    assert not {Intent(one) for one in absent.split(", ")} & set(understand(said, sold).intents)


@pytest.mark.parametrize(
    ("said", "package"),
    [
        ("How much is a chatbot?", "chatbot"),
        ("we need bots for Telegram", "chatbot"),
        ("a knowledge base assistant for our staff", "kb_assistant"),
        ("I want a voice bot", "voice"),
        ("price of a phone assistant", "voice"),
        ("process automation, please", "automation"),
        ("do you do document recognition", "doc_analytics"),
        ("how much is tech support a month", "support"),
    ],
)
def test_services_by_their_english_names(said: str, package: str, sold: Vocabulary) -> None:
    assert understand(said, sold).packages[:1] == (package,)


@pytest.mark.parametrize("said", ["do you support Telegram?", "what knowledge do you need", "a voice message came"])
def test_no_service_is_named(said: str, sold: Vocabulary) -> None:
    assert understand(said, sold).packages == ()

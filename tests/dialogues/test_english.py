"""A client who writes English is answered in English, in both channels; the managers' side stays Russian."""

import re
from datetime import timedelta

from babel.dates import format_date

from tests.harness import Client, plain

CYRILLIC = re.compile("[а-яё]", re.I)
PRICE = "How much is a chatbot for our online shop?"


def until(client: Client) -> str:
    """The last day of a price given now, in English."""
    world = client.world.app
    today = world.services.company.calendar.local(world.clock.now()).date()
    return format_date(today + timedelta(days=world.services.price_list.limits.valid_days), "d MMMM", locale="en")


def assert_english(client: Client) -> None:
    shown = client.text + " ".join(client.labels)
    assert not CYRILLIC.search(shown), shown


async def test_price_calculator_in_buttons_and_words_and_a_person(client: Client) -> None:
    await client.send(PRICE)
    assert_english(client)
    assert len(client.replies) == 1
    assert "From 120 000 ₽, usually 180 000–320 000 ₽" in client.text
    assert "I’m Neurokontakt’s AI assistant" in client.text
    assert client.text.endswith("Where will it answer?")
    assert client.labels == ["Website", "Telegram", "Both", "I don’t know", "👤 Person"]

    await client.click("Both")
    assert_english(client)
    assert client.text == "What shall we connect it to?"

    await client.send("amoCRM and the catalogue")
    assert_english(client)
    assert client.text == "And finally, how many requests a month?"

    await client.send("up to five thousand")
    assert_english(client)
    assert "286 000 ₽ one-off, including 5% VAT" in client.text
    assert "bot with one channel 120 000, one more channel 35 000, amoCRM 45 000, catalogue 60 000" in client.text
    assert f"Launch in 6 weeks, the price holds until {until(client)}" in client.text
    assert client.labels == ["📄 Proposal", "Change", "Too expensive", "👤 Person"]

    await client.send("It's too expensive for us")
    assert_english(client)
    assert "Without the catalogue it’s 220 000 ₽" in client.text

    await client.send("Can I talk to a person?")
    assert_english(client)
    assert re.search(r"I’ve called a manager: (Anna|Boris) will answer here \S", client.text)


async def test_one_word_changes_nothing_and_russian_switches_back(client: Client) -> None:
    await client.send(PRICE)
    await client.send("both")
    assert client.text == "What shall we connect it to?"
    await client.click("Nothing")
    assert client.text == "And finally, how many requests a month?"
    await client.send("пока не знаю, сколько")
    assert "разово" in client.text
    assert client.labels == ["📄 КП", "Изменить", "Дорого", "👤 Человек"]
    await client.send("ok")
    assert CYRILLIC.search(client.text)


async def test_a_russian_talk_is_not_switched_by_foreign_names(client: Client) -> None:
    await client.send("Сколько стоит чат-бот?")
    await client.send("Telegram")
    assert "С чем связать?" in client.text
    await client.send("amoCRM")
    assert "обращений в месяц?" in client.text


async def test_the_brief_and_the_consent_in_english(client: Client) -> None:
    await client.send("Please have somebody call me back")
    assert "I’ll ask a manager to call you back" in client.text
    assert "I need your consent" in client.text
    assert client.labels == ["I agree", "I don’t agree"]
    await client.send("I agree")
    assert "Where shall we answer?" in client.text
    assert_english(client)
    await client.send("my phone is +7 916 123-45-67")
    assert "I’ve passed your contact" in client.text or "I’ve asked for a call back" in client.text
    assert "may we send you news and offers from Neurokontakt" in client.text
    assert_english(client)


async def test_everything_can_be_changed_in_english(client: Client) -> None:
    await client.send(PRICE)
    await client.click("Both")
    await client.click("Nothing")
    await client.click("Up to 1,000")
    await client.click("Change")
    assert "• One more channel — 35 000" in client.text
    assert "Total 155 000 ₽ one-off" in client.text
    assert_english(client)
    await client.click("One more channel: 1")
    assert "1 channel" in client.labels
    assert_english(client)
    await client.click("+")
    assert "2 channels" in [plain(label) for label in client.labels]


async def test_small_talk_and_rights_in_english(client: Client) -> None:
    await client.send("Are you a real person or a bot?")
    assert "Neurokontakt’s AI assistant, not a person" in client.text
    await client.send("What are your working hours?")
    assert "Mon–Fri 10:00–19:00" in client.text
    await client.send("please delete all my data")
    assert client.labels[:2] == ["Delete", "Keep"]
    assert_english(client)
    await client.click("Keep")
    assert "everything stays as it was" in client.text


async def test_the_next_talk_goes_on_in_english(client: Client) -> None:
    await client.send("I'd like to know your prices")
    assert "Chatbot for sales and support: from 120 000 ₽" in client.text
    assert_english(client)
    await client.start()
    assert "What would you like to talk about?" in client.text or "How can I help?" in client.text
    assert_english(client)

"""A client whose every message from the assistant is held to the rules of the house, whatever the test is about."""

import re

import pytest

from tests.harness import Client, Reply, SiteClient, TelegramClient, World, plain


def check_manners(reply: Reply) -> None:
    """What holds for anything a client is shown."""
    text = plain(reply.text)
    assert text.strip(), "an empty message"
    assert "{" not in text, f"a value was not put in: {text}"
    assert "<" not in text, f"markup is shown as text: {text}"
    assert "!!" not in text, text
    assert "  " not in text, f"two spaces in a row: {text!r}"
    assert len(reply.labels) <= 8, reply.labels
    assert all(len(row) <= 2 for row in reply.buttons), reply.buttons
    assert all(0 < len(label) <= 24 for label in reply.labels), reply.labels
    assert all(len(button["data"].encode()) <= 64 for row in reply.buttons for button in row)
    assert not re.search(r"\d{4,} ₽", text), f"thousands are not parted: {text}"


def polite(client: Client) -> Client:
    """The same client; each new message is checked as it arrives."""
    refresh = client.refresh

    async def checked() -> list[Reply]:
        replies = await refresh()
        for reply in replies:
            if reply.author == "bot":
                check_manners(reply)
        return replies

    client.refresh = checked  # type: ignore[method-assign]  # the harness's clients call it after every act
    return client


@pytest.fixture
def client(client: Client) -> Client:
    return polite(client)


@pytest.fixture(params=["telegram", "site"])
async def later_client(request: pytest.FixtureRequest, own_world: World) -> Client:
    """A person in a world of the test's own, whose clock the test may move."""
    if request.param == "telegram":
        return polite(TelegramClient(own_world))
    return polite(await SiteClient(own_world).open())

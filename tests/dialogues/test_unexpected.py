"""What is no text, what is too old, what changes afterwards."""

import base64

import pytest

from tests.dialogues.test_price import SHOP
from tests.harness import Client, SiteClient, TelegramClient, World

SOME = base64.b64encode(b"something").decode()


@pytest.fixture
def person(world: World) -> TelegramClient:
    """For what only Telegram has."""
    return TelegramClient(world)


async def test_a_voice_message_is_answered_honestly(person: TelegramClient) -> None:
    await person.act(file=SOME, filename="a.ogg", kind="voice")
    assert "Голосовые пока не слушаю" in person.text


async def test_a_sticker_in_the_middle_of_a_form(person: TelegramClient) -> None:
    await person.send(SHOP)
    await person.act(file=SOME, filename="a.webp", kind="sticker")
    assert len(person.replies) == 1
    assert person.text.endswith("Где он будет отвечать?")


async def test_a_file_goes_to_a_manager(person: TelegramClient) -> None:
    await person.act(file=SOME, filename="tz.docx", kind="document")
    assert "Получил и передал менеджеру: Анна посмотрит" in person.text


async def test_a_file_on_the_site_goes_to_a_manager(world: World) -> None:
    visitor = await SiteClient(world).open()
    await visitor.upload("tz.pdf", b"%PDF-1.4 nothing much", "application/pdf")
    assert "Получил и передал менеджеру: Анна посмотрит" in visitor.text


async def test_ones_own_contact(person: TelegramClient) -> None:
    await person.act(contact="+79161234567")
    assert "согласие на обработку" in person.text
    await person.click("Согласен")
    assert "Контакт: +7 916 123-45-67" in person.text


@pytest.mark.parametrize("data", ["old:button", "g:nowhere:", "q:1", "c:show:000000:nothing", "e:a:b:c", "x"])
async def test_a_button_nobody_knows(client: Client, data: str) -> None:
    await client.send("Здравствуйте")
    await client.press(client.last.message, data)
    assert client.replies, data
    assert "👤 Человек" in client.labels


async def test_a_button_of_a_brief_of_long_ago(client: Client) -> None:
    await client.send("Здравствуйте")
    await client.press(client.last.message, "b:budget:skip")
    assert "Какую задачу" in client.text


async def test_an_edited_message_amends_the_transcript_and_gets_no_new_answer(person: TelegramClient) -> None:
    await person.send("Какая гарантия?")
    record = await person.world.get(f"{person.world.sandbox_url}/inspect/telegram?chat={person.user}")
    mine = next(one["message"] for one in record if not one["from_bot"])
    await person.act(edit=mine, text="Какая у вас гарантия на работу?")
    assert person.replies == []
    pool = person.world.app.db.pool
    amended = await pool.fetchval(
        """SELECT edited_at IS NOT NULL FROM transcript t JOIN conversation c ON c.id = t.conversation_id
           WHERE c.chat_id = $1 AND t.message_id = $2 AND t.author = 'client'""",
        person.user,
        mine,
    )
    assert amended


async def test_blocked_is_noted_without_a_word(person: TelegramClient) -> None:
    await person.send("Здравствуйте")
    await person.act(block=True)
    blocked = await person.world.app.db.pool.fetchval(
        "SELECT blocked_at IS NOT NULL FROM identity WHERE chat_id = $1", person.user
    )
    assert blocked

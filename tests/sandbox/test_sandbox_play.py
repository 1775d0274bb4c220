"""What people do reaches the bot as updates, and what the bot does is seen by people: the shapes of the contract."""

import base64

import pytest
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
)
from sandbox_kit import CLIENT, GROUP, World

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def keyboard(*pairs: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=t, callback_data=d) for t, d in pairs]])


async def test_a_person_writes_before_the_bot_came_and_is_heard(world: World) -> None:
    answer = await world.play.act(name="Ирина", text="Добрый день")
    update = await world.update()
    assert update.update_id == answer["update_id"]
    assert update.message is not None
    assert update.message.text == "Добрый день"
    assert update.message.from_user is not None
    assert update.message.from_user.first_name == "Ирина"
    assert update.message.chat.id == CLIENT


async def test_start_carries_its_payload(world: World) -> None:
    await world.play.act(start="promo-7")
    message = (await world.update()).message
    assert message is not None
    assert message.text == "/start promo-7"
    assert message.entities is not None
    assert message.entities[0].type == "bot_command"


async def test_a_button_goes_round(world: World) -> None:
    await world.greeted()
    asked = await world.bot.send_message(CLIENT, "Где?", reply_markup=keyboard(("Сайт", "where:site")))
    await world.play.act(message=asked.message_id, data="where:site")
    query = (await world.update()).callback_query
    assert query is not None
    assert query.data == "where:site"
    assert query.message is not None
    assert query.message.message_id == asked.message_id
    assert await world.bot.answer_callback_query(query.id, "Записал", show_alert=True)
    press = (await world.play.get("/inspect/telegram/presses"))[0]
    assert (press["answered"], press["text"], press["alert"]) == (True, "Записал", True)


@pytest.mark.parametrize("kind", ["document", "photo", "voice", "sticker"])
async def test_a_file_of_each_kind_goes_up_and_can_be_downloaded(world: World, kind: str) -> None:
    data = PNG + b"\x00\xff tail"
    await world.play.act(file=base64.b64encode(data).decode(), filename="бриф.bin", kind=kind)
    message = (await world.update()).message
    assert message is not None
    part = message.photo[-1] if message.photo else message.document or message.voice or message.sticker
    assert part is not None
    assert (await world.bot.download(part.file_id)).read() == data


async def test_contact_edit_reply_and_forward(world: World) -> None:
    await world.play.act(contact="+79161234567")
    contact = (await world.update()).message
    assert contact is not None
    assert contact.contact is not None
    assert contact.contact.phone_number == "+79161234567"
    assert contact.contact.user_id == CLIENT
    written = await world.play.act(text="сто", reply_to=contact.message_id)
    reply = (await world.update()).message
    assert reply is not None
    assert reply.reply_to_message is not None
    await world.play.act(edit=written["message"], text="двести")
    edited = (await world.update()).edited_message
    assert edited is not None
    assert (edited.text, edited.message_id) == ("двести", written["message"])
    record = (await world.play.messages())[-1]
    assert record["edited"] is True
    assert record["edits"][0]["text"] == "сто"
    await world.play.act(text="чужое", forwarded="Коллега")
    forwarded = (await world.update()).message
    assert forwarded is not None
    assert forwarded.forward_origin is not None


async def test_a_long_text_arrives_in_pieces_as_a_real_client_sends_it(world: World) -> None:
    await world.play.act(text="я" * 9000)
    lengths = [len((await world.update()).message.text) for _ in range(3)]  # type: ignore[union-attr,arg-type]  # texts
    assert lengths == [4096, 4096, 808]


async def test_the_managers_group_is_a_forum_with_two_members(world: World) -> None:
    chat = await world.bot.get_chat(GROUP)
    assert chat.is_forum is True
    topic = await world.bot.create_forum_topic(GROUP, "Ирина, сайт")
    card = await world.bot.send_message(GROUP, "Лид", message_thread_id=topic.message_thread_id)
    assert card.is_topic_message is True
    for user in (9001, 9100):
        await world.play.act(chat=GROUP, user=user, thread=topic.message_thread_id, text="беру")
        message = (await world.update()).message
        assert message is not None
        assert message.message_thread_id == topic.message_thread_id
        assert message.reply_to_message is not None
        assert message.reply_to_message.forum_topic_created is not None
    statuses = [(await world.bot.get_chat_member(GROUP, user)).status for user in (9001, 9002, 9100, world.bot.id)]
    assert statuses == ["member", "member", "left", "administrator"]
    anna = await world.bot.get_chat_member(GROUP, 9001)
    assert anna.user.first_name == "Анна"
    administrators = await world.bot.get_chat_administrators(GROUP)
    assert [member.user.id for member in administrators] == [world.bot.id]
    assert len(await world.play.messages(GROUP)) == 3  # notes on topics are left out


async def test_topics_are_renamed_closed_and_reopened(world: World) -> None:
    topic = await world.bot.create_forum_topic(GROUP, "Новая", icon_color=7322096)
    thread = topic.message_thread_id
    assert await world.bot.edit_forum_topic(GROUP, thread, name="Старая")
    assert await world.bot.close_forum_topic(GROUP, thread)
    shown = (await world.play.get(f"/inspect/telegram/topics?chat={GROUP}"))[0]
    assert (shown["name"], shown["closed"], shown["thread"]) == ("Старая", True, thread)
    assert await world.bot.reopen_forum_topic(GROUP, thread)
    await world.play.act(chat=GROUP, user=9001, topic="close", thread=thread)
    message = (await world.update()).message
    assert message is not None
    assert message.forum_topic_closed is not None


async def test_drafts_are_seen_stopped_and_gone_with_the_message(world: World) -> None:
    await world.greeted()
    assert await world.bot.send_message_draft(CLIENT, 7, text="<b>Думаю</b>", parse_mode="HTML", can_stop=True)
    view = await world.play.get(f"/inspect/telegram/view?chat={CLIENT}")
    assert view["client"]["drafts"][0]["text"] == "Думаю"
    await world.play.act(stop=7)
    stopped = (await world.update()).stopped_message_generation
    assert stopped is not None
    assert (stopped.draft_id, stopped.chat.id) == (7, CLIENT)
    await world.bot.send_message_draft(CLIENT, 8, text="Снова")
    await world.bot.send_message(CLIENT, "Готово")
    view = await world.play.get(f"/inspect/telegram/view?chat={CLIENT}")
    assert view["client"]["drafts"] == []
    calls = await world.play.get("/inspect/telegram/calls?method=sendMessageDraft")
    assert [call["params"]["text"] for call in calls] == ["<b>Думаю</b>", "Снова"]
    assert await world.play.refused(stop=99) == (404, "not_found")


async def test_a_draft_lasts_thirty_seconds(world: World) -> None:
    await world.greeted()
    await world.bot.send_message_draft(CLIENT, 7, text="Скоро")
    await world.play.post("/play/clock", {"advance": 31})
    view = await world.play.get(f"/inspect/telegram/view?chat={CLIENT}")
    assert view["client"]["drafts"] == []


async def test_block_and_unblock(world: World) -> None:
    await world.greeted()
    await world.play.act(block=True)
    change = (await world.update()).my_chat_member
    assert change is not None
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("member", "kicked")
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
        await world.bot.send_message(CLIENT, "Вы тут?")
    assert await world.play.refused(text="да") == (409, "blocked")
    await world.play.act(block=False)
    assert (await world.bot.send_message(CLIENT, "С возвращением")).text == "С возвращением"


async def test_inspect_shows_messages_as_the_contract_says(world: World) -> None:
    await world.greeted()
    sent = await world.bot.send_message(CLIENT, "<i>Цена</i>", parse_mode="HTML", reply_markup=keyboard(("КП", "kp")))
    file = await world.bot.send_document(CLIENT, BufferedInputFile(b"%PDF", "КП № 1.pdf"), caption="Вот")
    await world.bot.edit_message_text("Цена 5", chat_id=CLIENT, message_id=sent.message_id)
    await world.bot.delete_message(CLIENT, file.message_id)
    first, hello, price, document = await world.play.messages()
    assert (first["text"], first["from_bot"], first["user"]) == ("/start", False, CLIENT)
    assert (hello["from_bot"], hello["thread"], hello["filename"]) == (True, None, None)
    assert (price["text"], price["edited"], price["buttons"]) == ("Цена 5", True, [])
    assert price["edits"][0]["buttons"] == [[{"text": "КП", "data": "kp"}]]
    assert (document["filename"], document["text"], document["deleted"]) == ("КП № 1.pdf", "Вот", True)
    async with world.play.http.get(f"{world.play.base}/inspect/telegram/file?message={file.message_id}") as response:
        assert await response.read() == b"%PDF"
        assert "attachment" in response.headers["Content-Disposition"]


async def test_an_album_a_copy_and_a_forward(world: World) -> None:
    await world.greeted()
    files = [InputMediaDocument(media=BufferedInputFile(b"a" * n, f"{n}.pdf"), caption=f"{n}") for n in (1, 2)]
    album = await world.bot.send_media_group(CLIENT, files)
    assert [m.document.file_size for m in album if m.document] == [1, 2]
    copied = await world.bot.copy_message(GROUP, CLIENT, album[0].message_id)
    forwarded = await world.bot.forward_message(GROUP, CLIENT, album[1].message_id)
    assert forwarded.forward_origin is not None
    copy, forward = await world.play.messages(GROUP)
    assert (copy["message"], copy["filename"], copy["text"]) == (copied.message_id, "1.pdf", "1")
    assert forward["filename"] == "2.pdf"


async def test_the_bot_describes_itself(world: World) -> None:
    bot = world.bot
    assert (await bot.get_me()).is_bot is True
    await bot.set_my_commands([BotCommand(command="start", description="Начать")])
    assert await bot.set_my_commands(
        [BotCommand(command="start", description="Начать")], scope=BotCommandScopeAllPrivateChats()
    )
    assert (await bot.get_my_commands())[0].command == "start"
    assert await bot.set_my_description("Считает")
    assert (await bot.get_my_description()).description == "Считает"
    assert await bot.set_my_short_description("ИИ-помощник")
    assert await bot.set_chat_menu_button()
    assert await bot.send_chat_action(GROUP, "typing")
    assert await bot.pin_chat_message(GROUP, (await bot.send_message(GROUP, "Правила")).message_id)
    assert await bot.log_out()
    assert await bot.close()


BAD_ACTIONS = [
    {},
    {"text": ""},
    {"text": 5},
    {"text": "x", "chat": "501"},
    {"text": "x", "chat": 502},
    {"text": "x", "user": 0},
    {"text": "x", "surprise": 1},
    {"text": "x", "thread": 5},
    {"text": "x", "reply_to": 77},
    {"text": "x", "copies": 99},
    {"start": "два слова"},
    {"message": 5, "data": "x"},
    {"file": "не base64", "kind": "document"},
    {"file": "AAAA", "kind": "film"},
    {"file": "AAAA", "kind": {}},
    {"edit": 5, "text": "x"},
    {"stop": 5},
    {"block": "да"},
    {"contact": ""},
]


@pytest.mark.parametrize("action", BAD_ACTIONS)
async def test_a_bad_action_is_refused_and_changes_nothing(world: World, action: dict[str, object]) -> None:
    status, code = await world.play.refused(**action)
    assert status in (400, 404)
    assert code in ("bad_request", "not_found")
    assert await world.play.messages() == []

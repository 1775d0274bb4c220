"""The session keeps aiogram's promises, and a message and its journal mark stand or fall together."""

import asyncio
import io
from typing import Any
from uuid import uuid4

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import (
    AnswerCallbackQuery,
    CopyMessage,
    DeleteMessage,
    DeleteMessages,
    DeleteMyCommands,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    GetMe,
    SendChatAction,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendMessageDraft,
    SendPhoto,
    SetChatMenuButton,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
    TelegramMethod,
)
from aiogram.methods.base import Response
from aiogram.types import BotCommand, BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, Message
from site_world import Visitor, World

from adapters.channel import current_delivery
from adapters.site.session import DeliveryRefused, SiteSession
from infra.cache import Cache

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data="yes")]])
PDF = BufferedInputFile(b"%PDF-1.7 proposal", "КП на 220 000.pdf")


class Journal:
    """Stands for the journal's mark: writes into a table of its own on the connection it is given."""

    def __init__(self, *, owned: bool = True) -> None:
        self.owned = owned
        self.marks: list[str] = []

    async def record(self, connection: Any, external_id: str) -> bool:
        await connection.execute(
            "INSERT INTO inbox_held (account_id, external_id, payload, reason) VALUES (2, $1, '', 'mark')",
            f"mark-{external_id}-{len(self.marks)}",
        )
        self.marks.append(external_id)
        return self.owned


async def marks(world: World) -> int:
    return int(await world.db.pool.fetchval("SELECT count(*) FROM inbox_held"))


@pytest.fixture
async def visitor(world: World) -> Visitor:
    visitor = await world.visitor()
    await visitor.met()
    return visitor


async def test_every_supported_method_returns_what_it_promises(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    text = await world.bot.send_message(chat, "Первое", reply_markup=KEYBOARD)
    file = await world.bot.send_document(chat, PDF)
    doomed = [(await world.bot.send_message(chat, "x")).message_id for _ in range(3)]
    methods: list[TelegramMethod[Any]] = [
        SendMessage(chat_id=chat, text="<b>Ответ</b>", reply_markup=KEYBOARD),
        SendDocument(chat_id=chat, document=PDF, caption="КП"),
        SendDocument(chat_id=chat, document=file.document.file_id),
        SendPhoto(chat_id=chat, photo=BufferedInputFile(b"\xff\xd8\xff", "page.jpg")),
        EditMessageText(chat_id=chat, message_id=text.message_id, text="Иначе", reply_markup=KEYBOARD),
        EditMessageText(chat_id=chat, message_id=text.message_id, text="Иначе", reply_markup=KEYBOARD),
        EditMessageReplyMarkup(chat_id=chat, message_id=text.message_id),
        EditMessageCaption(chat_id=chat, message_id=file.message_id, caption="Новая подпись"),
        DeleteMessage(chat_id=chat, message_id=doomed[0]),
        DeleteMessages(chat_id=chat, message_ids=doomed[1:]),
        SendChatAction(chat_id=chat, action="typing"),
        SendMessageDraft(chat_id=chat, draft_id=1, text="Пишу"),
        AnswerCallbackQuery(callback_query_id=f"{chat}:1"),
        AnswerCallbackQuery(callback_query_id=f"{chat}:1", text="Готово", show_alert=True),
        GetMe(),
        GetFile(file_id=file.document.file_id),
        SetMyCommands(commands=[BotCommand(command="start", description="Начать")]),
        DeleteMyCommands(),
        SetMyName(name="x"),
        SetMyDescription(description="x"),
        SetMyShortDescription(short_description="x"),
        SetChatMenuButton(),
    ]
    for method in methods:
        result = await world.bot(method)
        response = Response[method.__returning__].model_validate({"ok": True, "result": result})
        assert response.result is not None, method
        if isinstance(result, Message):
            assert result.bot is world.bot
            assert result.chat.id == chat
            assert result.from_user.id == world.bot.id


async def test_what_is_not_supported_is_refused_and_never_silently_done(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    for method in (
        CopyMessage(chat_id=chat, from_chat_id=chat, message_id=1),
        SendMediaGroup(chat_id=chat, media=[]),
    ):
        with pytest.raises(TelegramBadRequest, match="not supported on site"):
            await world.bot(method)


async def test_a_message_is_an_event_whose_id_is_its_number(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    sent = await world.bot.send_message(chat, "Цена <b>286 000 ₽</b>", reply_markup=KEYBOARD)
    [event] = await visitor.poll()
    assert sent.message_id == event["id"] == event["message"]
    assert sent.text == "Цена 286 000 ₽"
    assert sent.reply_markup == KEYBOARD
    assert event["type"] == "message"
    assert event["text"] == "Цена <b>286 000 ₽</b>"
    assert event["html"] is True
    assert event["buttons"] == [[{"text": "Да", "data": "yes"}]]
    assert event["author"] == "bot"
    assert event["at"].endswith("Z")
    raw = await world.db.pool.fetchval("SELECT payload FROM site_event")
    assert "Цена".encode() not in raw


async def test_edits_name_the_message_and_keep_what_they_do_not_change(world: World, visitor: Visitor) -> None:
    sent = await world.bot.send_message(await visitor.chat_id(), "Где?", reply_markup=KEYBOARD)
    await sent.edit_text("Где <i>он</i>?", reply_markup=KEYBOARD)
    await sent.edit_reply_markup(reply_markup=None)
    again = await sent.edit_reply_markup(reply_markup=None)
    assert again.text == "Где он?"
    first, second = [event for event in await visitor.poll() if event["type"] == "edit"]
    assert first["message"] == second["message"] == sent.message_id
    assert (first["text"], first["buttons"]) == ("Где <i>он</i>?", [[{"text": "Да", "data": "yes"}]])
    assert (second["text"], second["buttons"]) == ("Где <i>он</i>?", [])


async def test_the_caption_of_a_document_can_be_edited(world: World, visitor: Visitor) -> None:
    sent = await world.bot.send_document(await visitor.chat_id(), PDF, caption="КП")
    edited = await sent.edit_reply_markup(reply_markup=KEYBOARD)
    assert edited.caption == "КП"
    edited = await sent.edit_caption(caption="КП на подпись")
    assert edited.document.file_name == "КП на 220 000.pdf"
    [_, kept, changed] = await visitor.poll()
    assert (kept["text"], changed["text"]) == ("КП", "КП на подпись")


async def test_what_is_not_there_cannot_be_edited_or_deleted(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    sent = await world.bot.send_message(chat, "x")
    await sent.delete()
    for number in (sent.message_id, 999, 1_000_000_001):
        with pytest.raises(TelegramBadRequest, match="message to edit not found"):
            await world.bot.edit_message_text("y", chat_id=chat, message_id=number)
        with pytest.raises(TelegramBadRequest, match="message to delete not found"):
            await world.bot.delete_message(chat, number)
    assert [event["type"] for event in await visitor.poll()] == ["message", "delete"]


async def test_a_chat_that_is_not_there_and_one_that_was_forgotten(world: World, visitor: Visitor) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await world.bot.send_message(555, "x")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await world.bot.send_document(555, PDF)
    assert await world.bot.send_chat_action(555, "typing")
    chat = await visitor.chat_id()
    await world.bot.send_message(chat, "Останется ли?")
    key = await world.db.pool.fetchval("SELECT key_id FROM conversation WHERE chat_id = $1", chat)
    await world.db.pool.execute("UPDATE data_key SET wrapped = NULL WHERE id = $1", key)
    world.keys.forget(key)
    with pytest.raises(TelegramForbiddenError, match="forgotten"):
        await world.bot.send_message(chat, "x")
    assert await world.bot.send_chat_action(chat, "typing")
    assert await visitor.poll() == []


async def test_the_mark_is_written_with_the_message(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    journal = Journal()
    token = current_delivery.set(journal)
    try:
        sent = await world.bot.send_message(chat, "Раз")
        await sent.edit_text("Два")
        await sent.edit_text("Два")
        file = await world.bot.send_document(chat, PDF)
        await sent.delete()
    finally:
        current_delivery.reset(token)
    number = str(sent.message_id)
    assert journal.marks == [number, number, number, str(file.message_id), number]
    assert await marks(world) == 5


async def test_without_the_mark_there_is_no_message(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    sent = await world.bot.send_message(chat, "Стоит")
    token = current_delivery.set(Journal(owned=False))
    try:
        for attempt in (
            world.bot.send_message(chat, "Не должно стоять"),
            world.bot.send_document(chat, PDF),
            sent.edit_text("Не должно стоять"),
            sent.delete(),
        ):
            with pytest.raises(DeliveryRefused):
                await attempt
    finally:
        current_delivery.reset(token)
    assert await marks(world) == 0
    assert await world.db.pool.fetchval("SELECT count(*) FROM stored_file") == 0
    assert [event.get("text") for event in await visitor.poll()] == ["Стоит"]


async def test_a_send_cancelled_in_the_middle_leaves_nothing(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    entered = asyncio.Event()

    class Slow(Journal):
        async def record(self, connection: Any, external_id: str) -> bool:
            entered.set()
            await asyncio.Event().wait()
            return True

    token = current_delivery.set(Slow())
    try:
        task = asyncio.ensure_future(world.bot.send_message(chat, "x"))
    finally:
        current_delivery.reset(token)
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await world.bot.send_message(chat, "y")
    assert [event["text"] for event in await visitor.poll()] == ["y"]


async def test_a_file_goes_out_by_a_signed_link_and_can_be_sent_again_by_its_id(world: World, visitor: Visitor) -> None:
    chat = await visitor.chat_id()
    sent = await world.bot.send_document(chat, PDF, caption="<b>КП</b>")
    again = await world.bot.send_document(chat, sent.document.file_id)
    assert again.document.file_id == sent.document.file_id
    first, second = await visitor.poll()
    assert (first["filename"], first["size"], first["caption"]) == ("КП на 220 000.pdf", 17, "<b>КП</b>")
    assert "file" not in first
    answer = await world.client.get(second["url"])
    assert answer.status == 200
    assert await answer.read() == b"%PDF-1.7 proposal"
    stranger = await (other := await world.visitor()).met()
    for wrong in (sent.document.file_id, str(uuid4()), "https://a.example/x.pdf"):
        with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
            await world.bot.send_document(stranger, wrong)
    assert await other.poll() == []


async def test_empty_and_huge_files_are_refused(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await visitor.chat_id()
    with pytest.raises(TelegramBadRequest, match="non-empty"):
        await world.bot.send_document(chat, BufferedInputFile(b"", "x.pdf"))
    monkeypatch.setattr("adapters.site.session.OUTGOING_LIMIT", 10)
    with pytest.raises(TelegramBadRequest, match="too big"):
        await world.bot.send_document(chat, PDF)


async def test_what_a_visitor_uploaded_can_be_downloaded_by_its_file_id(world: World, visitor: Visitor) -> None:
    body = b"%PDF-" + bytes(range(256)) * 4_000
    assert (await visitor.upload("card.pdf", body)).status == 202
    file_id = str(await world.db.pool.fetchval("SELECT id FROM stored_file"))
    target = io.BytesIO()
    await world.bot.download(file_id, destination=target)
    assert target.getvalue() == body
    with pytest.raises(TelegramBadRequest, match="wrong file_id"):
        await world.bot.get_file("not a uuid")
    with pytest.raises(TelegramBadRequest, match="wrong file_id"):
        await world.bot.get_file(str(uuid4()))


async def test_fleeting_calls_do_nothing_without_redis(world: World, visitor: Visitor) -> None:
    away = Cache("redis://127.0.0.1:1/0")
    session = SiteSession(
        world.db,
        away,
        world.clock,
        world.log,
        world.files,
        world.session._key_of,
        b"secret",
    )
    bot = Bot("2:site", session=session)
    chat = await visitor.chat_id()
    assert await bot.send_message_draft(chat, 1, text="Пишу")
    assert await bot.send_chat_action(chat, "typing")
    assert (await bot.send_message(chat, "Дошло")).text == "Дошло"
    await session.close()
    await away.close()

"""Every refusal a bot meets, in Telegram's own words, and the limits on sending."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from sandbox_kit import CLIENT, GROUP, World

OLD = 3 * 24 * 3600

REFUSALS: list[tuple[str, Callable[[Bot, int], Awaitable[Any]]]] = [
    ("message text is empty", lambda b, _: b.send_message(CLIENT, "")),
    ("text must be non-empty", lambda b, _: b.send_message(CLIENT, " \n ")),
    ("message is too long", lambda b, _: b.send_message(CLIENT, "я" * 4097)),
    ("chat not found", lambda b, _: b.send_message(777, "x")),
    ("chat not found", lambda b, _: b.send_message("@nobody", "x")),
    ("can't parse entities: Unsupported start tag", lambda b, _: b.send_message(CLIENT, "1 < 2", parse_mode="HTML")),
    ("unsupported parse_mode", lambda b, _: b.send_message(CLIENT, "x", parse_mode="BBCode")),
    ("message thread not found", lambda b, _: b.send_message(GROUP, "x", message_thread_id=4)),
    ("message thread not found", lambda b, _: b.send_message(CLIENT, "x", message_thread_id=4)),
    (
        "message to be replied not found",
        lambda b, _: b.send_message(CLIENT, "x", reply_parameters=ReplyParameters(message_id=99)),
    ),
    (
        "BUTTON_DATA_INVALID",
        lambda b, _: b.send_message(
            CLIENT,
            "x",
            reply_markup=InlineKeyboardMarkup(
                inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="x" * 65)]]
            ),
        ),
    ),
    ("message caption is too long", lambda b, _: b.send_document(CLIENT, _pdf(), caption="я" * 1025)),
    ("wrong remote file identifier specified", lambda b, _: b.send_document(CLIENT, "no-such-file")),
    ("failed to get HTTP URL content", lambda b, _: b.send_photo(CLIENT, "http://127.0.0.1/a.png")),
    ("IMAGE_PROCESS_FAILED", lambda b, _: b.send_photo(CLIENT, BufferedInputFile(b"<svg/>", "a.png"))),
    ("file must be non-empty", lambda b, _: b.send_document(CLIENT, BufferedInputFile(b"", "a.pdf"))),
    (
        "message is not modified: specified new",
        lambda b, m: _edit(b, m, "Здравствуйте"),
    ),
    ("message to edit not found", lambda b, _: _edit(b, 99, "x")),
    ("message can't be edited", lambda b, _: _edit(b, 1, "x")),
    (
        "there is no caption in the message to edit",
        lambda b, m: _caption(b, m, "x"),
    ),
    ("message identifier is not specified", lambda b, _: b.edit_message_text("x", chat_id=CLIENT)),
    ("message to delete not found", lambda b, _: b.delete_message(CLIENT, 99)),
    ("message to copy not found", lambda b, _: b.copy_message(GROUP, CLIENT, 99)),
    ("message to forward not found", lambda b, _: b.forward_message(GROUP, CLIENT, 99)),
    ("message to pin not found", lambda b, _: b.pin_chat_message(CLIENT, 99)),
    ("query is too old and response timeout expired or query ID is invalid", lambda b, _: b.answer_callback_query("5")),
    ("wrong parameter action in request", lambda b, _: b.send_chat_action(CLIENT, "dancing")),
    ("TEXTDRAFT_PEER_INVALID", lambda b, _: b.send_message_draft(GROUP, 1, text="x")),
    ("invalid draft_id specified", lambda b, _: b.send_message_draft(CLIENT, 0, text="x")),
    ("the chat is not a forum", lambda b, _: b.create_forum_topic(CLIENT, "x")),
    ("TOPIC_ID_INVALID", lambda b, _: b.close_forum_topic(GROUP, 4)),
    ("there are no administrators in the private chat", lambda b, _: b.get_chat_administrators(CLIENT)),
    ("invalid file_id", lambda b, _: b.get_file("x")),
    ("bad webhook: An HTTPS URL must be provided for webhook", lambda b, _: b.set_webhook("ftp://a.ru")),
    ("secret token contains unallowed characters", lambda b, _: b.set_webhook("http://a.ru", secret_token="а б")),
]


def _edit(bot: Bot, message: int, text: str) -> Awaitable[Any]:
    return bot.edit_message_text(text, chat_id=CLIENT, message_id=message)


def _caption(bot: Bot, message: int, text: str) -> Awaitable[Any]:
    return bot.edit_message_caption(chat_id=CLIENT, message_id=message, caption=text)


def _pdf() -> BufferedInputFile:
    return BufferedInputFile(b"%PDF", "a.pdf")


@pytest.mark.parametrize(("words", "call"), REFUSALS, ids=[f"{n} {w[:32]}" for n, (w, _) in enumerate(REFUSALS)])
async def test_refusal(world: World, words: str, call: Callable[[Bot, int], Awaitable[Any]]) -> None:
    hello = await world.greeted()
    with pytest.raises(TelegramBadRequest) as refusal:
        await call(world.bot, hello.message_id)
    assert refusal.value.message.startswith(f"Bad Request: {words}")


async def test_old_things_cannot_be_deleted_nor_answered(world: World) -> None:
    hello = await world.greeted()
    await world.play.act(message=hello.message_id, data="stale")
    query = (await world.update()).callback_query
    assert query is not None
    await world.play.post("/play/clock", {"advance": OLD})
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await world.bot.delete_message(CLIENT, hello.message_id)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await world.bot.answer_callback_query(query.id)


async def test_a_bot_taken_out_of_the_group_is_no_member(world: World) -> None:
    await world.play.act(chat=GROUP, user=9001, remove=True)
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot is not a member of the supergroup chat"):
        await world.bot.send_message(GROUP, "Лид")


async def test_a_wrong_token_is_unauthorized(world: World) -> None:
    for token in ("1:a b", "1:кот", "0:x"):
        async with world.play.http.get(f"{world.play.base}/telegram/bot{token}/getMe") as response:
            assert response.status == 401
            assert (await response.json())["description"].startswith("Unauthorized")
    with pytest.raises(TelegramUnauthorizedError, match="Unauthorized: invalid token specified"):
        await Bot("5:кот", session=world.bot.session).get_me()
    assert (await Bot("5:known", session=world.bot.session).get_me()).id == 5


STRANGE_BUTTON = {"inline_keyboard": [[{"text": "a", "callback_data": "b", "colour": 1}]]}
RAW: list[tuple[str, dict[str, Any], int, str]] = [
    ("sendMessages", {}, 404, "Not Found: method not found"),
    ("sendDice", {"chat_id": CLIENT}, 501, "Not Implemented: sendDice is not part of the simulated world"),
    ("sendMessage", {"text": "x"}, 400, "chat_id is empty"),
    ("sendMessage", {"chat_id": CLIENT}, 400, "message text is empty"),
    ("sendMessage", {"chat_id": [1], "text": "x"}, 400, "chat not found"),
    ("sendMessage", {"chat_id": CLIENT, "text": 5}, 400, 'field "text" must be of type String'),
    ("sendMessage", {"chat_id": 1, "text": "x", "colour": 1}, 400, 'unknown parameter "colour" of sendMessage'),
    (
        "sendMessage",
        {"chat_id": CLIENT, "text": "x", "reply_markup": "{"},
        400,
        "can't parse reply keyboard markup JSON object",
    ),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": []}, 400, "object expected as reply markup"),
    (
        "sendMessage",
        {"chat_id": CLIENT, "text": "x", "reply_markup": STRANGE_BUTTON},
        400,
        'unknown field "colour" in InlineKeyboardButton',
    ),
    (
        "editMessageText",
        {"chat_id": CLIENT, "text": "x", "message_id": "сто"},
        400,
        'field "message_id" must be of type Number',
    ),
    ("sendMediaGroup", {"chat_id": CLIENT, "media": {}}, 400, "expected an Array of InputMedia"),
    (
        "setMyCommands",
        {"commands": [{"command": "start"}]},
        400,
        "can't parse BotCommand: Can't find field \"description\"",
    ),
    ("setMyCommands", {"commands": [{"command": "Старт", "description": "x"}]}, 400, "BOT_COMMAND_INVALID"),
    ("sendDocument", {"chat_id": CLIENT}, 400, "there is no document in the request"),
    ("sendDocument", {"chat_id": CLIENT, "document": "attach://no"}, 400, "there is no document in the request"),
    ("getFile", {}, 400, "file_id not specified"),
]


@pytest.mark.parametrize(("method", "body", "status", "words"), RAW, ids=range(len(RAW)))
async def test_raw_requests(world: World, method: str, body: dict[str, Any], status: int, words: str) -> None:
    await world.greeted()
    answered, answer = await world.play.post(f"/telegram/bot7000000001:test-bot/{method}", body)
    words = words if status != 400 else f"Bad Request: {words}"
    assert (answered, answer) == (status, {"ok": False, "error_code": status, "description": words})
    call = (await world.play.get("/inspect/telegram/calls"))[-1]
    assert (call["method"], call["status"], call["description"]) == (method, status, words)


async def test_methods_are_found_in_any_case_and_by_get(world: World) -> None:
    async with world.play.http.get(f"{world.play.base}/telegram/bot5:x/getme") as response:
        assert (await response.json())["result"]["id"] == 5
    with pytest.raises(TelegramNotFound):
        await _unknown(world.bot)


async def _unknown(bot: Bot) -> None:
    from aiogram.methods import GetMe

    class GetYou(GetMe):
        __api_method__ = "getYou"

    await bot(GetYou())


async def test_too_many_messages_to_one_chat(strict_world: World) -> None:
    world = strict_world
    await world.greeted()
    for number in range(5):
        await world.bot.send_message(CLIENT, f"{number}")
    with pytest.raises(TelegramRetryAfter) as refusal:
        await _flood(world.bot, CLIENT)
    assert refusal.value.retry_after >= 1
    assert f"Too Many Requests: retry after {refusal.value.retry_after}" in refusal.value.message
    assert len(await world.play.messages()) < 14


async def test_twenty_a_minute_to_a_group_pass_and_thirty_do_not(strict_world: World) -> None:
    bot = strict_world.bot
    for number in range(20):
        await bot.send_message(GROUP, f"{number}")
    with pytest.raises(TelegramRetryAfter):
        await _flood(bot, GROUP)


async def _flood(bot: Bot, chat: int) -> None:
    for number in range(20):
        await bot.send_message(chat, f"{number}")

"""The session toward Telegram: pace, `retry_after`, markup, long texts, and what is known of a failed call."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import web

from adapters.channel import patience
from adapters.telegram import session as module
from adapters.telegram.session import TelegramSession
from infra.cache import Cache
from infra.errors import VendorDown
from tests.adapters.telegram.stub_server import Stub, cut, drop, hang, ok, refused, serving

SECRET = "AA-the-secret-part-of-the-token-0000"
TOKEN = f"4242424242:{SECRET}"


async def bad_markup(_: web.Request) -> web.StreamResponse:
    return refused(400, "Bad Request: can't parse entities: Unsupported start tag at byte offset 0")


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with serving() as one:
        yield one


@pytest.fixture
async def bot(stub: Stub, cache: Cache) -> AsyncIterator[Bot]:
    async with connected(stub.url, cache) as one:
        yield one


def connected(url: str, cache: Cache, **options: object) -> Bot:
    session = TelegramSession(url, cache, b"test", **options)  # type: ignore[arg-type]  # handed on by name
    return Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML"))


@pytest.fixture
def real_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRIVATE", (1.0, 4.0))
    monkeypatch.setattr(module, "GROUP", (20 / 60, 15.0))


async def test_a_message_is_sent_with_its_markup(stub: Stub, bot: Bot) -> None:
    sent = await bot.send_message(7, "<b>Здравствуйте</b>")
    assert sent.message_id == 1
    assert stub.calls == [("sendMessage", {"chat_id": "7", "text": "<b>Здравствуйте</b>", "parse_mode": "HTML"})]


async def test_refused_markup_goes_out_as_plain_text(stub: Stub, bot: Bot) -> None:
    stub.answers = [bad_markup]
    await bot.send_message(7, "<цена> 5 &lt; 7 <b>и точка</b>")
    assert stub.calls[1][1]["text"] == "<цена> 5 < 7 и точка"
    assert "parse_mode" not in stub.calls[1][1]


async def test_a_refused_caption_goes_out_as_plain_text(stub: Stub, bot: Bot) -> None:
    stub.answers = [bad_markup]
    await bot.send_document(7, "file-id", caption="<b>Договор</i>")
    assert stub.calls[1][1]["caption"] == "Договор"
    assert "parse_mode" not in stub.calls[1][1]


async def test_other_refusals_are_not_repeated(stub: Stub, bot: Bot) -> None:
    stub.answers = [refused(400, "Bad Request: chat not found"), refused(403, "Forbidden: bot was blocked by the user")]
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(7, "раз")
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(7, "два")
    assert len(stub.calls) == 2


async def test_a_long_text_comes_in_parts_with_the_buttons_under_the_last(stub: Stub, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data="y")]])
    text = "<b>Начало</b> " + "слово " * 20_000
    last = await bot.send_message(7, text, reply_markup=keyboard)
    texts = [fields["text"] for _, fields in stub.calls]
    assert all(len(one) <= 4096 for one in texts)
    assert " ".join(" ".join(texts).split()) == " ".join(text.replace("<b>", "").replace("</b>", "").split())
    assert ["reply_markup" in fields for _, fields in stub.calls] == [False] * (len(texts) - 1) + [True]
    assert last.message_id == len(stub.calls)


async def test_a_long_text_without_markup_stays_as_it_is_written(stub: Stub, bot: Bot) -> None:
    text = "a < b & c " * 1000
    await bot.send_message(7, text, parse_mode=None)
    assert " ".join(" ".join(fields["text"] for _, fields in stub.calls).split()) == text.strip()


async def test_an_edit_and_a_caption_over_the_limit_are_cut(stub: Stub, bot: Bot) -> None:
    await bot.edit_message_text("слово " * 2000, chat_id=7, message_id=1)
    await bot.send_document(7, "file-id", caption="слово " * 2000)
    assert 3500 < len(stub.calls[0][1]["text"]) <= 4096
    assert 900 < len(stub.calls[1][1]["caption"]) <= 1024


async def test_a_long_text_cut_off_in_the_middle_may_have_been_seen(stub: Stub, bot: Bot) -> None:
    stub.answers = [None, refused(429, "Too Many Requests: retry after 90", retry_after=90)]
    with pytest.raises(TelegramNetworkError) as caught:
        await bot.send_message(7, "слово " * 1000)
    assert caught.value.reached is True  # type: ignore[attr-defined]  # set by the session for the journal


async def test_a_short_retry_after_is_waited_for(stub: Stub, bot: Bot) -> None:
    stub.answers = [refused(429, "Too Many Requests: retry after 1", retry_after=1)]
    started = time.monotonic()
    await bot.send_message(7, "привет")
    assert time.monotonic() - started >= 1
    assert len(stub.calls) == 2


async def test_a_long_retry_after_is_raised_at_once(stub: Stub, bot: Bot) -> None:
    stub.answers = [refused(429, "Too Many Requests: retry after 40", retry_after=40)]
    started = time.monotonic()
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(7, "привет")
    assert caught.value.retry_after == 40
    assert time.monotonic() - started < 1


async def test_a_server_that_is_not_there_was_not_reached(cache: Cache) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with connected(f"http://127.0.0.1:{port}", cache) as bot:
        with pytest.raises(TelegramNetworkError) as caught:
            await bot.send_message(7, "привет")
    assert caught.value.reached is False  # type: ignore[attr-defined]  # set by the session for the journal
    assert SECRET not in repr(caught.value) + str(caught.value)


async def test_a_connection_that_is_never_made_was_not_reached(
    stub: Stub, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aiohttp import ConnectionTimeoutError

    async with connected(stub.url, cache) as bot:

        async def no_connection(*_: object, **__: object) -> None:
            raise ConnectionTimeoutError("Connection timeout to host")

        client = await bot.session.create_session()  # type: ignore[attr-defined]  # aiogram's own session has it
        monkeypatch.setattr(client, "_request", no_connection)
        with pytest.raises(TelegramNetworkError) as caught:
            await bot.send_message(7, "привет")
    assert caught.value.reached is False  # type: ignore[attr-defined]  # set by the session for the journal


@pytest.mark.parametrize(
    "answer",
    [
        drop,
        cut,
        web.Response(body=b"<html>502 Bad Gateway</html>", content_type="text/html", status=502),
        web.Response(body=b"\xff\xfe\xfa", content_type="application/json"),
        web.Response(body=b"[]", content_type="application/json"),
        web.Response(body=b'{"ok": true, "result": {"message_id": "first"}}', content_type="application/json"),
    ],
    ids=["dropped", "cut", "html", "no text", "no object", "another shape"],
)
async def test_an_answer_that_says_nothing_may_have_been_a_success(stub: Stub, bot: Bot, answer: object) -> None:
    stub.answers = [answer]
    with pytest.raises(TelegramNetworkError) as caught:
        await bot.send_message(7, "привет")
    assert caught.value.reached is True  # type: ignore[attr-defined]  # set by the session for the journal
    assert SECRET not in repr(caught.value) + str(caught.value)
    assert len(stub.calls) == 1, "not repeated here: the journal decides"


async def test_a_server_error_is_told_apart(stub: Stub, bot: Bot) -> None:
    stub.answers = [refused(500, "Internal Server Error")]
    with pytest.raises(TelegramServerError) as caught:
        await bot.send_message(7, "привет")
    assert SECRET not in repr(caught.value) + str(caught.value)


async def test_every_call_has_a_deadline(stub: Stub, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CALL_SECONDS", 0.2)
    stub.answers = [hang]
    async with asyncio.timeout(3):
        with pytest.raises(TelegramNetworkError) as caught:
            await bot.send_message(7, "привет")
    assert caught.value.reached is True  # type: ignore[attr-defined]  # set by the session for the journal


async def test_a_chat_gets_a_burst_and_then_waits(stub: Stub, bot: Bot, real_pace: None) -> None:
    started = time.monotonic()
    for number in range(4):
        await bot.send_message(7, str(number))
    await bot.send_message(7, "пятое")
    assert time.monotonic() - started >= 0.5
    await bot.send_message(8, "другому сразу")
    assert [fields["chat_id"] for _, fields in stub.calls] == ["7"] * 5 + ["8"]


async def test_a_group_over_its_pace_is_put_off_by_name(stub: Stub, bot: Bot, real_pace: None) -> None:
    patience.set(0.5)
    results = await asyncio.gather(*(bot.send_message(-100500, str(n)) for n in range(21)), return_exceptions=True)
    put_off = [one for one in results if isinstance(one, TelegramRetryAfter)]
    assert 4 <= len(put_off) <= 6
    assert all(1 <= one.retry_after <= 4 for one in put_off)
    assert len(stub.calls) == 21 - len(put_off)


async def test_the_whole_bot_keeps_one_pace(stub: Stub, cache: Cache) -> None:
    async with connected(stub.url, cache, rate=20) as bot:
        started = time.monotonic()
        await asyncio.gather(*(bot.send_message(chat, "раз") for chat in range(1, 41)))
        assert 0.8 <= time.monotonic() - started < 4


async def test_what_nobody_notices_is_not_paced(stub: Stub, bot: Bot, real_pace: None) -> None:
    started = time.monotonic()
    for _ in range(10):
        await bot.send_chat_action(7, "typing")
    assert time.monotonic() - started < 1
    assert len(stub.calls) == 10


async def test_calls_go_through_the_proxy(stub: Stub, cache: Cache) -> None:
    async with connected("http://api.telegram.example", cache, proxy=stub.url) as bot:
        await bot.send_message(7, "привет")
    assert [name for name, _ in stub.calls] == ["sendMessage"]


async def test_a_file_that_does_not_come_shows_no_token(stub: Stub, bot: Bot) -> None:
    stub.answers = [
        ok({"file_id": "x", "file_unique_id": "x", "file_path": "documents/1.pdf"}),
        refused(404, "Not Found"),
    ]
    with pytest.raises(VendorDown) as caught:
        await bot.download("x", BytesIO())
    assert "404" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert SECRET not in str(caught.value.__cause__)


async def test_a_file_arrives_whole(stub: Stub, bot: Bot) -> None:
    body = bytes(range(256)) * 1000
    stub.answers = [
        ok({"file_id": "x", "file_unique_id": "x", "file_path": "documents/1.pdf"}),
        web.Response(body=body),
    ]
    into = BytesIO()
    await bot.download("x", into)
    assert into.getvalue() == body


def test_the_address_is_built_from_the_setting() -> None:
    server = TelegramAPIServer.from_base("http://127.0.0.1:8090/telegram")
    assert server.api_url("1:a", "getMe") == "http://127.0.0.1:8090/telegram/bot1:a/getMe"

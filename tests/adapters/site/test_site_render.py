"""Bot API methods as the page gets them, and Telegram's HTML made safe."""

import re
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ChatAction, ParseMode
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    PinChatMessage,
    SendChatAction,
    SendDocument,
    SendLocation,
    SendMessage,
    SendMessageDraft,
    SendPhoto,
)
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    WebAppInfo,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.channel import author
from adapters.site.html import plain, safe_url, sanitise
from adapters.site.render import Delete, Edit, Fleeting, New, NewFile, Nothing, NotShown, render
from adapters.site.session import SITE_TOKEN

CHAT = 1_000_000_000_007
BOT = Bot(SITE_TOKEN, default=DefaultBotProperties(parse_mode="HTML"))
PLAIN_BOT = Bot(SITE_TOKEN)
FILE = BufferedInputFile(b"%PDF-", "КП.pdf")


def keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[list(buttons)])


def test_a_message_takes_the_markup_mode_of_the_bot_unless_it_names_its_own() -> None:
    body = {"type": "message", "buttons": [], "author": "bot"}
    method = SendMessage(chat_id=CHAT, text="<b>Да</b>")
    assert render(BOT, method) == New(CHAT, {**body, "text": "<b>Да</b>", "html": True})
    assert render(PLAIN_BOT, method) == New(CHAT, {**body, "text": "<b>Да</b>", "html": False})
    mine = SendMessage(chat_id=CHAT, text="<b>Да</b>", parse_mode=None)
    assert render(BOT, mine) == New(CHAT, {**body, "text": "<b>Да</b>", "html": False})
    for mode in ("html", ParseMode.HTML):
        named = SendMessage(chat_id=CHAT, text="1 < 2 & 3", parse_mode=mode)
        assert render(PLAIN_BOT, named) == New(CHAT, {**body, "text": "1 &lt; 2 &amp; 3", "html": True})


def test_the_author_is_who_speaks_now() -> None:
    token = author.set("manager")
    try:
        shown = render(BOT, SendMessage(chat_id=CHAT, text="Здравствуйте"))
    finally:
        author.reset(token)
    assert isinstance(shown, New)
    assert shown.payload["author"] == "manager"


@pytest.mark.parametrize(
    ("markup", "buttons"),
    [
        (None, []),
        (keyboard(InlineKeyboardButton(text="Да", callback_data="y")), [[{"text": "Да", "data": "y"}]]),
        (
            keyboard(
                InlineKeyboardButton(text="Сайт", url="https://a.example/?a=1&copy=2"),
                InlineKeyboardButton(text="Нет", callback_data="n"),
            ),
            [[{"text": "Сайт", "url": "https://a.example/?a=1&copy=2"}, {"text": "Нет", "data": "n"}]],
        ),
        (
            keyboard(InlineKeyboardButton(text="Цена", web_app=WebAppInfo(url="https://a.example/calculator"))),
            [[{"text": "Цена", "url": "https://a.example/calculator"}]],
        ),
        (keyboard(InlineKeyboardButton(text="Нельзя", url="javascript:alert(1)")), []),
        (keyboard(InlineKeyboardButton(text="Искать", switch_inline_query="x")), []),
        (ForceReply(), []),
        (ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Телефон", request_contact=True)]]), []),
    ],
)
def test_buttons(markup: Any, buttons: Any) -> None:
    shown = render(BOT, SendMessage(chat_id=CHAT, text="x", reply_markup=markup))
    assert isinstance(shown, New)
    assert shown.payload["buttons"] == buttons


@pytest.mark.parametrize(
    ("method", "shown"),
    [
        (
            EditMessageText(chat_id=CHAT, message_id=4, text="<i>x</i>"),
            Edit(CHAT, 4, {"text": "<i>x</i>", "html": True, "buttons": []}, None),
        ),
        (EditMessageReplyMarkup(chat_id=CHAT, message_id=4), Edit(CHAT, 4, {"buttons": []}, None)),
        (
            EditMessageCaption(chat_id=CHAT, message_id=4),
            Edit(CHAT, 4, {"text": "", "html": True, "buttons": []}, None),
        ),
        (DeleteMessage(chat_id=CHAT, message_id=4), Delete(CHAT, (4,))),
        (SendChatAction(chat_id=CHAT, action=ChatAction.TYPING), Fleeting(CHAT, {"type": "typing"})),
        (SendMessageDraft(chat_id=CHAT, draft_id=1, text=""), Fleeting(CHAT, {"type": "typing"})),
        (
            SendMessageDraft(chat_id=CHAT, draft_id=1, text="<b>От</b> 1 &lt; 2"),
            Fleeting(CHAT, {"type": "draft", "text": "От 1 < 2"}),
        ),
        (AnswerCallbackQuery(callback_query_id=f"{CHAT}:5"), Nothing()),
        (AnswerCallbackQuery(callback_query_id="of another channel", text="x"), Nothing()),
        (
            AnswerCallbackQuery(callback_query_id=f"{CHAT}:5", text="Уже спросил"),
            Fleeting(CHAT, {"type": "draft", "text": "Уже спросил", "notice": True}),
        ),
        (
            SendDocument(chat_id=CHAT, document=FILE, caption="<b>КП</b>"),
            NewFile(
                CHAT,
                {"type": "document", "caption": "<b>КП</b>", "html": True, "buttons": [], "author": "bot"},
                FILE,
                False,
            ),
        ),
        (
            SendPhoto(chat_id=CHAT, photo="stored-id", parse_mode=None),
            NewFile(
                CHAT,
                {"type": "document", "caption": "", "html": False, "buttons": [], "author": "bot"},
                "stored-id",
                True,
            ),
        ),
    ],
)
def test_each_method_becomes_what_a_page_can_show(method: Any, shown: Any) -> None:
    assert render(BOT, method) == shown


@pytest.mark.parametrize(
    ("method", "text"),
    [
        (SendMessage(chat_id=CHAT, text="  "), "text is empty"),
        (SendMessage(chat_id="@channel", text="x"), "chat not found"),
        (SendMessage(chat_id=-5, text="x"), "chat not found"),
        (EditMessageText(inline_message_id="x", text="x"), "identifier is not specified"),
        (SendLocation(chat_id=CHAT, latitude=1, longitude=1), "SendLocation is not supported on site"),
        (PinChatMessage(chat_id=CHAT, message_id=1), "PinChatMessage is not supported on site"),
    ],
)
def test_what_the_site_cannot_do_is_said(method: Any, text: str) -> None:
    with pytest.raises(NotShown, match=text):
        render(BOT, method)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("просто текст", "просто текст"),
        (
            "<b>a</b> <strong>b</strong> <em>c</em> <ins>d</ins> <del>e</del>",
            "<b>a</b> <b>b</b> <i>c</i> <u>d</u> <s>e</s>",
        ),
        ('<a href="https://a.example/?x=1&amp;y=2">a</a>', '<a href="https://a.example/?x=1&amp;y=2">a</a>'),
        ("<a href='https://a.example'>a</a>", '<a href="https://a.example">a</a>'),
        ('<a href="javascript:alert(1)">a</a>', "a"),
        ('<a href=" jAvAsCrIpT&#58;alert(1)">a</a>', "a"),
        ('<a onclick="x()" href="https://a.example">a</a>', '<a href="https://a.example">a</a>'),
        ('<a href="https://a.example/\'onmouseover=x">a</a>', '<a href="https://a.example/&#x27;onmouseover=x">a</a>'),
        ("<a>a</a>", "a"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=alert(1)>b", "b"),
        ("<svg/onload=alert(1)>", "&lt;svg/onload=alert(1)&gt;"),
        ("<b>не закрыт", "<b>не закрыт</b>"),
        ("<b><i>накрест</b></i>", "<b><i>накрест</i></b>"),
        ("</b>лишний", "лишний"),
        ("1 < 2 и 3 > 2 & всё", "1 &lt; 2 и 3 &gt; 2 &amp; всё"),
        ("a &lt;b&gt; &amp;lt; &copy; &copy=1", "a &lt;b&gt; &amp;lt; © &amp;copy=1"),
        ("раз<br>два<br/>три", "раз\nдва\nтри"),
        ('<span class="tg-spoiler">с</span><span>п</span>', "<tg-spoiler>с</tg-spoiler>п"),
        ('<pre><code class="language-python">x</code></pre>', "<pre><code>x</code></pre>"),
        ("<blockquote expandable>q</blockquote>", "<blockquote>q</blockquote>"),
        ('<tg-emoji emoji-id="1">👍</tg-emoji>', "👍"),
        ('<b title="a>b">x</b>', '<b>b"&gt;x</b>'),
    ],
)
def test_markup_is_reduced_to_telegrams_tags(given: str, safe: str) -> None:
    assert sanitise(given) == safe
    assert sanitise(safe) == safe


def test_markup_read_as_text() -> None:
    assert plain("<b>От</b> 120&nbsp;000 ₽<br>1 &lt; 2") == "От 120\u00a0000 ₽\n1 < 2"


@pytest.mark.parametrize("url", ["https://", "//a.example", "/x", "data:text/html,x", "https://a b", "http://[", "x"])
def test_addresses_that_are_no_addresses(url: str) -> None:
    assert safe_url(url) is None


@settings(max_examples=250, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/ab\"'=&;: ахref#x6amprsct-gpoile"), max_size=120))
def test_nothing_but_known_tags_ever_comes_out(text: str) -> None:
    out = sanitise(text)
    assert sanitise(out) == out
    tags = re.findall(r"<[^>]*>", out)
    assert all(re.fullmatch(r'</?(b|i|u|s|code|pre|blockquote|tg-spoiler|a)>|<a href="[^"<>]+">', tag) for tag in tags)
    assert "<" not in re.sub(r"<[^<>]*>", "", out)

"""HTML, texts and keyboards as Telegram takes and refuses them."""

import pytest

from sandbox.telegram import images, keyboards
from sandbox.telegram.errors import ApiError
from sandbox.telegram.markup import parse_html
from sandbox.telegram.texts import find_entities, formatted

REFUSED = {
    "<p>абзац</p>": 'Unsupported start tag "p" at byte offset 0',
    "я <br> ты": 'Unsupported start tag "br" at byte offset 3',
    "1 < 2": 'Unsupported start tag "" at byte offset 2',
    "цена <120 000": 'Unsupported start tag "120" at byte offset 9',
    "a <b": "Unclosed start tag at byte offset 2",
    "<b>жирный": 'Can\'t find end tag corresponding to start tag "b"',
    "<b><i>x</b></i>": 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    "x</b>": "Unexpected end tag at byte offset 1",
    "<b>x</b": "Unclosed end tag at byte offset 4",
    '<a href="x>y</a>': "Unclosed start tag at byte offset 0",
    "<a href>y</a>": 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
    "<a =x>y</a>": 'Empty attribute name in the tag "a" at byte offset 0',
    "<span>x</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    "<a href=http://x>y</a>": "Unexpected end of name token at byte offset 8",
}


@pytest.mark.parametrize(("source", "words"), REFUSED.items())
def test_broken_markup_is_refused_in_telegrams_words(source: str, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"
    assert refusal.value.code == 400


def test_markup_becomes_text_and_nested_entities_in_utf16_units() -> None:
    text, entities = parse_html(
        '😀 <b>жир <i>и косо</i></b> &lt;&amp;&#33; <a href="https://a.ru/?x=1&amp;y=2">тут</a>'
    )
    assert text == "😀 жир и косо <&! тут"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 10},
        {"type": "italic", "offset": 7, "length": 6},
        {"type": "text_link", "offset": 18, "length": 3, "url": "https://a.ru/?x=1&y=2"},
    ]


def test_code_with_a_language_is_one_block() -> None:
    _text, entities = parse_html('<pre><code class="language-python">x = 1</code></pre> <code>y</code>')
    assert [e["type"] for e in entities] == ["pre", "code"]
    assert entities[0]["language"] == "python"
    assert "language" not in entities[1]


def test_quotes_spoilers_and_emoji() -> None:
    _text, entities = parse_html(
        '<blockquote expandable>a</blockquote><span class="tg-spoiler">b</span><tg-emoji emoji-id="5">👍</tg-emoji>'
    )
    assert [e["type"] for e in entities] == ["expandable_blockquote", "spoiler", "custom_emoji"]


def test_a_link_without_a_real_host_is_plain_text() -> None:
    text, entities = parse_html('<a href="http://localhost/x">тут</a>')
    assert (text, entities) == ("тут", [])


def test_unknown_references_stay_as_typed() -> None:
    assert parse_html("A&nbsp;B &zwj &lt")[0] == "A&nbsp;B &zwj <"


def test_white_space_at_the_ends_goes_and_entities_move() -> None:
    text, entities = formatted("  \n<b> привет</b>\n\n", "HTML", None, limit=4096)
    assert text == "привет"
    assert entities == [{"type": "bold", "offset": 0, "length": 6}]


def test_the_limit_counts_characters_after_parsing() -> None:
    assert len(formatted("<b>" + "я" * 4096 + "</b>", "HTML", None, limit=4096)[0]) == 4096
    for text in ("я" * 4097, "я" * 100_000):
        with pytest.raises(ApiError, match="Bad Request: message is too long"):
            formatted(text, None, None, limit=4096)
    with pytest.raises(ApiError, match="message caption is too long"):
        formatted("я" * 1025, None, None, limit=1024, caption=True)


def test_telegram_finds_links_commands_addresses_and_phones_by_itself() -> None:
    text = "/start, сайт https://a.ru/x. почта i@a.ru, @manager +7 916 123-45-67 #скидка и/или </b>"
    found = {text[e["offset"] : e["offset"] + e["length"]]: e["type"] for e in find_entities(text)}
    assert found == {
        "/start": "bot_command",
        "https://a.ru/x": "url",
        "i@a.ru": "email",
        "@manager": "mention",
        "+7 916 123-45-67": "phone_number",
        "#скидка": "hashtag",
    }


KEYBOARDS = [
    ([[{"text": "a", "callback_data": "я" * 33}]], "BUTTON_DATA_INVALID"),
    ([[{"text": "a", "callback_data": ""}]], "Text buttons are unallowed in the inline keyboard"),
    ([[{"text": "a"}]], "Text buttons are unallowed in the inline keyboard"),
    ([[{"callback_data": "x"}]], 'Can\'t find field "text"'),
    ([[{"text": " ", "callback_data": "x"}]], "BUTTON_TEXT_INVALID"),
    ([[{"text": "a", "url": "http://localhost:8080/x"}]], "'http://localhost:8080/x' is invalid: Wrong HTTP URL"),
    ([[{"text": "a", "url": "ftp://a.ru"}]], "'ftp://a.ru' is invalid: Unsupported URL protocol"),
    ([[{"text": "a", "web_app": {"url": "http://a.ru"}}]], "Only HTTPS links are allowed"),
    ([{"text": "a", "callback_data": "x"}], "must be an Array of Arrays"),
    ([[{"text": "a", "callback_data": "x"}] * 101], "reply markup is too long"),
]


@pytest.mark.parametrize(("rows", "words"), KEYBOARDS)
def test_bad_keyboards_are_refused(rows: object, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        keyboards.check({"inline_keyboard": rows})
    assert words in refusal.value.description


def test_a_callback_of_64_bytes_and_an_address_by_number_pass() -> None:
    markup = {
        "inline_keyboard": [[{"text": "a", "callback_data": "я" * 32}, {"text": "b", "url": "http://127.0.0.1:8080/"}]]
    }
    keyboards.check(markup)
    assert keyboards.stored(None) is None


def test_pictures_are_known_by_their_bytes() -> None:
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x05\x00\x00\x00\x07"
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x07\x00\x05\x03" + bytes(8)
    assert images.dimensions(png) == (5, 7)
    assert images.dimensions(jpeg) == (5, 7)
    assert images.dimensions(b"GIF89a\x05\x00\x07\x00") == (5, 7)
    assert images.dimensions(b"<svg onload=alert(1)>") is None

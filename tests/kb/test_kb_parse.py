"""Files become titles and blocks of plain text, or a reason why they cannot."""

import pytest

from kb.parse import MAX_BYTES, Block, Parsed, UnreadableError, parse_bytes, readable


def parsed(name: str, text: str) -> Parsed:
    return parse_bytes(name, text.encode())


def test_markdown_keeps_headings_items_and_plain_words() -> None:
    result = parsed(
        "a.md",
        "# Оплата\n\nПлатят **тремя** частями, см. [прайс](https://example.com/p).\n\n"
        "- аванс `50 %`\n- остаток\n  - по акту\n\n## Сроки\n\nПять дней.\n",
    )
    assert result.title == "Оплата"
    assert result.blocks == (
        Block("heading", "Оплата", 1),
        Block("paragraph", "Платят тремя частями, см. прайс (https://example.com/p)."),
        Block("item", "аванс 50 %"),
        Block("item", "остаток"),
        Block("item", "по акту", 1),
        Block("heading", "Сроки", 2),
        Block("paragraph", "Пять дней."),
    )


def test_front_matter_gives_the_title_and_nothing_else() -> None:
    result = parsed("a.md", "---\ntitle: 'Гарантии'\ntags: [a, b]\n---\nГарантия год.\n")
    assert result == Parsed("Гарантии", (Block("paragraph", "Гарантия год."),))


def test_broken_front_matter_is_tolerated() -> None:
    result = parsed("a.md", "---\n: [\n---\n# Имя\n\nТекст.\n")
    assert result.title == "Имя"


def test_a_table_row_carries_the_names_of_its_columns() -> None:
    result = parsed("a.md", "# Цены\n\n| Услуга | Цена | Срок |\n|--|--|--|\n| Бот | 120 000 ₽ | 6 недель |\n")
    assert result.blocks[1:] == (Block("item", "Бот; Цена: 120 000 ₽; Срок: 6 недель"),)


def test_html_keeps_what_a_reader_sees() -> None:
    result = parsed(
        "page.HTML",
        "<html><head><title>Сайт</title><style>p{}</style></head><body><nav>Меню</nav><h1>Доставка</h1>"
        "<p>Везём&nbsp;по <b>России</b>.<script>alert(1)</script></p><ul><li><p>Москва</p></li><li>Казань</li></ul>"
        "<table><tr><th>Город</th><th>Дней</th></tr><tr><td>Омск</td><td>5</td></tr></table>"
        "<footer>Подвал</footer></body></html>",
    )
    assert result == Parsed(
        "Доставка",
        (
            Block("heading", "Доставка", 1),
            Block("paragraph", "Везём\u00a0по России."),
            Block("item", "Москва"),
            Block("item", "Казань"),
            Block("item", "Омск; Дней: 5"),
        ),
    )


def test_text_has_paragraphs_items_and_a_title_line() -> None:
    result = parsed("a.txt", "Наши услуги\n\nМы делаем\nботов.\n\n1. Бот\n2. Голос\n   и звук\n")
    assert result.blocks == (
        Block("heading", "Наши услуги", 1),
        Block("paragraph", "Мы делаем ботов."),
        Block("item", "Бот"),
        Block("item", "Голос и звук"),
    )


def test_a_nameless_file_is_titled_by_its_name() -> None:
    assert parsed("docs/terms-of_payment.txt", "Одно предложение.").title == "Terms of payment"


def test_bom_and_windows_line_ends_do_not_matter() -> None:
    assert parsed("a.md", "\ufeff# Имя\r\n\r\nТекст.\r\n").blocks[1] == Block("paragraph", "Текст.")


@pytest.mark.parametrize("name", ["a.bin", "README", ".md", "a.md.bak"])
def test_an_unknown_extension_is_nobodys(name: str) -> None:
    assert not readable(name)
    with pytest.raises(UnreadableError, match="no parser"):
        parse_bytes(name, b"text")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bytes(range(0xB0, 0xC0)) * 20, "encoding is not recognised"),
        (b"a\x00b", "binary"),
        (b"x" * (MAX_BYTES + 1), "larger than 5 MB"),
        (b"", "no text"),
        (b"# Only a heading\n", "no text"),
    ],
)
def test_an_unreadable_file_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        parse_bytes("a.md", content)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866"]
)
def test_any_usual_encoding_of_russian_is_read(encoding: str) -> None:
    text = "Оплата: 50 % сразу, остаток после сдачи. Счёт и Акт пришлём по почте."
    result = parse_bytes("a.txt", text.encode(encoding))
    assert result.blocks == (Block("paragraph", text),)


def test_a_western_page_says_its_encoding_or_is_guessed() -> None:
    assert "Grüße" in parse_bytes("a.txt", "Grüße, schöne Tür, Äpfel.".encode("latin-1")).blocks[0].text
    page = '<meta charset="iso-8859-5"><p>Привет, Алла.</p>'
    assert parse_bytes("a.html", page.encode("iso-8859-5")).blocks[0].text == "Привет, Алла."

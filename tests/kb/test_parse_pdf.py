"""PDF: what a reader sees becomes headings, paragraphs and items; what cannot be read says why."""

from io import BytesIO

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from kb.parse import Block, UnreadableError, parse_bytes
from tests.kb.files_kit import Text, encrypted, page, pdf

LINES = ["Мы работаем по договору и выставляем счёт.", "Оплата двумя частями."]


def read(data: bytes) -> tuple[Block, ...]:
    return parse_bytes("файл.pdf", data).blocks


def test_sizes_and_bold_type_make_headings() -> None:
    lines = [
        Text("Условия работы", 780, 22),
        Text("Оплата", 740, 16),
        Text("Аванс пятьдесят процентов, остаток", 715),
        Text("после подписания акта.", 701),
        Text("Возврат", 670, 11, bold=True),
        Text("Возвращаем за неначатые этапы.", 650),
        Text("Сроки", 610, 16),
        Text("Пять рабочих дней.", 590),
    ]
    parsed = parse_bytes("a.pdf", pdf([lines]))
    assert parsed.title == "Условия работы"
    assert parsed.blocks == (
        Block("heading", "Условия работы", 1),
        Block("heading", "Оплата", 2),
        Block("paragraph", "Аванс пятьдесят процентов, остаток после подписания акта."),
        Block("heading", "Возврат", 3),
        Block("paragraph", "Возвращаем за неначатые этапы."),
        Block("heading", "Сроки", 2),
        Block("paragraph", "Пять рабочих дней."),
    )


def test_words_broken_at_the_end_of_a_line_are_whole_again() -> None:
    lines = page(
        ["Делаем чат-ботов для мага-", "зинов. Наш чат-", "бот отвечает ночью, чат-бот не устаёт, как-", "то так."]
    )
    assert [block.text for block in read(pdf([lines]))] == [
        "Делаем чат-ботов для магазинов. Наш чат-бот отвечает ночью, чат-бот не устаёт, как-то так."
    ]


def test_list_items_are_items_and_gaps_part_paragraphs() -> None:
    lines = [
        Text("В цену входит:", 780),
        Text("• настройка и", 766),
        Text("запуск", 752),
        Text("2) обучение", 738),
        Text("Новый абзац.", 700),
    ]
    assert read(pdf([lines])) == (
        Block("paragraph", "В цену входит:"),
        Block("item", "настройка и запуск"),
        Block("item", "обучение"),
        Block("paragraph", "Новый абзац."),
    )


def test_running_heads_and_page_numbers_are_left_out() -> None:
    def sheet(number: int) -> list[Text]:
        return [
            Text("ООО «Нейроконтакт», редакция 2026", 820, 8),
            *page([f"Раздел номер {number} говорит о своём.", "Второе предложение в нём же."]),
            Text(f"Страница {number} из 5", 30, 8),
        ]

    text = "\n".join(block.text for block in read(pdf([sheet(number) for number in range(1, 6)])))
    assert "Нейроконтакт" not in text
    assert "Страница" not in text
    assert all(f"Раздел номер {number} говорит" in text for number in range(1, 6))


def test_a_sentence_goes_on_over_the_page() -> None:
    first, second = page(["Договор подписываем", "до начала работ и"]), page(["храним пять лет."])
    assert [block.text for block in read(pdf([first, second]))] == [
        "Договор подписываем до начала работ и храним пять лет."
    ]


def test_the_title_comes_from_the_document_when_it_has_no_heading() -> None:
    assert parse_bytes("a.pdf", pdf([page(LINES)], title="Договор оферты")).title == "Договор оферты"
    assert parse_bytes("наши-условия.pdf", pdf([page(LINES)], title="doc1.docx")).title == "Наши условия"


def test_a_file_locked_only_against_changes_is_read() -> None:
    assert "Оплата" in read(encrypted(pdf([page(LINES)]), user=""))[0].text


@pytest.mark.parametrize(
    ("data", "reason", "code"),
    [
        (encrypted(pdf([page(LINES)]), user="secret"), "password", "password"),
        (pdf([[], []]), "no text", "empty"),
        (pdf([page(LINES)], mapped=False), "cannot be read|no text", None),
        (pdf([page(LINES)])[:300], "broken", "broken"),
        (b"%PDF-1.7\n" + b"\x00\xff" * 5000, "broken", "broken"),
        (b"PK\x03\x04", "not a PDF", "format"),
        (b"", "not a PDF", "format"),
        (b"%PDF-1.7" + b" " * (20 * 1024 * 1024), "larger than 20 MB", "large"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str, code: str | None) -> None:
    with pytest.raises(UnreadableError, match=reason) as caught:
        parse_bytes("a.pdf", data)
    assert code in (None, caught.value.code)


def test_a_scan_is_told_from_an_empty_file() -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    image = DecodedStreamObject()
    image.set_data(b"\xff" * 12)
    for name, value in (("/Type", "/XObject"), ("/Subtype", "/Image")):
        image[NameObject(name)] = NameObject(value)
    pictures = DictionaryObject({NameObject("/I"): writer._add_object(image)})
    writer.pages[0][NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): pictures})
    buffer = BytesIO()
    writer.write(buffer)
    with pytest.raises(UnreadableError, match="scanned pages") as caught:
        parse_bytes("a.pdf", buffer.getvalue())
    assert caught.value.code == "scanned"


def test_more_pages_than_a_book_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from kb.parse import pdf as module

    monkeypatch.setattr(module, "MAX_PAGES", 2)
    with pytest.raises(UnreadableError, match="more than 2 pages"):
        parse_bytes("a.pdf", pdf([page(LINES)] * 3))

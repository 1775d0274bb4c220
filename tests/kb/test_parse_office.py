"""DOCX, XLSX and CSV: structure, question–answer tables, and files made to do harm."""

import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from kb.parse import Block, UnreadableError, parse_bytes
from tests.kb.files_kit import docx, rezipped, xlsx


def build(document: Any) -> None:
    document.add_heading("Наши условия", 0)
    document.add_heading("Оплата", 1)
    document.add_paragraph("Платят двумя частями.")
    document.add_paragraph("аванс", style="List Bullet")
    document.add_paragraph("остаток", style="List Number")
    table = document.add_table(rows=2, cols=3)
    for row, cells in zip(table.rows, (("Услуга", "Цена", "Срок"), ("Бот", "120 000 ₽", "6 недель")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_heading("Гарантия", 2)
    document.add_paragraph("Двенадцать месяцев.")


def test_docx_keeps_headings_lists_and_tables() -> None:
    parsed = parse_bytes("a.docx", docx(build))
    assert parsed.title == "Наши условия"
    assert parsed.blocks == (
        Block("heading", "Наши условия", 1),
        Block("heading", "Оплата", 1),
        Block("paragraph", "Платят двумя частями."),
        Block("item", "аванс"),
        Block("item", "остаток"),
        Block("item", "Бот; Цена: 120 000 ₽; Срок: 6 недель"),
        Block("heading", "Гарантия", 2),
        Block("paragraph", "Двенадцать месяцев."),
    )


def test_docx_shows_what_a_reader_sees() -> None:
    def hidden_and_deleted(document: Any) -> None:
        paragraph = document.add_paragraph("Видно. ")
        paragraph.add_run("Тайная скидка 90 %.").font.hidden = True
        for tag, inner in (("w:del", "w:delText"), ("w:ins", "w:t")):
            change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
            text.text = "Вычеркнуто." if tag == "w:del" else "Вписано."
            run.append(text)
            change.append(run)
            paragraph._p.append(change)
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        inside = document.add_paragraph("В элементе управления.")._p
        inside.getparent().replace(inside, control)
        content.append(inside)
        control.append(content)
        document.add_paragraph("Нулевой\u200bпробел")

    blocks = parse_bytes("a.docx", docx(hidden_and_deleted)).blocks
    assert [block.text for block in blocks] == ["Видно. Вписано.", "В элементе управления.", "Нулевойпробел"]


def test_a_docx_table_of_questions_becomes_questions() -> None:
    def table_of_questions(document: Any) -> None:
        table = document.add_table(rows=2, cols=2)
        for row, cells in zip(table.rows, (("Вопрос", "Ответ"), ("Есть рассрочка?", "Да, на 3 месяца.")), strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text

    parsed = parse_bytes("вопросы.docx", docx(table_of_questions))
    assert [(block.kind, block.text) for block in parsed.blocks] == [
        ("heading", "Есть рассрочка?"),
        ("paragraph", "Да, на 3 месяца."),
    ]


def test_an_outline_level_makes_a_heading() -> None:
    def outlined(document: Any) -> None:
        paragraph = document.add_paragraph("Сроки")
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), "1")
        paragraph._p.get_or_add_pPr().append(level)
        document.add_paragraph("Шесть недель.")

    assert parse_bytes("a.docx", docx(outlined)).blocks[0] == Block("heading", "Сроки", 2)


QUESTIONS = [
    ["Частые вопросы компании", None, None, None, None],
    ["№", "Раздел", "Вопрос", "Ответ", "Комментарий для своих"],
    [1, "Оплата", "Есть рассрочка?", "Да.\nНа 3 месяца.", "не обещать больше"],
    [2, "Оплата", "Можно картой?", "Да.", None],
    [3, "Сроки", "Как быстро?", "За 6 недель.", None],
    [4, "Сроки", "Без ответа?", None, None],
]


def test_a_table_of_questions_and_answers() -> None:
    parsed = parse_bytes("вопросы-клиентов.xlsx", xlsx({"Лист1": QUESTIONS}))
    assert parsed.title == "Вопросы клиентов"
    assert parsed.blocks == (
        Block("paragraph", "Частые вопросы компании"),
        Block("heading", "Оплата", 1),
        Block("heading", "Есть рассрочка?", 2),
        Block("paragraph", "Да."),
        Block("paragraph", "На 3 месяца."),
        Block("heading", "Можно картой?", 2),
        Block("paragraph", "Да."),
        Block("heading", "Сроки", 1),
        Block("heading", "Как быстро?", 2),
        Block("paragraph", "За 6 недель."),
    )


def test_sheets_rows_and_values_as_they_are_shown() -> None:
    from openpyxl import load_workbook

    data = xlsx(
        {
            "Прайс": [["Услуга", "Цена", "Скидка", "С", "НДС"], ["Бот", 120000, 0.15, date(2026, 11, 1), True]],
            "Черновик": [["Секрет", "Себестоимость"], ["Бот", 10]],
            "Пустой": [],
        },
        hidden=["Черновик"],
    )
    workbook = load_workbook(BytesIO(data))
    workbook["Прайс"]["B2"].number_format = "#,##0 ₽"
    workbook["Прайс"]["C2"].number_format = "0%"
    buffer = BytesIO()
    workbook.save(buffer)
    assert parse_bytes("a.xlsx", buffer.getvalue()).blocks == (
        Block("heading", "Прайс", 1),
        Block("item", "Бот; Цена: 120000 ₽; Скидка: 15 %; С: 01.11.2026; НДС: да"),
    )


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_csv_of_any_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    rows = [
        ["Question", "Answer"],
        ["Сколько стоит?", f'"От 120 тыс. ₽{delimiter} смотря что"'],
        ["Где вы?", "В Казани."],
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows).replace("₽", "руб")
    assert parse_bytes("faq.csv", text.encode(encoding)).blocks == (
        Block("heading", "Сколько стоит?", 1),
        Block(
            "paragraph", f"От 120 тыс. руб{delimiter} смотря что" if delimiter != "\t" else "От 120 тыс. руб смотря что"
        ),
        Block("heading", "Где вы?", 1),
        Block("paragraph", "В Казани."),
    )


def test_csv_that_excel_marked() -> None:
    text = "sep=;\nУслуга;Цена\nБот;120 000\nГолос;90 000\n"
    assert parse_bytes("a.csv", text.encode()).blocks == (
        Block("item", "Бот; Цена: 120 000"),
        Block("item", "Голос; Цена: 90 000"),
    )


def test_a_table_without_a_header_keeps_its_rows() -> None:
    assert parse_bytes("a.csv", "Бот;120000\nГолос;90000\n".encode()).blocks == (
        Block("item", "Бот; 120000"),
        Block("item", "Голос; 90000"),
    )


def bomb(name: str, size: int) -> bytes:
    base = docx(build) if name == "word/document.xml" else xlsx({"Лист1": QUESTIONS})
    return rezipped(base, {name: b"<a>" + b" " * size + b"</a>"})


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("name", "data", "reason", "code"),
    [
        ("a.docx", bomb("word/document.xml", 60_000_000), "unpacks to far more", "hostile"),
        ("a.xlsx", bomb("xl/worksheets/sheet1.xml", 90_000_000), "unpacks to far more", "hostile"),
        ("a.docx", rezipped(docx(build), {"word/document.xml": ENTITIES}), "XML entities", "hostile"),
        (
            "a.docx",
            rezipped(docx(build), {"word/styles.xml": ENTITIES.decode().encode("utf-16")}),
            "XML entities",
            "hostile",
        ),
        ("a.xlsx", rezipped(xlsx({"Лист1": QUESTIONS}), {"xl/sharedStrings.xml": ENTITIES}), "XML entities", "hostile"),
        ("a.docx", rezipped(docx(build), {f"x{n}": b"" for n in range(5001)}), "more than 5000 files", "large"),
        ("a.docx", docx(build)[:-200], "broken", "broken"),
        ("a.docx", xlsx({"Лист1": QUESTIONS}), "not the kind", "format"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password", "password"),
        ("a.xlsx", OLE, "old format", "format"),
        ("a.docx", b"plain text", "not a DOCX", "format"),
        ("a.docx", rezipped(docx(build), {"word/document.xml": b"<broken"}), "broken", "broken"),
        ("a.docx", docx(lambda document: None), "no text", "empty"),
        ("a.xlsx", xlsx({"Лист1": []}), "no text", "empty"),
        ("a.csv", b";;;\n;;\n", "no text", "empty"),
        ("a.csv", b"a;b\n" * 20_002, "more than 20000 rows", "large"),
    ],
)
def test_what_cannot_or_must_not_be_read_says_why(name: str, data: bytes, reason: str, code: str) -> None:
    with pytest.raises(UnreadableError, match=reason) as caught:
        parse_bytes(name, data)
    assert caught.value.code == code


def test_a_locked_archive_is_told() -> None:
    data = bytearray(docx(build))
    with zipfile.ZipFile(BytesIO(bytes(data))) as archive:
        assert archive.namelist()
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(UnreadableError, match="password"):
        parse_bytes("a.docx", bytes(data))

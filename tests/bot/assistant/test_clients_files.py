"""Files are told by their bytes; readable ones become text, the others a reason."""

import io
import zipfile

import pytest

from bot.assistant.reading import LARGEST, TEXT_LIMIT, kind_of, read
from tests.dialogues.files_kit import SHOP, as_docx, as_pdf, as_text
from tests.kb.files_kit import encrypted, xlsx


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7", "pdf"),
        (b"\n\n%PDF-1.4", "pdf"),
        (zipped("word/document.xml"), "docx"),
        (zipped("xl/workbook.xml"), "xlsx"),
        (zipped("a.txt"), "other"),
        (zipped("META-INF/MANIFEST.MF"), "unsafe"),
        (OLE + bytes(100), "old"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"MZ\x90", "unsafe"),
        (b"\x7fELF", "unsafe"),
        (b"#!/bin/sh", "unsafe"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"GIF89a", "other"),
        (b"{\\rtf1", "other"),
        (b"a\x00b", "other"),
        ("\ufeff<html>".encode(), "unsafe"),
        (b"text <script>x", "unsafe"),
        (b"<?xml version='1.0'?><svg/>", "unsafe"),
        ("Нужен бот".encode("cp1251"), "text"),
        ("Нужен бот".encode("utf-16"), "text"),
        (b"", "empty"),
        (b" \n\x00", "empty"),
    ],
)
def test_what_the_bytes_are(body: bytes, kind: str) -> None:
    assert kind_of(body) == kind


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
async def test_texts_of_every_usual_encoding(encoding: str) -> None:
    text = "Нужен чат-бот для магазина цветов.\nОтвечать он будет на сайте."
    assert (await read(text.encode(encoding), seconds=5)).text == text


async def test_documents_are_read() -> None:
    for body in (as_pdf(SHOP), as_docx(SHOP), xlsx({"ТЗ": [["Задача"], [SHOP[4]]]})):
        assert SHOP[4] in (await read(body, seconds=20)).text


async def test_a_long_text_is_cut() -> None:
    assert len((await read(("Бот. " * 30_000).encode(), seconds=5)).text) <= TEXT_LIMIT


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (encrypted(as_pdf(["Бриф"]), user="secret"), "password"),
        (b"%PDF-1.7 nothing", "broken"),
        (zipped("word/document.xml"), "broken"),
        (b"\n", "empty"),
        (b"MZ", "unsafe"),
        (b"\x00" + b"x" * LARGEST, "large"),
        (zipped("photo.jpg"), "unread"),
        (b"\xff\xd8\xff\xe0", "unread"),
        (OLE, "old"),
    ],
)
async def test_why_there_is_no_text(body: bytes, problem: str) -> None:
    found = await read(body, seconds=20)
    assert (found.text, found.problem) == ("", problem)


async def test_a_reader_that_takes_too_long_is_given_up() -> None:
    assert (await read(as_docx(SHOP), seconds=0.001)).problem == "broken"


async def test_a_file_called_otherwise_is_what_it_is() -> None:
    assert (await read(as_text(SHOP), seconds=5)).text.startswith("Техническое задание")

"""Briefs as clients send them, and one way to send a file in either channel."""

import base64
from typing import Any

from tests.harness import Client, Reply, SiteClient, TelegramClient
from tests.kb.files_kit import docx, page, pdf

SHOP = [
    "Техническое задание",
    "О компании",
    "Мы продаём цветы с 2010 года, наш сайт: romashka.ru.",
    "Цель",
    "Нужен чат-бот для автоматизации поддержки клиентов.",
    "Бот должен отвечать в Telegram и на сайте, понимать вопросы о доставке.",
    "Нужна интеграция с amoCRM, каталог товаров не нужен.",
    "Ждём около 3 000 обращений в месяц.",
    "Бюджет: до 350 тыс. руб.",
    "Запуск не позднее чем через три месяца.",
    "Контактное лицо: Анна Смирнова, +7 916 123-45-67, anna@romashka.ru",
]
"""Both channels, amoCRM and up to 5 000 requests: 220 000 ₽ by the sample price list."""

MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain",
    "wav": "audio/wav",
    "png": "image/png",
    "jpg": "image/jpeg",
    "doc": "application/msword",
    "zip": "application/zip",
    "html": "text/html",
}


def as_pdf(lines: list[str]) -> bytes:
    return pdf([page(lines, step=30)])


def as_docx(lines: list[str]) -> bytes:
    def build(document: Any) -> None:
        document.add_heading(lines[0], 1)
        for line in lines[1:]:
            document.add_paragraph(line)

    return docx(build)


def as_text(lines: list[str]) -> bytes:
    return "\n".join(lines).encode("cp1251")


async def send_file(client: Client, name: str, body: bytes, *, kind: str = "document", text: str = "") -> list[Reply]:
    """The file in the client's channel; the site has no caption."""
    if isinstance(client, TelegramClient):
        caption = {"text": text} if text else {}
        return await client.act(file=base64.b64encode(body).decode(), filename=name, kind=kind, **caption)
    assert isinstance(client, SiteClient)
    return await client.upload(name, body, MIME[name.rpartition(".")[2]])

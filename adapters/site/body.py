"""Reading what a request brings, within limits of size and time: a JSON object, or a form with one file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from adapters.site.uploads import FILE_LIMIT
from infra.http import ApiError

JSON_LIMIT = 64 * 1024
TEXT_BODY_LIMIT = 1024 * 1024
"""Bytes of a JSON body; a longer one is read only to say which text in it is too long."""

JSON_SECONDS = 20.0
FORM_SECONDS = 180.0
FORM_EXTRA = 64 * 1024
FIELD_LIMIT = 256
PARTS = 8

MALFORMED = (ValueError, AssertionError, LookupError, RuntimeError, HttpProcessingError, web.RequestPayloadError)
"""What aiohttp's reader raises for a form that is broken in one way or another."""


@dataclass(frozen=True, slots=True)
class Form:
    """An uploaded file as it came: `filename` is the sender's."""

    id: str | None
    filename: str
    body: bytes


def too_large(message: str = "Слишком большой запрос.") -> ApiError:
    return ApiError(413, "too_large", message)


async def read_json(request: web.Request, limit: int = JSON_LIMIT) -> tuple[Any, int]:
    """(the value, its size in bytes); nothing at all counts as `{}`. ApiError 400, 408, 413."""
    if (request.content_length or 0) > limit:
        raise too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(JSON_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise too_large()
    except TimeoutError:
        raise ApiError(408, "timeout", "Запрос шёл слишком долго.") from None
    except web.RequestPayloadError:
        raise ApiError(400, "bad_request", "Запрос дошёл не целиком.") from None
    try:
        return (orjson.loads(body) if body.strip() else {}), len(body)
    except orjson.JSONDecodeError:
        raise ApiError(400, "bad_json", "Тело запроса — не JSON.") from None


async def read_form(request: web.Request) -> Form:
    """The fields `id` and `file` of a multipart form. ApiError 400, 408, 413, 422."""
    if (request.content_length or 0) > FILE_LIMIT + FORM_EXTRA:
        raise too_large("Файл больше 20\u00a0МБ.")
    try:
        async with asyncio.timeout(FORM_SECONDS):
            return await _fields(await request.multipart())
    except TimeoutError:
        raise ApiError(408, "timeout", "Файл шёл слишком долго. Попробуйте ещё раз.") from None
    except MALFORMED:
        raise ApiError(400, "bad_form", "Форма составлена неверно.") from None


async def _fields(reader: MultipartReader) -> Form:
    number: str | None = None
    file: tuple[str, bytes] | None = None
    for _ in range(PARTS):
        part = await reader.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader):
            raise ValueError("a form within a form")
        if part.name == "id":
            number = (await _read(part, FIELD_LIMIT)).decode()
        elif part.name == "file" and file is None:
            file = (part.filename or "", await _read(part, FILE_LIMIT))
        else:
            await _read(part, FIELD_LIMIT)
    if file is None:
        raise ApiError(422, "invalid", "Приложите файл.", fields={"file": "Приложите файл."})
    return Form(number, *file)


async def _read(part: BodyPartReader, limit: int) -> bytes:
    body = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        body += chunk
        if len(body) > limit:
            raise too_large("Файл больше 20\u00a0МБ." if limit == FILE_LIMIT else "Слишком большой запрос.")
    return bytes(body)

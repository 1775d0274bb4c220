"""Requests on their way in: JSON, form or multipart, then checked by aiogram's own class of the method.

One thing is stricter than Telegram, which ignores what it does not know: a parameter or a field that the Bot API
does not have is refused, so that a misspelling shows up here and not in production.
"""

from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import parse_qsl

import aiogram.methods
import orjson
from aiogram.methods.base import TelegramMethod
from aiogram.types import BufferedInputFile, InputFile
from aiohttp import BodyPartReader, web
from pydantic import BaseModel, ValidationError

from sandbox.http import read_body
from sandbox.telegram import keyboards
from sandbox.telegram.errors import ApiError, bad_request
from sandbox.world import Json, Refusal

BODY_LIMIT = 1_000_000
FILES_LIMIT = 55_000_000
AnyMethod = TelegramMethod[Any]


@dataclass(frozen=True, slots=True)
class Upload:
    filename: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the validated method, its parameters as they came (for the record), and its files by name."""

    method: AnyMethod
    params: Json
    files: dict[str, Upload]


_KINDS: list[type[AnyMethod]] = [
    getattr(aiogram.methods, name)
    for name in aiogram.methods.__all__
    if name not in ("Request", "Response", "TelegramMethod")
]
CLASSES = {kind.__api_method__.lower(): kind for kind in _KINDS}

MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "Message identifiers are not specified",
    "user_id": "invalid user_id specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "file_id": "file_id not specified",
    "action": "wrong parameter action in request",
    "message_thread_id": "message thread not found",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}
UNREADABLE = {
    "reply_markup": "Can't parse reply keyboard markup JSON object",
    "menu_button": "Can't parse menu button JSON object",
    "link_preview_options": "Can't parse link preview options JSON object",
    "reply_parameters": "Can't parse reply parameters JSON object",
}
NOT_AN_ARRAY = {
    "media": "Expected an Array of InputMedia",
    "commands": "Expected an Array of BotCommand",
    "message_ids": "Expected an Array of message identifiers",
}
ELEMENT = {
    "media": "InputMedia",
    "commands": "BotCommand",
    "entities": "MessageEntity",
    "caption_entities": "MessageEntity",
    "reply_parameters": "reply parameters",
    "scope": "BotCommandScope",
}
TYPE_NAMES = {"int": "Number", "float": "Number", "bool": "Boolean", "string": "String", "list": "Array"}


async def read(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    """The parameters and the files of a request, from its query and its body."""
    params: Json = dict(request.query)
    kind = request.content_type
    try:
        if kind == "multipart/form-data":
            more, files = await _read_multipart(request)
            return params | more, files
        if request.body_exists:
            body = await read_body(request, BODY_LIMIT)
            if kind == "application/json":
                params |= _json_object(body)
            elif kind == "application/x-www-form-urlencoded":
                params |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    except Refusal as refusal:
        raise ApiError(413, "Request Entity Too Large") from refusal
    except (UnicodeDecodeError, ValueError) as error:
        raise bad_request("strings must be encoded in UTF-8") from error
    return params, {}


def _json_object(body: bytes) -> Json:
    if not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request("Can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("Can't parse JSON object")
    return value


async def _read_multipart(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    params: Json = {}
    files: dict[str, Upload] = {}
    left = FILES_LIMIT
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            raise bad_request("Can't parse multipart body")
        data = bytearray()
        while chunk := await part.read_chunk(262_144):
            left -= len(chunk)
            if left < 0:
                raise ApiError(413, "Request Entity Too Large")
            data += chunk
        if part.filename is None:
            params[part.name] = data.decode()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            files[part.name] = Upload(part.filename, mime, bytes(data))
    return params, files


@dataclass(frozen=True, slots=True)
class _Shape:
    names: frozenset[str]
    structured: frozenset[str]
    files_only: frozenset[str]


@cache
def _shape(kind: type[AnyMethod]) -> _Shape:
    """Which parameters a method has, which of them come as JSON text in a form, which must be uploads."""
    kind.model_rebuild()
    structured, files_only = set(), set()
    for name, info in kind.model_fields.items():
        members = _members(info.annotation)
        if str in members:
            continue
        if InputFile in members:
            files_only.add(name)
        elif any(get_origin(m) is list or (isinstance(m, type) and issubclass(m, BaseModel)) for m in members):
            structured.add(name)
    return _Shape(frozenset(kind.model_fields), frozenset(structured), frozenset(files_only))


def _members(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        return tuple(member for arg in get_args(annotation) for member in _members(arg))
    return (annotation,)


def validate(name: str, params: Json, files: dict[str, Upload]) -> AnyMethod:
    """The method as aiogram's own value; raises `ApiError` in Telegram's words."""
    kind = CLASSES.get(name.lower())
    if kind is None:
        raise ApiError(404, "Not Found: method not found")
    shape = _shape(kind)
    values: Json = {}
    for key, value in params.items():
        if key not in shape.names:
            raise bad_request(f'unknown parameter "{key}" of {kind.__api_method__}')
        if key in shape.structured and isinstance(value, str):
            if not value:
                continue
            value = _decode(key, value)
        elif key in shape.files_only and isinstance(value, str):
            value = _uploaded(value, files)
        values[key] = value
    for key in files.keys() & shape.names:
        # a file sent as the parameter itself, the way curl -F does it
        values[key] = _uploaded(key, files) if key in shape.files_only else f"attach://{key}"
    if values.get("reply_markup") is not None:
        keyboards.check(values["reply_markup"])
    try:
        method = kind.model_validate(values)
    except ValidationError as error:
        raise _refused(error) from None
    _no_strangers(method)
    return method


def _decode(key: str, value: str) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        raise bad_request(UNREADABLE.get(key, f"Can't parse {key} JSON object")) from None


def _uploaded(reference: str, files: dict[str, Upload]) -> InputFile:
    upload = files.get(reference.removeprefix("attach://"))
    if upload is None:
        raise bad_request("file must be uploaded as an InputFile")
    return BufferedInputFile(upload.data, upload.filename)


def _refused(error: ValidationError) -> ApiError:
    first = error.errors(include_url=False, include_context=False)[0]
    path = [part for part in first["loc"] if isinstance(part, str)]
    field, leaf = str(first["loc"][0]) if first["loc"] else "", path[-1] if path else ""
    kind = first["type"]
    if len(first["loc"]) <= 1:
        if kind == "missing" or first.get("input") is None:
            return bad_request(MISSING.get(field, f'parameter "{field}" is required'))
        if kind == "list_type":
            return bad_request(NOT_AN_ARRAY.get(field, f"Expected an Array as {field}"))
        return bad_request(f'field "{field}" must be of type {_type_name(kind)}')
    if field == "chat_id":
        return bad_request("chat not found")
    if kind == "missing":
        problem = f'Can\'t find field "{leaf}"'
    elif kind in ("model_type", "model_attributes_type", "dict_type"):
        problem = "expected an Object"
    else:
        problem = f'Field "{leaf}" must be of type {_type_name(kind)}'
    return bad_request(f"can't parse {ELEMENT.get(field, field)}: {problem}")


def _type_name(kind: str) -> str:
    return TYPE_NAMES.get(kind.split("_", 1)[0], "String")


def _no_strangers(value: BaseModel) -> None:
    """Refuse fields inside nested objects that the Bot API does not have."""
    for name in value.model_fields_set:
        _visit(getattr(value, name))


def _visit(value: Any) -> None:
    if isinstance(value, BaseModel):
        if value.model_extra:
            raise bad_request(f'unknown field "{next(iter(value.model_extra))}" in {type(value).__name__}')
        _no_strangers(value)
    elif isinstance(value, list):
        for item in value:
            _visit(item)

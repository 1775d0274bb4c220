"""What OpenAI refuses beyond the shape of a body: parameters a model does not take, tools, schemas and images."""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

from sandbox.llm.prompt import carried
from sandbox.llm.refused import Refused
from sandbox.openai.errors import refused
from sandbox.openai.models import Model
from sandbox.world import Json

_DATA_URL = re.compile(r"data:([\w/+.-]+);base64,(.*)", re.DOTALL)
_MAGIC = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "image/jpg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}


def unsupported(name: str, instead: str = "") -> Refused:
    message = f"Unsupported parameter: '{name}' is not supported with this model.{instead}"
    return refused(message, param=name, code="unsupported_parameter")


def effort(model: Model, asked: str | None, param: str) -> str:
    """The effort the model works with; raises `Refused` for one that it does not know."""
    if not model.reasons:
        if asked is not None:
            raise unsupported(param)
        return "none"
    if asked is not None and asked not in model.efforts:
        supported = ", ".join(f"'{name}'" for name in model.efforts)
        raise refused(
            f"Unsupported value: '{param}' does not support '{asked}' with this model. "
            f"Supported values are: {supported}.",
            param=param,
            code="unsupported_value",
        )
    return asked or ("medium" if model.name != "gpt-5.4" else "none")


def sampling(body: Json, model: Model, works_with: str) -> None:
    """A model that reasons takes no temperature; raises `Refused`."""
    if not model.reasons or works_with == "none":
        return
    for name in ("temperature", "top_p"):
        if body.get(name) not in (None, 1):
            raise unsupported(name)


def tools(body: Json, offered: Iterable[str], chosen: str | None) -> None:
    """Raises `Refused` for a choice among tools that were not offered."""
    names = list(offered)
    if not names:
        for name in ("tool_choice", "parallel_tool_calls"):
            if body.get(name) is not None and body[name] != "none":
                raise refused(
                    f"Invalid value for '{name}': '{name}' is only allowed when 'tools' are specified.", param=name
                )
    elif chosen is not None and chosen not in names:
        raise refused(f"Tool choice 'function' '{chosen}' not found in 'tools' parameter.", param="tool_choice")


def strict_schema(schema: Any, what: str, param: str, code: str, context: tuple[str, ...] = ()) -> None:
    """With `strict` every object names all its fields as required and allows no others; raises `Refused`."""
    if not isinstance(schema, dict):
        return

    def wrong(rest: str) -> Refused:
        return refused(f"Invalid schema for {what}: In context={context}, {rest}", param=param, code=code)

    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties") or {}
        if schema.get("additionalProperties") is not False:
            raise wrong("'additionalProperties' is required to be supplied and to be false.")
        if left := [name for name in properties if name not in (schema.get("required") or [])]:
            raise wrong(
                "'required' is required to be supplied and to be an array including every key in properties. "
                f"Missing '{left[0]}'."
            )
        for name, field in properties.items():
            strict_schema(field, what, param, code, (*context, "properties", name))
    strict_schema(schema.get("items"), what, param, code, (*context, "items"))
    for name, definition in (schema.get("$defs") or {}).items():
        strict_schema(definition, what, param, code, (*context, "$defs", name))
    for number, option in enumerate(schema.get("anyOf") or []):
        strict_schema(option, what, param, code, (*context, "anyOf", str(number)))


def image(url: str, param: str) -> str:
    """The text that a picture in a data URL carries; raises `Refused` for others: nothing is downloaded here."""
    found = _DATA_URL.fullmatch(url)
    if found is None:
        raise refused(f"Error while downloading {url[:100]}.", param=param, code="invalid_image_url")
    try:
        data = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        raise refused("Invalid base64 image_url.", param=param, code="invalid_base64") from None
    magic = _MAGIC.get(found[1])
    if magic is None or not data.startswith(magic):
        raise refused(
            "You uploaded an unsupported image. Please make sure your image has of one the following formats: "
            "['png', 'jpeg', 'gif', 'webp'].",
            param=param,
            code="invalid_image_format",
        )
    return carried(data)

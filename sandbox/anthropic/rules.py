"""What Anthropic refuses beyond the shape of a body: by model, by version of the API, by the order of messages."""

import base64
import binascii
from typing import Any

from sandbox.anthropic.errors import refused
from sandbox.anthropic.models import Model
from sandbox.world import Json

SAMPLING = ("temperature", "top_p", "top_k")
WITHOUT_SAMPLING = "2026-10-21"
"""The version of the API from which no model takes a temperature."""
MOST_BREAKPOINTS = 4
MOST_IMAGE = 5 * 1024 * 1024
SIGNED = b"sandbox-thought:"
_MAGIC = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


def parameters(body: Json, model: Model, version: str) -> None:
    """Raises `Refused` for what this model, under this version of the API, does not take."""
    for name in SAMPLING:
        if name in body and version >= WITHOUT_SAMPLING:
            raise refused(f"{name}: Extra inputs are not permitted")
        if name in body and not model.old:
            raise refused(f"`{name}` is deprecated for this model.")
    if body["max_tokens"] > model.most:
        raise refused(
            f"max_tokens: {body['max_tokens']} > {model.most}, which is the maximum allowed number of output tokens "
            f"for {model.name}"
        )
    _thinking(body, model)
    if model.old and (body.get("output_config") or {}).get("effort") is not None:
        raise refused("This model does not support the effort parameter.")


def _thinking(body: Json, model: Model) -> None:
    thinking = body.get("thinking") or {"type": "default"}
    if thinking["type"] == "enabled":
        if not model.old:
            raise refused(
                '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and '
                '"output_config.effort" to control thinking behavior.'
            )
        if thinking["budget_tokens"] >= body["max_tokens"]:
            raise refused("`max_tokens` must be greater than `thinking.budget_tokens`.")
        if body.get("tool_choice", {}).get("type") in ("any", "tool"):
            raise refused("Thinking may not be enabled when tool_choice forces tool use.")
    elif thinking["type"] == "adaptive" and model.old:
        raise refused("adaptive thinking is not supported on this model")


def tools(body: Json) -> None:
    """Raises `Refused` for tools of one name, schemas that cannot be held to, and choices among others."""
    offered = body.get("tools") or []
    names = [tool["name"] for tool in offered]
    if len(set(names)) < len(names):
        raise refused("tools: Tool names must be unique.")
    for number, tool in enumerate(offered):
        if any(word in tool["input_schema"] for word in ("oneOf", "allOf", "anyOf")):
            raise refused(
                f"tools.{number}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top "
                "level"
            )
        if tool.get("strict"):
            closed(tool["input_schema"], f"tools.{number}.custom")
    choice = body.get("tool_choice")
    if choice and choice["type"] != "none" and not offered:
        raise refused("tool_choice may only be specified while providing tools")
    if choice and choice["type"] == "tool" and choice["name"] not in names:
        raise refused(f"Tool '{choice['name']}' not found in provided tools")


def closed(schema: Any, where: str) -> None:
    """Every object of a schema says that it takes no other fields; raises `Refused`."""
    if isinstance(schema, list):
        for item in schema:
            closed(item, where)
    elif isinstance(schema, dict):
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
            raise refused(f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false")
        for name, item in schema.items():
            if name not in ("enum", "const", "default", "required"):
                closed(list(item.values()) if name in ("properties", "$defs") else item, where)


def breakpoints(value: Any) -> int:
    """How many places of a body ask to be cached."""
    if isinstance(value, list):
        return sum(breakpoints(item) for item in value)
    if isinstance(value, dict):
        inside = sum(breakpoints(item) for name, item in value.items() if name not in ("input", "input_schema"))
        return inside + (value.get("cache_control") is not None)
    return 0


def messages(body: Json, model: Model) -> None:
    """Raises `Refused` for messages out of order or empty, and for calls without results."""
    turns = [(message["role"], blocks(message["content"])) for message in body["messages"]]
    if turns[0][0] != "user":
        raise refused('messages: first message must use the "user" role')
    for number, (role, content) in enumerate(turns):
        if not content and not (role == "assistant" and number == len(turns) - 1):
            raise refused(
                f"messages.{number}: all messages must have non-empty content except for the optional final assistant "
                "message"
            )
        for place, block in enumerate(content):
            _block(block, f"messages.{number}.content.{place}")
        _results(number, turns)
    last_role, last = turns[-1]
    if last_role == "assistant":
        if not model.old:
            raise refused(
                "This model does not support assistant message prefill. The conversation must end with a user message."
            )
        if last and last[-1].get("text", "").endswith((" ", "\n", "\t")):
            raise refused("messages: final assistant content cannot end with trailing whitespace")


def blocks(content: str | list[Json]) -> list[Json]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    return content


def _block(block: Json, where: str) -> None:
    match block["type"]:
        case "text" if not block["text"]:
            raise refused("messages: text content blocks must be non-empty")
        case "text" if not block["text"].strip():
            raise refused("messages: text content blocks must contain non-whitespace text")
        case "image":
            _image(block["source"], where)
        case "tool_result":
            for place, inner in enumerate(blocks(block.get("content", ""))):
                _block(inner, f"{where}.content.{place}")
        case "thinking":
            try:
                signed = base64.b64decode(block["signature"], validate=True).startswith(SIGNED)
            except binascii.Error:
                signed = False
            if not signed:
                raise refused(f"{where}: Invalid `signature` in `thinking` block")


def _image(source: Json, where: str) -> None:
    if source["type"] == "url":
        raise refused("Unable to download the file. Please verify the URL and try again.")
    try:
        data = base64.b64decode(source["data"], validate=True)
    except binascii.Error:
        raise refused(f"{where}.image.source.base64: invalid base64 data") from None
    if len(data) > MOST_IMAGE:
        raise refused(
            f"{where}.image.source.base64: image exceeds 5 MB maximum: {len(data)} bytes > {MOST_IMAGE} bytes"
        )
    found = next((name for magic, name in _MAGIC.items() if data.startswith(magic)), None)
    if found is None:
        raise refused("Could not process image")
    if found != source["media_type"]:
        raise refused(
            f"{where}.image.source.base64: The image was specified using the {source['media_type']} media type, but "
            f"the image appears to be a {found} image"
        )


def _results(number: int, turns: list[tuple[str, list[Json]]]) -> None:
    """The calls of one message are answered at the beginning of the next, and only they are."""
    content = turns[number][1]
    before = turns[number - 1][1] if number else []
    asked = [block["id"] for block in before if block["type"] == "tool_use"]
    for place, block in enumerate(content):
        if block["type"] == "tool_result" and block["tool_use_id"] not in asked:
            raise refused(
                f"messages.{number}.content.{place}: unexpected `tool_use_id` found in `tool_result` blocks: "
                f"{block['tool_use_id']}. Each `tool_result` block must have a corresponding `tool_use` block in the "
                "previous message."
            )
    called = [block["id"] for block in content if block["type"] == "tool_use"]
    after = turns[number + 1][1] if number + 1 < len(turns) else []
    first = next((place for place, block in enumerate(after) if block["type"] != "tool_result"), len(after))
    answered = [block["tool_use_id"] for block in after[:first]]
    if left := [id for id in called if id not in answered]:
        raise refused(
            f"messages.{number}: `tool_use` ids were found without `tool_result` blocks immediately after: "
            f"{', '.join(left)}. Each `tool_use` block must have a corresponding `tool_result` block in the next "
            "message."
        )

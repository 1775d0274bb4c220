"""`POST /v1/messages`: a body is checked and read into a prompt, and what the model says is written out."""

import base64
from collections.abc import Iterator
from typing import Any

import orjson

from sandbox.anthropic import rules, shapes
from sandbox.anthropic.errors import refused, worded
from sandbox.anthropic.models import Model, find
from sandbox.llm.exchange import Event, Stream, event
from sandbox.llm.prompt import Call, Message, Prompt, Role, Spoken, Tool, carried
from sandbox.llm.script import Usage
from sandbox.llm.shapes import Problem
from sandbox.llm.tokens import tokens
from sandbox.llm.vendor import arguments, chunks
from sandbox.world import Json

WEIGHT = 1.35
"""Claude 5.5 makes about a third more tokens of a text."""
_STOP = {"end": "end_turn", "length": "max_tokens", "refusal": "refusal", "stop": "stop_sequence"}


def read(body: Json, version: str) -> tuple[Prompt, Model]:
    """The prompt in a body, and its model; raises `Refused`."""
    try:
        shapes.MESSAGES.check(body)
    except Problem as problem:
        raise worded(problem) from None
    model = find(body["model"])
    rules.parameters(body, model, version)
    rules.tools(body)
    rules.messages(body, model)
    if (found := rules.breakpoints(body)) > rules.MOST_BREAKPOINTS:
        raise refused(f"A maximum of 4 blocks with cache_control may be provided. Found {found}.")
    structured = (body.get("output_config") or {}).get("format")
    if structured:
        rules.closed(structured["schema"], "output_config.format.schema")
    choice = body.get("tool_choice") or {"type": "auto"}
    prompt = Prompt(
        model=model.name,
        messages=tuple(_messages(body)),
        tools=tuple(Tool(t["name"], t.get("description", ""), t["input_schema"]) for t in body.get("tools") or []),
        choice={"any": "required", "tool": choice.get("name", "")}.get(choice["type"], choice["type"]),
        schema=structured["schema"] if structured else None,
        most=body["max_tokens"],
        stop=tuple(body.get("stop_sequences") or ()),
    )
    return prompt, model


def _messages(body: Json) -> Iterator[Message]:
    for block in rules.blocks(body.get("system", "")):
        yield Message("system", block["text"])
    for message in body["messages"]:
        content = rules.blocks(message["content"])
        for block in content:
            if block["type"] == "tool_result":
                yield _said("tool", rules.blocks(block.get("content", "")), answers=block["tool_use_id"])
        if rest := [block for block in content if block["type"] != "tool_result"]:
            yield _said(message["role"], rest)


def _said(role: Role, content: list[Json], answers: str = "") -> Message:
    pictures = [base64.b64decode(block["source"]["data"]) for block in content if block["type"] == "image"]
    return Message(
        role,
        "\n".join(block["text"] for block in content if block["type"] == "text"),
        len(pictures),
        "\n".join(filter(None, map(carried, pictures))),
        tuple(Call(b["name"], b["input"], b["id"]) for b in content if b["type"] == "tool_use"),
        answers,
    )


def segments(body: Json) -> Iterator[tuple[str, bool]]:
    """The prompt in the order in which it is cached: each block as text, and whether it asks to be cached up to it."""
    for tool in body.get("tools") or []:
        yield orjson.dumps({**tool, "cache_control": None}).decode(), bool(tool.get("cache_control"))
    for block in rules.blocks(body.get("system", "")):
        yield f"system: {block['text']}", bool(block.get("cache_control"))
    for message in body["messages"]:
        for block in rules.blocks(message["content"]):
            yield f"{message['role']}: {_shown(block)}", bool(block.get("cache_control"))


def _shown(block: Json) -> str:
    """A block as the model reads it: images are counted apart, earlier thoughts are not read again."""
    match block["type"]:
        case "text":
            return str(block["text"])
        case "tool_use":
            return f"{block['name']} {orjson.dumps(block['input']).decode()}"
        case "tool_result":
            return "\n".join(_shown(inner) for inner in rules.blocks(block.get("content", "")))
    return ""


class MessageWire:
    """`input` are the tokens that are neither read from the cache nor written to it."""

    def __init__(self, body: Json, model: Model, name: str, input: int, read: int, written: int) -> None:
        self.streaming = bool(body.get("stream"))
        self._name, self._model = name, model.name
        self._tokens = (input, read, written)
        effort = (body.get("output_config") or {}).get("effort") or "medium"
        thinking = (body.get("thinking") or {}).get("type")
        self._thinks = thinking in ("enabled", "adaptive") or (model.thinks and not thinking and effort != "low")

    def whole(self, spoken: Spoken, usage: Usage | None) -> Json:
        content: list[Json] = [self._thought()] if self._thinks and spoken.cause != "refusal" else []
        if spoken.text and spoken.cause != "refusal":
            content.append({"type": "text", "text": spoken.text})
        content += [{"type": "tool_use", "id": c.id, "name": c.name, "input": _object(c)} for c in spoken.calls]
        return {**self._message(spoken, usage), "content": content, **_stopped(spoken)}

    def stream(self, spoken: Spoken, usage: Usage | None, delay: float, pace: float) -> Stream:
        opening: Json = {**self._message(Spoken("."), usage), "content": [], "stop_reason": None, "stop_sequence": None}
        pieces: list[Event] = []
        for index, (block, deltas) in enumerate(self._blocks(spoken)):
            pieces.append(_event({"type": "content_block_start", "index": index, "content_block": block}))
            pieces += [_event({"type": "content_block_delta", "index": index, "delta": delta}) for delta in deltas]
            pieces.append(_event({"type": "content_block_stop", "index": index}))
        used = self._usage(spoken, usage)
        delta = {"type": "message_delta", "delta": _stopped(spoken), "usage": used}
        failure = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        return Stream(
            opening=[_event({"type": "message_start", "message": opening}), _event({"type": "ping"})],
            pieces=pieces,
            closing=[_event(delta), _event({"type": "message_stop"})],
            error=_event(failure),
            name="content_block_delta",
            delay=delay,
            pace=pace,
        )

    def _blocks(self, spoken: Spoken) -> Iterator[tuple[Json, list[Json]]]:
        """Each block as it begins, and what is added to it."""
        if spoken.cause == "refusal":
            return
        if self._thinks:
            thought = self._thought()
            signature = {"type": "signature_delta", "signature": thought["signature"]}
            yield {**thought, "signature": ""}, [signature]
        if spoken.text:
            deltas = [{"type": "text_delta", "text": piece} for piece in chunks(spoken.text)]
            yield {"type": "text", "text": ""}, deltas
        for call in spoken.calls:
            parts = ["", *chunks(arguments(call))]
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts]
            yield {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}, deltas

    def _thought(self) -> Json:
        signature = base64.b64encode(rules.SIGNED + self._name.encode()).decode()
        return {"type": "thinking", "thinking": "", "signature": signature}

    def _message(self, spoken: Spoken, usage: Usage | None) -> Json:
        head = {"id": self._name, "type": "message", "role": "assistant", "model": self._model}
        return {**head, "usage": {**self._usage(spoken, usage), "service_tier": "standard"}}

    def _usage(self, spoken: Spoken, told: Usage | None) -> Json:
        fresh, read, written = self._tokens
        output = tokens(spoken.text, WEIGHT) + sum(tokens(arguments(call), WEIGHT) + 8 for call in spoken.calls)
        if told is not None:
            fresh, read, written, output = told.input - told.cached, told.cached, 0, told.output
        return {
            "input_tokens": fresh,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": read,
            "output_tokens": output,
        }


def _stopped(spoken: Spoken) -> Json:
    stopped: Json = {
        "stop_reason": "tool_use" if spoken.calls else _STOP[spoken.cause],
        "stop_sequence": spoken.stopped_by,
    }
    if spoken.cause == "refusal":
        stopped["stop_details"] = {"type": "refusal", "category": None, "explanation": spoken.text or None}
    return stopped


def _object(call: Call) -> Any:
    """The arguments as an object: where they are not even JSON, nothing of them is left."""
    if not isinstance(call.arguments, str):
        return call.arguments
    try:
        value = orjson.loads(call.arguments)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _event(data: Json) -> Event:
    return event(data, data["type"])

"""`POST /responses`: a body and the conversation it goes on with are read into a prompt; the answer as items."""

import base64
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.llm.exchange import Event, Stream, event
from sandbox.llm.prompt import Call, Message, Prompt, Role, Spoken, Tool
from sandbox.llm.script import Usage
from sandbox.llm.shapes import Problem
from sandbox.llm.tokens import IMAGE
from sandbox.llm.vendor import arguments, chunks
from sandbox.openai import rules, shapes
from sandbox.openai.chat import said
from sandbox.openai.errors import refused, worded
from sandbox.openai.models import Model, find
from sandbox.world import Json


@dataclass(frozen=True, slots=True)
class Asked:
    """A body that was read: `items` is the whole conversation, with what earlier responses kept of it."""

    prompt: Prompt
    items: list[Json]
    reasons: bool


def read(body: Json, kept: Mapping[str, list[Json]]) -> Asked:
    """`kept` holds the conversation up to each stored response; raises `Refused`."""
    try:
        shapes.RESPONSES.check(body)
    except Problem as problem:
        raise worded(problem) from None
    model = find(body["model"], "text")
    effort = _parameters(body, model)
    previous = body.get("previous_response_id")
    if previous is not None and previous not in kept:
        raise refused(
            f"Previous response with id '{previous}' not found.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    given = body["input"]
    fresh = [{"role": "user", "content": given}] if isinstance(given, str) else given
    items = [*(kept[previous] if previous else []), *fresh]
    _answered(items)
    tools = tuple(_tool(number, item) for number, item in enumerate(body.get("tools", [])))
    choice = body.get("tool_choice", "auto")
    chosen = None if isinstance(choice, str) else choice["name"]
    rules.tools({**body, "tool_choice": None if choice == "auto" else choice}, [t.name for t in tools], chosen)
    instructions = [Message("system", body["instructions"])] if body.get("instructions") else []
    prompt = Prompt(
        model=model.name,
        messages=(*instructions, *(m for n, item in enumerate(items) if (m := _message(n, item)) is not None)),
        tools=tools,
        choice=chosen or choice,
        schema=_format(body),
        most=body.get("max_output_tokens"),
    )
    return Asked(prompt, items, effort != "none")


def _parameters(body: Json, model: Model) -> str:
    """The effort the model works with."""
    effort = rules.effort(model, (body.get("reasoning") or {}).get("effort"), "reasoning.effort")
    rules.sampling(body, model, effort)
    if body.get("stream_options") is not None and not body.get("stream"):
        raise refused(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param="stream_options"
        )
    if body.get("background"):
        raise refused("Background responses are not simulated here.", param="background")
    return effort


def _tool(number: int, tool: Json) -> Tool:
    schema = tool.get("parameters") or {"type": "object", "properties": {}}
    # left out, `strict` is on here, unlike in chat completions
    if tool.get("strict", True):
        what = f"function '{tool['name']}'"
        rules.strict_schema(schema, what, f"tools[{number}].parameters", "invalid_function_parameters")
    return Tool(tool["name"], tool.get("description") or "", schema)


def _format(body: Json) -> Json | None:
    wanted = (body.get("text") or {}).get("format") or {"type": "text"}
    if wanted["type"] == "json_object":
        return {"type": "object", "properties": {}}
    if wanted["type"] == "json_schema":
        if wanted.get("strict"):
            what = f"response_format '{wanted['name']}'"
            rules.strict_schema(wanted["schema"], what, "text.format.schema", "invalid_json_schema")
        schema: Json = wanted["schema"]
        return schema
    return None


def _message(number: int, item: Json) -> Message | None:
    match item.get("type", "message"):
        case "reasoning":
            return None
        case "function_call":
            return Message("assistant", "", calls=(Call(item["name"], item["arguments"], item["call_id"]),))
        case "function_call_output":
            return _said("tool", item["output"], f"input[{number}].output", item["call_id"])
    role: Role = "system" if item["role"] == "developer" else item["role"]
    return _said(role, item["content"], f"input[{number}].content")


def _said(role: Role, content: str | list[Json], where: str, answers: str = "") -> Message:
    if isinstance(content, str):
        return Message(role, content, answers=answers)
    pictured = [
        rules.image(part.get("image_url") or "", f"{where}[{place}].image_url")
        for place, part in enumerate(content)
        if part["type"] == "input_image"
    ]
    text = "\n".join(part.get("text") or part.get("refusal") or "" for part in content)
    return Message(role, text, len(pictured), "\n".join(filter(None, pictured)), answers=answers)


def _answered(items: Sequence[Json]) -> None:
    """Every call has its output and every output its call; raises `Refused`."""
    waiting: list[str] = []
    for item in items:
        if item.get("type") == "function_call":
            waiting.append(item["call_id"])
        elif item.get("type") == "function_call_output":
            if item["call_id"] not in waiting:
                raise refused(
                    f"No tool call found for function call output with call_id {item['call_id']}.", param="input"
                )
            waiting.remove(item["call_id"])
    if waiting:
        raise refused(f"No tool output found for function call {waiting[0]}.", param="input")


class ResponseWire:
    def __init__(self, body: Json, asked: Asked, name: str, created: int, input: int, cached: int) -> None:
        self.streaming = bool(body.get("stream"))
        self.name = name
        self.output: list[Json] = []
        self._body, self._asked, self._created = body, asked, created
        self._input = input + IMAGE * sum(message.images for message in asked.prompt.messages)
        self._cached = cached

    def whole(self, spoken: Spoken, usage: Usage | None) -> Json:
        self.output = self._items(spoken)
        return self._response(_status(spoken), self.output, self._usage(spoken, usage), spoken)

    def stream(self, spoken: Spoken, usage: Usage | None, delay: float, pace: float) -> Stream:
        self.output = self._items(spoken)
        numbers = itertools.count()

        def written(kind: str, **fields: Any) -> Event:
            return event({"type": kind, **fields, "sequence_number": next(numbers)}, kind)

        begun = self._response("in_progress", [], None, None)
        opening = [written("response.created", response=begun), written("response.in_progress", response=begun)]
        pieces: list[Event] = []
        for index, item in enumerate(self.output):
            begun_with: Json = {"content": [], "arguments": "", "status": "in_progress"}
            started = {**item, **{name: value for name, value in begun_with.items() if name in item}}
            pieces.append(written("response.output_item.added", output_index=index, item=started))
            place = {"item_id": item["id"], "output_index": index}
            if item["type"] == "message":
                part = item["content"][0]
                pieces += [written(kind, **place, content_index=0, **fields) for kind, fields in _part(part)]
            elif item["type"] == "function_call":
                name = "response.function_call_arguments"
                pieces += [written(f"{name}.delta", **place, delta=text) for text in chunks(item["arguments"])]
                pieces.append(written(f"{name}.done", **place, arguments=item["arguments"], name=item["name"]))
            pieces.append(written("response.output_item.done", output_index=index, item=item))
        status = _status(spoken)
        final = self._response(status, self.output, self._usage(spoken, usage), spoken)
        failure = {"code": "server_error", "message": "The server had an error while processing your request."}
        error = event({"type": "error", **failure, "param": None, "sequence_number": len(pieces)}, "error")
        closing = [written(f"response.{status}", response=final)]
        return Stream(opening, pieces, closing, error, "response.output_text.delta", delay, pace)

    def _items(self, spoken: Spoken) -> list[Json]:
        items: list[Json] = []
        if self._asked.reasons:
            thought: Json = {"id": self.name.replace("resp_", "rs_"), "type": "reasoning", "summary": []}
            if "reasoning.encrypted_content" in (self._body.get("include") or []):
                thought["encrypted_content"] = base64.b64encode(self.name.encode()).decode()
            items.append(thought)
        if spoken.text or not spoken.calls:
            part: Json = {"type": "output_text", "text": spoken.text, "annotations": [], "logprobs": []}
            if spoken.cause == "refusal":
                part = {"type": "refusal", "refusal": spoken.text}
            status = "incomplete" if spoken.cause == "length" else "completed"
            message: Json = {"id": self.name.replace("resp_", "msg_"), "type": "message", "role": "assistant"}
            items.append({**message, "status": status, "content": [part]})
        for number, call in enumerate(spoken.calls):
            items.append(
                {
                    "id": f"{self.name.replace('resp_', 'fc_')}{number}",
                    "type": "function_call",
                    "call_id": call.id,
                    "name": call.name,
                    "arguments": arguments(call),
                    "status": "completed",
                }
            )
        return items

    def _response(self, status: str, output: list[Json], usage: Json | None, spoken: Spoken | None) -> Json:
        body = self._body
        cut = spoken is not None and spoken.cause == "length"
        return {
            "id": self.name,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
            "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"),
            "model": body["model"],
            "output": output,
            "parallel_tool_calls": body.get("parallel_tool_calls", True),
            "previous_response_id": body.get("previous_response_id"),
            "reasoning": body.get("reasoning") or {"effort": None, "summary": None},
            "service_tier": "default",
            "store": body.get("store", True),
            "temperature": body.get("temperature", 1.0),
            "text": {"format": {"type": "text"}, **(body.get("text") or {})},
            "tool_choice": body.get("tool_choice", "auto"),
            "tools": body.get("tools", []),
            "top_p": body.get("top_p", 1.0),
            "truncation": "disabled",
            "usage": usage,
            "metadata": body.get("metadata") or {},
        }

    def _usage(self, spoken: Spoken, told: Usage | None) -> Json:
        used = told or Usage(self._input, self._cached, said(spoken))
        return {
            "input_tokens": used.input,
            "input_tokens_details": {"cached_tokens": used.cached, "cache_write_tokens": 0},
            "output_tokens": used.output,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": used.input + used.output,
        }


def _part(part: Json) -> list[tuple[str, Json]]:
    """The events of one part of a message."""
    refusal = part["type"] == "refusal"
    kind, field = ("response.refusal", "refusal") if refusal else ("response.output_text", "text")
    more: Json = {} if refusal else {"logprobs": []}
    return [
        ("response.content_part.added", {"part": {**part, field: ""}}),
        *((f"{kind}.delta", {"delta": piece, **more}) for piece in chunks(part[field])),
        (f"{kind}.done", {field: part[field], **more}),
        ("response.content_part.done", {"part": part}),
    ]


def _status(spoken: Spoken) -> str:
    return "incomplete" if spoken.cause == "length" else "completed"

"""`POST /chat/completions`: a body is checked and read into a prompt, and what the model says is written out."""

from typing import Any

import orjson

from sandbox.llm.exchange import Event, Stream, event
from sandbox.llm.prompt import Call, Message, Prompt, Spoken, Tool
from sandbox.llm.script import Usage
from sandbox.llm.shapes import Problem
from sandbox.llm.tokens import IMAGE, tokens
from sandbox.llm.vendor import arguments, chunks
from sandbox.openai import rules, shapes
from sandbox.openai.errors import refused, worded
from sandbox.openai.models import Model, find
from sandbox.world import Json

_FINISH = {"end": "stop", "stop": "stop", "refusal": "stop", "length": "length"}


def read(body: Json) -> Prompt:
    """The prompt in a body; raises `Refused`."""
    try:
        shapes.CHAT.check(body)
    except Problem as problem:
        raise worded(problem) from None
    model = find(body["model"], "text")
    tools = tuple(_tool(number, item["function"]) for number, item in enumerate(body.get("tools", [])))
    _parameters(body, model, bool(tools))
    choice = body.get("tool_choice", "auto")
    chosen = None if isinstance(choice, str) else choice["function"]["name"]
    rules.tools(body, [tool.name for tool in tools], chosen)
    messages = tuple(_message(number, item) for number, item in enumerate(body["messages"]))
    _answered(messages)
    stop = body.get("stop") or ()
    return Prompt(
        model=model.name,
        messages=messages,
        tools=tools,
        choice=chosen or choice,
        schema=_format(body),
        most=body.get("max_completion_tokens") or body.get("max_tokens"),
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
    )


def _parameters(body: Json, model: Model, has_tools: bool) -> None:
    works_with = rules.effort(model, body.get("reasoning_effort"), "reasoning_effort")
    if has_tools and model.strict_tools and body.get("reasoning_effort") != "none":
        raise refused(
            f"Function tools with reasoning_effort are not supported for {model.name} in /v1/chat/completions. "
            "To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
            param="reasoning_effort",
        )
    rules.sampling(body, model, works_with)
    if body.get("max_tokens") is not None and model.reasons:
        raise rules.unsupported("max_tokens", " Use 'max_completion_tokens' instead.")
    if body.get("stream_options") is not None and not body.get("stream"):
        raise refused(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param="stream_options"
        )


def _tool(number: int, function: Json) -> Tool:
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    param = f"tools[{number}].function.parameters"
    what = f"function '{function['name']}'"
    if schema.get("type") != "object":
        raise refused(
            f"Invalid schema for {what}: schema must be a JSON Schema of 'type: \"object\"', "
            f"got 'type: \"{schema.get('type')}\"'.",
            param=param,
            code="invalid_function_parameters",
        )
    if function.get("strict"):
        rules.strict_schema(schema, what, param, "invalid_function_parameters")
    return Tool(function["name"], function.get("description", ""), schema)


def _format(body: Json) -> Json | None:
    wanted = body.get("response_format", {"type": "text"})
    if wanted["type"] == "json_object":
        if "json" not in orjson.dumps(body["messages"]).decode().lower():
            raise refused(
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
                param="messages",
            )
        return {"type": "object", "properties": {}}
    if wanted["type"] == "json_schema":
        named = wanted["json_schema"]
        schema: Json = named.get("schema") or {"type": "object"}
        if named.get("strict"):
            what = f"response_format '{named['name']}'"
            rules.strict_schema(schema, what, "response_format", "invalid_json_schema")
        return schema
    return None


def _message(number: int, item: Json) -> Message:
    content = item.get("content")
    parts: list[Json] = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    pictured = [
        rules.image(part["image_url"]["url"], f"messages[{number}].content[{place}].image_url.url")
        for place, part in enumerate(parts)
        if part["type"] == "image_url"
    ]
    calls = tuple(_call(call) for call in item.get("tool_calls", []))
    if item["role"] == "assistant" and not content and not calls and not item.get("refusal"):
        raise refused(
            f"Invalid value for 'content': expected a string, got null for messages[{number}].",
            param=f"messages.[{number}].content",
        )
    return Message(
        role="system" if item["role"] in ("system", "developer") else item["role"],
        text="\n".join(part.get("text") or part.get("refusal") or "" for part in parts),
        images=len(pictured),
        pictured="\n".join(filter(None, pictured)),
        calls=calls,
        answers=item.get("tool_call_id", ""),
    )


def _call(call: Json) -> Call:
    return Call(call["function"]["name"], call["function"]["arguments"], call["id"])


def _answered(messages: tuple[Message, ...]) -> None:
    """Every call is answered right after it, and nothing else is; raises `Refused`."""
    waiting: list[str] = []
    for number, message in enumerate((*messages, None)):
        if message is not None and message.role == "tool":
            if message.answers not in waiting:
                raise refused(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
                    "'tool_calls'.",
                    param=f"messages.[{number}].role",
                )
            waiting.remove(message.answers)
            continue
        if waiting:
            raise refused(
                "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                "'tool_call_id'. The following tool_call_ids did not have response messages: " + ", ".join(waiting),
                param=f"messages.[{number}].role",
            )
        waiting = [call.id for call in message.calls] if message else []


class ChatWire:
    def __init__(self, body: Json, name: str, created: int, input: int, cached: int, images: int) -> None:
        self.streaming = bool(body.get("stream"))
        self._base = {"id": name, "created": created, "model": body["model"], "service_tier": "default"}
        self._with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        self._input, self._cached = input + images * IMAGE, cached

    def whole(self, spoken: Spoken, usage: Usage | None) -> Json:
        message: Json = {"role": "assistant", "content": spoken.text or None, "refusal": None, "annotations": []}
        if spoken.cause == "refusal":
            message |= {"content": None, "refusal": spoken.text}
        if spoken.calls:
            message["tool_calls"] = [
                {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": arguments(c)}}
                for c in spoken.calls
            ]
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(spoken)}
        return {**self._base, "object": "chat.completion", "choices": [choice], "usage": self._usage(spoken, usage)}

    def stream(self, spoken: Spoken, usage: Usage | None, delay: float, pace: float) -> Stream:
        pieces = [self._chunk({"role": "assistant", "content": None if spoken.calls else "", "refusal": None})]
        field = "refusal" if spoken.cause == "refusal" else "content"
        pieces += [self._chunk({field: piece}) for piece in chunks(spoken.text)]
        for index, call in enumerate(spoken.calls):
            function = {"name": call.name, "arguments": ""}
            opening = {"index": index, "id": call.id, "type": "function", "function": function}
            pieces.append(self._chunk({"tool_calls": [opening]}))
            for piece in chunks(arguments(call)):
                pieces.append(self._chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}))
        closing = [self._chunk({}, _finish(spoken))]
        if self._with_usage:
            closing.append(self._event([], self._usage(spoken, usage)))
        failure = {"message": "The server had an error while processing your request. Sorry about that!"}
        error = event({"error": {**failure, "type": "server_error", "param": None, "code": "server_error"}})
        return Stream([], pieces, [*closing, event(b"[DONE]")], error, delay=delay, pace=pace)

    def _chunk(self, delta: Json, finish: str | None = None) -> Event:
        return self._event([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}], None)

    def _event(self, choices: list[Any], usage: Json | None) -> Event:
        chunk = {**self._base, "object": "chat.completion.chunk", "choices": choices}
        return event({**chunk, "usage": usage} if self._with_usage else chunk)

    def _usage(self, spoken: Spoken, told: Usage | None) -> Json:
        used = told or Usage(self._input, self._cached, said(spoken))
        return {
            "prompt_tokens": used.input,
            "completion_tokens": used.output,
            "total_tokens": used.input + used.output,
            "prompt_tokens_details": {"cached_tokens": used.cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }


def said(spoken: Spoken) -> int:
    """Tokens of what was said, by estimate."""
    return tokens(spoken.text) + sum(tokens(call.name + arguments(call)) + 8 for call in spoken.calls)


def _finish(spoken: Spoken) -> str:
    return "tool_calls" if spoken.calls else _FINISH[spoken.cause]

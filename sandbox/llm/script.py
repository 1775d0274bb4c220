"""What the model says next, as a test or a person wrote it: replies in a queue, told apart by the words they answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.llm.prompt import Call
from sandbox.world import Json, Refusal

FAULTS = (
    *("slow", "error", "down", "garbage", "cut"),
    *("rate_limit", "quota", "overloaded", "unauthorized", "stream_error", "refusal", "length"),
)
ENDPOINTS = ("generate", "embeddings", "transcriptions")
MOST_REPLIES = 1000
_FIELDS = {
    *("text", "tool", "arguments", "tools", "fault", "seconds", "when", "delay", "pace", "usage"),
    *("endpoint", "transcript"),
}


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens to report instead of the estimate; `cached` are among `input`."""

    input: int
    cached: int
    output: int


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted reply. With neither text nor calls the model speaks for itself, under the `fault` if any."""

    text: str | None = None
    calls: tuple[Call, ...] = ()
    fault: str | None = None
    seconds: float | None = None
    """How long `slow` lasts, or what `retry-after` says."""
    when: str | None = None
    """Part of the user's newest message that it answers; case does not matter."""
    delay: float = 0.0
    """Seconds before the first token."""
    pace: float = 0.0
    """Seconds between two pieces of a stream."""
    usage: Usage | None = None
    endpoint: str = "generate"

    @property
    def speaks(self) -> bool:
        return self.text is not None or bool(self.calls)


class Script:
    def __init__(self) -> None:
        self._replies: list[Reply] = []
        self._loop = False

    def write(self, body: Mapping[str, Any]) -> Json:
        """Append replies, or with `"replace": true` begin anew; raises `Refusal` for what is no script."""
        replies, loop, replace = body.get("replies"), body.get("loop", False), body.get("replace", False)
        if not isinstance(replies, list) or not isinstance(loop, bool) or not isinstance(replace, bool):
            raise Refusal('a script is {"replies": [...], "loop": true or false, "replace": true or false}')
        if unknown := set(body) - {"replies", "loop", "replace"}:
            raise Refusal(f"a script has no {sorted(unknown)}")
        read = [_reply(item) for item in replies]
        kept = [] if replace else self._replies
        if len(kept) + len(read) > MOST_REPLIES:
            raise Refusal(f"a script has at most {MOST_REPLIES} replies")
        self._replies = kept + read
        self._loop = loop
        return {"replies": len(self._replies), "loop": loop}

    def next(self, endpoint: str, question: str, *, keep: bool = False) -> Reply | None:
        """The first reply that fits, taken out of the queue unless `keep`; in a loop it goes to the end."""
        for number, reply in enumerate(self._replies):
            if reply.endpoint == endpoint and (not reply.when or reply.when.lower() in question.lower()):
                if not keep:
                    del self._replies[number]
                    if self._loop:
                        self._replies.append(reply)
                return reply
        return None

    def clear(self) -> None:
        self._replies, self._loop = [], False

    def as_json(self) -> Json:
        return {
            "replies": [
                {k: v for k, v in asdict(reply).items() if v not in (None, (), 0.0)} for reply in self._replies
            ],
            "loop": self._loop,
        }


def _reply(item: Any) -> Reply:
    if not isinstance(item, dict):
        raise Refusal("a reply is an object")
    if unknown := set(item) - _FIELDS:
        raise Refusal(f"a reply has no {sorted(unknown)}; it has {sorted(_FIELDS)}")
    text, fault, when = (_text(item, name) for name in ("text", "fault", "when"))
    transcript = _text(item, "transcript")
    endpoint = _text(item, "endpoint") or ("generate" if transcript is None else "transcriptions")
    if fault is not None and fault not in FAULTS:
        raise Refusal(f'"fault" is one of: {", ".join(FAULTS)}')
    if endpoint not in ENDPOINTS:
        raise Refusal(f'"endpoint" is one of: {", ".join(ENDPOINTS)}')
    reply = Reply(
        text=text if transcript is None else transcript,
        calls=_calls(item),
        fault=fault,
        seconds=_seconds(item, "seconds", 600),
        when=when,
        delay=_seconds(item, "delay", 600) or 0.0,
        pace=_seconds(item, "pace", 60) or 0.0,
        usage=_usage(item.get("usage")),
        endpoint=endpoint,
    )
    if not reply.speaks and not fault and not reply.delay and not reply.pace:
        raise Refusal('a reply needs "text", "tool", "tools", "transcript", "fault", "delay" or "pace"')
    return reply


def _calls(item: Json) -> tuple[Call, ...]:
    tools = item.get("tools", [item] if "tool" in item else [])
    if not isinstance(tools, list) or ("tools" in item and "tool" in item):
        raise Refusal('"tools" is a list of {"tool", "arguments"}; a reply has "tool" or "tools"')
    calls = []
    for tool in tools:
        name = tool.get("tool") if isinstance(tool, dict) else None
        arguments = tool.get("arguments", {}) if isinstance(tool, dict) else None
        if not isinstance(name, str) or not name or not isinstance(arguments, dict | str):
            raise Refusal('a tool is {"tool": name, "arguments": object or text}')
        calls.append(Call(name, arguments))
    return tuple(calls)


def _usage(value: Any) -> Usage | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) - {"input", "cached", "output"}:
        raise Refusal('"usage" is {"input", "cached", "output"}')
    numbers = [value.get(name, 0) for name in ("input", "cached", "output")]
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in numbers) or numbers[1] > numbers[0]:
        raise Refusal('"usage" has whole numbers, "cached" at most "input"')
    return Usage(*numbers)


def _text(item: Json, name: str) -> str | None:
    value = item.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal(f'"{name}" is a text')
    return value


def _seconds(item: Json, name: str, most: float) -> float | None:
    value = item.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise Refusal(f'"{name}" is a number of seconds from 0 to {most}')
    return float(value)

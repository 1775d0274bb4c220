"""A request to a model and what the model says to it, in the one form that both vendors' protocols are read into."""

from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool called by the model; `arguments` is an object, or the raw text of a broken one."""

    name: str
    arguments: dict[str, Any] | str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: of a `tool` the text is its result and `answers` the id of the call."""

    role: Role
    text: str
    images: int = 0
    pictured: str = ""
    """The text that the images themselves carry, see `carried`."""
    calls: tuple[Call, ...] = ()
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prompt:
    """`choice` is auto, none, required or a tool's name; `schema` is what a structured answer must fit."""

    model: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    choice: str = "auto"
    schema: dict[str, Any] | None = None
    most: int | None = None
    """The largest number of tokens to answer with."""
    stop: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        """The newest message of the user, with whatever the program put around it."""
        return next((m.text for m in reversed(self.messages) if m.role == "user"), "")

    @property
    def since(self) -> tuple[Message, ...]:
        """What came after the newest message of the user: calls and their results."""
        last = max((i for i, m in enumerate(self.messages) if m.role == "user"), default=-1)
        return self.messages[last + 1 :]

    @property
    def rules(self) -> str:
        return "\n\n".join(m.text for m in self.messages if m.role == "system")

    def tool(self, name: str) -> Tool | None:
        return next((tool for tool in self.tools if tool.name == name), None)


@dataclass(slots=True)
class Spoken:
    """What the model says: a text, calls, or a refusal; `cause` is why it stopped."""

    text: str = ""
    calls: list[Call] = field(default_factory=list)
    cause: Literal["end", "length", "refusal", "stop"] = "end"
    stopped_by: str | None = None


MARK = b"\x00sandbox-says="


def carried(data: bytes) -> str:
    """The words that a sound or a picture carries between `MARK` and a zero byte: the simulated models' only sense."""
    _, found, rest = data.partition(MARK)
    return rest.partition(b"\x00")[0].decode("utf-8", "replace") if found else ""


def mark(text: str) -> bytes:
    """What makes a file carry a text: players and viewers pass over it at the end of a file or in a comment."""
    return MARK + text.encode() + b"\x00"

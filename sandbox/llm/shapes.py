"""Shapes of request bodies: the first thing a strict server refuses, for each vendor to word in its own way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
_KINDS = ((bool, "boolean"), (int, "integer"), (float, "decimal"), (str, "string"), (list, "array"), (dict, "object"))


def kind(value: Any) -> str:
    """The JSON name of a value's type, `null` included; 1.5 is a decimal, 1 an integer."""
    return next((name for python, name in _KINDS if isinstance(value, python)), "null")


class Problem(Exception):
    """One thing wrong with a body.

    `code` is missing, unknown, type, value, low, high, empty, short, long or pattern; `limit` is what the shape
    allows (the expected types or values, a bound, a regular expression), `got` is the value itself.
    """

    def __init__(self, code: str, path: Path, *, limit: Any = None, got: Any = None) -> None:
        super().__init__(f"{code} at {path}")
        self.code = code
        self.path = path
        self.limit = limit
        self.got = got


class Shape:
    kinds: tuple[str, ...] = ()
    """The JSON types it takes; empty: any."""

    def takes(self, value: Any) -> bool:
        return not self.kinds or kind(value) in self.kinds

    def check(self, value: Any, path: Path = ()) -> None:
        """Raises `Problem`."""
        if not self.takes(value):
            raise Problem("type", path, limit=self.kinds, got=value)
        self.inside(value, path)

    def inside(self, value: Any, path: Path) -> None:
        """What is wrong within a value of the right type; raises `Problem`."""


class Anything(Shape):
    pass


class Flag(Shape):
    kinds = ("boolean",)


@dataclass
class Text(Shape):
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    pattern: str | None = None
    kinds = ("string",)

    def inside(self, value: str, path: Path) -> None:
        if self.choices and value not in self.choices:
            raise Problem("value", path, limit=self.choices, got=value)
        if len(value) < self.least:
            raise Problem("short", path, limit=self.least, got=value)
        if self.most is not None and len(value) > self.most:
            raise Problem("long", path, limit=self.most, got=value)
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise Problem("pattern", path, limit=self.pattern, got=value)


@dataclass
class Number(Shape):
    low: float | None = None
    high: float | None = None
    whole: bool = False

    def __post_init__(self) -> None:
        self.kinds = ("integer",) if self.whole else ("decimal", "integer")

    def inside(self, value: float, path: Path) -> None:
        if self.low is not None and value < self.low:
            raise Problem("low", path, limit=self.low, got=value)
        if self.high is not None and value > self.high:
            raise Problem("high", path, limit=self.high, got=value)


@dataclass
class Items(Shape):
    of: Shape
    least: int = 0
    most: int | None = None
    kinds = ("array",)

    def inside(self, value: list[Any], path: Path) -> None:
        if len(value) < self.least:
            raise Problem("empty", path, limit=self.least, got=value)
        if self.most is not None and len(value) > self.most:
            raise Problem("long", path, limit=self.most, got=value)
        for number, item in enumerate(value):
            self.of.check(item, (*path, number))


@dataclass
class Fields(Shape):
    """An object with these fields and, unless `open`, no others."""

    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)
    open: bool = False
    kinds = ("object",)

    def inside(self, value: dict[str, Any], path: Path) -> None:
        for name in self.required:
            if name not in value:
                raise Problem("missing", (*path, name))
        for name, item in value.items():
            shape = self.required.get(name) or self.optional.get(name)
            if shape is not None:
                shape.check(item, (*path, name))
            elif not self.open:
                raise Problem("unknown", (*path, name), got=item)


@dataclass
class Tagged(Shape):
    """One of several objects, told apart by the text in the field `tag`; `default` stands in when it is absent."""

    tag: str
    of: Mapping[str, Shape]
    default: str | None = None
    kinds = ("object",)

    def inside(self, value: dict[str, Any], path: Path) -> None:
        if self.tag not in value and self.default is None:
            raise Problem("missing", (*path, self.tag))
        name = value.get(self.tag, self.default)
        if not isinstance(name, str):
            raise Problem("type", (*path, self.tag), limit=("string",), got=name)
        if name not in self.of:
            raise Problem("value", (*path, self.tag), limit=tuple(self.of), got=name)
        self.of[name].check(value, path)


class Either(Shape):
    """One of several shapes, told apart by their JSON types."""

    def __init__(self, *shapes: Shape) -> None:
        self.shapes = shapes
        self.kinds = tuple(name for shape in shapes for name in shape.kinds)

    def inside(self, value: Any, path: Path) -> None:
        next(shape for shape in self.shapes if shape.takes(value)).check(value, path)


class Maybe(Shape):
    """The shape or null."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.kinds = (*shape.kinds, "null") if shape.kinds else ()

    def inside(self, value: Any, path: Path) -> None:
        if value is not None:
            self.shape.check(value, path)

"""Reads the YAML files that people edit by hand and reports every mistake at once, each with its path and line.

A section is read from the YAML nodes rather than from loaded values: nodes know their line, `1.10` stays exact,
and words that YAML takes for something else (`on`, `10:00`) stay what the person wrote.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import yaml

from infra.errors import ConfigError

MAX_CHARACTERS = 1_000_000
MAX_BRACKETS = 200
"""Opening brackets on one line."""
MISSING_VALUE = ("is missing", "не заполнено")

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
_GROUPED = re.compile(r"[+-]?(\d+|\d{1,3}([ _\u00a0\u202f]\d{3})+)(\.\d+)?")
_GROUPS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIMES = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands and what is wrong, in English for the log and in Russian for the owner."""

    path: str
    line: int | None
    english: str
    russian: str

    def text(self, *, russian: bool = False) -> str:
        place = [f"{'строка' if russian else 'line'} {self.line}"] if self.line else []
        return ": ".join([*place, *([self.path] if self.path else []), self.russian if russian else self.english])


class BrokenFileError(ConfigError):
    """A file that people edit is wrong. `problems` lists every mistake found, in the order of the file."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        english = "\n".join(f"{source}: {problem.text()}" for problem in self.problems)
        russian = "\n".join(problem.text(russian=True) for problem in self.problems)
        super().__init__(english, public=f"В файле {source} есть ошибки:\n{russian}")


@dataclass(slots=True)
class Node:
    """One place in the file. Getters report what is wrong and return a harmless value, so that reading goes on."""

    yaml: yaml.Node | None
    path: str
    problems: list[Problem] = field(repr=False)

    @property
    def present(self) -> bool:
        return self.yaml is not None

    @property
    def line(self) -> int | None:
        return self.yaml.start_mark.line + 1 if self.yaml is not None else None

    def wrong(self, english: str, russian: str) -> None:
        """Adds a mistake at this place."""
        self.problems.append(Problem(self.path, self.line, english, russian))

    def section(self, required: str, optional: str = "") -> dict[str, "Node"]:
        """The named fields of a mapping (names separated by spaces); unknown, repeated and absent ones are reported."""
        names = [*required.split(), *optional.split()]
        found: dict[str, Node] = {}
        for key, node in self.pairs():
            if key in names:
                found[key] = node
            else:
                expected = ", ".join(names)
                node.wrong(f"unknown field, expected one of: {expected}", f"лишнее поле, здесь бывают: {expected}")
        usable = isinstance(self.yaml, yaml.MappingNode)
        for name in names:
            if name not in found:
                found[name] = Node(None, self._child(name), self.problems)
                if usable and name in required.split():
                    self.problems.append(Problem(found[name].path, self.line, *MISSING_VALUE))
        return found

    def pairs(self) -> list[tuple[str, "Node"]]:
        """Keys and values of a mapping; a repeated key is reported and its later value left out."""
        if not self.present:
            return []
        if not isinstance(self.yaml, yaml.MappingNode):
            self.wrong("must be a section of `name: value` lines", "здесь нужен раздел из строк «имя: значение»")
            return []
        found: dict[str, Node] = {}
        for key_node, value in self.yaml.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            node = Node(value, self._child(key), self.problems)
            if key in found:
                line = key_node.start_mark.line + 1
                self.problems.append(Problem(node.path, line, "is given twice", "указано дважды"))
            else:
                found[key] = node
        return list(found.items())

    def items(self, *, least: int = 0, most: int = 500) -> list["Node"]:
        """Elements of a list."""
        if not self.present:
            return []
        if not isinstance(self.yaml, yaml.SequenceNode):
            self.wrong("must be a list", "здесь нужен список")
            return []
        found = self.yaml.value
        if not least <= len(found) <= most:
            self.wrong(
                f"must have {least} to {most} elements, has {len(found)}",
                f"нужно от {least} до {most} элементов, сейчас {len(found)}",
            )
        return [Node(node, f"{self.path}[{n}]", self.problems) for n, node in enumerate(found[:most])]

    def text(self, *, longest: int = 300, default: str = "") -> str:
        """A line of text as people should see it: thousands are set with a no-break space."""
        raw = self._scalar()
        if raw is None:
            return default
        if len(raw) > longest:
            self.wrong(f"must be at most {longest} characters", f"длиннее {longest} знаков")
            return default
        return _GROUPS.sub("\u00a0", " ".join(raw.split(" ")))

    def translations(self) -> dict[str, tuple[str, ...]]:
        """Russian text → what stands for it in another language, the first the one to show, the rest ways to say it."""
        found: dict[str, tuple[str, ...]] = {}
        for key, node in self.pairs():
            several = isinstance(node.yaml, yaml.SequenceNode)
            given = node.items(least=1, most=50) if several else [node]
            said = tuple(word for word in (one.text() for one in given) if word)
            if said:
                found[_GROUPS.sub("\u00a0", " ".join(key.split(" ")))] = said
        return found

    def identifier(self) -> str:
        raw = self._scalar()
        if raw is None:
            return ""
        if not _IDENTIFIER.fullmatch(raw):
            self._expected("a name of small Latin letters, digits and _", "имя из строчных латинских букв, цифр и _")
            return ""
        return raw

    def number(self, low: str, high: str, *, places: int = 2, default: str = "1") -> Decimal:
        """An exact number from `low` to `high` with at most `places` digits after the point; `5%` is read as 5."""
        raw = self._scalar()
        if raw is None:
            return Decimal(default)
        plain = raw.removesuffix("%").strip()
        if _GROUPED.fullmatch(plain):
            value = Decimal(re.sub(r"[ _\u00a0\u202f]", "", plain))
            _, _, fraction = plain.partition(".")
            if Decimal(low) <= value <= Decimal(high) and len(fraction.rstrip("0")) <= places:
                return value
        kind = ("a whole number", "целое число") if places == 0 else ("a number", "число")
        point = f", at most {places} digits after the point" if places else ""
        point_ru = f", не больше {places} знаков после точки" if places else ""
        self._expected(f"{kind[0]} from {low} to {high}{point}", f"{kind[1]} от {low} до {high}{point_ru}")
        return Decimal(default)

    def whole(self, low: int, high: int, *, default: int = 1) -> int:
        return int(self.number(str(low), str(high), places=0, default=str(default)))

    def flag(self, *, default: bool) -> bool:
        raw = self._scalar()
        if raw is None:
            return default
        if raw.lower() not in ("true", "false", "yes", "no"):
            self._expected("true or false", "true или false")
        return raw.lower() in ("true", "yes")

    def one_of(self, values: tuple[str, ...], *, default: str) -> str:
        raw = self._scalar()
        if raw is None:
            return default
        if raw not in values:
            self._expected(f"one of: {', '.join(values)}", f"одно из: {', '.join(values)}")
            return default
        return raw

    def matching(self, pattern: str, english: str, russian: str) -> str:
        """Text of a fixed form; the two phrases say which form."""
        raw = self._scalar()
        if raw is None:
            return ""
        if not re.fullmatch(pattern, raw):
            self._expected(english, russian)
            return ""
        return raw

    def date(self) -> date | None:
        raw = self._scalar()
        parsed = as_date(raw) if raw is not None else None
        if raw is not None and parsed is None:
            self._expected("a date such as 2026-12-31", "дата вида 2026-12-31")
        return parsed

    def time_span(self) -> tuple[time, time] | tuple[None, None]:
        """Two times of one day, `10:00-19:00`."""
        raw = self._scalar()
        match = _TIMES.fullmatch(raw) if raw is not None else None
        hours = [int(number) for number in match.groups()] if match else []
        if match and max(hours[::2]) < 24 and max(hours[1::2]) < 60:
            return time(hours[0], hours[1]), time(hours[2], hours[3])
        if raw is not None:
            self._expected("hours such as 10:00-19:00", "часы вида 10:00-19:00")
        return None, None

    def _scalar(self) -> str | None:
        """The text of a single value; None when it is absent (reported elsewhere) or not a value (reported here)."""
        if self.yaml is None:
            return None
        if not isinstance(self.yaml, yaml.ScalarNode):
            self.wrong("must be a single value, not a list or a section", "нужно одно значение, а не список")
            return None
        raw = str(self.yaml.value).strip()
        if not raw or self.yaml.tag == "tag:yaml.org,2002:null":
            self.wrong(*MISSING_VALUE)
            return None
        return raw

    def _expected(self, english: str, russian: str) -> None:
        raw = str(self.yaml.value).strip()[:60] if self.yaml is not None else ""
        self.wrong(f'must be {english}, got "{raw}"', f"нужно {russian}, а написано «{raw}»")

    def _child(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def as_date(text: str) -> date | None:
    """2026-12-31 as a date, None for anything else."""
    match = _DATE.fullmatch(text.strip())
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def read_text(path: Path, error: type[BrokenFileError]) -> str:
    """The file's text; raises `error` when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as e:
        raise error(str(path), [Problem("", None, f"cannot be read: {e.strerror}", "файл не открывается")]) from e
    except UnicodeDecodeError as e:
        problem = Problem("", None, "must be text in UTF-8", "файл должен быть текстом в кодировке UTF-8")
        raise error(str(path), [problem]) from e


def parse_tree(text: str, source: str, error: type[BrokenFileError]) -> Node:
    """The root of a YAML text; raises `error` for text that is not YAML at all."""
    try:
        if len(text) > MAX_CHARACTERS:
            raise yaml.YAMLError(f"longer than {MAX_CHARACTERS} characters")
        if any(line.count("[") + line.count("{") > MAX_BRACKETS for line in text.split("\n")):
            raise RecursionError  # the scanner's time grows with the square of the brackets open on one line
        # The C loader is ten times faster, but deep nesting overflows its stack and kills the process.
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError as e:
        raise error(source, [Problem("", None, "nested too deeply", "слишком глубокая вложенность")]) from e
    except yaml.MarkedYAMLError as e:
        line = e.problem_mark.line + 1 if e.problem_mark else None
        reason = " ".join(part for part in (e.context, e.problem) if part)
        problem = Problem("", line, f"is not valid YAML: {reason}", "здесь нарушена разметка YAML")
        raise error(source, [problem]) from e
    except yaml.YAMLError as e:
        reason = " ".join(str(e).split())
        problem = Problem("", None, f"is not valid YAML: {reason}", "это не похоже на файл YAML")
        raise error(source, [problem]) from e
    if root is None:
        raise error(source, [Problem("", None, "is empty", "файл пуст")])
    return Node(root, "", [])


def unique(nodes: Iterable[tuple[str, Node]]) -> None:
    """Reports each name that stands twice; empty names were reported when they were read."""
    seen: set[str] = set()
    for name, node in nodes:
        if name and name in seen:
            node.wrong(f'"{name}" is used twice', f"«{name}» встречается дважды")
        seen.add(name)

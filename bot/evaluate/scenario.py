"""Scenarios as people write them in YAML: who the buyer is, what is said or clicked, and what must come of it."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from infra.errors import ConfigError

FOLDER = Path("tests/evals")
MOST_TURNS = 16
LONGEST = 4000
"""Characters of one message of a buyer."""

Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Texts = list[Text]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Price(Strict):
    """A configuration whose price must be shown; the sum comes from the calculator, never from the scenario."""

    package: str
    options: dict[str, int] = {}
    choices: dict[str, str] = {}


class Expect(Strict):
    """What must hold for the texts of a turn, or of the whole talk. Case, «ё» and kinds of spaces do not matter."""

    any: Texts = []
    """At least one of these stands there."""
    all: Texts = []
    none: Texts = []
    match: str | None = None
    """A regular expression that is found."""
    no_match: str | None = None
    buttons: Texts = []
    """Each is a part of a label that is offered."""
    price: Price | None = None
    continues: bool | None = None
    """The form's question that stood before is put again, or the next one of the same form."""
    messages: int | None = Field(None, ge=0)
    """Exactly so many messages answer; 0: silence."""
    longest: int | None = Field(None, ge=1)
    """Characters of the longest message at most."""
    handoff: bool | None = None
    """Whether a person has been called: a row of the database, whatever was said."""
    english: bool | None = None
    """True: not one Cyrillic letter in texts and labels."""

    @model_validator(mode="after")
    def _patterns(self) -> Self:
        for pattern in (self.match, self.no_match):
            if pattern is not None:
                try:
                    re.compile(pattern)
                except re.error as error:
                    raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return self


class Turn(Strict):
    """One act of the buyer: exactly one of `say`, `click`, `start`, `wait`; then what the model would say to it."""

    say: Text | None = None
    click: str | None = None
    """Part of the label of a button that is shown."""
    start: str | None = None
    wait: float | None = Field(None, gt=0, le=24 * 60)
    """Hours of business time that pass."""
    model: list[dict[str, Any]] = []
    """Scripted mode: replies of the first vendor, in the form of `POST /script/openai`."""
    second: list[dict[str, Any]] = []
    """The same for the second vendor."""
    loop: bool = False
    """The replies come again for as long as the model is asked."""
    expect: Expect = Expect()
    scripted: Expect = Expect()
    """What holds only because the model said what `model` has it say."""

    @model_validator(mode="after")
    def _one_act(self) -> Self:
        if sum(one is not None for one in (self.say, self.click, self.start, self.wait)) != 1:
            raise ValueError("a turn has exactly one of say, click, start and wait")
        return self


class Buyer(Strict):
    """A person whom a model plays when there is a key."""

    persona: Text
    goal: Text
    facts: Texts = []


class Scenario(Strict):
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{3,60}$")]
    language: Literal["ru", "en"]
    kind: Annotated[str, Field(pattern=r"^[a-z-]{3,40}$")]
    at: Literal["day", "night", "weekend"] = "day"
    """When the talk begins, by the company's calendar."""
    misbehaves: bool = False
    """The scripted model says what may not be said."""
    turns: Annotated[list[Turn], Field(min_length=1, max_length=MOST_TURNS)]
    buyer: Buyer | None = None
    expect: Expect = Expect()
    """Of the whole talk."""


def read(paths: Sequence[Path]) -> list[Scenario]:
    """The scenarios of these files, in order; of a folder, all its `*.yaml`. ConfigError names what is wrong."""
    files = [one for path in paths for one in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]
    found: list[Scenario] = []
    for file in files:
        found += _read(file)
    if not found:
        raise ConfigError(f"no scenarios in {', '.join(map(str, paths))}")
    known: set[str] = set()
    for one in found:
        if one.id in known:
            raise ConfigError(f"two scenarios are called {one.id}")
        known.add(one.id)
    return found


def _read(file: Path) -> list[Scenario]:
    try:
        rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{file}: cannot be read: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(rows, list):
        raise ConfigError(f"{file}: is no list of scenarios")
    found = []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(Scenario.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            name = row.get("id", number) if isinstance(row, dict) else number
            where = ".".join(map(str, first["loc"]))
            raise ConfigError(f"{file}: scenario {name}: {where}: {first['msg']}") from None
    return found

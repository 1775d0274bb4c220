"""A further process kept alive with the servers at an attachment's request (the simulated world of the demo)."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.embedded.layout import EmbeddedError, Layout
from infra.embedded.service import Service


@dataclass(frozen=True, slots=True)
class Command:
    """What to run: `variables` are added to the supervisor's own environment."""

    argv: tuple[str, ...]
    variables: tuple[tuple[str, str], ...]
    directory: str

    @classmethod
    def of(cls, message: dict[str, Any]) -> "Command":
        """Reads the request. Raises EmbeddedError when it is no command."""
        argv, variables = message.get("argv"), message.get("env", {})
        if not isinstance(argv, list) or not argv or not isinstance(variables, dict):
            raise EmbeddedError("ensure needs argv and env")
        pairs = sorted((str(name), str(value)) for name, value in variables.items())
        return cls(tuple(map(str, argv)), tuple(pairs), str(message.get("cwd") or "/"))


class Extra(Service):
    """Runs as the supervisor's own account; counted as ready once it runs."""

    def __init__(self, name: str, command: Command, layout: Layout, changed: Callable[[], None]) -> None:
        super().__init__(name, layout.log(name), None, changed)
        self.command = command

    def argv(self) -> list[str]:
        return list(self.command.argv)

    def directory(self) -> Path:
        return Path(self.command.directory)

    def environment(self) -> dict[str, str]:
        return dict(os.environ) | dict(self.command.variables)

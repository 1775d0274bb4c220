"""The prompts: Jinja2 templates in templates/prompts, loaded once; no template can read a file or call anything."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "prompts"


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        autoescape=False,  # plain text for a model; what is untrusted is defanged by the caller
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def prompt(name: str, /, **values: Any) -> str:
    """The prompt of this name (the file without its ending), filled in."""
    return _environment().get_template(f"{name}.md").render(**values).strip()


def source(name: str) -> str:
    """The text of a prompt as it stands in its file: what must not leak."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")

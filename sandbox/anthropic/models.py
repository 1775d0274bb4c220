"""Anthropic's models: limits, what each refuses, and when it goes. Facts of November 2026."""

from dataclasses import dataclass
from datetime import date

from sandbox.anthropic.errors import refused
from sandbox.world import Json


@dataclass(frozen=True, slots=True)
class Model:
    """`old` models take a temperature, a prefill and a thinking budget; `gone` ones answer 404."""

    name: str
    title: str
    line: str
    created: date
    most: int = 128_000
    context: int = 1_000_000
    cache_from: int = 1024
    """The shortest prefix in tokens that the prompt cache keeps."""
    old: bool = False
    thinks: bool = False
    """Thinks by default, as much as it sees fit."""
    retires: date | None = None
    gone: bool = False

    def as_json(self) -> Json:
        retires = f"{self.retires.isoformat()}T00:00:00Z" if self.retires else None
        return {
            "type": "model",
            "id": self.name,
            "display_name": self.title,
            "created_at": f"{self.created.isoformat()}T00:00:00Z",
            "lifecycle": "deprecated" if retires else "active",
            "deprecated_at": f"{self.created.isoformat()}T00:00:00Z" if retires else None,
            "retires_at": retires,
            "line": self.line,
            "max_input_tokens": self.context,
            "max_tokens": self.most,
        }


_GONE = (
    *("claude-3-5-haiku-latest", "claude-3-5-haiku-20241022", "claude-3-7-sonnet-latest", "claude-opus-4-0"),
    *("claude-3-7-sonnet-20250219", "claude-sonnet-4-0", "claude-sonnet-4-20250514", "claude-opus-4-20250514"),
)


def _models() -> dict[str, Model]:
    haiku_45 = ("Claude Haiku 4.5", "haiku", date(2025, 10, 1), 64_000, 200_000, 4096, True)
    sonnet_45 = ("Claude Sonnet 4.5", "sonnet", date(2025, 9, 29), 64_000, 200_000, 1024, True)
    found = [
        Model("claude-haiku-5-5", "Claude Haiku 5.5", "haiku", date(2026, 10, 7), cache_from=512, thinks=True),
        Model("claude-sonnet-5-5", "Claude Sonnet 5.5", "sonnet", date(2026, 9, 15), thinks=True),
        Model("claude-opus-5-5", "Claude Opus 5.5", "opus", date(2026, 9, 15), thinks=True),
        Model("claude-sonnet-5", "Claude Sonnet 5", "sonnet", date(2026, 6, 30), thinks=True),
        Model("claude-opus-5", "Claude Opus 5", "opus", date(2026, 6, 30), thinks=True),
        Model("claude-sonnet-4-6", "Claude Sonnet 4.6", "sonnet", date(2026, 2, 17)),
        *(Model(name, *haiku_45) for name in ("claude-haiku-4-5", "claude-haiku-4-5-20251001")),
        *(
            Model(name, *sonnet_45, retires=date(2026, 11, 30))
            for name in ("claude-sonnet-4-5", "claude-sonnet-4-5-20250929")
        ),
        *(Model(name, name, "haiku", date(2024, 10, 22), gone=True) for name in _GONE),
    ]
    return {model.name: model for model in found}


MODELS = _models()


def listed() -> list[Json]:
    """Newest first, as the vendor lists them."""
    standing = [model for model in MODELS.values() if not model.gone]
    return [model.as_json() for model in sorted(standing, key=lambda model: model.created, reverse=True)]


def find(name: str) -> Model:
    """Raises `Refused` for a model that is unknown or gone."""
    model = MODELS.get(name)
    if model is None or model.gone:
        raise refused(f"model: {name}", 404)
    return model

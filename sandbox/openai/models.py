"""OpenAI's models: what each is for, what it refuses, and when it goes. Facts of November 2026."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sandbox.llm.refused import Refused
from sandbox.openai.errors import no_model, refused, retired
from sandbox.world import Json


@dataclass(frozen=True, slots=True)
class Model:
    """`sort` is text, embedding or speech; `shutdown` an announced date, `gone` whether it has passed."""

    name: str
    created: date
    sort: str = "text"
    shutdown: date | None = None
    gone: bool = False
    efforts: tuple[str, ...] = ()
    """Reasoning efforts it knows; none at all: it does not reason."""
    strict_tools: bool = False
    """Functions in chat completions only with reasoning effort `none`."""
    dimensions: int = 0

    @property
    def reasons(self) -> bool:
        return bool(self.efforts)

    def as_json(self) -> Json:
        created = int(datetime.combine(self.created, datetime.min.time(), UTC).timestamp())
        value: Json = {"id": self.name, "object": "model", "created": created, "owned_by": "system"}
        return {**value, "shutdown_date": self.shutdown.isoformat() if self.shutdown else None}


_ALL = ("none", "low", "medium", "high", "xhigh", "max")
_56 = ("none", "low", "medium", "high", "xhigh", "max")
_54 = ("none", "low", "medium", "high", "xhigh")
_5 = ("minimal", "low", "medium", "high")


def _models() -> dict[str, Model]:
    found = [
        *(Model(n, date(2026, 9, 22), efforts=_ALL, strict_tools=True) for n in ("gpt-6-luna", "gpt-6-sol")),
        Model("gpt-6-astra", date(2026, 9, 1), efforts=_ALL, strict_tools=True),
        Model("gpt-6.1-terra", date(2026, 10, 20), efforts=_ALL, strict_tools=True),
        *(Model(f"gpt-5.6-{n}", date(2026, 7, 7), efforts=_56, strict_tools=True) for n in ("sol", "terra", "luna")),
        *(Model(n, date(2026, 3, 17), efforts=_54) for n in ("gpt-5.4", "gpt-5.4-mini")),
        Model("gpt-5.4-nano", date(2026, 3, 17), efforts=_54, shutdown=date(2027, 4, 1)),
        *(
            Model(n, date(2025, 8, 7), efforts=_5, shutdown=date(2026, 12, 11))
            for n in ("gpt-5", "gpt-5-mini", "gpt-5-nano")
        ),
        *(
            Model(n, date(2025, 4, 14), shutdown=date(2027, 1, 14))
            for n in ("gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini")
        ),
        *(
            Model(n, date(2024, 1, 25), shutdown=date(2026, 10, 23), gone=True)
            for n in ("gpt-4.1-nano", "gpt-3.5-turbo", "gpt-4", "gpt-4-turbo", "o4-mini", "o3-mini", "o1")
        ),
        *(
            Model(n, date(2025, 3, 20), "speech", shutdown=date(2027, 2, 26))
            for n in ("whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe")
        ),
        Model("gpt-transcribe", date(2026, 8, 26), "speech"),
        Model("text-embedding-3-small", date(2024, 1, 22), "embedding", dimensions=1536),
        Model("text-embedding-3-large", date(2024, 1, 22), "embedding", dimensions=3072),
        Model("text-embedding-ada-002", date(2022, 12, 16), "embedding", dimensions=1536),
    ]
    return {model.name: model for model in found}


MODELS = _models()


def listed() -> list[Json]:
    return [model.as_json() for model in MODELS.values() if not model.gone]


def find(name: str, sort: str | None = None) -> Model:
    """The model of a name, for one purpose; raises `Refused`."""
    model = MODELS.get(name)
    if model is None:
        raise no_model(name)
    if model.gone:
        raise retired(name)
    if sort is not None and model.sort != sort:
        raise _other_purpose(model, sort)
    return model


def _other_purpose(model: Model, sort: str) -> Refused:
    if sort == "embedding":
        return refused("You are not allowed to generate embeddings from this model", status=403)
    if sort == "speech":
        return refused(f"Invalid value for 'model': {model.name} does not transcribe audio.", param="model")
    return refused(
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint. "
        "Did you mean to use v1/completions?",
        status=404,
        param="model",
    )

"""`POST /embeddings`: limits as OpenAI sets them, vectors as `vectors` makes them."""

import base64
from typing import Any

from sandbox.llm.shapes import Problem, kind
from sandbox.llm.tokens import tokens
from sandbox.openai import shapes
from sandbox.openai.errors import refused, worded
from sandbox.openai.models import Model, find
from sandbox.openai.vectors import vectors
from sandbox.world import Json

MOST_TOKENS = 8192
MOST_TOKENS_A_REQUEST = 300_000


def read(body: Json) -> tuple[Model, list[str], int]:
    """The model, the texts and the tokens of a body; raises `Refused`."""
    try:
        shapes.EMBEDDINGS.check(body)
    except Problem as problem:
        raise worded(problem) from None
    model = find(body["model"], "embedding")
    if "dimensions" in body:
        if model.name == "text-embedding-ada-002":
            raise refused("This model does not support specifying dimensions.")
        if body["dimensions"] > model.dimensions:
            raise refused(
                f"Invalid value for 'dimensions' = {body['dimensions']}. Must be less than or equal to "
                f"{model.dimensions}."
            )
    counted = [_counted(item) for item in _inputs(body["input"])]
    for _, count in counted:
        if count > MOST_TOKENS:
            raise refused(
                f"This model's maximum context length is {MOST_TOKENS} tokens, however you requested {count} tokens "
                f"({count} in your prompt; 0 for the completion). Please reduce your prompt; or completion length."
            )
    total = sum(count for _, count in counted)
    if total > MOST_TOKENS_A_REQUEST:
        raise refused(
            f"Requested {total} tokens, max {MOST_TOKENS_A_REQUEST} tokens per request",
            type="max_tokens_per_request",
            code="max_tokens_per_request",
        )
    return model, [text for text, _ in counted], total


def _inputs(value: Any) -> list[Any]:
    """Texts, or lists of token numbers; one alone makes a list of one."""
    if isinstance(value, str) or kind(value[0]) == "integer":
        return [value]
    return list(value)


def _counted(item: Any) -> tuple[str, int]:
    if isinstance(item, str) and item:
        return item, tokens(item)
    if isinstance(item, list) and item and all(kind(number) == "integer" for number in item):
        return " ".join(f"t{number}" for number in item), len(item)
    raise refused(
        "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference."
    )


def write(body: Json, model: Model, texts: list[str], total: int) -> Json:
    """The answer; takes about a millisecond for each text."""
    made = vectors(texts, model.dimensions, body.get("dimensions", model.dimensions))
    as_text = body.get("encoding_format") == "base64"
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": base64.b64encode(one.astype("<f4").tobytes()).decode() if as_text else one.tolist(),
        }
        for index, one in enumerate(made)
    ]
    usage = {"prompt_tokens": total, "total_tokens": total}
    return {"object": "list", "data": data, "model": model.name, "usage": usage}

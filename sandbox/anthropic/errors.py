"""Anthropic's refusals, in its own shape and as nearly as possible in its own words."""

import uuid
from collections.abc import Mapping

from sandbox.llm.refused import Refused
from sandbox.llm.shapes import Problem

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
_VALID = {
    "string": "a valid string",
    "integer": "a valid integer",
    "decimal": "a valid number",
    "boolean": "a valid boolean",
    "array": "a valid list",
    "object": "an object",
}


def refused(message: str, status: int = 400, headers: Mapping[str, str] | None = None) -> Refused:
    request = f"req_{uuid.uuid4().hex[:24]}"
    body = {"type": "error", "error": {"type": _TYPES[status], "message": message}, "request_id": request}
    return Refused(status, body, {"request-id": request, **(headers or {})})


def worded(problem: Problem) -> Refused:
    """A shape's problem as Anthropic says it: `max_tokens: Field required`."""
    path, limit = ".".join(str(part) for part in problem.path), problem.limit
    match problem.code:
        case "missing":
            text = "Field required"
        case "unknown":
            text = "Extra inputs are not permitted"
        case "type":
            text = f"Input should be {next(_VALID[name] for name in limit if name in _VALID)}"
        case "value":
            choices = [f"'{choice}'" for choice in limit]
            text = f"Input should be {' or '.join(choices)}"
        case "low":
            text = f"Input should be greater than or equal to {limit:g}"
        case "high":
            text = f"Input should be less than or equal to {limit:g}"
        case "empty":
            text = f"List should have at least {limit} item after validation, not 0"
        case "short":
            text = f"String should have at least {limit} character"
        case "long":
            text = f"Input should have at most {limit} items"
        case _:
            text = f"String should match pattern '^{limit}$'"
    if problem.path == ("messages",) and problem.code == "empty":
        return refused("messages: at least one message is required")
    return refused(f"{path}: {text}")

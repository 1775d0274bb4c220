"""OpenAI's refusals, in its own shape and as nearly as possible in its own words."""

from typing import Any

from sandbox.llm.refused import Refused
from sandbox.llm.shapes import Path, Problem, kind

_ARTICLES = {"array": "an array", "integer": "an integer", "object": "an object", "null": "null"}


def refused(
    message: str,
    *,
    status: int = 400,
    type: str = "invalid_request_error",
    param: str | None = None,
    code: str | None = None,
    headers: dict[str, str] | None = None,
) -> Refused:
    body = {"error": {"message": message, "type": type, "param": param, "code": code}}
    return Refused(status, body, headers)


def dotted(path: Path) -> str:
    """`messages[0].content`"""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def worded(problem: Problem) -> Refused:
    """A shape's problem as OpenAI says it."""
    name, got = dotted(problem.path), problem.got
    message, code = f"Invalid value for '{name}'.", "invalid_value"
    match problem.code:
        case "missing":
            message, code = f"Missing required parameter: '{name}'.", "missing_required_parameter"
        case "unknown":
            message, code = f"Unknown parameter: '{name}'.", "unknown_parameter"
        case "type":
            wanted = _listed([_a(k) for k in problem.limit if k != "null"], "or")
            one_of = "one of " if len(problem.limit) > 1 else ""
            message = f"Invalid type for '{name}': expected {one_of}{wanted}, but got {_a(kind(got))} instead."
            code = "invalid_type"
        case "value":
            supported = _listed([f"'{choice}'" for choice in problem.limit], "and")
            message = f"Invalid value: '{got}'. Supported values are: {supported}."
        case "low" | "high":
            side, sign = ("below minimum", ">=") if problem.code == "low" else ("above maximum", "<=")
            unit = kind(got)
            message = (
                f"Invalid '{name}': {unit} {side} value. Expected a value {sign} {problem.limit:g}, "
                f"but got {got} instead."
            )
            code = f"{unit}_{side.replace(' ', '_').replace('minimum', 'min').replace('maximum', 'max')}_value"
        case "empty":
            message = (
                f"Invalid '{name}': empty array. Expected an array with minimum length {problem.limit}, "
                "but got an empty array instead."
            )
            code = "empty_array"
        case "short" | "long":
            message, code = _length(name, problem)
        case "pattern":
            message = (
                f"Invalid '{name}': string does not match pattern. Expected a string that matches the pattern "
                f"'^{problem.limit}$'."
            )
    return refused(message, param=name, code=code)


def no_model(name: str) -> Refused:
    message = f"The model `{name}` does not exist or you do not have access to it."
    return refused(message, status=404, code="model_not_found")


def retired(name: str) -> Refused:
    message = f"The model `{name}` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations"
    return refused(message, status=404, code="model_not_found")


def _length(name: str, problem: Problem) -> tuple[str, str]:
    what = kind(problem.got)
    short = problem.code == "short"
    message = (
        f"Invalid '{name}': {what} too {problem.code}. Expected {_a(what)} with "
        f"{'minimum' if short else 'maximum'} length {problem.limit}, but got {_a(what)} with length "
        f"{len(problem.got)} instead."
    )
    return message, f"{what}_{'below_min' if short else 'above_max'}_length"


def _a(name: str) -> str:
    return _ARTICLES.get(name, f"a {name}")


def _listed(names: list[Any], word: str) -> str:
    if len(names) < 3:
        return f" {word} ".join(names)
    return f"{', '.join(names[:-1])}, {word} {names[-1]}"

"""The vendor's refusals in its own shape, and the wording of what is wrong with a body."""

from typing import Any
from uuid import uuid4

from aiohttp import web

from sandbox.http import answer
from sandbox.llm.shapes import Path, Problem
from sandbox.world import Json

_STATUS = {
    "invalid_request": 400,
    "invalid_credentials": 401,
    "forbidden": 403,
    "not_found": 404,
    "too_many_requests": 429,
    "internal_server_error": 500,
}


class Refused(Exception):
    """An error answer: `code` decides the status, `parameter` names the field as `receipt.items`."""

    def __init__(self, code: str, description: str, parameter: str | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameter = parameter

    @property
    def status(self) -> int:
        return _STATUS[self.code]

    def as_json(self) -> Json:
        body: Json = {"type": "error", "id": str(uuid4()), "code": self.code, "description": self.description}
        return body | ({"parameter": self.parameter} if self.parameter else {})

    def response(self) -> web.Response:
        return answer(self.as_json(), self.status)


def invalid(description: str, parameter: str | None = None) -> Refused:
    return Refused("invalid_request", description, parameter)


def processing() -> Json:
    """The body of a 202: what came of the request is not known yet."""
    return {"type": "processing", "description": "Request accepted, but not processed yet", "retry_after": 200}


_SAYS = {
    "missing": "Missing required parameter",
    "unknown": "Unknown parameter",
    "type": "Incorrect type of parameter",
    "value": "Unsupported value of parameter",
    "low": "The value of parameter is less than allowed",
    "high": "The value of parameter is more than allowed",
    "empty": "Parameter is empty",
    "short": "The value of parameter is too short",
    "long": "The value of parameter is too long",
    "pattern": "Incorrect format of parameter",
}


def worded(problem: Problem) -> Refused:
    name = dotted(problem.path)
    return invalid(f"{_SAYS[problem.code]}: {name}", name)


def dotted(path: Path | tuple[Any, ...]) -> str:
    """`("receipt", "items", 0)` as the vendor names it."""
    return ".".join(str(part) for part in path)

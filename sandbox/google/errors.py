"""Google's refusals in its own shape."""

from aiohttp import web

from sandbox.http import answer
from sandbox.llm.shapes import Problem
from sandbox.world import Json


class Refused(Exception):
    """An error of the Calendar API: a status with a reason such as `notFound`."""

    def __init__(self, status: int, reason: str, message: str, *, domain: str = "global") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain

    def response(self) -> web.Response:
        error: Json = {"domain": self.domain, "reason": self.reason, "message": self.message}
        return answer({"error": {"errors": [error], "code": self.status, "message": self.message}}, self.status)


class NoGrant(Exception):
    """An error of the token endpoint: `invalid_grant` and its like."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status

    def response(self) -> web.Response:
        return answer({"error": self.error, "error_description": self.description}, self.status)


def worded(problem: Problem) -> Refused:
    name = ".".join(str(part) for part in problem.path)
    if problem.code == "unknown":
        text = f'Invalid JSON payload received. Unknown name "{problem.path[-1]}": Cannot find field.'
        return Refused(400, "badRequest", text)
    if problem.code == "missing":
        return Refused(400, "required", f"Missing required field: {name}")
    return Refused(400, "invalid", f"Invalid value for: {name}")


def not_found() -> Refused:
    return Refused(404, "notFound", "Not Found")


FAULTS: dict[str, tuple[int, str, str, str]] = {
    "quota": (403, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits"),
    "limit": (429, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits"),
}


def fault(mode: str) -> web.Response:
    status, reason, message, domain = FAULTS[mode]
    return Refused(status, reason, message, domain=domain).response()


def unauthorized() -> Refused:
    text = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid"
    return Refused(401, "authError", text)

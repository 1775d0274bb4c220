"""What a vendor refuses: a status, a body in the vendor's own shape, and headers."""

from collections.abc import Mapping

from sandbox.world import Json


class Refused(Exception):
    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})

"""One HTTP call to a vendor's JSON interface: a deadline, a limit on the answer, a circuit breaker, typed failures.

What it raises says what the caller may do next: `VendorDown` nothing happened, try again later; `OutcomeUnknown` it may
have happened, look or repeat with the same key; every answer that is whole comes back as a `Reply`, errors included.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
)

from infra import metrics
from infra.errors import OutcomeUnknown, VendorDown, VendorError

ANSWER_LIMIT = 4 * 1024 * 1024
CONNECT = 4.0
"""Seconds to reach a vendor at all."""


class LeftAlone(VendorDown):
    """Not asked at all: the vendor failed too often just now."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; `body` is None when it is not a JSON object."""

    status: int
    body: dict[str, Any] | None
    retry_after: float | None = None

    @property
    def fine(self) -> bool:
        return 200 <= self.status < 300


class Breaker:
    """After `failures` in a row the vendor is left alone for `pause` seconds, then tried with one request."""

    def __init__(self, *, failures: int = 5, pause: float = 15.0) -> None:
        self._failures = failures
        self._pause = pause
        self._count = 0
        self._until = 0.0

    def allows(self) -> bool:
        """Whether a request may go; after a pause a yes is the one probe, and the others wait for another pause."""
        if self._count < self._failures:
            return True
        if time.monotonic() < self._until:
            return False
        self._until = time.monotonic() + self._pause
        return True

    def told(self, *, well: bool) -> None:
        """What came of a request that was allowed."""
        if well:
            self._count = 0
            return
        self._count += 1
        if self._count >= self._failures:
            self._until = time.monotonic() + self._pause


class Outside:
    """The connections to one vendor; `close` ends them. `name` stands in errors and metrics."""

    def __init__(self, name: str, *, headers: Mapping[str, str] | None = None, breaker: Breaker | None = None) -> None:
        self.name = name
        self.breaker = breaker or Breaker()
        self._headers = dict(headers or {})
        self._session: ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(
        self,
        method: str,
        url: str,
        *,
        operation: str,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        data: bytes | None = None,
        changes: bool = False,
    ) -> Reply:
        """One request within `seconds`. `changes`: it may have an effect, so a lost answer is `OutcomeUnknown`.

        `operation` is the metric's label. No address and no body stand in the errors' texts.
        """
        if not self.breaker.allows():
            raise LeftAlone(self.name, f"{operation}: left alone after failures")
        started, outcome = time.monotonic(), "stopped"
        try:
            reply = await self._send(method, url, operation, seconds, headers, params, data, changes)
            outcome = str(reply.status)
            self.breaker.told(well=reply.status < 500)
            return reply
        except VendorError:
            outcome = "error"
            self.breaker.told(well=False)
            raise
        finally:
            metrics.outgoing_calls.labels(self.name, operation, outcome).inc()
            metrics.outgoing_seconds.labels(self.name).observe(time.monotonic() - started)

    async def _send(
        self,
        method: str,
        url: str,
        operation: str,
        seconds: float,
        headers: Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        data: bytes | None,
        changes: bool,
    ) -> Reply:
        if self._session is None:
            self._session = ClientSession(headers=self._headers, cookie_jar=DummyCookieJar())
        limit = ClientTimeout(total=seconds, connect=min(CONNECT, seconds))
        try:
            async with self._session.request(
                method, url, headers=headers, params=params, data=data, timeout=limit, allow_redirects=False
            ) as answer:
                raw = await _whole(answer.content, ANSWER_LIMIT)
                return Reply(answer.status, _object(raw), _seconds(answer.headers.get("Retry-After")))
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise VendorDown(self.name, f"{operation}: no connection, {type(error).__name__}") from None
        except (TimeoutError, ClientError, OSError) as error:
            kind = OutcomeUnknown if changes else VendorDown
            raise kind(self.name, f"{operation}: the answer was lost, {type(error).__name__}") from None


async def _whole(content: Any, limit: int) -> bytes:
    body = bytearray()
    async for chunk in content.iter_chunked(65536):
        body += chunk
        if len(body) > limit:
            raise ClientError("an answer larger than the limit")
    return bytes(body)


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isdigit() else None

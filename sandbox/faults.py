"""Faults on demand: the next requests to a vendor come late, fail, vanish, answer garbage or break off half-way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from aiohttp import web

Mode = Literal["ok", "slow", "error", "down", "garbage", "cut"]
MODES: tuple[str, ...] = get_args(Mode)
GARBAGE = b"<html><head><title>502 Bad Gateway</title></head><body>{{{"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Fault:
    """`left` requests still to be hit (None: until switched off); `method` narrows it to one operation."""

    service: str
    mode: str
    left: int | None
    seconds: float
    method: str | None


class Faults:
    """The faults in force. The newest that fits a request wins."""

    def __init__(self) -> None:
        self._active: list[Fault] = []

    def set(
        self, service: str, mode: str, *, times: int | None = None, seconds: float = 5.0, method: str | None = None
    ) -> None:
        """`ok` ends the service's faults, or only those of `method`."""
        self._active = [f for f in self._active if f.service != service or method not in (None, f.method)]
        if mode != "ok" and times != 0:
            self._active.append(Fault(service, mode, times, seconds, method))

    def take(self, service: str, operation: str, *, quiet: bool) -> Fault | None:
        """The fault that hits this request, counted down. `quiet` operations are hit only by name."""
        for fault in reversed(self._active):
            if fault.service != service:
                continue
            if fault.method.lower() != operation.lower() if fault.method else quiet:
                continue
            if fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    self._active.remove(fault)
            return fault
        return None

    def clear(self) -> None:
        self._active.clear()

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._active]


async def suffer(
    fault: Fault, request: web.Request, handler: Handler, failure: Callable[[], web.Response]
) -> web.StreamResponse:
    """Answer one request as the fault says. `slow` and `cut` take effect first: the client cannot know that."""
    if fault.mode == "error":
        return failure()
    if fault.mode == "garbage":
        return garbage()
    if fault.mode == "down":
        return drop(request)
    response = await handler(request)
    if fault.mode == "slow":
        await asyncio.sleep(fault.seconds)
        return response
    return await cut(request, response)


def garbage() -> web.Response:
    return web.Response(body=GARBAGE, content_type="text/html")


def drop(request: web.Request) -> web.Response:
    """End the connection at once; what it returns reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def cut(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Send half of a whole answer and end the connection. A stream is cut by whoever writes it: see `hang_up`."""
    body = response.body if isinstance(response, web.Response) else None
    if not isinstance(body, bytes | bytearray) or not body:
        return drop(request)
    broken = web.StreamResponse(status=response.status, headers={"Content-Type": "application/json"})
    broken.content_length = len(body)
    await broken.prepare(request)
    await broken.write(bytes(body[: len(body) // 2]))
    hang_up(request)
    return broken


def hang_up(request: web.Request) -> None:
    """End the connection after what was written; the client sees that the answer is not whole."""
    if request.transport is not None:
        # close, not abort: the half that was written still leaves
        request.transport.close()

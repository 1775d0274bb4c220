"""One request to a simulated model: what it carried, the record of it, and the answer as it is written out."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.client_exceptions import ClientConnectionResetError

from sandbox import faults
from sandbox.http import answer
from sandbox.world import Json, Refusal

Event = bytes
"""One server-sent event, ready to be written."""
_DATA_URL = re.compile(r"(data:[\w/+.-]+;base64),(.*)", re.DOTALL)
MOST_FIELDS = 100


def event(data: Any, name: str | None = None) -> Event:
    body = data if isinstance(data, bytes) else orjson.dumps(data)
    return (f"event: {name}\n".encode() if name else b"") + b"data: " + body + b"\n\n"


@dataclass(frozen=True, slots=True)
class Upload:
    filename: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Exchange:
    """`entry` is the record that `/inspect` shows; `seconds` and `mode` are those of a fault in force."""

    request: web.Request
    entry: Json
    raw: bytes
    mode: str | None = None
    seconds: float = 0.0

    def answer(self, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
        response = answer(value, status)
        response.headers.update(headers or {})
        return response

    async def spoil(self, response: web.Response, mode: str | None) -> web.StreamResponse:
        """A whole answer under a fault."""
        self.entry["status"] = response.status
        if mode == "garbage":
            return faults.garbage()
        if mode == "cut":
            return await faults.cut(self.request, response)
        return response

    async def stream(self, parts: "Stream", headers: dict[str, str], mode: str | None) -> web.StreamResponse:
        """An answer as server-sent events; a fault takes effect half-way through."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8", **headers})
        await response.prepare(self.request)
        self.entry["status"] = 200
        half = max(1, len(parts.pieces) // 2) if mode in ("cut", "garbage", "stream_error") else len(parts.pieces)
        try:
            await self._write(response, parts.opening)
            await asyncio.sleep(parts.delay)
            for number, piece in enumerate(parts.pieces[:half]):
                await asyncio.sleep(parts.pace if number else 0)
                await self._write(response, [piece])
            if mode == "cut":
                faults.hang_up(self.request)
                return response
            if mode == "garbage":
                await self._write(response, [event(faults.GARBAGE, parts.name)])
            elif mode == "stream_error":
                await self._write(response, [parts.error])
            else:
                await self._write(response, parts.closing)
            await response.write_eof()
        except (ClientConnectionResetError, ConnectionResetError):
            self.entry["closed"] = "by the client"
        return response

    async def _write(self, response: web.StreamResponse, events: Iterable[Event]) -> None:
        for item in events:
            if self.request.transport is None or self.request.transport.is_closing():
                raise ConnectionResetError
            await response.write(item)


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer in events: `opening` leaves at once, `pieces` are what the model says, `closing` ends it properly.

    `error` is the vendor's own event for a failure half-way, `name` the event name that garbage comes under.
    """

    opening: Sequence[Event]
    pieces: Sequence[Event]
    closing: Sequence[Event]
    error: Event
    name: str | None = None
    delay: float = 0.0
    pace: float = 0.0


def summary(value: Any, depth: int = 0) -> Any:
    """A body as a record keeps it: long base64 is replaced by its size."""
    if depth > 50:
        return "…"
    if isinstance(value, dict):
        if value.get("type") == "base64" and isinstance(value.get("data"), str):
            value = {**value, "data": _size(value["data"])}
        return {key: summary(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [summary(item, depth + 1) for item in value]
    if isinstance(value, str) and (found := _DATA_URL.fullmatch(value)):
        return f"{found[1]},{_size(found[2])}"
    return value


def _size(base64: str) -> str:
    return f"<{len(base64.rstrip('=')) * 3 // 4} bytes>"


def shown(value: str | Upload) -> Any:
    """A field of a form as a record keeps it."""
    if isinstance(value, str):
        return value
    return {"filename": value.filename, "content_type": value.content_type, "size": len(value.data)}


async def form(request: web.Request, most: int) -> dict[str, list[str | Upload]]:
    """A multipart form, each field with its values in order; raises `Refusal`."""
    if not request.content_type.startswith("multipart/"):
        raise Refusal("the body is no multipart form")
    found: dict[str, list[str | Upload]] = {}
    try:
        reader = await request.multipart()
        await _parts(reader, found, most)
    except (ValueError, AssertionError) as broken:
        raise Refusal(f"the form is broken: {broken}") from None
    return found


async def _parts(reader: MultipartReader, found: dict[str, list[str | Upload]], most: int) -> None:
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None or len(found) >= MOST_FIELDS:
            raise Refusal("the form is broken")
        data = bytearray()
        while chunk := await part.read_chunk():
            data += chunk
            if len(data) > most:
                raise Refusal(f"{part.name} is larger than {most} bytes", status=413, code="too_large")
        if part.filename is None:
            found.setdefault(part.name, []).append(bytes(data).decode("utf-8", "replace"))
        else:
            upload = Upload(part.filename, part.headers.get("Content-Type", ""), bytes(data))
            found.setdefault(part.name, []).append(upload)

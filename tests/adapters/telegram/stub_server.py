"""A Bot API server that answers what the test tells it to, byte for byte."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

Answer = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


def ok(result: Any = True) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def refused(code: int, text: str, **parameters: Any) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": text}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=code)


def message(fields: dict[str, Any], number: int = 1) -> web.Response:
    chat = {"id": int(fields["chat_id"]), "type": "private"}
    return ok({"message_id": number, "date": 1, "chat": chat, "text": fields.get("text", "")})


@dataclass
class Stub:
    """`answers` (responses or what makes one of a request) are used up one a call; then every call is a success."""

    url: str = ""
    answers: list[Any] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        fields: dict[str, Any] = dict(await request.post())
        if request.content_type == "application/json":
            fields = orjson.loads(await request.read())
        self.calls.append((request.path.rpartition("/")[2], fields))
        answer = self.answers.pop(0) if self.answers else None
        if answer is None:
            if self.calls[-1][0] == "sendChatAction":
                return ok()
            return message(fields, len(self.calls)) if self.calls[-1][0].startswith(("send", "edit")) else ok()
        if callable(answer):
            found: web.StreamResponse = await answer(request)
            return found
        assert isinstance(answer, web.StreamResponse)
        return answer


async def cut(request: web.Request) -> web.StreamResponse:
    """Half an answer, then nothing."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = 1000
    await response.prepare(request)
    await response.write(b'{"ok": true, "result"')
    assert request.transport is not None
    request.transport.close()
    return response


async def drop(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hang(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[Stub]:
    stub = Stub()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", stub.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stub
    finally:
        await runner.cleanup()

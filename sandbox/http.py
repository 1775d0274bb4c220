"""Small HTTP helpers of the simulated world: JSON in and out with limits, errors in one shape, page headers."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
from aiohttp import web

from sandbox.world import Json, Refusal

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def answer(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json")


def error(status: int, code: str, message: str) -> web.Response:
    return answer({"error": {"code": code, "message": message}}, status)


async def read_body(request: web.Request, limit: int) -> bytes:
    """The body, at most `limit` bytes; raises `Refusal` 413 without reading further."""
    if (request.content_length or 0) > limit:
        raise Refusal(f"the body is larger than {limit} bytes", status=413, code="too_large")
    body = bytearray()
    async for chunk in request.content.iter_chunked(65536):
        body += chunk
        if len(body) > limit:
            raise Refusal(f"the body is larger than {limit} bytes", status=413, code="too_large")
    return bytes(body)


async def read_object(request: web.Request, limit: int = 1_000_000, *, empty: bool = False) -> Json:
    """A JSON object from the body; an empty body counts as `{}` where `empty` allows it."""
    body = await read_body(request, limit)
    if empty and not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise Refusal(f"the body is not JSON: {broken}") from None
    if not isinstance(value, dict):
        raise Refusal("the body must be a JSON object")
    return value


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error of the sandbox's own routes in the one shape."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return error(refusal.status, refusal.code, str(refusal))
    except web.HTTPNotFound:
        return error(404, "not_found", "no such address")
    except web.HTTPMethodNotAllowed as refused:
        return error(405, "method_not_allowed", f"use {', '.join(sorted(refused.allowed_methods))}")
    except web.HTTPException:
        raise
    except ConnectionError:
        raise
    except Exception:
        log.exception("sandbox.request_failed", method=request.method, path=request.path.split("/bot", 1)[0])
        return error(500, "internal", "the simulated world stumbled; see its log")


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page of another site open in the same browser must not play here."""
    origin = request.headers.get("Origin")
    if request.method != "GET" and origin and urlsplit(origin).netloc != request.host:
        return error(403, "foreign_origin", "requests from other sites are not accepted")
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Response headers of everything here; nothing is cached, nothing is sniffed, nothing is framed."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers.setdefault("Referrer-Policy", "no-referrer")

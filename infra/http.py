"""The HTTP policy every route lives under: error shape, request ids, size limits, security headers, origins."""

import time
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import uuid4

import structlog
from aiohttp import web

from infra import sentry
from infra.errors import AppError, LimitError

log = structlog.get_logger(__name__)

REQUEST_ID = web.RequestKey("request_id", str)
BODY_LIMIT = 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class ApiError(AppError):
    """An answer of another status than 200: `{"error": {"code", "message"}}`, plus `fields` for validation."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, public=message)
        self.status = status
        self.code = code
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})


def error_response(
    status: int,
    code: str,
    message: str,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = dict(fields)
    return web.json_response({"error": error}, status=status, headers=headers)


CODES = {
    400: ("bad_request", "Запрос составлен неверно."),
    401: ("unauthorized", "Нужно войти заново."),
    403: ("forbidden", "Это действие запрещено."),
    404: ("not_found", "Такой страницы нет."),
    405: ("method_not_allowed", "Так сюда обратиться нельзя."),
    413: ("too_large", "Слишком большой запрос."),
    415: ("unsupported_type", "Такой вид данных не поддерживается."),
}


@web.middleware
async def policy(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Gives every answer its request id and every failure its shape; the last resort for what nobody caught."""
    request_id = request.headers.get("X-Request-Id", "")
    if not (8 <= len(request_id) <= 64 and request_id.replace("-", "").isalnum()):
        request_id = uuid4().hex
    request[REQUEST_ID] = request_id
    structlog.contextvars.bind_contextvars(request=request_id)
    started = time.monotonic()
    try:
        response = await handler(request)
    except ApiError as error:
        response = error_response(error.status, error.code, error.public, error.fields, error.headers)
    except LimitError as error:
        wait = str(max(1, int(error.retry_after + 0.99)))
        response = error_response(429, "too_many_requests", error.public, headers={"Retry-After": wait})
    except web.HTTPException as error:
        code, message = CODES.get(error.status, ("error", "Не получилось."))
        response = error_response(error.status, code, message)
    except (ConnectionResetError, TimeoutError):
        response = error_response(503, "unavailable", "Сервис временно недоступен. Попробуйте через минуту.")
    except Exception as error:
        unavailable = type(error).__module__.startswith(("asyncpg", "sqlalchemy")) or isinstance(error, OSError)
        sentry.report(error)
        log.error("http.failed", path=request.match_info.route.name or "", error=type(error).__name__, exc_info=error)
        response = (
            error_response(503, "unavailable", "Сервис временно недоступен. Попробуйте через минуту.")
            if unavailable
            else error_response(500, "internal", "Что-то пошло не так на нашей стороне. Попробуйте ещё раз.")
        )
    log.debug("http", status=response.status, ms=round((time.monotonic() - started) * 1000))
    structlog.contextvars.unbind_contextvars("request")
    return response


def add_headers(app: web.Application) -> None:
    """Request id and security headers, on streams too: they are set when the response is prepared."""

    async def prepare(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.setdefault("X-Request-Id", request.get(REQUEST_ID) or uuid4().hex)
        for name, value in SECURITY.items():
            response.headers.setdefault(name, value)

    app.on_response_prepare.append(prepare)


def client_address(request: web.Request, trusted: list[str]) -> str:
    """The caller's address; `X-Forwarded-For` counts only when the connection comes from a trusted proxy."""
    peer = request.remote or ""
    if not trusted or not _among(peer, trusted):
        return peer
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    for hop in reversed(hops):
        if not _among(hop, trusted):
            return hop
    return peer


def _among(address: str, networks: list[str]) -> bool:
    try:
        ip = ip_address(address)
        mapped = getattr(ip, "ipv4_mapped", None)
        return any((mapped or ip) in ip_network(network, strict=False) for network in networks)
    except ValueError:
        return False

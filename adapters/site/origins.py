"""Who may call the API from a page: the site itself and the origins listed in CORS_ORIGINS, nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from aiohttp import web

from infra.http import ApiError

API = "/api/"
MAX_AGE = "600"


class Origins:
    """Decides by the `Origin` header, which browsers set and scripts cannot; programs without one may come."""

    def __init__(self, allowed: Iterable[str] = (), public_url: str | None = None) -> None:
        self._allowed = {origin.rstrip("/").lower() for origin in allowed}
        self._own = _origin(public_url) if public_url else None

    def foreign(self, request: web.Request) -> str | None:
        """The origin to answer to when the caller is a listed other site. ApiError 403 when it is not listed."""
        origin = request.headers.get("Origin")
        if origin is None:
            return None
        plain = origin.lower()
        if plain == self._own or urlsplit(plain).netloc == request.host.lower() != "":
            return None
        if plain in self._allowed:
            return origin
        raise ApiError(403, "forbidden_origin", "С этого сайта обращаться к помощнику нельзя.")

    def add_to(self, app: web.Application) -> None:
        """Preflights, and the headers that let a listed page read the answers, errors and streams too."""
        app.router.add_route("OPTIONS", API + "{tail:.*}", self._preflight, name="site.preflight")
        app.on_response_prepare.append(self._let_read)

    async def _preflight(self, request: web.Request) -> web.Response:
        self.foreign(request)
        headers = {
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID, X-Request-Id",
            "Access-Control-Max-Age": MAX_AGE,
        }
        return web.Response(status=204, headers=headers)

    async def _let_read(self, request: web.Request, response: web.StreamResponse) -> None:
        if not request.path.startswith(API):
            return
        response.headers.add("Vary", "Origin")
        try:
            origin = self.foreign(request)
        except ApiError:
            return
        if origin is not None:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-Id"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()

"""The pages and scripts a browser loads: read once at start, compressed once, served with ETags and a strict policy."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, StrictUndefined, TemplateError

from infra.errors import ConfigError

FOLDER = Path(__file__).with_name("widget")
PAGES = {"/": "demo.html", "/calculator": "calculator.html"}
WIDGET = "widget.js"
ASSETS = "/site/"

PAGE_CACHE = "no-cache"
ASSET_CACHE = "public, max-age=300, stale-while-revalidate=86400"
GZIP_FROM = 512
_TEXTS = (".html", ".js", ".css", ".svg", ".json", ".txt")
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it goes out."""

    body: bytes
    packed: bytes | None
    etag: str
    headers: dict[str, str]

    def answer(self, request: web.Request) -> web.Response:
        """304 when the browser has it; compressed when it may be."""
        packed = self.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
        etag = f'"{self.etag}{"-gz" if packed else ""}"'
        headers = {**self.headers, "ETag": etag, "Vary": "Accept-Encoding"}
        known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
        if etag in known or "*" in known:
            return web.Response(status=304, headers=headers)
        if packed:
            return web.Response(body=self.packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=self.body, headers=headers)


def load(path: Path, headers: dict[str, str], values: dict[str, str] | None = None) -> Asset:
    """Blocking: for the start. With `values` the file is a Jinja template. ConfigError when it cannot be used."""
    try:
        body = path.read_bytes()
        if values is not None:
            page = Environment(autoescape=True, undefined=StrictUndefined).from_string(body.decode())
            body = page.render(values).encode()
    except (OSError, UnicodeDecodeError, TemplateError) as error:
        raise ConfigError(f"{path}: {error}") from error
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix in _TEXTS:
        kind += "; charset=utf-8"
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in _TEXTS and len(body) >= GZIP_FROM else None
    etag = hashlib.blake2b(body, digest_size=12).hexdigest()
    return Asset(body, packed, etag, {"Content-Type": kind, **headers})


def content_policy(path: str) -> str:
    """What a page may load and who may frame it: the calculator stands on any site, the rest only on its own."""
    ancestors = "*" if path == "/calculator" else "'self'"
    return (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {ancestors}"
    )


def add_pages(app: web.Application, company: str, sandbox_url: str | None = None, folder: Path = FOLDER) -> None:
    """Routes for the pages, the widget and everything beside them. ConfigError when a page is missing."""
    values = {"company": company, "sandbox_url": _address(sandbox_url)}
    for path, name in PAGES.items():
        policy = {"Content-Security-Policy": content_policy(path), "Cache-Control": PAGE_CACHE}
        _serve(app, path, load(folder / name, policy, values))
    public = {"Access-Control-Allow-Origin": "*", "Cache-Control": ASSET_CACHE}
    _serve(app, f"/{WIDGET}", load(folder / WIDGET, public))
    for file in sorted(folder.iterdir()):
        if file.is_file() and file.suffix != ".html" and file.name != WIDGET and not file.name.startswith("."):
            _serve(app, ASSETS + file.name, load(file, {"Cache-Control": ASSET_CACHE}))


def _serve(app: web.Application, path: str, asset: Asset) -> None:
    async def answer(request: web.Request) -> web.Response:
        return asset.answer(request)

    app.router.add_get(path, answer)


def _address(url: str | None) -> str:
    """An address that a page may link to; an own page when the simulated world is not there."""
    return url if url and urlsplit(url).scheme in ("http", "https") else "/"

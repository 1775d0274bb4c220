"""The site's HTTP side: sessions, messages, events, prices and documents, for the widget and for programs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote as percent
from uuid import uuid4

import orjson
from aiohttp import web

from adapters.channel import Inbound
from adapters.site.body import JSON_LIMIT, TEXT_BODY_LIMIT, Form, read_form, read_json, too_large
from adapters.site.eventlog import CHANNEL, EventLog
from adapters.site.events import Events
from adapters.site.files import Files, store_file
from adapters.site.origins import Origins
from adapters.site.parse import LARGEST, PayloadError, inbound
from adapters.site.results import stamp
from adapters.site.tokens import DocumentLinks, VisitorTokens
from adapters.site.uploads import FILE_LIMIT, FileRefused, clean_filename, recognise
from infra.cache import Cache
from infra.clock import Clock
from infra.crypto import DataKey, pseudonym
from infra.errors import AppError, LimitError, NotFoundError
from infra.http import REQUEST_ID, ApiError, client_address

ACCEPT_SECONDS = 8.0
FILE_SECONDS = 30.0
"""What storing a message or a file may take before the page is told to try again."""

UPLOADS_AT_ONCE = 4 * FILE_LIMIT
"""Bytes of files this process takes in at once: they stand in memory until they are stored."""

GONE = Path(__file__).with_name("gone.html")
Rate = tuple[float, float] | None
"""(per second, burst); None: no limit."""


class Place(Protocol):
    """Where a stored message belongs."""

    @property
    def conversation_id(self) -> int: ...
    @property
    def chat_id(self) -> int: ...
    @property
    def key(self) -> DataKey: ...


OnNew = Callable[[Any, Place, int], Awaitable[None]]


class Accept(Protocol):
    """Stores a message and commits. `on_new(connection, place, seq)` joins the transaction, for a new one only."""

    def __call__(self, inbound: Inbound, trace: str, on_new: OnNew | None = None, /) -> Awaitable[Any]: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How often each thing may be asked for."""

    sessions_per_address: Rate = (10 / 60, 20)
    messages_per_visitor: Rate = (1, 15)
    messages_per_address: Rate = (10, 60)
    files_per_visitor: Rate = (6 / 60, 6)
    quotes_per_address: Rate = (10, 60)


@dataclass(frozen=True, slots=True)
class Sales:
    """What the calculator's pages need. `quote` raises an error with `fields` for what cannot be priced."""

    price_list: Callable[[], Mapping[str, Any]]
    quote: Callable[[Any], Mapping[str, Any]]


class SiteRoutes:
    """Verifies, hands over, answers. Errors are ApiError and LimitError, shaped by the HTTP policy around it."""

    def __init__(
        self,
        *,
        accept: Accept,
        sales: Sales,
        events: Events,
        log: EventLog,
        files: Files,
        tokens: VisitorTokens,
        links: DocumentLinks,
        origins: Origins,
        cache: Cache,
        clock: Clock,
        secret: bytes,
        limits: Limits | None = None,
        trusted_proxies: Sequence[str] = (),
    ) -> None:
        self._accept = accept
        self._sales = sales
        self._events = events
        self._log = log
        self._files = files
        self._tokens = tokens
        self._links = links
        self._origins = origins
        self._cache = cache
        self._clock = clock
        self._secret = secret
        self._limits = limits or Limits()
        self._trusted = list(trusted_proxies)
        self._uploading = 0
        self._gone = GONE.read_text(encoding="utf-8")

    def add_to(self, app: web.Application) -> None:
        router = app.router
        router.add_post("/api/session", self.session, name="site.session")
        router.add_post("/api/messages", self.messages, name="site.messages")
        router.add_get("/api/events", self.events, name="site.events", allow_head=False)
        router.add_get("/api/price-list", self.price_list, name="site.price_list")
        router.add_post("/api/quote", self.quote, name="site.quote")
        router.add_get("/documents/{token}", self.document, name="site.document")
        self._origins.add_to(app)

        async def shut_down(_: web.Application) -> None:
            self._events.stop()

        app.on_shutdown.append(shut_down)

    async def session(self, request: web.Request) -> web.Response:
        """A visitor's token: the same visitor's when an own token is shown, a new one's otherwise."""
        self._origins.foreign(request)
        await self._take("sessions", (self._address(request), self._limits.sessions_per_address))
        body, _ = await read_json(request)
        if not isinstance(body, dict):
            raise _invalid({"body": "Нужен объект JSON."})
        visitor = self._tokens.resume(body.get("resume"))
        answer = {"token": self._tokens.issue(visitor), "visitor": visitor}
        return web.json_response(answer, headers={"Cache-Control": "no-store"})

    async def messages(self, request: web.Request) -> web.Response:
        """202 when the message is stored; the same id again changes nothing and is accepted too."""
        visitor = self._visitor(request)
        by_visitor = (visitor, self._limits.messages_per_visitor)
        await self._take("messages", by_visitor, (self._address(request), self._limits.messages_per_address))
        now = self._clock.now()
        try:
            if request.content_type == "multipart/form-data":
                await self._take("files", (visitor, self._limits.files_per_visitor))
                with self._room(request):
                    await self._accept_file(request, visitor, await read_form(request), now)
            else:
                body, size = await read_json(request, TEXT_BODY_LIMIT)
                if size > JSON_LIMIT and not (isinstance(body, dict) and isinstance(body.get("text"), str)):
                    raise too_large()
                await self._accept_message(request, visitor, body, now)
        except PayloadError as error:
            raise _invalid(error.fields) from None
        return web.json_response({"accepted": True}, status=202)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """What was said after event N: as a stream, or at once as a list with `wait=0`."""
        visitor = self._visitor(request)
        after = _after(request)
        if request.query.get("wait") == "0":
            page = await self._events.page(visitor, after)
            return web.json_response(page, headers={"Cache-Control": "no-store"})
        return await self._events.stream(request, visitor, self._address(request), after)

    async def price_list(self, request: web.Request) -> web.Response:
        self._origins.foreign(request)
        return web.json_response(self._sales.price_list(), headers={"Cache-Control": "no-cache"})

    async def quote(self, request: web.Request) -> web.Response:
        """The price of a configuration; 422 with a text per field for what is unknown or out of limits."""
        self._origins.foreign(request)
        await self._take("quotes", (self._address(request), self._limits.quotes_per_address))
        body, _ = await read_json(request)
        try:
            return web.json_response(self._sales.quote(body), headers={"Cache-Control": "no-store"})
        except AppError as error:
            fields = getattr(error, "fields", None)
            if not isinstance(fields, Mapping) or isinstance(error, ApiError):
                raise
            raise ApiError(422, "invalid", error.public, fields=fields) from error

    async def document(self, request: web.Request) -> web.Response:
        """A file by its signed link; for reading only after download, never inside our pages."""
        file_id = self._links.file_id(request.match_info["token"])
        try:
            if file_id is None:
                raise NotFoundError("a wrong or expired document link")
            about, body = await self._files.about(file_id), await self._files.body(file_id)
        except NotFoundError:
            return self._no_document(request)
        headers = {
            "Content-Type": about.content_type,
            "Content-Disposition": _attachment(about.filename),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        }
        return web.Response(body=body, headers=headers)

    def _no_document(self, request: web.Request) -> web.Response:
        if "text/html" not in request.headers.get("Accept", ""):
            raise ApiError(404, "not_found", "Ссылка на документ больше не действует. Попросите прислать его снова.")
        policy = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}
        return web.Response(status=404, text=self._gone, content_type="text/html", headers=policy)

    async def _accept_message(self, request: web.Request, visitor: str, body: Any, now: datetime) -> None:
        message = inbound(visitor, body, int(now.timestamp()))
        if message.stop:
            async with asyncio.timeout(ACCEPT_SECONDS):
                await self._accept(message, request[REQUEST_ID])
            return
        payload = orjson.loads(message.payload)
        own = {"type": "own", "id_client": payload["id"], "at": stamp(now)}

        async def on_new(connection: Any, place: Place, _seq: int) -> None:
            said = await self._said(connection, place, payload)
            if said is None:  # nothing to show, but a page of a new visitor may wait for its first event
                await connection.fetchval("SELECT pg_notify($1, $2)", CHANNEL, f"{place.chat_id} {visitor}")
                return
            await self._log.append(connection, place.chat_id, place.key, lambda _: {**own, **said}, visitor)

        async with asyncio.timeout(ACCEPT_SECONDS):
            await self._accept(message, request[REQUEST_ID], on_new)

    async def _said(self, connection: Any, place: Place, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        """What the visitor's own event shows: the text, or the label of the button that was pressed."""
        if "text" in payload:
            return {"text": payload["text"]}
        if "click" not in payload:
            return None
        click = payload["click"]
        label = await self._log.label(connection, place.chat_id, click["message"], click["data"], place.key)
        return None if label is None else {"text": label, "click": click}

    async def _accept_file(self, request: web.Request, visitor: str, form: Form, now: datetime) -> None:
        filename = clean_filename(form.filename)
        if not form.body:
            raise PayloadError(file="Файл пустой.")
        try:
            content_type = recognise(filename, form.body[:4096])
        except FileRefused as error:
            raise ApiError(415, "unsupported_type", str(error), fields={"file": str(error)}) from None
        file_id = uuid4()
        file = {"id": str(file_id), "filename": filename, "content_type": content_type, "size": len(form.body)}
        message = inbound(visitor, {"id": form.id}, int(now.timestamp()), file=file)

        async def on_new(connection: Any, place: Place, _seq: int) -> None:
            key, conversation_id = place.key, place.conversation_id
            await store_file(connection, conversation_id, key, file_id, filename, content_type, form.body)
            own = {"type": "own", "id_client": form.id, "text": filename, "at": stamp(now)}
            await self._log.append(connection, place.chat_id, key, lambda _: own, visitor)

        async with asyncio.timeout(FILE_SECONDS):
            await self._accept(message, request[REQUEST_ID], on_new)

    @contextmanager
    def _room(self, request: web.Request) -> Iterator[None]:
        """Memory for an upload; ApiError 503 when too many come in at once."""
        size = min(request.content_length or FILE_LIMIT, FILE_LIMIT)
        if self._uploading + size > UPLOADS_AT_ONCE:
            text = "Сейчас принимаем много файлов. Попробуйте через минуту."
            raise ApiError(503, "busy", text, headers={"Retry-After": "10"})
        self._uploading += size
        try:
            yield
        finally:
            self._uploading -= size

    def _visitor(self, request: web.Request) -> str:
        """Who asks. ApiError 403 for a foreign page, 401 without a token in force."""
        self._origins.foreign(request)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        visitor = self._tokens.visitor(token.strip()) if scheme.lower() == "bearer" else None
        if visitor is None:
            text = "Сессия закончилась. Обновите страницу."
            raise ApiError(401, "unauthorized", text, headers={"WWW-Authenticate": "Bearer"})
        return visitor

    def _address(self, request: web.Request) -> str:
        return client_address(request, self._trusted)

    async def _take(self, what: str, *limited: tuple[str, Rate]) -> None:
        """LimitError when one of these asked too often; whoever they are stands in Redis only as a hash."""
        buckets = [
            (f"site:{what}:{pseudonym(self._secret, what, n, who)}", *rate)
            for n, (who, rate) in enumerate(limited)
            if rate is not None
        ]
        wait = await self._cache.take(*buckets) if buckets else 0.0
        if wait > 0:
            raise LimitError(f"too many {what}", retry_after=wait, public="Слишком часто. Подождите немного.")


def _invalid(fields: Mapping[str, str]) -> ApiError:
    return ApiError(422, "invalid", " ".join(dict.fromkeys(fields.values())), fields=fields)


def _after(request: web.Request) -> int:
    """The last event the page has; ApiError 422 for what is no such number."""
    text = request.query.get("after", request.headers.get("Last-Event-ID", "0"))
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST)):
        raise _invalid({"after": "Нужен номер события: целое число от нуля."})
    return int(text)


def _attachment(filename: str) -> str:
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\' else "_" for sign in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{percent(filename, safe='')}"

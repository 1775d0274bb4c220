"""The simulated outside world on one port: composes the vendors and the routes that people and programs use."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox import http
from sandbox.anthropic.vendor import Anthropic
from sandbox.faults import MODES
from sandbox.google.vendor import Google
from sandbox.http import answer, read_object
from sandbox.mail.vendor import Mail
from sandbox.openai.vendor import OpenAI
from sandbox.settings import SandboxSettings, load_settings
from sandbox.telegram.vendor import Telegram
from sandbox.world import Refusal, Vendor, World
from sandbox.yookassa.vendor import YooKassa

VENDORS: tuple[type[Vendor], ...] = (Telegram, OpenAI, Anthropic, YooKassa, Google, Mail)
PAGE = Path(__file__).parent / "page"
PLAY_BODY = 75_000_000  # a file of 55 MB in base64


class Sandbox:
    """The vendors and the routes around them."""

    def __init__(self, settings: SandboxSettings | None = None) -> None:
        self.world = World(settings or load_settings())
        self.vendors = {kind.name: kind(self.world) for kind in VENDORS}

    def application(self) -> web.Application:
        app = web.Application(middlewares=[http.errors, http.same_origin, self._faulty], client_max_size=PLAY_BODY)
        app.on_response_prepare.append(http.add_headers)
        app.cleanup_ctx.append(self._running)
        app.router.add_routes(
            [
                web.get("/health", self._health),
                web.get("/clock", self._clock),
                web.get("/faults", self._faults),
                web.post("/faults", self._set_fault),
                web.post("/reset", self._reset),
                web.post("/play/clock", self._move_clock),
                web.post("/play/{vendor}", self._play),
                web.post("/script/{vendor}", self._script),
                web.get("/inspect/{vendor}", self._inspect),
                web.get("/inspect/{vendor}/{what}", self._inspect),
                web.get("/", self._page),
                web.static("/page", PAGE),
            ]
        )
        for vendor in self.vendors.values():
            app.router.add_routes(vendor.routes())
        return app

    async def _running(self, _app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for vendor in self.vendors.values():
                await stack.enter_async_context(vendor.running())
            yield
            await self.world.tasks.close()

    @web.middleware
    async def _faulty(self, request: web.Request, handler: http.Handler) -> web.StreamResponse:
        for vendor in self.vendors.values():
            if request.path.startswith(vendor.prefix + "/"):
                operation = vendor.operation(request)
                fault = self.world.faults.take(vendor.name, operation, quiet=operation in vendor.quiet)
                if fault is not None:
                    self.world.changes.note()
                    return await vendor.suffer(fault, request, handler)
                break
        return await handler(request)

    def _vendor(self, request: web.Request) -> Vendor:
        name = request.match_info["vendor"]
        vendor = self.vendors.get(name)
        if vendor is None:
            raise Refusal(f"no vendor {name!r} here, only {', '.join(self.vendors)}", status=404, code="not_found")
        return vendor

    async def _health(self, _request: web.Request) -> web.Response:
        mail = self.vendors["mail"]
        smtp = mail.port if isinstance(mail, Mail) else 0
        return answer({"status": "ok", "services": list(self.vendors), "smtp_port": smtp})

    async def _play(self, request: web.Request) -> web.Response:
        vendor = self._vendor(request)
        return answer(await vendor.play(await read_object(request, PLAY_BODY)))

    async def _script(self, request: web.Request) -> web.Response:
        written = self._vendor(request).script(await read_object(request, PLAY_BODY))
        self.world.changes.note()
        return answer(written)

    async def _inspect(self, request: web.Request) -> web.StreamResponse:
        return await self._vendor(request).inspect(request.match_info.get("what", ""), request.query)

    async def _clock(self, _request: web.Request) -> web.Response:
        clock = self.world.clock
        return answer({"offset": clock.offset, "now": clock.now().isoformat()})

    async def _move_clock(self, request: web.Request) -> web.Response:
        seconds = (await read_object(request)).get("advance")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not abs(seconds) < 10**9:
            raise Refusal('"advance" must be a number of seconds')
        self.world.clock.offset += seconds
        self.world.changes.note()
        return await self._clock(request)

    async def _faults(self, _request: web.Request) -> web.Response:
        return answer(self.world.faults.as_json())

    async def _set_fault(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        service, mode = body.get("service"), body.get("mode")
        if not isinstance(service, str) or service not in self.vendors:
            raise Refusal(f'"service" must be one of: {", ".join(self.vendors)}')
        modes = (*MODES, *sorted(self.vendors[service].modes))
        if not isinstance(mode, str) or mode not in modes:
            raise Refusal(f'"mode" must be one of: {", ".join(modes)}')
        times, seconds, method = body.get("for"), body.get("seconds", 5.0), body.get("method")
        if times is not None and (not _is_number(times) or times != int(times) or times < 0):
            raise Refusal('"for" must be a whole number of requests')
        if not _is_number(seconds) or not 0 <= seconds <= 600:
            raise Refusal('"seconds" must be a number from 0 to 600')
        if method is not None and not isinstance(method, str):
            raise Refusal('"method" must be a string')
        self.world.faults.set(service, mode, times=times, seconds=seconds, method=method)
        self.world.changes.note()
        return answer(self.world.faults.as_json())

    async def _reset(self, request: web.Request) -> web.Response:
        await read_object(request, empty=True)
        self.world.faults.clear()
        self.world.clock.offset = 0.0
        for vendor in self.vendors.values():
            vendor.reset()
        return answer({"reset": True})

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def create_app(settings: SandboxSettings | None = None) -> web.Application:
    return Sandbox(settings).application()


@asynccontextmanager
async def serving(settings: SandboxSettings | None = None) -> AsyncIterator[str]:
    """The simulated world inside this process; yields its address, `http://host:port`. Port 0 takes a free one."""
    settings = settings or load_settings()
    runner = web.AppRunner(create_app(settings), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        yield f"http://{settings.host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()

"""The simulated mail provider as a vendor: starts the SMTP server, shows the mailbox, turns recipients away."""

import asyncio
import errno
import re
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox.http import answer
from sandbox.mail.box import Box, Letter, content
from sandbox.mail.server import Handler, Server, certificate, options
from sandbox.world import Json, Refusal, Vendor, World

KEPT = 5_000
LETTER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class Mail(Vendor):
    name = "mail"
    prefix = "/mail"
    modes = frozenset({"refuse"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.port = 0
        self.box = Box()
        self.requests: deque[Json] = deque(maxlen=KEPT)
        self.handler = Handler(world, self.box, self.requests.append)

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """None: it speaks SMTP, not HTTP."""
        return []

    def failure(self) -> web.Response:
        return web.Response(status=500)

    def reset(self) -> None:
        self.box.letters.clear()
        self.box.refused.clear()
        self.requests.clear()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await asyncio.to_thread(certificate)
        loop = asyncio.get_running_loop()
        settings = self.world.settings

        def connection() -> Server:
            return Server(self.handler, loop=loop, **options(self.world))

        try:
            server = await loop.create_server(connection, settings.host, settings.smtp_port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or settings.smtp_port_fixed:
                raise
            server = await loop.create_server(connection, settings.host, 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def play(self, action: Mapping[str, Any]) -> Json:
        """`refuse` turns a recipient away with `code` (550), `accept` takes it again."""
        refuse, accept, code = action.get("refuse"), action.get("accept"), action.get("code", 550)
        address = refuse or accept
        if not isinstance(address, str) or not ADDRESS.fullmatch(address):
            raise Refusal('"refuse" or "accept" must be an address')
        if type(code) is not int or not 400 <= code <= 599:
            raise Refusal('"code" must be a number from 400 to 599')
        if refuse:
            self.box.refused[address.lower()] = code
        else:
            self.box.refused.pop(address.lower(), None)
        return {"refused": self.box.refused}

    async def inspect(self, what: str, query: Mapping[str, str]) -> web.StreamResponse:
        match what:
            case "":
                return answer({"requests": list(self.requests), "state": self._state()})
            case "view":
                return answer({"state": self._state()})
            case "certificate":
                return web.Response(body=certificate()[1], content_type="application/x-pem-file")
            case "raw":
                return web.Response(body=self._letter(query).raw, content_type="text/plain", charset="utf-8")
            case "html":
                text = self._letter(query).body("text/html") or ""
                headers = {"Content-Security-Policy": LETTER_POLICY}
                return web.Response(text=text, content_type="text/html", headers=headers)
            case "attachment":
                return self._attachment(query)
        raise Refusal(f"nothing called {what!r} here", status=404, code="not_found")

    def _state(self) -> Json:
        letters = [letter.as_json() for letter in self.box.letters[-KEPT:]]
        return {"port": self.port, "messages": letters, "refused": self.box.refused}

    def _letter(self, query: Mapping[str, str]) -> Letter:
        number = query.get("message", "")
        if not number.isdigit() or not 1 <= int(number) <= len(self.box.letters):
            raise Refusal("no such message", status=404, code="not_found")
        return self.box.letters[int(number) - 1]

    def _attachment(self, query: Mapping[str, str]) -> web.Response:
        parts = self._letter(query).attachments
        index = query.get("index", "0")
        if not index.isdigit() or int(index) >= len(parts):
            raise Refusal("no such attachment", status=404, code="not_found")
        part = parts[int(index)]
        name = quote(part.get_filename() or "file", safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return web.Response(body=content(part), content_type="application/octet-stream", headers=headers)

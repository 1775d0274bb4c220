"""The cheapest possible Bot API server: answers every call at once, so that a measurement shows our work."""

import time
from collections.abc import Callable

import orjson
from aiohttp import web


class TelegramStub:
    """Counts what it is sent; `on_send(chat_id)` is called for each message."""

    def __init__(self, on_send: Callable[[int], None]) -> None:
        self._on_send = on_send
        self._number = 0

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/telegram/bot{token}/{method}", self._call)
        app.router.add_get("/clock", self._clock)
        return app

    async def _clock(self, _: web.Request) -> web.Response:
        return web.json_response({"offset": 0.0})

    async def _call(self, request: web.Request) -> web.Response:
        form = await request.post()
        method = request.match_info["method"]
        result: object = True
        if method in ("sendMessage", "editMessageText"):
            self._number += 1
            chat = int(str(form["chat_id"]))
            kind = "private" if chat > 0 else "supergroup"
            result = {
                "message_id": self._number,
                "date": int(time.time()),
                "chat": {"id": chat, "type": kind},
                "text": "-",
            }
            self._on_send(chat)
        elif method == "createForumTopic":
            self._number += 1
            result = {"message_thread_id": self._number, "name": "-", "icon_color": 7322096}
        elif method == "getMe":
            result = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
        return web.Response(body=orjson.dumps({"ok": True, "result": result}), content_type="application/json")

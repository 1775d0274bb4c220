"""The simulated Telegram as a vendor: the Bot API server's routes, and the pieces behind them put together."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

import sandbox.telegram.methods  # noqa: F401  # registers the methods
from sandbox.http import answer
from sandbox.telegram.api import Api, run
from sandbox.telegram.errors import ApiError
from sandbox.telegram.inspect import Inspector
from sandbox.telegram.limits import Limits
from sandbox.telegram.play import Player
from sandbox.telegram.requests import CLASSES, Call, Upload, read, validate
from sandbox.telegram.state import State
from sandbox.telegram.updates import Bot, Bots
from sandbox.world import Json, Vendor, World

TOKEN = re.compile(r"[1-9]\d{0,15}:[A-Za-z0-9_-]{1,80}")
WEBHOOK_SECONDS = 60
UNRECORDED = {"getUpdates"}


class Telegram(Vendor):
    name = "telegram"
    prefix = "/telegram"
    quiet = frozenset({"getUpdates"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        settings = world.settings
        state = State(settings.admin_chat, settings.first_id, world.changes)
        self.api = Api(world, state, Bots(settings.first_id), Limits(settings.telegram_limits))
        self.player = Player(self.api)
        self.inspector = Inspector(self.api)

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            web.get("/telegram/file/bot{token:[^/]*}/{path:.+}", self._download),
            web.route("*", "/telegram/bot{token:[^/]*}/{method}", self._call),
            web.route("*", "/telegram/{rest:.*}", self._nowhere),
        ]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=WEBHOOK_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as http:
            self.api.http, self.api.execute = http, self._answered
            yield

    def operation(self, request: web.Request) -> str:
        if request.path.startswith("/telegram/file/"):
            return "file"
        name = request.path.rsplit("/", 1)[-1]
        kind = CLASSES.get(name.lower())
        return kind.__api_method__ if kind else name

    def failure(self) -> web.Response:
        return answer({"ok": False, "error_code": 500, "description": "Internal Server Error"}, 500)

    def reset(self) -> None:
        self.api.state.reset()
        self.api.limits.reset()
        self.api.bots.forget()

    async def play(self, action: Mapping[str, Any]) -> Json:
        return self.player.act(action)

    async def inspect(self, what: str, query: Mapping[str, str]) -> web.StreamResponse:
        return await self.inspector.answer(what, query)

    def bot(self, token: str) -> Bot:
        """The bot of a token; raises `ApiError` 401."""
        if not TOKEN.fullmatch(token):
            raise ApiError(401, "Unauthorized: invalid token specified")
        known = self.world.settings.telegram_tokens
        if known and token not in known:
            raise ApiError(401, "Unauthorized")
        return self.api.bots.get(token)

    async def _nowhere(self, _request: web.Request) -> web.Response:
        return answer(ApiError(404, "Not Found").as_json(), 404)

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self.bot(request.match_info["token"])
        except ApiError as refusal:
            return answer(refusal.as_json(), refusal.code)
        file = self.api.state.paths.get(request.match_info["path"])
        if file is None:
            return answer(ApiError(404, "Not Found").as_json(), 404)
        return web.Response(body=file.data, content_type="application/octet-stream")

    async def _call(self, request: web.Request) -> web.Response:
        try:
            bot = self.bot(request.match_info["token"])
            params, files = await read(request)
            result = await self.execute(bot, request.match_info["method"], params, files)
        except ApiError as refusal:
            return answer(refusal.as_json(), refusal.code)
        return answer({"ok": True, "result": result})

    async def _answered(self, bot: Bot, method: Json) -> None:
        """Run a method that came as the answer to a webhook delivery; a refusal is only recorded."""
        params = {key: value for key, value in method.items() if key != "method"}
        try:
            await self.execute(bot, method["method"], params, {})
        except ApiError:
            return

    async def execute(self, bot: Bot, name: str, params: Json, files: dict[str, Upload]) -> Any:
        """Validate and run one method, and record it with its outcome; raises `ApiError`."""
        kind = CLASSES.get(name.lower())
        entry: Json = {
            "n": next(self.api.state.call_numbers),
            "bot": bot.id,
            "method": kind.__api_method__ if kind else name,
            "params": params,
            "files": [{"name": k, "filename": f.filename, "size": len(f.data)} for k, f in files.items()],
            "at": self.world.clock.now().isoformat(),
        }
        if entry["method"] not in UNRECORDED:
            self.api.state.calls.append(entry)
        try:
            result = await run(self.api, bot, Call(validate(name, params, files), params, files))
        except ApiError as refusal:
            entry |= {"status": refusal.code, "description": refusal.description}
            raise
        entry |= {"status": 200, "result": _brief(result)}
        return result


def _brief(result: Any) -> Any:
    """What a record keeps of a result: the numbers of the messages, not their contents."""
    if isinstance(result, dict) and "message_id" in result:
        return {"message_id": result["message_id"]}
    if isinstance(result, list) and result and isinstance(result[0], dict) and "message_id" in result[0]:
        return [{"message_id": item["message_id"]} for item in result]
    return result

"""The simulated OpenAI as a vendor: its routes, its key, its faults and the headers of every answer."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable

from aiohttp import web

from sandbox.http import answer
from sandbox.llm.exchange import Exchange, form, shown
from sandbox.llm.prompt import Prompt, carried
from sandbox.llm.refused import Refused
from sandbox.llm.script import Reply
from sandbox.llm.tokens import tokens
from sandbox.llm.vendor import ModelVendor
from sandbox.openai import audio, chat, embeddings, models, responses
from sandbox.openai.errors import refused
from sandbox.world import Json, Refusal, World

NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
    "(i.e. Authorization: Bearer YOUR_KEY)."
)
CACHED_FROM, CACHED_STEP = 1024, 128
KEPT = 1_000
"""Responses that a later request can go on from."""


class OpenAI(ModelVendor):
    name = "openai"
    prefix = "/openai"
    call_prefix = "call_"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.kept: OrderedDict[str, list[Json]] = OrderedDict()

    def reset(self) -> None:
        super().reset()
        self.kept.clear()

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        base = "/openai/v1"
        return [
            web.post(f"{base}/chat/completions", self.handler(self._chat)),
            web.post(f"{base}/responses", self.handler(self._responses)),
            web.post(f"{base}/audio/transcriptions", self.handler(self._transcriptions, form=True)),
            web.post(f"{base}/embeddings", self.handler(self._embeddings)),
            web.get(f"{base}/models", self.handler(self._models)),
            web.get(f"{base}/models/{{model}}", self.handler(self._model)),
            web.route("*", "/openai/{rest:.*}", self.handler(self._nowhere)),
        ]

    def operation(self, request: web.Request) -> str:
        return "models" if "/models" in request.path else request.path.rsplit("/", 1)[-1]

    def admit(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise refused(NO_KEY, status=401)

    def headers(self) -> dict[str, str]:
        return {
            "x-request-id": self.id("req_"),
            "openai-version": "2020-10-01",
            "x-ratelimit-limit-requests": "10000",
            "x-ratelimit-remaining-requests": "9999",
            "x-ratelimit-reset-requests": "6ms",
        }

    def worded(self, refusal: Refusal) -> Refused:
        if refusal.status == 413:
            return refused("Maximum content size limit exceeded", status=413, type="server_error")
        return refused("We could not parse the JSON body of your request.")

    def fault(self, name: str, seconds: float) -> Refused:
        match name:
            case "rate_limit":
                wait = {"retry-after": f"{seconds:g}", "retry-after-ms": f"{seconds * 1000:.0f}"}
                left = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": f"{seconds:g}s"}
                message = f"Rate limit reached for requests. Limit: 10000 / min. Please try again in {seconds:g}s."
                return refused(
                    message, status=429, type="requests", code="rate_limit_exceeded", headers={**wait, **left}
                )
            case "quota":
                message = "You exceeded your current quota, please check your plan and billing details."
                return refused(message, status=429, type="insufficient_quota", code="insufficient_quota")
            case "overloaded":
                message = "The engine is currently overloaded, please try again later."
                return refused(message, status=503, type="service_unavailable")
            case "unauthorized":
                message = "Incorrect API key provided. You can find your API key in your account settings."
                return refused(message, status=401, code="invalid_api_key")
        message = "The server had an error while processing your request. Sorry about that!"
        return refused(message, status=500, type="server_error")

    async def _nowhere(self, exchange: Exchange) -> web.StreamResponse:
        path = exchange.request.path.removeprefix("/openai")
        raise refused(f"Invalid URL ({exchange.request.method} {path})", status=404)

    async def _chat(self, exchange: Exchange) -> web.StreamResponse:
        body = self.object(exchange)
        prompt = chat.read(body)
        used, cached = self.counted(prompt)
        images = sum(message.images for message in prompt.messages)
        wire = chat.ChatWire(body, self.id("chatcmpl-"), self.world.timestamp(), used, cached, images)
        return await self.generate(exchange, prompt, wire)

    async def _responses(self, exchange: Exchange) -> web.StreamResponse:
        body = self.object(exchange)
        asked = responses.read(body, self.kept)
        used, cached = self.counted(asked.prompt)
        wire = responses.ResponseWire(body, asked, self.id("resp_"), self.world.timestamp(), used, cached)
        answered = await self.generate(exchange, asked.prompt, wire)
        if body.get("store") is not False:
            self.kept[wire.name] = [*asked.items, *wire.output]
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        return answered

    def counted(self, prompt: Prompt) -> tuple[int, int]:
        """Tokens of a prompt without its images, and how many of them were read before."""
        text = "\n".join(
            [f"{tool.name} {tool.description} {tool.schema}" for tool in prompt.tools]
            + [f"{m.role}: {m.text} {m.calls or ''}" for m in prompt.messages]
        )
        known = tokens(text[: self.cache.read(prompt.model, text)])
        cached = known // CACHED_STEP * CACHED_STEP if known >= CACHED_FROM else 0
        return tokens(text), cached

    async def _embeddings(self, exchange: Exchange) -> web.StreamResponse:
        body = self.object(exchange)
        model, texts, total = embeddings.read(body)

        async def act(_reply: Reply) -> web.Response:
            # tens of milliseconds for a large request: not on the loop
            return answer(await asyncio.to_thread(embeddings.write, body, model, texts, total))

        return await self.plain(exchange, "embeddings", "\n".join(texts), act)

    async def _transcriptions(self, exchange: Exchange) -> web.StreamResponse:
        try:
            given = await form(exchange.request, audio.MOST)
        except Refusal as refusal:
            raise (audio.too_large(audio.MOST + 1) if refusal.status == 413 else refused(str(refusal))) from None
        exchange.entry["body"] = {name: [shown(value) for value in values] for name, values in given.items()}
        model, file, kind = audio.read(given)

        async def act(reply: Reply) -> web.Response:
            text = carried(file.data) if reply.text is None else reply.text
            exchange.entry["said"] = {"text": text, "model": model.name}
            written = audio.write(kind, text, len(file.data))
            return web.Response(text=written) if isinstance(written, str) else answer(written)

        return await self.plain(exchange, "transcriptions", "", act)

    async def _models(self, exchange: Exchange) -> web.StreamResponse:
        return await self._listed(exchange, {"object": "list", "data": models.listed()})

    async def _model(self, exchange: Exchange) -> web.StreamResponse:
        return await self._listed(exchange, models.find(exchange.request.match_info["model"]).as_json())

    async def _listed(self, exchange: Exchange, value: Json) -> web.StreamResponse:
        async def act(_reply: Reply) -> web.Response:
            return answer(value)

        return await self.plain(exchange, "models", "", act)

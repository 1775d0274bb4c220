"""The simulated Anthropic as a vendor: its routes, its key and version, its faults and its prompt cache."""

from collections.abc import Iterable

from aiohttp import web

from sandbox.anthropic import messages, models
from sandbox.anthropic.errors import refused
from sandbox.anthropic.models import Model
from sandbox.http import answer
from sandbox.llm.exchange import Exchange
from sandbox.llm.prompt import Prompt
from sandbox.llm.refused import Refused
from sandbox.llm.script import Reply
from sandbox.llm.tokens import IMAGE, tokens
from sandbox.llm.vendor import ModelVendor
from sandbox.world import Json, Refusal

VERSIONS = ("2023-01-01", "2023-06-01", "2026-10-21")
BODY = 32_000_000


class Anthropic(ModelVendor):
    name = "anthropic"
    prefix = "/anthropic"
    call_prefix = "toolu_"
    token_weight = messages.WEIGHT

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            web.post("/anthropic/v1/messages", self.handler(self._messages, limit=BODY)),
            web.get("/anthropic/v1/models", self.handler(self._models)),
            web.get("/anthropic/v1/models/{model}", self.handler(self._model)),
            web.route("*", "/anthropic/{rest:.*}", self.handler(self._nowhere)),
        ]

    def operation(self, request: web.Request) -> str:
        return "models" if "/models" in request.path else request.path.rsplit("/", 1)[-1]

    def admit(self, request: web.Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        bearer = scheme.lower() == "bearer" and token.strip()
        if not request.headers.get("x-api-key", "").strip() and not bearer:
            raise refused("x-api-key header is required", 401)
        version = request.headers.get("anthropic-version")
        if version is None:
            raise refused("anthropic-version: header is required")
        if version not in VERSIONS:
            raise refused(f'anthropic-version: "{version}" is not a valid version')

    def headers(self) -> dict[str, str]:
        return {
            "request-id": self.id("req_"),
            "anthropic-ratelimit-requests-limit": "4000",
            "anthropic-ratelimit-requests-remaining": "3999",
            "anthropic-ratelimit-requests-reset": f"{self.world.clock.now():%Y-%m-%dT%H:%M:%SZ}",
        }

    def worded(self, refusal: Refusal) -> Refused:
        if refusal.status == 413:
            return refused("Request exceeds the maximum size", 413)
        return refused(f"The request body is not valid JSON: {refusal}")

    def fault(self, name: str, seconds: float) -> Refused:
        match name:
            case "rate_limit":
                left = {"retry-after": f"{seconds:g}", "anthropic-ratelimit-requests-remaining": "0"}
                message = "This request would exceed your organization's rate limit. Please try again later."
                return refused(message, 429, left)
            case "quota":
                return refused("Your credit balance is too low to access the Anthropic API.", 400)
            case "overloaded":
                return refused("Overloaded", 529)
            case "unauthorized":
                return refused("invalid x-api-key", 401)
        return refused("Internal server error", 500)

    async def _nowhere(self, exchange: Exchange) -> web.StreamResponse:
        raise refused("Not found", 404)

    async def _messages(self, exchange: Exchange) -> web.StreamResponse:
        body = self.object(exchange)
        prompt, model = messages.read(body, exchange.request.headers["anthropic-version"])
        wire = messages.MessageWire(body, model, self.id("msg_"), *self._counted(body, prompt, model))
        return await self.generate(exchange, prompt, wire)

    def _counted(self, body: Json, prompt: Prompt, model: Model) -> tuple[int, int, int]:
        """Tokens of a prompt that are fresh, read from the cache and written to it: up to the last breakpoint."""
        parts = list(messages.segments(body))
        texts = [text for text, _ in parts]
        marked = [number for number, (_, wanted) in enumerate(parts, start=1) if wanted]
        end = len(parts) if body.get("cache_control") else max(marked, default=0)
        images = IMAGE * sum(message.images for message in prompt.messages)
        total = tokens("\n".join(texts), messages.WEIGHT) + images
        prefix = "\n".join(texts[:end])
        kept = tokens(prefix, messages.WEIGHT)
        if kept < model.cache_from:
            return total, 0, 0
        read = tokens(prefix[: self.cache.read(model.name, prefix)], messages.WEIGHT)
        read = read if read >= model.cache_from else 0
        return total - kept, read, kept - read

    async def _models(self, exchange: Exchange) -> web.StreamResponse:
        data = models.listed()
        page = {"data": data, "has_more": False, "first_id": data[0]["id"], "last_id": data[-1]["id"]}
        return await self._listed(exchange, page)

    async def _model(self, exchange: Exchange) -> web.StreamResponse:
        return await self._listed(exchange, models.find(exchange.request.match_info["model"]).as_json())

    async def _listed(self, exchange: Exchange, value: Json) -> web.StreamResponse:
        async def act(_reply: Reply) -> web.Response:
            return answer(value)

        return await self.plain(exchange, "models", "", act)

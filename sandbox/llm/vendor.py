"""A simulated vendor of language models: keeps the script and the record, and brings faults upon answers."""

import asyncio
import uuid
from abc import abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import orjson
from aiohttp import web

from sandbox import faults
from sandbox.faults import Fault, Handler
from sandbox.http import answer, read_body
from sandbox.llm.asked import question
from sandbox.llm.exchange import Exchange, Stream, summary
from sandbox.llm.prompt import Call, Prompt, Spoken
from sandbox.llm.refused import Refused
from sandbox.llm.script import Reply, Script, Usage
from sandbox.llm.speech import speak
from sandbox.llm.tokens import PromptCache, shortened
from sandbox.world import Json, Refusal, Vendor, World

BODY = 64_000_000
RECORDED = 5_000
SLOW = 5.0
Act = Callable[[Exchange], Awaitable[web.StreamResponse]]
_FAULT = web.RequestKey("fault", Fault)
_BEFORE = ("error", "rate_limit", "quota", "overloaded", "unauthorized")


class Wire(Protocol):
    """One generating endpoint: how what the model says is written out."""

    streaming: bool

    def whole(self, spoken: Spoken, usage: Usage | None) -> Json: ...

    def stream(self, spoken: Spoken, usage: Usage | None, delay: float, pace: float) -> Stream: ...


class ModelVendor(Vendor):
    call_prefix: str
    """How the ids of tool calls begin."""
    token_weight = 1.0
    """How many tokens this vendor's models make of a text, against the common estimate."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.replies = Script()
        self.cache = PromptCache()
        self.entries: deque[Json] = deque(maxlen=RECORDED)

    @abstractmethod
    def fault(self, name: str, seconds: float) -> Refused:
        """The vendor's answer to `error`, `rate_limit`, `quota`, `overloaded` or `unauthorized`."""

    @abstractmethod
    def admit(self, request: web.Request) -> None:
        """Raises `Refused` where the key or the version is missing."""

    @abstractmethod
    def worded(self, refusal: Refusal) -> Refused:
        """A body that could not be read at all, in the vendor's words."""

    @abstractmethod
    def headers(self) -> dict[str, str]:
        """What every answer carries besides its body."""

    def failure(self) -> web.Response:
        refused = self.fault("error", 0)
        return answer(refused.body, refused.status)

    async def play(self, action: Mapping[str, Any]) -> Json:
        raise Refusal(f"nobody acts at {self.name}: write what its model says with POST /script/{self.name}")

    def script(self, body: Mapping[str, Any]) -> Json:
        return self.replies.write(body)

    async def inspect(self, what: str, query: Mapping[str, str]) -> web.StreamResponse:
        if what:
            raise Refusal(f"/inspect/{self.name} has no {what!r}", status=404, code="not_found")
        return answer({"requests": list(self.entries), "state": self.state()})

    def state(self) -> Json:
        return {"script": self.replies.as_json()}

    def reset(self) -> None:
        self.replies.clear()
        self.cache.clear()
        self.entries.clear()

    def id(self, prefix: str) -> str:
        return prefix + uuid.uuid4().hex[:24]

    async def suffer(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        request[_FAULT] = fault
        return await handler(request)

    def handler(self, act: Act, *, limit: int = BODY, form: bool = False) -> Handler:
        """A route's handler: record, key, faults, and refusals in the vendor's shape around `act`.

        A `form` is left for `act` to read.
        """

        async def handle(request: web.Request) -> web.StreamResponse:
            entry: Json = {"method": request.method, "path": request.path, "body": None, "status": None}
            entry["at"] = self.world.clock.now().isoformat()
            self.entries.append(entry)
            try:
                response = await self._handled(request, entry, act, limit, form)
            except Refused as refused:
                entry["status"] = refused.status
                response = answer(refused.body, refused.status)
                response.headers.update({**self.headers(), **refused.headers})
            finally:
                self.world.changes.note()
            return response

        return handle

    async def _handled(self, request: web.Request, entry: Json, act: Act, limit: int, form: bool) -> web.StreamResponse:
        try:
            raw = b"" if form else await read_body(request, limit)
        except Refusal as refusal:
            raise self.worded(refusal) from None
        entry["body"] = _recorded(raw)
        exchange = Exchange(request, entry, raw)
        if fault := request.get(_FAULT):
            entry["fault"] = fault.mode
            if fault.mode == "down":
                return faults.drop(request)
            if fault.mode == "error":
                raise self.fault("error", 0)
            exchange.mode, exchange.seconds = fault.mode, fault.seconds
        self.admit(request)
        try:
            return await act(exchange)
        except Refusal as refusal:
            raise self.worded(refusal) from None

    def object(self, exchange: Exchange) -> Json:
        """The body as a JSON object; raises `Refusal`."""
        try:
            value = orjson.loads(exchange.raw)
        except orjson.JSONDecodeError as broken:
            raise Refusal(f"the body is not JSON: {broken}") from None
        if not isinstance(value, dict):
            raise Refusal("the body must be a JSON object")
        return value

    async def generate(self, exchange: Exchange, prompt: Prompt, wire: Wire) -> web.StreamResponse:
        """Let the model speak: as scripted, else for itself."""
        spoilt = exchange.mode == "garbage"
        reply = self.replies.next("generate", question(prompt), keep=spoilt) or Reply()
        mode, delay = await self._before(exchange, reply)
        if mode == "down":
            return faults.drop(exchange.request)
        # its own words take dictionaries and milliseconds: not on the loop
        spoken = Spoken(reply.text or "", list(reply.calls)) if reply.speaks else await asyncio.to_thread(speak, prompt)
        spoken = self._limited(prompt, reply, mode, spoken)
        exchange.entry["said"] = {
            "text": spoken.text,
            "tools": [{"tool": call.name, "arguments": call.arguments} for call in spoken.calls],
        }
        if wire.streaming:
            return await exchange.stream(wire.stream(spoken, reply.usage, delay, reply.pace), self.headers(), mode)
        await asyncio.sleep(delay)
        return await exchange.spoil(exchange.answer(wire.whole(spoken, reply.usage), headers=self.headers()), mode)

    async def plain(
        self, exchange: Exchange, endpoint: str, asked: str, act: Callable[[Reply], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        """An endpoint that answers at once, as a whole; `asked` is what a script's `when` looks into."""
        reply = self.replies.next(endpoint, asked, keep=exchange.mode == "garbage") or Reply()
        mode, delay = await self._before(exchange, reply)
        if mode == "down":
            return faults.drop(exchange.request)
        await asyncio.sleep(delay)
        response = await act(reply)
        response.headers.update(self.headers())
        return await exchange.spoil(response, mode)

    async def _before(self, exchange: Exchange, reply: Reply) -> tuple[str | None, float]:
        """The fault in force and the delay; raises `Refused` where the fault is a refusal."""
        mode = exchange.mode or reply.fault
        seconds = exchange.seconds if exchange.mode else reply.seconds
        if reply.fault:
            exchange.entry.setdefault("fault", reply.fault)
        if mode in _BEFORE:
            await asyncio.sleep(reply.delay)
            raise self.fault(mode, 1.0 if seconds is None else seconds)
        slow = (SLOW if seconds is None else seconds) if mode == "slow" else 0.0
        return mode, reply.delay + slow

    def _limited(self, prompt: Prompt, reply: Reply, mode: str | None, spoken: Spoken) -> Spoken:
        """What is left of it under a fault, the stop words and the limit of tokens; calls get their ids."""
        if mode == "refusal":
            text = reply.text or "I can’t help with that."
            return Spoken(text, cause="refusal")
        for stop in prompt.stop:
            before, found, _ = spoken.text.partition(stop)
            if found:
                spoken = Spoken(before, cause="stop", stopped_by=stop)
        most = prompt.most
        if mode == "length":
            spoken = Spoken(spoken.text[: len(spoken.text) // 2], cause="length")
        elif most is not None and (short := shortened(spoken.text, most, self.token_weight)) != spoken.text:
            spoken = Spoken(short, cause="length")
        spoken.calls = [replace(call, id=self.id(self.call_prefix)) for call in spoken.calls]
        return spoken


def _recorded(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return summary(orjson.loads(raw))
    except orjson.JSONDecodeError:
        return f"<{len(raw)} bytes that are not JSON>"


def arguments(call: Call) -> str:
    """The arguments of a call as the model writes them."""
    return call.arguments if isinstance(call.arguments, str) else orjson.dumps(call.arguments).decode()


def chunks(text: str) -> list[str]:
    """A text in the pieces in which a model streams it: words, each with the space before it."""
    found, piece = [], ""
    for letter in text:
        if letter.isspace() and piece and not piece[-1].isspace():
            found.append(piece)
            piece = ""
        piece += letter
        if len(piece) >= 12:
            found.append(piece)
            piece = ""
    return [*found, piece] if piece else found

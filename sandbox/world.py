"""What all simulated vendors share: the clock, the faults, the background tasks, and the shape of a vendor."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from infra.clock import Clock
from infra.tasks import Tasks
from sandbox.changes import Changes
from sandbox.faults import Fault, Faults, Handler, suffer
from sandbox.settings import SandboxSettings

Json = dict[str, Any]


class Refusal(Exception):
    """A person's or a program's request to the sandbox itself (not to a vendor) that cannot be done."""

    def __init__(self, message: str, *, status: int = 400, code: str = "bad_request") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(slots=True)
class World:
    settings: SandboxSettings
    clock: Clock = field(default_factory=Clock)
    faults: Faults = field(default_factory=Faults)
    tasks: Tasks = field(default_factory=Tasks)
    changes: Changes = field(default_factory=Changes)

    def timestamp(self) -> int:
        """Business time now, whole seconds since 1970."""
        return int(self.clock.now().timestamp())


class Vendor(ABC):
    """One simulated vendor: add it by one module and one line in `app.VENDORS`."""

    name: str
    """As in `/play/{name}`, `/inspect/{name}` and `/faults`."""
    prefix: str
    """The path under which its own protocol lives."""
    quiet: frozenset[str] = frozenset()
    """Operations that a fault hits only when it names them."""
    modes: frozenset[str] = frozenset()
    """Faults of its own beside those of every vendor."""

    def __init__(self, world: World) -> None:
        self.world = world

    @abstractmethod
    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """The vendor's own protocol, every path under `prefix`."""

    @abstractmethod
    async def play(self, action: Mapping[str, Any]) -> Json:
        """A person acts at this vendor; raises `Refusal`."""

    @abstractmethod
    async def inspect(self, what: str, query: Mapping[str, str]) -> web.StreamResponse:
        """What arrived and what stands there now; `what` is the rest of the path, empty for the main list."""

    @abstractmethod
    def failure(self) -> web.Response:
        """This vendor's own answer with status 500."""

    @abstractmethod
    def reset(self) -> None:
        """Forget everything that happened."""

    async def suffer(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer one request as a fault says; a vendor that answers with streams spoils them itself."""
        return await suffer(fault, request, handler, self.failure)

    def script(self, body: Mapping[str, Any]) -> Json:
        """What a test wants this vendor to say next; raises `Refusal`."""
        raise Refusal(f"{self.name} says nothing of its own: nothing to script", status=404, code="not_found")

    def operation(self, request: web.Request) -> str:
        """The name a fault can be narrowed to: the last part of the path unless the vendor knows better."""
        return request.path.rsplit("/", 1)[-1]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Around the life of the server: open and close what needs a running loop."""
        yield

"""A person on the company's site, as their browser is one: a session, messages, and the stream of events."""

import asyncio
import contextlib
import html
import re
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout

from infra.errors import VendorDown
from infra.tasks import Tasks

PATIENCE = 40.0
"""Seconds for an answer to a message: longer than any turn may take."""


@dataclass(slots=True)
class Shown:
    """A message as it stands on the screen now."""

    number: int
    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)
    author: str = "bot"


@dataclass(slots=True)
class Reply:
    """What one act brought: messages that are new or changed, and all that was ever on the screen meanwhile."""

    messages: list[Shown]
    seen: list[str]
    """Every text shown since the act, drafts and texts that were changed later included."""
    seconds: float | None
    """From the message's sending to the first message that answers; None when none does."""


class Visitor:
    """`async with Visitor(...)`: the stream is open for as long."""

    def __init__(self, http: ClientSession, url: str) -> None:
        self._http = http
        self._url = url
        self._tasks = Tasks()
        self._screen: dict[int, Shown] = {}
        self._seen: list[str] = []
        self._answered_at: float | None = None
        self._answered = asyncio.Event()
        self._last = 0
        self._fresh: set[int] = set()
        self.visitor = ""
        self._token = ""

    async def __aenter__(self) -> "Visitor":
        async with self._http.post(f"{self._url}/api/session", json={}) as answer:
            session = await answer.json()
        self._token, self.visitor = session["token"], session["visitor"]
        self._tasks.keep("evaluate.events", self._listen, pause=0.2)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.close()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def begin(self) -> float:
        """Before an act: what comes from here on answers it."""
        self._seen, self._fresh, self._answered_at = [], set(), None
        self._answered.clear()
        return time.monotonic()

    async def send(self, **action: Any) -> str:
        """One body of `POST /api/messages`; its external id. VendorDown when it is not accepted."""
        number = str(uuid.uuid4())
        body = {"id": number, **action}
        async with self._http.post(f"{self._url}/api/messages", json=body, headers=self._headers) as answer:
            if answer.status != 202:
                raise VendorDown("site", f"a message was answered with {answer.status}")
        return f"{self.visitor}:{number}"

    async def reply(self, began: float) -> Reply:
        """All that has come since `began`; the stream may be behind, so the page is read once more."""
        while True:
            url = f"{self._url}/api/events?after={self._last}&wait=0"
            async with self._http.get(url, headers=self._headers) as answer:
                page = await answer.json(loads=orjson.loads)
            for event in page:
                self._take(event)
            if not page:
                break
        seconds = self._answered_at - began if self._answered_at is not None else None
        messages = [one for number, one in self._screen.items() if number in self._fresh]
        return Reply(messages, list(self._seen), seconds)

    async def answered(self) -> float:
        """When the first message that answers was on the screen, by the monotonic clock; TimeoutError when none is."""
        async with asyncio.timeout(PATIENCE):
            await self._answered.wait()
        assert self._answered_at is not None  # noqa: S101  # the event is set with it
        return self._answered_at

    def button(self, label: str) -> tuple[int, str] | None:
        """(message, data) of the newest button whose label is, or else contains, `label`."""
        wanted = plain(label).lower()
        every = [
            (plain(button["text"]).lower(), one.number, button["data"])
            for one in reversed(self._screen.values())
            for button in one.buttons
        ]
        exact = [(number, data) for text, number, data in every if text == wanted]
        partial = [(number, data) for text, number, data in every if wanted in text]
        return next(iter([*exact, *partial]), None)

    async def _listen(self) -> None:
        with contextlib.suppress(ClientError, TimeoutError):
            async for event in self._events():
                self._take(event)

    async def _events(self) -> AsyncIterator[dict[str, Any]]:
        url = f"{self._url}/api/events?after={self._last}"
        timeout = ClientTimeout(total=None, sock_read=60)
        async with self._http.get(url, headers=self._headers, timeout=timeout) as answer:
            number, data = 0, ""
            async for raw in answer.content:
                line = raw.decode().rstrip("\r\n")
                if line.startswith("id: "):
                    number = int(line[4:])
                elif line.startswith("data: "):
                    data = line[6:]
                elif not line and data:
                    yield {"id": number, **orjson.loads(data)}
                    number, data = 0, ""

    def _take(self, event: dict[str, Any]) -> None:
        number, kind = event["id"], event.get("type")
        if number:
            if number <= self._last:
                return
            self._last = number
        if kind == "draft":
            self._note(readable(event))
        elif kind in ("message", "edit", "document"):
            text = readable(event) if kind != "document" else event.get("caption") or event.get("filename", "")
            one = Shown(event["message"], text, _buttons(event), event.get("author", "bot"))
            self._screen[one.number] = one
            self._fresh.add(one.number)
            self._note(text, *(button["text"] for button in one.buttons))
            if self._answered_at is None:
                self._answered_at = time.monotonic()
                self._answered.set()
        elif kind == "delete":
            self._screen.pop(event["message"], None)

    def _note(self, *texts: str) -> None:
        self._seen += [plain(text) for text in texts if text and plain(text) not in self._seen]


def _buttons(event: dict[str, Any]) -> list[dict[str, str]]:
    return [button for row in event.get("buttons") or [] for button in row]


def readable(event: dict[str, Any]) -> str:
    """An event's text as a browser shows it."""
    text = str(event.get("text") or "")
    return html.unescape(re.sub(r"<[^>]+>", "", text)) if event.get("html") else text


def plain(text: str) -> str:
    """No-break spaces as spaces."""
    return re.sub(r"[\u00a0\u202f\u2009]", " ", text)


async def until(done: Any, what: str, seconds: float = PATIENCE) -> None:
    """Poll the coroutine function `done`; VendorDown after `seconds`."""
    deadline = time.monotonic() + seconds
    while not await done():
        if time.monotonic() > deadline:
            raise VendorDown("assistant", f"{what} did not happen within {seconds:.0f} s")
        await asyncio.sleep(0.015)

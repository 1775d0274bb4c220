"""The simulated Google as a vendor: its routes, its tokens, its faults, and people who write in their calendars."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import web

from sandbox.faults import Fault, Handler
from sandbox.google import shapes, tokens
from sandbox.google.calendars import Calendars
from sandbox.google.errors import FAULTS, NoGrant, Refused, fault, worded
from sandbox.google.tokens import SCOPE, Token, Tokens
from sandbox.http import answer, read_body
from sandbox.llm.shapes import Problem, Shape
from sandbox.world import Json, Refusal, Vendor, World

KEPT = 5_000
BODY = 1_000_000
WRITE = frozenset({SCOPE, f"{SCOPE}.events", f"{SCOPE}.events.owned"})
READ = WRITE | {f"{SCOPE}.readonly"}
LOOK = frozenset({SCOPE, f"{SCOPE}.freebusy", f"{SCOPE}.events.freebusy", f"{SCOPE}.readonly"})
QUERY = frozenset({"sendUpdates", "sendNotifications", "conferenceDataVersion", "alt", "prettyPrint"})
LISTED = QUERY | {"timeMin", "timeMax", "singleEvents", "orderBy", "showDeleted", "maxResults", "pageToken"}
Act = Callable[[web.Request, Json, Token], Json | None]


class Google(Vendor):
    name = "google"
    prefix = "/google"
    modes = frozenset({*FAULTS, "lost"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.tokens = Tokens()
        self.calendars = Calendars(world)
        self.requests: deque[Json] = deque(maxlen=KEPT)

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        events = "/google/calendar/v3/calendars/{calendar}/events"
        return [
            web.post("/google/token", self._token),
            web.post("/google/calendar/v3/freeBusy", self._call(self._free_busy, LOOK, shapes.FREE_BUSY)),
            web.post(events, self._call(self._insert, WRITE, shapes.INSERT)),
            web.get(events, self._call(self._list, READ, query=LISTED)),
            web.get(f"{events}/{{event}}", self._call(self._get, READ)),
            web.patch(f"{events}/{{event}}", self._call(self._patch, WRITE, shapes.PATCH)),
            web.delete(f"{events}/{{event}}", self._call(self._delete, WRITE)),
            web.route("*", "/google/{rest:.*}", self._nowhere),
        ]

    def operation(self, request: web.Request) -> str:
        """`token`, `freeBusy`, `insert`, `list`, `get`, `patch` or `delete`."""
        path = request.path.removeprefix("/google/")
        if path in ("token", "calendar/v3/freeBusy"):
            return path.rsplit("/", 1)[-1]
        if request.path.endswith("/events"):
            return "insert" if request.method == "POST" else "list"
        return request.method.lower()

    def failure(self) -> web.Response:
        return Refused(500, "backendError", "Backend Error").response()

    async def suffer(self, what: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        """`quota` is a 403 and `limit` a 429, both without effect; `lost` takes effect and answers 500."""
        if what.mode in FAULTS:
            return fault(what.mode)
        if what.mode != "lost":
            return await super().suffer(what, request, handler)
        response = await handler(request)
        return self.failure() if response.status < 300 else response

    def reset(self) -> None:
        self.tokens.forget()
        self.calendars.forget()
        self.requests.clear()

    def _entry(self, request: web.Request) -> Json:
        at = self.world.clock.now().isoformat()
        path = request.path_qs.removeprefix("/google")
        entry: Json = {"method": request.method, "path": path, "body": None, "status": None, "at": at}
        self.requests.append(entry)
        return entry

    async def _token(self, request: web.Request) -> web.Response:
        entry = self._entry(request)
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        entry["body"] = {"grant_type": form.get("grant_type")}
        try:
            audience = f"{request.scheme}://{request.host}/google/token"
            body = self.tokens.grant(form, self.world.clock.now(), audience)
        except NoGrant as refused:
            entry |= {"status": refused.status, "refused": refused.description}
            return refused.response()
        entry["status"] = 200
        return answer(body)

    def _call(
        self, act: Act, scopes: frozenset[str], shape: Shape | None = None, query: frozenset[str] = QUERY
    ) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            entry = self._entry(request)
            try:
                token = self.tokens.admit(request.headers.get("Authorization", ""), self.world.clock.now(), scopes)
                if unknown := sorted(set(request.query) - query):
                    raise Refused(400, "invalidParameter", f"Unknown parameter: {unknown[0]}")
                body = _object(await read_body(request, BODY)) if shape else {}
                entry["body"] = orjson.loads(orjson.dumps(body))
                if shape:
                    shape.check(body)
                done = act(request, body, token)
            except Problem as problem:
                return self._refuse(entry, worded(problem))
            except Refusal as refusal:
                return self._refuse(entry, Refused(400, "parseError", str(refusal)))
            except Refused as refused:
                return self._refuse(entry, refused)
            entry["status"] = 204 if done is None else 200
            return web.Response(status=204) if done is None else answer(done)

        return handle

    def _refuse(self, entry: Json, refused: Refused) -> web.Response:
        entry |= {"status": refused.status, "refused": refused.reason}
        return refused.response()

    async def _nowhere(self, request: web.Request) -> web.Response:
        return self._refuse(self._entry(request), Refused(404, "notFound", "Not Found"))

    def _free_busy(self, _request: web.Request, body: Json, _token: Token) -> Json:
        start, end = _time(body["timeMin"]), _time(body["timeMax"])
        if start >= end:
            raise Refused(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
        names = [item["id"] for item in body["items"]]
        if len(names) > shapes.MOST_CALENDARS:
            raise Refused(400, "tooManyCalendarsRequested", "Too many calendars requested.", domain="calendar")
        found: Json = {}
        for name in names:
            try:
                found[name] = {"busy": self.calendars.busy(name, start, end)}
            except Refused as refused:
                found[name] = {"errors": [{"domain": refused.domain, "reason": refused.reason}], "busy": []}
        return {"kind": "calendar#freeBusy", "timeMin": body["timeMin"], "timeMax": body["timeMax"], "calendars": found}

    def _insert(self, request: web.Request, body: Json, token: Token) -> Json:
        return self.calendars.insert(request.match_info["calendar"], body, token).as_json()

    def _get(self, request: web.Request, _body: Json, _token: Token) -> Json:
        return self.calendars.event(request.match_info["calendar"], request.match_info["event"]).as_json()

    def _patch(self, request: web.Request, body: Json, token: Token) -> Json:
        calendar, event = request.match_info["calendar"], request.match_info["event"]
        return self.calendars.patch(calendar, event, body, request.headers.get("If-Match"), token).as_json()

    def _delete(self, request: web.Request, _body: Json, _token: Token) -> None:
        calendar, event = request.match_info["calendar"], request.match_info["event"]
        self.calendars.delete(calendar, event, request.headers.get("If-Match"))

    def _list(self, request: web.Request, _body: Json, _token: Token) -> Json:
        bounds = [_time(request.query[name]) if name in request.query else None for name in ("timeMin", "timeMax")]
        deleted = request.query.get("showDeleted") == "true"
        found = self.calendars.between(request.match_info["calendar"], bounds[0], bounds[1], deleted=deleted)
        most = request.query.get("maxResults", "250")
        if not most.isdigit() or not 1 <= int(most) <= 2500:
            raise Refused(400, "invalid", "Invalid value for: maxResults")
        after = request.query.get("pageToken", "0")
        start = int(after) if after.isdigit() else 0
        items = [event.as_json() for event in found[start : start + int(most)]]
        more = {"nextPageToken": str(start + int(most))} if start + int(most) < len(found) else {}
        return {"kind": "calendar#events", "items": items} | more

    async def play(self, action: Mapping[str, Any]) -> Json:
        """A person writes, moves or deletes an event; a calendar is hidden or shared; tokens end."""
        if "tokens" in action:
            self.tokens.granted.clear()
            self.tokens.revoked = action["tokens"] == "revoked"
            return {"tokens": action["tokens"]}
        calendar, name = action.get("calendar"), action.get("event")
        if not isinstance(calendar, str) or not calendar:
            raise Refusal('"calendar" is needed')
        if "shared" in action:
            (self.calendars.hidden.discard if action["shared"] else self.calendars.hidden.add)(calendar)
            return {"calendar": calendar, "shared": bool(action["shared"])}
        body: Json = {key: {"dateTime": action[key]} for key in ("start", "end") if key in action}
        if "summary" in action:
            body["summary"] = str(action["summary"])
        person = Token(self.world.clock.now(), WRITE, "colleague@sandbox.example", True)
        try:
            if name and action.get("delete"):
                self.calendars.delete(calendar, str(name), None)
                return {"event": name, "status": "cancelled"}
            shapes.PATCH.check(body)
            if name:
                return {"event": self.calendars.patch(calendar, str(name), body, None, person).id}
            shapes.INSERT.check(body)
            return {"event": self.calendars.by_others(calendar, body).id}
        except Problem as problem:
            raise Refusal(str(problem)) from None
        except Refused as refused:
            raise Refusal(refused.message, status=refused.status, code=refused.reason) from None

    async def inspect(self, what: str, query: Mapping[str, str]) -> web.StreamResponse:
        if what == "credentials":
            if query.get("kind") == "person":
                return answer(tokens.person(self.tokens.refresh))
            # a key of 2,048 bits takes a tenth of a second the first time
            return answer(await asyncio.to_thread(tokens.service_account, tokens.REAL))
        calendars = {
            name: [event.as_json() | {"others": event.others} for event in events.values()]
            for name, events in self.calendars.events.items()
        }
        state = {"calendars": calendars, "hidden": sorted(self.calendars.hidden)}
        if what == "view":
            return answer({"state": state})
        if what:
            raise Refusal(f"nothing called {what!r} here", status=404, code="not_found")
        return answer({"requests": list(self.requests), "state": state})


def _object(raw: bytes) -> Json:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refused(400, "parseError", "Parse Error") from None
    if not isinstance(value, dict):
        raise Refused(400, "parseError", "Parse Error")
    return value


def _time(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(400, "badRequest", "Bad Request") from None
    if at.tzinfo is None:
        raise Refused(400, "badRequest", "Bad Request")
    return at.astimezone(UTC)

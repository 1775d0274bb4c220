"""Google Calendar: who is busy, and events that exist once because their id comes from the booking."""

import asyncio
import base64
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as clock_time
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

import orjson

from adapters.google_tokens import REAL_TOKEN_URL, VENDOR, Access, Credentials
from adapters.outside import Breaker, LeftAlone, Outside, Reply
from infra.errors import OutcomeUnknown, VendorDown, VendorError, VendorRefused

Json = dict[str, Any]
T = TypeVar("T")
REAL = "https://www.googleapis.com"
SECONDS = 10.0
ATTEMPT = 6.0
FIRST_PAUSE, LONGEST_PAUSE = 0.3, 3.0
MOST_CALENDARS = 50
LATER = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "calendarUsageLimitsExceeded")
"""Reasons of a 403 that pass by themselves."""


class GoogleRefused(VendorRefused):
    """`reason` is the vendor's: `notFound`, `forbidden`, `conditionNotMet`; `different` when an id is another's."""

    def __init__(self, operation: str, status: int, reason: str) -> None:
        super().__init__(VENDOR, f"{operation}: {status} {reason}")
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Busy:
    """[start, end), aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """An event to be made. `id` by `event_id`; `marks` are kept with it and seen by nobody (≤ 1,024 characters each).

    `attendees` need an account that may invite; Google then writes to them itself.
    """

    id: str
    start: datetime
    end: datetime
    summary: str
    description: str = ""
    location: str = ""
    zone: str = "Europe/Moscow"
    marks: Mapping[str, str] = field(default_factory=dict)
    attendees: tuple[str, ...] = ()

    def as_json(self) -> Json:
        body: Json = {
            "summary": self.summary[:300],
            "description": self.description[:8000],
            "location": self.location[:300],
            "start": {"dateTime": _stamp(self.start), "timeZone": self.zone},
            "end": {"dateTime": _stamp(self.end), "timeZone": self.zone},
            "status": "confirmed",
            "extendedProperties": {"private": dict(self.marks)},
        }
        return body | ({"attendees": [{"email": one} for one in self.attendees]} if self.attendees else {})


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it stands in the calendar. One for whole days counts from midnight to midnight UTC."""

    id: str
    start: datetime
    end: datetime
    summary: str
    cancelled: bool
    busy: bool
    etag: str
    link: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


def event_id(booking: UUID, attempt: int = 0) -> str:
    """The id of a booking's event: letters a–v and digits, as Google asks; `attempt` when the old one cannot serve."""
    name = base64.b32hexencode(booking.bytes).decode().rstrip("=").lower()
    return name + (str(attempt) if attempt else "")


class GoogleCalendar:
    """`base` other than Google's own takes the token requests too; `subject` is whom a service account acts for."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        base: str = REAL,
        subject: str = "",
        seconds: float = SECONDS,
        attempt: float = ATTEMPT,
        breaker: Breaker | None = None,
    ) -> None:
        self._http = Outside(VENDOR, breaker=breaker)
        self._base = base.rstrip("/") + "/calendar/v3"
        token_url = REAL_TOKEN_URL if base.rstrip("/") == REAL else base.rstrip("/") + "/token"
        self._access = Access(credentials, self._http, token_url=token_url, subject=subject)
        self.may_invite = credentials.may_invite or bool(subject)
        self._seconds = seconds
        self._attempt = attempt

    async def close(self) -> None:
        await self._http.close()

    async def free_busy(self, calendars: Sequence[str], start: datetime, end: datetime) -> dict[str, list[Busy]]:
        """The busy time of each calendar in [start, end), earliest first.

        A calendar that cannot be read is a GoogleRefused and never counts as free. VendorDown.
        """
        found: dict[str, list[Busy]] = {}
        for number in range(0, len(calendars), MOST_CALENDARS):
            part = calendars[number : number + MOST_CALENDARS]
            body = {"timeMin": _stamp(start), "timeMax": _stamp(end), "items": [{"id": one} for one in part]}
            found |= await self._ask("POST", "/freeBusy", "free_busy", partial(_busy, part), body)
        return found

    async def insert(self, calendar: str, meeting: Meeting) -> Event:
        """Make the event, or find that it is there already: the same call again has no second effect.

        An event of the same id that was cancelled comes back to life; one that lies elsewhere or bears other marks is
        GoogleRefused `different`. VendorDown, OutcomeUnknown.
        """
        body = meeting.as_json() | {"id": meeting.id}
        path = f"{_events(calendar)}?sendUpdates={'all' if meeting.attendees else 'none'}"
        try:
            return await self._ask("POST", path, "insert", _event, body, changes=True)
        except GoogleRefused as refused:
            if refused.status != 409:
                raise
        there = await self._look(calendar, meeting.id, "insert")
        if dict(there.marks) == dict(meeting.marks):
            if there.cancelled:
                return await self._patch(calendar, meeting.id, meeting.as_json(), "revive")
            if _same(there, meeting.start, meeting.end):
                return there
        raise GoogleRefused("insert", 409, "different")

    async def get(self, calendar: str, name: str) -> Event:
        """One that was deleted comes as `cancelled`; GoogleRefused `notFound` for one that never was."""
        return await self._ask("GET", f"{_events(calendar)}/{quote(name, safe='')}", "get", _event)

    async def move(self, calendar: str, name: str, start: datetime, end: datetime, *, etag: str = "") -> Event:
        """To another time. With `etag` only if nobody has changed it since: GoogleRefused `conditionNotMet`."""
        body = {"start": {"dateTime": _stamp(start)}, "end": {"dateTime": _stamp(end)}}
        try:
            return await self._patch(calendar, name, body, "move", etag)
        except GoogleRefused as refused:
            if refused.status != 412:
                raise
            there = await self._look(calendar, name, "move")  # an earlier attempt of ours may have moved it
            if there.cancelled or not _same(there, start, end):
                raise
            return there

    async def describe(self, calendar: str, name: str, *, summary: str, description: str) -> Event:
        """Other words for the same time."""
        return await self._patch(calendar, name, {"summary": summary, "description": description}, "describe")

    async def delete(self, calendar: str, name: str, *, tell: bool = False) -> None:
        """Gone afterwards, whether it was there or not; `tell` lets Google write to the invited."""
        path = f"{_events(calendar)}/{quote(name, safe='')}?sendUpdates={'all' if tell else 'none'}"
        try:
            await self._ask("DELETE", path, "delete", lambda _body: None, changes=True)
        except GoogleRefused as refused:
            if refused.status not in (404, 410):
                raise

    async def events(self, calendar: str, start: datetime, end: datetime) -> list[Event]:
        """What stands in [start, end), earliest first: to see after an insert whether somebody was quicker."""
        found: list[Event] = []
        token = ""
        while True:
            query = f"?timeMin={quote(_stamp(start))}&timeMax={quote(_stamp(end))}&singleEvents=true&orderBy=startTime"
            query += f"&pageToken={quote(token)}" if token else ""
            more, token = await self._ask("GET", _events(calendar) + query, "events", _page)
            found += more
            if not token:
                return found

    async def _look(self, calendar: str, name: str, operation: str) -> Event:
        """What stands there after a refusal that may be an echo of our own success; unseen, the outcome is unknown."""
        try:
            return await self.get(calendar, name)
        except VendorDown as down:
            raise _unknown(operation, down) from None

    async def _patch(self, calendar: str, name: str, body: Json, operation: str, etag: str = "") -> Event:
        path = f"{_events(calendar)}/{quote(name, safe='')}"
        return await self._ask("PATCH", path, operation, _event, body, changes=True, etag=etag)

    async def _ask(
        self,
        method: str,
        path: str,
        operation: str,
        read: Callable[[Json], T],
        body: Json | None = None,
        *,
        changes: bool = False,
        etag: str = "",
    ) -> T:
        """Repeated until there is an answer or the time is over; every change here may be repeated safely."""
        end = time.monotonic() + self._seconds
        pause, lost, renewed = FIRST_PAUSE, False, False
        while True:
            token = ""
            try:
                token = await self._access.token(self._left(end))
                headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
                reply = await self._http.ask(
                    method,
                    self._base + path,
                    operation=operation,
                    seconds=self._left(end),
                    headers=headers | ({"If-Match": etag} if etag else {}),
                    data=orjson.dumps(body) if body is not None else None,
                    changes=changes,
                )
                return _read(reply, operation, read, OutcomeUnknown if changes else VendorDown)
            except GoogleRefused as refused:
                if refused.status == 401 and not renewed:
                    renewed = True
                    self._access.drop(token)
                    continue
                if lost and refused.status in (401, 403):
                    raise _unknown(operation, refused) from None
                raise
            except (VendorDown, OutcomeUnknown) as failure:
                lost = lost or isinstance(failure, OutcomeUnknown)
                if isinstance(failure, LeftAlone) or end - time.monotonic() <= pause:
                    if lost and not isinstance(failure, OutcomeUnknown):
                        raise _unknown(operation, failure) from None
                    raise
            except VendorRefused as refused:  # the credentials
                if lost:
                    raise _unknown(operation, refused) from None
                raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _left(self, end: float) -> float:
        """Seconds for the next request; never 0, which would mean no limit."""
        return max(0.1, min(self._attempt, end - time.monotonic()))


def _unknown(operation: str, then: VendorError) -> OutcomeUnknown:
    return OutcomeUnknown(VENDOR, f"{operation}: an answer was lost, then {then}")


def _read(
    reply: Reply, operation: str, read: Callable[[Json], T], unclear: type[VendorDown] | type[OutcomeUnknown]
) -> T:
    """The value in an answer; GoogleRefused, VendorDown when Google asks to wait, `unclear` for what says nothing."""
    if reply.status == 204 or (reply.status == 200 and reply.body is not None):
        try:
            return read(reply.body or {})
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise unclear(VENDOR, f"{operation}: an answer that cannot be read, {type(error).__name__}") from None
    reason = _reason(reply.body)
    if reply.status == 429 or (reply.status == 403 and reason in LATER):
        raise VendorDown(VENDOR, f"{operation}: {reply.status} {reason}")
    if 400 <= reply.status < 500 and reply.body is not None:
        raise GoogleRefused(operation, reply.status, reason)
    raise unclear(VENDOR, f"{operation}: {reply.status}")


def _reason(body: Json | None) -> str:
    error = (body or {}).get("error")
    errors = error.get("errors") if isinstance(error, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    return str(first.get("reason", ""))[:60] if isinstance(first, dict) else ""


def _busy(calendars: Sequence[str], body: Json) -> dict[str, list[Busy]]:
    found: dict[str, list[Busy]] = {}
    for name in calendars:
        one = body["calendars"][name]
        if one.get("errors"):
            raise GoogleRefused("free_busy", 404, str(one["errors"][0].get("reason", ""))[:60])
        found[name] = [Busy(_moment(span["start"]), _moment(span["end"])) for span in one["busy"]]
    return found


def _event(body: Json) -> Event:
    return Event(
        id=str(body["id"]),
        start=_when(body["start"]),
        end=_when(body["end"]),
        summary=str(body.get("summary") or ""),
        cancelled=body.get("status") == "cancelled",
        busy=body.get("status") != "cancelled" and body.get("transparency") != "transparent",
        etag=str(body.get("etag") or ""),
        link=str(body.get("hangoutLink") or ""),
        marks={str(k): str(v) for k, v in ((body.get("extendedProperties") or {}).get("private") or {}).items()},
    )


def _page(body: Json) -> tuple[list[Event], str]:
    return [_event(one) for one in body.get("items", [])], str(body.get("nextPageToken") or "")


def _when(value: Json) -> datetime:
    if "dateTime" in value:
        return _moment(value["dateTime"])
    return datetime.combine(date.fromisoformat(value["date"]), clock_time(), UTC)


def _moment(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.astimezone(UTC)


def _stamp(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _same(event: Event, start: datetime, end: datetime) -> bool:
    """Whether an event lies there, to the second, as they are sent."""
    return (_stamp(event.start), _stamp(event.end)) == (_stamp(start), _stamp(end))


def _events(calendar: str) -> str:
    return f"/calendars/{quote(calendar, safe='')}/events"

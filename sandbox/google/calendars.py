"""Calendars and their events: made once by id, changed by patches, kept as cancelled after they are deleted."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sandbox.google.errors import Refused, not_found
from sandbox.google.tokens import Token
from sandbox.world import Json, World


@dataclass(slots=True)
class Event:
    """`body` is what the client sent; `others`: made by a person in the calendar itself."""

    id: str
    body: Json
    who: str
    created: datetime
    updated: datetime
    others: bool = False
    etag: str = field(default_factory=lambda: f'"{secrets.randbelow(10**16)}"')
    uid: str = field(default_factory=lambda: f"{uuid4().hex}@google.com")

    @property
    def start(self) -> datetime:
        return _moment(self.body["start"])

    @property
    def end(self) -> datetime:
        return _moment(self.body["end"])

    @property
    def cancelled(self) -> bool:
        return self.body.get("status") == "cancelled"

    @property
    def busy(self) -> bool:
        return not self.cancelled and self.body.get("transparency") != "transparent"

    def as_json(self) -> Json:
        made: Json = {
            "kind": "calendar#event",
            "etag": self.etag,
            "id": self.id,
            "status": "confirmed",
            "htmlLink": f"https://www.google.com/calendar/event?eid={self.id}",
            "created": _stamp(self.created),
            "updated": _stamp(self.updated),
            "creator": {"email": self.who},
            "organizer": {"email": self.who},
            "iCalUID": self.uid,
            "sequence": 0,
        }
        body = {key: value for key, value in self.body.items() if key != "conferenceData"}
        if "conferenceData" in self.body:
            body["hangoutLink"] = f"https://meet.google.com/{self.id[:3]}-{self.id[3:7]}-sbx"
        return made | body


class Calendars:
    """Every calendar that is asked for exists, until it is taken away from the assistant."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.events: dict[str, dict[str, Event]] = {}
        self.hidden: set[str] = set()

    def forget(self) -> None:
        self.events.clear()
        self.hidden.clear()

    def insert(self, calendar: str, body: Json, token: Token) -> Event:
        events = self._of(calendar)
        _check_times(body)
        _check_people(body, token)
        name = body.pop("id", None) or secrets.token_hex(13)
        if name in events:
            raise Refused(409, "duplicate", "The requested identifier already exists.")
        return self._add(events, name, body, token.who)

    def event(self, calendar: str, name: str) -> Event:
        found = self._of(calendar).get(name)
        if found is None:
            raise not_found()
        return found

    def patch(self, calendar: str, name: str, body: Json, etag: str | None, token: Token) -> Event:
        event = self.event(calendar, name)
        if etag is not None and etag != event.etag:
            raise Refused(412, "conditionNotMet", "Precondition Failed")
        _check_people(body, token)
        changed = merged(event.body, body)
        _check_times(changed)
        if event.cancelled and changed.get("status") == "cancelled":
            raise Refused(403, "forbidden", "Forbidden")
        self._change(event, changed)
        return event

    def delete(self, calendar: str, name: str, etag: str | None) -> None:
        event = self.event(calendar, name)
        if event.cancelled:
            raise Refused(410, "deleted", "Resource has been deleted")
        if etag is not None and etag != event.etag:
            raise Refused(412, "conditionNotMet", "Precondition Failed")
        self._change(event, event.body | {"status": "cancelled"})

    def between(self, calendar: str, start: datetime | None, end: datetime | None, *, deleted: bool) -> list[Event]:
        """Events that overlap [start, end), earliest first."""
        found = [
            event
            for event in self._of(calendar).values()
            if (deleted or not event.cancelled)
            and (end is None or event.start < end)
            and (start is None or event.end > start)
        ]
        return sorted(found, key=lambda event: event.start)

    def busy(self, calendar: str, start: datetime, end: datetime) -> list[Json]:
        """The busy time in [start, end), joined where it touches; raises `Refused` 404."""
        joined: list[list[datetime]] = []
        for event in self.between(calendar, start, end, deleted=False):
            if not event.busy:
                continue
            since, until = max(event.start, start), min(event.end, end)
            if joined and since <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], until)
            else:
                joined.append([since, until])
        return [{"start": _short(since), "end": _short(until)} for since, until in joined]

    def by_others(self, calendar: str, body: Json) -> Event:
        event = self._add(self._of(calendar), secrets.token_hex(13), body, "colleague@sandbox.example")
        event.others = True
        return event

    def _of(self, calendar: str) -> dict[str, Event]:
        if calendar in self.hidden:
            raise not_found()
        return self.events.setdefault(calendar, {})

    def _add(self, events: dict[str, Event], name: str, body: Json, who: str) -> Event:
        now = self.world.clock.now()
        events[name] = Event(name, body, who, now, now)
        self.world.changes.note()
        return events[name]

    def _change(self, event: Event, body: Json) -> None:
        event.body, event.updated, event.etag = body, self.world.clock.now(), f'"{secrets.randbelow(10**16)}"'
        self.world.changes.note()


def merged(body: Json, change: Json) -> Json:
    """A patch as the vendor applies it: objects are merged, everything else is replaced."""
    done = dict(body)
    for key, value in change.items():
        done[key] = merged(done[key], value) if isinstance(value, dict) and isinstance(done.get(key), dict) else value
    return done


def _check_times(body: Json) -> None:
    if "dateTime" not in body["start"] or "dateTime" not in body["end"]:
        raise Refused(400, "required", "Missing end time.")
    if _moment(body["start"]) >= _moment(body["end"]):
        raise Refused(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")


def _check_people(body: Json, token: Token) -> None:
    if body.get("attendees") and not token.person:
        text = "Service accounts cannot invite attendees without Domain-Wide Delegation of Authority."
        raise Refused(403, "forbiddenForServiceAccounts", text, domain="calendar")
    if "conferenceData" in body and not token.person:
        raise Refused(400, "invalid", "Invalid conference type value.")


def _moment(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(value["dateTime"]).astimezone(UTC)
    except ValueError:
        raise Refused(400, "invalid", "Invalid value for: dateTime") from None


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _short(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

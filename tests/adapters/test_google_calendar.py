"""Google Calendar: nobody is taken for free by mistake, and an event exists once whatever answer is lost."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import jwt
import pytest
from vendors_kit import Outer

from adapters.google_calendar import Busy, GoogleCalendar, GoogleRefused, Meeting, event_id
from adapters.google_tokens import SCOPE, Credentials
from adapters.outside import Breaker
from infra.errors import ConfigError, OutcomeUnknown, VendorDown, VendorRefused

ANNA, BORIS = "anna@group.calendar.google.com", "boris@group.calendar.google.com"
TEN = datetime(2027, 3, 1, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def meeting(booking: UUID | None = None, **more: Any) -> Meeting:
    booking = booking or uuid4()
    given = {"start": TEN, "end": TEN + HOUR, "summary": "Встреча: Анна", "marks": {"booking": str(booking)}} | more
    return Meeting(id=event_id(booking), **given)


def calendar_of(outer: Outer, credentials: Credentials, **more: Any) -> GoogleCalendar:
    options = {"seconds": 5.0, "attempt": 1.0, "breaker": Breaker(failures=1000)} | more
    return GoogleCalendar(credentials, base=f"{outer.base}/google", **options)


@pytest.fixture
async def credentials(outer: Outer) -> Credentials:
    return Credentials.read(await outer.get("/inspect/google/credentials"))


@pytest.fixture
async def google(outer: Outer, credentials: Credentials) -> AsyncIterator[GoogleCalendar]:
    client = calendar_of(outer, credentials)
    yield client
    await client.close()


async def events(outer: Outer, calendar: str = ANNA) -> list[dict[str, Any]]:
    return list((await outer.get("/inspect/google"))["state"]["calendars"].get(calendar, []))


async def others(outer: Outer, calendar: str, start: datetime, hours: float = 1) -> str:
    end = start + timedelta(hours=hours)
    body = {"calendar": calendar, "start": start.isoformat(), "end": end.isoformat(), "summary": "Планёрка"}
    return str((await outer.post("/play/google", body))["event"])


async def test_busy_time_of_several_calendars_is_seen(outer: Outer, google: GoogleCalendar) -> None:
    await others(outer, ANNA, TEN)
    await others(outer, ANNA, TEN + HOUR, 0.5)
    await google.insert(BORIS, meeting(start=TEN + 2 * HOUR, end=TEN + 3 * HOUR))
    day = (TEN.replace(hour=0), TEN.replace(hour=23))
    assert await google.free_busy([ANNA, BORIS, "third@x"], *day) == {
        ANNA: [Busy(TEN, TEN + 1.5 * HOUR)],
        BORIS: [Busy(TEN + 2 * HOUR, TEN + 3 * HOUR)],
        "third@x": [],
    }
    many = [f"c{number}@x" for number in range(120)]
    assert set(await google.free_busy(many, *day)) == set(many)


async def test_a_calendar_that_cannot_be_read_is_not_free(outer: Outer, google: GoogleCalendar) -> None:
    await outer.post("/play/google", {"calendar": BORIS, "shared": False})
    with pytest.raises(GoogleRefused, match="notFound"):
        await google.free_busy([ANNA, BORIS], TEN, TEN + HOUR)


async def test_the_same_booking_is_one_event(outer: Outer, google: GoogleCalendar) -> None:
    wanted = meeting()
    made = await google.insert(ANNA, wanted)
    again = await google.insert(ANNA, wanted)
    assert (made.id, made.start, made.marks) == (again.id, again.start, wanted.marks)
    assert len(await events(outer)) == 1
    elsewhere = replace(wanted, start=TEN + HOUR, end=TEN + 2 * HOUR)
    with pytest.raises(GoogleRefused) as refused:
        await google.insert(ANNA, elsewhere)
    assert refused.value.reason == "different"
    with pytest.raises(GoogleRefused, match="different"):
        await google.insert(ANNA, replace(wanted, marks={"booking": "another"}))


async def test_a_cancelled_booking_comes_back_under_its_id(outer: Outer, google: GoogleCalendar) -> None:
    wanted = meeting()
    await google.insert(ANNA, wanted)
    await google.delete(ANNA, wanted.id)
    await google.delete(ANNA, wanted.id)
    await google.delete(ANNA, event_id(uuid4()))
    assert (await google.get(ANNA, wanted.id)).cancelled
    assert (await google.free_busy([ANNA], TEN, TEN + HOUR)) == {ANNA: []}
    back = await google.insert(ANNA, replace(wanted, start=TEN + HOUR, end=TEN + 2 * HOUR))
    assert (back.cancelled, back.start) == (False, TEN + HOUR)
    assert len(await events(outer)) == 1


async def test_a_meeting_moves_unless_somebody_changed_it_first(outer: Outer, google: GoogleCalendar) -> None:
    made = await google.insert(ANNA, meeting())
    moved = await google.move(ANNA, made.id, TEN + HOUR, TEN + 2 * HOUR, etag=made.etag)
    assert (moved.start, moved.summary, moved.marks) == (TEN + HOUR, made.summary, made.marks)
    later = (TEN + 5 * HOUR).isoformat()
    end = (TEN + 6 * HOUR).isoformat()
    await outer.post("/play/google", {"calendar": ANNA, "event": made.id, "start": later, "end": end})
    with pytest.raises(GoogleRefused, match="conditionNotMet"):
        await google.move(ANNA, made.id, TEN, TEN + HOUR, etag=moved.etag)
    assert (await google.get(ANNA, made.id)).start == TEN + 5 * HOUR
    await google.describe(ANNA, made.id, summary="Другая", description="Текст")
    assert (await google.get(ANNA, made.id)).summary == "Другая"


async def test_somebody_who_was_quicker_is_seen_after_the_insert(outer: Outer, google: GoogleCalendar) -> None:
    theirs = await others(outer, ANNA, TEN + timedelta(minutes=30))
    made = await google.insert(ANNA, meeting())
    found = await google.events(ANNA, made.start, made.end)
    assert [one.id for one in found if one.busy and one.id != made.id] == [theirs]
    await outer.post("/play/google", {"calendar": ANNA, "event": theirs, "delete": True})
    assert [one.id for one in await google.events(ANNA, made.start, made.end)] == [made.id]


@pytest.mark.parametrize("mode", ["lost", "cut", "slow", "error", "down", "garbage", "quota", "limit"])
@pytest.mark.parametrize("act", ["insert", "patch", "delete"])
async def test_one_lost_answer_is_made_good(
    outer: Outer, google: GoogleCalendar, credentials: Credentials, act: str, mode: str
) -> None:
    hasty = calendar_of(outer, credentials, attempt=0.3) if mode == "slow" else google
    wanted = meeting()
    if act != "insert":
        made = await google.insert(ANNA, wanted)
    await outer.fault("google", mode, method=act, seconds=0.5)
    if act == "insert":
        made = await hasty.insert(ANNA, wanted)
    elif act == "patch":
        moved = await hasty.move(ANNA, made.id, TEN + HOUR, TEN + 2 * HOUR, etag=made.etag)
        assert moved.start == TEN + HOUR
    else:
        await hasty.delete(ANNA, made.id)
    [only] = await events(outer)
    assert only["status"] == ("cancelled" if act == "delete" else "confirmed")
    assert await outer.get("/faults") == []
    if hasty is not google:
        await hasty.close()


async def test_failures_say_whether_anything_may_have_happened(outer: Outer, credentials: Credentials) -> None:
    hasty = calendar_of(outer, credentials, seconds=0.3, attempt=0.2)
    await hasty.free_busy([ANNA], TEN, TEN + HOUR)
    await outer.fault("google", "lost", **{"for": 50})
    with pytest.raises(OutcomeUnknown):
        await hasty.insert(ANNA, meeting())
    for mode in ("quota", "limit"):
        await outer.fault("google", "ok")
        await outer.fault("google", mode, **{"for": 50})
        with pytest.raises(VendorDown):
            await hasty.insert(ANNA, meeting())
    await outer.fault("google", "ok")
    assert len(await events(outer)) == 1
    await outer.fault("google", "down", **{"for": 50})
    with pytest.raises(VendorDown):
        await hasty.free_busy([ANNA], TEN, TEN + HOUR)
    await hasty.close()


async def test_one_token_serves_everybody_until_it_ends(outer: Outer, google: GoogleCalendar) -> None:
    async def grants() -> int:
        requests = (await outer.get("/inspect/google"))["requests"]
        return sum(one["path"] == "/token" for one in requests)

    await asyncio.gather(*(google.free_busy([ANNA], TEN, TEN + HOUR) for _ in range(10)))
    assert await grants() == 1
    await outer.post("/play/google", {"tokens": "expired"})
    await google.insert(ANNA, meeting())
    assert await grants() == 2
    await outer.post("/play/google", {"tokens": "revoked"})
    with pytest.raises(VendorRefused, match="invalid_grant"):
        await google.insert(ANNA, meeting())
    assert len(await events(outer)) == 1


async def test_a_person_may_invite_and_a_bare_service_account_may_not(
    outer: Outer, google: GoogleCalendar, credentials: Credentials
) -> None:
    invited = meeting(attendees=("client@example.ru",))
    assert not google.may_invite
    with pytest.raises(GoogleRefused, match="forbiddenForServiceAccounts"):
        await google.insert(ANNA, invited)
    person = Credentials.read(await outer.get("/inspect/google/credentials?kind=person"))
    for client in (calendar_of(outer, person), calendar_of(outer, credentials, subject="boss@example.ru")):
        assert client.may_invite
        await client.insert(ANNA, invited)
        await client.close()
    assert (await events(outer))[0]["attendees"] == [{"email": "client@example.ru"}]


async def test_the_simulated_google_verifies_the_assertion(outer: Outer, credentials: Credentials) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    assert credentials.key is not None
    stranger = await asyncio.to_thread(rsa.generate_private_key, public_exponent=65537, key_size=2048)
    now, audience = int(time.time()), f"{outer.base}/google/token"
    good = {"iss": credentials.email, "scope": SCOPE, "aud": audience, "iat": now, "exp": now + 3600}

    async def granted(claims: dict[str, Any], key: Any = credentials.key, algorithm: str = "RS256") -> int:
        assertion = jwt.encode(claims, key, algorithm=algorithm)
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        async with outer.http.post(audience, data=form) as answer:
            return answer.status

    assert await granted(good) == 200
    assert await granted(good, stranger) == 400
    assert await granted(good, "s" * 40, "HS256") == 400
    assert await granted(good | {"aud": "https://elsewhere.example"}) == 400
    assert await granted(good | {"exp": now + 7200}) == 400
    assert await granted(good | {"scope": "https://www.googleapis.com/auth/drive"}) == 400


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "UPPER"}, "invalid"),
        ({"colour": "red"}, "badRequest"),
        ({"end": None}, "required"),
        ({"end": {"dateTime": TEN.isoformat()}}, "timeRangeEmpty"),
        ({"start": {"dateTime": "tomorrow"}}, "invalid"),
    ],
)
async def test_what_google_refuses_is_refused(
    outer: Outer, google: GoogleCalendar, change: dict[str, Any], reason: str
) -> None:
    token = await google._access.token(5)
    body = meeting().as_json() | change
    body = {key: value for key, value in body.items() if value is not None}
    address = f"{outer.base}/google/calendar/v3/calendars/{quote(ANNA)}/events"
    async with outer.http.post(address, json=body, headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["errors"][0]["reason"] == reason
    async with outer.http.post(address, json=body, headers={"Authorization": "Bearer nobody"}) as answer:
        assert answer.status == 401


def test_ids_of_bookings_are_what_google_allows() -> None:
    booking = UUID("00000000-0000-4000-8000-00000000ffff")
    assert event_id(booking) == event_id(booking)
    assert set(event_id(booking)) <= set("abcdefghijklmnopqrstuv0123456789")
    assert len({event_id(booking, attempt) for attempt in range(3)} | {event_id(uuid4())}) == 4


def test_a_wrong_credentials_file_is_named_and_not_quoted() -> None:
    secret = "-----BEGIN PRIVATE KEY-----\nsecret\n"
    for body in (
        None,
        {"type": "other", "private_key": secret},
        {"type": "service_account", "private_key": secret},
        {"type": "service_account", "client_email": "a@b", "private_key": secret},
        {"type": "authorized_user", "client_id": "x", "client_secret": "secret"},
    ):
        with pytest.raises(ConfigError, match="GOOGLE_CREDENTIALS_FILE") as refused:
            Credentials.read(body)
        assert "secret\n" not in str(refused.value)

"""The rest of the site's HTTP side: sessions, origins, limits, prices, and a database that is away."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from site_world import LISTED, PUBLIC, SECRET, World, built

from adapters.site.routes import Limits, Sales
from adapters.site.tokens import LIFE
from bot.keys import Keys
from infra.cache import Cache
from infra.database import Database
from infra.errors import VendorDown


async def error(answer: Any) -> tuple[int, str]:
    body = (await answer.json())["error"]
    assert body["message"]
    assert answer.headers["X-Request-Id"]
    return answer.status, body["code"]


async def test_a_session_is_new_or_resumed(world: World) -> None:
    async def session(body: Any) -> dict[str, str]:
        answer = await world.client.post("/api/session", json=body)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return dict(await answer.json())

    first = await session({})
    assert UUID(first["visitor"])
    assert jwt.decode(first["token"], SECRET, algorithms=["HS256"], audience="site")["sub"] == first["visitor"]
    assert (await session({"resume": first["token"]}))["visitor"] == first["visitor"]
    for other in ("forged", 5, None, first["token"][:-2]):
        assert (await session({"resume": other}))["visitor"] != first["visitor"]
    world.clock.offset = LIFE.total_seconds() + 3_600
    renewed = await session({"resume": first["token"]})
    assert renewed["visitor"] == first["visitor"]
    assert world.tokens.visitor(renewed["token"]) == first["visitor"]
    assert (await world.client.post("/api/session")).status == 200


async def test_a_session_asked_for_wrongly(world: World) -> None:
    assert await error(await world.client.post("/api/session", data=b"{")) == (400, "bad_json")
    assert await error(await world.client.post("/api/session", json=[1])) == (422, "invalid")
    assert await error(await world.client.post("/api/session", json={"x": "y" * 70_000})) == (413, "too_large")
    assert await error(await world.client.get("/api/session")) == (405, "method_not_allowed")


async def test_nothing_of_a_visitors_works_without_a_token_in_force(world: World) -> None:
    visitor = await world.visitor()
    none = jwt.encode({"sub": visitor.uuid, "aud": "site", "iat": 1, "exp": 2**40}, "", algorithm="none")
    stolen = visitor.token[:-3] + "abc"
    calls = [
        lambda headers: world.client.post("/api/messages", json={"id": "a", "text": "x"}, headers=headers),
        lambda headers: world.client.get("/api/events?after=0", headers=headers),
        lambda headers: world.client.get("/api/events?after=0&wait=0", headers=headers),
    ]
    for call in calls:
        for headers in (
            {},
            {"Authorization": "Bearer"},
            {"Authorization": f"Basic {visitor.token}"},
            {"Authorization": f"Bearer {none}"},
            {"Authorization": f"Bearer {stolen}"},
        ):
            answer = await call(headers)
            assert await error(answer) == (401, "unauthorized")
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    world.clock.offset = LIFE.total_seconds() + 1
    assert await error(await calls[0](visitor.headers)) == (401, "unauthorized")
    assert await world.db.pool.fetchval("SELECT count(*) FROM inbox") == 0


async def test_the_request_id_follows_the_message(world: World) -> None:
    visitor = await world.visitor()
    await visitor.post({"id": "a", "text": "x"}, **{"X-Request-Id": "abcdef-0123456789"})
    assert await world.db.pool.fetchval("SELECT trace FROM inbox") == "abcdef-0123456789"


async def test_a_script_of_another_site_is_refused_unless_it_is_listed(world: World) -> None:
    visitor = await world.visitor()
    own = f"http://{world.client.host}:{world.client.port}"

    async def ask(origin: str) -> list[tuple[int, str | None]]:
        headers = {**visitor.headers, "Origin": origin}
        client = world.client
        answers = [
            await client.post("/api/session", json={}, headers=headers),
            await client.post("/api/messages", json={"id": str(uuid4()), "text": "x"}, headers=headers),
            await client.get("/api/events?wait=0", headers=headers),
            await client.get("/api/price-list", headers=headers),
            await client.post("/api/quote", json={"package": "chatbot"}, headers=headers),
            await client.options("/api/messages", headers={**headers, "Access-Control-Request-Method": "POST"}),
        ]
        for answer in answers:
            assert "Origin" in answer.headers.getall("Vary")
            if answer.status == 403:
                assert (await answer.json())["error"]["code"] == "forbidden_origin"
        return [(answer.status, answer.headers.get("Access-Control-Allow-Origin")) for answer in answers]

    fine = [200, 202, 200, 200, 200, 204]
    assert await ask(LISTED) == [(status, LISTED) for status in fine]
    for same in (own, PUBLIC):
        assert await ask(same) == [(status, None) for status in fine]
    for foreign in ("https://evil.example", "null", "", LISTED + ".evil.example", LISTED.replace("https", "http")):
        assert await ask(foreign) == [(403, None)] * 6


async def test_a_listed_page_may_ask_first_and_may_read_errors_and_streams(world: World) -> None:
    answer = await world.client.options("/api/events", headers={"Origin": LISTED})
    assert answer.status == 204
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    refused = await world.client.get("/api/events", headers={"Origin": LISTED})
    assert refused.status == 401
    assert refused.headers["Access-Control-Allow-Origin"] == LISTED
    assert "Retry-After" in refused.headers["Access-Control-Expose-Headers"]
    visitor = await world.visitor()
    path = "/api/events?after=0"
    async with world.client.get(path, headers={**visitor.headers, "Origin": LISTED}) as stream:
        assert stream.headers["Access-Control-Allow-Origin"] == LISTED


async def test_prices(world: World) -> None:
    answer = await world.client.get("/api/price-list")
    assert (await answer.json())["version"] == "v1"
    answer = await world.client.post("/api/quote", json={"package": "chatbot"})
    assert (await answer.json())["total"] == "120000.00"
    for wrong in ({"package": "yacht"}, [1], "x", 5):
        answer = await world.client.post("/api/quote", json=wrong)
        body = (await answer.json())["error"]
        assert answer.status == 422
        assert body == {
            "code": "invalid",
            "message": "Проверьте расчёт.",
            "fields": {"package": "Такой услуги нет в прайсе."},
        }
    assert await error(await world.client.post("/api/quote", data=b"x")) == (400, "bad_json")
    assert await error(await world.client.post("/api/quote", data=b" " * 70_000)) == (413, "too_large")


@pytest.fixture
async def limited(db: Database, cache: Cache, keys: Keys) -> AsyncIterator[World]:
    slow = Limits(
        sessions_per_address=(0.01, 3),
        messages_per_visitor=(0.01, 4),
        messages_per_address=(0.01, 6),
        files_per_visitor=(0.01, 1),
        quotes_per_address=(0.01, 2),
    )
    async with built(db, cache, keys, limits=slow, trusted=("127.0.0.1",)) as world:
        yield world


async def test_each_limit_holds_and_says_when_to_come_again(limited: World) -> None:
    world = limited
    first, second, third = [await world.visitor() for _ in range(3)]

    async def refused(answer: Any) -> None:
        assert await error(answer) == (429, "too_many_requests")
        assert int(answer.headers["Retry-After"]) > 1

    await refused(await world.client.post("/api/session", json={}))
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    assert (await world.client.post("/api/session", json={}, headers=elsewhere)).status == 200
    for n in range(3):
        await first.say(str(n))
    assert (await first.upload("a.txt", b"x")).status == 202
    await refused(await first.post({"id": "a", "text": "fifth of the visitor"}))
    assert (await second.upload("a.txt", b"x")).status == 202
    await refused(await second.upload("b.txt", b"second file"))
    await refused(await third.post({"id": "a", "text": "seventh of the address"}))
    assert (await third.post({"id": "a", "text": "from elsewhere"}, **elsewhere)).status == 202
    for _ in range(2):
        assert (await world.client.post("/api/quote", json={"package": "chatbot"})).status == 200
    await refused(await world.client.post("/api/quote", json={"package": "chatbot"}))
    assert await world.db.pool.fetchval("SELECT count(*) FROM inbox") == 6


async def test_limits_hold_without_redis_too(db: Database, keys: Keys) -> None:
    away = Cache("redis://127.0.0.1:1/0")
    async with built(db, away, keys, limits=Limits(sessions_per_address=(0.01, 1))) as world:
        visitor = await world.visitor()
        assert (await world.client.post("/api/session", json={})).status == 429
        await visitor.say("Без Redis работает")
        assert [event["text"] for event in await visitor.poll()] == ["Без Redis работает"]
    await away.close()


async def test_a_database_that_is_away_is_told_quickly_and_loses_nothing(
    cache: Cache, db: Database, keys: Keys
) -> None:
    nowhere = await Database.open("postgresql://nobody:x@127.0.0.1:1/none")
    async with built(db, cache, keys) as here:
        visitor = await here.visitor()
        number = str(uuid4())
        here.intake._db, intake_db = nowhere, here.intake._db
        here.events._db, events_db = nowhere, here.events._db
        async with asyncio.timeout(5):
            assert await error(await visitor.post({"id": number, "text": "Не потеряйте"})) == (503, "unavailable")
            for path in ("/api/events?wait=0", "/api/events"):
                assert await error(await here.client.get(path, headers=visitor.headers)) == (503, "unavailable")
        here.intake._db, here.events._db = intake_db, events_db
        await visitor.say("Не потеряйте", number)
        assert [event["text"] for event in await visitor.poll()] == ["Не потеряйте"]
    await nowhere.close()


async def test_storing_that_hangs_is_given_up(
    db: Database, cache: Cache, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("adapters.site.routes.ACCEPT_SECONDS", 0.05)
    monkeypatch.setattr("adapters.site.routes.FILE_SECONDS", 0.05)
    async with built(db, cache, keys, accept=hang) as world:
        visitor = await world.visitor()
        for body in ({"id": "a", "text": "x"}, {"id": "a", "stop": True}):
            assert await error(await visitor.post(body)) == (503, "unavailable")
        assert await error(await visitor.upload("a.txt", b"x")) == (503, "unavailable")


async def test_a_price_that_cannot_be_asked_for_is_our_own_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any) -> dict[str, Any]:
        raise VendorDown("prices", "gone")

    monkeypatch.setattr(world.routes, "_sales", Sales(world.routes._sales.price_list, broken))
    assert await error(await world.client.post("/api/quote", json={})) == (500, "internal")

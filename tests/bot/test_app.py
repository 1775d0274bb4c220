"""One process of the assistant: start without a database, the database or Redis gone under traffic, bad vendors."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest
from aiohttp import ClientSession, web
from pydantic import SecretStr

from bot.app import App
from infra.embedded import Attachment
from infra.runtime import Servers
from infra.settings import Settings
from tests.harness import ADMIN_CHAT, TOKEN, SiteClient, TelegramClient, World, open_world
from tests.tcp_proxy import proxied

BOT = int(TOKEN.split(":")[0])


@pytest.fixture
async def sandbox_url() -> AsyncIterator[str]:
    from sandbox.app import serving
    from sandbox.settings import SandboxSettings

    async with serving(SandboxSettings(port=0, telegram_limits=False)) as url:
        yield url


def settings(folder: Path, sandbox_url: str, **options: Any) -> Settings:
    return Settings(
        _env_file=None,
        demo=True,
        telegram_token=SecretStr(TOKEN),
        telegram_api_url=f"{sandbox_url}/telegram",
        telegram_rate=1000,
        admin_chat_id=ADMIN_CHAT,
        sandbox_url=sandbox_url,
        http_port=0,
        data_dir=folder,
        site_limits=False,
        **options,
    )


async def once(what: Any, seconds: float = 30) -> Any:
    """Wait until the coroutine function answers something true."""
    async with asyncio.timeout(seconds):
        while not (found := await what()):
            await asyncio.sleep(0.02)
    return found


async def test_a_start_without_a_database_waits_and_loses_nothing(
    servers: Attachment, database_url: str, tmp_path: Path, sandbox_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.RETRY_START", 0.1)
    async with proxied(database_url, up=False) as (url, proxy), ClientSession() as http:
        app = App(settings(tmp_path, sandbox_url), Servers(url, servers.redis_url))
        starting = asyncio.ensure_future(app.start())
        try:

            async def listening() -> bool:
                assert not starting.done(), starting.result()
                return app.port != 0

            await once(listening)
            base = f"http://127.0.0.1:{app.port}"
            async with http.get(f"{base}/health") as answer:
                assert answer.status == 200
            async with http.get(f"{base}/ready") as answer:
                body = await answer.json()
                assert answer.status == 503
                assert body["dependencies"] == {"postgresql": "down", "redis": "up"}
            async with http.post(f"{base}/api/session", json={}) as answer:
                token = (await answer.json())["token"] if answer.status == 200 else None
            said = {"id": "7e57ab1e-0000-4000-8000-000000000001", "text": "Сколько стоит чат-бот?"}
            headers = {"Authorization": f"Bearer {token}"}
            async with http.post(f"{base}/api/messages", json=said, headers=headers) as answer:
                assert answer.status == 503
                assert (await answer.json())["error"]["code"] in ("starting", "unavailable")
                assert answer.headers["X-Request-Id"]
            play = {"chat": 5001, "user": 5001, "name": "Мария", "text": "Здравствуйте"}
            async with http.post(f"{sandbox_url}/play/telegram", json=play) as answer:
                assert answer.status == 200
            await proxy.mend()
            await asyncio.wait_for(starting, 40)
            async with http.get(f"{base}/ready") as answer:
                assert answer.status == 200

            async def answered() -> bool:
                async with http.get(f"{sandbox_url}/inspect/telegram?chat=5001") as found:
                    return any(one["from_bot"] for one in await found.json())

            await once(answered)
            if token is None:
                async with http.post(f"{base}/api/session", json={}) as answer:
                    headers = {"Authorization": f"Bearer {(await answer.json())['token']}"}
            async with http.post(f"{base}/api/messages", json=said, headers=headers) as answer:
                assert answer.status == 202
        finally:
            starting.cancel()
            await app.stop()


async def test_a_database_gone_under_traffic_costs_no_message_and_no_second_answer(
    servers: Attachment, database_url: str, tmp_path: Path
) -> None:
    async with proxied(database_url) as (url, proxy), open_world(url, servers.redis_url, tmp_path) as world:
        visitors = [await SiteClient(world).open() for _ in range(6)]
        refusals: list[int] = []

        async def insist(visitor: SiteClient, number: int) -> None:
            """As the widget does: the same id again until it is accepted."""
            body = {"id": f"7e57ab1e-0000-4000-8000-{number:012d}", "text": f"/start {number}"}
            async with asyncio.timeout(40):
                while True:
                    try:
                        async with world.http.post(
                            world.url + "/api/messages", json=body, headers=visitor.headers
                        ) as answer:
                            if answer.status == 202:
                                return
                            assert answer.status == 503, await answer.text()
                            refusals.append(answer.status)
                    except OSError:
                        pass
                    await asyncio.sleep(0.1)

        async def talk(visitor: SiteClient, first: int) -> None:
            for number in range(first, first + 5):
                await insist(visitor, number)

        talks = [asyncio.ensure_future(talk(one, 10 * place)) for place, one in enumerate(visitors)]
        first = visitors[0]

        async def begun() -> bool:
            return bool(await world.app.db.pool.fetchval("SELECT count(*) >= 4 FROM turn WHERE done_at IS NOT NULL"))

        await once(begun)
        await proxy.cut()

        async def down() -> bool:
            async with world.http.get(world.url + "/ready") as answer:
                return answer.status == 503

        await once(down)

        async def refused() -> bool:
            return bool(refusals)

        await once(refused, 20)
        await proxy.mend()
        await asyncio.gather(*talks)
        admin = await asyncpg.connect(database_url)
        try:

            async def idle() -> bool:
                return not await admin.fetchval("SELECT count(*) FROM conversation WHERE pending > 0")

            await once(idle)
            assert await admin.fetchval("SELECT count(*) FROM inbox") == 30
            open_turns = await admin.fetchval(
                "SELECT count(*) FROM turn WHERE done_at IS NULL OR outcome <> 'answered'"
            )
            assert open_turns == 0
            repeated = await admin.fetchval(
                "SELECT count(*) FROM (SELECT turn_id, n FROM outgoing GROUP BY 1, 2 HAVING count(*) > 1) AS twice"
            )
            assert repeated == 0
            for visitor in visitors:
                events = [one for one in await visitor.events() if one["type"] == "message"]
                sent = await admin.fetchval(
                    """SELECT count(*) FROM outgoing o JOIN identity i USING (account_id, chat_id)
                       WHERE i.external_id = $1 AND o.method = 'SendMessage' AND o.state = 'sent'""",
                    visitor.visitor,
                )
                assert len(events) == sent >= 5
        finally:
            await admin.close()
        assert await first.send("Здравствуйте") is not None


async def test_without_redis_everything_still_works(servers: Attachment, database_url: str, tmp_path: Path) -> None:
    async with (
        proxied(servers.redis_url) as (redis_url, proxy),
        open_world(database_url, redis_url, tmp_path) as world,
    ):
        person, visitor = TelegramClient(world), await SiteClient(world).open()
        await person.send("Здравствуйте")
        await visitor.send("Здравствуйте")
        await proxy.cut()
        for one in (person, visitor):
            await one.send("Сколько стоит чат-бот для интернет-магазина?")
            assert "120 000 ₽" in one.text
            await one.click("Оба")
            assert one.replies
        async with world.http.get(world.url + "/ready") as answer:
            assert answer.status == 200
            assert (await answer.json())["dependencies"]["redis"] == "down"
        await proxy.mend()

        async def back() -> bool:
            return await world.app.cache.ping()

        await once(back)
        await visitor.click("Не знаю")
        assert visitor.replies


async def test_redis_flushed_in_the_middle_of_a_talk_is_not_noticed(own_world: World) -> None:
    for one in (TelegramClient(own_world), await SiteClient(own_world).open()):
        await one.send("Сколько стоит чат-бот для интернет-магазина?")
        await own_world.app.cache.flush()
        await one.click("Оба")
        await own_world.app.cache.flush()
        await one.click("Оба")
        await own_world.app.cache.flush()
        await one.click("До 5 000")
        assert "286 000 ₽" in one.text


@pytest.mark.parametrize("mode", ["slow", "error", "down", "garbage", "cut"])
async def test_a_fault_of_telegram_leaves_each_message_answered(own_world: World, mode: str) -> None:
    """Once, or listed as uncertain where the answer to a send was lost."""
    world = own_world
    people = [TelegramClient(world) for _ in range(3)]
    for person in people:
        await person.send("Здравствуйте")
    fault = {"service": "telegram", "mode": mode, "for": 3, "method": "sendMessage", "seconds": 0.3}
    await world.post(world.sandbox_url + "/faults", fault)
    before = [len(person.messages) for person in people]
    await asyncio.gather(*(person.send("/help") for person in people))
    for person, had in zip(people, before, strict=True):
        await person.refresh()
        new = person.messages[had:]
        uncertain = await world.app.db.pool.fetchval(
            "SELECT count(*) FROM outgoing WHERE uncertain AND chat_id = $1", person.user
        )
        texts = {one.text for one in new}
        assert len(texts) >= 1
        assert len(new) - len(texts) <= uncertain
        if mode in ("slow", "error"):
            assert uncertain == 0
    if mode == "cut":
        assert await world.app.db.pool.fetchval("SELECT count(*) FROM outgoing WHERE uncertain") == 3
    assert await world.app.db.pool.fetchval("SELECT count(*) FROM turn WHERE outcome <> 'answered'") == 0


async def test_polling_acknowledges_only_what_is_stored(own_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = own_world
    person = TelegramClient(world)
    await person.send("Здравствуйте")
    store, failures = world.app.intake._store, 3

    async def failing(*values: Any) -> Any:
        nonlocal failures
        if failures:
            failures -= 1
            raise ConnectionResetError("the database went away")
        return await store(*values)

    monkeypatch.setattr(world.app.intake, "_store", failing)
    await person.send("Ещё тут")
    assert failures == 0
    assert person.replies


def garbage(user: int) -> list[Any]:
    chat = {"id": user, "type": "private"}
    person = {"id": user, "is_bot": False, "first_name": "Пётр"}

    def text(number: int) -> dict[str, Any]:
        body = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": f"/start {number}"}
        return {"update_id": number, "message": body}

    return [
        text(901),
        {"update_id": 902, "message": {"chat": {"id": 2**63}}},
        "nonsense",
        None,
        {"update_id": 903, "poll": {"id": "1"}},
        {"update_id": 904, "message": {"chat": chat, "date": "never", "text": 5}},
        {"update_id": 905},
        text(906),
    ]


async def test_garbage_in_a_batch_is_held_and_its_neighbours_are_answered(own_world: World) -> None:
    from adapters.telegram.routes import TelegramIntake

    offsets: list[int] = []
    person = TelegramClient(own_world)
    await person.send("Здравствуйте")
    batch = garbage(person.user)

    async def updates(request: web.Request) -> web.Response:
        if not request.path.endswith("getUpdates"):
            return web.json_response({"ok": True, "result": True})
        offsets.append(orjson.loads(await request.read())["offset"])
        if len(offsets) == 1:
            return web.Response(body=json.dumps({"ok": True, "result": batch}), content_type="application/json")
        await asyncio.sleep(0.05)
        return web.json_response({"ok": True, "result": []})

    server = web.Application()
    server.router.add_route("*", "/{rest:.*}", updates)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    app = own_world.app
    assert app.telegram is not None
    intake = TelegramIntake(
        app.telegram.bot, f"http://127.0.0.1:{runner.addresses[0][1]}", app.intake.accept, app.intake.hold
    )
    polling = asyncio.ensure_future(intake.poll_forever())
    try:

        async def acknowledged() -> bool:
            return 907 in offsets

        await once(acknowledged)
        await own_world.handled(BOT, "901")
        await own_world.handled(BOT, "906")
        held = await app.db.pool.fetch("SELECT external_id FROM inbox_held WHERE account_id = $1", BOT)
        names = {row["external_id"] for row in held}
        assert {"902", "903", "905"} <= names
        assert sum(name.startswith("unreadable-") for name in names) == 2
    finally:
        polling.cancel()
        await runner.cleanup()

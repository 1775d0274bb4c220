"""Bad input over HTTP and Telegram: a clear error in the one shape, and nothing of it is stored or leaks."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from pydantic import SecretStr

from infra.embedded import Attachment
from tests.harness import SiteClient, TelegramClient, World, open_world

SECRET = "hook-secret_1"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def hooked(servers: Attachment, database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A world whose Telegram may also post."""
    options = {"telegram_webhook_secret": SecretStr(SECRET)}
    async with open_world(database_url, servers.redis_url, tmp_path, **options) as one:
        yield one


async def refused(answer: ClientResponse, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(await answer.read())
    assert (answer.status, body["error"]["code"]) == (status, code), body
    assert body["error"]["message"].strip()
    assert len(answer.headers["X-Request-Id"]) >= 8
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    return body


@pytest.mark.parametrize("given", [None, "", "wrong", SECRET + "x", b"\xff\xfe".decode("latin-1")])
async def test_a_webhook_without_the_secret_is_refused(hooked: World, given: str | None) -> None:
    headers = {} if given is None else {HEADER: given}
    async with hooked.http.post(hooked.url + "/telegram/webhook", json={"update_id": 1}, headers=headers) as answer:
        await refused(answer, 401, "unauthorized")
    assert await hooked.app.db.pool.fetchval("SELECT count(*) FROM inbox") == 0


async def test_a_header_in_no_encoding_is_a_wrong_secret(hooked: World) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hooked.app.port)
    writer.write(
        b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n"
        + HEADER.encode()
        + b": \xff\xfe\xfa\r\n\r\n{}"
    )
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert answer.startswith((b"HTTP/1.1 401", b"HTTP/1.1 400")), answer[:80]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'"' + b"[" * 500, b"{" * 100_000])
async def test_a_webhook_that_is_no_json_is_refused(hooked: World, body: bytes) -> None:
    async with hooked.http.post(hooked.url + "/telegram/webhook", data=body, headers={HEADER: SECRET}) as answer:
        await refused(answer, 400, "bad_json")


async def test_garbage_by_webhook_is_held_and_acknowledged(hooked: World) -> None:
    for body in ("1", "null", "[]", '{"update_id": 5}', '{"update_id": 6, "message": {"chat": {"id": 1e30}}}'):
        async with hooked.http.post(hooked.url + "/telegram/webhook", data=body, headers={HEADER: SECRET}) as answer:
            assert answer.status == 200, await answer.text()
    assert await hooked.app.db.pool.fetchval("SELECT count(*) FROM inbox_held") == 5


async def test_a_webhook_delivered_several_times_at_once_is_one_message(hooked: World) -> None:
    person = TelegramClient(hooked)
    await person.send("Здравствуйте")
    chat = {"id": person.user, "type": "private"}
    sender = {"id": person.user, "is_bot": False, "first_name": "Мария"}
    message = {"message_id": 5000, "date": 1, "chat": chat, "from": sender, "text": "/help"}
    update = {"update_id": 9_000_001, "message": message}

    async def post() -> int:
        async with hooked.http.post(hooked.url + "/telegram/webhook", json=update, headers={HEADER: SECRET}) as answer:
            return answer.status

    before = len(person.messages)
    assert await asyncio.gather(*(post() for _ in range(6))) == [200] * 6
    assert await hooked.app.db.pool.fetchval("SELECT count(*) FROM inbox WHERE external_id = '9000001'") == 1
    await hooked.handled(hooked.app.channels[max(hooked.app.channels)].account_id, "9000001")
    await person.refresh()
    assert len(person.messages) == before + 1


async def test_a_body_of_five_megabytes_is_refused_quickly(hooked: World) -> None:
    visitor = await SiteClient(hooked).open()
    started = time.monotonic()
    for path, headers in (
        ("/telegram/webhook", {HEADER: SECRET}),
        ("/api/messages", visitor.headers),
        ("/api/quote", {}),
    ):
        sent = {**headers, "Content-Type": "application/json"}
        async with hooked.http.post(hooked.url + path, data=b"x" * 5_000_000, headers=sent) as answer:
            await refused(answer, 413, "too_large")
    assert time.monotonic() - started < 5


async def test_unknown_addresses_and_methods(world: World) -> None:
    async with world.http.get(world.url + "/no/such/page") as answer:
        await refused(answer, 404, "not_found")
    async with world.http.delete(world.url + "/api/quote") as answer:
        await refused(answer, 405, "method_not_allowed")
    async with world.http.post(world.url + "/health") as answer:
        await refused(answer, 405, "method_not_allowed")


async def test_a_request_id_is_kept_when_it_is_one(world: World) -> None:
    async with world.http.get(world.url + "/health", headers={"X-Request-Id": "abcdef12-3456"}) as answer:
        assert answer.headers["X-Request-Id"] == "abcdef12-3456"
    async with world.http.get(world.url + "/health", headers={"X-Request-Id": "<script>alert(1)"}) as answer:
        assert "<" not in answer.headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/api/session", "/api/messages", "/api/quote"])
async def test_malformed_json_is_refused_everywhere(world: World, path: str) -> None:
    visitor = await SiteClient(world).open()
    headers = {**visitor.headers, "Content-Type": "application/json"}
    async with world.http.post(world.url + path, data=b'{"id": ', headers=headers) as answer:
        body = json.loads(await answer.read())
        assert answer.status in (400, 422)
        assert set(body["error"]) >= {"code", "message"}


async def test_an_unknown_button_gets_a_sensible_answer(world: World) -> None:
    person = TelegramClient(world)
    await person.send("Здравствуйте")
    visitor = await SiteClient(world).open()
    await visitor.send("Здравствуйте")
    for data in ("zz:nothing", "calc:::::", "x" * 64):
        await visitor.press(visitor.last.message, data)
        assert visitor.messages
    failed = await world.app.db.pool.fetchval("SELECT count(*) FROM turn WHERE outcome NOT IN ('answered', 'blocked')")
    assert failed == 0


async def test_a_message_of_a_hundred_thousand_characters(hooked: World) -> None:
    visitor = await SiteClient(hooked).open()
    body = {"id": "7e57ab1e-0000-4000-8000-000000000009", "text": "слово " * 17_000}
    async with hooked.http.post(hooked.url + "/api/messages", json=body, headers=visitor.headers) as answer:
        assert answer.status in (202, 413, 422)
        if answer.status != 202:
            assert (await answer.json())["error"]["message"]
    person = TelegramClient(hooked)
    await person.send("Здравствуйте")
    chat = {"id": person.user, "type": "private"}
    sender = {"id": person.user, "is_bot": False, "first_name": "Мария"}
    message = {"message_id": 6000, "date": 1, "chat": chat, "from": sender, "text": "слово " * 17_000}
    update = {"update_id": 9_000_002, "message": message}
    async with hooked.http.post(hooked.url + "/telegram/webhook", json=update, headers={HEADER: SECRET}) as answer:
        assert answer.status == 200
    await hooked.handled(hooked.app.channels[max(hooked.app.channels)].account_id, "9000002")
    await person.refresh()
    assert person.replies
    assert await visitor.send("Здравствуйте")

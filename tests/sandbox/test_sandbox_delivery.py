"""Updates reach the bot: long polling with its acknowledgement, webhooks with their order and redelivery."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiogram.exceptions import TelegramConflictError
from aiohttp import web
from sandbox_kit import CLIENT, World

Eventually = Callable[..., Awaitable[Any]]


class Receiver:
    """A bot's webhook: keeps what came, answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[str | None, dict[str, Any]]] = []
        self.answers: list[int] = []
        self.body: dict[str, Any] | None = None
        self.gate: asyncio.Event | None = None
        self.busy = self.most_busy = 0

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        if self.gate is not None:
            await self.gate.wait()
        self.busy -= 1
        status = self.answers.pop(0) if self.answers else 200
        return web.json_response(self.body or {}, status=status)

    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield receiver, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_an_update_comes_again_until_the_next_offset_acknowledges_it(world: World) -> None:
    first = (await world.play.act(text="один"))["update_id"]
    second = (await world.play.act(text="два"))["update_id"]
    assert second == first + 1
    for _ in range(2):
        assert [u.update_id for u in await world.bot.get_updates()] == [first, second]
    assert [u.update_id for u in await world.bot.get_updates(offset=second)] == [second]
    assert await world.bot.get_updates(offset=second + 1) == []


async def test_long_polling_returns_as_soon_as_something_happens(world: World) -> None:
    waiting = asyncio.create_task(world.bot.get_updates(timeout=30))
    await world.bot.get_me()
    await world.play.act(text="сейчас")
    updates = await asyncio.wait_for(waiting, 5)
    assert updates[0].message is not None
    assert updates[0].message.text == "сейчас"


async def test_the_second_poller_ends_the_first(world: World, eventually: Eventually) -> None:
    first = asyncio.create_task(world.bot.get_updates(timeout=30))
    await world.bot.get_me()
    second = asyncio.create_task(world.bot.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await asyncio.wait_for(asyncio.shield(first) if not second.done() else second, 5)
    await world.play.act(text="второму")
    assert await asyncio.wait_for(second, 5)


async def test_only_the_allowed_kinds_come(world: World) -> None:
    await world.bot.get_updates(allowed_updates=["callback_query"])
    await world.play.act(text="мимо")
    assert await world.bot.get_updates() == []
    await world.bot.get_updates(allowed_updates=[])
    await world.play.act(text="в цель")
    assert len(await world.bot.get_updates()) == 1


async def test_the_same_update_may_be_delivered_twice(world: World) -> None:
    await world.play.act(text="дважды", copies=2)
    updates = await world.bot.get_updates()
    assert len(updates) == 2
    assert updates[0].update_id == updates[1].update_id


async def test_a_webhook_gets_updates_with_its_secret_and_again_after_a_failure(
    world: World, receiver: tuple[Receiver, str], eventually: Eventually
) -> None:
    hook, url = receiver
    hook.answers = [500, 503]
    await world.play.act(text="один")
    assert await world.bot.set_webhook(url, secret_token="s3cret_-")
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await world.bot.get_updates()
    await world.play.act(text="два")

    async def all_came() -> bool:
        return (await world.bot.get_webhook_info()).pending_update_count == 0

    await eventually(all_came)
    assert hook.texts() == ["один", "один", "один", "два"]
    assert {secret for secret, _ in hook.got} == {"s3cret_-"}
    info = await world.bot.get_webhook_info()
    assert info.url == url
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_one_chat_is_in_order_and_many_go_side_by_side_up_to_the_limit(
    world: World, receiver: tuple[Receiver, str], eventually: Eventually
) -> None:
    hook, url = receiver
    hook.gate = asyncio.Event()
    await world.bot.set_webhook(url, max_connections=3)
    for person in range(1, 6):
        for number in range(3):
            await world.play.act(chat=person, user=person, text=f"{person}-{number}")

    async def three_wait() -> bool:
        return hook.busy == 3

    await eventually(three_wait)
    hook.gate.set()

    async def all_came() -> bool:
        return len(hook.got) == 15 and hook.busy == 0

    await eventually(all_came)
    assert hook.most_busy == 3
    for person in range(1, 6):
        mine = [text for text in hook.texts() if text.startswith(f"{person}-")]
        assert mine == [f"{person}-{n}" for n in range(3)]


async def test_without_the_webhook_what_waited_comes_by_polling(
    world: World, receiver: tuple[Receiver, str], eventually: Eventually
) -> None:
    hook, url = receiver
    hook.answers = [500] * 1000
    await world.bot.set_webhook(url)
    await world.play.act(text="не дошло")

    async def tried() -> bool:
        return bool(hook.got)

    await eventually(tried)
    await world.bot.delete_webhook()
    updates = await world.bot.get_updates()
    assert updates[0].message is not None
    assert updates[0].message.text == "не дошло"
    await world.bot.delete_webhook(drop_pending_updates=True)
    assert await world.bot.get_updates() == []


async def test_a_method_in_the_answer_to_a_delivery_is_run(
    world: World, receiver: tuple[Receiver, str], eventually: Eventually
) -> None:
    hook, url = receiver
    hook.body = {"method": "sendMessage", "chat_id": CLIENT, "text": "сразу"}
    await world.bot.set_webhook(url)
    await world.play.act(text="привет")

    async def answered() -> bool:
        return [m["text"] for m in await world.play.messages()] == ["привет", "сразу"]

    assert await eventually(answered)

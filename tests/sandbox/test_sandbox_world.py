"""The world around the vendors: faults, clock, reset, errors in one shape, and the page."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError
from sandbox_kit import CLIENT, GROUP, World

import sandbox
from sandbox.settings import load_settings

PAGE = Path(sandbox.__file__).parent / "page"


async def test_error_and_garbage_and_down_have_no_effect(world: World) -> None:
    await world.greeted()
    kinds: list[tuple[str, type[Exception]]] = [
        ("error", TelegramServerError),
        ("garbage", ClientDecodeError),
        ("down", TelegramNetworkError),
    ]
    for mode, error in kinds:
        await world.play.fault(mode, **{"for": 1})
        with pytest.raises(error):
            await world.bot.send_message(CLIENT, mode)
    assert (await world.bot.send_message(CLIENT, "снова")).text == "снова"
    assert [m["text"] for m in await world.play.messages()] == ["/start", "Здравствуйте", "снова"]


async def test_cut_takes_effect_though_the_answer_breaks_off(world: World) -> None:
    await world.greeted()
    await world.play.fault("cut", **{"for": 1})
    with pytest.raises(TelegramNetworkError):
        await world.bot.send_message(CLIENT, "дошло")
    assert (await world.play.messages())[-1]["text"] == "дошло"


async def test_slow_takes_effect_and_answers_late(world: World) -> None:
    await world.greeted()
    await world.play.fault("slow", seconds=0.3, **{"for": 1})
    started = asyncio.get_running_loop().time()
    await world.bot.send_message(CLIENT, "не спеша")
    assert asyncio.get_running_loop().time() - started >= 0.3


async def test_a_fault_spares_polling_unless_it_names_it(world: World) -> None:
    await world.play.fault("error")
    assert await world.bot.get_updates() == []
    await world.play.fault("ok")
    await world.play.fault("error", method="getUpdates")
    assert (await world.bot.get_me()).is_bot
    with pytest.raises(TelegramServerError):
        await world.bot.get_updates()


async def test_a_fault_counts_down_and_can_be_narrowed_to_a_method(world: World) -> None:
    await world.greeted()
    await world.play.fault("error", method="sendMessage", **{"for": 2})
    assert await world.bot.send_chat_action(CLIENT, "typing")
    for left in (1, 0):
        with pytest.raises(TelegramServerError):
            await world.bot.send_message(CLIENT, "x")
        assert [f["left"] for f in await world.play.get("/faults")] == [left][:left]
    assert await world.bot.send_message(CLIENT, "x")


@pytest.mark.parametrize(
    "body",
    [
        {"service": "fax", "mode": "down"},
        {"service": ["telegram"], "mode": "down"},
        {"service": "telegram", "mode": "sleepy"},
        {"service": "telegram", "mode": "down", "for": "много"},
        {"service": "telegram", "mode": "slow", "seconds": -1},
        {"service": "telegram", "mode": "down", "method": 5},
    ],
)
async def test_a_bad_fault_is_refused(world: World, body: dict[str, Any]) -> None:
    status, answer = await world.play.post("/faults", body)
    assert (status, answer["error"]["code"]) == (400, "bad_request")


async def test_the_clock_moves_for_everybody(world: World) -> None:
    status, moved = await world.play.post("/play/clock", {"advance": 86400})
    assert (status, moved["offset"]) == (200, 86400)
    now = datetime.fromisoformat((await world.play.get("/clock"))["now"])
    assert abs((now - datetime.now(UTC)).total_seconds() - 86400) < 60
    await world.play.act(text="завтра")
    message = (await world.update()).message
    assert message is not None
    assert abs((message.date - now).total_seconds()) < 60
    for wrong in ({}, {"advance": "день"}, {"advance": True}):
        assert (await world.play.post("/play/clock", wrong))[0] == 400


async def test_reset_forgets_the_world_and_never_repeats_a_number(world: World) -> None:
    hello = await world.greeted()
    await world.bot.create_forum_topic(GROUP, "Лид")
    last = await world.play.act(text="останется без ответа")
    await world.play.fault("down")
    await world.play.post("/play/clock", {"advance": 5})
    assert (await world.play.post("/reset", {}))[0] == 200
    assert await world.play.messages() == []
    assert await world.play.get("/faults") == []
    assert (await world.play.get("/clock"))["offset"] == 0
    assert await world.play.get("/inspect/telegram/calls") == []
    assert await world.play.get(f"/inspect/telegram/topics?chat={GROUP}") == []
    assert await world.bot.get_updates() == []
    again = await world.play.act(text="снова")
    assert again["update_id"] > last["update_id"]
    assert again["message"] > hello.message_id


async def test_a_number_of_an_earlier_run_is_not_used_again() -> None:
    assert load_settings({}).first_id > 10_000_000


@pytest.mark.parametrize(
    "environ",
    [{"SANDBOX_PORT": "порт"}, {"SANDBOX_PORT": "99999"}, {"SANDBOX_TELEGRAM_LIMITS": "да"}, {"ADMIN_CHAT_ID": "5"}],
)
def test_a_malformed_setting_names_itself(environ: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(environ))):
        load_settings(environ)


async def test_errors_have_one_shape(world: World) -> None:
    for path, status, code in (
        ("/nothing", 404, "not_found"),
        ("/inspect/fax", 404, "not_found"),
        ("/inspect/telegram", 400, "bad_request"),
        ("/inspect/telegram/file?message=5", 404, "not_found"),
        ("/inspect/telegram?chat=x", 400, "bad_request"),
    ):
        async with world.play.http.get(world.play.base + path) as response:
            assert (response.status, (await response.json())["error"]["code"]) == (status, code)
    async with world.play.http.post(world.play.base + "/play/telegram", data=b"{") as response:
        assert (response.status, (await response.json())["error"]["code"]) == (400, "bad_request")
    async with world.play.http.post(world.play.base + "/faults", data=b"x" * 1_000_001) as response:
        assert response.status == 413


async def test_another_site_cannot_play_here(world: World) -> None:
    async with world.play.http.post(
        world.play.base + "/reset", json={}, headers={"Origin": "https://evil.example"}
    ) as response:
        assert response.status == 403


async def test_a_file_of_twenty_megabytes_goes_up_but_not_down(world: World) -> None:
    from aiogram.exceptions import TelegramBadRequest
    from aiogram.types import BufferedInputFile

    await world.greeted()
    sent = await world.bot.send_document(CLIENT, BufferedInputFile(bytes(21 * 1024 * 1024), "big.bin"))
    assert sent.document is not None
    assert sent.document.file_size == 21 * 1024 * 1024
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await world.bot.get_file(sent.document.file_id)


async def test_health_names_the_services(world: World) -> None:
    health = await world.play.get("/health")
    assert health["status"] == "ok"
    assert {"telegram", "openai", "anthropic", "yookassa"} <= set(health["services"])


async def test_the_page_runs_nothing_inline_and_asks_no_other_host(world: World) -> None:
    async with world.play.http.get(world.play.base + "/") as response:
        policy = response.headers["Content-Security-Policy"]
        html = await response.text()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert " style=" not in html
    assert not any(f" on{event}=" in html for event in ("click", "load", "submit", "error"))
    sources = html + "".join(path.read_text() for path in PAGE.iterdir() if path.suffix in (".js", ".css"))
    addresses = sources.replace("http://www.w3.org/", "").replace("`https://${content}`", "")
    assert "https://" not in addresses
    assert "http://" not in addresses
    assert "innerHTML" not in sources


async def test_the_view_waits_for_a_change(world: World, eventually: Callable[..., Any]) -> None:
    number = (await world.play.get("/inspect/telegram/view"))["number"]
    waiting = asyncio.create_task(world.play.get(f"/inspect/telegram/view?chat={CLIENT}&after={number}&wait=20"))
    await world.play.act(text="заметьте меня")
    view = await asyncio.wait_for(waiting, 5)
    assert view["number"] > number
    assert view["client"]["messages"][-1]["text"] == "заметьте меня"

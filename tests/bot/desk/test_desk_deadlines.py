"""Time passes: nobody takes a lead, a manager falls silent. Each test moves the clock of a world of its own."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.worktime import next_open
from tests.bot.desk.desk_kit import Stage
from tests.harness import BORIS, Desk, SiteClient, TelegramClient, World

MINUTE = 60.0
HOUR = 3600.0


async def at_ten(world: World) -> None:
    """The next opening of a working day, so that an hour later people still work."""
    now = world.app.clock.now()
    calendar = world.app.services.company.calendar
    opening = next_open(calendar, now.astimezone(UTC).replace(hour=23, minute=0))
    await world.advance((opening - now + timedelta(minutes=5)).total_seconds())


@pytest.fixture(params=["telegram", "site"])
async def waiting(request: pytest.FixtureRequest, own_world: World) -> Stage:
    client = TelegramClient(own_world) if request.param == "telegram" else await SiteClient(own_world).open()
    await at_ten(own_world)
    stage = Stage(own_world, Desk(own_world), client)
    await stage.ask_for_person()
    return stage


async def test_nobody_takes_it_so_the_next_is_called_then_all_and_the_client_hears_an_honest_time(
    waiting: Stage,
) -> None:
    world = waiting.world
    await world.advance(15 * MINUTE + 1)
    assert "⏰ Борис, клиент ждёт" in await waiting.texts()
    first = [text for _, text in await waiting.heard()]
    assert len(first) == 1
    assert "Ответим в течение 15 минут" in first[0]
    await world.advance(10 * MINUTE + 1)
    assert "⏰ Анна, Борис, клиент ждёт" in await waiting.texts()
    assert await waiting.heard() == []
    await world.advance(10 * MINUTE + 1)
    assert len(await waiting.texts()) > 0
    second = [text for _, text in await waiting.heard()]
    assert len(second) == 1
    assert "Ответим в течение часа" in second[0]
    for _ in range(3):
        await world.advance(HOUR)
        await waiting.texts()
    assert await waiting.heard() == []
    assert (await waiting.texts()).count("⏰ Анна, Борис") >= 3
    step = (await waiting.row("SELECT max(h.told) AS told FROM handoff h JOIN lead l ON l.id = h.lead_id "
                              "WHERE l.conversation_id = $1"))["told"]  # fmt: skip
    assert step == 2


async def test_a_client_whose_chat_is_gone_is_told_of_once_and_the_job_ends(own_world: World) -> None:
    client = TelegramClient(own_world)
    await at_ten(own_world)
    waiting = Stage(own_world, Desk(own_world), client)
    await waiting.ask_for_person()
    del own_world.sandbox.vendors["telegram"].api.state.chats[client.user]
    await own_world.advance(15 * MINUTE + 1)
    assert (await waiting.texts()).count("Клиент не узнал, что ответ задержится") == 1
    left = await own_world.app.db.pool.fetchval("SELECT count(*) FROM job WHERE kind = 'desk.late'")
    assert left == 0
    assert not [text for _, text in await waiting.transcript() if "Пока никто не освободился" in text]


async def test_a_lead_that_was_taken_is_not_escalated(waiting: Stage) -> None:
    await waiting.click("Взять", user=BORIS)
    await waiting.client.refresh()
    await waiting.world.advance(2 * HOUR)
    assert "⏰" not in await waiting.texts()
    assert await waiting.heard() == []


async def test_after_hours_of_silence_the_talk_is_offered_back(waiting: Stage) -> None:
    await waiting.write("Сейчас посмотрю")
    await waiting.client.refresh()
    await waiting.world.advance(3 * HOUR)
    assert "Вернуть разговор боту?" not in await waiting.texts()
    await waiting.write("Ещё минуту")
    await waiting.client.refresh()
    await waiting.world.advance(2 * HOUR)
    assert "Вернуть разговор боту?" not in await waiting.texts()
    await waiting.world.advance(2 * HOUR + MINUTE)
    assert "Анна, больше 4 часов без ответа клиенту. Вернуть разговор боту?" in await waiting.texts()
    await waiting.click("Вернуть боту")
    assert [text for _, text in await waiting.heard()] == ["Снова отвечает ИИ-помощник, продолжаем с того же места."]


async def test_a_manager_may_keep_the_talk(waiting: Stage) -> None:
    await waiting.write("Сейчас посмотрю")
    await waiting.client.refresh()
    await waiting.world.advance(4 * HOUR + MINUTE)
    await waiting.click("Оставить за мной")
    assert (await waiting.row("SELECT silent FROM conversation WHERE id = $1"))["silent"] is True
    since: datetime = (await waiting.row("SELECT silent_since FROM conversation WHERE id = $1"))["silent_since"]
    assert abs((since - waiting.world.app.clock.now()).total_seconds()) < MINUTE

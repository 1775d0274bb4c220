"""Coming back, reminders, and a person's rights."""

from datetime import timedelta

from tests.dialogues.test_price import SHOP, priced
from tests.harness import Client, World

HOUR = 3600
DAY = 24 * HOUR


async def test_go_on_with_the_price_or_begin_anew(later_client: Client) -> None:
    await priced(later_client)
    await later_client.world.advance(5 * HOUR)
    await later_client.send("Здравствуйте")
    assert "Продолжим расчёт на 286 000 ₽ или начнём заново?" in later_client.text
    await later_client.click("Продолжить")
    assert "286 000 ₽ разово" in later_client.text
    await later_client.click("Начать заново")
    assert "Что посчитать точно?" in later_client.text


async def test_go_on_in_the_middle_of_the_questions(later_client: Client) -> None:
    await later_client.send(SHOP)
    await later_client.click("Оба")
    await later_client.world.advance(2 * DAY)
    await later_client.start()
    assert "Продолжим расчёт или начнём заново?" in later_client.text
    await later_client.click("Продолжить")
    assert later_client.text == "С чем связать?"


async def noon(world: World, days: int) -> None:
    """Move on to noon by the company's clock, so that no test depends on the hour at which it runs."""
    now = world.app.services.company.calendar.local(world.app.clock.now())
    then = (now + timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0)
    await world.advance((then - now).total_seconds())


async def test_the_reminder_comes_once_at_a_decent_hour(later_client: Client) -> None:
    world = later_client.world
    await priced(later_client)
    await later_client.send("подумаю")
    await later_client.click(later_client.labels[0])
    assert "Напомню один раз" in later_client.text
    await noon(world, 8)
    await world.jobs_done()
    await later_client.refresh()
    assert "Вы просили напомнить о расчёте на 286 000 ₽" in later_client.text
    at = await world.app.db.pool.fetchval("SELECT max(created_at) FROM transcript WHERE origin LIKE 'j%'")
    assert at is not None
    await later_client.click("Не писать")
    assert "первым больше не напишу" in later_client.text
    await noon(world, 8)
    await world.jobs_done()
    assert await later_client.refresh() == []


async def test_no_reminder_after_do_not_write_to_me(later_client: Client) -> None:
    world = later_client.world
    await priced(later_client)
    await later_client.send("подумаю")
    await later_client.click(later_client.labels[0])
    await later_client.send("не пишите мне больше")
    assert "первым больше не напишу" in later_client.text
    await world.advance(10 * DAY)
    await world.jobs_done()
    assert await later_client.refresh() == []


async def test_the_person_is_forgotten(later_client: Client) -> None:
    world = later_client.world
    await priced(later_client)
    await later_client.send("удалите мои данные")
    assert "Вернуть потом не получится" in later_client.text
    await later_client.click("Удалить")
    assert "не прочитает никто" in later_client.text
    await world.advance(timedelta(minutes=1).total_seconds())

    async def destroyed() -> bool:
        return bool(await world.app.db.pool.fetchval("SELECT count(*) FROM data_key WHERE destroyed_at IS NOT NULL"))

    await world.until(destroyed, "the end of the key")
    known = "SELECT count(*) FROM identity WHERE external_id = chat_id::text"
    assert await world.app.db.pool.fetchval(known) == 0, "the number Telegram gave is gone"
    assert await world.app.db.pool.fetchval("SELECT count(*) FROM site_event WHERE id < 9") == 0
    await later_client.send("Здравствуйте")
    assert "О чём поговорим?" in later_client.text, "whoever writes again is a stranger"


async def test_thinking_twice_about_being_forgotten(client: Client) -> None:
    await client.send("/delete")
    await client.click("Оставить")
    assert "всё осталось как было" in client.text

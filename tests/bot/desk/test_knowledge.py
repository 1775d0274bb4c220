"""The knowledge base in the managers' group: its state, and a sync that a manager asks for; and the schedule."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from infra.embedded import Attachment
from tests.harness import ANNA, STRANGER, Desk, World, open_world, plain


@pytest.fixture
async def content(tmp_path: Path) -> Path:
    (tmp_path / "price.md").write_text("# Цены\n\nБот для склада стоит 120 000 ₽.\n", encoding="utf-8")
    (tmp_path / "terms.md").write_text("# Условия\n\nОплата частями.\n", encoding="utf-8")
    (tmp_path / "scan.pdf").write_bytes(b"no PDF at all")
    return tmp_path


@pytest.fixture
async def own(database_url: str, servers: Attachment, tmp_path_factory: Any, content: Path) -> AsyncIterator[World]:
    """An assistant with a folder of its own and a key of the simulated OpenAI."""
    folder = tmp_path_factory.mktemp("data")
    async with open_world(
        database_url, servers.redis_url, folder, models=["openai"], content_dir=content, kb_sync_minutes=30
    ) as world:
        yield world


async def last(world: World, part: str) -> dict[str, Any]:
    """The newest message of the bot in the group that has `part` in it, once there is one."""

    async def found() -> dict[str, Any] | None:
        messages = await Desk(world).messages()
        return next((one for one in reversed(messages) if one["from_bot"] and part in (one["text"] or "")), None)

    message: dict[str, Any] = await world.until(found, f"{part!r} in the group")
    return {**message, "text": plain(message["text"])}


async def vectors(world: World, number: int) -> None:
    async def there() -> bool:
        return bool(await world.app.db.pool.fetchval("SELECT count(embedding) = $1 FROM kb_chunk", number))

    await world.until(there, f"{number} vectors")


async def press_refresh(world: World, user: int = ANNA) -> None:
    state = await last(world, "Статей")
    await Desk(world).act(user, message=state["message"], data=state["buttons"][0][0]["data"])


async def test_a_manager_sees_the_state_and_brings_it_up_to_date(own: World, content: Path) -> None:
    await vectors(own, 2)
    desk = Desk(own)
    await desk.act(text="/kb")
    state = (await last(own, "Статей"))["text"]
    assert "Статей: 2, отрывков: 2" in state
    assert "2 из 2 отрывков" in state
    assert "scan.pdf — не тот формат" in state
    (content / "price.md").write_text("# Цены\n\nБот для склада стоит 130 000 ₽.\n", encoding="utf-8")
    (content / "terms.md").unlink()
    (content / "new.csv").write_text("Вопрос;Ответ\nЕсть ли рассрочка?;Да, на три месяца\n", encoding="cp1251")
    await press_refresh(own)
    report = (await last(own, "обновлена"))["text"]
    assert "Новых: 1, изменённых: 1, убранных: 1, без изменений: 0, не прочитано: 1" in report
    assert "scan.pdf — не тот формат" in report
    passages = await own.app.services.searcher.search("Есть ли рассрочка?")
    assert passages[0].text == "Да, на три месяца"


async def test_the_command_has_a_russian_name_and_strangers_get_nothing(own: World) -> None:
    await Desk(own).act(STRANGER, text="/kb")
    assert [one for one in await Desk(own).messages() if one["from_bot"]] == []
    await Desk(own).act(text="/база")
    await last(own, "Статей")
    await press_refresh(own, STRANGER)
    assert await own.app.db.pool.fetchval("SELECT count(*) FROM kb_request") == 0


async def test_a_folder_that_is_gone_is_said_and_the_old_answers_stay(own: World, content: Path) -> None:
    await Desk(own).act(text="/kb")
    away = content.with_name(content.name + "-away")
    await asyncio.to_thread(content.rename, away)
    await press_refresh(own)
    assert "Отвечаю по прежней" in (await last(own, "не получилось"))["text"]
    assert await own.app.db.pool.fetchval("SELECT count(*) FROM kb_document") == 2


async def test_the_folder_is_looked_through_on_schedule(own: World, content: Path) -> None:
    await vectors(own, 2)
    (content / "terms.md").write_text("# Условия\n\nОплата только вперёд.\n", encoding="utf-8")
    await own.advance(31 * 60)

    async def renewed() -> bool:
        return bool(
            await own.app.db.pool.fetchval(
                "SELECT count(*) FROM kb_chunk WHERE text LIKE '%вперёд%' AND embedding IS NOT NULL"
            )
        )

    await own.until(renewed, "the new text with its vector")


async def test_missing_vectors_are_told_and_come_later(own: World, content: Path) -> None:
    await vectors(own, 2)
    await Desk(own).act(text="/kb")
    (content / "more.md").write_text("# Ещё\n\nГарантия год.\n", encoding="utf-8")
    fault = {"replies": [{"endpoint": "embeddings", "fault": "unauthorized"}]}
    await own.post(own.sandbox_url + "/script/openai", fault)
    await press_refresh(own)
    assert "ждут 1 из 3 отрывков" in (await last(own, "обновлена"))["text"]
    await own.advance(6 * 60)
    await vectors(own, 3)

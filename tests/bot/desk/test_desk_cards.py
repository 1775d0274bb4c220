"""What stands on a card and in its topic: masked contacts, files, closing, a group without topics, a deleted card."""

import base64
from contextlib import suppress

import pytest

from bot.desk import publish
from bot.desk.group import ask_card
from bot.jobs import Job, Later
from tests.bot.desk.desk_kit import Stage
from tests.harness import ADMIN_CHAT, ANNA, BORIS, TelegramClient, plain

PHONE = "+79161234567"


async def give_contact(stage: Stage) -> None:
    """A phone on the record, as the brief leaves it."""
    number = await stage.number()
    app = stage.world.app
    row = await app.db.pool.fetchrow("SELECT client_id, key_id FROM conversation WHERE id = $1", number)
    key = await app.keys.get(row["key_id"])
    await app.db.pool.execute(
        "UPDATE client SET phone = $2 WHERE id = $1",
        row["client_id"],
        key.seal_text(PHONE, f"client|{row['client_id']}|phone"),
    )


async def ask_card_of(stage: Stage) -> None:
    """The card is asked for once more, as any change of the lead does."""
    app = stage.world.app
    async with app.db.pool.acquire() as connection:
        await ask_card(connection, app.services, await stage.number())
    await stage.world.jobs_done()


async def test_a_contact_is_masked_until_somebody_takes_the_lead(waiting: Stage) -> None:
    await give_contact(waiting)
    await waiting.client.send("Ну что там?")
    await waiting.click("Назначить")
    await waiting.click("Борис")
    card = await waiting.card()
    assert "Контакт: +7 916" in card
    assert "1234567" not in card
    assert "123" not in card.split("Контакт:")[1].splitlines()[0]
    await waiting.click("Взять", user=BORIS)
    assert f"Контакт: {PHONE}" in await waiting.card()
    assert "916" not in await waiting.name()


async def test_a_topics_name_begins_with_what_is_wanted(stage: Stage) -> None:
    await stage.client.send("Сколько стоит чат-бот?")
    await stage.ask_for_person()
    row = await stage.row("SELECT id, total FROM lead WHERE conversation_id = $1")
    await stage.world.app.db.pool.execute(
        "UPDATE lead SET package = 'chatbot', total = 286000, monthly = NULL WHERE id = $1", row["id"]
    )
    await stage.click("Взять")
    who = "гость с сайта" if stage.client.channel == "site" else "клиент в Telegram"
    assert await stage.name() == f"Чат-бот 286 000 ₽ · {who}"


async def test_a_topic_of_which_nothing_is_known_is_named_after_the_client(waiting: Stage) -> None:
    assert await waiting.name() in ("Гость с сайта", "Клиент в Telegram")


async def test_the_talk_on_a_card_is_freshened_later_and_no_relay_waits_for_it(waiting: Stage) -> None:
    """The group's pace belongs to the client's words; the last lines on the card follow when there is room."""
    pool, world = waiting.world.app.db.pool, waiting.world
    number = await waiting.number()
    await waiting.client.send("А на выходных вы работаете?")
    await world.jobs_done()
    await ask_card_of(waiting)
    assert "💬 А на выходных вы работаете?" in await waiting.texts()
    assert "А на выходных" not in await waiting.card()
    job = await pool.fetchrow("SELECT * FROM job WHERE kind = 'desk.talk' AND dedupe_key = $1", f"desk.talk:{number}")
    assert job["serial_key"] is None
    assert 0 < (job["run_at"] - world.app.clock.now()).total_seconds() <= 20
    await pool.execute("UPDATE job SET run_at = $2 WHERE id = $1", job["id"], world.app.clock.now())

    async def fresh() -> bool:
        return "А на выходных" in await waiting.card()

    await world.until(fresh, "the fresh card")


async def test_a_card_is_not_freshened_while_the_group_has_no_room(
    waiting: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "FRESHENING", (0.001, 1.0))
    job = Job(0, publish.TALK, {"conversation_id": await waiting.number()}, 1)
    with suppress(Later):  # the only room there is; a job of the same world may have had it already
        await publish.freshen(waiting.world.app.services, job)
    with pytest.raises(Later) as put_off:
        await publish.freshen(waiting.world.app.services, job)
    assert put_off.value.seconds > 0


async def test_a_lost_lead_keeps_its_reason_and_a_returning_client_begins_a_new_one(taken: Stage) -> None:
    await taken.click("Закрыть")
    await taken.click("Проиграна")
    await taken.click("Выбрали других")
    row = await taken.row("SELECT state, loss_reason FROM lead WHERE conversation_id = $1")
    assert tuple(row) == ("lost", "others")
    assert "проиграна: выбрали других" in await taken.card()
    assert (await taken.row("SELECT closed FROM desk_topic WHERE conversation_id = $1"))["closed"] is True
    await taken.client.send("Позовите менеджера")
    assert taken.client.replies
    cards = await taken.cards()
    assert len(cards) == 2
    assert "новый" in await taken.card()
    assert (await taken.row("SELECT closed FROM desk_topic WHERE conversation_id = $1"))["closed"] is False


async def test_a_won_lead_is_closed_once(taken: Stage) -> None:
    await taken.click("Закрыть")
    await taken.click("Выиграна")
    assert "выиграна: Анна" in await taken.card()
    await taken.click_old("won", BORIS)
    assert (await taken.toast())[0] == "Эта сделка уже закрыта."
    assert (await taken.row("SELECT silent FROM conversation WHERE id = $1"))["silent"] is False


async def test_the_menu_can_be_left_without_doing_anything(taken: Stage) -> None:
    before = await taken.buttons()
    await taken.click("Закрыть")
    await taken.click("←")
    assert await taken.buttons() == before


async def test_a_managers_file_arrives_in_the_clients_channel(taken: Stage) -> None:
    body = base64.b64encode(b"%PDF-1.7 smeta").decode()
    await taken.desk.act(
        ANNA, file=body, filename="Смета.pdf", kind="document", text="Смета, как обещала", thread=await taken.thread()
    )
    await taken.client.refresh()
    assert [(one.filename, plain(one.text)) for one in taken.client.replies] == [("Смета.pdf", "Смета, как обещала")]
    assert ("manager", "[Смета.pdf] Смета, как обещала") in await taken.transcript()


async def test_a_file_that_telegram_does_not_give_is_told_in_the_topic(taken: Stage) -> None:
    world = taken.world
    fault = {"service": "telegram", "mode": "error", "for": 1, "method": "file"}
    await world.post(world.sandbox_url + "/faults", fault)
    voice = base64.b64encode(b"OggS voice").decode()
    await taken.desk.act(ANNA, file=voice, kind="voice", thread=await taken.thread())
    assert "Telegram не отдал этот файл" in await taken.texts()
    assert await taken.heard() == []
    await taken.desk.act(ANNA, file=voice, kind="voice", thread=await taken.thread())
    assert [one.filename for one in await taken.client.refresh()] == ["voice.ogg"]


async def test_what_cannot_be_carried_is_told_in_the_topic(taken: Stage) -> None:
    body = base64.b64encode(b"RIFF....WEBP").decode()
    await taken.desk.act(ANNA, file=body, kind="sticker", thread=await taken.thread())
    assert "Дойдут текст, фото и документы" in await taken.texts()
    assert await taken.heard() == []


async def test_a_client_who_blocked_the_bot_is_told_of_in_the_topic(taken: Stage) -> None:
    if not isinstance(taken.client, TelegramClient):
        return
    await taken.client.act(block=True)
    await taken.write("Вы ещё с нами?")
    assert "Клиент закрыл чат с ботом" in await taken.texts()
    assert ("manager", "Вы ещё с нами?") not in await taken.transcript()


async def test_a_deleted_topic_is_made_anew(taken: Stage) -> None:
    old = await taken.thread()
    del taken.world.sandbox.vendors["telegram"].api.state.chats[ADMIN_CHAT].topics[old]
    await taken.client.send("Вы тут?")
    await taken.world.jobs_done()
    assert await taken.thread() != old
    assert "ведёт: Анна" in await taken.card()
    assert "Вы тут?" in await taken.texts()


async def test_the_list_of_open_leads(taken: Stage) -> None:
    mine = (await taken.row("SELECT conversation_id FROM desk_topic WHERE conversation_id = $1"))[0]
    close = "UPDATE lead SET state = 'lost' WHERE conversation_id <> $1 AND state IN ('new', 'taken')"
    await taken.world.app.db.pool.execute(
        close, mine
    )  # other tests' leads would fill the list, the longest waiting first
    await taken.desk.act(ANNA, text="/leads")
    found = [one for one in await taken.desk.messages() if (one["text"] or "").startswith("Открытые сделки")]
    assert "Анна" in found[-1]["text"]
    await taken.desk.act(ANNA, text="/help")
    assert "Как отвечать клиентам" in (await taken.desk.messages())[-1]["text"]


async def test_a_group_without_topics_is_answered_by_replies(stage: Stage) -> None:
    group = stage.world.sandbox.vendors["telegram"].api.state.chats[ADMIN_CHAT]
    group.forum = False
    try:
        await stage.ask_for_person()
        await stage.world.jobs_done()
        assert (await stage.row("SELECT thread_id FROM desk_topic WHERE conversation_id = $1"))["thread_id"] == 0
        card = (await stage.row("SELECT card_message_id FROM desk_topic WHERE conversation_id = $1"))[0]
        await stage.client.refresh()
        await stage.desk.act(ANNA, text="Здравствуйте, слушаю вас", reply_to=card)
        assert [text for _, text in await stage.heard()] == [
            "К разговору подключается Анна.",
            "Здравствуйте, слушаю вас",
        ]
        await stage.client.send("Мне бы побыстрее")
        relayed = [one for one in await stage.desk.messages() if "Мне бы побыстрее" in (one["text"] or "")]
        await stage.desk.act(BORIS, text="Сделаем", reply_to=relayed[-1]["message"])
        assert [text for _, text in await stage.heard()] == ["Сделаем"]
    finally:
        group.forum = True

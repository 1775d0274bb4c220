"""A voice message is handled like typed words, and what was understood is shown."""

from typing import Any

import pytest

from bot.handlers import onward
from bot.talk import Talk
from sandbox.openai.audio import spoken, spoken_ogg
from tests.dialogues.files_kit import send_file
from tests.harness import Client, Desk, TelegramClient, World


async def script(world: World, *replies: dict[str, Any], loop: bool = False) -> None:
    body = {"replies": list(replies), "loop": loop, "replace": True}
    await world.post(f"{world.sandbox_url}/script/openai", body)


async def heard(world: World) -> list[dict[str, Any]]:
    """The transcriptions asked for."""
    seen = await world.get(f"{world.sandbox_url}/inspect/openai")
    return [one for one in seen["requests"] if "transcriptions" in one["path"]]


async def say(client: Client, words: str) -> None:
    await send_file(client, "voice.wav", spoken(words), kind="voice")


async def test_a_spoken_question_is_answered_with_what_was_understood(asking: Client) -> None:
    await say(asking, "Сколько стоит чат-бот?")
    assert "Вы сказали: «Сколько стоит чат-бот?»" in asking.text
    assert "От 120 000 ₽" in asking.text
    assert "Где он будет отвечать?" in asking.text
    assert len(asking.replies) == 1


async def test_a_form_is_answered_by_voice(asking: Client) -> None:
    await say(asking, "Сколько стоит чат-бот?")
    await say(asking, "оба")
    assert "С чем связать?" in asking.text
    await say(asking, "с амо")
    await say(asking, "примерно три тысячи")
    assert "220 000 ₽" in asking.text


async def test_an_ogg_voice_message(assisted: World) -> None:
    person = TelegramClient(assisted)
    await send_file(person, "voice.oga", spoken_ogg("Позовите менеджера"), kind="voice")
    assert "Вы сказали: «Позовите менеджера»" in person.text
    assert "Позвал менеджера" in person.text


async def test_managers_see_the_words_and_hear_the_recording(assisted: World, asking: Client) -> None:
    await say(asking, "Позовите менеджера, у нас срочный проект")
    desk = Desk(assisted)
    topic = await desk.topic(asking)
    assert any("[голосовое] Позовите менеджера, у нас срочный проект" in (one["text"] or "") for one in topic)
    assert any(one["filename"] for one in topic)


async def test_nothing_intelligible_is_asked_again(assisted: World, asking: Client) -> None:
    await say(asking, "")
    assert "Не расслышал ни слова" in asking.text
    await script(assisted, {"transcript": "Субтитры сделал DimaTorzok"})
    await say(asking, "")
    assert "Не расслышал ни слова" in asking.text


async def test_a_form_goes_on_after_an_unheard_voice(asking: Client) -> None:
    await asking.send("Сколько стоит чат-бот?")
    await say(asking, "")
    assert asking.text.endswith("Где он будет отвечать?")
    assert len(asking.replies) == 1


@pytest.mark.parametrize("fault", ["error", "garbage", "rate_limit", "cut"])
async def test_when_the_vendor_fails_the_client_is_asked_to_type(assisted: World, asking: Client, fault: str) -> None:
    await script(assisted, {"endpoint": "transcriptions", "fault": fault}, loop=True)
    await say(asking, "Сколько стоит чат-бот?")
    assert "Прослушать запись сейчас не получилось" in asking.text
    assert len(asking.replies) == 1


async def test_one_failure_is_tried_again(assisted: World, asking: Client) -> None:
    await script(assisted, {"endpoint": "transcriptions", "fault": "error"})
    await say(asking, "Какая гарантия?")
    assert "Вы сказали: «Какая гарантия?»" in asking.text
    assert len(await heard(assisted)) == 2


async def test_what_is_no_sound_is_not_sent_anywhere(assisted: World) -> None:
    person = TelegramClient(assisted)
    await send_file(person, "voice.ogg", b"something else entirely", kind="voice")
    assert "Эту запись открыть не смог" in person.text
    assert await heard(assisted) == []


async def test_too_long_a_recording(assisted: World, asking: Client) -> None:
    await send_file(asking, "voice.wav", spoken("да", seconds=601), kind="voice")
    assert "длиннее десяти минут" in asking.text
    assert await heard(assisted) == []


async def test_markup_that_was_dictated_is_text(asking: Client) -> None:
    await say(asking, "Какая <b>гарантия</b> & поддержка?")
    assert "Вы сказали: «Какая <b>гарантия</b> & поддержка?»" in asking.text


async def test_each_recording_is_paid_for_and_noted(assisted: World, asking: Client) -> None:
    before = await assisted.app.db.pool.fetchval("SELECT count(*) FROM model_call WHERE purpose = 'transcription'")
    await say(asking, "Какая гарантия?")
    after = await assisted.app.db.pool.fetchval("SELECT count(*) FROM model_call WHERE purpose = 'transcription'")
    assert after == before + 1


async def test_a_turn_that_runs_again_hears_the_same_and_pays_once(
    assisted: World, asking: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, failed = onward.hear, []

    async def break_once(talk: Talk, said: str) -> None:
        if not failed:
            failed.append(said)
            raise RuntimeError("broken after the words were heard")
        await answer(talk, said)

    monkeypatch.setattr(onward, "hear", break_once)
    await script(assisted, {"transcript": "Какая гарантия?"}, {"transcript": "Что-то другое"})
    await say(asking, "")
    assert failed == ["Какая гарантия?"]
    assert "Вы сказали: «Какая гарантия?»" in asking.text
    assert len(await heard(assisted)) == 1

"""Whole talks with the models: generated answers, their sources, the number lock, both vendors and none, Stop."""

import asyncio
from typing import Any

import pytest

from tests.conftest import new_client
from tests.harness import ANNA, Client, Desk, SiteClient, TelegramClient, World, plain

QUESTION = "Как вы обучаете сотрудников работать с ботом?"


async def script(world: World, vendor: str, *replies: dict[str, Any], loop: bool = False) -> None:
    body = {"replies": list(replies), "loop": loop, "replace": True}
    await world.post(f"{world.sandbox_url}/script/{vendor}", body)


async def requests(world: World, vendor: str) -> list[dict[str, Any]]:
    """The requests for an answer that reached a vendor."""
    seen = await world.get(f"{world.sandbox_url}/inspect/{vendor}")
    return [one for one in seen["requests"] if "embeddings" not in one["path"]]


async def test_an_answer_is_generated_and_shows_its_sources(assisted: World, asking: Client) -> None:
    await script(assisted, "openai", {"text": "Показываем вашим сотрудникам, как работать с ботом."})
    await asking.send(QUESTION)
    assert "Показываем вашим сотрудникам" in asking.text
    assert "📎 Источники" in asking.labels
    assert "👤 Человек" in asking.labels
    told = (await requests(assisted, "openai"))[0]["body"]["messages"]
    assert "<knowledge>" in told[-1]["content"]
    await asking.click("Источники")
    title, topic, text = asking.text.split("\n", 2)
    assert title
    assert topic
    assert title not in topic
    assert len(text) > 50


async def test_a_price_comes_from_the_calculator(assisted: World, asking: Client) -> None:
    await script(
        assisted,
        "openai",
        {"tool": "calculate_price", "arguments": {"package": "chatbot", "options": {"channel": 1, "crm": 1}}},
        {"text": "Бот с Telegram, сайтом и amoCRM стоит 200 000 ₽ разово. Показать, из чего складывается?"},
    )
    await asking.send("Расскажите, что получится, если подключить к боту сайт и amoCRM?")
    assert "200 000 ₽" in asking.text
    await asking.click("Показать расчёт")
    assert "200 000 ₽" in asking.text
    assert "amoCRM" in asking.text


async def test_an_english_client_is_not_answered_in_russian(assisted: World, asking: Client) -> None:
    await script(
        assisted,
        "openai",
        {"text": "Да, показываем вашим сотрудникам, как работать с ботом."},
        {"text": "Yes, we show your staff how to work with the bot."},
    )
    await asking.send("Do you teach our employees how to work with it?")
    assert "we show your staff" in asking.text
    assert "показываем" not in await everything(assisted, asking)


async def test_a_form_begins_with_what_was_said(assisted: World, asking: Client) -> None:
    """The button of the calculator carries the answers that the client has given in passing."""
    await script(
        assisted,
        "openai",
        {
            "tool": "offer_step",
            "arguments": {"step": "calculator", "package": "chatbot", "options": {"channel": 1, "crm": 1}},
        },
        {"text": "Понял вас. Осталось уточнить, сколько к вам обращаются."},
    )
    await asking.send("Мы торгуем мебелью, пишут на сайт и в телеграм, заявки ведём в амо. С чего начать?")
    await asking.click("Посчитать")
    assert "обращений в месяц" in asking.text
    await asking.click("До 5 000")
    assert "220 000 ₽" in asking.text


async def test_an_unbacked_price_is_regenerated(assisted: World, asking: Client) -> None:
    await script(
        assisted, "openai", {"text": "Сделаем за 99 000 рублей."}, {"text": "Точную сумму покажет расчёт. Начнём?"}
    )
    await asking.send(QUESTION)
    assert "Точную сумму покажет расчёт" in asking.text
    assert "99" not in await everything(assisted, asking)
    again = (await requests(assisted, "openai"))[1]["body"]["messages"]
    assert "99 000" in again[-1]["content"]


async def test_a_model_that_insists_is_replaced_by_the_calculator(assisted: World, asking: Client) -> None:
    await script(assisted, "openai", {"text": "Для вас сделаем за 99 000 рублей, скидка 40 %."}, loop=True)
    await asking.send("Чем вы отличаетесь от других студий?")
    shown = await everything(assisted, asking)
    assert "99" not in shown
    assert "40 %" not in plain(shown)
    assert "калькулятор" in asking.text
    assert "👤 Человек" in asking.labels


async def test_a_refused_answer_gives_way_to_what_the_articles_say(assisted: World, asking: Client) -> None:
    """Who asks about terms does not hear about the calculator only because the model invented a sum."""
    await script(assisted, "openai", {"text": "Для вас сделаем за 99 000 рублей."}, loop=True)
    await asking.send("С какими CRM вы интегрируетесь?")
    assert "amoCRM" in asking.text
    assert "Источник:" in asking.text
    assert "99" not in await everything(assisted, asking)


@pytest.mark.parametrize("fault", ["error", "down", "garbage", "cut", "rate_limit", "refusal"])
async def test_anthropic_steps_in(assisted: World, asking: Client, fault: str) -> None:
    await script(
        assisted, "openai", {"fault": fault, "text": "Начало, которого никто не увидит. И ещё фраза."}, loop=True
    )
    await script(assisted, "anthropic", {"text": "Обучение входит в проект."})
    await asking.send(QUESTION)
    assert "Обучение входит в проект." in asking.text
    assert "никто не увидит" not in asking.text
    assert len(asking.replies) == 1


@pytest.mark.parametrize("fault", ["error", "cut"])
async def test_without_any_model_the_knowledge_base_answers(assisted: World, asking: Client, fault: str) -> None:
    for vendor in ("openai", "anthropic"):
        await script(assisted, vendor, {"fault": fault, "text": "Начало. Ещё начало."}, loop=True)
    await asking.send("Какие у вас гарантии по срокам и что с оплатой?")
    await asking.send(QUESTION)
    assert len(asking.replies) == 1
    assert "Источник:" in asking.text
    assert "модель" in asking.text


async def test_a_question_in_a_form_is_answered_and_the_form_goes_on(assisted: World, asking: Client) -> None:
    await asking.send("Сколько стоит чат-бот?")
    await script(assisted, "openai", {"text": "Позовёт сотрудника и передаст ему переписку."})
    await asking.send("А если бот не знает ответа?")
    assert "Позовёт сотрудника" in asking.text
    assert "Источник:" in asking.text
    assert "Где" in asking.text
    assert len(asking.replies) == 1


async def test_the_talk_so_far_is_told(assisted: World, asking: Client) -> None:
    await script(assisted, "openai", {"text": "Да, работаем с магазинами одежды."}, {"text": "Да, и доставку тоже."})
    await asking.send("Вы работаете с магазинами одежды?")
    await asking.send("А вопросы про доставку бот возьмёт на себя?")
    told = (await requests(assisted, "openai"))[-1]["body"]["messages"]
    said = [one["content"] for one in told if one["role"] in ("user", "assistant")]
    assert any("магазинами одежды?" in str(one) for one in said[:-1])
    assert any("Да, работаем с магазинами" in str(one) for one in said[:-1])


async def test_stop_keeps_what_was_shown(assisted: World) -> None:
    client = await SiteClient(assisted).open()
    sentences = " ".join(["Это предложение говорит о деле и ничего не обещает."] * 6)
    await script(assisted, "openai", {"text": sentences, "pace": 0.5})
    sending = asyncio.ensure_future(client.send(QUESTION))

    async def answering() -> bool:
        return bool(await requests(assisted, "openai"))

    await assisted.until(answering, "the request")
    await asyncio.sleep(1.5)
    await client.act(stop=True)
    await sending
    assert len(client.messages) == 1
    assert len(client.messages[0].text) < len(sentences)


async def test_an_answer_is_asked_for_once_however_often_the_turn_runs(assisted: World) -> None:
    client = TelegramClient(assisted)
    await script(assisted, "openai", {"text": "Обучаем сами."}, {"text": "Второго раза быть не должно."})
    await assisted.post(
        assisted.sandbox_url + "/faults", {"service": "telegram", "mode": "error", "for": 1, "method": "sendMessage"}
    )
    await client.send(QUESTION)
    assert "Обучаем сами." in client.text
    assert len(await requests(assisted, "openai")) == 1


async def test_the_same_question_of_another_person_costs_nothing(assisted: World) -> None:
    await script(assisted, "openai", {"text": "Показываем вашим сотрудникам."})
    first, second = TelegramClient(assisted), await new_client("site", assisted)
    await first.send(QUESTION)
    before = len(await requests(assisted, "openai"))
    await second.send(QUESTION.lower())
    assert "Показываем вашим сотрудникам." in second.text
    assert len(await requests(assisted, "openai")) == before


async def test_beyond_the_budget_the_knowledge_base_answers(assisted: World, asking: Client) -> None:
    assistant = assisted.app.assistant
    assert assistant is not None
    await script(assisted, "openai", {"text": "Обучаем сами."}, {"text": "Денег на это уже нет."})
    await asking.send("Вы обучаете наших сотрудников?")
    await assisted.app.db.pool.execute("UPDATE model_call SET cost = 100 WHERE conversation_id IS NOT NULL")
    try:
        await asking.send("Можно ли подключить оплату в боте?")
        assert "Денег на это" not in asking.text
        assert "модель" in asking.text
    finally:
        await assisted.app.db.pool.execute("DELETE FROM model_call")


async def test_a_manager_hears_of_it_as_before(assisted: World) -> None:
    client = TelegramClient(assisted)
    await script(assisted, "openai", {"text": "Обучаем сами."})
    await client.send(QUESTION)
    await client.click("Человек")
    desk = Desk(assisted)
    topic = await desk.topic(client)
    assert any("Обучаем сами." in one["text"] for one in topic)
    await desk.click(client, "Взять", ANNA)


async def everything(world: World, client: Client) -> str:
    """All that the client was ever shown, drafts included."""
    shown = [one.text for one in client.replies]
    if isinstance(client, TelegramClient):
        calls = await world.get(f"{world.sandbox_url}/inspect/telegram/calls")
        shown += [
            str(one["params"].get("text", "")) for one in calls if str(one["params"].get("chat_id")) == str(client.user)
        ]
    return "\n".join(shown)

"""A manager takes a talk, answers in the client's channel, gives it away, hands it back."""

from tests.bot.desk.desk_kit import Stage
from tests.harness import ANNA, BORIS, STRANGER


async def test_a_request_for_a_person_becomes_a_card_with_an_owner_to_call_and_a_time(waiting: Stage) -> None:
    card = await waiting.card()
    assert ("Гость с сайта" if waiting.client.channel == "site" else "Клиент в Telegram") in card
    assert "Обещано: ответ до" in card
    assert "Анна" in card
    assert "Дальше: ответить клиенту" in card
    assert "Позовите менеджера" in card
    assert await waiting.buttons() == ["Взять", "Назначить", "Ответить", "Заметка", "Закрыть"]


async def test_taking_tells_the_client_once_and_silences_the_bot(taken: Stage) -> None:
    assert "ведёт: Анна" in await taken.card()
    assert await taken.buttons() == ["Вернуть боту", "Назначить", "Ответить", "Заметка", "Закрыть"]
    assert [plain.text for plain in taken.client.replies] == ["К разговору подключается Анна."]
    await taken.client.send("А скидка будет?")
    assert taken.client.replies == []
    assert "💬 А скидка будет?" in await taken.texts()
    row = await taken.row(
        "SELECT h.taken_at FROM handoff h JOIN lead l ON l.id = h.lead_id WHERE l.conversation_id = $1"
    )
    assert row["taken_at"] is not None


async def test_a_reply_in_the_topic_reaches_the_client_as_the_manager(taken: Stage) -> None:
    await taken.write("Добрый день! Смета <готова> & ждёт")
    heard = await taken.heard()
    assert [text for _, text in heard] == ["Добрый день! Смета <готова> & ждёт"]
    if taken.client.channel == "site":
        assert heard[0][0] == "manager"
    assert ("manager", "Добрый день! Смета <готова> & ждёт") in await taken.transcript()


async def test_answering_without_taking_takes(waiting: Stage) -> None:
    await waiting.write("Здравствуйте, я посмотрел ваш вопрос", user=BORIS)
    assert [text for _, text in await waiting.heard()] == [
        "К разговору подключается Борис.",
        "Здравствуйте, я посмотрел ваш вопрос",
    ]
    assert "ведёт: Борис" in await waiting.card()


async def test_the_second_taker_is_told_who_has_it(taken: Stage) -> None:
    await taken.click_old("take", BORIS)
    text, alert = await taken.toast()
    assert alert
    assert "уже ведёт Анна" in text
    assert "ведёт: Анна" in await taken.card()
    assert await taken.heard() == []


async def test_two_at_once_leave_one_owner_and_one_word_to_the_client(waiting: Stage) -> None:
    await waiting.click_together("take", ANNA, BORIS)
    said = [text for _, text in await waiting.heard()]
    assert len(said) == 1
    owner = said[0].removeprefix("К разговору подключается ").rstrip(".")
    assert f"ведёт: {owner}" in await waiting.card()


async def test_notes_never_reach_the_client(taken: Stage) -> None:
    await taken.write("// торгуется, уступим пять процентов")
    await taken.click("Заметка")
    await taken.write("бюджет у него больше")
    await taken.write("Вышлю расчёт к вечеру")
    assert [text for _, text in await taken.heard()] == ["Вышлю расчёт к вечеру"]
    notes = [text for author, text in await taken.transcript() if author == "note"]
    assert notes == ["Анна: торгуется, уступим пять процентов", "Анна: бюджет у него больше"]
    assert "бюджет у него" not in await taken.card()


async def test_a_stranger_in_the_group_can_do_nothing(waiting: Stage) -> None:
    await waiting.click("Взять", user=STRANGER)
    text, alert = await waiting.toast()
    assert (text, alert) == ("Это могут делать только менеджеры.", True)
    await waiting.write("Переведите деньги на карту", user=STRANGER)
    assert await waiting.heard() == []
    assert "новый" in await waiting.card()


async def test_handing_back_lets_the_bot_answer_again(taken: Stage) -> None:
    await taken.click("Вернуть боту")
    assert [text for _, text in await taken.heard()] == ["Снова отвечает ИИ-помощник, продолжаем с того же места."]
    assert "Взять" in await taken.buttons()
    await taken.client.send("Сколько стоит чат-бот?")
    assert "₽" in taken.client.text


async def test_a_talk_can_be_given_to_a_colleague_who_is_called(waiting: Stage) -> None:
    await waiting.click("Назначить")
    await waiting.click("Борис")
    assert "ждёт: Борис" in await waiting.card()
    assert "Борис, этот разговор за вами" in await waiting.texts()
    assert await waiting.heard() == []
    await waiting.click("Взять", user=BORIS)
    assert [text for _, text in await waiting.heard()] == ["К разговору подключается Борис."]


async def test_correcting_a_sent_message_corrects_the_clients(taken: Stage) -> None:
    number = await taken.write("Цена 250 000 ₽")
    await taken.client.refresh()
    await taken.desk.act(ANNA, edit=number, text="Цена 260 000 ₽")
    await taken.client.refresh()
    assert [(one.edited, one.text) for one in taken.client.replies] == [(True, "Цена 260 000 ₽")]
    assert [text for author, text in await taken.transcript() if author == "manager"] == ["Цена 260 000 ₽"]


async def test_a_note_that_is_edited_stays_a_note(taken: Stage) -> None:
    number = await taken.write("// между нами")
    await taken.desk.act(ANNA, edit=number, text="между нами, он согласен")
    assert await taken.heard() == []


async def test_talk_beside_the_topics_reaches_nobody(taken: Stage) -> None:
    await taken.desk.act(ANNA, text="Кто идёт обедать?")
    assert await taken.heard() == []


async def test_an_unknown_command_is_not_sent_to_the_client(taken: Stage) -> None:
    await taken.write("/скидка 5")
    assert await taken.heard() == []
    assert "клиенту ничего не отправлено" in await taken.texts()


async def test_an_old_or_forged_button_gets_an_answer(taken: Stage) -> None:
    card = (await taken.cards())[-1]
    for data in ("d:take:99999999:", "d:nothing", "чужое"):
        await taken.desk.act(ANNA, message=card["message"], data=data)
        text, _ = await taken.toast()
        assert "устарела" in text

"""A draft shows whole sentences that passed, and never a number that is not finished."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.guard.lock import Guard
from bot.assistant.guard.sources import Sources
from tests.bot.assistant.guard.corpus import TODAY, build

ANSWER = "Чат-бот стоит от 120 000 ₽. Поддержка — от 25 000 ₽ в месяц. Хотите, посчитаю точнее?"
SOURCE = "Чат-бот стоит от 120 000 ₽. Поддержка стоит от 25 000 ₽ в месяц."
GUARD = build()


@settings(max_examples=100, deadline=None)
@given(cut=st.integers(0, len(ANSWER)))
def test_a_draft_ends_where_a_sentence_ends(cut: int) -> None:
    shown = GUARD.whole_sentences(ANSWER[:cut], Sources.of([SOURCE], today=TODAY))
    assert ANSWER.startswith(shown)
    assert shown == "" or shown[-1] in ".?"


def test_a_draft_grows_up_to_what_may_not_be_said(guard: Guard) -> None:
    sources = Sources.of([SOURCE], today=TODAY)
    said = "Чат-бот стоит от 120 000 ₽. Сделаю скидку 30 %. Что дальше?"
    assert guard.whole_sentences(said, sources) == "Чат-бот стоит от 120 000 ₽."


def test_an_abbreviation_ends_no_sentence(guard: Guard) -> None:
    sources = Sources.of(["Каталог стоит 60 000 ₽."], today=TODAY)
    assert guard.whole_sentences("Это каталог. Стоит он 60 тыс. руб", sources) == "Это каталог."


def test_sources_grow_as_tools_answer(guard: Guard) -> None:
    sources = Sources.of([], today=TODAY)
    assert guard.check("Итого 286 000 ₽.", sources) != []
    assert guard.check("Итого 286 000 ₽.", sources.also(["Итого: 286 000 ₽."])) == []
    assert guard.check("Передал менеджеру.", sources) != []
    assert guard.check("Передал менеджеру.", sources.also([], granted=["handoff"])) == []

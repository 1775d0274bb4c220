"""The answer cache over a real Redis: what it answers, what it never answers, and what it is without Redis."""

import math
from collections.abc import Sequence

import pytest

from bot.assistant import cache as module
from bot.assistant.cache import AnswerCache, CachedAnswer, pack, unpack
from infra.cache import Cache
from sandbox.openai.vectors import vector
from tests.bot.assistant.test_same_question import OTHER, SAME, pairs

PRICE = CachedAnswer("От 120 000 ₽ до 320 000 ₽.", [("Цены", "Чат-бот", "Базовая цена 120 000 ₽")], (7, 9), ("calc",))
DAY = "kb 5|prices 2026.11|prompt 3|gpt-6-luna|2026-11-22"


def direction(degrees: float) -> Sequence[float]:
    """Two questions so many degrees apart are as similar as the cosine of that."""
    return (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)), 0.0)


@pytest.fixture
def answers(cache: Cache) -> AnswerCache:
    return AnswerCache(cache, enabled=True)


async def keep(answers: AnswerCache, question: str, *, degrees: float | None = 0, epoch: str = DAY) -> None:
    near = None if degrees is None else direction(degrees)
    await answers.put(question, PRICE, epoch=epoch, locale="ru", vector=near)


async def ask(
    answers: AnswerCache, question: str, *, degrees: float | None = None, epoch: str = DAY, locale: str = "ru"
) -> str | None:
    near = None if degrees is None else direction(degrees)
    found = await answers.get(question, epoch=epoch, locale=locale, vector=near)
    return found.text if found is not None else None


async def test_an_equal_question_is_answered_whole_and_by_any_process(cache: Cache, answers: AnswerCache) -> None:
    await keep(answers, "Сколько стоит чат-бот?", degrees=None)

    for question in ("сколько стоит чат-бот", "  СКОЛЬКО   стоит чатбот?! ", "Сколько стоит «чат-бот»?"):
        assert await ask(answers, question) == PRICE.text, question
    found = await AnswerCache(cache, enabled=True).get("Сколько стоит чат-бот?", epoch=DAY, locale="ru", vector=None)
    assert found == CachedAnswer(PRICE.text, (("Цены", "Чат-бот", "Базовая цена 120 000 ₽"),), (7, 9), ("calc",))


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("Скидка 50%?", "Скидка 50?"),
        ("Цена 1,5 млн?", "Цена 15 млн?"),
        ("Пишете на C++?", "Пишете на C?"),
        ("Нужна предоплата?", "Нужна предоплата."),
        ("Работаете 3-5 дней?", "Работаете 35 дней?"),
    ],
)
async def test_signs_that_change_the_meaning_are_part_of_the_wording(
    answers: AnswerCache, kept: str, asked: str
) -> None:
    await keep(answers, kept)
    assert await ask(answers, kept) == PRICE.text
    assert await ask(answers, asked, degrees=0) is None


async def test_another_epoch_or_language_never_answers(answers: AnswerCache) -> None:
    await keep(answers, "Сколько стоит чат-бот?")

    for epoch in ("kb 6|prices 2026.11|prompt 3|gpt-6-luna|2026-11-22", DAY[:-1] + "3", ""):
        assert await ask(answers, "Сколько стоит чат-бот?", degrees=0, epoch=epoch) is None
    assert await ask(answers, "Сколько стоит чат-бот?", degrees=0, locale="en") is None
    assert await ask(answers, "Сколько стоит чат-бот?") == PRICE.text


async def test_a_paraphrase_is_answered_when_its_vector_and_its_words_agree(answers: AnswerCache) -> None:
    await keep(answers, "Сколько стоит бот для 3 каналов?")

    assert await ask(answers, "Здравствуйте, какая цена бота для трёх каналов?", degrees=20) == PRICE.text
    assert await ask(answers, "Здравствуйте, какая цена бота для трёх каналов?", degrees=45) is None, "too far"
    assert await ask(answers, "Здравствуйте, какая цена бота для трёх каналов?") is None, "no vector"
    assert await ask(answers, "Какая цена бота для четырёх каналов?", degrees=0) is None, "another number"
    assert await ask(answers, "Какая цена бота без трёх каналов?", degrees=0) is None, "a denial"


async def test_vectors_of_a_model_find_most_paraphrases_and_no_other_question(answers: AnswerCache) -> None:
    """With the simulated vendor's embeddings, by which 39 of these other questions are as near as 0.88."""
    for place, (kept, _) in enumerate(pairs(SAME) + pairs(OTHER)):
        await answers.put(
            kept, CachedAnswer(str(place)), epoch=f"epoch {place}", locale="ru", vector=vector(kept, 1536, 1536)
        )

    async def hit(place: int, asked: str) -> bool:
        found = await answers.get(asked, epoch=f"epoch {place}", locale="ru", vector=vector(asked, 1536, 1536))
        return found is not None

    hits = [await hit(place, asked) for place, (_, asked) in enumerate(pairs(SAME))]
    assert sum(hits) >= 30
    others = [(asked, await hit(len(hits) + place, asked)) for place, (_, asked) in enumerate(pairs(OTHER))]
    assert [asked for asked, found in others if found] == []


async def test_the_right_one_is_found_among_similar_ones(answers: AnswerCache) -> None:
    for number in range(2, 7):
        await answers.put(
            f"Сколько стоит бот для {number} каналов?",
            CachedAnswer(f"Ответ про {number}."),
            epoch=DAY,
            locale="ru",
            vector=direction(number),
        )
    assert await ask(answers, "Цена бота для 4 каналов?", degrees=2) == "Ответ про 4."


async def test_the_newer_answer_to_the_same_question_wins(answers: AnswerCache) -> None:
    await keep(answers, "Какие скидки?")
    await answers.put("какие скидки", CachedAnswer("До 5 %."), epoch=DAY, locale="ru", vector=None)
    assert await ask(answers, "Какие скидки?") == "До 5 %."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Мой номер +7 916 123-45-67, сколько стоит бот?", "От 120 000 ₽."),
        ("Позвоните 8(916)123 45 67", "Хорошо."),
        ("Пишите на ivan@example.com", "Хорошо."),
        ("ИНН 7707083893, сколько стоит бот?", "От 120 000 ₽."),
        ("Как с вами связаться?", "Позвоним вам на 916 123-45-67."),
        ("Как с вами связаться?", "Напишу на ivan@example.com."),
        ("", "Ответ."),
        ("Что?", ""),
        ("Опишу задачу. " * 40, "Ответ."),
        ("Что входит?", "Всё. " * 1_000),
    ],
)
async def test_what_looks_personal_or_is_too_long_is_not_kept(
    cache: Cache, answers: AnswerCache, question: str, answer: str
) -> None:
    await answers.put(question, CachedAnswer(answer), epoch=DAY, locale="ru", vector=direction(0))
    assert await ask(answers, question, degrees=0) is None
    assert await cache.read_log(module._log_name(DAY, "ru")) == []


@pytest.mark.parametrize(
    "text", ["От 180 000 до 320 000 ₽", "8 900 000 ₽ за 24 месяца", "7 500 – 8 000 ₽", "до 2026 года"]
)
async def test_prices_are_not_taken_for_phones(answers: AnswerCache, text: str) -> None:
    await answers.put("Сколько стоит?", CachedAnswer(text), epoch=DAY, locale="ru", vector=None)
    assert await ask(answers, "Сколько стоит?") == text


async def test_a_flushed_redis_is_a_cache_that_begins_anew(cache: Cache, answers: AnswerCache) -> None:
    await keep(answers, "Сколько стоит чат-бот?")
    assert await ask(answers, "Сколько стоит чат-бот?") == PRICE.text

    await cache.flush()
    assert await ask(answers, "Сколько стоит чат-бот?", degrees=0) is None

    await keep(answers, "Есть скидки?")
    assert await ask(answers, "Есть скидки?") == PRICE.text
    assert await ask(answers, "Сколько стоит чат-бот?", degrees=0) is None


async def test_a_redis_that_is_away_is_a_miss() -> None:
    away = Cache("redis://127.0.0.1:9/0")
    answers = AnswerCache(away, enabled=True)
    await keep(answers, "Сколько стоит чат-бот?")
    assert await ask(answers, "Сколько стоит чат-бот?", degrees=0) is None
    await away.close()


async def test_what_others_wrote_there_is_passed_over(cache: Cache, answers: AnswerCache) -> None:
    name = module._log_name(DAY, "ru")
    whole = pack("Сколько стоит чат-бот?", PRICE, None)
    for entry in (b"", b"garbage", whole[:20], b"\x02" + whole[1:], whole + b"x", b"\x01\x00\x00\x00\x02[]"):
        assert unpack(entry) is None
        await cache.append(name, entry, most=10, seconds=60)
    await keep(answers, "Есть скидки?")
    assert await ask(answers, "Есть скидки?") == PRICE.text


async def test_only_the_newest_answers_are_kept(
    cache: Cache, answers: AnswerCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    questions = ["Есть скидки?", "Где вы?", "Кто вы?", "Когда вы?", "Какие гарантии?"]
    for place, question in enumerate(questions):
        await keep(answers, question, degrees=place * 30)
        assert await ask(answers, question) == PRICE.text
    other = AnswerCache(cache, enabled=True)
    for one in (answers, other):
        assert [await ask(one, question) is not None for question in questions] == [False, False, True, True, True]
    assert await ask(answers, "Какие есть гарантии?", degrees=120) == PRICE.text


async def test_answers_die_after_a_day_and_copies_are_few(cache: Cache, answers: AnswerCache) -> None:
    await keep(answers, "Есть скидки?")
    assert 0 < await cache._call("TTL", module._log_name(DAY, "ru")) <= 24 * 3600
    for number in range(10):
        await keep(answers, "Есть скидки?", epoch=f"epoch {number}")
        assert await ask(answers, "Есть скидки?", epoch=f"epoch {number}") == PRICE.text
    assert len(answers._copies) == module.COPIES


async def test_switched_off_it_keeps_and_answers_nothing(cache: Cache, answers: AnswerCache) -> None:
    await keep(answers, "Есть скидки?")
    off = AnswerCache(cache, enabled=False)
    assert await ask(off, "Есть скидки?") is None
    await keep(off, "Где вы?")
    assert await ask(answers, "Где вы?") is None


async def test_a_vector_that_says_nothing_finds_nothing(answers: AnswerCache) -> None:
    await keep(answers, "Сколько стоит бот?")
    for odd in ((0.0, 0.0, 0.0), (math.nan, 1.0, 0.0), (1.0, 0.0), ()):
        assert await answers.get("Цена бота", epoch=DAY, locale="ru", vector=odd) is None
    assert await ask(answers, "Цена бота", degrees=0) == PRICE.text

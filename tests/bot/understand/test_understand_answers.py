"""Free-text answers to a step's buttons, and answers with a question in the same breath."""

import pytest

from bot.understand.answers import AnswerOption, match_answer, split_answer

STEPS: dict[str, tuple[AnswerOption, ...]] = {
    "channel": (
        AnswerOption("site", "Сайт", ("на сайте",)),
        AnswerOption("telegram", "Telegram", ("телеграм", "тг")),
        AnswerOption("both", "Оба"),
        AnswerOption("human", "👤 Человек"),
    ),
    "connect": (
        AnswerOption("amocrm", "amoCRM", ("амо",)),
        AnswerOption("catalog", "Каталог"),
        AnswerOption("both", "Оба"),
        AnswerOption("none", "Ни с чем"),
    ),
    "volume": (
        AnswerOption("1k", "До 1 000", at_most=1_000),
        AnswerOption("5k", "До 5 000", at_most=5_000),
        AnswerOption("20k", "До 20 000", at_most=20_000),
        AnswerOption("dont_know", "Не знаю"),
    ),
    "urgency": (AnswerOption("6w", "6 недель"), AnswerOption("4w", "4 недели"), AnswerOption("3w", "3 недели")),
    "confirm": (AnswerOption("yes", "Да"), AnswerOption("no", "Нет")),
}

ANSWERED = (
    ("channel", "2", "telegram"),
    ("channel", "2.", "telegram"),
    ("channel", "второй", "telegram"),
    ("channel", "номер 2", "telegram"),
    ("channel", "вариант 2", "telegram"),
    ("channel", "2-й вариант", "telegram"),
    ("channel", "первый", "site"),
    ("channel", "САЙТ", "site"),
    ("channel", "только сайт", "site"),
    ("channel", "телеграмм", "telegram"),
    ("channel", "давайте в телеграме", "telegram"),
    ("channel", "тг", "telegram"),
    ("channel", "не сайт, а телеграм", "telegram"),
    ("channel", "сайт не нужен, только телеграм", "telegram"),
    ("channel", "на сайте и в телеграме", "both"),
    ("channel", "и то и другое", "both"),
    ("channel", "оба варианта", "both"),
    ("channel", "и там и тамм", "both"),
    ("channel", "и туды и сюда", "both"),
    ("channel", "both", "both"),
    ("connect", "с каталогом", "catalog"),
    ("connect", "амосрм", "amocrm"),
    ("connect", "amo crm", "amocrm"),
    ("connect", "нет", "none"),
    ("connect", "ничего не надо", "none"),
    ("connect", "amoCRM и каталог", "both"),
    ("volume", "до пяти тысяч", "5k"),
    ("volume", "5к", "5k"),
    ("volume", "5 000", "5k"),
    ("volume", "5000", "5k"),
    ("volume", "примерно 3 тысячи в месяц", "5k"),
    ("volume", "от 3 до 5 тысяч", "5k"),
    ("volume", "больше 1000", "5k"),
    ("volume", "не больше 1000", "1k"),
    ("volume", "50 в день", "5k"),
    ("volume", "тысяч 10", "20k"),
    ("volume", "1", "1k"),
    ("volume", "несколько тысяч", "5k"),
    ("volume", "понятия не имею", "dont_know"),
    ("volume", "затрудняюсь ответить", "dont_know"),
    ("urgency", "6", "6w"),
    ("urgency", "шесть недель", "6w"),
    ("urgency", "4 недели", "4w"),
    ("confirm", "да, конечно", "yes"),
    ("confirm", "ага", "yes"),
    ("confirm", "не надо", "no"),
)
UNANSWERED = (
    ("channel", "а если он не знает ответа?"),
    ("channel", "сколько стоит"),
    ("channel", "7"),
    ("channel", "мы продаем цветы"),
    ("channel", ""),
    ("volume", "5"),
    ("volume", "больше 20000"),
    ("volume", "а 5000 это много?"),
    ("volume", "было 3000, стало 8000"),
    ("confirm", "а можно подумать?"),
    ("confirm", "расскажите подробнее"),
)


@pytest.mark.parametrize(("step", "text", "expected"), ANSWERED)
def test_an_answer_in_words_presses_the_button(step: str, text: str, expected: str) -> None:
    match = match_answer(text, STEPS[step])
    assert match is not None
    assert match.id == expected
    assert 0.5 < match.certainty <= 1


@pytest.mark.parametrize(("step", "text"), UNANSWERED)
def test_what_is_no_answer_presses_nothing(step: str, text: str) -> None:
    assert match_answer(text, STEPS[step]) is None


@pytest.mark.parametrize(
    ("step", "text", "expected", "rest"),
    [
        ("channel", "Оба. А если он не знает ответа?", "both", "А если он не знает ответа?"),
        ("channel", "оба, а если он не знает ответа?", "both", "а если он не знает ответа?"),
        ("channel", "оба но сколько это займет", "both", "но сколько это займет"),
        ("channel", "А это точно работает? Сайт", "site", "А это точно работает?"),
        ("channel", "Сайт. Спасибо!", "site", ""),
        ("connect", "Оба\nКак быстро сделаете?", "both", "Как быстро сделаете?"),
        ("volume", "до 5 000. Позовите человека", "5k", "Позовите человека"),
    ],
)
def test_an_answer_is_parted_from_what_follows(step: str, text: str, expected: str, rest: str) -> None:
    match, left = split_answer(text, STEPS[step])
    assert match is not None
    assert (match.id, left) == (expected, rest)


def test_a_question_alone_is_left_whole() -> None:
    assert split_answer("А если он не знает ответа?", STEPS["channel"]) == (None, "А если он не знает ответа?")


def test_a_questioned_title_is_a_doubtful_answer() -> None:
    match = match_answer("Сайт?", STEPS["channel"])
    assert match is not None
    assert match.certainty < 0.7

"""Sums, dates and answers as clients read them: small functions that several scenes share."""

import re
from datetime import date
from decimal import Decimal

from babel.dates import format_date

from bot.company import Company
from bot.sales.price_model import Option, Package, Question
from bot.sales.pricing import NBSP, money, plural
from bot.texts import Html, Translate
from bot.understand.amounts import find_amounts
from bot.understand.answers import AnswerOption

DONT_KNOW = "dont_know"
"""The id under which «Не знаю» is recognised in words."""

LOOSE = re.compile(
    r"(?<=\d) (?=\d{3}(?!\d))|(?<=\d) (?=[₽%]|руб|тыс|млн)|(?<=₽) (?=в\s(?:месяц|год|час))"
    r"|(?<=₽ в|₽\u00a0в) (?=месяц|год|час)"
)
"""Spaces inside a sum at which a line must not break."""

STEPS = ("price.steps_1", "price.steps_2", "price.steps_3")
WEEKDAYS = ("day.mon", "day.tue", "day.wed", "day.thu", "day.fri", "day.sat", "day.sun")


def day_of(on: date, t: Translate) -> str:
    """«6 декабря», with a no-break space."""
    return format_date(on, "d MMMM", locale=t.locale).replace(" ", NBSP)


def weekday_of(on: date, t: Translate) -> str:
    """«в пятницу»."""
    return t.plain(WEEKDAYS[on.weekday()])


def span(low: Decimal, high: Decimal) -> str:
    """«180 000–320 000 ₽»; one sum when both ends are the same."""
    if low == high:
        return money(low)
    return f"{money(low).removesuffix(f'{NBSP}₽')}–{money(high)}"


def bare(amount: Decimal) -> str:
    """«120 000», as inside a list whose total names the currency."""
    return money(amount).removesuffix(f"{NBSP}₽")


def tied(text: str) -> str:
    """Sums of an article with no-break spaces: «120 000 ₽ в месяц» stays on one line."""
    return LOOSE.sub(NBSP, text)


def steps(number: int, t: Translate) -> Html:
    """«за три вопроса»: small numbers in words."""
    return t(STEPS[number - 1]) if 1 <= number <= len(STEPS) else t("price.steps", n=number)


def price_range(package: Package, t: Translate) -> Html:
    """«От 120 000 ₽, обычно 180 000–320 000 ₽», per month where it is paid so."""
    key = "price.range" if package.period == "once" else "price.range_monthly"
    return t(key, low=money(package.base), usual=span(*package.typical))


def answer_options(question: Question, *, unknown: bool = True) -> list[AnswerOption]:
    """The answers of a question as they may be written, «Не знаю» included."""
    options = [
        AnswerOption(answer.id, answer.title, answer.synonyms, at_most=_at_most(answer.title))
        for answer in question.answers
    ]
    return [*options, AnswerOption(DONT_KNOW, question.unknown.title)] if unknown else options


def _at_most(title: str) -> int | None:
    amounts = [amount for amount in find_amounts(title) if amount.bound == "to"]
    return int(amounts[0].value) if len(amounts) == 1 else None


def clerk(company: Company, on: date, t: Translate) -> str:
    """Who answers clients that day."""
    return company.told(company.rota(on)[0].name, t.locale)


def counted(number: int, option: Option, t: Translate) -> str:
    """«3 канала», "3 channels": an English unit has two forms, of which the last is the plural."""
    if t.locale == "ru":
        return plural(number, option.unit)
    return f"{number}{NBSP}{option.unit[0] if number == 1 else option.unit[-1]}"

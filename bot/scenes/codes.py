"""A configuration and the answers of the calculator as short signs, so that a button can carry all of it. Pure.

One sign a part: options and choices in the order of the price list, quantities and places as base-36 digits. Signs
mean something only together with the price list they were made for, hence `revision`.
"""

from collections.abc import Mapping

from bot.keyboards import Ask
from bot.sales.configuration import Configuration
from bot.sales.price_list import PriceList
from bot.sales.price_model import Answer, Option, Package, Question

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
OPEN = "-"
"""A question not answered yet."""
UNKNOWN = "?"
"""«Не знаю»."""


def revision(price_list: PriceList) -> str:
    return price_list.digest[:6]


def encode(price_list: PriceList, configuration: Configuration) -> str:
    """«chatbot.111.1000»; at most 40 characters for a package of 20 options."""
    package = price_list.package(configuration.package)
    if package is None:
        raise ValueError(f"no package {configuration.package!r}")
    options = "".join(_signs(configuration.options.get(option.id, 0), _width(option)) for option in package.options)
    choices = ""
    for choice in price_list.choices:
        chosen = configuration.choices.get(choice.id, choice.values[0].id)
        choices += DIGITS[next(n for n, value in enumerate(choice.values) if value.id == chosen)]
    return f"{package.id}.{options}.{choices}"


def decode(price_list: PriceList, rev: str, code: str) -> Configuration | None:
    """None when the code was made for another price list, or by nobody."""
    parts = code.split(".")
    if rev != revision(price_list) or len(parts) != 3:
        return None
    package = price_list.package(parts[0])
    if package is None or not all(sign in DIGITS for sign in parts[1] + parts[2]):
        return None
    if len(parts[1]) != sum(map(_width, package.options)) or len(parts[2]) != len(price_list.choices):
        return None
    options: dict[str, int] = {}
    at = 0
    for option in package.options:
        quantity = int(parts[1][at : at + _width(option)], 36)
        at += _width(option)
        if quantity:
            options[option.id] = quantity
    choices: dict[str, str] = {}
    for choice, sign in zip(price_list.choices, parts[2], strict=True):
        place = DIGITS.index(sign)
        if place >= len(choice.values):
            return None
        choices[choice.id] = choice.values[place].id
    return Configuration(package.id, options, choices)


def _width(option: Option) -> int:
    return 1 if option.max < len(DIGITS) else 2


def _signs(quantity: int, width: int) -> str:
    return (DIGITS[quantity // 36] if width == 2 else "") + DIGITS[quantity % 36]


def no_answers(package: Package) -> str:
    return OPEN * len(package.questions)


def answered(package: Package, answers: str) -> list[tuple[Question, Answer | None]] | None:
    """Each question with its answer (None while open); None when the signs do not fit the package."""
    if len(answers) != len(package.questions):
        return None
    found: list[tuple[Question, Answer | None]] = []
    for question, sign in zip(package.questions, answers, strict=True):
        if sign in (OPEN, UNKNOWN):
            found.append((question, question.unknown if sign == UNKNOWN else None))
            continue
        place = DIGITS.find(sign)
        if not 0 <= place < len(question.answers):
            return None
        found.append((question, question.answers[place]))
    return found


def with_answer(package: Package, answers: str, question: Question, answer: Answer) -> str:
    """The signs with this question answered."""
    at = package.questions.index(question)
    sign = UNKNOWN if answer.id == question.unknown.id else DIGITS[question.answers.index(answer)]
    return answers[:at] + sign + answers[at + 1 :]


def without_last(answers: str, at: int) -> str | None:
    """One step back from question `at`: the answer before it is open again. None at the first question."""
    before = next((n for n in range(at - 1, -1, -1) if answers[n] != OPEN), None)
    return None if before is None else answers[:before] + OPEN + answers[before + 1 :]


def configuration_of(package: Package, answers: str) -> Configuration:
    """What the answers add up to; open questions count as «Не знаю»."""
    options: dict[str, int] = {}
    choices: dict[str, str] = {}
    for question, answer in answered(package, answers) or []:
        given = answer or question.unknown
        options.update(given.options)
        choices.update(given.choices)
    return Configuration(package.id, options, choices)


def ahead(package: Package, config: Mapping[str, tuple[str, ...]]) -> str:
    """Signs for what the client said before being asked (`Understanding.config`)."""
    answers = no_answers(package)
    for question in package.questions:
        given = config.get(question.id, ())
        chosen = question.answer(given[0]) if len(given) == 1 else None
        if len(given) > 1:
            chosen = question.answer("both")
        if chosen is not None and not chosen.manager and chosen in question.answers:
            answers = with_answer(package, answers, question, chosen)
    return answers


def filled(package: Package, configuration: Configuration) -> str:
    """Signs for what a configuration says already: each question's answer that it holds whole, the fullest of them."""
    answers = no_answers(package)
    for question in package.questions:
        held = [
            answer
            for answer in question.answers
            if not answer.manager
            and (answer.options or answer.choices)
            and answer.options.items() <= configuration.options.items()
            and answer.choices.items() <= configuration.choices.items()
        ]
        if held:
            fullest = max(held, key=lambda answer: len(answer.options) + len(answer.choices))
            answers = with_answer(package, answers, question, fullest)
    return answers


def last_answer(price_list: PriceList, press: Ask) -> str | None:
    """The title of the newest answer that a button carries."""
    package = price_list.package(press.package)
    pairs = answered(package, press.answers) if package is not None else None
    given = [answer.title for _, answer in pairs or [] if answer is not None]
    return given[-1] if given else None

"""English beside the Russian of the price list: its titles for showing, and more words to be understood by. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.sales.price_model import Answer, Choice, Option, Package, PriceList, Question, Value

Words = Mapping[str, tuple[str, ...]]
"""Russian text → its English one, then other English ways to say it."""


def bilingual(price_list: PriceList, words: Words) -> PriceList:
    """The price list understood in both languages, with `english` for showing. What has no English stays Russian."""
    heard = replace(price_list, packages=tuple(_heard(package, words) for package in price_list.packages))
    shown = replace(
        heard,
        packages=tuple(_package(package, words) for package in heard.packages),
        choices=tuple(_choice(choice, words) for choice in heard.choices),
        discounts=tuple(replace(kind, title=_one(kind.title, words)) for kind in heard.discounts),
    )
    return replace(heard, english=shown)


def texts_of(price_list: PriceList) -> frozenset[str]:
    """Every text of the price list that a client is shown."""
    return frozenset(text for text in _texts(price_list) if text)


def _texts(price_list: PriceList) -> Iterator[str]:
    for package in price_list.packages:
        yield from (package.title, package.short, package.description, *package.includes)
        for option in package.options:
            yield from (option.title, option.short, option.note, option.without, option.unit[0], option.unit[2])
        for question in package.questions:
            yield from (question.text, question.unknown.note)
            yield from (text for answer in question.answers for text in (answer.title, answer.note))
    for choice in price_list.choices:
        yield from (choice.title, choice.line, choice.short, choice.without)
        yield from (value.title for value in choice.values)
    yield from (kind.title for kind in price_list.discounts)


def _one(text: str, words: Words) -> str:
    return words[text][0] if text in words else text


def _heard(package: Package, words: Words) -> Package:
    aliases = tuple(dict.fromkeys((*package.aliases, *(word.lower() for word in words.get(package.title, ())))))
    questions = tuple(
        replace(one, answers=tuple(_answer_heard(answer, words) for answer in one.answers)) for one in package.questions
    )
    return replace(package, aliases=aliases, questions=questions)


def _answer_heard(answer: Answer, words: Words) -> Answer:
    """Both titles are among the synonyms, so that the answer is recognised whichever of them is shown."""
    also = (word.lower() for word in (answer.title, *words[answer.title])) if answer.title in words else ()
    return replace(answer, synonyms=tuple(dict.fromkeys((*answer.synonyms, *also))))


def _package(package: Package, words: Words) -> Package:
    return replace(
        package,
        title=_one(package.title, words),
        short=_one(package.short, words),
        description=_one(package.description, words),
        includes=tuple(_one(text, words) for text in package.includes),
        options=tuple(_option(option, words) for option in package.options),
        questions=tuple(_question(question, words) for question in package.questions),
    )


def _option(option: Option, words: Words) -> Option:
    one, _, many = option.unit
    return replace(
        option,
        title=_one(option.title, words),
        short=_one(option.short, words),
        note=_one(option.note, words),
        without=_one(option.without, words),
        unit=(_one(one, words), _one(many, words), _one(many, words)),
    )


def _question(question: Question, words: Words) -> Question:
    return replace(
        question,
        text=_one(question.text, words),
        answers=tuple(_answer(answer, words) for answer in question.answers),
        unknown=_answer(question.unknown, words),
    )


def _answer(answer: Answer, words: Words) -> Answer:
    return replace(answer, title=_one(answer.title, words), note=_one(answer.note, words))


def _choice(choice: Choice, words: Words) -> Choice:
    return replace(
        choice,
        title=_one(choice.title, words),
        line=_one(choice.line, words),
        short=_one(choice.short, words),
        without=_one(choice.without, words),
        values=tuple(_value(value, words) for value in choice.values),
    )


def _value(value: Value, words: Words) -> Value:
    return replace(value, title=_one(value.title, words))

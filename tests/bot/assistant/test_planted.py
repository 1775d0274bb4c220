"""A client whose every message carries personal data, and the check that none of it left for a model or an embedding.

`planted_client(seed)` gives what the client says and what was planted; `assert_nothing_left` reads what the simulated
vendors recorded (`GET /inspect/openai`, `GET /inspect/anthropic`). Both know nothing of the channel.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from bot.understand.words import fold
from tests.bot.privacy.planted import Item, email, inn, person, phone, username

QUESTIONS = (
    "Сколько стоит чат-бот для магазина?",
    "Есть ли интеграция с amoCRM?",
    "Какие сроки запуска?",
    "А какая скидка?",
)
OPENINGS = (
    "Меня зовут {}. ", "Здравствуйте, это {}. ", "Мой телефон {}. ", "Пишите на {}. ",
    "Реквизиты: {}. ", "Мой ник {}. ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What one client says, message by message, and what must never leave."""

    messages: tuple[str, ...]
    planted: tuple[Item, ...]


def planted_client(seed: int, dialogues: int = 1) -> Iterator[Dialogue]:
    """Dialogues of a client who gives a name, a phone, an e-mail, an ИНН and a username between questions."""
    rng = random.Random(seed)
    for _ in range(dialogues):
        who = person(rng)
        said = [(OPENINGS[rng.randint(0, 1)], who)]
        said += zip(OPENINGS[2:], (phone(rng), email(rng), inn(rng), username(rng)), strict=True)
        messages = [opening.format(item.written) + rng.choice(QUESTIONS) for opening, item in said]
        # what was told comes again without anything around it that would give it away
        messages.append(f"{who.written}, {said[1][1].written}. {rng.choice(QUESTIONS)}")
        yield Dialogue(tuple(messages), tuple(item for _, item in said))


def assert_nothing_left(requests: Sequence[Any], planted: Sequence[Item]) -> None:
    """No planted word, and no planted digits in any spacing, in any text of the recorded requests."""
    assert requests, "no request reached the vendor, so nothing was proved"
    found = [
        (item.kind, text[:300])
        for request in requests
        for text in _texts(request.get("body") if isinstance(request, dict) else request)
        for item in planted
        if _remains(text, item)
    ]
    assert not found, found[:5]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value[:1] in "{[":
            try:
                yield from _texts(json.loads(value))
            except ValueError:
                return
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _remains(text: str, item: Item) -> bool:
    if item.digits:
        spaced = r"[\s().\-\u2010-\u2015_*/~]{0,4}".join(item.digits)
        return re.search(rf"(?<!\d){spaced}|{spaced}(?!\d)", text) is not None
    if item.kind == "NAME":
        # every case form of the planted names begins with the word less its last vowel
        stems = (re.sub("[аеиоуыэюяй]$", "", fold(trace)) for trace in item.traces)
        return any(re.search(rf"(?<!\w){re.escape(stem)}\w{{0,3}}(?!\w)", fold(text)) for stem in stems)
    # a mail service's domain is no secret by itself
    traces = item.traces[:1] if item.kind == "EMAIL" else item.traces
    return any(trace.lower() in text.lower() for trace in traces)


@pytest.mark.parametrize("seed", range(5))
def test_the_check_sees_what_is_left(seed: int) -> None:
    for dialogue in planted_client(seed, dialogues=4):
        for item in dialogue.planted:
            body = {"body": {"input": [{"role": "user", "content": f"слова {item.written} слова"}]}}
            with pytest.raises(AssertionError):
                assert_nothing_left([body], dialogue.planted)

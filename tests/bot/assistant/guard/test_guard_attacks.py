"""Whatever a model that obeys the attacker says, nothing of it passes; what an honest one says does."""

from typing import Any

import pytest

from bot.assistant.guard.lock import Guard
from tests.bot.assistant.guard.corpus import attacks, honest, sources_of


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack["id"])
def test_no_obedient_answer_passes(guard: Guard, attack: dict[str, Any]) -> None:
    sources = sources_of(attack)
    passed = [reply for reply in attack["replies"] if not guard.check(reply, sources)]
    assert passed == []


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack["id"])
def test_nothing_of_it_shows_in_a_draft(guard: Guard, attack: dict[str, Any]) -> None:
    sources = sources_of(attack)
    for reply in attack["replies"]:
        shown = guard.whole_sentences(f"{reply} Чем ещё помочь?", sources)
        assert guard.check(shown, sources) == []


@pytest.mark.parametrize("case", honest(), ids=lambda case: case["id"])
def test_honest_answers_pass(guard: Guard, case: dict[str, Any]) -> None:
    sources = sources_of(case)
    stopped = {reply: found for reply in case["replies"] if (found := guard.check(reply, sources))}
    assert stopped == {}


def test_there_are_enough_of_both() -> None:
    both = {attack["lang"] for attack in attacks()}
    assert len(attacks()) >= 220
    assert {"ru", "en"} <= both
    assert sum(len(case["replies"]) for case in honest()) >= 120

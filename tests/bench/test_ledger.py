"""The fault run's checker sees what it is there to see."""

import dataclasses

from bench.ledger import Talk, verify

GOOD = [
    Talk("site", "1", ["а", "б", "в"], ["а", "б", "в"]),
    Talk("telegram", "2", ["а", "б", "в"], ["а", "б", "в"]),
]
STATES = {"s1": "answered", "t1": "answered"}


def test_a_clean_run_is_good() -> None:
    verdict = verify(GOOD, STATES)
    assert verdict.good
    assert (verdict.sent, verdict.answered) == (6, 6)


def test_a_lost_answer_is_found() -> None:
    verdict = verify([GOOD[0], dataclasses.replace(GOOD[1], answered=["а", "в"])])
    assert verdict.lost == ["telegram 2: б"]
    assert not verdict.good


def test_a_repeat_on_the_site_is_never_allowed() -> None:
    verdict = verify([dataclasses.replace(GOOD[0], answered=["а", "а", "б", "в"], uncertain=5)])
    assert verdict.repeated == ["site 1: а"]
    assert not verdict.good


def test_a_repeat_on_telegram_needs_an_uncertain_send_in_the_audit() -> None:
    repeated = dataclasses.replace(GOOD[1], answered=["а", "б", "б", "в"])
    assert not verify([repeated]).good
    admitted = verify([dataclasses.replace(repeated, uncertain=1)])
    assert admitted.good
    assert admitted.admitted == 1


def test_answers_out_of_order_are_found() -> None:
    verdict = verify([dataclasses.replace(GOOD[0], answered=["б", "а", "в"])])
    assert len(verdict.out_of_order) == 1


def test_a_message_the_audit_calls_waiting_is_not_handled() -> None:
    assert verify(GOOD, {**STATES, "s2": "waiting"}).unhandled == ["s2: waiting"]

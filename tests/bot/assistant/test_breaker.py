"""The circuit breaker, with a clock that the test moves."""

import pytest

from bot.assistant.breaker import LONGEST_PAUSE, PROBE, Breaker


class Time:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker(failures=3, window=60, pause=15, clock=time)


def trip(breaker: Breaker) -> None:
    for _ in range(3):
        breaker.failed()


def test_it_opens_after_failures_in_a_row_only(breaker: Breaker) -> None:
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        assert breaker.allows()
        breaker.succeeded()
    trip(breaker)
    assert not breaker.allows()
    assert breaker.state == "open"


def test_failures_long_ago_do_not_count(breaker: Breaker, time: Time) -> None:
    for _ in range(10):
        breaker.failed()
        time.pass_(31)
        assert breaker.allows()


def test_after_the_pause_one_probe_goes_and_decides(breaker: Breaker, time: Time) -> None:
    trip(breaker)
    time.pass_(14.9)
    assert not breaker.ready
    time.pass_(0.2)
    assert breaker.ready
    assert breaker.ready, "looking takes nothing"
    assert breaker.allows()
    assert not breaker.allows()
    assert not breaker.ready

    breaker.succeeded()
    assert breaker.state == "closed"
    assert breaker.allows()
    assert breaker.allows()


def test_a_failed_probe_opens_for_longer_each_time(breaker: Breaker, time: Time) -> None:
    trip(breaker)
    for pause in (15, 30, 60, 120, LONGEST_PAUSE):
        time.pass_(pause - 0.1)
        assert not breaker.allows()
        time.pass_(0.1)
        assert breaker.allows()
        breaker.failed()
    time.pass_(LONGEST_PAUSE)
    assert breaker.allows()
    breaker.succeeded()
    trip(breaker)
    time.pass_(15)
    assert breaker.ready, "a success makes the pause short again"


def test_the_vendor_says_when_to_come_back(breaker: Breaker, time: Time) -> None:
    breaker.failed(retry_after=40)
    assert not breaker.allows()
    breaker.failed(retry_after=5)
    breaker.succeeded()
    time.pass_(39)
    assert not breaker.allows(), "neither a late answer nor a shorter pause shortens the longest that was asked for"
    time.pass_(1)
    assert breaker.allows()


def test_an_endless_retry_after_is_not_believed(breaker: Breaker, time: Time) -> None:
    breaker.failed(retry_after=10**9)
    time.pass_(600)
    assert breaker.allows()


def test_a_probe_that_never_reports_is_forgotten(breaker: Breaker, time: Time) -> None:
    trip(breaker)
    time.pass_(15)
    assert breaker.allows()
    time.pass_(PROBE)
    assert breaker.allows()


def test_late_failures_of_what_was_under_way_do_not_lengthen_the_pause(breaker: Breaker, time: Time) -> None:
    trip(breaker)
    time.pass_(10)
    trip(breaker)
    time.pass_(5)
    assert breaker.allows()

"""The breaker: closed, open, half-open, by a clock that the test moves."""

from __future__ import annotations

import threading
from typing import Final

import pytest

from wizard.singlewindow.breaker import Breaker, State

REST: Final = 3.0
PROBE: Final = 1.5


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(threshold=3, rest_seconds=REST, probe_seconds=PROBE, clock=clock)


def opened(breaker: Breaker) -> Breaker:
    for _ in range(3):
        breaker.failed()
    return breaker


def test_it_stays_closed_while_failures_are_not_in_a_row(breaker: Breaker) -> None:
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.state is State.CLOSED
    assert breaker.seconds_to_wait() == 0


def test_it_opens_at_the_last_failure_in_a_row_and_says_how_long(
    breaker: Breaker, clock: Clock
) -> None:
    breaker.failed()
    breaker.failed()
    assert breaker.seconds_to_wait() == 0
    breaker.failed()
    assert (breaker.state, breaker.seconds_to_wait()) == (State.OPEN, REST)
    clock.now += 2
    assert breaker.seconds_to_wait() == REST - 2


def test_after_the_rest_one_call_looks_and_the_others_wait(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += REST
    assert breaker.seconds_to_wait() == 0
    assert (breaker.state, breaker.seconds_to_wait()) == (State.HALF_OPEN, PROBE)


def test_good_news_closes_it_for_everybody(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += REST
    breaker.seconds_to_wait()
    breaker.succeeded()
    assert breaker.state is State.CLOSED
    assert [breaker.seconds_to_wait() for _ in range(4)] == [0] * 4
    breaker.failed()
    breaker.failed()
    assert breaker.state is State.CLOSED, "earlier failures are forgotten"


def test_bad_news_opens_it_again_for_the_whole_rest(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += REST
    breaker.seconds_to_wait()
    clock.now += 1
    breaker.failed()
    assert (breaker.state, breaker.seconds_to_wait()) == (State.OPEN, REST)


def test_a_call_that_never_comes_back_is_followed_by_the_next(
    breaker: Breaker, clock: Clock
) -> None:
    opened(breaker)
    clock.now += REST
    assert breaker.seconds_to_wait() == 0
    clock.now += PROBE
    assert breaker.seconds_to_wait() == 0
    assert breaker.seconds_to_wait() == PROBE


def test_late_failures_of_older_calls_do_not_lengthen_the_rest(
    breaker: Breaker, clock: Clock
) -> None:
    opened(breaker)
    clock.now += 1
    for _ in range(20):
        breaker.failed()
    assert breaker.seconds_to_wait() == REST - 1


def test_of_sixteen_threads_at_once_one_looks(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += REST
    start = threading.Barrier(16)
    waits: list[float] = []

    def call() -> None:
        start.wait()
        waits.append(breaker.seconds_to_wait())

    threads = [threading.Thread(target=call) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [0.0] + [PROBE] * 15

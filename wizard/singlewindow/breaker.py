"""A circuit breaker: who does not answer is left alone for a while, then asked by one caller."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import StrEnum


class State(StrEnum):
    """CLOSED lets every call through, OPEN none, HALF_OPEN has one call out that looks."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """Opens after `threshold` failures in a row, for `rest_seconds`; shared by threads.

    Then one caller goes through to see, and the others wait until it is back: its success closes
    the breaker, its failure opens it again. A caller who has not come back within `probe_seconds`
    is taken for lost, and the next one may look.
    """

    def __init__(
        self,
        *,
        threshold: int,
        rest_seconds: float,
        probe_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold = threshold
        self._rest_seconds = rest_seconds
        self._probe_seconds = probe_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._state = State.CLOSED
        self._wait_until = 0.0

    @property
    def state(self) -> State:
        """As the last caller left it: OPEN also when the rest is over and nobody has asked yet."""
        return self._state

    def seconds_to_wait(self) -> float:
        """0 when this call may go through, else how long to wait at least."""
        with self._lock:
            if self._state is State.CLOSED:
                return 0.0
            now = self._clock()
            if now < self._wait_until:
                return self._wait_until - now
            self._state = State.HALF_OPEN
            self._wait_until = now + self._probe_seconds
            return 0.0

    def succeeded(self) -> None:
        """An answer came, whatever it said and however old the call is."""
        with self._lock:
            self._failures = 0
            self._state = State.CLOSED

    def failed(self) -> None:
        """No usable answer came. While the line rests, a late failure makes it rest no longer."""
        with self._lock:
            self._failures += 1
            if self._state is State.OPEN or self._failures < self._threshold:
                return
            self._state = State.OPEN
            self._wait_until = self._clock() + self._rest_seconds

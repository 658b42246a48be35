"""A circuit breaker: who does not answer is left alone for a while, then asked by one caller."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Opens after `threshold` failures in a row, for `rest_seconds`; shared by threads.

    Then one caller goes through to see; the others wait until it is back with good news.
    """

    def __init__(
        self,
        *,
        threshold: int,
        rest_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold = threshold
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_again_at = 0.0

    def seconds_to_wait(self) -> float:
        """0 when a call may go through, else how long to wait at least."""
        with self._lock:
            if self._failures < self._threshold:
                return 0.0
            left = self._closed_again_at - self._clock()
            if left > 0:
                return left
            # This caller is the one that looks; should it never come back, the next one may.
            self._closed_again_at = self._clock() + self._rest_seconds
            return 0.0

    def succeeded(self) -> None:
        """An answer came, whatever it said."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """No usable answer came."""
        with self._lock:
            self._failures += 1
            self._closed_again_at = self._clock() + self._rest_seconds

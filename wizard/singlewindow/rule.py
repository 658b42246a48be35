"""The one time-out and the one retry rule, and what a page may wait for the other side at most.

Whoever waits for the authority asks here how long: the line (`http.py`), and the simulator inside
this process when it has been told to be late.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from wizard.singlewindow.wire import Operation

# One try, from connecting to the last byte, in seconds.
TIMEOUT_SECONDS = 1.5
# All calls of one page together, in seconds: with what the page does itself it is there within 3 s.
PAGE_SECONDS = 2.5
# A try that could not even last this long is not begun.
SHORTEST_TRY_SECONDS: Final = 0.05


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """The one time-out and the one retry rule.

    A try takes `timeout_seconds` from connecting to the last byte, however the bytes come.
    Questions are asked `tries` times within `patience_seconds`, with a growing pause. A write is
    repeated only under its key, and once; what has no key is never repeated. After
    `failures_before_rest` failures in a row the line is left alone for `rest_seconds`. Raises
    `ValueError` for less than one try.
    """

    timeout_seconds: float = TIMEOUT_SECONDS
    patience_seconds: float = PAGE_SECONDS
    tries: int = 3
    writes_tried: int = 2
    pause_seconds: float = 0.1
    failures_before_rest: int = 5
    rest_seconds: float = 3.0

    def __post_init__(self) -> None:
        if self.failures_before_rest < 1 or self.tries < 1 or self.writes_tried < 1:
            raise ValueError("A call is tried once at least, and must fail before the line rests")

    def tries_of(self, operation: Operation) -> int:
        """How often a call is sent at most."""
        if operation.method == "GET":
            return self.tries
        return self.writes_tried if operation.writes else 1

    @property
    def heals_within_seconds(self) -> float:
        """From the moment when the other side answers again until every call reaches it.

        The worst: a call that looks whether the line works was sent just before that moment. It is
        given up, and the line rests once more.
        """
        return self.timeout_seconds + self.rest_seconds


@dataclasses.dataclass(kw_only=True, slots=True)
class _Page:
    seconds_left: float


_page: ContextVar[_Page | None] = ContextVar("page", default=None)


@contextmanager
def one_page(seconds: float | None = None) -> Iterator[None]:
    """All calls in the block together wait `seconds` (`PAGE_SECONDS`) for the authority at most.

    Inside another such block, what was waited for is taken off that one afterwards.
    """
    allowed = PAGE_SECONDS if seconds is None else seconds
    outer, page = _page.get(), _Page(seconds_left=allowed)
    token = _page.set(page)
    try:
        yield
    finally:
        _page.reset(token)
        if outer is not None:
            outer.seconds_left -= allowed - page.seconds_left


@contextmanager
def waiting(seconds: float, *, clock: Callable[[], float] = time.monotonic) -> Iterator[float]:
    """How long this call may wait: `seconds`, or what the page has left; it is taken off the page.

    0 says that the page has waited long enough.
    """
    page = _page.get()
    started = clock()
    try:
        yield seconds if page is None else max(0.0, min(seconds, page.seconds_left))
    finally:
        if page is not None:
            page.seconds_left -= clock() - started

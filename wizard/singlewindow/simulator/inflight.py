"""Keys that are being worked on at this moment: the same key meanwhile is told to ask again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from wizard.singlewindow.simulator import problems

ASK_AGAIN_SECONDS: Final = 1


class KeysInFlight:
    """Those of this process; two processes on one file wait for each other's transaction."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[tuple[str, ...]] = set()

    @contextmanager
    def one(self, *key: str) -> Iterator[None]:
        """Work on this key (world, whose, key). Raises `Refusal`: 409 while somebody is at it."""
        with self._lock:
            if key in self._keys:
                raise problems.in_flight(ASK_AGAIN_SECONDS)
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.remove(key)

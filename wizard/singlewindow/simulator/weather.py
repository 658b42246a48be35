"""Bad weather between site and authority: per world and operation, for a number of calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from wizard.singlewindow.faults import OutcomeUnknown
from wizard.singlewindow.simulator.store import Store

# Weather for this name meets every operation that has none of its own.
ANY: Final = "*"


class Weather(StrEnum):
    """What may happen to a call on its way. The names are data: they are kept in the store."""

    LOST_BEFORE = "lost-before"  # the request never arrives
    LOST_AFTER = "lost-after"  # it is carried out, and the answer never arrives


@contextmanager
def weather(store: Store, world: str, operation: str) -> Iterator[None]:
    """Carry the call inside the block through the weather. Raises `OutcomeUnknown`."""
    kind = _take(store, world, operation)
    if kind is Weather.LOST_BEFORE:
        raise OutcomeUnknown("The request was lost")
    try:
        yield
    finally:
        if kind is Weather.LOST_AFTER:
            raise OutcomeUnknown("The answer was lost")


def _take(store: Store, world: str, operation: str) -> Weather | None:
    """One call's share; costs a read in fair weather and a small write only in bad weather."""
    current = store.weather(world)
    for name in (operation, ANY):
        if name in current:
            with store.transaction(world) as transaction:
                kind = transaction.take_weather(name)
            return Weather(kind) if kind else None
    return None

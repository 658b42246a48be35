"""The clock of a world: real time plus an offset that only grows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from wizard.singlewindow.simulator.working_days import BEIJING

RealClock = Callable[[], datetime]
# Beyond this nothing is demonstrated and arithmetic with dates would overflow some day.
LAST_YEAR: Final = 2100


def real_now() -> datetime:
    """The machine's clock, aware, in UTC."""
    return datetime.now(UTC)


@dataclasses.dataclass(kw_only=True, slots=True)
class WorldClock:
    """How far a world is from real time.

    `floor` is the latest moment that something was written down at: should the machine's clock
    be set back, the world stands still instead of running backwards.
    """

    offset: timedelta
    floor: datetime

    @classmethod
    def starting_at(cls, at: datetime, *, real: datetime) -> WorldClock:
        """A clock that shows `at` when the machine shows `real`; both aware."""
        return cls(offset=at - real, floor=at)

    def now(self, real: datetime) -> datetime:
        """The world's time in Beijing when the machine shows `real`."""
        return max(real + self.offset, self.floor).astimezone(BEIJING)

    def move_to(self, moment: datetime, *, real: datetime) -> None:
        """Set the clock forward. Raises `ValueError` for the past and for years after 2100."""
        if moment < self.now(real):
            raise ValueError("A world's clock moves forward only")
        if moment.year > LAST_YEAR:
            raise ValueError(f"A world's clock ends with {LAST_YEAR}")
        self.offset = moment - real
        self.floor = moment

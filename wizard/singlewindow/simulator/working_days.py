"""Chinese working days: weekends, 法定节假日 and 调休 from a table that is data (演示假日表)."""

from __future__ import annotations

import dataclasses
import functools
import json
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Final

# China has one time and no summer time.
BEIJING: Final = timezone(timedelta(hours=8))
TABLE: Final = Path(__file__).with_name("holidays.json")
SATURDAY: Final = 5
# A weekend is two days: three days off in a row are a holiday.
HOLIDAY_DAYS: Final = 3
LONGEST_WAIT_DAYS: Final = 400


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class WorkCalendar:
    """Which days are worked and from when to when; all days and hours are Beijing's.

    Outside the years of the table only weekends are off.
    """

    off: frozenset[date]
    made_up: frozenset[date]  # 调休上班日, weekend days that are worked
    opens: time
    closes: time

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on `day`."""
        if day in self.made_up:
            return True
        return day not in self.off and day.weekday() < SATURDAY

    def add_working_days(self, day: date, days: int) -> date:
        """The `days`-th working day after `day`; zero gives `day`, or the next working day."""
        if not days:
            return day if self.is_working_day(day) else self._next(day)
        for _ in range(days):
            day = self._next(day)
        return day

    def working_days_before(self, day: date, days: int) -> date:
        """The `days`-th working day before `day`."""
        for _ in range(days):
            day -= timedelta(days=1)
            while not self.is_working_day(day):
                day -= timedelta(days=1)
        return day

    def eve_of_holiday(self, day: date) -> date:
        """The first working day from `day` on before three days off or more; `day` without one."""
        for ahead in range(LONGEST_WAIT_DAYS):
            eve = day + timedelta(days=ahead)
            free = (eve + timedelta(days=n) for n in range(1, HOLIDAY_DAYS + 1))
            if self.is_working_day(eve) and not any(map(self.is_working_day, free)):
                return eve
        return day

    def same_time_next_working_day(self, moment: datetime) -> datetime:
        """`moment` put off to the next working day, at the same time of day."""
        local = moment.astimezone(BEIJING)
        return datetime.combine(self._next(local.date()), local.timetz())

    def add_office_time(self, moment: datetime, *, days: int, minutes: int) -> datetime:
        """`moment` plus working days, then plus minutes in which offices are open."""
        local = moment.astimezone(BEIJING)
        start = self._office_moment(local)
        if days:
            day = self.add_working_days(start.date(), days)
            start = datetime.combine(day, start.timetz())
        left = timedelta(minutes=minutes)
        while True:
            until = datetime.combine(start.date(), self.closes, BEIJING)
            if start + left <= until:
                return start + left
            left -= until - start
            start = datetime.combine(self._next(start.date()), self.opens, BEIJING)

    def _next(self, day: date) -> date:
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def _office_moment(self, local: datetime) -> datetime:
        """`local` itself while offices are open, else the moment they open next."""
        if self.is_working_day(local.date()):
            if local.time() < self.opens:
                return datetime.combine(local.date(), self.opens, BEIJING)
            if local.time() <= self.closes:
                return local
        return datetime.combine(self._next(local.date()), self.opens, BEIJING)


def read_calendar(path: Path) -> WorkCalendar:
    """The calendar from a table in the form of `holidays.json`. Raises `OSError`, `ValueError`."""
    table = json.loads(path.read_text(encoding="utf-8"))
    off: set[date] = set()
    made_up: set[date] = set()
    for year in table["years"].values():
        for holiday in year["off"]:
            day, last = date.fromisoformat(holiday["from"]), date.fromisoformat(holiday["to"])
            while day <= last:
                off.add(day)
                day += timedelta(days=1)
        made_up.update(date.fromisoformat(day) for day in year["work"])
    return WorkCalendar(
        off=frozenset(off),
        made_up=frozenset(made_up),
        opens=time.fromisoformat(table["office_hours"]["opens"]),
        closes=time.fromisoformat(table["office_hours"]["closes"]),
    )


@functools.cache
def calendar() -> WorkCalendar:
    """The calendar of the table that comes with the simulator."""
    return read_calendar(TABLE)

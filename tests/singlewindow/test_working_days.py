"""Working days: the table, its arithmetic, and that it is data."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.singlewindow.simulator.working_days import BEIJING, TABLE, calendar, read_calendar

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=BEIJING)
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-10-01", False),
        ("2026-10-08", True),
        ("2026-09-20", True),  # Sunday made up for 国庆节
        ("2026-02-28", True),  # Saturday made up for 春节
        ("2026-02-23", False),
        ("2026-11-21", False),
        ("2026-11-23", True),
        ("2030-10-01", True),  # beyond the table only weekends are off
        ("2030-10-05", False),
    ],
)
def test_days(day: str, works: bool) -> None:
    assert calendar().is_working_day(date.fromisoformat(day)) is works


def test_made_up_days_are_weekends_and_no_holiday_is_worked() -> None:
    assert all(day.weekday() >= 5 for day in calendar().made_up)
    assert not calendar().made_up & calendar().off


def test_the_table_says_that_it_is_a_demonstration() -> None:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    assert table["note"].startswith("演示假日表")
    assert set(table["years"]) == {"2026", "2027"}


def test_another_table_gives_another_calendar(tmp_path: Path) -> None:
    table = {
        "office_hours": {"opens": "10:00", "closes": "12:00"},
        "years": {
            "2026": {
                "off": [{"name": "x", "from": "2026-11-24", "to": "2026-11-25"}],
                "work": ["2026-11-28"],
            }
        },
    }
    path = tmp_path / "holidays.json"
    path.write_text(json.dumps(table), encoding="utf-8")
    other = read_calendar(path)
    assert other.add_working_days(date(2026, 11, 23), 3) == date(2026, 11, 28)
    late = datetime(2026, 11, 23, 11, 30, tzinfo=BEIJING)
    assert other.add_office_time(late, days=0, minutes=60) == datetime(
        2026, 11, 26, 10, 30, tzinfo=BEIJING
    )


@pytest.mark.parametrize(
    ("start", "days", "minutes", "expected"),
    [
        ("2026-11-23T10:00", 0, 120, "2026-11-23T12:00"),
        ("2026-11-23T16:30", 0, 120, "2026-11-24T10:00"),
        ("2026-11-23T07:00", 0, 120, "2026-11-23T11:00"),
        ("2026-11-23T22:00", 0, 120, "2026-11-24T11:00"),
        ("2026-11-28T12:00", 0, 120, "2026-11-30T11:00"),
        ("2026-09-30T17:00", 0, 60, "2026-10-08T09:30"),
        ("2026-09-29T10:00", 3, 120, "2026-10-09T12:00"),
        ("2026-11-23T15:30", 0, 120, "2026-11-23T17:30"),
        ("2026-11-23T10:00", 0, 510 * 3, "2026-11-26T10:00"),
    ],
)
def test_office_time(start: str, days: int, minutes: int, expected: str) -> None:
    moment = datetime.fromisoformat(start).replace(tzinfo=BEIJING)
    reached = calendar().add_office_time(moment, days=days, minutes=minutes)
    assert reached.isoformat().startswith(expected)


@given(day=DAYS, days=st.integers(0, 30))
def test_adding_working_days_lands_on_one_and_counts_them(day: date, days: int) -> None:
    reached = calendar().add_working_days(day, days)
    assert calendar().is_working_day(reached)
    between = (reached - day).days
    worked = sum(
        calendar().is_working_day(day + timedelta(days=step)) for step in range(1, between + 1)
    )
    assert worked == days or (days == 0 and worked == 1)


@given(day=DAYS, days=st.integers(1, 30))
def test_going_back_and_forth_meets(day: date, days: int) -> None:
    back = calendar().working_days_before(day, days)
    assert calendar().is_working_day(back)
    assert calendar().add_working_days(back, days) >= day - timedelta(days=10)
    if calendar().is_working_day(day):
        assert calendar().add_working_days(back, days) == day


@given(moment=MOMENTS, days=st.integers(0, 9), minutes=st.integers(0, 3000))
def test_office_time_ends_in_office_hours_and_never_early(
    moment: datetime, days: int, minutes: int
) -> None:
    reached = calendar().add_office_time(moment, days=days, minutes=minutes)
    assert reached >= moment + timedelta(minutes=minutes)
    assert calendar().is_working_day(reached.date())
    assert time(9) <= reached.timetz().replace(tzinfo=None) <= time(17, 30)


@given(moment=MOMENTS)
def test_the_next_working_day_keeps_the_time(moment: datetime) -> None:
    reached = calendar().same_time_next_working_day(moment)
    assert reached > moment
    assert reached.timetz() == moment.timetz()
    assert calendar().is_working_day(reached.date())

"""The three buttons of the clock, and how its time is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.console import start, text
from tests.worlds import make_world, signed_in
from wizard.authority import control
from wizard.demo import clock
from wizard.models import Application, World
from wizard.process import State

BEIJING = timezone(timedelta(hours=8))
MONDAY = datetime(2026, 3, 2, 10, 18, tzinfo=BEIJING)


def at(world: World) -> datetime:
    return control().now(world.key)


def test_one_hour(presenter: Client) -> None:
    world, _ = start(presenter, "N-01")
    before = at(world)
    response = presenter.post("/demo/clock/", {"a": "1h"})
    assert (response.status_code, response["Location"]) == (303, "/demo/")
    assert timedelta(hours=1) <= at(world) - before < timedelta(hours=1, minutes=5)
    assert "演示时间已到" in text(presenter)


def test_one_working_day_is_never_a_weekend(presenter: Client) -> None:
    world, _ = start(presenter, "N-01")
    for _day in range(8):
        before = at(world)
        presenter.post("/demo/clock/", {"a": "1d"})
        assert at(world).astimezone(BEIJING).date() > before.astimezone(BEIJING).date()


def test_until_delivered_passes_the_decision_and_stops_at_the_policy(db: None) -> None:
    owner = signed_in(make_world("P01"))
    application = owner.application(until=State.UNDER_REVIEW)
    owner.client.post("/demo/clock/", {"a": "issue"})
    application.refresh_from_db()
    assert application.state == State.ISSUED, "the console took the news in by itself"
    assert "第 4 步，共 4 步" in text(owner.client)


def test_until_delivered_stops_at_a_return_too(db: None) -> None:
    owner = signed_in(make_world("P13"))
    application = owner.application(until=State.UNDER_REVIEW)
    owner.client.post("/demo/clock/", {"a": "issue"})
    application.refresh_from_db()
    assert application.state == State.RETURNED


def test_with_nothing_pending_the_time_stays_and_that_is_said(presenter: Client) -> None:
    world, _ = start(presenter, "N-01")
    before = at(world)
    response = presenter.post("/demo/clock/", {"a": "issue"}, follow=True)
    assert at(world) - before < timedelta(minutes=5)
    assert "没有在审核或送达途中的投保申请" in response.content.decode()


@pytest.mark.parametrize("value", ["", "2h", "1H", "\x00", "１ｈ", "x" * 40000, "-1"])
def test_a_value_that_no_button_has_changes_nothing(presenter: Client, value: str) -> None:
    world, _ = start(presenter, "N-01")
    before = at(world)
    response = presenter.post("/demo/clock/", {"a": value}, follow=True)
    assert "时间没有变" in response.content.decode()
    assert at(world) - before < timedelta(minutes=5)


def test_the_end_of_the_calendar_is_said(presenter: Client) -> None:
    world, _ = start(presenter, "N-01")
    century = datetime(2100, 12, 31, 23, 30, tzinfo=BEIJING) - at(world)
    control().move_clock(world.key, seconds=int(century.total_seconds()))
    response = presenter.post("/demo/clock/", {"a": "1h"}, follow=True)
    assert "时间没有变" in response.content.decode()


def test_without_a_world_there_is_no_clock_to_move(presenter: Client) -> None:
    response = presenter.post("/demo/clock/", {"a": "1h"}, follow=True)
    assert "还没有开始演示" in response.content.decode()


def test_a_lost_world_is_no_server_error(presenter: Client) -> None:
    world, _ = start(presenter, "N-01")
    control().purge_world(world.key)
    response = presenter.post("/demo/clock/", {"a": "1h"}, follow=True)
    assert "没有响应，时间没有变" in response.content.decode()


def test_it_goes_back_to_where_the_button_stood(presenter: Client) -> None:
    _world, address = start(presenter, "S-301")
    response = presenter.post("/demo/clock/", {"a": "1h", "next": address})
    assert response["Location"] == address


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "x" * 9999,
    ],
)
def test_it_never_leads_to_another_site(presenter: Client, elsewhere: str) -> None:
    start(presenter, "N-01")
    response = presenter.post("/demo/clock/", {"a": "1h", "next": elsewhere})
    assert response["Location"] == "/demo/"


def test_a_get_moves_nothing(presenter: Client) -> None:
    world, _ = start(presenter, "N-01")
    before = at(world)
    assert presenter.get("/demo/clock/", {"a": "1d"}).status_code == 303
    assert at(world) - before < timedelta(minutes=5)


def test_moving_the_clock_signs_nobody_out(presenter: Client) -> None:
    _world, address = start(presenter, "S-301")
    for _week in range(5):
        presenter.post("/demo/clock/", {"a": "1d"})
    assert presenter.get(address).status_code == 200
    assert Application.objects.get().state == State.AWAITING_SEAL


@pytest.mark.parametrize(
    ("offset", "said"),
    [
        (timedelta(), "与真实时间相同"),
        (timedelta(seconds=29), "与真实时间相同"),
        (timedelta(hours=1) - timedelta(seconds=2), "比真实时间快 1 小时"),
        (timedelta(seconds=-5), "与真实时间相同"),
        (timedelta(minutes=7), "比真实时间快 7 分钟"),
        (timedelta(hours=3), "比真实时间快 3 小时"),
        (timedelta(hours=3, minutes=20), "比真实时间快 3 小时 20 分钟"),
        (timedelta(days=2), "比真实时间快 2 天"),
        (timedelta(days=2, hours=5, minutes=9), "比真实时间快 2 天 5 小时"),
    ],
)
def test_how_far_ahead_is_told_in_two_units(offset: timedelta, said: str) -> None:
    assert clock.ahead(MONDAY + offset, real=MONDAY) == said


def test_the_weekday_is_that_of_beijing() -> None:
    assert clock.weekday(MONDAY) == "周一"
    late_sunday_in_london = datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert clock.weekday(late_sunday_in_london) == "周一"


@given(st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=30000)))
def test_every_distance_can_be_told(offset: timedelta) -> None:
    said = clock.ahead(MONDAY + offset, real=MONDAY)
    assert said == "与真实时间相同" or said.startswith("比真实时间快 ")
    assert "%" not in said

"""催办: once, in every weather, and on record with who asked."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.account.desk import lose, words
from tests.worlds import Person, make_world, signed_in
from wizard import audit, trail
from wizard.authority import control
from wizard.models import Application, Event
from wizard.process import State
from wizard.transitions import refresh, urging_of


@pytest.fixture
def owner(db: None) -> Person:
    """P12, whose policy is late."""
    return signed_in(make_world("P12"))


@pytest.fixture
def late(owner: Person) -> Application:
    application = owner.application(until=State.UNDER_REVIEW)
    control().move_until_delivered(owner.world.key)
    for _day in range(3):
        control().move_one_working_day(owner.world.key)
    return refresh(application=application, actor=owner.actor)


def urge(owner: Person, application: Application) -> str:
    return words(owner.client.post(f"/apply/{application.number}/urge/", follow=True))


def urgings(application: Application) -> list[Event]:
    return list(application.events.filter(action="urge"))


def test_urging_is_a_line_of_the_trail_with_who_and_the_receipt(
    owner: Person, late: Application
) -> None:
    assert "已催办" in urge(owner, late)
    [line] = urgings(late)
    assert line.actor == owner.actor.label
    assert line.facts["by"]["account"] == owner.actor.uscc
    assert line.facts["receipt"].startswith("HZ-")
    record = words(owner.client.get(f"/apply/{late.number}/trail/"))
    assert "催办保单送达" in record
    assert line.facts["receipt"] in record
    head = late.events.latest("sequence")
    assert audit.first_bad(late, {head.sequence: {head.hash}}) is None


def test_however_often_one_asks_it_is_one_line(owner: Person, late: Application) -> None:
    for _click in range(3):
        assert "已催办" in urge(owner, late)
    owner.client.get(f"/apply/{late.number}/policy/")
    assert len(urgings(late)) == 1


def test_an_urging_whose_answer_was_lost_is_on_record_and_not_done_twice(
    owner: Person, late: Application
) -> None:
    lose(owner.world, "urge_delivery", after=True)
    assert "再点一次也只催一次" in urge(owner, late)
    [line] = urgings(late)
    assert line.actor == trail.AUTHORITY, "the page read that it had arrived"
    assert "已催办" in urge(owner, late)
    assert len(urgings(late)) == 1
    accepted = [one for one in control().requests(owner.world.key) if one.key == urging_of(late)]
    assert [one.answer for one in reversed(accepted)] == ["accepted", "repeated"]


def test_an_urging_that_never_arrived_is_not_on_record(owner: Person, late: Application) -> None:
    lose(owner.world, "urge_delivery")
    assert "再点一次也只催一次" in urge(owner, late)
    assert urgings(late) == []
    assert "已催办" in urge(owner, late)
    assert len(urgings(late)) == 1


def test_what_is_on_record_is_not_written_again(owner: Person, late: Application) -> None:
    for about in ("a", "a", "b"):
        trail.append_once(
            application=late, action="urge", about=about, actor="x", at=timezone.now()
        )
    assert [line.facts["about"] for line in urgings(late)] == ["a", "b"]

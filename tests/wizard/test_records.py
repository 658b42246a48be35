"""操作记录: what the exporter can read of the trail, and what it says of time and refusals."""

from __future__ import annotations

import pytest

from tests.worlds import CONTACT, Person, browser
from wizard import audit, dwell
from wizard.files import file_of
from wizard.models import Application
from wizard.process import State

pytestmark = pytest.mark.django_db


def page(person: Person, application: Application) -> str:
    return person.client.get(f"/apply/{application.number}/trail/").content.decode()


def test_the_owner_reads_every_step_in_words(owner: Person) -> None:
    application = owner.application(State.ACKNOWLEDGED)
    html = page(owner, application)
    words = ("投保申请送达", "确认投保", "保存印章并生成协议", "签署三方协议", "承保", "收悉保单")
    places = [html.index(f"<b>{word}") for word in words]
    assert places == sorted(places)
    assert application.events.latest("sequence").hash in html
    assert "至少保存 5 年" in html
    assert str(file_of(application).terms.period_end.year + 5) in html


@pytest.mark.parametrize("where", ["policy", "receipt", "policies"])
def test_it_is_linked_from_where_one_looks_for_it(owner: Person, where: str) -> None:
    application = owner.application(State.ACKNOWLEDGED)
    number = application.file["policy"]["number"]
    address = (
        f"/policies/{number}/" if where == "policies" else f"/apply/{application.number}/{where}/"
    )
    assert f"/apply/{application.number}/trail/" in owner.client.get(address).content.decode()


def test_a_colleague_may_read_it(colleague: Person) -> None:
    assert "投保申请送达" in page(colleague, colleague.application())


def test_it_does_not_exist_for_a_stranger(owner: Person, stranger: Person) -> None:
    number = owner.application().number
    owners = owner.client.get(f"/apply/{number}/trail/")
    assert owners.status_code == 200
    assert owners["Cache-Control"] == "no-store"
    assert stranger.client.get(f"/apply/{number}/trail/").status_code == 404
    assert browser().get(f"/apply/{number}/trail/").status_code == 303


def test_the_declaration_is_on_record_with_version_and_dwell(owner: Person) -> None:
    application = owner.application()
    owner.post(application, "confirm", CONTACT | {"read": "end"})
    event = application.events.get(action="declare")
    assert event.facts["dwell_ms"] >= 0
    assert event.facts["read_to_end"] is True
    assert event.facts["text_version"]
    serial = owner.actor.card_serial
    assert event.facts["by"]["card"] == f"****{serial[-4:]}"
    assert serial not in str(event.facts)
    assert "页面停留" in page(owner, application)


def test_a_wrong_pin_is_on_record_as_a_refusal(owner: Person) -> None:
    application = owner.application(State.AWAITING_SIGNATURE)
    owner.post(application, "agreement", {"agreement-agreed": "on", "agreement-pin": "12345678"})
    event = application.events.get(action="sign")
    assert event.outcome == "C-102"
    assert "12345678" not in str(event.facts)
    assert "C-102" in page(owner, application)
    assert audit.first_bad(application, {event.sequence: {event.hash}}) is None


@pytest.mark.parametrize("told", ["", "x", "1/confirm/0/1:forged", "9" * 500])
def test_a_time_of_drawing_that_is_not_ours_claims_nothing(owner: Person, told: str) -> None:
    application = owner.application()
    assert dwell.measured(application, "confirm", {"drawn": told}) == {}


def test_dwell_counts_from_the_first_drawing(owner: Person) -> None:
    application = owner.application()
    first = dwell.drawn(application, "confirm")
    assert dwell.drawn(application, "confirm", first) == first
    assert dwell.drawn(application, "seal", first) != first

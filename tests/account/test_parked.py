"""What is typed while the sign-in runs out is not lost (X-702)."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from tests.account.desk import CARD, hidden, insert, send, use_card, words
from tests.worlds import CONTACT, PIN, Person, browser, make_world, signed_in
from wizard.account import parked
from wizard.authority import single_window
from wizard.models import Application, Draft, World
from wizard.process import State
from wizard.singlewindow.port import CardKind

START = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.UTC)
TYPED = CONTACT | {"confirm-name": "陈示例", "confirm-email": "half_typed@"}


def address(application: Application) -> str:
    return f"/apply/{application.number}/confirm/"


def type_after_the_session_ended(person: Person, data: dict[str, str]) -> tuple[Application, Any]:
    """Open step 1, wait too long, and send the form."""
    with time_machine.travel(START, tick=False) as clock:
        fresh = signed_in(person.world)
        person.client = fresh.client
        application = fresh.application()
        page = fresh.client.get(address(application))
        clock.shift(settings.SIGNIN_IDLE_SECONDS + 60)
        response = fresh.client.post(address(application), hidden(page) | data)
    return application, response


def test_the_text_is_kept_and_becomes_the_draft_of_its_step(owner: Person) -> None:
    application, response = type_after_the_session_ended(owner, TYPED)
    assert response["Location"] == (
        f"/login/card/?next=%2Fapply%2F{application.number}%2Fconfirm%2F"
    )
    with time_machine.travel(START + datetime.timedelta(minutes=40), tick=False):
        shown = words(owner.client.get(response["Location"]))
        assert "登录已超时，内容已保存" in shown
        assert "X-702" in shown
        assert not Draft.objects.exists()
        signed = use_card(owner.client, next=address(application))
        assert signed["Location"] == address(application)
        page = owner.client.get(address(application))
    assert "刚才填写的内容已恢复，还没有提交" in words(page)
    assert 'value="half_typed@"' in page.content.decode()
    draft = Draft.objects.get(application=application, step="confirm")
    assert draft.data["name"] == ["陈示例"]
    assert draft.data["declared"] == ["on"]
    application.refresh_from_db()
    assert application.state == State.AWAITING_CONFIRMATION


def test_only_the_step_s_own_fields_are_kept(visitor: Client) -> None:
    visitor.post(
        "/apply/TB-1/confirm/",
        TYPED
        | {
            "csrfmiddlewaretoken": "t",
            "rev": "7",
            "idem": "once",
            "application_wizard-current_step": "confirm",
            "confirm-pin": "88888888",
            "confirm-state": "issued",
        },
    )
    kept = visitor.session[parked.SESSION_KEY]
    assert set(kept["data"]) == {"name", "phone", "mobile", "email", "declared", "consented"}


def test_a_pin_is_never_kept(visitor: Client) -> None:
    visitor.post("/apply/TB-1/agreement/", {"agreement-pin": "24681357", "agreement-agreed": "on"})
    assert "24681357" not in str(dict(visitor.session.items()))


def test_a_wrong_pin_in_between_does_not_lose_it(owner: Person) -> None:
    application, _response = type_after_the_session_ended(owner, TYPED)
    with time_machine.travel(START + datetime.timedelta(minutes=40), tick=False):
        assert "登录已超时，内容已保存" in words(use_card(owner.client, "12345678"))
        use_card(owner.client)
    assert Draft.objects.filter(application=application).exists()


def test_after_half_an_hour_it_is_gone(owner: Person) -> None:
    _application, _response = type_after_the_session_ended(owner, TYPED)
    late = START + datetime.timedelta(
        seconds=settings.SIGNIN_IDLE_SECONDS + 61 + settings.PARKED_POST_SECONDS
    )
    with time_machine.travel(late, tick=False):
        assert "内容已保存" not in words(owner.client.get(CARD))
        assert use_card(owner.client)["Location"] == "/center/"
        assert parked.SESSION_KEY not in owner.client.session
    assert not Draft.objects.exists()


def test_the_operators_card_gets_nothing_and_the_owners_card_still_does(owner: Person) -> None:
    application, _response = type_after_the_session_ended(owner, TYPED)
    with time_machine.travel(START + datetime.timedelta(minutes=35), tick=False):
        insert(owner.world, CardKind.OPERATOR)
        assert use_card(owner.client)["Location"] == "/center/"
        assert not Draft.objects.exists()
        owner.client.post("/logout/", {"next": address(application)})
        insert(owner.world, CardKind.LEGAL)
        assert use_card(owner.client)["Location"] == address(application)
    assert Draft.objects.filter(application=application).exists()


def test_a_stranger_s_application_gets_no_draft(owner: Person, stranger: Person) -> None:
    theirs = stranger.application()
    client = browser(owner.world)
    client.post(address(theirs), TYPED)
    assert use_card(client)["Location"] == "/center/"
    assert not Draft.objects.exists()


def test_another_world_gets_nothing(world: World, owner: Person) -> None:
    application = owner.application()
    client = browser(world)
    client.post(address(application), TYPED)
    elsewhere = browser(make_world("P01"))
    elsewhere.cookies["sessionid"] = client.cookies["sessionid"].value
    use_card(elsewhere)
    assert not Draft.objects.exists()


def test_a_step_that_is_done_meanwhile_is_left_alone(owner: Person) -> None:
    application = owner.application(until=State.AWAITING_SEAL)
    client = browser(owner.world)
    client.post(address(application), TYPED)
    assert use_card(client)["Location"] == "/center/"
    assert not Draft.objects.filter(step="confirm").exists()


def test_the_authority_s_end_of_the_session_parks_too(owner: Person) -> None:
    application = owner.application()
    page = owner.client.get(address(application))
    single_window(owner.world).sign_out(token=owner.actor.token)
    data = hidden(page) | CONTACT | {"commit": "1"}
    response = owner.client.post(address(application), data)
    assert response["Location"].startswith("/login/card/?next=")
    assert parked.SESSION_KEY in owner.client.session


@pytest.mark.parametrize("typed", ["a" * 40_000, "x\x00y", "\ud800", "\u202e林", "𠮷䶮"])
def test_hostile_text_is_kept_as_far_as_it_can_be(visitor: Client, typed: str) -> None:
    response = send(visitor, "/apply/TB-1/confirm/", {"confirm-name": typed})
    assert response.status_code == 303
    kept = visitor.session[parked.SESSION_KEY]["data"]["name"][0]
    assert len(kept) <= 2000
    assert "\x00" not in kept


@pytest.mark.parametrize(
    "path", ["/apply/TB-1/nonsense/", "/apply/" + "9" * 200 + "/confirm/", "/apply/TB-1/seal/"]
)
def test_there_is_nothing_to_keep(visitor: Client, path: str) -> None:
    response = visitor.post(path, {"confirm-name": "x"})
    assert response.status_code in {303, 404}
    assert parked.SESSION_KEY not in visitor.session


def test_without_a_world_nothing_is_kept(db: None) -> None:
    client = browser()
    assert client.post("/apply/TB-1/confirm/", {"confirm-name": "x"}).status_code == 303
    assert parked.SESSION_KEY not in client.session


def test_the_pin_change_comes_first_and_then_the_step(db: None) -> None:
    world = make_world("P05")
    client = browser(world)
    client.post("/login/card/centre/")
    use_card(client)
    new = {"old_pin": PIN, "new_pin": "24681357", "repeat": "24681357"}
    response = client.post("/login/change-pin/", new | {"next": "/center/"})
    assert response["Location"] == "/center/"
    client.get("/center/")
    application = Application.objects.get(world=world)
    client.post("/logout/")
    client.post(address(application), TYPED)
    response = use_card(client, "24681357")
    assert response["Location"] == address(application)

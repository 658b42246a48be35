"""Starting a scenario: a world of its own, and the page just before the interesting moment."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.demo.console import start, text
from tests.worlds import PIN, browser, make_world, signed_in
from wizard.authority import control, single_window
from wizard.middleware import WORLD_COOKIE
from wizard.models import Application, Event, World
from wizard.process import State
from wizard.singlewindow.faults import OutcomeUnknown

AT_THE_SIGN_IN = ["N-01", "N-02", "N-03", "C-103", "C-101", "C-102"]
INSIDE = {
    "R-401": ("confirm", State.AWAITING_CONFIRMATION),
    "A-201": ("confirm", State.AWAITING_CONFIRMATION),
    "S-301": ("seal", State.AWAITING_SEAL),
    "X-701": ("seal", State.AWAITING_SEAL),
    "returned": ("confirm", State.RETURNED),
    "declined": ("policy", State.DECLINED),
    "issued": ("policy", State.ISSUED),
}


@pytest.mark.parametrize("code", AT_THE_SIGN_IN)
def test_scenarios_about_cards_and_whole_walks_begin_at_the_sign_in(
    presenter: Client, code: str
) -> None:
    world, address = start(presenter, code)
    assert address == "/login/card/"
    assert (world.scenario, control().has_world(world.key)) == (code, True)
    assert presenter.get(address).status_code == 200
    assert presenter.get("/center/").status_code in {302, 303}, "nobody is signed in"


@pytest.mark.parametrize("code", INSIDE)
def test_the_others_land_just_before_the_interesting_moment(presenter: Client, code: str) -> None:
    world, address = start(presenter, code)
    application = Application.objects.get(world=world)
    step, state = INSIDE[code]
    assert application.state == state
    assert address == f"/apply/{application.number}/{step}/"
    assert "演示提示：" in text(presenter, address)


def test_what_was_walked_is_in_the_trail_like_anybody_elses(presenter: Client) -> None:
    world, _address = start(presenter, "returned")
    actions = Event.objects.filter(application__world=world).values_list("action", flat=True)
    assert list(actions) == ["offered", "confirm", "make-seal", "sign", "return"]


def test_returned_shows_the_reason(presenter: Client) -> None:
    _world, address = start(presenter, "returned")
    assert "2999.90 万美元" in text(presenter, address)


def test_the_mailbox_of_a201_is_the_bad_one(presenter: Client) -> None:
    _world, address = start(presenter, "A-201")
    assert "wig_sales@example.com" in presenter.get(address).content.decode()


def test_leave_and_come_back_leads_to_step_two_after_the_sign_in(presenter: Client) -> None:
    world, address = start(presenter, "N-03")
    application = Application.objects.get(world=world)
    assert application.state == State.AWAITING_SEAL
    serial = single_window(world).reader().cards[0].serial
    presenter.post(address, {"card": serial, "pin": PIN})
    response = presenter.get(f"/apply/{application.number}/", follow=True)
    assert response.redirect_chain[-1][0] == f"/apply/{application.number}/seal/"


@pytest.mark.parametrize("code", ["R-401", "A-201", "S-301", "returned", "declined", "issued"])
def test_a_card_can_also_be_walked_from_the_sign_in(presenter: Client, code: str) -> None:
    world, address = start(presenter, code, whole="1")
    assert address == "/login/card/"
    assert not Application.objects.filter(world=world).exists()
    cards = presenter.get("/demo/").content.decode().split("<li class=")
    running = next(card for card in cards if "正在演示" in card)
    assert f'id="{code}"' in running
    assert "继续" in running
    assert 'name="whole"' not in running


@pytest.mark.parametrize("code", ["n-01", "c-103", "RETURNED", "Returned"])
def test_capital_and_small_letters_are_the_same(presenter: Client, code: str) -> None:
    world, _address = start(presenter, code)
    assert world.scenario.casefold() == code.casefold()


@pytest.mark.parametrize(
    "code",
    ["Z-999", "N-1", "%00", "%F0%9F%98%80", "N-01%0A", "..%2Fadmin", "A" * 3000, "%ED%A0%80"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_scenario_is_not_found_and_starts_nothing(
    presenter: Client, code: str, method: str
) -> None:
    response = getattr(presenter, method)(f"/demo/start/{code}/")
    assert response.status_code == 404
    assert World.objects.count() == 0


def test_a_link_to_a_scenario_shows_its_card_and_starts_nothing(presenter: Client) -> None:
    response = presenter.get("/demo/start/c-103/")
    assert (response.status_code, response["Location"]) == (303, "/demo/#C-103")
    assert World.objects.count() == 0


def test_starting_signs_out_and_begins_a_new_session(db: None) -> None:
    owner = signed_in(make_world("P01"))
    before = owner.client.cookies["sessionid"].value
    assert owner.client.get("/center/").status_code == 200
    start(owner.client, "N-01")
    assert owner.client.get("/center/").status_code != 200
    thief = browser(owner.world)
    thief.cookies["sessionid"] = before
    assert thief.get("/center/").status_code != 200, "the old session id is dead on the server"


def test_starting_again_is_another_world_and_the_old_one_stays_for_who_is_in_it(
    presenter: Client,
) -> None:
    first, _ = start(presenter, "N-01")
    second, _ = start(presenter, "N-01")
    assert first.key != second.key
    assert first.code != second.code
    assert control().has_world(first.key)


def test_two_browsers_do_not_disturb_one_another(presenter: Client, colleague: Client) -> None:
    mine, page = start(presenter, "S-301")
    theirs, _same_address = start(colleague, "S-301")
    my_time = control().now(mine.key)
    colleague.post("/demo/clock/", {"a": "1d"})
    assert (control().now(mine.key) - my_time).total_seconds() < 3600
    assert mine.code not in text(colleague)
    colleague.post("/demo/reset/")
    assert not control().has_world(theirs.key)
    assert presenter.get(page).status_code == 200
    assert Application.objects.get().world == mine


def test_the_cookie_names_one_world_and_cannot_be_made_up(presenter: Client) -> None:
    world, _ = start(presenter, "N-01")
    cookie = presenter.cookies[WORLD_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    forger = browser()
    forger.cookies[WORLD_COOKIE] = world.key
    assert world.code not in text(forger)


def test_a_form_from_another_site_starts_nothing(db: None) -> None:
    strict = browser(enforce_csrf_checks=True)
    assert strict.post("/demo/start/N-01/").status_code == 403
    assert World.objects.count() == 0


def test_when_the_authority_is_silent_nothing_is_left_behind(
    presenter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(**_kwargs: object) -> None:
        raise OutcomeUnknown

    monkeypatch.setattr("wizard.demo.landing.transitions.refresh_all", silent)
    response = presenter.post("/demo/start/S-301/", follow=True)
    assert "演示没有开始" in response.content.decode()
    assert World.objects.count() == 0
    assert "signin" not in presenter.session

"""企业信息 and 企业实名认证."""

from __future__ import annotations

import json
import re

import pytest

from tests.account.desk import hidden, lose, words
from tests.worlds import Person, make_world, signed_in
from wizard.authority import engine, single_window
from wizard.process import State
from wizard.singlewindow.faults import Fault, FaultCode
from wizard.singlewindow.port import CardKind, SingleWindow
from wizard.singlewindow.simulator.window import WorldWindow

VERIFY = "/account/verify/"


@pytest.fixture
def uncertified(db: None) -> Person:
    """P07."""
    return signed_in(make_world("P07"))


def certified(person: Person) -> bool:
    return single_window(person.world).enterprise(token=person.actor.token).certified


def test_the_first_line_says_whose_account_it_is(owner: Person, colleague: Person) -> None:
    mine, theirs = owner.client.get("/account/"), colleague.client.get("/account/")
    assert "企业管理员信息" in words(mine)
    assert "企业操作员信息" in words(theirs)
    assert "企业管理员信息" not in words(theirs)


def test_only_the_legal_card_has_the_seal_menu_and_others_are_told(
    owner: Person, colleague: Person
) -> None:
    assert 'href="/account/seals/"' in owner.client.get("/account/").content.decode()
    theirs = colleague.client.get("/account/")
    assert 'href="/account/seals/"' not in theirs.content.decode()
    assert "没有“印章管理”菜单：当前不是法人卡登录" in words(theirs)
    assert "G-502" in words(theirs)


def test_names_of_people_are_masked(owner: Person) -> None:
    shown = words(owner.client.get("/account/"))
    assert "林*例" in shown
    assert "林示例" not in shown


def test_no_answer_still_shows_the_account(owner: Person) -> None:
    lose(owner.world, "enterprise")
    shown = words(owner.client.get("/account/"))
    assert "X-704" in shown
    assert "企业管理员信息" in shown


def test_one_way_of_certification_is_enough_and_leads_back_to_the_step(
    uncertified: Person,
) -> None:
    application = uncertified.application()
    step = f"/apply/{application.number}/confirm/"
    page = uncertified.client.get(VERIFY, {"next": step})
    assert "企业还没有完成实名认证" in words(page)
    assert "返回第 1 步，确认投保" in words(page)
    response = uncertified.client.post(
        f"{VERIFY}?next={step}", hidden(page) | {"method": "legal-card"}
    )
    assert response.status_code == 303
    assert response["Location"] == step
    assert certified(uncertified)
    assert "企业已完成实名认证" in words(uncertified.client.get(VERIFY))


@pytest.mark.parametrize("method", ["bank-transfer", "legal-person"])
def test_each_of_the_other_ways_works_too(uncertified: Person, method: str) -> None:
    response = uncertified.client.post(VERIFY, {"method": method})
    assert response["Location"] == VERIFY
    assert certified(uncertified)


def test_the_operator_sees_the_state_and_cannot_certify(db: None) -> None:
    world = make_world("P07")
    owner = signed_in(world)
    operator = signed_in(world, CardKind.OPERATOR)
    page = operator.client.get(VERIFY)
    assert "认证要用法人卡登录后办理" in words(page)
    assert "认证</button>" not in page.content.decode()
    assert operator.client.post(VERIFY, {"method": "legal-card"}).status_code == 403
    assert not certified(owner)


def test_data_that_differ_from_the_registers(
    uncertified: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: SingleWindow, **call: object) -> None:
        raise Fault(FaultCode.REGISTRY_MISMATCH)

    monkeypatch.setattr(WorldWindow, "certify", refuse)
    response = uncertified.client.post(VERIFY, {"method": "legal-person"})
    shown = words(response)
    assert "R-402" in shown
    assert "12360" in shown
    assert not certified(uncertified)


def test_a_lost_answer_is_known_from_the_list(uncertified: Person) -> None:
    form = hidden(uncertified.client.get(VERIFY)) | {"method": "legal-card"}
    lose(uncertified.world, "certify", after=True)
    shown = uncertified.client.post(VERIFY, form, follow=True)
    assert "企业实名认证成功" in words(shown)
    assert "X-704" not in words(shown)


def test_without_the_list_one_looks_again_and_sees_it_done(uncertified: Person) -> None:
    form = hidden(uncertified.client.get(VERIFY)) | {"method": "legal-card"}
    lose(uncertified.world, "certify", after=True)
    lose(uncertified.world, "certifications")
    response = uncertified.client.post(VERIFY, form)
    assert response.status_code == 503
    assert "有没有办成还不清楚" in words(response)
    assert "再查一次" in words(response)
    assert "企业已完成实名认证" in words(uncertified.client.get(VERIFY))


def test_a_lost_request_is_settled_by_pressing_again(uncertified: Person) -> None:
    form = hidden(uncertified.client.get(VERIFY)) | {"method": "legal-card"}
    lose(uncertified.world, "certify")
    response = uncertified.client.post(VERIFY, form)
    assert response.status_code == 503
    assert "X-704" in words(response)
    assert hidden(response)["idem"] == form["idem"]
    assert uncertified.client.post(VERIFY, form)["Location"] == VERIFY
    asked = [r for r in engine().requests(uncertified.world.key) if r.operation == "certify"]
    assert len({request.key for request in asked}) == 1


@pytest.mark.parametrize("method", ["", "x" * 5000, "LEGAL-CARD", "\x00"])
def test_a_way_that_does_not_exist(uncertified: Person, method: str) -> None:
    assert uncertified.client.post(VERIFY, {"method": method}).status_code == 404


@pytest.mark.parametrize("token", ["", "short", "x" * 5000, "a b" * 10, "\x00" * 20, "ü" * 20])
def test_a_bent_token_certifies_under_a_fresh_one(uncertified: Person, token: str) -> None:
    response = uncertified.client.post(VERIFY, {"method": "legal-card", "idem": token})
    assert response["Location"] == VERIFY
    asked = engine().requests(uncertified.world.key)[0]
    assert re.fullmatch(r"[!-~]{1,200}", asked.key)
    assert json.dumps(asked.key)


def test_somebody_elses_application_is_no_way_back(owner: Person, stranger: Person) -> None:
    theirs = stranger.application(until=State.AWAITING_SEAL)
    page = owner.client.get(VERIFY, {"application": theirs.number})
    assert theirs.number not in words(page)
    page = owner.client.get(VERIFY, {"next": f"/apply/{theirs.number}/seal/"})
    assert "返回第 2 步" not in words(page)

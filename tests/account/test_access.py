"""Who may see a private page: everybody else is led to the sign-in, and back."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.account.desk import insert, words
from tests.worlds import PIN, Person, browser, make_world, signed_in
from wizard.authority import control, single_window
from wizard.models import World
from wizard.singlewindow.port import CardKind

PRIVATE = (
    "/center/",
    "/policies/",
    "/policies/DEMO-1/",
    "/policies/DEMO-1.pdf",
    "/account/",
    "/account/seals/",
    "/account/seals/seal-1/delete/",
    "/account/verify/",
    "/login/change-pin/",
)
SEEN_BY_ALL_SIGNED_IN = ("/center/", "/policies/", "/account/", "/account/verify/")


@pytest.mark.parametrize("address", PRIVATE)
def test_nobody_sees_a_private_page_without_signing_in(visitor: Client, address: str) -> None:
    response = visitor.get(address)
    assert response.status_code == 303
    assert response["Location"].startswith("/login/card/?next=%2F")


@pytest.mark.parametrize("address", SEEN_BY_ALL_SIGNED_IN)
def test_owner_and_colleague_may_look(owner: Person, colleague: Person, address: str) -> None:
    for person in (owner, colleague):
        response = person.client.get(address)
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"


def test_even_the_redirect_and_the_sign_in_are_not_kept(visitor: Client) -> None:
    assert visitor.get("/center/")["Cache-Control"] == "no-store"
    assert visitor.get("/login/card/")["Cache-Control"] == "no-store"


def test_a_deep_link_comes_back_after_the_sign_in(visitor: Client) -> None:
    asked = visitor.get("/account/verify/?next=/center/")
    back = asked["Location"].partition("?next=")[2]
    assert back == "%2Faccount%2Fverify%2F%3Fnext%3D%2Fcenter%2F"
    response = visitor.post("/login/card/", {"pin": PIN, "next": "/account/verify/?next=/center/"})
    assert response["Location"] == "/account/verify/?next=/center/"


def test_a_colleague_s_card_is_shown_what_to_do_instead(colleague: Person) -> None:
    response = colleague.client.get("/account/seals/")
    assert response["Location"] == "/login/blocked/?next=%2Faccount%2Fseals%2F"
    shown = words(colleague.client.get(response["Location"]))
    assert "这是操作员卡，投保要用法人卡" in shown
    assert "C-101" in shown
    assert "退出登录，换法人卡" in shown


def test_a_colleague_s_post_is_refused_and_has_no_effect(colleague: Person) -> None:
    response = colleague.client.post("/account/seals/", {"do": "add"})
    assert response.status_code == 403
    assert "C-101" in words(response)
    response = colleague.client.post("/account/verify/", {"method": "legal-card"})
    assert response.status_code == 403
    insert(colleague.world, CardKind.LEGAL)
    owner = signed_in(colleague.world)
    assert single_window(owner.world).seals(token=owner.actor.token) == ()


def test_leaving_with_the_operators_card_leads_back_to_the_same_place(colleague: Person) -> None:
    client = colleague.client
    response = client.post("/logout/", {"next": "/account/seals/"})
    assert response["Location"] == "/login/card/?next=%2Faccount%2Fseals%2F"
    insert(colleague.world, CardKind.LEGAL)
    response = client.post("/login/card/", {"pin": PIN, "next": "/account/seals/"})
    assert client.get(response["Location"]).status_code == 200


def test_the_blocked_page_helps_who_is_not_signed_in(visitor: Client) -> None:
    response = visitor.get("/login/blocked/")
    assert response.status_code == 200
    assert "用法人卡登录" in words(response)


def test_a_sign_in_does_not_follow_into_another_world(owner: Person) -> None:
    other = browser(make_world("P02"))
    other.cookies["sessionid"] = owner.client.cookies["sessionid"].value
    assert other.get("/center/").status_code == 303


def test_the_authority_s_own_end_of_the_session_counts(owner: Person) -> None:
    single_window(owner.world).sign_out(token=owner.actor.token)
    response = owner.client.get("/center/")
    assert response["Location"] == "/login/card/?next=%2Fcenter%2F"
    assert owner.client.get("/account/")["Location"].startswith("/login/card/")


def test_a_card_unlocked_meanwhile_ends_its_sign_ins(owner: Person, world: World) -> None:
    control().unlock_card(world.key, owner.actor.card_serial)
    assert owner.client.get("/center/")["Location"].startswith("/login/card/")


def test_a_lost_post_says_that_nothing_was_done(visitor: Client) -> None:
    response = visitor.post("/account/seals/?application=TB-1", {"do": "add"}, follow=True)
    assert response.redirect_chain[0][0].startswith("/login/card/?next=%2Faccount%2Fseals%2F")
    assert "刚才的操作没有提交" in words(response)


def test_a_post_below_an_application_comes_back_to_that_application(visitor: Client) -> None:
    response = visitor.post("/apply/TB-2026-1/reopen/", {"rev": "1"})
    assert response["Location"] == "/login/card/?next=%2Fapply%2FTB-2026-1%2F"

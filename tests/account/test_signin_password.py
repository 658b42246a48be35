"""用户名登录 and 无卡用户: may look; what it cannot do is said before signing in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.account.desk import lose, send, words
from tests.worlds import browser, make_world
from wizard.models import World
from wizard.singlewindow.simulator import personas

PASSWORD = "/login/password/"


@pytest.fixture
def account() -> dict[str, str]:
    """The demonstration account of P01."""
    listed: Any = json.loads(Path(personas.__file__).with_name("personas.json").read_text())
    found: dict[str, str] = next(p for p in listed["personas"] if p["id"] == "P01")["account"]
    return found


def test_the_right_password_signs_in_as_somebody_without_a_card(
    visitor: Client, account: dict[str, str]
) -> None:
    response = visitor.post(PASSWORD, account | {"next": "/policies/"})
    assert response["Location"] == "/policies/"
    assert "当前身份：无卡用户，只能查看" in words(visitor.get("/center/"))


def test_the_demonstration_says_its_account_aloud(visitor: Client, account: dict[str, str]) -> None:
    assert account["password"] in words(visitor.get(PASSWORD))


def test_unknown_name_and_wrong_password_are_answered_alike(
    visitor: Client, account: dict[str, str]
) -> None:
    wrong = visitor.post(PASSWORD, {"username": account["username"], "password": "x"})
    unknown = visitor.post(PASSWORD, {"username": "nobody", "password": "x"})
    assert wrong.status_code == unknown.status_code == 200
    assert words(wrong) == words(unknown)
    assert "R-406" in words(wrong)
    assert "用户名或密码不对" in words(wrong)


def test_what_was_typed_stays_except_the_password(visitor: Client) -> None:
    page = visitor.post(PASSWORD, {"username": "nobody", "password": "geheim-77"}).content.decode()
    assert 'value="nobody"' in page
    assert "geheim-77" not in page


def test_an_account_that_was_never_activated_is_sent_to_the_card(db: None) -> None:
    client = browser(make_world("P16"))
    response = client.post(PASSWORD, {"username": "demop16", "password": "Demo-P16-2026"})
    assert "R-403" in words(response)


@pytest.mark.parametrize(
    "typed", ["", "\x00", "\ud800", "a" * 40_000, "\u202eabc", "\u200b", "　", "' OR 1=1 --"]
)
def test_hostile_names_and_passwords_get_a_page(visitor: Client, typed: str) -> None:
    for fields in ({"username": typed, "password": "x"}, {"username": "x", "password": typed}):
        response = send(visitor, PASSWORD, fields)
        assert response.status_code == 200
        assert 'aria-invalid="true"' in response.content.decode()


def test_no_answer_is_said_and_the_name_is_kept(visitor: Client, world: World) -> None:
    lose(world, "sign_in_with_password")
    response = visitor.post(PASSWORD, {"username": "demop01", "password": "x"})
    assert response.status_code == 503
    assert 'value="demop01"' in response.content.decode()


def test_without_a_world_nothing_is_asked(db: None) -> None:
    response = browser().post(PASSWORD, {"username": "demop01", "password": "x"})
    assert "先选一张演示卡" in words(response)


def test_the_third_tab_says_what_needs_the_card_and_leads_on(visitor: Client) -> None:
    response = visitor.get("/login/nocard/", {"next": "/policies/"})
    shown = words(response)
    assert "制章和签署需要法人卡" in shown
    assert "签署三方协议" in shown
    assert 'href="/login/password/?next=%2Fpolicies%2F"' in response.content.decode()


def test_without_a_card_one_cannot_commit_and_is_told_why(
    visitor: Client, account: dict[str, str]
) -> None:
    visitor.post(PASSWORD, account)
    response = visitor.get("/account/seals/")
    assert response["Location"].startswith("/login/blocked/")
    shown = words(visitor.get(response["Location"]))
    assert "无卡用户只能查看，投保要用法人卡" in shown
    assert "G-502" in shown
    assert visitor.get("/login/change-pin/")["Location"] == "/account/"

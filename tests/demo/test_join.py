"""换一台电脑接着办: into another's demonstration by its code, and by nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.console import start, text, words
from tests.worlds import make_world, signed_in
from wizard.demo.views import JOIN_TRIES
from wizard.demo.worlds import world_with_code
from wizard.models import CODE_ALPHABET, Throttle, World


def test_the_code_leads_into_the_same_world(presenter: Client, colleague: Client) -> None:
    world, _ = start(presenter, "S-301")
    response = colleague.post("/demo/join/", {"code": world.code})
    assert (response.status_code, response["Location"]) == (303, "/demo/")
    said = text(colleague)
    assert f"已进入演示 {world.code}" in said
    assert "制章失败，已有旧印章" in said
    assert "第 2 步，共 4 步" in said


def test_the_world_is_shared_the_sign_in_is_not(presenter: Client, colleague: Client) -> None:
    world, address = start(presenter, "S-301")
    colleague.post("/demo/join/", {"code": world.code})
    assert colleague.get(address)["Location"].startswith("/login/card/")
    assert presenter.get(address).status_code == 200


@pytest.mark.parametrize(
    "typed",
    ["{code}", " {code} ", "{lower}", "{first}-{last}", "{first} {last}", "{wide}", "{code}\u3000"],
)
def test_the_code_is_understood_however_it_is_typed(
    presenter: Client, colleague: Client, typed: str
) -> None:
    world, _ = start(presenter, "N-01")
    code = world.code
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    sent = typed.format(code=code, lower=code.lower(), first=code[:3], last=code[3:], wide=wide)
    assert colleague.post("/demo/join/", {"code": sent}).status_code == 303


@pytest.mark.parametrize(
    "typed",
    [
        "ABC",
        "ABCDEFG",
        "O0I1LL",
        "ABCDE\x00",
        "你好你好你好",
        "A" * 40000,
        "\u202eABCDE",
        "%",
        "______",
    ],
)
def test_a_wrong_code_is_said_and_what_was_typed_is_kept(colleague: Client, typed: str) -> None:
    response = colleague.post("/demo/join/", {"code": typed})
    html = response.content.decode()
    assert response.status_code == 200
    assert "<title>错误：" in html
    assert 'href="#id_code"' in html
    assert "world" not in response.cookies
    if typed.isprintable():
        assert f'value="{typed}"' in html


def test_a_well_formed_code_of_no_world_is_said(colleague: Client) -> None:
    response = colleague.post("/demo/join/", {"code": "ABCDEF"})
    assert "没有找到这个代码的演示" in words(response.content.decode())


def test_an_empty_code_is_asked_for(colleague: Client) -> None:
    response = colleague.post("/demo/join/", {"code": "  "})
    assert "请填写演示会话代码" in words(response.content.decode())


def test_the_page_of_a_wrong_code_can_be_reloaded(colleague: Client) -> None:
    response = colleague.get("/demo/join/")
    assert (response.status_code, response["Location"]) == (303, "/demo/")


def test_joining_another_world_signs_out_of_the_first(db: None, presenter: Client) -> None:
    owner = signed_in(make_world("P01"))
    world, _ = start(presenter, "N-02")
    owner.client.post("/demo/join/", {"code": world.code})
    assert owner.client.get("/center/").status_code != 200


def test_joining_the_own_world_changes_nothing(presenter: Client) -> None:
    world, address = start(presenter, "S-301")
    presenter.post("/demo/join/", {"code": world.code})
    assert presenter.get(address).status_code == 200


def test_a_world_that_was_thrown_away_cannot_be_joined(
    presenter: Client, colleague: Client
) -> None:
    world, _ = start(presenter, "N-01")
    presenter.post("/demo/reset/")
    assert colleague.post("/demo/join/", {"code": world.code}).status_code == 200


def test_guessing_is_stopped_for_the_address_also_with_the_right_code(
    presenter: Client, colleague: Client
) -> None:
    world, _ = start(presenter, "N-01")
    for _try in range(JOIN_TRIES):
        assert colleague.post("/demo/join/", {"code": "ABCDEF"}).status_code == 200
    response = colleague.post("/demo/join/", {"code": world.code})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "输错的次数太多，5 分钟后再试" in words(response.content.decode())
    assert "world" not in response.cookies


def test_right_codes_are_not_counted(presenter: Client, colleague: Client) -> None:
    world, _ = start(presenter, "N-01")
    for _machine in range(JOIN_TRIES + 3):
        assert colleague.post("/demo/join/", {"code": world.code}).status_code == 303
    assert Throttle.objects.get(bucket__startswith="join:").count == 0


def test_using_the_code_counts_as_use_of_the_world(presenter: Client, colleague: Client) -> None:
    world, _ = start(presenter, "N-01")
    World.objects.filter(pk=world.pk).update(touched_at=world.created_at.replace(year=2020))
    colleague.post("/demo/join/", {"code": world.code})
    world.refresh_from_db()
    assert world.touched_at >= world.created_at


@pytest.mark.django_db
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=12))
def test_no_text_is_more_than_not_found(typed: str) -> None:
    assert world_with_code(typed) is None


@pytest.mark.parametrize("sign", "01ILO")
def test_signs_that_sound_or_look_alike_are_in_no_code(sign: str) -> None:
    assert sign not in CODE_ALPHABET

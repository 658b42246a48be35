"""卡介质登录: what the desk shows, what a PIN leads to, and what a card's trouble looks like."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.fixtures import Settings

from tests.account.desk import CARD, WRONG, insert, lose, send, title, use_card, words
from tests.worlds import PIN, Person, browser, make_world, signed_in
from wizard.authority import control, single_window
from wizard.models import World
from wizard.singlewindow.faults import Fault, FaultCode
from wizard.singlewindow.port import CardKind


def test_login_leads_to_the_card_and_keeps_the_way_back(visitor: Client) -> None:
    response = visitor.get("/login/", {"next": "/policies/"})
    assert response.status_code == 303
    assert response["Location"] == "/login/card/?next=%2Fpolicies%2F"


def test_without_a_world_the_page_says_to_choose_a_card_first(db: None) -> None:
    response = browser().get(CARD)
    assert "先选一张演示卡" in words(response)
    assert 'href="/demo/"' in response.content.decode()
    assert browser().post(CARD, {"pin": PIN}).status_code == 200


def test_a_world_that_the_authority_has_forgotten_counts_as_none(world: World) -> None:
    control().purge_world(world.key)
    assert "先选一张演示卡" in words(browser(world).get(CARD))
    assert "先选一张演示卡" in words(use_card(browser(world)))


def test_the_page_shows_the_company_and_the_four_checks(visitor: Client) -> None:
    shown = words(visitor.get(CARD))
    assert "广东示例虚舟灯饰有限公司" in shown
    for line in ("读卡器已连接", "客户端控件已运行", "电脑时间正确", "识别到法人卡"):
        assert line in shown
    assert "8 位数字，没改过通常是 8 个 8 或 8 个 0" in shown


def test_the_right_pin_leads_to_the_service_centre(visitor: Client) -> None:
    response = use_card(visitor)
    assert response.status_code == 303
    assert response["Location"] == "/center/"
    assert "广东示例虚舟灯饰有限公司" in visitor.get("/center/").content.decode()


@pytest.mark.parametrize("typed", ["８８８８８８８８", " 8888 8888 ", "8888\u200b8888"])
def test_the_pin_is_understood_however_it_is_typed(visitor: Client, typed: str) -> None:
    assert use_card(visitor, typed).status_code == 303


def test_the_session_id_changes_at_sign_in_and_the_old_one_is_dead(visitor: Client) -> None:
    visitor.post("/apply/TB-1/confirm/", {"confirm-name": "林示例"})
    before = visitor.cookies["sessionid"].value
    use_card(visitor)
    after = visitor.cookies["sessionid"].value
    assert before != after
    assert not Session.objects.filter(session_key=before).exists()


def test_a_wrong_pin_is_said_at_the_field_with_the_tries_left(visitor: Client) -> None:
    response = use_card(visitor, WRONG)
    page = response.content.decode()
    assert "卡密码不对，还可以尝试 4 次" in words(response)
    assert 'aria-invalid="true"' in page
    assert "C-102" in page
    assert title(response).startswith("错误：")
    assert WRONG not in page
    assert "还可以尝试 3 次" in words(use_card(visitor, WRONG))
    assert use_card(visitor).status_code == 303


def test_what_cannot_be_a_pin_never_reaches_the_card(visitor: Client, world: World) -> None:
    for typed in ("", "1234567", "123456789", "a" * 40_000, "\x00" * 8, "\ud800", "١٢٣٤٥٦٧٨"):
        response = send(visitor, CARD, {"pin": typed})
        assert response.status_code == 200
        assert 'aria-invalid="true"' in response.content.decode()
    assert "还可以尝试 4 次" in words(use_card(visitor, WRONG))


def test_the_last_wrong_pin_locks_the_card_and_the_page_says_how_to_unlock_it(
    visitor: Client,
) -> None:
    for _try in range(4):
        use_card(visitor, WRONG)
    shown = words(use_card(visitor, WRONG))
    assert "这张法人卡已被锁定，暂时不能登录" in shown
    assert "联系当地电子口岸制卡中心办理解锁" in shown
    assert "C-103" in shown
    assert "这张法人卡已被锁定" in words(use_card(visitor)), "the right PIN does not open it"


def test_a_locked_card_is_unlocked_and_must_get_another_pin(db: None) -> None:
    world = make_world("P05")
    client = browser(world)
    page = client.get(CARD)
    assert "到制卡中心解锁（演示）" in words(page)
    assert "/faq/legal-card-locked/" in page.content.decode()
    unlocked = client.post("/login/card/centre/", follow=True)
    assert "卡密码恢复为 8 个 8" in words(unlocked)
    response = client.post(CARD, {"pin": PIN, "next": "/policies/"})
    assert response["Location"] == "/login/change-pin/?next=%2Fpolicies%2F"
    assert client.get("/center/")["Location"] == "/login/change-pin/?next=%2Fcenter%2F"


def test_an_expired_card_is_renewed_in_the_demonstration(db: None) -> None:
    client = browser(make_world("P04"))
    shown = words(client.get(CARD))
    assert "这张法人卡已过期" in shown
    assert "C-105" in shown
    client.post("/login/card/centre/")
    assert use_card(client).status_code == 303


@pytest.mark.parametrize(
    ("persona", "code"), [("P17", "C-106"), ("P18", "C-107"), ("P04", "C-105")]
)
def test_trouble_on_the_desk_is_explained_before_and_after_the_pin(
    db: None, persona: str, code: str
) -> None:
    client = browser(make_world(persona))
    assert code in words(client.get(CARD))
    response = use_card(client)
    assert code in words(response)
    assert "谁能处理" in words(response)


def test_no_card_in_the_reader(visitor: Client, world: World) -> None:
    visitor.post("/login/card/insert/", {"card": ""})
    shown = words(visitor.get(CARD))
    assert "没有读到卡" in shown
    assert "C-106" in shown
    assert "C-106" in words(use_card(visitor))


def test_another_card_of_the_desk_is_put_into_the_reader(visitor: Client, world: World) -> None:
    cards = single_window(world).reader().cards
    operator = next(card for card in cards if card.kind is CardKind.OPERATOR)
    response = visitor.post("/login/card/insert/", {"card": operator.serial, "next": "/policies/"})
    assert response["Location"] == "/login/card/?next=%2Fpolicies%2F"
    assert "识别到操作员卡" in words(visitor.get(CARD))


def test_a_card_that_does_not_lie_there_changes_nothing(visitor: Client) -> None:
    assert visitor.post("/login/card/insert/", {"card": "x" * 5000}).status_code == 303
    assert "识别到法人卡" in words(visitor.get(CARD))


def test_a_pin_meant_for_another_card_costs_no_try(visitor: Client, world: World) -> None:
    shown = insert(world, CardKind.LEGAL)
    insert(world, CardKind.OPERATOR)
    response = use_card(visitor, WRONG, card=shown)
    assert "读卡器里换了一张卡" in words(response)
    assert "还可以尝试 4 次" in words(use_card(visitor, WRONG))


def test_an_operators_card_signs_in_and_may_look(visitor: Client, world: World) -> None:
    insert(world, CardKind.OPERATOR)
    assert use_card(visitor)["Location"] == "/center/"
    assert "当前身份：操作员卡，只能查看" in words(visitor.get("/center/"))


def test_the_authority_does_not_answer(visitor: Client, world: World) -> None:
    lose(world, "sign_in_with_card")
    response = use_card(visitor)
    assert response.status_code == 503
    assert "X-704" in words(response)
    assert "再按一次同一个按钮" in words(response)
    lose(world, "reader", times=2)
    looked = words(visitor.get(CARD))
    assert "X-704" in looked
    assert "您没有提交任何内容" in looked
    assert "再查一次" in looked


def test_signing_in_anew_ends_the_earlier_sign_in_at_the_authority(
    owner: Person, world: World
) -> None:
    owner.client.post(CARD, {"pin": PIN})
    with pytest.raises(Fault) as refused:
        single_window(world).enterprise(token=owner.actor.token)
    assert refused.value.code is FaultCode.SESSION_EXPIRED


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/center/\r\nX: 1",
        "http:evil.example",
        "center/",
        "/" + "a" * 5000,
        "/\x00",
    ],
)
def test_the_way_back_never_leaves_this_site(visitor: Client, evil: str) -> None:
    response = visitor.post(CARD, {"pin": PIN, "next": evil})
    assert response["Location"] == "/center/"


def test_the_way_back_survives_an_error(visitor: Client) -> None:
    response = visitor.post(CARD, {"pin": WRONG, "next": "/account/verify/"})
    assert 'name="next" value="/account/verify/"' in response.content.decode()
    assert visitor.post(CARD, {"pin": PIN, "next": "/account/verify/"})["Location"] == (
        "/account/verify/"
    )


def test_signing_out_is_a_post_and_ends_the_session_everywhere(owner: Person) -> None:
    assert owner.client.get("/logout/").status_code == 405
    old = owner.client.cookies["sessionid"].value
    assert owner.client.post("/logout/").status_code == 303
    assert not Session.objects.filter(session_key=old).exists()
    owner.client.cookies["sessionid"] = old
    assert owner.client.get("/center/")["Location"].startswith("/login/card/")
    with pytest.raises(Fault):
        single_window(owner.world).enterprise(token=owner.actor.token)


def test_signing_out_without_the_authority_still_signs_out(owner: Person) -> None:
    lose(owner.world, "sign_out")
    owner.client.post("/logout/")
    assert owner.client.get("/center/").status_code == 303


def test_a_post_without_csrf_token_is_refused(world: World) -> None:
    client = browser(world, enforce_csrf_checks=True)
    for address in (CARD, "/logout/", "/login/card/insert/", "/login/password/"):
        assert client.post(address, {"pin": PIN}).status_code == 403


def test_the_csrf_token_changes_at_sign_in(visitor: Client) -> None:
    visitor.get(CARD)
    before = visitor.cookies["csrftoken"].value
    use_card(visitor)
    assert visitor.cookies["csrftoken"].value != before


def test_a_sign_in_ends_when_idle_and_in_any_case_after_a_day_s_work(
    world: World, settings: Settings
) -> None:
    start = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        person = signed_in(world)
        clock.shift(settings.SIGNIN_IDLE_SECONDS - 1)
        assert person.client.get("/account/").status_code == 200
        clock.shift(settings.SIGNIN_IDLE_SECONDS + 1)
        assert person.client.get("/account/")["Location"].startswith("/login/card/")
        person = signed_in(world)
        for _visit in range(settings.SIGNIN_ABSOLUTE_SECONDS // 1200):
            clock.shift(1200)
            person.client.get("/check/")
        clock.shift(1)
        assert person.client.get("/account/")["Location"].startswith("/login/card/")


def test_the_demo_s_desk_does_not_exist_without_the_demo(
    visitor: Client, settings: Settings
) -> None:
    settings.DEMO = False
    assert visitor.post("/login/card/insert/", {"card": ""}).status_code == 404
    assert visitor.post("/login/card/centre/").status_code == 404

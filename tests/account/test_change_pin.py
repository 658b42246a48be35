"""修改卡密码: forced after an unlock, free at any other time."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.account.desk import WRONG, insert, lose, title, use_card, words
from tests.worlds import PIN, Person, browser, hidden_fields, make_world
from wizard.authority import control, single_window
from wizard.models import World

CHANGE = "/login/change-pin/"
NEW = "24681357"


def fields(
    old: str = PIN, new: str = NEW, repeat: str | None = None, **more: str
) -> dict[str, str]:
    return {"old_pin": old, "new_pin": new, "repeat": new if repeat is None else repeat, **more}


@pytest.fixture
def unlocked(db: None) -> Client:
    """P05 signed in right after the 制卡中心 unlocked the card."""
    client = browser(make_world("P05"))
    client.post("/login/card/centre/")
    use_card(client)
    return client


def test_until_it_is_changed_every_other_page_leads_here(unlocked: Client) -> None:
    for address in (
        "/center/",
        "/account/",
        "/account/seals/",
        "/policies/",
        "/apply/TB-1/confirm/",
    ):
        assert unlocked.get(address)["Location"].startswith(CHANGE)
    assert unlocked.post("/account/verify/", {"method": "legal-card"})["Location"].startswith(
        CHANGE
    )
    assert "先修改卡密码，再继续办理" in words(unlocked.get(CHANGE))


def test_the_new_pin_opens_the_way_back_and_is_the_one_from_now_on(unlocked: Client) -> None:
    response = unlocked.post(CHANGE, fields(next="/account/"))
    assert response["Location"] == "/account/"
    assert "卡密码已修改" in words(unlocked.get("/account/"))
    unlocked.post("/logout/")
    assert "卡密码不对" in words(use_card(unlocked))
    assert use_card(unlocked, NEW)["Location"] == "/center/"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (fields(new="00000000"), "新密码不能是 8 个 8 或 8 个 0"),
        (fields(new=PIN), "新密码不能是 8 个 8 或 8 个 0"),
        (fields(repeat="13572468"), "两次输入的新密码不一样"),
        (fields(old=WRONG), "卡密码不对，还可以尝试 4 次"),
        (fields(new="1234"), "8 位数字"),
        (fields(new="１２３４５６７", repeat="x" * 40_000), "8 位数字"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    unlocked: Client, data: dict[str, str], sentence: str
) -> None:
    response = unlocked.post(CHANGE, data)
    page = response.content.decode()
    assert sentence in words(response)
    assert title(response).startswith("错误：")
    assert 'aria-invalid="true"' in page
    for typed in data.values():
        assert f'value="{typed}"' not in page
    assert unlocked.get("/center/")["Location"].startswith(CHANGE)


def test_the_same_pin_again_is_refused(owner: Person) -> None:
    owner.client.post(CHANGE, fields())
    response = owner.client.post(CHANGE, fields(old=NEW, new=NEW))
    assert "新密码不能和原密码一样" in words(response)


def test_too_many_wrong_old_pins_lock_the_card_and_end_the_sign_in(owner: Person) -> None:
    for _try in range(4):
        assert owner.client.post(CHANGE, fields(old=WRONG)).status_code == 200
    response = owner.client.post(CHANGE, fields(old=WRONG))
    assert response["Location"].startswith("/login/card/")
    assert "C-103" in words(owner.client.get(response["Location"]))
    assert owner.client.get("/center/").status_code == 303


def test_the_card_must_be_in_the_reader(owner: Person, world: World) -> None:
    insert(world, None)
    response = owner.client.post(CHANGE, fields())
    assert "没有读到卡" in words(response)
    assert "C-106" in words(response)


def test_an_answer_that_was_lost_is_said_and_the_same_page_again_settles_it(
    owner: Person, world: World
) -> None:
    lose(world, "change_pin")
    response = owner.client.post(CHANGE, fields() | hidden_fields(owner.client.get(CHANGE)))
    assert response.status_code == 503
    assert "X-704" in words(response)
    assert "把同样的密码再填一次，点“修改卡密码”" in words(response)
    again = owner.client.post(CHANGE, fields() | hidden_fields(response), follow=True)
    assert "卡密码已修改" in words(again)
    assert use_card(owner.client, NEW)["Location"] == "/center/"


def test_the_same_page_twice_changes_the_pin_once(owner: Person) -> None:
    typed = fields() | hidden_fields(owner.client.get(CHANGE))
    for _twice in range(2):
        assert owner.client.post(CHANGE, typed)["Location"] == "/center/"
    assert not single_window(owner.world).reader().cards[0].locked


def test_a_sign_in_that_ended_leads_to_the_sign_in(owner: Person, world: World) -> None:
    control().unlock_card(world.key, owner.actor.card_serial)
    assert owner.client.post(CHANGE, fields())["Location"].startswith("/login/card/")


def test_who_changes_freely_may_also_turn_back(owner: Person) -> None:
    page = owner.client.get(CHANGE, {"next": "/account/"})
    assert "不改了，返回" in words(page)
    assert "先修改卡密码" not in words(page)

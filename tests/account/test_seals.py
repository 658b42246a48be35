"""印章管理: 停用 → 删除 → 新增, one action at a time, and back to step 2."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.account.desk import Page, hidden, lose, words
from tests.worlds import Person, make_world, signed_in
from wizard.authority import engine, single_window
from wizard.process import State
from wizard.singlewindow.port import Seal, SealState

SEALS = "/account/seals/"


@pytest.fixture
def blocked(db: None) -> Person:
    """P10, whose old seal is in the way of step 2."""
    return signed_in(make_world("P10"))


def seals_of(person: Person) -> tuple[Seal, ...]:
    return single_window(person.world).seals(token=person.actor.token)


def actions(response: Page) -> list[str]:
    """What can be pressed in the list: 停用印章, 删除印章, 新增印章."""
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    pressed = re.findall(r"<(?:button|a class=\"btn d s\")[^>]*>(\w+印章)</(?:button|a)>", main)
    return [str(label) for label in pressed]


def stop(person: Person, address: str = SEALS) -> Any:
    return person.client.post(address, hidden(person.client.get(address)))


def test_the_three_actions_one_after_the_other_and_back_to_step_two(blocked: Person) -> None:
    application = blocked.application(until=State.AWAITING_SEAL)
    here = f"{SEALS}?application={application.number}"
    page = blocked.client.get(here)
    assert actions(page) == ["停用印章"]
    assert "返回第 2 步，制章" in words(page)
    assert 'aria-current="step"' in page.content.decode()

    assert stop(blocked, here)["Location"] == here
    page = blocked.client.get(here)
    assert actions(page) == ["删除印章"]
    assert "旧印章已停用。下一步，请删除这枚印章" in words(page)
    assert "已停用" in words(page)

    seal = seals_of(blocked)[0]
    question = f"{SEALS}{seal.id}/delete/?next=/apply/{application.number}/seal/"
    asked = blocked.client.get(question)
    assert "删除这枚印章？" in words(asked)
    assert "不能恢复" in words(asked)
    assert seals_of(blocked), "asking deletes nothing"
    assert blocked.client.post(question, hidden(asked))["Location"] == here

    page = blocked.client.get(here)
    assert actions(page) == ["新增印章"]
    assert "已删除" in words(page)
    response = blocked.client.post(here, hidden(page))
    assert response["Location"] == f"/apply/{application.number}/seal/"
    assert [(s.state, s.usable) for s in seals_of(blocked)] == [
        (SealState.ACTIVE, True),
        (SealState.DELETED, False),
    ]


def test_the_link_of_the_refusal_carries_the_way_back(blocked: Person) -> None:
    application = blocked.application(until=State.AWAITING_SEAL)
    page = blocked.client.get(SEALS, {"next": f"/apply/{application.number}/seal/"})
    assert "返回第 2 步，制章" in words(page)
    assert f'action="{SEALS}?application={application.number}"' in page.content.decode()


def test_without_an_application_one_stays_here(blocked: Person) -> None:
    stop(blocked)
    seal = seals_of(blocked)[0]
    blocked.client.post(f"{SEALS}{seal.id}/delete/")
    page = blocked.client.get(SEALS)
    response = blocked.client.post(SEALS, hidden(page))
    assert response["Location"] == SEALS
    shown = words(blocked.client.get(SEALS))
    assert "新印章已生成" in shown
    assert "印章可以使用，不用处理" in shown


def test_a_company_without_a_seal_just_adds_one(owner: Person) -> None:
    page = owner.client.get(SEALS)
    assert actions(page) == ["新增印章"]
    assert "没有旧印章" in words(page)


def test_a_double_click_makes_one_seal(owner: Person) -> None:
    form = hidden(owner.client.get(SEALS))
    first, second = owner.client.post(SEALS, form), owner.client.post(SEALS, form)
    assert first["Location"] == second["Location"] == SEALS
    assert len(seals_of(owner)) == 1


def test_two_windows_add_at_the_same_time(owner: Person) -> None:
    one, two = (hidden(owner.client.get(SEALS)) for _window in range(2))
    owner.client.post(SEALS, one)
    response = owner.client.post(SEALS, two, follow=True)
    assert "印章的状态已经变了" in words(response)
    assert len(seals_of(owner)) == 1


def test_a_lost_answer_is_known_from_the_list(blocked: Person) -> None:
    [seal] = seals_of(blocked)
    for do, address, state in (
        ("stop", SEALS, SealState.STOPPED),
        ("delete", f"{SEALS}{seal.id}/delete/", SealState.DELETED),
        ("add", SEALS, SealState.ACTIVE),
    ):
        form = hidden(blocked.client.get(address))
        lose(blocked.world, f"{do}_seal", after=True)
        shown = blocked.client.post(address, form, follow=True)
        assert "X-704" not in words(shown)
        assert seals_of(blocked)[0].state is state


def test_without_the_list_one_looks_again_and_sees_it_done(owner: Person) -> None:
    form = hidden(owner.client.get(SEALS))
    lose(owner.world, "add_seal", after=True)
    lose(owner.world, "seals")
    response = owner.client.post(SEALS, form)
    assert response.status_code == 503
    assert "有没有办成还不清楚" in words(response)
    assert "再查一次" in words(response)
    assert "印章可以使用，不用处理" in words(owner.client.get(SEALS))


def test_a_lost_request_is_settled_by_pressing_again(owner: Person) -> None:
    form = hidden(owner.client.get(SEALS))
    lose(owner.world, "add_seal")
    response = owner.client.post(SEALS, form)
    assert response.status_code == 503
    assert "X-704" in words(response)
    assert hidden(response)["idem"] == form["idem"]
    assert owner.client.post(SEALS, hidden(response)).status_code == 303
    assert len(seals_of(owner)) == 1


def test_no_answer_to_the_list_is_said(owner: Person) -> None:
    lose(owner.world, "seals")
    response = owner.client.get(SEALS)
    assert response.status_code == 503
    assert "X-704" in words(response)
    assert "您没有提交任何内容" in words(response)
    assert "再查一次" in words(response)


def test_the_confirm_page_is_only_for_a_stopped_seal(blocked: Person) -> None:
    seal = seals_of(blocked)[0]
    address = f"{SEALS}{seal.id}/delete/"
    assert blocked.client.get(address)["Location"] == SEALS
    response = blocked.client.post(address, follow=True)
    assert "印章的状态已经变了" in words(response)
    assert len(seals_of(blocked)) == 1


@pytest.mark.parametrize("seal_id", ["seal-9999-1", "x" * 3000, "%00", "%ED%A0%80", "印"])
def test_a_seal_that_is_not_ours(blocked: Person, seal_id: str) -> None:
    assert blocked.client.post(f"{SEALS}{seal_id}/delete/").status_code == 404
    assert blocked.client.post(SEALS, {"do": "stop", "seal": seal_id}).status_code == 404


@pytest.mark.parametrize("do", ["", "delete", "x" * 5000, "\x00"])
def test_an_action_that_does_not_exist(owner: Person, do: str) -> None:
    assert owner.client.post(SEALS, {"do": do}).status_code == 404


def test_the_seal_is_drawn_with_its_mark_and_a_name_for_screen_readers(blocked: Person) -> None:
    page = blocked.client.get(SEALS).content.decode()
    assert "演示专用" in page
    assert 'role="img"' in page
    assert "style=" not in page


def test_each_state_is_shown_in_words_and_drawn_in_its_own_way(blocked: Person) -> None:
    def picture() -> str:
        page = blocked.client.get(SEALS).content.decode()
        return "".join(re.findall(r"<title>(“[^<]*)</title>", page))

    assert "的电子印章，标有“演示专用”" in picture()
    stop(blocked)
    assert "已停用，标有“演示专用”" in picture()
    blocked.client.post(f"{SEALS}{seals_of(blocked)[0].id}/delete/")
    assert "已删除，标有“演示专用”" in picture()
    blocked.client.post(SEALS, {"do": "add"})
    assert re.search("电子印章，标有.*已删除，标有", picture()), (
        "the record stays, the newest first"
    )


def test_every_write_has_a_key_of_its_own(blocked: Person) -> None:
    stop(blocked)
    blocked.client.post(f"{SEALS}{seals_of(blocked)[0].id}/delete/")
    blocked.client.post(SEALS, {"do": "add"})
    keys = [r.key for r in engine().requests(blocked.world.key) if r.operation.endswith("_seal")]
    assert len(set(keys)) == len(keys) == 3


@pytest.mark.parametrize("number", ["TB-0000", "x" * 5000, "\x00", "\u202e", "../.."])
def test_an_application_that_is_not_ours_is_no_way_back(owner: Person, number: str) -> None:
    page = owner.client.get(SEALS, {"application": number})
    assert page.status_code == 200
    assert "返回第 2 步" not in words(page)

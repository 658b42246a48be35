"""A seal that goes between 制章 and 签署: the page says so before anybody types, and the way on
ends in a signature with the new seal.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from tests.account.desk import lose, words
from tests.journeys.reading import read
from tests.worlds import PIN, Person
from wizard.authority import single_window
from wizard.files import file_of
from wizard.models import Application
from wizard.process import State
from wizard.singlewindow.port import Seal

SEALS: Final = "/account/seals/"
SIGNED: Final = {"agreement-agreed": "on", "agreement-pin": PIN}


@pytest.fixture
def ready(owner: Person) -> Application:
    return owner.application(until=State.AWAITING_SIGNATURE)


def seal_of(application: Application) -> Seal:
    application.refresh_from_db()
    seal = file_of(application).seal
    assert seal is not None
    return seal


def press_on(owner: Person, address: str) -> Any:
    """The one button of 印章管理, whichever it is now; deleting asks once more."""
    page = read(owner.client.get(address).content.decode(), address=address)
    for asked in (link for link in page.links if "/delete/" in link):
        return press_on(owner, asked)
    [form] = page.forms
    [(name, value)] = form.buttons
    assert not (name or value)
    return owner.client.post(form.action, form.hidden, follow=True)


def stop_and_delete(owner: Person) -> None:
    """As somebody does who came to 印章管理 from the menu."""
    press_on(owner, SEALS)
    press_on(owner, SEALS)


def test_the_page_says_what_is_missing_and_one_click_leads_to_a_new_seal(
    owner: Person, ready: Application
) -> None:
    before = seal_of(ready)
    stop_and_delete(owner)

    page = owner.client.get(f"/apply/{ready.number}/agreement/")
    said = words(page)
    assert "协议还不能签署：原来的印章已停用或删除" in said
    assert "S-302" in said
    [primary] = re.findall(
        r'<a class="btn p" href="([^"]*)">去印章管理处理</a>', page.content.decode()
    )
    assert "会自动回到第 3 步" in words(owner.client.get(primary))

    back = press_on(owner, primary)
    assert back.redirect_chain[-1][0] == f"/apply/{ready.number}/agreement/"
    assert "新印章已生成，请继续第 3 步，协议签署" in words(back)
    assert "S-302" not in words(back)
    assert seal_of(ready).code != before.code
    assert seal_of(ready).code in words(back)

    assert owner.post(ready, "agreement", SIGNED).status_code == 303
    ready.refresh_from_db()
    assert ready.state == State.UNDER_REVIEW
    assert seal_of(ready).code != before.code


def test_a_seal_only_stopped_leads_through_deleting_it(owner: Person, ready: Application) -> None:
    press_on(owner, SEALS)
    page = owner.client.get(f"/apply/{ready.number}/agreement/")
    assert "S-302" in words(page)
    there = f"{SEALS}?application={ready.number}"
    assert "会自动回到第 3 步" in words(press_on(owner, there))
    assert "请继续第 3 步" in words(press_on(owner, there))


def test_who_does_not_know_yet_learns_it_from_the_refusal(
    owner: Person, ready: Application
) -> None:
    """A colleague has done it at another machine: the site reads of it when it signs."""
    window, token = single_window(owner.world), owner.actor.token
    seal = seal_of(ready)
    window.stop_seal(token=token, seal_id=seal.id, key="stop")
    window.delete_seal(token=token, seal_id=seal.id, key="delete")
    answer = owner.post(ready, "agreement", SIGNED)
    assert answer.status_code == 200
    assert "协议还不能签署：原来的印章已停用或删除" in words(answer)
    assert "去印章管理处理" in words(answer)
    ready.refresh_from_db()
    assert ready.state == State.AWAITING_SIGNATURE


def test_what_was_made_stays_made_though_nobody_answers_the_look_afterwards(
    owner: Person, ready: Application
) -> None:
    stop_and_delete(owner)
    lose(owner.world, "applications", after=True)
    assert "新印章已生成" in words(press_on(owner, f"{SEALS}?application={ready.number}"))
    assert owner.post(ready, "agreement", SIGNED).status_code == 303

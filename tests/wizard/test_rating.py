"""好差评: asked once after 收悉, one click for a good one, a reason for a bad one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.worlds import Person, signed_in
from wizard.models import Application, Event
from wizard.process import State
from wizard.singlewindow.port import CardKind

pytestmark = pytest.mark.django_db


def rate(person: Person, application: Application, **data: str) -> Any:
    return person.client.post(f"/apply/{application.number}/rating/", data, follow=True)


def words(response: Any) -> str:
    html: str = response.content.decode()
    return html[html.index("<main") : html.index("</main>")]


def rated(application: Application) -> list[dict[str, Any]]:
    lines = Event.objects.filter(application=application, action="rate")
    return [{k: event.facts[k] for k in ("level", "reason")} for event in lines]


@pytest.fixture
def done(owner: Person) -> Application:
    return owner.application(until=State.ACKNOWLEDGED)


def test_a_good_one_is_one_click(owner: Person, done: Application) -> None:
    assert "这次办理，您满意吗？" in words(owner.client.get(f"/apply/{done.number}/policy/"))
    answer = rate(owner, done, level="4")
    assert "您的评价已收到：满意" in answer.content.decode()
    assert "您的评价" in words(answer)
    assert "您满意吗" not in words(answer)
    assert rated(done) == [{"level": 4, "reason": ""}]
    assert "评价这次办理" in words(owner.client.get(f"/apply/{done.number}/trail/"))


def test_a_bad_one_says_why_first(owner: Person, done: Application) -> None:
    asked = rate(owner, done, level="2")
    assert "您选的是“不满意”" in words(asked)
    assert 'class="emsg"' not in words(asked), "nothing has gone wrong yet"
    assert rated(done) == []

    empty = rate(owner, done, level="2", reason="　\u200b ")
    assert "请填写不满意的原因" in words(empty)

    rate(owner, done, level="2", reason="制章时\r\n读不到卡")
    assert rated(done) == [{"level": 2, "reason": "制章时 读不到卡"}]
    assert "制章时 读不到卡" in words(owner.client.get(f"/apply/{done.number}/trail/"))


def larger(person: Person, page: Any) -> Any:
    """字号 on this page, and where it comes back to."""
    here = re.findall(r'name="next" value="([^"]*)"', page.content.decode())[0]
    return person.client.post("/pref/size/", {"size": "l", "next": here}, follow=True)


def test_another_size_of_text_on_the_page_of_the_reason_leads_back_to_the_question(
    owner: Person, done: Application
) -> None:
    back = larger(owner, rate(owner, done, level="2"))
    assert back.status_code == 200
    assert "这次办理，您满意吗？" in words(back)


@pytest.mark.parametrize("address", ["rating", "urge"])
def test_so_it_does_where_the_card_may_not(owner: Person, done: Application, address: str) -> None:
    colleague = signed_in(owner.world, CardKind.OPERATOR)
    refused = colleague.client.post(f"/apply/{done.number}/{address}/")
    assert refused.status_code == 403
    assert larger(colleague, refused).status_code == 200


def test_what_was_written_too_long_is_still_there(owner: Person, done: Application) -> None:
    answer = words(rate(owner, done, level="1", reason="慢" * 301))
    assert "不满意的原因最多 300 个字符" in answer
    assert "慢" * 301 in answer
    assert rated(done) == []


def test_no_level_is_a_sentence(owner: Person, done: Application) -> None:
    for level in ("", "0", "6", "９", "4.0", "\x00", "4" * 5000):
        assert "请在五个等级里选一个" in rate(owner, done, level=level).content.decode()
    assert rated(done) == []


def test_the_first_one_counts(owner: Person, done: Application) -> None:
    rate(owner, done, level="5")
    again = rate(owner, done, level="1")
    assert "已经评价过了：非常满意" in again.content.decode()
    assert rated(done) == [{"level": 5, "reason": ""}]


def test_it_is_not_asked_before_the_end(owner: Person) -> None:
    application = owner.application(until=State.ISSUED)
    assert "您满意吗" not in words(rate(owner, application, level="5"))
    assert rated(application) == []


def test_a_colleague_s_card_may_not_and_a_stranger_finds_nothing(
    owner: Person, done: Application, stranger: Person
) -> None:
    assert rate(stranger, done, level="1").status_code == 404
    colleague = signed_in(owner.world, CardKind.OPERATOR)
    assert "您满意吗" not in words(colleague.client.get(f"/apply/{done.number}/policy/"))
    assert rate(colleague, done, level="1").status_code == 403
    assert rated(done) == []

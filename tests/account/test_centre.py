"""信用保险服务中心: what is open, how far it is, where to go on."""

from __future__ import annotations

import re

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.account.desk import Page, lose, words
from tests.worlds import CONTACT, Person, browser, make_world, signed_in
from wizard.models import Application
from wizard.process import State
from wizard.transitions import save_draft

CENTRE = "/center/"
MOST_QUERIES = 15


def bars(response: Page) -> list[list[str]]:
    """The classes of the four segments, application by application."""
    page = response.content.decode()
    return [
        [cls for _tag, cls in re.findall(r"<i( class=\"(\w+)\")?></i>", found)]
        for found in re.findall(r'<span class="bars" aria-hidden="true">(.*?)</span>', page)
    ]


def test_a_new_application_waits_to_be_begun(owner: Person) -> None:
    response = owner.client.get(CENTRE)
    application = Application.objects.get()
    shown = words(response)
    assert "待确认投保单（1）" in shown
    assert "您有 1 份待确认投保单" in shown
    assert "未开始" in shown
    assert f'href="/apply/{application.number}/"' in response.content.decode()
    assert f"开始办理 {application.number}" in shown
    assert bars(response) == [["", "", "", ""]]
    deadline = application.file["confirm_by"]
    assert f"请在 {deadline} 前完成确认" in shown


def test_a_draft_counts_as_begun(owner: Person) -> None:
    application = owner.application()
    save_draft(application=application, step="confirm", data={"name": ["林"]})
    shown = words(owner.client.get(CENTRE))
    assert "停在第 1 步“确认投保”，信息已保存" in shown
    assert f"继续办理 {application.number}" in shown


@pytest.mark.parametrize(
    ("until", "said", "segments"),
    [
        (State.AWAITING_SEAL, "停在第 2 步“制章”", ["on", "", "", ""]),
        (State.AWAITING_SIGNATURE, "停在第 3 步“协议签署”", ["on", "on", "", ""]),
    ],
)
def test_the_banner_leads_back_to_the_open_step(
    owner: Person, until: State, said: str, segments: list[str]
) -> None:
    application = owner.application(until=until)
    response = owner.client.get(CENTRE)
    assert said in words(response)
    assert bars(response) == [segments]
    page = response.content.decode()
    assert f'href="/apply/{application.number}/{application.step.slug}/"' in page


def test_the_agreement_to_be_signed_is_listed(owner: Person) -> None:
    application = owner.application(until=State.AWAITING_SIGNATURE)
    shown = words(owner.client.get(CENTRE))
    assert f"去签署 {application.number}" in shown


def test_what_is_under_review_is_shown_but_not_counted_as_pending(owner: Person) -> None:
    owner.application(until=State.UNDER_REVIEW)
    response = owner.client.get(CENTRE)
    shown = words(response)
    assert "待确认投保单（0）" in shown
    assert "已提交的投保申请" in shown
    assert "审核中" in shown
    assert "A-202" not in shown, "nothing is wrong here"
    assert bars(response) == [["on", "on", "on", ""]]


def test_a_returned_application_says_why_and_is_pending_again(db: None) -> None:
    person = signed_in(make_world("P13"))
    application = person.application(until=State.RETURNED)
    response = person.client.get(CENTRE)
    shown = words(response)
    assert "投保申请被退回，请补正" in shown
    assert application.reason in shown
    assert "去补正" in shown
    assert bars(response) == [["x", "", "", ""]]


def test_a_declined_application_is_not_silent(db: None) -> None:
    person = signed_in(make_world("P14"))
    person.application(until=State.DECLINED)
    shown = words(person.client.get(CENTRE))
    assert "不予承保" in shown
    assert "查看进度" in shown


def test_an_issued_policy_asks_to_be_acknowledged(db: None) -> None:
    person = signed_in(make_world("P15"))
    application = person.application(until=State.ISSUED)
    response = person.client.get(CENTRE)
    shown = words(response)
    assert "保单已送达，请确认收悉" in shown
    assert "保险单（1）" in shown
    assert "待收悉" in shown
    assert f'href="/apply/{application.number}/policy/"' in response.content.decode()


def test_without_any_application_the_three_causes_are_a_checklist(db: None) -> None:
    shown = words(signed_in(make_world("P08")).client.get(CENTRE))
    assert "没有待确认投保单" in shown
    assert "A-202" in shown
    assert "确认网址是 www.singlewindow.cn" in shown
    assert "010-95198" in shown
    assert "保单生效后会出现在这里" in shown


def test_when_nobody_answers_what_is_stored_is_shown(owner: Person) -> None:
    application = owner.application()
    lose(owner.world, "applications")
    lose(owner.world, "policies")
    response = owner.client.get(CENTRE)
    assert response.status_code == 200
    shown = words(response)
    assert "单一窗口暂时没有响应" in shown
    assert "X-704" in shown
    assert application.number in shown


def test_when_nobody_answers_and_nothing_is_stored_no_cause_is_invented(owner: Person) -> None:
    lose(owner.world, "applications")
    shown = words(owner.client.get(CENTRE))
    assert "现在查不到待确认投保单" in shown
    assert "A-202" not in shown


def test_the_colleague_sees_the_same_and_is_told_who_may_commit(
    owner: Person, colleague: Person
) -> None:
    number = owner.application().number
    shown = words(colleague.client.get(CENTRE))
    assert number in shown
    assert "当前身份：操作员卡，只能查看" in shown


def test_a_stranger_sees_nothing_of_it(owner: Person, stranger: Person) -> None:
    number = owner.application().number
    page = stranger.client.get(CENTRE).content.decode()
    assert number not in page
    assert owner.actor.company not in page


def test_two_companies_of_one_world_never_mix(owner: Person) -> None:
    mine = owner.application()
    Application.objects.create(
        world=owner.world,
        number="TB-OTHER",
        uscc="91339999PDY0000284",
        company="别家",
        kind="new",
        file=mine.file,
    )
    lose(owner.world, "applications")
    assert "TB-OTHER" not in owner.client.get(CENTRE).content.decode()


@pytest.mark.parametrize("address", [CENTRE, "/policies/", "/account/", "/account/verify/"])
def test_pages_cost_few_queries(
    owner: Person, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owner.application(until=State.AWAITING_SEAL)
    owner.client.get(address)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert owner.client.get(address).status_code == 200


def test_looking_changes_nothing(owner: Person) -> None:
    application = owner.application()
    before = (application.revision, application.events.count())
    for _visit in range(3):
        owner.client.get(CENTRE)
    application.refresh_from_db()
    assert (application.revision, application.events.count()) == before
    assert owner.client.post(CENTRE, CONTACT).status_code == 405
    assert browser(owner.world).post(CENTRE).status_code == 303

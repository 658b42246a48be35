"""Step 4 接收保单: honest waiting, three outcomes, 收悉, and the receipt."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.worlds import PIN, Person, make_world, signed_in
from wizard import transitions
from wizard.authority import control
from wizard.models import Application
from wizard.process import State
from wizard.singlewindow.faults import FaultCode
from wizard.steps import COMMITS

pytestmark = pytest.mark.django_db


def page(person: Person, application: Application) -> str:
    return person.client.get(f"/apply/{application.number}/policy/").content.decode()


def test_submitted_does_not_sound_like_insured(owner: Person) -> None:
    """保险法 art. 13: the contract is formed when the insurer agrees."""
    html = page(owner, owner.application(until=State.UNDER_REVIEW))
    assert "投保申请已提交" in html
    assert "提交不等于已承保" in html
    assert "审核没有承诺时限" in html
    assert "审核完成后约 2 个工作日" in html
    assert "投保成功" not in html


def test_the_delivery_day_skips_weekends_and_holidays(owner: Person) -> None:
    """约2个工作日 in Chinese working days: decided on the eve of a holiday, due after it."""
    application = owner.application(until=State.UNDER_REVIEW)
    control().move_until_delivered(owner.world.key)  # the decision
    application = transitions.refresh(application=application, actor=owner.actor)
    review = application.file["review"]
    decided = dt.datetime.fromisoformat(review["decided_at"]).date()
    due = dt.date.fromisoformat(review["delivery_due_on"])
    assert due > decided
    assert due.weekday() < 5
    assert (due - decided).days in {2, 4}


def going_on(application: Application) -> list[tuple[str, str]]:
    """The lines of the timeline that are neither done nor still to come."""
    application.world.page_time = None  # each request asks for the time
    lines = COMMITS["policy"].page(application)["timeline"]
    return [(one.title, one.status) for one in lines if one.status in {"now", "late"}]


def test_the_timeline_follows_a_review_that_is_over_before_the_policy_is_there() -> None:
    owner = signed_in(make_world("P12"))
    application = owner.application(until=State.UNDER_REVIEW)
    assert going_on(application) == [("中国信保审核", "now")]
    control().move_until_delivered(owner.world.key)  # the decision
    application = transitions.refresh(application=application, actor=owner.actor)
    assert going_on(application) == [("保单生效并送达", "now")]
    for _day in range(3):
        control().move_one_working_day(owner.world.key)
    application = transitions.refresh(application=application, actor=owner.actor)
    assert going_on(application) == [("保单生效并送达", "late")]
    html = page(owner, application)
    assert "电子保单还没有送到" in html
    assert "约 2 个工作日内" not in html


def test_a_second_review_is_not_over_because_the_first_one_was() -> None:
    owner = signed_in(make_world("P13"))
    application = owner.application(until=State.UNDER_REVIEW)
    control().move_until_delivered(owner.world.key)
    transitions.refresh(application=application, actor=owner.actor)
    again = owner.application(until=State.UNDER_REVIEW)
    assert again.round == 2
    assert going_on(again) == [("中国信保审核", "now")]


def test_a_late_delivery_is_said_with_the_way_to_ask(owner: Person) -> None:
    application = owner.application(until=State.UNDER_REVIEW)
    control().move_until_delivered(owner.world.key)
    application = transitions.refresh(application=application, actor=owner.actor)
    application.file["review"]["delivery_due_on"] = "2026-01-05"

    late = COMMITS["policy"].page(application)["late"]
    assert late.code == "P-601"
    assert late.who


def test_declined_says_why_and_what_else_there_is() -> None:
    person = signed_in(make_world("P14"))
    application = person.application(until=State.DECLINED)
    html = page(person, application)
    assert application.reason in html
    assert "综合保险" in html
    assert "联系小微专员" in html
    assert '<form method="post"' not in html.split("<main")[1].split("</main>")[0]


def test_an_issued_policy_can_be_read_before_it_is_acknowledged(owner: Person) -> None:
    application = owner.application(until=State.ISSUED)
    html = page(owner, application)
    assert application.file["policy"]["number"] in html
    assert "USD 150,000.00" in html
    assert ">收悉</button>" in html


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "请填写卡密码"), ("1234", "8 位"), ("13572468", "卡密码不对，还可以尝试 4 次")],
)
def test_without_the_right_pin_nothing_is_acknowledged(
    owner: Person, typed: str, said: str
) -> None:
    application = owner.application(until=State.ISSUED)
    html = owner.post(application, "policy", {"policy-pin": typed}).content.decode()
    assert said in html
    assert 'aria-invalid="true"' in html
    assert not typed or f'value="{typed}"' not in html
    assert ">收悉</button>" in html
    application.refresh_from_db()
    assert application.state == State.ISSUED
    assert not application.drafts.filter(step="policy", data__has_key="pin").exists()
    owner.post(application, "policy", {"policy-pin": PIN})
    application.refresh_from_db()
    assert application.state == State.ACKNOWLEDGED


def test_wrong_pins_at_receipt_lock_the_card(owner: Person) -> None:
    application = owner.application(until=State.ISSUED)
    for _try in range(5):
        html = owner.post(application, "policy", {"policy-pin": "13572468"}).content.decode()
    assert FaultCode.CARD_LOCKED in html
    assert "制卡中心" in html
    owner.post(application, "policy", {"policy-pin": PIN})
    application.refresh_from_db()
    assert application.state == State.ISSUED


def test_acknowledged_once_and_the_receipt_says_everything(owner: Person) -> None:
    application = owner.application(until=State.ISSUED)
    assert owner.post(application, "policy", {"policy-pin": PIN}).status_code == 303
    html = page(owner, application)
    assert "收悉已确认，投保全部完成" in html
    assert ">收悉</button>" not in html
    both = application.documents.get(kind="policy-received")
    assert f'href="/apply/{application.number}/docs/{both.key}.pdf?download" download' in html
    receipt = owner.client.get(f"/apply/{application.number}/receipt/").content.decode()
    application.refresh_from_db()
    assert application.contact is not None
    for told in (
        application.number,
        application.file["policy"]["number"],
        application.contact["name"],
        "HZ-",
        application.documents.get(kind="policy").sha256,
    ):
        assert told in receipt
    for private in ("phone", "mobile", "email"):  # design.md §17: a print leaves the house
        assert application.contact[private] not in receipt
    assert "154 **** " in receipt
    listed = application.documents.exclude(kind="agreement-draft")
    assert len({paper.title for paper in listed}) == listed.count() > 1
    pdf = owner.client.get(f"/apply/{application.number}/receipt.pdf", follow=True)
    assert pdf.content.startswith(b"%PDF")
    assert "inline" in pdf["Content-Disposition"]
    assert "filename*=utf-8''" in pdf["Content-Disposition"]


def test_a_renewal_begins_the_day_after_the_old_policy_ends() -> None:
    person = signed_in(make_world("P02"))
    application = person.application(until=State.ISSUED)
    terms = application.file["terms"]
    start = dt.date.fromisoformat(terms["period_start"])
    html = page(person, application)
    assert f"新保单自 {start} 起，紧接原保单到期日的次日" in html
    assert application.file["previous_policy"]


@pytest.mark.parametrize("state", [State.AWAITING_CONFIRMATION, State.AWAITING_SEAL])
def test_there_is_no_receipt_before_anything_is_handed_in(owner: Person, state: State) -> None:
    application = owner.application(until=state)
    answer = owner.client.get(f"/apply/{application.number}/receipt/")
    assert answer["Location"].startswith(f"/apply/{application.number}/")
    assert owner.client.get(f"/apply/{application.number}/receipt.pdf").status_code == 404

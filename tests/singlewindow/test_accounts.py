"""Contract: the desk's parts, registration, 忘记用户名, activation, publication, 催办."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.singlewindow.cast import MONDAY, PIN, Authority, Exporter, card_of, refused
from wizard.singlewindow.faults import Fault, FaultCode, NotFound
from wizard.singlewindow.port import CardKind, DeskPart, SignInRole, Stage
from wizard.singlewindow.simulator.working_days import BEIJING, calendar

USCC = "91619999PDY0001917"


@pytest.mark.parametrize(
    ("part", "code", "native"),
    [
        (DeskPart.CONTROL, FaultCode.CONTROL_MISSING, 60408),
        (DeskPart.READER, FaultCode.CARD_NOT_READ, 50200),
        (DeskPart.CONTACT, FaultCode.CARD_NOT_READ, 50070),
        (DeskPart.CLOCK, FaultCode.CLOCK_WRONG, None),
        (DeskPart.CARD, FaultCode.CARD_INVALID, None),
    ],
)
def test_a_broken_part_refuses_the_card_until_it_is_repaired(
    authority: Authority, part: DeskPart, code: FaultCode, native: int | None
) -> None:
    authority.make_world(world="w", persona="P01", at=MONDAY)
    window = authority.window("w")
    serial = card_of(window, CardKind.LEGAL)
    assert window.reader().broken == ()
    authority.set_desk("w", part=part, working=False)
    assert window.reader().broken == (part,)
    with pytest.raises(Fault) as caught:
        window.sign_in_with_card(serial=serial, pin=PIN)
    assert (caught.value.code, caught.value.facts.get("native")) == (code, native)
    authority.set_desk("w", part=part, working=True)
    assert window.sign_in_with_card(serial=serial, pin=PIN).role is SignInRole.LEGAL_CARD


@pytest.mark.parametrize("part", [DeskPart.VIEWER, DeskPart.SITE, DeskPart.SYMCB])
def test_what_is_only_seen_refuses_nothing(authority: Authority, part: DeskPart) -> None:
    owner = Exporter.of(authority, "P01")
    authority.set_desk(owner.world, part=part, working=False)
    assert owner.window.reader().broken == (part,)
    owner.walk_to(Stage.ACKNOWLEDGED)


def test_a_registration_meets_the_registers_first_and_then_the_account(
    authority: Authority,
) -> None:
    authority.make_world(world="w", persona="P19", at=MONDAY)
    window = authority.window("w")
    check = window.check_registration
    refused(FaultCode.ORG_CODE_EXISTS, check, uscc=USCC, legal_person="雷示例")
    refused(FaultCode.REGISTRY_MISMATCH, check, uscc=USCC, legal_person="别人")
    refused(FaultCode.REGISTRY_MISMATCH, check, uscc="x" * 40000, legal_person="雷示例")


def test_the_bound_mobile_finds_the_user_name_at_once_and_no_other(authority: Authority) -> None:
    authority.make_world(world="w", persona="P19", at=MONDAY)
    find = authority.window("w").recover_username
    assert find(uscc=USCC, mobile="15400000019") == "demop19"
    refused(FaultCode.REGISTRY_MISMATCH, find, uscc=USCC, mobile="15400000018")
    refused(FaultCode.REGISTRY_MISMATCH, find, uscc=USCC, mobile="\ud800")


def test_a_search_by_hand_takes_two_working_days_and_is_one(authority: Authority) -> None:
    authority.make_world(world="w", persona="P19", at=MONDAY)
    window = authority.window("w")
    asked = window.ask_for_recovery(uscc=USCC, key="first").recovery
    assert asked is not None
    assert asked.username == ""
    assert asked.ready_at - asked.submitted_at == timedelta(days=2)
    assert window.ask_for_recovery(uscc=USCC, key="second").recovery == asked
    authority.move_one_working_day("w")
    assert window.recovery(number=asked.number).username == ""
    authority.move_one_working_day("w")
    assert window.recovery(number=asked.number).username == "demop19"
    with pytest.raises(NotFound):
        window.recovery(number="ZH-0000")
    refused(FaultCode.REGISTRY_MISMATCH, window.ask_for_recovery, uscc="nobody", key="k")


def test_a_card_activates_the_account_and_its_password_signs_in(authority: Authority) -> None:
    owner = Exporter.of(authority, "P16")
    window = owner.window
    before = window.account(token=owner.token)
    assert (before.username, before.activated) == ("demop16", False)
    window.set_password(token=owner.token, password="Mine-2026", key="k")
    assert window.account(token=owner.token).activated
    cardless = window.sign_in_with_password(username="demop16", password="Mine-2026")
    assert cardless.role is SignInRole.CARDLESS
    refused(
        FaultCode.OPERATOR_CARD,
        window.set_password,
        token=cardless.token,
        password="Other-1",
        key="other",
    )


def test_a_published_application_is_there_once(authority: Authority) -> None:
    owner = Exporter.of(authority, "P08")
    assert owner.window.applications(token=owner.token) == ()
    authority.publish_application(owner.world)
    authority.publish_application(owner.world)
    owner.walk_to(Stage.ACKNOWLEDGED)


def test_sign_ins_that_have_run_out_are_refused(authority: Authority) -> None:
    owner = Exporter.of(authority, "P01")
    authority.end_sign_ins(owner.world)
    refused(FaultCode.SESSION_EXPIRED, owner.window.enterprise, token=owner.token)


def test_p12_begins_before_a_holiday_and_its_policy_is_late_until_urged(
    authority: Authority,
) -> None:
    owner = Exporter.of(authority, "P12")
    assert authority.now(owner.world).date() == date(2026, 12, 31)
    owner.walk_to(Stage.APPROVED)
    review = owner.file.review
    assert review is not None
    assert review.decided_at is not None
    assert review.decided_at.date() == date(2027, 1, 6)
    assert review.delivery_due_on == date(2027, 1, 8)
    urge = owner.window.urge_delivery
    refused(FaultCode.OUT_OF_ORDER, urge, token=owner.token, number=owner.number, key="early")
    for _day in range(3):
        authority.move_one_working_day(owner.world)
    assert owner.file.stage.value == "approved"
    urge(token=owner.token, number=owner.number, key="k")
    refused(FaultCode.OUT_OF_ORDER, urge, token=owner.token, number=owner.number, key="again")
    authority.move_until_delivered(owner.world)
    assert owner.file.stage.value == "issued"
    policy = owner.file.policy
    assert policy is not None
    assert policy.issued_at == datetime(2027, 1, 12, 9, 10, tzinfo=BEIJING)


def test_without_a_holiday_in_the_table_the_day_stays() -> None:
    assert calendar().eve_of_holiday(date(2031, 5, 5)) == date(2031, 5, 5)

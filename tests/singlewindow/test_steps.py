"""Contract: the four steps, what each needs, and who may take them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Final

import pytest

from tests.singlewindow.cast import (
    AGREEMENT,
    CONTACT,
    DECLARATION,
    MONDAY,
    PIN,
    POLICY,
    WRONG_PIN,
    Authority,
    Exporter,
    refused,
    sign_in,
)
from wizard.singlewindow.faults import FaultCode, NotFound
from wizard.singlewindow.port import (
    ApplicationKind,
    CardKind,
    CertificationMethod,
    SealState,
    SignIn,
    Stage,
)

STEPS: Final[dict[str, Callable[[Exporter], object]]] = {
    "confirm": Exporter.confirm,
    "make_seal": Exporter.make_seal,
    "sign": Exporter.sign,
    "acknowledge": Exporter.acknowledge,
}
# What may be done where. Everything else is refused, row by row, below.
OPEN: Final[dict[Stage, set[str]]] = {
    Stage.OFFERED: {"confirm"},
    Stage.CONFIRMED: {"confirm", "make_seal"},
    Stage.SEALED: {"confirm", "sign"},
    Stage.UNDER_REVIEW: set(),
    Stage.RETURNED: {"confirm"},
    Stage.DECLINED: set(),
    Stage.APPROVED: set(),
    Stage.ISSUED: {"acknowledge"},
    Stage.ACKNOWLEDGED: set(),
}
PERSONA_OF: Final = {Stage.RETURNED: "P13", Stage.DECLINED: "P14"}


def test_a_new_application_is_offered_with_its_terms(owner: Exporter) -> None:
    file = owner.file
    assert file.number == "TB-2026-1123-017"
    assert file.kind is ApplicationKind.NEW
    assert file.stage is Stage.OFFERED
    assert file.version == 1
    assert file.terms.cover_percent == 80
    assert str(file.terms.max_indemnity_usd) == "150000.00"
    assert (file.terms.period_start, file.terms.period_end) == (
        date(2026, 7, 1),
        date(2027, 6, 30),
    )
    assert str(file.trade.exports_last_year) == "286.40"
    assert file.trade.buyer_country == "DEU"
    assert file.confirm_by == date(2026, 12, 19)
    assert file.previous_policy == ""
    assert file.suggested_contact
    assert file.contact is None
    assert file.seal is None
    assert file.review is None
    assert file.policy is None
    assert owner.window.policies(token=owner.token) == ()


def test_a_renewal_starts_the_day_after_the_old_policy_ends(authority: Authority) -> None:
    owner = Exporter.of(authority, "P02")
    file = owner.file
    assert file.kind is ApplicationKind.RENEWAL
    [old] = owner.window.policies(token=owner.token)
    assert old.number == file.previous_policy == "DEMO-SCH900027-202500"
    assert old.acknowledged_at
    assert (file.terms.period_start - old.terms.period_end).days == 1
    owner.walk_to(Stage.ISSUED)
    new, still_old = owner.window.policies(token=owner.token)
    assert new.number == "DEMO-SCH900027-202600"
    assert still_old == old


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("stage", Stage)
def test_a_step_is_possible_where_the_table_says_so_and_nowhere_else(
    authority: Authority, stage: Stage, step: str
) -> None:
    owner = Exporter.of(authority, PERSONA_OF.get(stage, "P01"))
    owner.walk_to(stage)
    before = owner.file
    if step in OPEN[stage]:
        STEPS[step](owner)
        assert owner.file.version > before.version
    else:
        refused(FaultCode.OUT_OF_ORDER, STEPS[step], owner)
        assert owner.file == before


def test_every_change_shows_in_the_version(owner: Exporter) -> None:
    versions = [owner.file.version]
    for step in (owner.confirm, owner.make_seal, owner.sign):
        step()
        versions.append(owner.file.version)
    for _ in ("decision", "delivery"):
        owner.authority.move_until_delivered(owner.world)
        versions.append(owner.file.version)
    owner.acknowledge()
    versions.append(owner.file.version)
    assert versions == [1, 2, 3, 4, 5, 6, 7]


def test_receipts_say_what_was_done_and_can_be_read_out(owner: Exporter) -> None:
    confirmed = owner.confirm("k1")
    assert confirmed.key == "k1"
    assert confirmed.operation == "confirm_application"
    assert confirmed.serial == "HZ-20261123-0001"
    assert confirmed.application_number == owner.number
    sealed = owner.make_seal("k2")
    assert sealed.serial == "HZ-20261123-0002"
    assert sealed.seal == owner.file.seal
    owner.sign()
    owner.authority.move_until_delivered(owner.world)
    owner.authority.move_until_delivered(owner.world)
    received = owner.acknowledge()
    assert received.policy == owner.file.policy
    assert received.policy is not None
    assert received.policy.acknowledged_at == received.at


# --- step 1


@pytest.mark.parametrize(
    "email",
    [
        "lin_yun@example.com",
        "lin-yun@example.com",
        "a+b@example.com",
        "sales@ex-ample.com",
        "林云@example.com",
        " chen@example.com",
        "chen@example.com ",
        "chen@example.com\n",
        "chen@example",
        "chen.@example.com",
        "@example.com",
        "",
        "ｃhen@example.com",
        "c@" + "e" * 40_000 + ".com",
        "\ud800@example.com",
    ],
)
def test_the_authority_too_refuses_e_mails_with_special_signs(owner: Exporter, email: str) -> None:
    contact = dataclasses.replace(CONTACT, email=email)
    fault = refused(FaultCode.EMAIL_REJECTED, owner.confirm, contact=contact)
    assert fault.facts == {"field": "email"}
    assert owner.file.stage is Stage.OFFERED


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ""),
        ("name", " 陈示例"),
        ("name", "陈" * 51),
        ("name", "陈\x00示例"),
        ("name", "陈\u202e示例"),
        ("name", "陈\u200b示例"),
        ("name", "\ud800"),
        ("phone", "755-2000000"),
        ("phone", "0592-0000000"),
        ("phone", "12345678901"),
        ("phone", "０２０-20000001"),
        ("phone", ""),
        ("mobile", "020-20000001"),
        ("mobile", "1540000000"),
        ("mobile", "154000000011"),
        ("mobile", "12345678901"),
    ],
)
def test_the_authority_names_the_field_that_it_refuses(
    owner: Exporter, field: str, text: str
) -> None:
    contact = dataclasses.replace(CONTACT, **{field: text})
    fault = refused(FaultCode.CONTACT_REJECTED, owner.confirm, contact=contact)
    assert fault.facts == {"field": field}


@pytest.mark.parametrize("phone", ["02020000003", "0755-20000002-801", "4001234567", "95198"])
@pytest.mark.parametrize("name", ["䶮㛃", "𬬩𬭼", "欧阳·示例"])
def test_rare_names_and_all_kinds_of_telephones_are_kept_as_given(
    owner: Exporter, name: str, phone: str
) -> None:
    contact = dataclasses.replace(CONTACT, name=name, phone=phone)
    owner.confirm(contact=contact)
    assert owner.file.contact == contact


def test_what_p09_has_on_file_is_refused_and_a_plain_address_accepted(
    authority: Authority,
) -> None:
    owner = Exporter.of(authority, "P09")
    suggested = owner.file.suggested_contact
    assert suggested is not None
    assert suggested.email == "wig_sales@example.com"
    refused(FaultCode.EMAIL_REJECTED, owner.confirm, contact=suggested)
    owner.confirm(contact=dataclasses.replace(suggested, email="wigsales@example.com"))


def test_confirming_again_before_the_signature_begins_anew(owner: Exporter) -> None:
    owner.walk_to(Stage.SEALED)
    first_seal = owner.file.seal
    other = dataclasses.replace(CONTACT, name="林示例")
    owner.confirm(contact=other)
    file = owner.file
    assert file.stage is Stage.CONFIRMED
    assert file.contact == other
    assert file.seal is None
    assert owner.make_seal().seal == first_seal, "the enterprise's good seal is used again"
    assert len(owner.window.seals(token=owner.token)) == 1


def test_without_certification_nothing_can_be_confirmed_until_one_way_succeeds(
    authority: Authority,
) -> None:
    owner = Exporter.of(authority, "P07")
    assert not owner.window.enterprise(token=owner.token).certified
    refused(FaultCode.NOT_CERTIFIED, owner.confirm)
    owner.certify(method=CertificationMethod.LEGAL_PERSON)
    ways = owner.window.certifications(token=owner.token)
    assert [way.method for way in ways] == list(CertificationMethod)
    assert [way.succeeded for way in ways] == [False, False, True]
    assert owner.window.enterprise(token=owner.token).certified
    owner.confirm()


# --- step 2 and 印章管理


def test_the_seal_bears_the_registered_name_and_a_code_that_no_maker_gives(
    owner: Exporter,
) -> None:
    owner.confirm()
    seal = owner.make_seal().seal
    assert seal is not None
    assert seal.name == "广东示例虚舟灯饰有限公司"
    assert seal.code.startswith("449999")
    assert len(seal.code) == 13
    assert seal.code.isdigit()
    assert seal.state is SealState.ACTIVE
    assert seal.usable


def test_an_old_seal_is_stopped_deleted_and_replaced(authority: Authority) -> None:
    owner = Exporter.of(authority, "P10")
    owner.confirm()
    [old] = owner.window.seals(token=owner.token)
    assert not old.usable
    fault = refused(FaultCode.SEAL_EXISTS, owner.make_seal)
    assert fault.facts == {"seal_id": old.id}
    refused(FaultCode.SEAL_EXISTS, owner.add_seal)
    refused(FaultCode.OUT_OF_ORDER, owner.delete_seal, old.id)

    stopped = owner.stop_seal(old.id).seal
    assert stopped is not None
    assert stopped.state is SealState.STOPPED
    assert stopped.stopped_at
    refused(FaultCode.OUT_OF_ORDER, owner.stop_seal, old.id)
    refused(FaultCode.SEAL_EXISTS, owner.make_seal)
    refused(FaultCode.SEAL_EXISTS, owner.add_seal)

    owner.delete_seal(old.id)
    [deleted] = owner.window.seals(token=owner.token)
    assert (deleted.id, deleted.state) == (old.id, SealState.DELETED)
    assert deleted.stopped_at == stopped.stopped_at
    refused(FaultCode.OUT_OF_ORDER, owner.delete_seal, old.id)
    refused(FaultCode.SEAL_MISSING, owner.make_seal)

    new = owner.add_seal().seal
    assert new is not None
    assert owner.window.seals(token=owner.token) == (new, deleted)
    assert owner.make_seal().seal == new
    owner.sign()
    assert owner.file.stage is Stage.UNDER_REVIEW


def test_a_seal_stopped_before_the_signature_is_missed_there_and_made_anew(
    owner: Exporter,
) -> None:
    owner.walk_to(Stage.SEALED)
    seal = owner.file.seal
    assert seal is not None
    owner.stop_seal(seal.id)
    refused(FaultCode.SEAL_MISSING, owner.sign)
    refused(FaultCode.SEAL_EXISTS, owner.make_seal)
    owner.delete_seal(seal.id)
    refused(FaultCode.SEAL_MISSING, owner.sign)
    owner.make_seal()
    owner.sign()


def test_a_new_seal_is_what_a_waiting_agreement_is_signed_with(owner: Exporter) -> None:
    owner.walk_to(Stage.SEALED)
    before = owner.file
    assert before.seal is not None
    owner.stop_seal(before.seal.id)
    owner.delete_seal(before.seal.id)
    new = owner.add_seal().seal
    assert new is not None
    assert owner.file.seal == new
    assert owner.file.version > before.version
    owner.sign()
    assert owner.file.seal == new


def test_the_file_keeps_the_seal_it_was_signed_with(owner: Exporter) -> None:
    owner.walk_to(Stage.UNDER_REVIEW)
    seal = owner.file.seal
    assert seal is not None
    owner.stop_seal(seal.id)
    owner.delete_seal(seal.id)
    still = owner.file.seal
    assert still is not None
    assert (still.id, still.code) == (seal.id, seal.code)


# --- step 3


def test_the_signature_takes_the_pin_and_keeps_the_hash(owner: Exporter) -> None:
    owner.walk_to(Stage.SEALED)
    fault = refused(FaultCode.WRONG_PIN, owner.sign, pin=WRONG_PIN)
    assert fault.facts == {"tries_left": 4}
    assert owner.file.stage is Stage.SEALED
    owner.sign(sha256="ab" * 32)
    assert owner.file.agreement_sha256 == "ab" * 32
    review = owner.file.review
    assert review is not None
    assert review.decided_at is None


def test_wrong_pins_at_the_signature_and_at_the_door_are_counted_together(
    owner: Exporter,
) -> None:
    owner.walk_to(Stage.SEALED)
    call = owner.window.sign_in_with_card
    serial = owner.signin.card_serial
    refused(FaultCode.WRONG_PIN, owner.sign, pin=WRONG_PIN)
    refused(FaultCode.WRONG_PIN, call, serial=serial, pin=WRONG_PIN)
    refused(FaultCode.WRONG_PIN, owner.sign, pin=WRONG_PIN)
    refused(FaultCode.WRONG_PIN, call, serial=serial, pin=WRONG_PIN)
    refused(FaultCode.CARD_LOCKED, owner.sign, pin=WRONG_PIN)
    refused(FaultCode.CARD_LOCKED, owner.sign, pin=PIN)
    refused(FaultCode.CARD_LOCKED, call, serial=serial, pin=PIN)
    assert owner.file.stage is Stage.SEALED


def test_receiving_takes_the_pin_and_counts_a_wrong_one(owner: Exporter) -> None:
    refused(FaultCode.OUT_OF_ORDER, owner.acknowledge, pin=WRONG_PIN)
    owner.walk_to(Stage.ISSUED)
    for left in (4, 3, 2, 1):
        fault = refused(FaultCode.WRONG_PIN, owner.acknowledge, "same", pin=WRONG_PIN)
        assert fault.facts == {"tries_left": left}
    assert owner.file.stage is Stage.ISSUED
    first = owner.acknowledge("same")
    assert owner.acknowledge("same", pin=WRONG_PIN) == first


def test_wrong_pins_at_receipt_lock_the_card(owner: Exporter) -> None:
    owner.walk_to(Stage.ISSUED)
    for _ in range(4):
        refused(FaultCode.WRONG_PIN, owner.acknowledge, pin=WRONG_PIN)
    refused(FaultCode.CARD_LOCKED, owner.acknowledge, pin=WRONG_PIN)
    refused(FaultCode.CARD_LOCKED, owner.acknowledge, pin=PIN)
    assert owner.file.stage is Stage.ISSUED


def test_a_signature_out_of_order_costs_no_try(owner: Exporter) -> None:
    for _ in range(7):
        refused(FaultCode.OUT_OF_ORDER, owner.sign, pin=WRONG_PIN)
    sign_in(owner.authority, owner.world, CardKind.LEGAL)


def test_the_card_must_be_in_the_reader_to_sign(owner: Exporter) -> None:
    owner.walk_to(Stage.SEALED)
    owner.authority.insert_card(owner.world, None)
    refused(FaultCode.CARD_NOT_READ, owner.sign)
    owner.authority.insert_card(owner.world, owner.signin.card_serial)
    owner.sign()


@pytest.mark.parametrize("sha256", ["", "ab", "AB" * 32, "g" * 64, "ab" * 33, "ab" * 32 + "\n"])
def test_what_is_no_hash_is_a_mistake_of_the_caller(owner: Exporter, sha256: str) -> None:
    owner.walk_to(Stage.SEALED)
    with pytest.raises(ValueError, match="64 lower-case"):
        owner.sign(sha256=sha256)
    with pytest.raises(ValueError, match="64 lower-case"):
        owner.window.confirm_application(
            token=owner.token,
            number=owner.number,
            contact=CONTACT,
            declaration_sha256=sha256,
            key="k",
        )


# --- who may


def _without_card(owner: Exporter) -> SignIn:
    return owner.window.sign_in_with_password(username="demop01", password="Demo-P01-2026")


@pytest.fixture(params=["operator", "cardless"])
def onlooker(request: pytest.FixtureRequest, owner: Exporter) -> Exporter:
    """Somebody of the enterprise who may look but not commit."""
    if request.param == "operator":
        return owner.colleague()
    return dataclasses.replace(owner, signin=_without_card(owner))


def test_who_has_no_legal_card_sees_everything_but_the_seals(
    owner: Exporter, onlooker: Exporter
) -> None:
    receipt = owner.confirm("the-owner's")
    assert onlooker.file == owner.file
    window, token = onlooker.window, onlooker.token
    assert window.enterprise(token=token) == window.enterprise(token=owner.token)
    assert len(window.certifications(token=token)) == 3
    assert window.policies(token=token) == ()
    assert window.find_receipt(token=token, key="the-owner's") == receipt
    refused(FaultCode.OPERATOR_CARD, window.seals, token=token)


@pytest.mark.parametrize("stage", [Stage.OFFERED, Stage.CONFIRMED, Stage.SEALED, Stage.ISSUED])
def test_who_has_no_legal_card_changes_nothing(
    owner: Exporter, onlooker: Exporter, stage: Stage
) -> None:
    owner.walk_to(stage)
    before = owner.file
    for write in (
        onlooker.confirm,
        onlooker.make_seal,
        onlooker.acknowledge,
        onlooker.add_seal,
        onlooker.certify,
        lambda: onlooker.stop_seal("seal-0001-1"),
        lambda: onlooker.delete_seal("seal-0001-1"),
    ):
        refused(FaultCode.OPERATOR_CARD, write)
    refused(FaultCode.SIGNING_NEEDS_LEGAL_CARD, onlooker.sign)
    assert owner.file == before


@pytest.mark.parametrize(
    "number", ["TB-2026-1123-027", "", "0", "\x00", "\ud800", "TB" * 40_000, "tb-2026-1123-017"]
)
def test_a_number_that_is_not_the_enterprise_s_does_not_exist(owner: Exporter, number: str) -> None:
    window, token = owner.window, owner.token
    with pytest.raises(NotFound):
        window.application(token=token, number=number)
    with pytest.raises(NotFound):
        window.make_seal(token=token, number=number, key="k1")
    with pytest.raises(NotFound):
        window.acknowledge_policy(
            token=token, number=number, policy_sha256=POLICY, pin=PIN, key="k2"
        )
    with pytest.raises(NotFound):
        window.confirm_application(
            token=token,
            number=number,
            contact=CONTACT,
            declaration_sha256=DECLARATION,
            key="k3",
        )
    with pytest.raises(NotFound):
        window.sign_agreement(
            token=token, number=number, agreement_sha256=AGREEMENT, pin=PIN, key="k4"
        )
    with pytest.raises(NotFound):
        owner.stop_seal(number)
    # Refused before anybody looks for it, it leaves nothing odd behind either.
    colleague = owner.colleague()
    refused(
        FaultCode.OPERATOR_CARD,
        window.make_seal,
        token=colleague.token,
        number=number,
        key="k5",
    )
    refused(FaultCode.SESSION_EXPIRED, window.make_seal, token="no", number=number, key="k6")


# --- the endings


def test_p13_is_returned_with_a_reason_and_accepted_once_corrected(
    authority: Authority,
) -> None:
    owner = Exporter.of(authority, "P13")
    assert owner.file.trade.exports_forecast == 10 * owner.file.trade.exports_last_year
    owner.walk_to(Stage.UNDER_REVIEW)
    review = owner.file.review
    assert review is not None
    assert review.reason == "", "nothing is said before it is decided"
    assert owner.file.trade.exports_forecast == 10 * owner.file.trade.exports_last_year
    authority.move_until_delivered(owner.world)
    review = owner.file.review
    assert review is not None
    assert review.decided_at
    assert "联系人" in review.reason
    assert "10 倍" in review.reason
    assert review.delivery_due_on is None
    assert str(owner.file.trade.exports_forecast) == "310.00"
    assert owner.window.policies(token=owner.token) == ()

    owner.confirm()
    assert owner.file.review is None
    assert owner.file.agreement_sha256 == ""
    assert str(owner.file.trade.exports_forecast) == "310.00"
    owner.make_seal()
    owner.sign(sha256="cd" * 32)
    authority.move_until_delivered(owner.world)
    authority.move_until_delivered(owner.world)
    owner.acknowledge()
    assert owner.file.stage is Stage.ACKNOWLEDGED


def test_p14_is_declined_and_told_what_else_there_is(authority: Authority) -> None:
    owner = Exporter.of(authority, "P14")
    owner.walk_to(Stage.DECLINED)
    review = owner.file.review
    assert review is not None
    assert "1000.01" in review.reason
    assert "综合保险" in review.reason
    assert owner.file.policy is None
    after = authority.now(owner.world)
    assert authority.move_until_delivered(owner.world) < after.replace(year=after.year + 1)
    assert owner.file.stage is Stage.DECLINED


def test_p15_waits_only_to_be_acknowledged(authority: Authority) -> None:
    owner = Exporter.of(authority, "P15")
    file = owner.file
    assert file.stage is Stage.ISSUED
    assert file.contact is not None
    assert file.seal is not None
    assert file.agreement_sha256
    assert file.policy is not None
    assert file.policy.issued_at < MONDAY
    assert file.policy.acknowledged_at is None
    owner.acknowledge()
    assert owner.file.stage is Stage.ACKNOWLEDGED


@pytest.mark.parametrize("persona", ["P01", "P02", "P03", "P06", "P13", "P15"])
@pytest.mark.parametrize("day", ["2026-02-14", "2026-09-30", "2027-02-05", "2028-02-29"])
def test_every_start_date_gives_a_world_that_ends_in_a_policy(
    authority: Authority, persona: str, day: str
) -> None:
    owner = Exporter.of(authority, persona, at=MONDAY.fromisoformat(f"{day}T20:00:00+08:00"))
    for _ in range(2):
        if owner.file.stage in {Stage.OFFERED, Stage.RETURNED}:
            owner.confirm()
            owner.make_seal()
            owner.sign()
        authority.move_until_delivered(owner.world)
    authority.move_until_delivered(owner.world)
    policy = owner.acknowledge().policy
    assert policy is not None
    assert policy.number.startswith("DEMO-SCH9")
    assert policy.terms.period_start <= policy.issued_at.date() <= policy.terms.period_end

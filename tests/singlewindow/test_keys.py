"""Contract: one effect for each idempotency key, and the same answer again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Final

import pytest

from tests.singlewindow.cast import (
    CONTACT,
    OWN_PIN,
    WRONG_PIN,
    Authority,
    Exporter,
    refused,
)
from wizard.singlewindow import wire
from wizard.singlewindow.faults import FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import CertificationMethod, Receipt, SingleWindow, Stage


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """A write, the state it needs, and the same write with another content."""

    persona: str = "P01"
    stage: Stage = Stage.OFFERED
    prepare: Callable[[Exporter], object] = lambda _: None
    write: Callable[[Exporter, str], Receipt]
    other: Callable[[Exporter, str], Receipt] | None = None


WRITES: Final[dict[str, Row]] = {
    "confirm_application": Row(
        write=lambda owner, key: owner.confirm(key),
        other=lambda owner, key: owner.confirm(
            key, contact=dataclasses.replace(CONTACT, name="林示例")
        ),
    ),
    "make_seal": Row(stage=Stage.CONFIRMED, write=lambda owner, key: owner.make_seal(key)),
    "sign_agreement": Row(
        stage=Stage.SEALED,
        write=lambda owner, key: owner.sign(key),
        other=lambda owner, key: owner.sign(key, sha256="ef" * 32),
    ),
    "acknowledge_policy": Row(stage=Stage.ISSUED, write=lambda owner, key: owner.acknowledge(key)),
    "urge_delivery": Row(
        persona="P12",
        stage=Stage.APPROVED,
        prepare=lambda owner: [
            owner.authority.move_one_working_day(owner.world) for _day in range(3)
        ],
        write=lambda owner, key: owner.window.urge_delivery(
            token=owner.token, number=owner.number, key=key
        ),
    ),
    "stop_seal": Row(
        persona="P10",
        write=lambda owner, key: owner.stop_seal("seal-107-0", key),
        other=lambda owner, key: owner.stop_seal("seal-107-1", key),
    ),
    "delete_seal": Row(
        persona="P10",
        prepare=lambda owner: owner.stop_seal("seal-107-0"),
        write=lambda owner, key: owner.delete_seal("seal-107-0", key),
        other=lambda owner, key: owner.delete_seal("seal-107-1", key),
    ),
    "add_seal": Row(write=lambda owner, key: owner.add_seal(key)),
    "change_pin": Row(
        write=lambda owner, key: owner.change_pin(key),
        other=lambda owner, key: owner.change_pin(key, new="31415926"),
    ),
    "set_password": Row(
        persona="P16",
        write=lambda owner, key: owner.window.set_password(
            token=owner.token, password="Mine-2026", key=key
        ),
        other=lambda owner, key: owner.window.set_password(
            token=owner.token, password="Other-2026", key=key
        ),
    ),
    "certify": Row(
        persona="P07",
        write=lambda owner, key: owner.certify(key),
        other=lambda owner, key: owner.certify(key, method=CertificationMethod.LEGAL_PERSON),
    ),
}


@pytest.fixture(params=list(WRITES))
def row(request: pytest.FixtureRequest) -> Row:
    return WRITES[request.param]


@pytest.fixture
def ready(authority: Authority, row: Row) -> Exporter:
    """An exporter just before the write."""
    owner = Exporter.of(authority, row.persona)
    owner.walk_to(row.stage)
    row.prepare(owner)
    return owner


def _state(owner: Exporter) -> tuple[object, ...]:
    token, window = owner.token, owner.window
    return (
        window.enterprise(token=token),
        window.applications(token=token),
        window.seals(token=token),
        window.certifications(token=token),
        window.policies(token=token),
    )


def test_the_same_key_gives_the_same_answer_and_no_second_effect(ready: Exporter, row: Row) -> None:
    first = row.write(ready, "same")
    state = _state(ready)
    assert [row.write(ready, "same") for _ in range(3)] == [first] * 3
    assert _state(ready) == state


def test_the_answer_is_found_under_its_key_by_the_enterprise_alone(
    ready: Exporter, row: Row
) -> None:
    assert ready.window.find_receipt(token=ready.token, key="same") is None
    first = row.write(ready, "same")
    assert ready.window.find_receipt(token=ready.token, key="same") == first
    stranger = Exporter.of(ready.authority, row.persona, world="another")
    assert stranger.window.find_receipt(token=stranger.token, key="same") is None


def test_the_same_key_with_another_content_is_refused(ready: Exporter, row: Row) -> None:
    row.write(ready, "same")
    state = _state(ready)
    if row.other:
        refused(FaultCode.KEY_REUSED, row.other, ready, "same")
    for another in WRITES.values():
        if another is not row:
            refused(FaultCode.KEY_REUSED, another.write, ready, "same")
    assert _state(ready) == state


def test_no_write_of_the_port_is_without_its_row() -> None:
    """Nobody has signed in who asks for the user name: that one has a test of its own below."""
    writes = {one.name for one in wire.operations(SingleWindow) if one.writes}
    assert WRITES.keys() == writes - {"ask_for_recovery"}


def test_what_changes_something_takes_a_key() -> None:
    """Signing in and out change nothing that lasts; two questions carry what no address may."""
    free = {
        "sign_in_with_card",
        "sign_in_with_password",
        "sign_out",
        "check_registration",
        "recover_username",
    }
    posts = {one.name for one in wire.operations(SingleWindow) if one.method == "POST"}
    assert {one.name for one in wire.operations(SingleWindow) if one.writes} == posts - free


def test_asking_for_the_user_name_is_answered_again_apart_from_the_enterprise_s_keys(
    authority: Authority,
) -> None:
    owner = Exporter.of(authority, "P19")
    uscc = owner.signin.enterprise.uscc
    first = owner.window.ask_for_recovery(uscc=uscc, key="same")
    assert first.recovery is not None
    authority.move_one_working_day(owner.world)
    assert owner.window.ask_for_recovery(uscc=uscc, key="same") == first
    assert owner.window.find_receipt(token=owner.token, key="same") is None
    owner.confirm("same")


def test_a_changed_pin_whose_answer_was_lost_is_settled_by_its_key(owner: Exporter) -> None:
    owner.authority.set_weather(owner.world, operation="change_pin", kind="lost-after")
    with pytest.raises(OutcomeUnknown):
        owner.change_pin("same")
    refused(FaultCode.KEY_REUSED, owner.change_pin, "same", new="31415926")
    assert owner.change_pin("same").operation == "change_pin"
    owner.window.sign_in_with_card(serial=owner.signin.card_serial, pin=OWN_PIN)


def test_a_key_is_each_world_s_own(authority: Authority) -> None:
    owner = Exporter.of(authority, "P01", world="one")
    stranger = Exporter.of(authority, "P01", world="two")
    owner.confirm("same")
    stranger.add_seal("same")
    assert stranger.file.stage is Stage.OFFERED


def test_the_first_answer_is_given_for_ever(owner: Exporter) -> None:
    receipts = {"a": owner.confirm("a"), "b": owner.make_seal("b"), "c": owner.sign("c")}
    owner.authority.move_until_delivered(owner.world)
    owner.authority.move_until_delivered(owner.world)
    receipts["d"] = owner.acknowledge("d")
    owner.authority.move_clock(owner.world, seconds=400 * 86_400)
    assert owner.confirm("a") == receipts["a"]
    assert owner.make_seal("b") == receipts["b"]
    assert owner.sign("c") == receipts["c"]
    assert owner.acknowledge("d") == receipts["d"]
    assert len({receipt.serial for receipt in receipts.values()}) == 4


def test_a_signature_that_was_accepted_is_answered_again_whatever_the_pin(
    owner: Exporter,
) -> None:
    owner.walk_to(Stage.SEALED)
    first = owner.sign("same")
    assert owner.sign("same", pin=WRONG_PIN) == first
    fault = refused(
        FaultCode.WRONG_PIN,
        owner.window.sign_in_with_card,
        serial=owner.signin.card_serial,
        pin=WRONG_PIN,
    )
    assert fault.facts == {"tries_left": 4}, "the repeated signature cost no try"


def test_a_refused_key_is_free_again(owner: Exporter) -> None:
    refused(FaultCode.OUT_OF_ORDER, owner.make_seal, "same")
    assert owner.window.find_receipt(token=owner.token, key="same") is None
    bad = dataclasses.replace(CONTACT, email="a_b@example.com")
    refused(FaultCode.EMAIL_REJECTED, owner.confirm, "same", contact=bad)
    with pytest.raises(NotFound):
        owner.window.make_seal(token=owner.token, number="another's", key="same")
    owner.confirm("same")
    assert owner.file.stage is Stage.CONFIRMED


def test_a_wrong_pin_leaves_the_key_free(owner: Exporter) -> None:
    owner.walk_to(Stage.SEALED)
    refused(FaultCode.WRONG_PIN, owner.sign, "same", pin=WRONG_PIN)
    owner.sign("same")


@pytest.mark.parametrize("key", ["", " ", "k" * 201, "钥匙", "\x00", "\ud800", "a b", "k\n"])
def test_what_is_no_key_is_a_mistake_of_the_caller(owner: Exporter, key: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        owner.window.add_seal(token=owner.token, key=key)
    assert owner.window.find_receipt(token=owner.token, key=key) is None

"""Contract: calls that are lost on the way, before or after they were carried out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.singlewindow.cast import (
    MONDAY,
    OWN_PIN,
    PIN,
    WRONG_PIN,
    Authority,
    Exporter,
    refused,
)
from wizard.singlewindow.embedded import Engine
from wizard.singlewindow.faults import FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import Receipt, Stage
from wizard.singlewindow.simulator.store import Store

STEPS: Final[dict[str, tuple[Stage, Callable[[Exporter, str], Receipt]]]] = {
    "confirm_application": (Stage.OFFERED, lambda owner, key: owner.confirm(key)),
    "make_seal": (Stage.CONFIRMED, lambda owner, key: owner.make_seal(key)),
    "sign_agreement": (Stage.SEALED, lambda owner, key: owner.sign(key)),
    "acknowledge_policy": (Stage.ISSUED, lambda owner, key: owner.acknowledge(key)),
    "add_seal": (Stage.OFFERED, lambda owner, key: owner.add_seal(key)),
    "certify": (Stage.OFFERED, lambda owner, key: owner.certify(key)),
}


@pytest.mark.parametrize("operation", STEPS)
def test_a_request_lost_on_the_way_had_no_effect(owner: Exporter, operation: str) -> None:
    stage, write = STEPS[operation]
    owner.walk_to(stage)
    before = owner.file
    owner.authority.set_weather(owner.world, operation=operation, kind="lost-before")
    with pytest.raises(OutcomeUnknown):
        write(owner, "same")
    assert owner.file == before
    assert owner.window.find_receipt(token=owner.token, key="same") is None
    write(owner, "same")


@pytest.mark.parametrize("operation", STEPS)
def test_an_answer_lost_after_the_commit_is_found_under_its_key(
    owner: Exporter, operation: str
) -> None:
    stage, write = STEPS[operation]
    owner.walk_to(stage)
    owner.authority.set_weather(owner.world, operation=operation, kind="lost-after")
    with pytest.raises(OutcomeUnknown):
        write(owner, "same")
    after = owner.file
    found = owner.window.find_receipt(token=owner.token, key="same")
    assert found is not None
    assert write(owner, "same") == found
    assert owner.file == after


def test_weather_lasts_for_as_many_calls_as_was_said(owner: Exporter) -> None:
    owner.authority.set_weather(
        owner.world, operation="confirm_application", kind="lost-after", times=3
    )
    for _ in range(3):
        with pytest.raises(OutcomeUnknown):
            owner.confirm("same")
    assert owner.confirm("same").serial.endswith("0001")


def test_weather_can_be_cleared(owner: Exporter) -> None:
    for times in (5, 0):
        owner.authority.set_weather(
            owner.world, operation="confirm_application", kind="lost-before", times=times
        )
    owner.confirm()


def test_weather_over_everything_meets_reading_too(owner: Exporter) -> None:
    owner.authority.set_weather(owner.world, operation="*", kind="lost-before", times=4)
    for read in (owner.window.now, owner.window.reader):
        with pytest.raises(OutcomeUnknown):
            read()
    with pytest.raises(OutcomeUnknown):
        owner.window.find_receipt(token=owner.token, key="k")
    with pytest.raises(OutcomeUnknown):
        owner.window.sign_in_with_card(serial=owner.signin.card_serial, pin=PIN)
    assert owner.window.now() >= MONDAY


def test_weather_stays_in_its_world(owner: Exporter) -> None:
    stranger = Exporter.of(owner.authority, "P02", world="another")
    owner.authority.set_weather(owner.world, operation="*", kind="lost-before", times=9)
    stranger.confirm()


def test_a_new_world_has_fair_weather(owner: Exporter) -> None:
    owner.authority.set_weather(owner.world, operation="*", kind="lost-before", times=9)
    Exporter.of(owner.authority, "P01", world=owner.world).confirm()


def test_a_lost_refusal_is_as_unknown_as_a_lost_receipt(owner: Exporter) -> None:
    owner.authority.set_weather(owner.world, operation="make_seal", kind="lost-after")
    with pytest.raises(OutcomeUnknown):
        owner.make_seal("same")
    refused(FaultCode.OUT_OF_ORDER, owner.make_seal, "same")


def test_a_pin_whose_answer_was_lost_has_been_counted(owner: Exporter) -> None:
    call = owner.window.sign_in_with_card
    serial = owner.signin.card_serial
    owner.authority.set_weather(owner.world, operation="sign_in_with_card", kind="lost-after")
    with pytest.raises(OutcomeUnknown):
        call(serial=serial, pin=WRONG_PIN)
    fault = refused(FaultCode.WRONG_PIN, call, serial=serial, pin=WRONG_PIN)
    assert fault.facts == {"tries_left": 3}


def test_a_pin_change_whose_answer_was_lost_has_happened(owner: Exporter) -> None:
    owner.authority.set_weather(owner.world, operation="change_pin", kind="lost-after")
    with pytest.raises(OutcomeUnknown):
        owner.change_pin()
    owner.window.sign_in_with_card(serial=owner.signin.card_serial, pin=OWN_PIN)


def test_weather_of_an_unknown_kind_or_place_is_refused(authority: Authority) -> None:
    with pytest.raises(NotFound):
        authority.set_weather("nowhere", operation="*", kind="lost-before")
    authority.make_world(world="w", persona="P01", at=MONDAY)
    with pytest.raises(ValueError, match="hail"):
        authority.set_weather("w", operation="*", kind="hail")
    with pytest.raises(ValueError, match="negative"):
        authority.set_weather("w", operation="*", kind="lost-before", times=-1)


def test_a_number_that_is_nobody_s_is_not_kept_with_a_stopped_call() -> None:
    engine = Engine(Store(None))
    stranger = Exporter.of(engine, "P01")
    engine.set_weather(stranger.world, operation="make_seal", kind="http-500")
    with pytest.raises(OutcomeUnknown):
        stranger.window.make_seal(token=stranger.token, number="\ud800 13800000000", key="k")
    [line] = [one for one in engine.requests(stranger.world) if one.operation == "make_seal"]
    assert (line.key, line.application_number, line.answer) == ("k", "", "stopped")
    assert line.at >= MONDAY


def test_the_log_of_an_older_file_is_kept_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "simulator.sqlite3"
    Exporter.of(Engine(Store(path)), "P01", world="w").confirm("before")
    with closing(sqlite3.connect(path)) as file:
        file.executescript(
            "ALTER TABLE request DROP COLUMN weather; ALTER TABLE answer DROP COLUMN purge_at;"
            "PRAGMA user_version=2"
        )
    engine = Engine(Store(path))
    engine.set_weather("w", operation="now", kind="no-answer")
    with pytest.raises(OutcomeUnknown):
        engine.window("w").now()
    lines = [(one.operation, one.answer, one.weather) for one in engine.requests("w")]
    assert lines == [
        ("now", "stopped", "no-answer"),
        ("confirm_application", "accepted", ""),
        ("sign_in_with_card", "accepted", ""),
    ]

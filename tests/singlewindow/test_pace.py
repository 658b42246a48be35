"""How soon a review has its result: at once, after readings, or when the clock says so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Barrier

import pytest

from tests.singlewindow.cast import Exporter
from tests.singlewindow.wired import in_memory
from wizard.singlewindow.embedded import Engine
from wizard.singlewindow.port import Stage
from wizard.singlewindow.simulator.store import Store


@pytest.mark.parametrize("office", ["2026-11-23T10:00+08:00", "2026-11-28T23:59+08:00"])
def test_a_review_at_once_brings_result_and_policy_with_the_signature(office: str) -> None:
    authority = in_memory()
    owner = Exporter.of(authority, "P01", world="at any hour", at=datetime.fromisoformat(office))
    authority.set_pace(owner.world, working_days=0, working_minutes=0)
    owner.walk_to(Stage.SEALED)
    owner.sign()
    assert owner.file.stage is Stage.ISSUED
    assert owner.acknowledge().policy is not None


def test_a_review_of_three_readings_is_under_review_three_times() -> None:
    authority = in_memory()
    owner = Exporter.of(authority, "P01")
    number = owner.number
    authority.set_pace(owner.world, working_days=0, working_minutes=0, reads=3)
    owner.walk_to(Stage.SEALED)
    owner.sign()

    def one() -> Stage:
        return owner.window.application(token=owner.token, number=number).stage

    def listed() -> Stage:
        return owner.window.applications(token=owner.token)[0].stage

    owner.window.policies(token=owner.token)  # says nothing of a review, and counts for nothing
    assert [one(), listed(), one(), listed(), one()] == [Stage.UNDER_REVIEW] * 3 + [
        Stage.ISSUED
    ] * 2


def test_the_readings_of_eight_people_are_counted_one_by_one(tmp_path: Path) -> None:
    authority = Engine(Store(tmp_path / "simulator.sqlite3"))
    owner = Exporter.of(authority, "P01")
    number = owner.number
    authority.set_pace(owner.world, working_days=0, working_minutes=0, reads=5)
    owner.walk_to(Stage.SEALED)
    owner.sign()
    barrier = Barrier(8)

    def read(_: int) -> Stage:
        barrier.wait(timeout=30)
        return owner.window.application(token=owner.token, number=number).stage

    with ThreadPoolExecutor(8) as pool:
        stages = list(pool.map(read, range(8)))
    assert stages.count(Stage.UNDER_REVIEW) == 5
    assert stages.count(Stage.ISSUED) == 3


def test_the_clock_overtakes_the_readings() -> None:
    authority = in_memory()
    owner = Exporter.of(authority, "P01")
    authority.set_pace(owner.world, working_days=0, working_minutes=0, reads=1000)
    owner.walk_to(Stage.UNDER_REVIEW)
    for _ in range(2):
        authority.move_until_delivered(owner.world)
    assert owner.file.stage is Stage.ISSUED

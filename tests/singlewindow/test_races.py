"""Many at once: threads on both stores, processes on one file."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, Final

import pytest

from tests.singlewindow.cast import MONDAY, PIN, WRONG_PIN, Exporter, refused, sign_in
from wizard.singlewindow.embedded import Engine
from wizard.singlewindow.faults import Fault, FaultCode, OutcomeUnknown
from wizard.singlewindow.port import CardKind, Receipt, Stage
from wizard.singlewindow.simulator import store as store_module
from wizard.singlewindow.simulator.store import Store

ROOT: Final = Path(__file__).parents[2]
STEPS: Final[dict[str, tuple[Stage, Callable[[Exporter, str], Receipt]]]] = {
    "confirm_application": (Stage.OFFERED, lambda owner, key: owner.confirm(key)),
    "make_seal": (Stage.CONFIRMED, lambda owner, key: owner.make_seal(key)),
    "sign_agreement": (Stage.SEALED, lambda owner, key: owner.sign(key)),
    "acknowledge_policy": (Stage.ISSUED, lambda owner, key: owner.acknowledge(key)),
}


@pytest.fixture(params=["memory", "sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return Engine(Store(None if request.param == "memory" else tmp_path / "sim.sqlite3"))


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """The results, or faults, of `act(0)` to `act(number - 1)` started together."""
    barrier = Barrier(number)

    def run(index: int) -> object:
        barrier.wait(timeout=30)
        try:
            return act(index)
        except Fault as fault:
            return fault

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def accepted(engine: Engine, world: str, operation: str) -> int:
    """How many requests of this kind had an effect."""
    log = engine.requests(world, limit=1000)
    return sum(line.operation == operation and line.answer == "accepted" for line in log)


@pytest.mark.parametrize("step", STEPS)
def test_eight_identical_posts_have_one_effect_and_one_answer(engine: Engine, step: str) -> None:
    stage, write = STEPS[step]
    owner = Exporter.of(engine, "P01")
    owner.walk_to(stage)
    version = owner.file.version
    answers = at_once(8, lambda _: write(owner, "same"))
    assert answers == [answers[0]] * 8
    assert isinstance(answers[0], Receipt)
    assert accepted(engine, owner.world, step) == 1
    assert owner.file.version - version <= 1


@pytest.mark.parametrize("step", STEPS)
def test_two_people_at_once_one_wins_and_the_other_is_told(engine: Engine, step: str) -> None:
    stage, write = STEPS[step]
    owner = Exporter.of(engine, "P01")
    owner.walk_to(stage)
    other = dataclasses.replace(owner, signin=sign_in(engine, owner.world, CardKind.LEGAL))
    people = [owner, other]
    answers = at_once(2, lambda index: write(people[index], f"key of {index}".replace(" ", "-")))
    if step == "confirm_application":
        # Confirming again is allowed until the signature: both are heard, one after the other.
        assert all(isinstance(answer, Receipt) for answer in answers)
        return
    [fault] = [answer for answer in answers if isinstance(answer, Fault)]
    assert fault.code is FaultCode.OUT_OF_ORDER
    assert accepted(engine, owner.world, step) == 1


def test_of_forty_wrong_pins_at_once_exactly_the_limit_is_counted(engine: Engine) -> None:
    engine.make_world(world="w", persona="P01", at=MONDAY)
    window = engine.window("w")
    card = window.reader().cards[0]
    faults = at_once(40, lambda _: window.sign_in_with_card(serial=card.serial, pin=WRONG_PIN))
    tries = Counter(fault.facts.get("tries_left") for fault in faults)
    assert tries == {4: 1, 3: 1, 2: 1, 1: 1, None: 36}
    codes = Counter(fault.code for fault in faults)
    assert codes == {FaultCode.WRONG_PIN: 4, FaultCode.CARD_LOCKED: 36}
    refused(FaultCode.CARD_LOCKED, window.sign_in_with_card, serial=card.serial, pin=PIN)


def test_forty_right_pins_at_once_lock_nobody_out(engine: Engine) -> None:
    engine.make_world(world="w", persona="P01", at=MONDAY)
    window = engine.window("w")
    card = window.reader().cards[0]
    signins = at_once(40, lambda _: window.sign_in_with_card(serial=card.serial, pin=PIN))
    assert len({signin.token for signin in signins}) == 40
    assert not window.reader().cards[0].locked


def test_a_pin_in_the_air_while_the_card_is_unlocked_is_judged_by_the_new_secret(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = Exporter.of(engine, "P01")
    window, serial = owner.window, owner.signin.card_serial
    owner.change_pin(new="20261123")
    transaction = Store.transaction

    def unlocked_first(self: Store, world: str) -> Any:
        monkeypatch.setattr(Store, "transaction", transaction)
        engine.unlock_card(owner.world, serial)
        return self.transaction(world)

    monkeypatch.setattr(Store, "transaction", unlocked_first)
    fault = refused(FaultCode.WRONG_PIN, window.sign_in_with_card, serial=serial, pin="20261123")
    assert fault.facts == {"tries_left": 4}
    assert window.sign_in_with_card(serial=serial, pin=PIN).pin_change_required


def test_seals_added_at_once_are_one_seal(engine: Engine) -> None:
    owner = Exporter.of(engine, "P01")
    answers = at_once(8, lambda index: owner.add_seal(f"key-of-{index}"))
    assert sum(isinstance(answer, Receipt) for answer in answers) == 1
    assert len(owner.window.seals(token=owner.token)) == 1


def test_receipt_numbers_are_given_once(engine: Engine) -> None:
    owner = Exporter.of(engine, "P01")
    answers = at_once(24, lambda index: owner.certify(f"key-of-{index}"))
    serials = sorted(answer.serial for answer in answers)
    assert serials == [f"HZ-20261123-{number:04d}" for number in range(1, 25)]


# --- several processes on one file

OTHER_PROCESS: Final = """
    import sys
    from pathlib import Path
    from wizard.singlewindow.embedded import open_engine

    path, token, number, key = sys.argv[1:]
    window = open_engine(Path(path)).window("world of P01")
    print(window.make_seal(token=token, number=number, key=key))
    print(window.application(token=token, number=number).version)
"""


def test_another_process_sees_the_same_world_and_answers_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "sim.sqlite3"
    owner = Exporter.of(Engine(Store(path)), "P01")
    owner.confirm()
    arguments = [str(path), owner.token, owner.number, "same"]
    outputs = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(OTHER_PROCESS), *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        outputs.append(done.stdout.splitlines())
    assert outputs[0] == outputs[1]
    assert outputs[0] == [str(owner.make_seal("same")), str(owner.file.version)]
    assert owner.file.stage is Stage.SEALED


def test_a_killed_process_leaves_all_of_its_write_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sim.sqlite3"
    owner = Exporter.of(Engine(Store(path)), "P01")
    code = """
        import os, signal, sys
        from pathlib import Path
        from wizard.singlewindow.simulator import store
        from wizard.singlewindow.embedded import open_engine

        def die(self, *_):
            os.kill(os.getpid(), signal.SIGKILL)

        store.Transaction.log = die  # after the world and the receipt, before the commit
        open_engine(Path(sys.argv[1])).window("world of P01").add_seal(
            token=sys.argv[2], key="same"
        )
    """
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(path), owner.token],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert killed.returncode == -9, killed.stderr.decode()
    assert owner.window.seals(token=owner.token) == ()
    assert owner.window.find_receipt(token=owner.token, key="same") is None
    owner.add_seal("same")


def test_a_forked_process_uses_a_connection_of_its_own(tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path / "sim.sqlite3"))
    owner = Exporter.of(engine, "P01")
    owner.confirm()
    context = multiprocessing.get_context("fork")
    child = context.Process(target=owner.make_seal, args=("same",))
    child.start()
    child.join(timeout=60)
    assert child.exitcode == 0
    assert owner.file.stage is Stage.SEALED
    assert owner.make_seal("same").operation == "make_seal"


def test_every_accepted_write_is_flushed_to_the_disk(tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path / "sim.sqlite3"))
    Exporter.of(engine, "P01")
    connection = engine._store._connection()
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_nobody_else_on_the_machine_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "sim.sqlite3"
    Exporter.of(Engine(Store(path)), "P01")
    for file in path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


# --- trouble with the file


def test_while_somebody_holds_the_file_reading_goes_on_and_writing_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "PATIENCE_SECONDS", 0.05)
    path = tmp_path / "sim.sqlite3"
    owner = Exporter.of(Engine(Store(path)), "P01")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    before = owner.file
    with pytest.raises(OutcomeUnknown):
        owner.confirm("same")
    assert owner.file == before
    holder.execute("ROLLBACK")
    holder.close()
    owner.confirm("same")


def test_a_broken_file_is_said_to_be_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "sim.sqlite3"
    path.write_bytes(os.urandom(8192))
    engine = Engine(Store(path))
    with pytest.raises(OutcomeUnknown):
        engine.has_world("w")
    with pytest.raises(OutcomeUnknown):
        engine.make_world(world="w", persona="P01", at=MONDAY)


def test_a_place_that_cannot_hold_a_file_is_no_answer_either(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    engine = Engine(Store(tmp_path / "file" / "sim.sqlite3"))
    with pytest.raises(OutcomeUnknown):
        engine.has_world("w")


def test_a_full_disk_loses_nothing_and_heals(tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path / "sim.sqlite3"))
    owner = Exporter.of(engine, "P01")
    connection = engine._store._connection()
    [pages] = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    confirmed = 0
    with pytest.raises(OutcomeUnknown):
        while True:
            owner.certify(f"key-{confirmed}")
            confirmed += 1
    assert owner.file.stage is Stage.OFFERED
    assert owner.window.find_receipt(token=owner.token, key=f"key-{confirmed}") is None
    connection.execute("PRAGMA max_page_count=1000000")
    receipt = owner.certify(f"key-{confirmed}")
    assert receipt.serial.endswith(f"{confirmed + 1:04d}")

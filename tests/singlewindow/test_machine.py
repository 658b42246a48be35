"""Random journeys: whatever is done in whatever order and weather, the promises hold.

After every step: nothing accepted is lost, nothing is done twice, time and versions only grow,
PINs are counted exactly. At the end of every journey: there is a way on from wherever it stopped.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.singlewindow.cast import (
    AGREEMENT,
    CONTACT,
    DECLARATION,
    MONDAY,
    PIN,
    POLICY,
    WRONG_PIN,
    card_of,
)
from wizard.singlewindow.embedded import Engine
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import (
    ApplicationFile,
    CardKind,
    CertificationMethod,
    Receipt,
    Seal,
    SealState,
    Stage,
)
from wizard.singlewindow.simulator import faces, personas
from wizard.singlewindow.simulator.personas import DeskState
from wizard.singlewindow.simulator.store import Store
from wizard.singlewindow.simulator.world import World

# Where a case may be found next; the clock may take several of these at once.
MOVES: Final[dict[Stage, set[Stage]]] = {
    Stage.OFFERED: {Stage.CONFIRMED},
    Stage.CONFIRMED: {Stage.SEALED},
    Stage.SEALED: {Stage.CONFIRMED, Stage.UNDER_REVIEW},
    Stage.UNDER_REVIEW: {Stage.RETURNED, Stage.DECLINED, Stage.APPROVED},
    Stage.RETURNED: {Stage.CONFIRMED},
    Stage.DECLINED: set(),
    Stage.APPROVED: {Stage.ISSUED},
    Stage.ISSUED: {Stage.ACKNOWLEDGED},
    Stage.ACKNOWLEDGED: set(),
}
LIMIT: Final = 5
ENDS: Final = {Stage.DECLINED, Stage.ACKNOWLEDGED}
OPERATIONS: Final = (
    "confirm_application",
    "make_seal",
    "sign_agreement",
    "acknowledge_policy",
    "add_seal",
    "find_receipt",
    "sign_in_with_card",
    "*",
)
KEYS: Final = st.sampled_from([f"key-{number}" for number in range(6)])
# Whose story is not about the way to the authority: a card that can be read, an application.
WITH_A_CARD: Final = [
    one.id
    for one in personas.ready_personas()
    if one.applications and one.inserted and one.desk == DeskState() and one.id != "P04"
]
PINS: Final = st.sampled_from([PIN, PIN, PIN, WRONG_PIN])


def reachable(stage: Stage) -> set[Stage]:
    """Everything that may be found after `stage`, itself included."""
    found = {stage}
    while True:
        more = found | {further for one in found for further in MOVES[one]}
        if more == found:
            return found
        found = more


class Journey(RuleBasedStateMachine):
    """One world, visited at random."""

    @initialize(persona=st.sampled_from(WITH_A_CARD))
    def begin(self, persona: str) -> None:
        self.store = Store(None)
        self.engine = Engine(self.store)
        self.engine.make_world(world="w", persona=persona, at=MONDAY)
        self.window = self.engine.window("w")
        self.token = ""
        self.receipts: dict[str, Receipt] = {}
        self.seen = self.file()
        self.last_moment = self.engine.now("w")
        self.tries = self.world().companies[0].cards[0].tries_used
        self.serial = card_of(self.window, CardKind.LEGAL)
        self.engine.insert_card("w", self.serial)
        if self.tries < LIMIT:
            self.sign_in(pin=PIN)

    # --- what the test sees without going through the weather

    def world(self) -> World:
        found = self.store.load("w")
        assert found is not None
        return found

    def file(self) -> ApplicationFile:
        world = self.world()
        [case] = world.companies[0].cases
        return faces.application_file(case, world.companies[0], self.engine.now("w"))

    # --- what an exporter may do

    def write(self, key: str, call: Callable[[], Receipt]) -> None:
        try:
            receipt = call()
        except (Fault, NotFound, OutcomeUnknown):
            kept = self.store.answer("w", self.seen.enterprise.uscc, key)
            if kept and key not in self.receipts:
                self.receipts[key] = kept[1]
            return
        assert self.receipts.setdefault(key, receipt) == receipt

    @rule(pin=PINS)
    def sign_in(self, pin: str) -> None:
        before = self.tries
        expected = {before, 0 if pin == PIN else before + 1} if before < LIMIT else {before}
        try:
            self.token = self.window.sign_in_with_card(serial=self.serial, pin=pin).token
            assert pin == PIN
            expected = {0}
        except OutcomeUnknown:
            pass
        except Fault as fault:
            left = LIMIT - before - 1
            if fault.code is FaultCode.WRONG_PIN:
                assert fault.facts == {"tries_left": left}
                expected = {before + 1}
            else:
                assert fault.code is FaultCode.CARD_LOCKED
                assert left <= 0
                expected = {LIMIT}
        self.tries = self.world().companies[0].cards[0].tries_used
        assert self.tries in expected

    @rule(key=KEYS, good=st.booleans())
    def confirm(self, key: str, good: bool) -> None:
        contact = CONTACT if good else dataclasses.replace(CONTACT, email="a_b@example.com")
        self.write(
            key,
            lambda: self.window.confirm_application(
                token=self.token,
                number=self.seen.number,
                contact=contact,
                declaration_sha256=DECLARATION,
                key=key,
            ),
        )

    @rule(key=KEYS)
    def make_seal(self, key: str) -> None:
        self.write(
            key,
            lambda: self.window.make_seal(token=self.token, number=self.seen.number, key=key),
        )

    @rule(key=KEYS, pin=PINS)
    def sign(self, key: str, pin: str) -> None:
        before = self.world().companies[0].cards[0].tries_used
        self.write(
            key,
            lambda: self.window.sign_agreement(
                token=self.token,
                number=self.seen.number,
                agreement_sha256=AGREEMENT,
                pin=pin,
                key=key,
            ),
        )
        self._pin_was_counted(pin, before)

    def _pin_was_counted(self, pin: str, before: int) -> None:
        after = self.world().companies[0].cards[0].tries_used
        assert after in ({before, 0} if pin == PIN else {before, before + 1})
        self.tries = after

    @rule(key=KEYS, pin=PINS)
    def acknowledge(self, key: str, pin: str) -> None:
        before = self.world().companies[0].cards[0].tries_used
        self.write(
            key,
            lambda: self.window.acknowledge_policy(
                token=self.token,
                number=self.seen.number,
                policy_sha256=POLICY,
                pin=pin,
                key=key,
            ),
        )
        self._pin_was_counted(pin, before)

    @rule(key=KEYS)
    def add_seal(self, key: str) -> None:
        self.write(key, lambda: self.window.add_seal(token=self.token, key=key))

    @rule(key=KEYS, deleting=st.booleans())
    def stop_or_delete_seal(self, key: str, deleting: bool) -> None:
        seals = self.world().companies[0].seals
        seal_id = seals[-1].id if seals else "none"
        call = self.window.delete_seal if deleting else self.window.stop_seal
        self.write(key, lambda: call(token=self.token, seal_id=seal_id, key=key))

    @rule(key=KEYS, method=st.sampled_from(CertificationMethod))
    def certify(self, key: str, method: CertificationMethod) -> None:
        self.write(key, lambda: self.window.certify(token=self.token, method=method, key=key))

    @rule()
    def sign_out(self) -> None:
        with suppress(OutcomeUnknown, Fault):
            self.window.sign_out(token=self.token)

    @rule(key=KEYS)
    def take_the_step_that_is_due(self, key: str) -> None:
        """So that journeys get far enough for the weather to matter there."""
        steps: dict[Stage, Callable[[], None]] = {
            Stage.OFFERED: lambda: self.confirm(key=key, good=True),
            Stage.CONFIRMED: lambda: self.make_seal(key=key),
            Stage.SEALED: lambda: self.sign(key=key, pin=PIN),
            Stage.RETURNED: lambda: self.confirm(key=key, good=True),
            Stage.ISSUED: lambda: self.acknowledge(key=key, pin=PIN),
        }
        steps.get(self.file().stage, self.until_something_arrives)()

    # --- what the demonstrator and the weather may do

    @rule(seconds=st.integers(0, 3 * 86_400))
    def time_passes(self, seconds: int) -> None:
        self.engine.move_clock("w", seconds=seconds)

    @rule()
    def until_something_arrives(self) -> None:
        self.engine.move_until_delivered("w")

    @rule(
        operation=st.sampled_from(OPERATIONS),
        kind=st.sampled_from(["lost-before", "lost-after"]),
    )
    def bad_weather(self, operation: str, kind: str) -> None:
        self.engine.set_weather("w", operation=operation, kind=kind)

    # --- what must always hold

    @invariant()
    def nothing_accepted_is_lost(self) -> None:
        for key, receipt in self.receipts.items():
            kept = self.store.answer("w", self.seen.enterprise.uscc, key)
            assert kept is not None
            assert kept[1] == receipt

    @invariant()
    def nothing_is_done_twice(self) -> None:
        log = self.engine.requests("w", limit=10_000)
        times = Counter(line.key for line in log if line.key and line.answer == "accepted")
        assert all(count == 1 for count in times.values()), times
        serials = [receipt.serial for receipt in self.receipts.values()]
        assert len(set(serials)) == len(serials)

    @invariant()
    def the_case_moves_only_as_it_may_and_counts_its_changes(self) -> None:
        file = self.file()
        assert file.stage in reachable(self.seen.stage)
        assert file.version >= self.seen.version
        if dataclasses.replace(file, enterprise=self.seen.enterprise) != self.seen:
            changed_seal = file.seal != self.seen.seal and file.seal and self.seen.seal
            assert file.version > self.seen.version or changed_seal
        self.seen = file

    @invariant()
    def a_case_holds_what_its_stage_needs(self) -> None:
        file = self.seen
        begun = file.stage not in {Stage.OFFERED}
        assert (file.contact is not None) == begun
        later = file.stage not in {Stage.OFFERED, Stage.CONFIRMED}
        assert (file.seal is not None) == later
        submitted = later and file.stage is not Stage.SEALED
        assert bool(file.agreement_sha256) == submitted
        assert (file.review is not None) == submitted
        delivered = file.stage in {Stage.ISSUED, Stage.ACKNOWLEDGED}
        assert (file.policy is not None) == delivered

    @invariant()
    def there_is_one_seal_at_most(self) -> None:
        seals = self.world().companies[0].seals
        assert sum(seal.state is not SealState.DELETED for seal in seals) <= 1

    @invariant()
    def tries_are_counted_exactly(self) -> None:
        assert self.world().companies[0].cards[0].tries_used == self.tries

    @invariant()
    def time_only_grows(self) -> None:
        moment: datetime = self.engine.now("w")
        assert moment >= self.last_moment
        self.last_moment = moment

    def teardown(self) -> None:
        """From wherever the journey stopped, an exporter who does as told reaches the end."""
        if not hasattr(self, "engine"):
            return
        for operation in OPERATIONS:
            self.engine.set_weather("w", operation=operation, kind="lost-before", times=0)
        self.engine.unlock_card("w", self.serial)
        signin = self.window.sign_in_with_card(serial=self.serial, pin=PIN)
        self.token = signin.token
        self.window.change_pin(token=self.token, old_pin=PIN, new_pin="27182818", key="rescue")
        for turn in range(12):
            stage = self.file().stage
            if stage in ENDS:
                return
            self._one_step_on(stage, f"rescue-{turn}")
        raise AssertionError(f"no way on from {stage}")

    def _one_step_on(self, stage: Stage, key: str) -> None:
        token, number = self.token, self.seen.number
        if stage in {Stage.OFFERED, Stage.RETURNED}:
            self.window.certify(
                token=token, method=CertificationMethod.LEGAL_CARD, key=f"{key}-certified"
            )
            self.window.confirm_application(
                token=token,
                number=number,
                contact=CONTACT,
                declaration_sha256=DECLARATION,
                key=key,
            )
        elif stage is Stage.CONFIRMED:
            self._clear_the_way_for_a_seal(key)
            self.window.make_seal(token=token, number=number, key=key)
        elif stage is Stage.SEALED:
            self._clear_the_way_for_a_seal(key)
            try:
                self.window.sign_agreement(
                    token=token,
                    number=number,
                    agreement_sha256=AGREEMENT,
                    pin="27182818",
                    key=key,
                )
            except Fault as fault:
                assert fault.code is FaultCode.SEAL_MISSING
                self.window.make_seal(token=token, number=number, key=f"{key}-seal")
        elif stage is Stage.ISSUED:
            self.window.acknowledge_policy(
                token=token, number=number, policy_sha256=POLICY, pin="27182818", key=key
            )
        else:
            self.engine.move_until_delivered("w")

    def _clear_the_way_for_a_seal(self, key: str) -> None:
        for seal in self._kept_seals():
            if seal.state is SealState.ACTIVE and not seal.usable:
                self.window.stop_seal(token=self.token, seal_id=seal.id, key=f"{key}-stop")
            if seal.state is SealState.STOPPED or not seal.usable:
                self.window.delete_seal(token=self.token, seal_id=seal.id, key=f"{key}-delete")
        if not self._kept_seals():
            self.window.add_seal(token=self.token, key=f"{key}-add")

    def _kept_seals(self) -> list[Seal]:
        made = self.window.seals(token=self.token)
        return [seal for seal in made if seal.state is not SealState.DELETED]


Journey.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestJourney = Journey.TestCase

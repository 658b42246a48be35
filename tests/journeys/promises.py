"""What must hold after every step, read from both databases as they lie there; nothing is asked.

Each function raises `AssertionError` when its promise is broken (architecture.md, the commit rule).
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from typing import Final

from wizard import anchors, audit
from wizard.models import Application, Attempt, World
from wizard.process import MOVES, Action, State, current_step, move
from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.port import ApplicationFile, Stage
from wizard.singlewindow.simulator import faces
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.weather import Weather
from wizard.transitions import STATE_OF_STAGE

OPERATIONS: Final = {
    "confirm": "confirm_application",
    "seal": "make_seal",
    "agreement": "sign_agreement",
    "policy": "acknowledge_policy",
}
DECIDED: Final = {Stage.RETURNED, Stage.DECLINED, Stage.APPROVED, Stage.ISSUED}
# Where the authority may be found when the site, which nobody has refreshed, says this.
STAGES: Final[dict[State, set[Stage]]] = {
    State.AWAITING_CONFIRMATION: {Stage.OFFERED},
    State.AWAITING_SEAL: {Stage.CONFIRMED},
    State.AWAITING_SIGNATURE: {Stage.SEALED},
    State.UNDER_REVIEW: {Stage.UNDER_REVIEW} | DECIDED,
    State.RETURNED: {Stage.RETURNED},
    State.DECLINED: {Stage.DECLINED},
    State.ISSUED: {Stage.ISSUED},
    State.ACKNOWLEDGED: {Stage.ACKNOWLEDGED},
}
# Calls in which the authority compares a PIN, and what a wrong one is answered.
WITH_A_PIN: Final = {"sign_in_with_card", "change_pin", "sign_agreement", "acknowledge_policy"}
# Step one was opened again here; the authority hears of it with the next confirmation.
REOPENED: Final = {Stage.CONFIRMED, Stage.SEALED}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Seen:
    """One application on both sides at one moment; `row` is None before the site knows it."""

    world: World
    row: Application | None
    file: ApplicationFile
    attempts: list[Attempt]
    accepted: Counter[str]
    keys: Counter[str]
    # Answers to typed PINs, oldest first, and the tries that stand on the enterprise's cards.
    pins: list[str]
    tries: int

    @property
    def open(self) -> list[Attempt]:
        """Attempts of which nobody knows yet what became of them."""
        return [one for one in self.attempts if one.status in Attempt.OPEN]

    @property
    def done(self) -> dict[str, str]:
        """Serial numbers of what the site has acknowledged, by key."""
        return {
            one.key: (one.receipt or {}).get("serial", "")
            for one in self.attempts
            if one.status == Attempt.Status.DONE
        }


def look(engine: Engine, world: World, number: str) -> Seen:
    """Both sides as they stand."""
    there = engine._store.load(world.key)
    assert there is not None
    [(company, case)] = [
        (company, case)
        for company in there.companies
        for case in company.cases
        if case.number == number
    ]
    log = engine.requests(world.key, limit=10_000)
    accepted = [one for one in log if one.answer == "accepted"]
    row = Application.objects.filter(world=world, number=number).select_related("world").first()
    return Seen(
        world=world,
        row=row,
        file=faces.application_file(case, company, engine.now(world.key)),
        attempts=list(Attempt.objects.filter(application=row)) if row else [],
        accepted=Counter(one.operation for one in accepted if one.application_number == number),
        keys=Counter(one.key for one in accepted if one.key),
        pins=[
            one.answer
            for one in reversed(log)
            if one.operation in WITH_A_PIN and not one.weather.startswith(Weather.FAULT)
        ],
        tries=sum(card.tries_used for card in company.cards),
    )


def both_sides_agree(seen: Seen) -> None:
    """The authority is never ahead of the site by more than the open attempt, and never behind."""
    if seen.row is None:
        assert not seen.accepted
        return
    state = State(seen.row.state)
    allowed = set(STAGES[state])
    if state is State.AWAITING_CONFIRMATION and seen.row.round > 1:
        allowed |= REOPENED
    assert len(seen.open) <= 1
    for attempt in seen.open:
        step = current_step(state)
        assert attempt.step == step.slug, (attempt.step, state)
        allowed |= STAGES[move(state, step.action)]
    assert seen.file.stage in allowed, (seen.file.stage, state)


def is_up_to_date(seen: Seen) -> bool:
    """Whether the site says what the authority says; a step one that was opened again is only here.

    Raises as `both_sides_agree`.
    """
    both_sides_agree(seen)
    if seen.row is None:
        return False
    again = seen.row.state == State.AWAITING_CONFIRMATION
    return again or seen.row.state == STATE_OF_STAGE[seen.file.stage]


def nothing_is_done_twice(seen: Seen) -> None:
    """One accepted write for each key, and for each step in each round of the application."""
    assert all(times == 1 for times in seen.keys.values()), seen.keys
    if seen.row is None:
        return
    times = Counter(one.step for one in seen.attempts if one.status == Attempt.Status.DONE)
    for step, operation in OPERATIONS.items():
        waiting = sum(one.step == step for one in seen.open)
        assert times[step] <= seen.accepted[operation] <= times[step] + waiting, (step, seen)
        assert seen.accepted[operation] <= seen.row.round
    serials = list(seen.done.values())
    assert len(set(serials)) == len(serials)


def nothing_acknowledged_is_lost(seen: Seen, engine: Engine, before: dict[str, str]) -> None:
    """What was once recorded as done stays, and the authority knows it under the same key."""
    assert before.items() <= seen.done.items(), (before, seen.done)
    for key, serial in seen.done.items():
        kept = engine._store.answer(seen.world.key, seen.file.enterprise.uscc, key)
        assert kept is not None, key
        assert kept[1].serial == serial
    if seen.row and State(seen.row.state) not in {State.AWAITING_CONFIRMATION, State.RETURNED}:
        assert seen.row.contact == seen.row.file["contact"]


def every_wrong_pin_is_counted(seen: Seen, *, before: int) -> None:
    """Whatever became of the answer: those since `before`, and since the last PIN that was right.

    The card that a PIN was typed for is not in the log, so all cards are taken together.
    """
    since = itertools.takewhile(lambda answer: answer != "accepted", reversed(seen.pins[before:]))
    assert seen.tries >= sum(answer == FaultCode.WRONG_PIN for answer in since), seen.pins


def the_trail_tells_how_it_came_to_this(seen: Seen) -> None:
    """Chain and anchors are whole; the moves in it lead from the offer to the present state."""
    row = seen.row
    if row is None:
        return
    kept = anchors.heads().get((row.world.key, row.number), {})
    bad = audit.first_bad(row, kept)
    assert bad is None, bad
    events = list(row.events.order_by("sequence"))
    state = STATE_OF_STAGE[Stage(events[0].facts["stage"])]
    moves = [one for one in events if one.outcome == "done" and one.action in set(Action)]
    for event in moves:
        assert (state, Action(event.action)) in MOVES, (state, event.action)
        state = move(state, Action(event.action))
    assert state == row.state
    assert len(moves) == row.revision
    told = Counter(one.facts.get("receipt") for one in moves if one.facts.get("receipt"))
    assert told == Counter(seen.done.values())
    urged = [one.facts["about"] for one in events if one.action == "urge"]
    assert len(set(urged)) == len(urged) <= seen.accepted["urge_delivery"] <= row.round, urged

"""The process as a table: every state has one open step, and only the listed moves exist."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.process import (
    MOVES,
    STEPS,
    Action,
    MoveRefused,
    State,
    Step,
    current_step,
    move,
    step_number,
)

ALLOWED = {
    ("awaiting-confirmation", "confirm", "awaiting-seal"),
    ("returned", "confirm", "awaiting-seal"),
    ("awaiting-seal", "make-seal", "awaiting-signature"),
    ("awaiting-seal", "reopen", "awaiting-confirmation"),
    ("awaiting-signature", "sign", "under-review"),
    ("awaiting-signature", "reopen", "awaiting-confirmation"),
    ("under-review", "return", "returned"),
    ("under-review", "decline", "declined"),
    ("under-review", "issue", "issued"),
    ("issued", "acknowledge", "acknowledged"),
}
ENDINGS = {State.DECLINED, State.ACKNOWLEDGED}


@pytest.mark.parametrize(("state", "action"), list(itertools.product(State, Action)))
def test_only_the_listed_moves_exist(state: State, action: Action) -> None:
    expected = {to for source, by, to in ALLOWED if (source, by) == (state, action)}
    if expected:
        assert {move(state, action)} == expected
    else:
        with pytest.raises(MoveRefused):
            move(state, action)


@pytest.mark.parametrize("state", State)
def test_every_state_has_exactly_one_open_step(state: State) -> None:
    assert [step for step in STEPS if state in step.open_in] == [current_step(state)]


@pytest.mark.parametrize("state", State)
def test_no_state_is_a_dead_end(state: State) -> None:
    onward = {to for (source, _action), to in MOVES.items() if source == state}
    assert onward or state in ENDINGS


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_a_step_is_committed_from_a_state_in_which_it_is_open(step: Step) -> None:
    assert any(action is step.action and state in step.open_in for state, action in MOVES)


def test_the_steps_keep_their_addresses_and_words() -> None:
    assert [(step.slug, str(step.title)) for step in STEPS] == [
        ("confirm", "确认投保"),
        ("seal", "制章"),
        ("agreement", "协议签署"),
        ("policy", "接收保单"),
    ]


@given(st.lists(st.sampled_from(list(Action)), max_size=30))
def test_no_walk_signs_twice_without_a_return_between(actions: list[Action]) -> None:
    state, signed = State.AWAITING_CONFIRMATION, 0
    for action in actions:
        try:
            state = move(state, action)
        except MoveRefused:
            continue
        signed += action is Action.SIGN
        signed -= action is Action.RETURN
        assert 0 <= signed <= 1


def test_a_slug_that_is_no_step_has_no_number() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        step_number("nonsense")

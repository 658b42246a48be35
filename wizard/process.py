"""THE PROCESS: the states of an application, the four steps, and the one table of allowed moves."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an application stands for the exporter (演示状态, domain.md §1.6)."""

    AWAITING_CONFIRMATION = "awaiting-confirmation", _("待确认")
    AWAITING_SEAL = "awaiting-seal", _("待制章")
    AWAITING_SIGNATURE = "awaiting-signature", _("待签署")
    UNDER_REVIEW = "under-review", _("审核中")
    RETURNED = "returned", _("退回补正")
    DECLINED = "declined", _("不予承保")
    ISSUED = "issued", _("已承保，待收悉")
    ACKNOWLEDGED = "acknowledged", _("已收悉")


class Action(StrEnum):
    """What moves an application: four by the exporter's steps, one back, three by the insurer."""

    CONFIRM = "confirm"
    MAKE_SEAL = "make-seal"
    SIGN = "sign"
    ACKNOWLEDGE = "acknowledge"
    REOPEN = "reopen"
    RETURN = "return"
    DECLINE = "decline"
    ISSUE = "issue"


MOVES: Final[dict[tuple[State, Action], State]] = {
    (State.AWAITING_CONFIRMATION, Action.CONFIRM): State.AWAITING_SEAL,
    (State.RETURNED, Action.CONFIRM): State.AWAITING_SEAL,
    (State.AWAITING_SEAL, Action.MAKE_SEAL): State.AWAITING_SIGNATURE,
    (State.AWAITING_SIGNATURE, Action.SIGN): State.UNDER_REVIEW,
    (State.ISSUED, Action.ACKNOWLEDGE): State.ACKNOWLEDGED,
    # The contact stays editable until the signature: step one is open again, the rest follows anew.
    (State.AWAITING_SEAL, Action.REOPEN): State.AWAITING_CONFIRMATION,
    (State.AWAITING_SIGNATURE, Action.REOPEN): State.AWAITING_CONFIRMATION,
    (State.UNDER_REVIEW, Action.RETURN): State.RETURNED,
    (State.UNDER_REVIEW, Action.DECLINE): State.DECLINED,
    (State.UNDER_REVIEW, Action.ISSUE): State.ISSUED,
}


class MoveRefused(Exception):  # noqa: N818 - reads as what happened
    """The table has no such move from this state."""


def move(state: State, action: Action) -> State:
    """The state after `action`. Raises `MoveRefused` where `MOVES` has no row."""
    try:
        return MOVES[state, action]
    except KeyError:
        raise MoveRefused(f"{state} -/-> {action}") from None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One of the four steps: its address, its words, and the states in which it is the open one."""

    slug: str
    title: Promise
    action: Action
    open_in: frozenset[State]


STEPS: Final[tuple[Step, ...]] = (
    Step(
        slug="confirm",
        title=_("确认投保"),
        action=Action.CONFIRM,
        open_in=frozenset({State.AWAITING_CONFIRMATION, State.RETURNED}),
    ),
    Step(
        slug="seal",
        title=_("制章"),
        action=Action.MAKE_SEAL,
        open_in=frozenset({State.AWAITING_SEAL}),
    ),
    Step(
        slug="agreement",
        title=_("协议签署"),
        action=Action.SIGN,
        open_in=frozenset({State.AWAITING_SIGNATURE}),
    ),
    Step(
        slug="policy",
        title=_("接收保单"),
        action=Action.ACKNOWLEDGE,
        open_in=frozenset({State.UNDER_REVIEW, State.DECLINED, State.ISSUED, State.ACKNOWLEDGED}),
    ),
)


_OPEN: Final = {state: step for step in STEPS for state in step.open_in}


def current_step(state: State) -> Step:
    """The open step of an application in `state`; every state has exactly one."""
    return _OPEN[state]


def step_number(slug: str) -> int:
    """1 to 4. Raises `ValueError` for a slug that is no step's."""
    for number, step in enumerate(STEPS, start=1):
        if step.slug == slug:
            return number
    raise ValueError(slug)

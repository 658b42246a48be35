"""How the insurer answers in this demonstration: the outcome of a review, and how soon."""

from __future__ import annotations

from typing import Final, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wizard.authority import control
from wizard.models import World
from wizard.singlewindow.simulator.world import Decision

OUTCOMES: Final[dict[str, Promise]] = {
    Decision.APPROVE: gettext_lazy("承保"),
    Decision.RETURN: gettext_lazy("退回补正"),
    Decision.DECLINE: gettext_lazy("不予承保"),
}
# Invented like everything that the insurer says here.
REASONS: Final[dict[str, Promise]] = {
    Decision.RETURN: gettext_lazy("演示：请核对联系人信息后重新提交"),
    Decision.DECLINE: gettext_lazy("演示：暂不符合承保条件"),
}


class _Pace(TypedDict):
    working_days: int
    working_minutes: int
    reads: int


PACES: Final[dict[str, tuple[Promise, _Pace]]] = {
    "at-once": (
        gettext_lazy("立刻"),
        {"working_days": 0, "working_minutes": 0, "reads": 0},
    ),
    "reads": (
        gettext_lazy("进度查询 3 次以后"),
        {"working_days": 0, "working_minutes": 0, "reads": 3},
    ),
    "day": (gettext_lazy("1 个工作日以后"), {"working_days": 1, "working_minutes": 0, "reads": 0}),
    "week": (gettext_lazy("5 个工作日以后"), {"working_days": 5, "working_minutes": 0, "reads": 0}),
}


def pace_choices() -> list[tuple[str, str]]:
    """Value and words of each pace."""
    return [(value, str(text)) for value, (text, _pace) in PACES.items()]


def order(world: World, *, outcome: str, pace: str) -> str:
    """From the next submission on, reviews end like this; returns it in words.

    Raises `ValueError` for what the page does not offer, `NotFound`, `OutcomeUnknown`.
    """
    if outcome not in OUTCOMES or pace not in PACES:
        raise ValueError(outcome)
    text, when = PACES[pace]
    control().set_outcome(
        world.key, decision=Decision(outcome), reason=str(REASONS.get(outcome, ""))
    )
    control().set_pace(world.key, **when)
    return _("已设好。从下一次签署协议起：%(outcome)s，%(pace)s") % {
        "outcome": OUTCOMES[outcome],
        "pace": text,
    }

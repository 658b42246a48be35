"""The world's clock on the console: how it is read aloud, and the three ways to move it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wizard.authority import control
from wizard.models import World

BEIJING: Final = timezone(timedelta(hours=8))
ONE_HOUR: Final = 3600
MINUTES_A_DAY: Final = 24 * 60
# Decision, then delivery: two arrivals per review and round, and never many rounds.
MOST_ARRIVALS: Final = 12
# The clock runs on while it is asked; less than this is no move.
STILL: Final = timedelta(seconds=30)

WEEKDAYS: Final = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """One of the three buttons; `value` is what its form posts as `a`."""

    value: str
    text: Promise


BUTTONS: Final = (
    Button(value="1h", text=gettext_lazy("1 小时")),
    Button(value="1d", text=gettext_lazy("1 个工作日")),
    Button(value="issue", text=gettext_lazy("直到保单送达")),
)


def weekday(moment: datetime) -> str:
    """周一 to 周日, in Beijing."""
    return str(WEEKDAYS[moment.astimezone(BEIJING).weekday()])


def ahead(now: datetime, *, real: datetime) -> str:
    """How far the world's clock is before the real one, in the two largest units."""
    total = max(round((now - real).total_seconds() / 60), 0)
    days, rest = divmod(total, MINUTES_A_DAY)
    hours, minutes = divmod(rest, 60)
    if days and hours:
        return _("比真实时间快 %(days)d 天 %(hours)d 小时") % {"days": days, "hours": hours}
    if days:
        return _("比真实时间快 %(days)d 天") % {"days": days}
    if hours and minutes:
        return _("比真实时间快 %(hours)d 小时 %(minutes)d 分钟") % {
            "hours": hours,
            "minutes": minutes,
        }
    if hours:
        return _("比真实时间快 %(hours)d 小时") % {"hours": hours}
    if minutes:
        return _("比真实时间快 %(minutes)d 分钟") % {"minutes": minutes}
    return _("与真实时间相同")


def move(world: World, how: str) -> datetime | None:
    """Move the clock by a button's value and return the new time; None when nothing was pending.

    Raises `KeyError` for a value that no button has, `ValueError` where the clock's range ends,
    `NotFound` when the authority does not know the world, `OutcomeUnknown`.
    """
    return _MOVES[how](world)


def _one_hour(world: World) -> datetime:
    return control().move_clock(world.key, seconds=ONE_HOUR)


def _one_working_day(world: World) -> datetime:
    return control().move_one_working_day(world.key)


def _until_delivered(world: World) -> datetime | None:
    """Past the decision to the delivery, until nothing is on its way any more."""
    moved = None
    for _arrival in range(MOST_ARRIVALS):
        before = control().now(world.key)
        now = control().move_until_delivered(world.key)
        if now - before < STILL:
            break
        moved = now
    return moved


_MOVES: Final[dict[str, Callable[[World], datetime | None]]] = {
    "1h": _one_hour,
    "1d": _one_working_day,
    "issue": _until_delivered,
}

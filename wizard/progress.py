"""What a page shows of the journey: the steps bar, the timeline of the review, the way on."""

from __future__ import annotations

import dataclasses
import functools
from datetime import datetime
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from wizard.addresses import address
from wizard.models import Application
from wizard.process import STEPS, State, current_step, step_number
from wizard.singlewindow.port import ApplicationFile
from wizard.templatetags.ui import moment

# Positions in the timeline.
REVIEWING, DELIVERING = 3, 4
# What a commit leaves behind, the last one first, by the pair of columns that it fills.
MILESTONES: Final = (
    ("acknowledged", gettext_lazy("已确认收悉")),
    ("signed", gettext_lazy("协议已签署")),
    ("sealed", gettext_lazy("印章已保存")),
    ("confirmed", gettext_lazy("第 1 步已提交")),
)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One of the four marks of the steps bar; `status` is done, now, wait, bad or todo."""

    number: int
    slug: str
    title: str
    status: str
    status_text: str
    current: bool


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """One line of the timeline; `status` is done, now, late or todo."""

    title: str
    status: str
    status_text: str
    when: datetime | None = None
    note: str = ""
    detail: str = ""


def bar(application: Application, *, shown: str = "", bad: bool = False) -> tuple[Mark, ...]:
    """The four marks; `shown` is the slug of the page, `bad` that it asks for a correction."""
    return _bar(State(application.state), shown, bad, get_language())


@functools.lru_cache(maxsize=256)
def _bar(state: State, shown: str, bad: bool, _language: str | None) -> tuple[Mark, ...]:
    here = step_number(current_step(state).slug)
    words = {
        "done": _("已完成"),
        "now": _("进行中"),
        "wait": _("等待中"),
        "bad": _("需要处理"),
        "todo": _("未开始"),
    }
    marks = []
    for number, step in enumerate(STEPS, start=1):
        if number < here or state is State.ACKNOWLEDGED:
            status = "done"
        elif number > here:
            status = "todo"
        elif bad or state in {State.RETURNED, State.DECLINED}:
            status = "bad"
        else:
            status = "wait" if state is State.UNDER_REVIEW else "now"
        marks.append(
            Mark(
                number=number,
                slug=step.slug,
                title=str(step.title),
                status=status,
                status_text=words[status],
                current=(step.slug == shown) if shown else number == here,
            )
        )
    return tuple(marks)


def timeline(application: Application, file: ApplicationFile, now: datetime) -> tuple[Stop, ...]:
    """确认 → 制章 → 签署 → 审核 → 送达 → 收悉, with what is known and no promised time but the one.

    The review has no promised time; delivery takes 约2个工作日 after it (source step 7).
    """
    state = State(application.state)
    review, policy = file.review, file.policy
    decided = application.decided_at
    rank = {
        State.UNDER_REVIEW: REVIEWING if decided is None else DELIVERING,
        State.DECLINED: 4,
        State.ISSUED: 5,
        State.ACKNOWLEDGED: 6,
    }.get(state, application.step_number - 1)
    due = review.delivery_due_on if review else None
    late = (
        rank == DELIVERING and state is State.UNDER_REVIEW and due is not None and now.date() > due
    )
    here = ("late", _("比平时慢")) if late else ("now", _("进行中"))
    done, todo = ("done", _("已完成")), ("todo", _("未开始"))
    stops: list[Stop] = []

    def stop(title: str, when: datetime | None, note: str = "", detail: str = "") -> None:
        at = len(stops)
        status, text = done if at < rank else here if at == rank else todo
        stops.append(
            Stop(title=title, status=status, status_text=text, when=when, note=note, detail=detail)
        )

    stop(_("确认投保"), application.confirmed_at)
    stop(_("保存印章并生成协议"), application.sealed_at)
    stop(_("签署三方协议"), application.signed_at)
    stop(
        _("中国信保审核"),
        decided or (review.submitted_at if review else None),
        note="" if decided or not review else _("开始"),
        detail=_("审核没有承诺时限，结果会显示在本页") if rank == REVIEWING else "",
    )
    if state is not State.DECLINED:
        stop(
            _("保单生效并送达"),
            policy.issued_at if policy else None,
            note="" if policy else _delivery_note(due),
        )
        acknowledged = application.acknowledged_at
        stop(_("确认收悉"), acknowledged, note="" if acknowledged else _("由您在本页完成"))
    return tuple(stops)


def _delivery_note(due: object) -> str:
    if due is None:
        return _("审核完成后约 2 个工作日")
    return _("约 %(day)s 前后（审核完成后约 2 个工作日）") % {"day": due}


def around(application: Application, *, bad: bool = False) -> dict[str, Any]:
    """What every page of an application shows around its content; `bad` as in `bar`."""
    return {
        "nav": "apply",
        "application": application,
        "progress": bar(application, bad=bad),
        "saved": saved_line(application),
        "continue_url": step_url(application),
    }


def saved_line(application: Application) -> str:
    """The last thing that is safe and when it was done; while there is more to do, that it is fine
    to leave. Empty before the first commit.
    """
    for milestone, what in MILESTONES:
        at = getattr(application, f"{milestone}_at")
        if at is not None:
            said = {"what": what, "at": moment(at)}
            if application.state in {State.ACKNOWLEDGED, State.DECLINED}:
                return _("%(what)s（%(at)s）") % said
            return _("%(what)s（%(at)s），可随时离开，下次继续") % said
    return ""


def step_url(application: Application, slug: str = "") -> str:
    """The address of a step, of the open one without a slug."""
    return address("step", number=application.number, step=slug or application.step.slug)

"""What a page shows of the journey: the steps bar, the timeline of the review, the way on."""

from __future__ import annotations

import dataclasses
import functools
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from wizard.addresses import address
from wizard.models import Application
from wizard.process import STEPS, State, current_step, step_number
from wizard.singlewindow.port import ApplicationFile
from wizard.templatetags.ui import moment

# The lines of the timeline; an application that is declined has four.
TIMELINE: Final = ("confirmed", "sealed", "signed", "review", "issued", "acknowledged")
REVIEWING, DELIVERING = 3, 4
AFTER_REVIEW: Final = {State.DECLINED: 4, State.ISSUED: 5, State.ACKNOWLEDGED: 6}
WORDS: Final[dict[str, Promise]] = {
    "confirmed": gettext_lazy("确认投保"),
    "sealed": gettext_lazy("保存印章并生成协议"),
    "signed": gettext_lazy("签署三方协议"),
    "review": gettext_lazy("中国信保审核"),
    "issued": gettext_lazy("保单生效并送达"),
    "acknowledged": gettext_lazy("确认收悉"),
    "begun": gettext_lazy("开始"),
    "no term": gettext_lazy("审核没有承诺时限，结果会显示在本页"),
    "delivery": gettext_lazy("审核完成后约 2 个工作日"),
    "delivery on": gettext_lazy("约 %(day)s 前后（审核完成后约 2 个工作日）"),
    "by you": gettext_lazy("由您在本页完成"),
    # What is safe, and that it is fine to leave.
    "confirmed safe": gettext_lazy("第 1 步已提交"),
    "sealed safe": gettext_lazy("印章已保存"),
    "signed safe": gettext_lazy("协议已签署"),
    "acknowledged safe": gettext_lazy("已确认收悉"),
    "ended": gettext_lazy("%(what)s（%(at)s）"),
    "go on": gettext_lazy("%(what)s（%(at)s），可随时离开，下次继续"),
    # What a line or a mark of the steps bar says to who does not see it.
    "done": gettext_lazy("已完成"),
    "now": gettext_lazy("进行中"),
    "late": gettext_lazy("比平时慢"),
    "wait": gettext_lazy("等待中"),
    "bad": gettext_lazy("需要处理"),
    "todo": gettext_lazy("未开始"),
}
# What a commit leaves behind, the last one first, by the pair of columns that it fills.
MILESTONES: Final = ("acknowledged", "signed", "sealed", "confirmed")


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
def _bar(state: State, shown: str, bad: bool, language: str | None) -> tuple[Mark, ...]:
    here, said = step_number(current_step(state).slug), _said(language)
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
                status_text=said[status],
                current=(step.slug == shown) if shown else number == here,
            )
        )
    return tuple(marks)


def timeline(application: Application, file: ApplicationFile, now: datetime) -> tuple[Stop, ...]:
    """确认 → 制章 → 签署 → 审核 → 送达 → 收悉, with what is known and no promised time but the one.

    The review has no promised time; delivery takes 约2个工作日 after it (source step 7).
    """
    review, policy = file.review, file.policy
    acknowledged = application.acknowledged_at
    # Of this round's review, which may be over before its outcome is there to be read.
    decided = review.decided_at if review else None
    submitted, due = (review.submitted_at, review.delivery_due_on) if review else (None, None)
    rank = _rank(application, decided=decided is not None)
    late = rank == DELIVERING and due is not None and now.date() > due
    said = _said(get_language())

    def stop(title: str, when: datetime | None, note: str = "", detail: str = "") -> Stop:
        at = TIMELINE.index(title)
        status = "done" if at < rank else "todo" if at > rank else "late" if late else "now"
        return Stop(
            title=said[title],
            status=status,
            status_text=said[status],
            when=when,
            note=note,
            detail=detail,
        )

    begun = "" if decided or not review else said["begun"]
    stops = (
        stop("confirmed", application.confirmed_at),
        stop("sealed", application.sealed_at),
        stop("signed", application.signed_at),
        stop("review", decided or submitted, begun, said["no term"] if rank == REVIEWING else ""),
    )
    if application.state == State.DECLINED:
        return stops
    delivery = said["delivery on"] % {"day": due} if due else said["delivery"]
    return (
        *stops,
        stop("issued", policy.issued_at if policy else None, "" if policy else delivery),
        stop("acknowledged", acknowledged, "" if acknowledged else said["by you"]),
    )


def _rank(application: Application, *, decided: bool) -> int:
    """How many lines of the timeline are done; the next one is going on."""
    state = State(application.state)
    if state is State.UNDER_REVIEW:
        return DELIVERING if decided else REVIEWING
    return AFTER_REVIEW.get(state, application.step_number - 1)


@functools.lru_cache(maxsize=8)
def _said(_language: str | None) -> dict[str, str]:
    """`WORDS` in one language: looked up once, not at every look at a page."""
    return {name: str(words) for name, words in WORDS.items()}


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
    for milestone in MILESTONES:
        at = getattr(application, f"{milestone}_at")
        if at is not None:
            said = _said(get_language())
            ended = application.state in {State.ACKNOWLEDGED, State.DECLINED}
            safe = {"what": said[f"{milestone} safe"], "at": moment(at)}
            return said["ended" if ended else "go on"] % safe
    return ""


def step_url(application: Application, slug: str = "") -> str:
    """The address of a step, of the open one without a slug."""
    return address("step", number=application.number, step=slug or application.step.slug)

"""What 信用保险服务中心 shows: the way back, what is pending, handed in, covered, to be signed."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from wizard import progress, transitions
from wizard.account.signin import Actor
from wizard.addresses import address
from wizard.authority import single_window
from wizard.files import file_of
from wizard.models import Application, Draft
from wizard.prepared import Prepared
from wizard.process import STEPS, State
from wizard.singlewindow.faults import OutcomeUnknown
from wizard.singlewindow.port import ApplicationKind, Policy

PENDING: Final = frozenset(
    {
        State.AWAITING_CONFIRMATION,
        State.AWAITING_SEAL,
        State.AWAITING_SIGNATURE,
        State.RETURNED,
    }
)
HANDED_IN: Final = frozenset({State.UNDER_REVIEW, State.DECLINED})
DRAFTS: Final = Prepared(
    lambda world, uscc: Draft.objects.filter(application__world=world, application__uscc=uscc),
    int,
    str,
)
TAG_OF: Final = {State.RETURNED: "wa", State.DECLINED: "er", State.UNDER_REVIEW: ""}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One application in a table; `bars` are the classes of the four segments."""

    application: Application
    paper: str
    bars: tuple[str, ...]
    progress: str
    deadline: date | None
    url: str
    action: str
    tag: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Banner:
    """The one thing to do next."""

    title: str
    text: str
    deadline: date | None
    url: str
    action: str
    warn: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Centre:
    """Everything on the page. `stale`: the authority did not answer, this is what is stored."""

    banner: Banner | None
    pending: tuple[Row, ...]
    handed_in: tuple[Row, ...]
    to_sign: tuple[Application, ...]
    signed: tuple[Application, ...]
    policies: tuple[Policy, ...]
    stale: bool


def look(actor: Actor) -> Centre:
    """Read the authority's news and arrange them. Raises `Fault(SESSION_EXPIRED)`."""
    applications, stale = applications_of(actor)
    drafts = {draft.application_id for draft in DRAFTS(actor.world.pk, actor.uscc)}
    started = drafts | {a.pk for a in applications if a.state != State.AWAITING_CONFIRMATION}
    rows = [_row(application, started=application.pk in started) for application in applications]
    return Centre(
        banner=_banner(applications, started),
        pending=tuple(row for row in rows if row.application.state in PENDING),
        handed_in=tuple(row for row in rows if row.application.state in HANDED_IN),
        to_sign=tuple(a for a in applications if a.state == State.AWAITING_SIGNATURE),
        signed=tuple(a for a in applications if a.signed_at),
        policies=policies_of(actor, applications),
        stale=stale,
    )


def applications_of(actor: Actor) -> tuple[list[Application], bool]:
    """Every application of the enterprise, oldest first; True: as stored, nobody answered."""
    try:
        return transitions.refresh_all(actor=actor), False
    except OutcomeUnknown:
        return transitions.stored(actor=actor), True


def policies_of(actor: Actor, applications: list[Application]) -> tuple[Policy, ...]:
    """Every policy, newest first; those of the stored applications when nobody answers."""
    try:
        return single_window(actor.world).policies(token=actor.token)
    except OutcomeUnknown:
        stored = [file_of(application).policy for application in applications]
        kept = [policy for policy in stored if policy is not None]
        return tuple(sorted(kept, key=lambda policy: policy.issued_at, reverse=True))


def paper_name(kind: str) -> str:
    """The name of the 单证 (source step 4), without its common suffix."""
    if kind == ApplicationKind.RENEWAL:
        return _("中小企业综合保险续转单证")
    return _("中小企业综合保险投保单")


def _row(application: Application, *, started: bool) -> Row:
    state = State(application.state)
    number = application.step_number
    done = number if state is State.ACKNOWLEDGED else number - 1
    bars = ["on"] * done + [""] * (len(STEPS) - done)
    if state in {State.RETURNED, State.DECLINED}:
        bars[number - 1] = "x"
    text = _("第 %(n)d 步，%(title)s") % {"n": number, "title": application.step.title}
    if state in TAG_OF:
        text = str(state.label)
    elif not started:
        text = _("未开始")
    words = _("继续办理") if started else _("开始办理")
    return Row(
        application=application,
        paper=paper_name(application.kind),
        bars=tuple(bars),
        progress=text,
        deadline=file_of(application).confirm_by if state in PENDING else None,
        url=address("apply", number=application.number),
        action=words if state in PENDING else _("查看进度"),
        tag=TAG_OF.get(state, ""),
    )


def _banner(applications: list[Application], started: set[int]) -> Banner | None:
    """The open application that is furthest; of those not begun, the oldest."""
    waiting = [a for a in applications if a.state in PENDING or a.state == State.ISSUED]
    if not waiting:
        return None
    begun = [a for a in waiting if a.pk in started]
    first = max(begun or waiting[:1], key=lambda application: application.step_number)
    state = State(first.state)
    deadline = file_of(first).confirm_by if state in PENDING else None
    url = progress.step_url(first)
    if state is State.ISSUED:
        title, text = _("保单已送达，请确认收悉"), _("查看保单，点“收悉”后全部办完。")
        return Banner(title=title, text=text, deadline=None, url=url, action=_("查看并收悉"))
    if state is State.RETURNED:
        return Banner(
            title=_("投保申请被退回，请补正"),
            text=_("原因：%(reason)s") % {"reason": first.reason},
            deadline=deadline,
            url=url,
            action=_("去补正"),
            warn=True,
        )
    if not begun:
        return Banner(
            title=_("您有 %(n)d 份待确认投保单") % {"n": len(waiting)},
            text=_("四步办完，约 10 分钟，中途可以离开。"),
            deadline=deadline,
            url=url,
            action=_("开始办理"),
        )
    text = _("停在第 %(n)d 步“%(title)s”，信息已保存。") % {
        "n": first.step_number,
        "title": first.step.title,
    }
    return Banner(
        title=_("您有 %(n)d 份投保申请没有办完") % {"n": len(begun)},
        text=text,
        deadline=deadline,
        url=url,
        action=_("继续办理"),
    )

"""正在生成: what is being made of an application's papers, stage by stage, and what if it fails."""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from wizard import making, papers, progress
from wizard.account.access import SeeOther, signed_in, to_legal_card
from wizard.account.signin import Actor
from wizard.addresses import address
from wizard.catalogue import HOTLINE, SPECIALIST, WAIT, Advice, AdviceAction
from wizard.files import file_of
from wizard.middleware import WizardRequest
from wizard.models import Application, Document, Making
from wizard.progress import Stop
from wizard.singlewindow.faults import FaultCode
from wizard.views import application_of, may_not_open

Kind = Document.Kind
ACCEPTED, UNAVAILABLE = 202, 503
HEADINGS: Final[dict[str, Promise]] = {
    Kind.FORM: gettext_lazy("正在生成投保单"),
    Kind.AGREEMENT_DRAFT: gettext_lazy("正在生成三方协议"),
    Kind.AGREEMENT: gettext_lazy("正在签署三方协议"),
    Kind.POLICY: gettext_lazy("正在生成保险单"),
    Kind.POLICY_RECEIVED: gettext_lazy("正在签署收悉"),
    Kind.RECEIPT: gettext_lazy("正在生成办理回执"),
}
STAGES: Final[dict[str, Promise]] = {
    "form/text": gettext_lazy("生成投保单"),
    "agreement-draft/text": gettext_lazy("生成三方协议"),
    "agreement/exporter": gettext_lazy("投保企业盖章签名"),
    "agreement/insurer": gettext_lazy("保险人会签"),
    "agreement/operator": gettext_lazy("平台方会签"),
    "policy/text": gettext_lazy("生成保险单"),
    "policy/insurer": gettext_lazy("保险人签名"),
    "policy-received/exporter": gettext_lazy("投保企业签名收悉"),
    "receipt/text": gettext_lazy("生成办理回执"),
    # The time stamp over the whole file, where papers shall outlast their certificates.
    **{
        f"{kind}/time": gettext_lazy("加盖归档时间戳")
        for kind in ("agreement", "policy", "policy-received")
    },
}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def generating(request: WizardRequest, number: str) -> HttpResponse:
    """Leads to the open step as soon as its papers are there; 重试 is the POST.

    Looking takes the work up where nobody is at it: no effect but that the papers are there.
    """
    application = application_of(request, number)
    on = progress.step_url(application)
    if may_not_open(cast("Actor", request.actor), application):
        return to_legal_card(on)
    if request.method == "POST":
        making.again(application)
        return SeeOther(on)
    if making.bring(application):
        return redirect(on)
    work = making.state(application)
    if work is None:  # it has ended between two questions
        return redirect(on)
    context = progress.around(application, bad=making.stuck(work))
    context["step_number"] = application.step_number
    if making.stuck(work):
        context["advice"] = advice(application, work)
        context["code"] = context["advice"].code
        return render(request, "wizard/generating.html", context, status=UNAVAILABLE)
    context |= {"heading": HEADINGS[work.kinds[0]], "timeline": checklist(application, work)}
    return render(request, "wizard/generating.html", context, status=ACCEPTED)


def checklist(application: Application, work: Making) -> tuple[Stop, ...]:
    """What is safe, each stage of each paper, and what follows; exactly one line is going on."""
    title, at = _safe(application, work.kinds[0])
    lines = [Stop(title=title, status="done", status_text=_("已完成"), when=at)]
    there = papers.kept(application)
    reached = False
    for kind in work.kinds:
        for stage in (f"{kind}/{stage}" for stage in papers.stages(Kind(kind))):
            going_on = not reached and kind not in there and work.stage in {"", stage}
            done = not reached and not going_on
            reached = reached or going_on
            lines.append(_line(STAGES[stage], done=done, work=work if going_on else None))
    lines.append(_line(_("进入第 %(n)d 步") % {"n": application.step_number}, done=False))
    return tuple(lines)


def _line(title: Promise | str, *, done: bool, work: Making | None = None) -> Stop:
    if done:
        return Stop(title=str(title), status="done", status_text=_("已完成"))
    if work is None:
        return Stop(title=str(title), status="todo", status_text=_("未开始"))
    if work.tries == 1 and not work.failure:
        return Stop(title=str(title), status="now", status_text="", note=_("进行中"))
    note = _("没有做成，再试一次（共试 %(n)d 次）") % {"n": making.TRIES}
    return Stop(title=str(title), status="late", status_text="", note=note)


def _safe(application: Application, kind: str) -> tuple[str, datetime | None]:
    """What was done before this paper, and when."""
    policy = file_of(application).policy
    return {
        Kind.FORM: (_("收到投保单"), application.created_at),
        Kind.AGREEMENT_DRAFT: (_("保存印章"), application.sealed_at),
        Kind.AGREEMENT: (_("提交签署"), application.signed_at),
        Kind.POLICY: (_("保单生效"), policy.issued_at if policy else None),
        Kind.POLICY_RECEIVED: (_("确认收悉"), application.acknowledged_at),
        Kind.RECEIPT: (_("确认收悉"), application.acknowledged_at),
    }[Kind(kind)]


def advice(application: Application, work: Making) -> Advice:
    """What went wrong, what to do now, who can help; 重试 goes on with what is missing."""
    safe = _("您的提交已保存，不用重新办理。")
    later = _("等一会儿，按“重试”，系统会接着往下做")
    call = _("一直不行，拨打 010-95198，报代码和投保申请号")
    code, who, steps = FaultCode.NO_RESPONSE.value, HOTLINE, (later, call)
    if work.failure == Making.Failure.UNPRINTABLE:
        code, who = "", SPECIALIST
        title = _("文件没有生成：“%(sign)s”印不出来") % {"sign": work.detail}
        cause = _("登记信息里有字库没有的字。换一个字会使合同不准确，所以没有生成。")
        if not work.detail:
            title = _("文件没有生成：登记信息太长")
            cause = _("登记信息里有一项太长，文件放不下。")
        steps = (_("联系小微专员，请他核对登记信息"), _("改好后回到本页，按“重试”"))
    elif work.failure == Making.Failure.UNSIGNED:
        who = WAIT
        title = _("文件还没有签好")
        cause = _("签名服务没有回应，已经试了 %(n)d 次。") % {"n": work.tries}
    else:
        title = _("文件没有生成")
        cause = _("生成文件时出了问题，已经试了 %(n)d 次。") % {"n": work.tries}
    return Advice(
        code=code,
        title=title,
        cause=cause + safe,
        steps=steps,
        who=str(who),
        action=AdviceAction(
            text=_("重试"), url=address("generating", number=application.number), post=True
        ),
    )

"""企业信息 and 企业实名认证."""

from __future__ import annotations

from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from wizard.account import tokens
from wizard.account.access import SeeOther, blocked_page, return_address, signed_in
from wizard.account.returning import Return, way_back
from wizard.account.signin import Actor
from wizard.authority import single_window
from wizard.catalogue import explain, unread
from wizard.middleware import WizardRequest
from wizard.singlewindow.faults import Fault, FaultCode, OutcomeUnknown
from wizard.singlewindow.port import Certification, CertificationMethod, SignInRole

METHODS: Final[dict[CertificationMethod, tuple[Promise, Promise]]] = {
    CertificationMethod.LEGAL_CARD: (
        gettext_lazy("法人卡认证"),
        gettext_lazy("用当前登录的法人卡核对企业信息，马上有结果"),
    ),
    CertificationMethod.BANK_TRANSFER: (
        gettext_lazy("对公账户认证"),
        gettext_lazy("向企业对公账户打一笔小额款项，核对金额"),
    ),
    CertificationMethod.LEGAL_PERSON: (
        gettext_lazy("法定代表人认证"),
        gettext_lazy("核对法定代表人的姓名和证件号码"),
    ),
}


@signed_in
@require_safe
def account(request: WizardRequest) -> HttpResponse:
    """企业信息: whose account this is and how one is signed in."""
    actor = cast("Actor", request.actor)
    context = _frame(actor, "account")
    if not actor.may_commit:  # 印章管理 is missing from the menu: that is the question here
        context["code"] = FaultCode.SIGNING_NEEDS_LEGAL_CARD.value
    try:
        window = single_window(actor.world)
        context["enterprise"] = window.enterprise(token=actor.token)
        context["account"] = window.account(token=actor.token)
    except OutcomeUnknown:
        context |= _no_answer(request)
    return render(request, "account/account.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: WizardRequest) -> HttpResponse:
    """企业实名认证: three ways, one success is enough; afterwards back to where one came from."""
    actor = cast("Actor", request.actor)
    back = way_back(request)
    if request.method == "POST":
        if not actor.may_commit:
            return blocked_page(request, back=return_address(request), status=403)
        return _certify(request, actor, back)
    return _verify_page(request, actor, back)


def _certify(request: WizardRequest, actor: Actor, back: Return) -> HttpResponse:
    try:
        method = CertificationMethod(request.POST.get("method", ""))
    except ValueError:
        raise Http404 from None
    token = tokens.posted(request)
    try:
        single_window(actor.world).certify(
            token=actor.token, method=method, key=f"{actor.uscc}.certify.{method}.{token}"
        )
    except Fault as fault:
        if fault.code is FaultCode.SESSION_EXPIRED:
            raise
        return _verify_page(request, actor, back, fault=fault)
    except OutcomeUnknown:
        return _unknown(request, actor, back, method=method, token=token)
    return _certified(request, back)


def _certified(request: WizardRequest, back: Return) -> HttpResponse:
    messages.success(request, _("企业实名认证成功"))
    return SeeOther(back.url or reverse("verify"))


def _unknown(
    request: WizardRequest, actor: Actor, back: Return, *, method: CertificationMethod, token: str
) -> HttpResponse:
    """The list says whether it was done. Where it was not, the same token again does it once."""
    try:
        ways = single_window(actor.world).certifications(token=actor.token)
    except OutcomeUnknown:
        context = _verify_frame(actor, back) | _no_answer(request, sent=True)
        return render(request, "account/verify.html", context, status=503)
    if any(way.method is method and way.succeeded for way in ways):
        return _certified(request, back)
    lost = Fault(FaultCode.NO_RESPONSE, retryable=True)
    return _verify_page(request, actor, back, ways=ways, fault=lost, token=token, status=503)


def _verify_page(
    request: WizardRequest,
    actor: Actor,
    back: Return,
    *,
    ways: tuple[Certification, ...] | None = None,
    fault: Fault | None = None,
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    """The ways to certify, asked for unless the caller has them; above, what was refused."""
    context = _verify_frame(actor, back) | {"idem": token or tokens.fresh()}
    try:
        if ways is None:
            ways = single_window(actor.world).certifications(token=actor.token)
    except OutcomeUnknown:
        context |= _no_answer(request)
        status = 503
    else:
        context["ways"] = [(way, *METHODS[way.method]) for way in ways]
        context["certified"] = any(way.succeeded for way in ways)
        context["code"] = "" if context["certified"] else FaultCode.NOT_CERTIFIED.value
    if fault is not None:
        explanation = explain(fault)
        context |= {
            "explanation": explanation.advise(back=back.url),
            "code": explanation.code.value,
        }
    return render(request, "account/verify.html", context, status=status)


def _verify_frame(actor: Actor, back: Return) -> dict[str, Any]:
    return _frame(actor, "verify") | {"back": back, "help_stage": "confirm"}


def _frame(actor: Actor, tab: str) -> dict[str, Any]:
    """What every page of 用户系统 shows around its content."""
    return {
        "nav": "apply",
        "tab": tab,
        "operator": actor.role is SignInRole.OPERATOR_CARD,
        "help_stage": "center",
        "code": "",
    }


def _no_answer(request: WizardRequest, *, sent: bool = False) -> dict[str, Any]:
    advice = unread(again=request.get_full_path(), sent=sent)
    return {"explanation": advice, "code": advice.code}

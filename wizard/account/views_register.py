"""注册, 忘记用户名, 激活账号, and the hand-over from a phone to a computer."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wizard.account import throttle, tokens
from wizard.account.access import SeeOther, never_store, next_of, signed_in
from wizard.account.desk import desk_part_broken
from wizard.account.forms import NewPasswordForm, RegistrationForm, UsernameByMobileForm
from wizard.account.repairs import ATTEMPTS
from wizard.account.signin import Actor
from wizard.authority import single_window, world_now
from wizard.catalogue import explain, silent, type_again
from wizard.fields import UsccField
from wizard.middleware import WizardRequest
from wizard.models import World
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import DeskPart
from wizard.singlewindow.simulator.personas import persona_named

NUMBER_LIMIT: Final = 40
STATUS: Final = {
    FaultCode.NO_RESPONSE.value: 503,
    FaultCode.TOO_MANY_ATTEMPTS.value: 429,
}


@never_store
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: WizardRequest) -> HttpResponse:
    """注册: what it would meet. Nobody is registered here, and who is there already is led on."""
    form = RegistrationForm(
        request.POST if request.method == "POST" else None, initial=_known(request)
    )
    fault: Fault | FaultCode | None = None
    if request.method == "POST" and request.world is not None and form.is_valid():
        fault = _asked(request, request.world, form)
    return _page(request, "account/register.html", form, fault)


def _asked(request: WizardRequest, world: World, form: forms.Form) -> Fault | FaultCode | None:
    """What the registers say to this registration."""
    try:
        throttle.take_signin(request)
        single_window(world).check_registration(**form.cleaned_data)
    except throttle.TooManyAttempts:
        return FaultCode.TOO_MANY_ATTEMPTS
    except Fault as fault:
        return fault
    except (OutcomeUnknown, NotFound):
        return FaultCode.NO_RESPONSE
    messages.info(request, _("这家企业还没有账号。演示环境不办理注册"))
    return None


@never_store
@require_http_methods(["GET", "HEAD", "POST"])
def find_username(request: WizardRequest) -> HttpResponse:
    """忘记用户名: at once by the bound mobile, or 人工资料审核."""
    known = _known(request)
    form = UsernameByMobileForm(
        request.POST if request.method == "POST" else None, initial={"uscc": known.get("uscc", "")}
    )
    fault: Fault | FaultCode | None = None
    username = ""
    if request.method == "POST" and request.world is not None and form.is_valid():
        try:
            throttle.take_signin(request)
            username = single_window(request.world).recover_username(**form.cleaned_data)
        except throttle.TooManyAttempts:
            fault = FaultCode.TOO_MANY_ATTEMPTS
        except Fault as refused:
            fault = refused
        except (OutcomeUnknown, NotFound):
            fault = FaultCode.NO_RESPONSE
    return _page(
        request,
        "account/find_username.html",
        form,
        fault,
        username=username,
        demo_mobile=known.get("mobile", ""),
    )


@never_store
@require_POST
def ask(request: WizardRequest) -> HttpResponse:
    """人工资料审核: begun once for an enterprise; asking again leads to the same number."""
    if request.world is None:
        return SeeOther(reverse("find-username"))
    try:
        throttle.take_signin(request)
        uscc = UsccField().clean(request.POST.get("uscc", ""))
        key = f"{uscc}.recovery.{tokens.posted(request)}"
        found = single_window(request.world).ask_for_recovery(uscc=uscc, key=key).recovery
        if found is None:
            raise OutcomeUnknown("a receipt without its search")
    except forms.ValidationError:
        messages.warning(request, _("请填写完整的统一社会信用代码，再申请人工资料审核"))
        return SeeOther(reverse("find-username"))
    except throttle.TooManyAttempts:
        messages.warning(request, _("尝试次数太多，请 5 分钟后再试"))
        return SeeOther(reverse("find-username"))
    except Fault as fault:
        return _page(request, "account/find_username.html", UsernameByMobileForm(), fault)
    except (OutcomeUnknown, NotFound):
        messages.error(
            request, _("单一窗口没有响应，申请有没有提交还不清楚。再按一次，不会重复申请")
        )
        return SeeOther(reverse("find-username"))
    return SeeOther(reverse("searched-username", kwargs={"number": found.number}))


@never_store
@require_safe
def searched(request: WizardRequest, number: str) -> HttpResponse:
    """How the 人工资料审核 stands, by its number."""
    if request.world is None or len(number) > NUMBER_LIMIT or not number.isprintable():
        raise Http404
    try:
        found = single_window(request.world).recovery(number=number)
    except NotFound:
        raise Http404 from None
    except OutcomeUnknown:
        return _page(request, "account/searched.html", None, FaultCode.NO_RESPONSE, number=number)
    return _page(
        request,
        "account/searched.html",
        None,
        None,
        number=number,
        found=found,
        now=world_now(request.world),
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: WizardRequest) -> HttpResponse:
    """激活账号: after a sign-in with a card, the password for signing in without one."""
    actor = cast("Actor", request.actor)
    if not actor.card_serial:
        return SeeOther(reverse("account"))
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    window = single_window(actor.world)
    fault: Fault | FaultCode | None = None
    token = tokens.posted(request)
    context: dict[str, Any] = {}
    try:
        if request.method == "POST" and form.is_valid():
            window.set_password(
                token=actor.token,
                password=form.cleaned_data["password"],
                key=f"{actor.uscc}.set-password.{token}",
            )
            done = window.account(token=actor.token)
            messages.success(
                request,
                _("账号已激活。用户名 %(name)s，以后可以用它和新密码登录")
                % {"name": done.username},
            )
            return SeeOther(next_of(request) or reverse("account"))
        context["account"] = window.account(token=actor.token)
    except OutcomeUnknown:
        # The same token again: the password is set once.
        fault, context["idem"] = FaultCode.NO_RESPONSE, token
    except NotFound:
        raise Http404 from None
    return _page(request, "account/set_password.html", form, fault, **context)


@never_store
@require_safe
def handover(request: WizardRequest) -> HttpResponse:
    """手机和微信: one goes on at a computer; the code carries the demonstration over."""
    target = request.build_absolute_uri(reverse("demo:console") if settings.DEMO else "/")
    in_app = "MicroMessenger" in request.headers.get("User-Agent", "")
    context = {
        "nav": "apply",
        "target": target,
        "world_code": request.world.code if request.world and settings.DEMO else "",
        "in_app": in_app,
        "code": "",
    }
    return render(request, "account/handover.html", context)


def _known(request: WizardRequest) -> dict[str, str]:
    """What the demo's enterprise would type: it is invented, so it may stand there."""
    if not settings.DEMO or request.world is None or not request.world.persona:
        return {}
    try:
        persona = persona_named(request.world.persona)
    except NotFound:
        return {}
    return {
        "uscc": persona.enterprise.uscc,
        "legal_person": persona.enterprise.legal_person,
        "mobile": persona.contact.mobile,
    }


def _page(
    request: WizardRequest,
    template: str,
    form: forms.Form | None,
    fault: Fault | FaultCode | None,
    **more: Any,
) -> HttpResponse:
    advice = explain(fault).advise(back=next_of(request)) if fault else None
    code = advice.code if advice else ""
    posted = request.method == "POST"
    if code == FaultCode.NO_RESPONSE and posted and "idem" in more:
        advice = type_again(button=_("激活账号"))  # a password has been handed in under its token
    elif code == FaultCode.NO_RESPONSE:
        advice = silent(again=request.get_full_path(), posted=posted)
    context = {
        "nav": "apply",
        "form": form,
        "idem": tokens.fresh(),
        "next": next_of(request),
        "has_error": bool(form and form.errors),
        "explanation": advice,
        "code": code,
        "world_missing": request.world is None,
        "wrong_site": bool(request.world and desk_part_broken(request.world, DeskPart.SITE)),
        "right_site": ATTEMPTS["right-site"],
    }
    return render(request, template, context | more, status=STATUS.get(code, 200))

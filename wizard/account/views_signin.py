"""Signing in by card or by name, 无卡用户, 请改用法人卡, signing out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wizard import progress
from wizard.account import parked, signin, throttle
from wizard.account.access import (
    SeeOther,
    blocked_page,
    never_store,
    next_of,
    with_next,
)
from wizard.account.desk import Desk, demo_login, kind_name, look
from wizard.account.forms import CardForm, PasswordForm
from wizard.account.repairs import attempts_for
from wizard.authority import single_window
from wizard.catalogue import explain, silent
from wizard.middleware import WizardRequest
from wizard.models import World
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import SignIn

# Refusals of a secret belong to the field it was typed into.
AT_THE_FIELD: Final = {
    FaultCode.WRONG_PIN: "pin",
    FaultCode.CARD_LOCKED: "pin",
    FaultCode.WRONG_PASSWORD: "password",
}
# What 制卡中心 does to the card in the reader, for the demonstration.
CARD_CENTRE: Final = frozenset({FaultCode.CARD_LOCKED, FaultCode.CARD_EXPIRED})


@require_safe
def login(request: WizardRequest) -> HttpResponse:
    """登录 has no page of its own: the card comes first."""
    return SeeOther(with_next(reverse("login-card"), next_of(request)))


@never_store
@require_http_methods(["GET", "HEAD", "POST"])
def login_card(request: WizardRequest) -> HttpResponse:
    """卡介质登录."""
    desk = look(request.world) if request.world else None
    if request.method == "POST" and request.world and desk:
        form = CardForm(request.POST)
        return _card_answer(request, request.world, desk, form)
    form = CardForm(initial={"card": desk.card.serial if desk and desk.card else ""})
    return _card_page(request, desk, form, fault=desk.fault if desk else None)


def _card_answer(request: WizardRequest, world: World, desk: Desk, form: CardForm) -> HttpResponse:
    """What a posted PIN leads to; a form that is not complete never reaches the card."""
    if not form.is_valid():
        return _card_page(request, desk, form)
    shown, inserted = form.cleaned_data["card"], desk.card.serial if desk.card else ""
    if shown and inserted and shown != inserted:
        # Another window changed the card: its counter must not pay for this PIN.
        form.add_error("pin", _("读卡器里换了一张卡，请核对企业后再输入卡密码"))
        return _card_page(request, desk, form)
    window = single_window(world)
    return _try_to_sign_in(
        request,
        world,
        form,
        lambda: window.sign_in_with_card(serial=inserted or shown, pin=form.cleaned_data["pin"]),
        lambda **said: _card_page(request, look(world), form, **said),
        buckets=(),
    )


@never_store
@require_http_methods(["GET", "HEAD", "POST"])
def login_password(request: WizardRequest) -> HttpResponse:
    """用户名登录."""
    form = PasswordForm(request.POST if request.method == "POST" else None)

    def page(*, fault: Fault | FaultCode | None = None, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "tab": "password",
            "world_missing": request.world is None,
            "demo_login": demo_login(request.world) if request.world else None,
        }
        return _page(request, "account/login_password.html", context, fault=fault, status=status)

    if request.method != "POST" or request.world is None or not form.is_valid():
        return page()
    window, typed = single_window(request.world), form.cleaned_data
    return _try_to_sign_in(
        request,
        request.world,
        form,
        lambda: window.sign_in_with_password(**typed),
        page,
        buckets=(throttle.by_name(request.world.key, typed["username"]),),
    )


def _try_to_sign_in(
    request: WizardRequest,
    world: World,
    form: forms.Form,
    ask: Callable[[], SignIn],
    page: Callable[..., HttpResponse],
    *,
    buckets: tuple[str, ...],
) -> HttpResponse:
    """Count the try, ask the authority, and either enter or draw `page` with what it said."""
    try:
        throttle.take_signin(request)
        for bucket in buckets:
            throttle.take(bucket, limit=throttle.ATTEMPTS_PER_NAME)
        accepted = ask()
    except throttle.TooManyAttempts as full:
        response = page(fault=FaultCode.TOO_MANY_ATTEMPTS, status=429)
        response["Retry-After"] = str(full.seconds)
        return response
    except Fault as fault:
        field = AT_THE_FIELD.get(fault.code, "")
        if field in form.fields:
            said = ValidationError(_field_error(fault), code=fault.code.value)
            form.add_error(field, said)
            return page(fault=fault if fault.code is FaultCode.CARD_LOCKED else None)
        return page(fault=fault)
    except (OutcomeUnknown, NotFound):
        return page(fault=FaultCode.NO_RESPONSE, status=503)
    for bucket in (throttle.by_address(request), *buckets):
        throttle.give_back(bucket)
    return _enter(request, world, accepted)


def _field_error(fault: Fault) -> str:
    if fault.code is FaultCode.CARD_LOCKED:
        return _("卡已锁定，请先办理解锁")
    return str(explain(fault).title)


def _enter(request: WizardRequest, world: World, accepted: SignIn) -> HttpResponse:
    """Begin the session under a new id and lead to where the user wanted to go."""
    if request.actor is not None:
        _end_at_authority(request)
    back = next_of(request)
    signin.sign_in(request.session, world=world, signin=accepted)
    rotate_token(request)
    actor = signin.actor_of(request.session, world)
    restored = parked.restore(request.session, actor=actor) if actor else None
    if restored is not None:
        messages.success(request, _("刚才填写的内容已恢复，还没有提交。请核对后继续"))
        back = progress.step_url(restored)
    target = back or reverse("centre")
    if accepted.pin_change_required:
        target = with_next(reverse("change-pin"), target)
    return SeeOther(target)


def _card_page(
    request: WizardRequest,
    desk: Desk | None,
    form: CardForm,
    *,
    fault: Fault | FaultCode | None = None,
    status: int = 200,
) -> HttpResponse:
    """The reader beside the PIN; the form always names the card that is drawn."""
    serial = desk.card.serial if desk and desk.card else ""
    code = fault.code if isinstance(fault, Fault) else fault
    notice = desk is not None and desk.symcb
    context = {
        "form": form,
        "tab": "card",
        "code": FaultCode.SYMCB_NOTICE.value if notice else "",
        "desk": desk,
        "serial": serial,
        "world_missing": desk is None,
        "demo_service": settings.DEMO and code in CARD_CENTRE,
        "attempts": attempts_for(code or (desk.fault if desk else None)) if settings.DEMO else (),
        "symcb": explain(FaultCode.SYMCB_NOTICE).advise() if notice else None,
        "close_notice": attempts_for(FaultCode.SYMCB_NOTICE) if settings.DEMO else (),
        "in_app": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "choices": [(card, kind_name(card)) for card in desk.cards]
        if desk and settings.DEMO
        else [],
    }
    return _page(request, "account/login_card.html", context, fault=fault, status=status)


def _page(
    request: WizardRequest,
    template: str,
    context: dict[str, Any],
    *,
    fault: Fault | FaultCode | None = None,
    status: int = 200,
) -> HttpResponse:
    """A sign-in page; the code for the help panel is the refusal's, or that of a field's error."""
    form: forms.Form = context["form"]
    codes = [error.code for errors in form.errors.as_data().values() for error in errors]
    known = [code for code in codes if code in AT_THE_FIELD]
    back = next_of(request)
    explanation = explain(fault) if fault else None
    if explanation and explanation.code is FaultCode.ACCOUNT_NOT_ACTIVATED:
        # The card signs in once to set the password, and then one may go on.
        back = with_next(reverse("set-password"), back)
    advice = explanation.advise(back=back) if explanation else None
    if advice and advice.code == FaultCode.NO_RESPONSE:
        # Nothing has been handed in that could be unknown.
        advice = silent(again=request.get_full_path(), posted=request.method == "POST")
    context |= {
        "nav": "apply",
        "next": next_of(request),
        "code": explanation.code.value if explanation else (known or [context.get("code", "")])[0],
        # What the sentence at the field is too short for: cause, next step, who can help.
        "hint": explain(FaultCode(known[0])).advise() if known and not explanation else None,
        "explanation": advice,
        "has_error": bool(form.errors),
        "parked": parked.waiting(request.session),
    }
    return render(request, template, context, status=status)


@never_store
@require_safe
def login_nocard(request: WizardRequest) -> HttpResponse:
    """无卡用户: what this way of signing in is good for, said before it is used."""
    context = {"nav": "apply", "tab": "nocard", "next": next_of(request), "code": ""}
    return render(request, "account/login_nocard.html", context)


@never_store
@require_safe
def blocked(request: WizardRequest) -> HttpResponse:
    """请改用法人卡."""
    return blocked_page(request, back=next_of(request))


@require_POST
def logout(request: WizardRequest) -> HttpResponse:
    """退出: here and at the authority. With `next`, on to the sign-in that leads back there.

    What is parked stays in the browser's new session: the 法人卡 may be the next to sign in.
    """
    back = next_of(request)
    if request.actor is not None:
        _end_at_authority(request)
    kept = parked.waiting(request.session)
    signin.sign_out(request.session)
    request.actor = None
    if kept is not None:
        request.session[parked.SESSION_KEY] = kept
    messages.info(request, _("已退出登录"))
    return SeeOther(with_next(reverse("login-card"), back) if back else reverse("home"))


def _end_at_authority(request: WizardRequest) -> None:
    """Tell the authority too; if it does not answer, its own time-out ends the sign-in."""
    if request.actor is not None:
        with contextlib.suppress(Fault, OutcomeUnknown, NotFound):
            single_window(request.actor.world).sign_out(token=request.actor.token)

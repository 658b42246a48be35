"""Who may see a page: decorators for signed-in pages, the way to the sign-in and back."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from wizard.account import parked, signin
from wizard.catalogue import explain
from wizard.middleware import WizardRequest
from wizard.singlewindow.faults import Fault, FaultCode
from wizard.singlewindow.port import SignInRole

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

NEXT_LIMIT: Final = 500
# Pages that answer a GET at the address they post to: after the sign-in one comes back to them.
SELF_POSTING: Final = frozenset({"step", "seals", "verify"})


class SeeOther(HttpResponseRedirect):
    """303: what was posted is done, look there."""

    status_code = 303


def never_store(view: View) -> View:
    """No browser and no proxy keeps the page: it is private (ASVS 5.0 §14.3)."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return cast("View", wrapped)


def signed_in(view: View) -> View:
    """Only for who is signed in; everybody else goes to the sign-in and comes back.

    A POST whose sign-in has run out keeps its text (X-702). A PIN that must be changed comes before
    everything else. The authority's own word on both, raised as a `Fault`, counts as much.
    """

    @never_store
    @functools.wraps(view)
    def wrapped(request: WizardRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor is None:
            return to_sign_in(request)
        if request.actor.pin_change_required:
            return _to_pin_change(request)
        try:
            return view(request, *args, **kwargs)
        except Fault as fault:
            if fault.code is FaultCode.SESSION_EXPIRED:
                signin.forget(request.session)
                request.actor = None
                return to_sign_in(request)
            if fault.code is FaultCode.PIN_CHANGE_REQUIRED:
                signin.set_pin_change_required(request.session, required=True)
                return _to_pin_change(request)
            raise

    return cast("View", wrapped)


def legal_card(view: View) -> View:
    """Only for a 法人卡 sign-in, inside `signed_in`: others see what to do instead (C-101, G-502).

    A GET leads to that page; a POST is answered with it, 403, and has no effect.
    """

    @functools.wraps(view)
    def wrapped(request: WizardRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor is None:
            return to_sign_in(request)
        if request.actor.may_commit:
            return view(request, *args, **kwargs)
        back = return_address(request)
        if request.method == "POST":
            return blocked_page(request, back=back, status=403)
        return to_legal_card(back)

    return cast("View", wrapped)


def to_legal_card(back: str) -> SeeOther:
    """To 请改用法人卡, and from its sign-in on to `back`."""
    return SeeOther(with_next(reverse("login-blocked"), back))


def blocked_page(request: WizardRequest, *, back: str = "", status: int = 200) -> HttpResponse:
    """请改用法人卡: what happened, what to do, what each way of signing in may do."""
    cardless = request.actor is not None and request.actor.role is SignInRole.CARDLESS
    code = FaultCode.SIGNING_NEEDS_LEGAL_CARD if cardless else FaultCode.OPERATOR_CARD
    context: dict[str, Any] = {
        "nav": "apply",
        "code": code.value,
        "explanation": explain(code),
        "cardless": cardless,
        "next": back,
    }
    if request.method == "POST":  # 字号 comes back to what answers a GET
        context["here"] = back
    return render(request, "account/blocked.html", context, status=status)


def to_sign_in(request: WizardRequest) -> HttpResponse:
    """Lead to the sign-in and, after it, back; what was typed is parked."""
    if request.method == "POST":
        match = request.resolver_match
        kwargs = match.kwargs if match and match.url_name == "step" else {}
        kept = bool(kwargs) and parked.park(request, number=kwargs["number"], step=kwargs["step"])
        if not kept:
            say_expired(request)
    return SeeOther(with_next(reverse("login-card"), return_address(request)))


def say_expired(request: WizardRequest) -> None:
    """X-702 in one line, where nothing had been typed that could be kept."""
    said = _("登录已超时，刚才的操作没有提交。重新登录后再办一次（代码 %(code)s）")
    messages.info(request, said % {"code": FaultCode.SESSION_EXPIRED.value})


def _to_pin_change(request: WizardRequest) -> HttpResponse:
    return SeeOther(with_next(reverse("change-pin"), return_address(request)))


def return_address(request: WizardRequest) -> str:
    """The local address that shows the user where the request came from: never one that posts."""
    if request.method in {"GET", "HEAD"}:
        return local(request, request.get_full_path())
    match = request.resolver_match
    if match is not None and match.url_name in SELF_POSTING:
        return local(request, request.get_full_path())
    if match is not None and "number" in match.kwargs:
        return reverse("apply", kwargs={"number": match.kwargs["number"]})
    return reverse("centre")


def local(request: WizardRequest, address: str) -> str:
    """`address` if it is a path on this site, else empty: no open redirect."""
    good = (
        address.startswith("/")
        and len(address) <= NEXT_LIMIT
        and address.isprintable()
        and url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
    )
    return address if good else ""


def next_of(request: WizardRequest) -> str:
    """Where to go afterwards, from the form or the address; empty when it is not of this site."""
    return local(request, request.POST.get("next") or request.GET.get("next", ""))


def with_next(address: str, back: str) -> str:
    """`address` with the way back attached, if there is one."""
    return f"{address}?{urlencode({'next': back})}" if back else address

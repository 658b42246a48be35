"""修改卡密码: after an unlock before anything else, otherwise whenever one likes."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wizard.account import signin, tokens
from wizard.account.access import SeeOther, never_store, next_of, say_expired, to_sign_in, with_next
from wizard.account.forms import ChangePinForm
from wizard.authority import single_window
from wizard.catalogue import Advice, explain, type_again
from wizard.middleware import WizardRequest
from wizard.singlewindow.faults import Fault, FaultCode, OutcomeUnknown


@never_store
@require_http_methods(["GET", "HEAD", "POST"])
def change_pin(request: WizardRequest) -> HttpResponse:
    """修改卡密码: after an unlock before anything else, otherwise whenever one likes."""
    actor = request.actor
    if actor is None:
        return to_sign_in(request)
    if not actor.card_serial:
        return SeeOther(reverse("account"))
    form = ChangePinForm(request.POST if request.method == "POST" else None)
    fault: Fault | FaultCode | None = None
    token = tokens.posted(request)
    if request.method == "POST" and form.is_valid():
        try:
            single_window(actor.world).change_pin(
                token=actor.token,
                old_pin=form.cleaned_data["old_pin"],
                new_pin=form.cleaned_data["new_pin"],
                key=f"{actor.card_serial}.change-pin.{token}",
            )
        except Fault as refused:
            if refused.code in {FaultCode.CARD_LOCKED, FaultCode.SESSION_EXPIRED}:
                signin.forget(request.session)
                request.actor = None
                if refused.code is FaultCode.SESSION_EXPIRED:
                    say_expired(request)
                return SeeOther(with_next(reverse("login-card"), next_of(request)))
            fault = refused if not _pin_error(form, refused) else None
        except OutcomeUnknown:
            fault = FaultCode.NO_RESPONSE
        else:
            signin.set_pin_change_required(request.session, required=False)
            messages.success(request, _("卡密码已修改，下次登录请用新密码"))
            return SeeOther(next_of(request) or reverse("centre"))
    # Unanswered, the page is sent again under the same token: the PIN is changed once.
    idem = token if fault is FaultCode.NO_RESPONSE else tokens.fresh()
    return _pin_page(request, form, fault=fault, forced=actor.pin_change_required, idem=idem)


def _pin_error(form: ChangePinForm, fault: Fault) -> bool:
    """Put a refusal at the field it is about; False: it is about the desk, not about a PIN."""
    field = {FaultCode.WRONG_PIN: "old_pin", FaultCode.PIN_NOT_ALLOWED: "new_pin"}.get(fault.code)
    if field is None:
        return False
    text = str(explain(fault).title)
    if fault.facts.get("why") == "initial":
        text = _("新密码不能是 8 个 8 或 8 个 0，请换一个")
    elif fault.facts.get("why") == "same":
        text = _("新密码不能和原密码一样，请换一个")
    form.add_error(field, ValidationError(text, code=fault.code.value))
    return True


def _pin_page(
    request: WizardRequest,
    form: ChangePinForm,
    *,
    fault: Fault | FaultCode | None,
    forced: bool,
    idem: str,
) -> HttpResponse:
    codes = [error.code for errors in form.errors.as_data().values() for error in errors]
    known = [code for code in codes if code in FaultCode.__members__.values()]
    back = next_of(request)
    explanation = explain(fault) if fault else None
    usual = FaultCode.PIN_CHANGE_REQUIRED.value if forced else ""
    advice = explanation.advise(back=back) if explanation else None
    if fault is FaultCode.NO_RESPONSE:
        advice = type_again(button=_("修改卡密码"))
    context = {
        "nav": "apply",
        "form": form,
        "idem": idem,
        "forced": forced,
        "next": back,
        "has_error": bool(form.errors),
        "code": explanation.code.value if explanation else (known[0] if known else usual),
        # What the sentence at the field is too short for: cause, next step, who can help.
        "hint": None if explanation else _hint(known, usual),
        "explanation": advice,
    }
    status = 503 if fault is FaultCode.NO_RESPONSE else 200
    return render(request, "account/change_pin.html", context, status=status)


def _hint(known: list[str | None], usual: str) -> Advice | None:
    code = known[0] if known else usual
    return explain(FaultCode(code)).advise() if code else None

"""好差评: how satisfied the exporter was, asked once, after 收悉.

Five levels, a bad one with its reason, every other by one click (国办发〔2019〕51号). The level
stays with the application; who gave it, when, and the reason are a line of its trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wizard import progress, trail
from wizard.account.access import SeeOther, legal_card, signed_in
from wizard.account.signin import Actor
from wizard.authority import world_now
from wizard.fields import RuleField
from wizard.middleware import WizardRequest
from wizard.models import Application
from wizard.process import State
from wizard.validation import Reason, Rejected
from wizard.validation.cleaning import plain
from wizard.views import application_of

REASON_LIMIT: Final = 300
BAD: Final = (Application.Rating.POOR, Application.Rating.VERY_POOR)


class ReasonField(RuleField):
    """Why somebody is dissatisfied, in their own words: one paragraph."""

    default_label = gettext_lazy("不满意的原因")
    default_hint = gettext_lazy("一句话也可以：哪一步、当时看到了什么。请不要写密码和手机号")
    default_widget = forms.Textarea
    attrs: ClassVar[Mapping[str, str]] = {"rows": "4"}

    def judge(self, text: str) -> str:
        """The words with single spaces between them. Raises `Rejected`."""
        words = plain(" ".join(text.split()), limit=REASON_LIMIT, inner_spaces=True)
        if len(words) > REASON_LIMIT:
            raise Rejected(Reason.TOO_LONG, limit=REASON_LIMIT)
        return words


class ReasonForm(forms.Form):
    """What a bad level needs so that somebody can do better."""

    reason = ReasonField()


@require_POST
@signed_in
@legal_card
def rate(request: WizardRequest, number: str) -> HttpResponse:
    """Take the level; a bad one asks for its reason on a page of its own first."""
    application = application_of(request, number)
    back = SeeOther(progress.step_url(application))
    if application.state != State.ACKNOWLEDGED:
        return back
    level = _level(request.POST.get("level", ""))
    reason = ""
    if level is None:
        messages.warning(request, _("请在五个等级里选一个"))
        return back
    if level in BAD and application.rating is None:
        form = ReasonForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            return _ask_why(request, application, level=level, form=form)
        reason = form.cleaned_data["reason"]
    said = _save(application, actor=cast("Actor", request.actor), level=level, reason=reason)
    messages.success(request, said)
    return back


def _level(posted: str) -> Application.Rating | None:
    return next((level for level in Application.Rating if str(level.value) == posted), None)


def _ask_why(
    request: HttpRequest, application: Application, *, level: Application.Rating, form: ReasonForm
) -> HttpResponse:
    context = progress.around(application) | {"level": level, "form": form}
    context["here"] = context["continue_url"]  # 字号 comes back to what answers a GET
    return render(request, "wizard/rating.html", context)


def _save(application: Application, *, actor: Actor, level: Application.Rating, reason: str) -> str:
    """The first rating counts, from whichever tab. What to tell the exporter."""
    at = world_now(actor.world)
    with transaction.atomic():
        row = Application.objects.filter(pk=application.pk, rating=None)
        if row.update(rating=level):
            trail.append(
                application=application,
                actor=actor.label,
                action="rate",
                at=at,
                outcome="done",
                facts={"by": actor.facts, "level": level.value, "reason": reason},
            )
            return _("谢谢，您的评价已收到：%(level)s") % {"level": level.label}
    application.refresh_from_db(fields=["rating"])
    return _("已经评价过了：%(level)s") % {"level": application.get_rating_display()}

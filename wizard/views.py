"""The wizard over formtools: which step may be shown, what a post means, where it leads.

The guards come first: whose application it is, which step is open, whether the page is stale.
formtools draws the pages (steps, forms, prefixes, management form); the state of the application
decides everything else. No GET changes anything; reading only brings the authority's news in.
"""

from __future__ import annotations

import secrets
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from formtools.wizard.forms import ManagementForm
from formtools.wizard.views import NamedUrlWizardView

from wizard import dwell, making, progress, transitions
from wizard.account.access import (
    SeeOther,
    blocked_page,
    legal_card,
    signed_in,
    to_legal_card,
)
from wizard.account.desk import desk_part_broken
from wizard.account.signin import Actor
from wizard.authority import single_window
from wizard.catalogue import AdviceAction, explain
from wizard.fields import strip_unstorable
from wizard.files import file_of
from wizard.middleware import WizardRequest
from wizard.models import Application, Attempt
from wizard.prepared import Prepared
from wizard.process import STEPS, MoveRefused, State, step_number
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import DeskPart
from wizard.steps import COMMITS, file_name

NUMBER_LIMIT = 40
# Every page of an application has to know; hardly ever is there one.
UNSETTLED = {
    "unsettled": Exists(Attempt.objects.filter(application=OuterRef("pk"), status__in=Attempt.OPEN))
}
CHECK = "wizard/confirm_application_check.html"
OWNED = Prepared(
    lambda world, uscc, number: (
        Application.objects.of(world=world, uscc=uscc).filter(number=number).annotate(**UNSETTLED)
    ),
    int,
    str,
    str,
)
FAULT_CODES = frozenset(code.value for code in FaultCode)


def application_of(request: WizardRequest, number: str) -> Application:
    """The owner's application. Anybody else's does not exist (404, not 403)."""
    actor = cast("Actor", request.actor)
    if not number.isprintable() or len(number) > NUMBER_LIMIT:
        raise Http404
    application = OWNED.first(actor.world.pk, actor.uscc, number)
    if application is not None:
        application.world = actor.world
        return application
    try:  # a deep link may come before the first visit to the centre
        file = single_window(actor.world).application(token=actor.token, number=number)
    except NotFound:
        raise Http404 from None
    return transitions.take_in(world=actor.world, file=file)


def may_not_open(actor: Actor, application: Application) -> bool:
    """操作员卡 may look at everything but the form of a step that it cannot commit."""
    return not actor.may_commit and application.step is not STEPS[-1]


@method_decorator(signed_in, name="dispatch")
class ApplicationWizard(NamedUrlWizardView):  # type: ignore[misc] # formtools has no types
    """One instance per request, for the application in the URL."""

    storage_name: ClassVar = "wizard.storage.ApplicationStorage"
    application: Application
    actor: Actor

    def dispatch(
        self, request: WizardRequest, *args: Any, number: str, step: str, **kwargs: Any
    ) -> HttpResponse:
        """Find the owner's application before formtools sees anything."""
        self.actor = cast("Actor", request.actor)
        self.application = application_of(request, number)
        request.application = self.application  # type: ignore[attr-defined] # the storage's key
        response: HttpResponse = super().dispatch(
            request, *args, number=number, step=step, **kwargs
        )
        return response

    # --- looking

    def get(self, request: HttpRequest, *args: Any, step: str, **kwargs: Any) -> HttpResponse:
        """The open step as a form, a finished one as a summary, a later one not yet."""
        self._take_news_in()
        here, asked = self.application.step_number, step_number(step)
        if asked > here:
            return self._first_finish_the_open_step()
        if asked == here and may_not_open(self.actor, self.application):
            return to_legal_card(request.path)
        if detour := making.detour(self.application):
            return detour
        if asked < here:
            return self._summary(step)
        if step == "confirm" and request.GET.get("view") == "check":
            return self._check(self.get_form(step, data=self._stored(step)))
        return self.draw(self.get_form(step))

    def _check(self, form: forms.Form) -> HttpResponse:
        """Check your answers: the draft once more, with a way back to each field."""
        if not form.is_valid():
            return redirect(self.get_step_url(self.steps.current))
        return self.draw(form, template=CHECK)

    def _summary(self, step: str) -> HttpResponse:
        answers = COMMITS[step].answers(self.application)
        context = self._frame(step) | COMMITS[step].result(self.application)
        context |= {
            "answers": answers,
            "step_title": STEPS[step_number(step) - 1].title,
            "step_number": step_number(step),
            "at": getattr(self.application, f"{COMMITS[step].milestone}_at"),
            "may_reopen": step == "confirm"
            and self.actor.may_commit
            and self.application.state in {State.AWAITING_SEAL, State.AWAITING_SIGNATURE},
        }
        return render(self.request, "wizard/summary.html", context)

    def _take_news_in(self) -> None:
        """Learn what became of a lost answer and of the review; else show what is known."""
        application, actor = self.application, self.actor
        try:
            if transitions.settle_forgotten(application=application, actor=actor):
                application.refresh_from_db()
            if application.state == State.UNDER_REVIEW:
                self.application = transitions.refresh(application=application, actor=actor)
        except OutcomeUnknown:
            messages.warning(self.request, _("单一窗口暂时没有响应，下面是上次查到的进度"))
        self.storage.application = self.application

    # --- doing

    def post(self, request: HttpRequest, *args: Any, step: str, **kwargs: Any) -> HttpResponse:
        """Guard, keep what was typed, validate, commit, and lead on."""
        turned_away = self._turned_away(step)
        if turned_away is not None:
            return turned_away
        form = self.get_form(step, data=request.POST)
        if form.fields:
            self.storage.set_step_data(step, self.process_step(form))
        if "draft" in request.POST:
            return self._draft_kept(request)
        if detour := making.detour(self.application):  # what is confirmed or signed has to be there
            return detour
        if not form.is_valid():
            return self.draw(form)
        if step == "confirm" and "commit" not in request.POST:
            transitions.declare(application=self.application, actor=self.actor, seen=self._seen())
            return SeeOther(f"{self.get_step_url(step)}?view=check")
        return self._commit(form)

    def _turned_away(self, step: str) -> HttpResponse | None:
        """Who may not commit, what was done before, and what is stale has no effect."""
        if not self.actor.may_commit:
            back = self.get_step_url(step)
            return blocked_page(cast("WizardRequest", self.request), back=back, status=403)
        if self._answered_before(self.request.POST.get("idem", "")):
            messages.info(self.request, _submitted_twice())
            return SeeOther(progress.step_url(self.application))
        return self._stale(step)

    def _commit(self, form: forms.Form) -> HttpResponse:
        try:
            transitions.commit_step(
                application=self.application,
                actor=self.actor,
                cleaned=form.cleaned_data,
                token=self.request.POST.get("idem", "")[:64],
                seen=self._seen(),
            )
        except Fault as fault:
            if fault.code in transitions.SIGN_IN_AGAIN:
                raise  # the middleware leads to the sign-in and back
            return self._refused(form, fault)
        except OutcomeUnknown:
            # "The same button again" has to be there: step one was committed from its check page.
            return self.draw(
                form,
                fault=Fault(FaultCode.NO_RESPONSE, retryable=True),
                template=CHECK if self.steps.current == "confirm" else "",
                status=503,
            )
        except NotFound:
            raise Http404 from None
        except MoveRefused:
            return self._first_finish_the_open_step()
        self.application.refresh_from_db()
        making.start(self.application)  # while the browser is on its way to the next page
        return SeeOther(progress.step_url(self.application))

    def _seen(self) -> dict[str, Any]:
        return dwell.measured(self.application, self.steps.current, self.request.POST)

    def _refused(self, form: forms.Form, fault: Fault) -> HttpResponse:
        """Show a refusal where its cause is: at the field if it has one, else above the form."""
        field = str(fault.facts.get("field", ""))
        if fault.code is FaultCode.WRONG_PIN and "pin" in form.fields:
            field = "pin"
        if field in form.fields:
            form.add_error(
                field, forms.ValidationError(str(explain(fault).title), code=fault.code.value)
            )
            return self.draw(form)
        return self.draw(form, fault=fault)

    def _stale(self, step: str) -> HttpResponse | None:
        """A post that does not belong to the open step as it is now has no effect."""
        here, asked = self.application.step_number, step_number(step)
        if asked > here:
            return self._first_finish_the_open_step()
        posted = self.request.POST
        if asked < here or posted.get("rev") != str(self.application.revision):
            return self._refusal_page(FaultCode.OTHER_WINDOW, status=409)
        management = ManagementForm(posted, prefix=self.prefix)
        if not management.is_valid() or management.cleaned_data["current_step"] != step:
            messages.info(self.request, _("页面信息不完整，没有提交。请在下面重新办理"))
            return SeeOther(self.get_step_url(step))
        return None

    def _answered_before(self, token: str) -> bool:
        """A second click of the same page: the first one's result is the answer."""
        return (
            bool(token)
            and Attempt.objects.filter(
                application=self.application, token=token[:64], status=Attempt.Status.DONE
            ).exists()
        )

    def _draft_kept(self, request: HttpRequest) -> HttpResponse:
        if request.POST["draft"] == "auto":
            return HttpResponse(status=204)
        messages.success(request, _("已保存。您可以随时回来，从这一步继续"))
        return SeeOther(reverse("centre"))

    def _first_finish_the_open_step(self) -> HttpResponse:
        messages.info(self.request, _("请先完成第 %(n)d 步") % {"n": self.application.step_number})
        return redirect(progress.step_url(self.application))

    def _refusal_page(self, code: FaultCode, *, status: int) -> HttpResponse:
        return refusal_page(self.request, self.application, code, status=status)

    # --- formtools' seams

    def get_step_url(self, step: str) -> str:
        """formtools would drop the application's number."""
        return progress.step_url(self.application, step)

    def get_form_kwargs(self, step: str) -> dict[str, str]:  # noqa: ARG002
        """A label stands above its field: nothing follows it, in no language."""
        return {"label_suffix": ""}

    def get_form_initial(self, step: str) -> dict[str, str]:
        """The draft as typed; before the first draft what the authority has on file."""
        if COMMITS[step].secrets.issuperset(COMMITS[step].form.base_fields):
            return {}  # a draft keeps no secret, so this step has none
        stored = self.storage.get_step_data(step)
        if stored is not None:
            return {name: values[-1] for name, values in stored.items() if values}
        on_file = file_of(self.application).suggested_contact if step == "confirm" else None
        if on_file is None:
            return {}
        return {field: getattr(on_file, field) for field in ("name", "phone", "mobile", "email")}

    def process_step(self, form: forms.Form) -> dict[str, list[str]]:
        """Only the form's own fields, without prefix and without secrets, as typed."""
        secret = COMMITS[self.steps.current].secrets
        posted = self.request.POST
        return strip_unstorable(
            {
                name: posted.getlist(form.add_prefix(name))[-1:]
                for name in form.fields
                if name not in secret and form.add_prefix(name) in posted
            }
        )

    def done(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """formtools' last page; a process that commits per step has none."""
        return SeeOther(progress.step_url(self.application))

    def _stored(self, step: str) -> dict[str, str]:
        """The draft under the form's prefixed names, as if it had just been posted."""
        stored = self.storage.get_step_data(step) or {}
        return {f"{step}-{name}": values[-1] for name, values in stored.items() if values}

    # --- drawing

    def draw(
        self,
        form: forms.Form,
        *,
        fault: Fault | None = None,
        template: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """The open step's page; with `fault`, its advice above the form and in the help panel."""
        step = self.steps.current
        file = file_of(self.application)
        fault = fault or COMMITS[step].known_refusal(file)
        codes = [error.code for errors in form.errors.as_data().values() for error in errors]
        known = [code for code in codes if code in FAULT_CODES]
        bad = fault is not None or bool(form.errors)
        context = self._frame(step, bad=bad) | COMMITS[step].page(self.application)
        context |= {
            "form": form,
            "prefix": self.prefix,
            "file": file,
            "rev": self.application.revision,
            "idem": secrets.token_urlsafe(16),
            "drawn": dwell.drawn(self.application, step, self.request.POST.get("drawn", "")),
            "has_error": bool(form.errors),
            "code": fault.code.value if fault else (known or [context.get("code", "")])[0],
            "advice": (
                explain(fault, step=step).advise(back=self.get_step_url(step)) if fault else None
            ),
            "may_commit": self.actor.may_commit,
            # What the sentence at the field is too short for: cause, next step, who can help.
            "hint": explain(FaultCode(known[0])).advise() if known and not fault else None,
        }
        if step == "agreement":
            context |= self._blank_agreement(known_code=context["code"])
        return render(self.request, template or self._template(step), context, status=status)

    def _blank_agreement(self, *, known_code: str) -> dict[str, Any]:
        """G-501: the text takes the place of a PDF that the browser does not show."""
        broken = desk_part_broken(self.actor.world, DeskPart.VIEWER)
        if not broken and "blank" not in self.request.GET:
            return {}
        advice = explain(FaultCode.AGREEMENT_BLANK).advise()
        return {"blank": advice, "viewer_broken": broken, "code": known_code or advice.code}

    def _template(self, step: str) -> str:
        """The template named after the step's file; step four has one for each of its states."""
        name = file_name(step)
        if step == STEPS[-1].slug:
            name += f"_{self.application.state.replace('-', '_')}"
        return f"wizard/{name}.html"

    def _frame(self, step: str, *, bad: bool = False) -> dict[str, Any]:
        """What every wizard page shows around its content."""
        return progress.around(self.application, bad=bad) | {"step_slug": step}


def _submitted_twice() -> str:
    """X-703 in one line: nothing is lost, nothing is to be done."""
    explanation = explain(FaultCode.SUBMITTED_TWICE)
    return _("%(title)s（代码 %(code)s）") % {
        "title": explanation.title,
        "code": explanation.code.value,
    }


wizard = ApplicationWizard.as_view(
    [(step.slug, COMMITS[step.slug].form) for step in STEPS], url_name="step"
)


def refusal_page(
    request: HttpRequest, application: Application, code: FaultCode, *, status: int
) -> HttpResponse:
    """A whole page for a refusal that is not about a field; the way on is the open step."""
    fault = Fault(code, step=application.step_number)
    advice = explain(fault).advise(back=progress.step_url(application))
    return render(
        request,
        "wizard/refused.html",
        {
            "nav": "apply",
            "application": application,
            "progress": progress.bar(application),
            "advice": advice,
            "on": AdviceAction(
                text=_("继续第 %(n)d 步") % {"n": application.step_number},
                url=progress.step_url(application),
            ),
            "code": code.value,
        },
        status=status,
    )


@signed_in
def current(request: WizardRequest, number: str) -> HttpResponse:
    """The application's own address leads to its open step."""
    return redirect(progress.step_url(application_of(request, number)))


@require_POST
@signed_in
@legal_card
def reopen(request: WizardRequest, number: str) -> HttpResponse:
    """修改联系人: step one once more, until the agreement is signed."""
    application = application_of(request, number)
    if request.POST.get("rev") != str(application.revision):
        return refusal_page(request, application, FaultCode.OTHER_WINDOW, status=409)
    try:
        transitions.reopen(application=application, actor=cast("Actor", request.actor))
    except MoveRefused:
        return refusal_page(request, application, FaultCode.OUT_OF_ORDER, status=409)
    messages.info(request, _("可以修改联系人了。改好后请再次确认投保，协议会按新的联系人重新生成"))
    return SeeOther(progress.step_url(application, "confirm"))

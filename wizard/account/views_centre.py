"""信用保险服务中心 and 我的保单."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wizard import documents, making, papers
from wizard.account import centre as content
from wizard.account.access import SeeOther, signed_in
from wizard.account.signin import Actor
from wizard.catalogue import explain
from wizard.middleware import WizardRequest
from wizard.models import Application
from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.port import Policy


@signed_in
@require_safe
def centre(request: WizardRequest) -> HttpResponse:
    """信用保险服务中心."""
    actor = cast("Actor", request.actor)
    shown = content.look(actor)
    code = FaultCode.NO_RESPONSE if shown.stale else ""
    if not shown.stale and not shown.pending:
        code = FaultCode.NO_PENDING_APPLICATION
    context = {
        "nav": "apply",
        "centre": shown,
        "empty": explain(FaultCode.NO_PENDING_APPLICATION),
        # Nothing pending is only a problem for who has nothing else here either.
        "code": str(code) if shown.stale or not (shown.handed_in or shown.policies) else "",
    }
    return render(request, "account/centre.html", context)


@signed_in
@require_safe
def policies(request: WizardRequest) -> HttpResponse:
    """我的保单: every policy that was delivered, earlier years included."""
    actor = cast("Actor", request.actor)
    applications, stale = content.applications_of(actor)
    context = {
        "nav": "policies",
        "policies": content.policies_of(actor, applications),
        "stale": stale,
    }
    return render(request, "account/policies.html", context)


@signed_in
@require_safe
def policy(request: WizardRequest, number: str) -> HttpResponse:
    """One policy as data, with its PDF and the application that it came from."""
    found, application = _find(request, number)
    context = {
        "nav": "policies",
        "policy": found,
        "application": application,
        "paper": papers.policy_if_kept(application) if application else None,
        "paper_name": content.paper_name(found.kind),
    }
    return render(request, "account/policy.html", context)


@signed_in
@require_safe
def policy_pdf(request: WizardRequest, number: str) -> HttpResponse:
    """The policy as PDF: the stored paper of its application; of an earlier year, made anew.

    The same data give the same bytes, so nothing is stored for a policy without an application.
    """
    found, application = _find(request, number)
    if application is not None:
        return _stored(request, application)
    try:
        content = documents.pdf(documents.policy(found)).content
    except documents.Unprintable:
        messages.warning(
            request, _("保单里有字库没有的字，不能生成 PDF。内容见本页，需要原件请联系小微专员")
        )
        return SeeOther(reverse("policy", kwargs={"number": number}))
    response = HttpResponse(content, content_type="application/pdf")
    disposition = content_disposition_header(
        as_attachment="download" in request.GET, filename=f"{number}.pdf"
    )
    response["Content-Disposition"] = disposition or "inline"
    return response


def _stored(request: WizardRequest, application: Application) -> HttpResponse:
    if detour := making.detour(application):
        return detour
    paper = papers.policy(application)
    address = reverse("document-pdf", kwargs={"number": application.number, "key": paper.key})
    return SeeOther(f"{address}?download" if "download" in request.GET else address)


def _find(request: WizardRequest, number: str) -> tuple[Policy, Application | None]:
    """The enterprise's policy of this number, else 404, and its application if it is known here."""
    actor = cast("Actor", request.actor)
    applications, _stale = content.applications_of(actor)
    found = next((p for p in content.policies_of(actor, applications) if p.number == number), None)
    if found is None:
        raise Http404
    named = [a for a in applications if a.number == found.application_number]
    return found, named[0] if named else None

"""Looking at papers: each PDF as a page of its own, as bytes, and the receipt for the printer."""

from __future__ import annotations

import logging
from typing import cast

from csp.constants import SELF
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wizard import (
    accepted,
    documents,
    evidence,
    making,
    papers,
    progress,
    records,
    retention,
    trail,
    vault,
)
from wizard.account.access import signed_in
from wizard.account.signin import Actor
from wizard.authority import page_time, world_now
from wizard.files import file_of
from wizard.middleware import WizardRequest
from wizard.models import Application, Document
from wizard.process import STEPS, State
from wizard.steps import COMMITS
from wizard.templatetags.ui import moment
from wizard.views import application_of

log = logging.getLogger(__name__)
KEY_LENGTH = 32
# The receipt says what has been handed in, so it exists from the signature on.
HANDED_IN = frozenset(
    {State.UNDER_REVIEW, State.RETURNED, State.DECLINED, State.ISSUED, State.ACKNOWLEDGED}
)


@signed_in
def document(request: WizardRequest, number: str, key: str) -> HttpResponse:
    """A paper in the page, with its text and a download; that it was opened goes on record."""
    application = application_of(request, number)
    paper = paper_of(application, key)
    actor = cast("Actor", request.actor)
    if paper.viewed_at is None:
        now = world_now(actor.world)
        if Document.objects.filter(pk=paper.pk, viewed_at=None).update(viewed_at=now):
            trail.append(
                application=application,
                actor=actor.label,
                action="view",
                at=now,
                outcome="done",
                page=f"docs/{paper.kind}",
                document_sha256=paper.sha256,
                facts={"by": actor.facts},
            )
    # What the application said in an earlier round is in that round's PDF alone.
    old = paper.round != application.round
    context = progress.around(application) | {
        "paper": paper,
        "old": old,
        "sections": () if old else papers.text(application, Document.Kind(paper.kind)).sections,
    }
    return render(request, "wizard/document.html", context)


@signed_in
def document_pdf(request: WizardRequest, number: str, key: str) -> HttpResponse:
    """The bytes, whole and unchanged, or a sentence that says why not."""
    return pdf(paper_of(application_of(request, number), key), inline="download" not in request.GET)


@signed_in
def agreement_pdf(request: WizardRequest, number: str) -> HttpResponse:
    """The agreement as it stands: sealed once it is signed, the draft before."""
    application = application_of(request, number)
    kind = Document.Kind.AGREEMENT if application.signed_at else Document.Kind.AGREEMENT_DRAFT
    return _to_paper(application, kind)


@signed_in
def receipt_pdf(request: WizardRequest, number: str) -> HttpResponse:
    """办理回执 as PDF, once everything is done."""
    return _to_paper(application_of(request, number), Document.Kind.RECEIPT)


@signed_in
def receipt(request: WizardRequest, number: str) -> HttpResponse:
    """办理回执 for the printer: who, what, when, and which papers with which hash."""
    application = application_of(request, number)
    if application.state not in HANDED_IN:
        return redirect(progress.step_url(application))
    if detour := making.detour(application):
        return detour
    file = file_of(application)
    serials = accepted.serials(application)
    steps = []
    for step in STEPS:
        at = getattr(application, f"{COMMITS[step.slug].milestone}_at")
        if at is not None:
            serial = serials.get(step.slug)
            steps.append(
                {
                    "slug": step.slug,
                    "title": step.title,
                    "when": moment(at)
                    + (_("　回执 %(serial)s") % {"serial": serial} if serial else ""),
                    "answers": COMMITS[step.slug].answers(application),
                }
            )
    context = {
        "nav": "apply",
        "application": application,
        "state": State(application.state).label,
        "file": file,
        "steps": steps,
        "serial": list(serials.values())[-1] if serials else "",
        "papers": [
            paper
            for kind, paper in papers.kept(application).items()
            if kind != Document.Kind.AGREEMENT_DRAFT
        ],
        "now": page_time(application.world) or timezone.now(),
        "continue_url": progress.step_url(application),
    }
    return render(request, "wizard/receipt.html", context)


@signed_in
@require_safe
def trail_record(request: WizardRequest, number: str) -> HttpResponse:
    """操作记录: who did what and when, for the exporter and the printer."""
    application = application_of(request, number)
    found = records.records(application)
    context = progress.around(application) | {
        "records": found,
        "head": found[-1].hash if found else "",
        "retention_years": settings.RETENTION_YEARS,
        "kept_until": retention.kept_until(application),
    }
    return render(request, "wizard/records.html", context)


@signed_in
@require_safe
def evidence_pack(request: WizardRequest, number: str) -> HttpResponse:
    """证据包: everything that somebody outside needs to check the application offline."""
    application = application_of(request, number)
    try:
        content = evidence.pack(application)
    except (papers.NotYet, documents.Unprintable, vault.DocumentDamaged) as missing:
        log.warning("no evidence pack of %s: %r", application.number, missing)
        messages.warning(
            request,
            _("证据包现在做不了：有文件的存档或签名暂时取不到。请稍后再试，仍不行请联系 010-95198"),
        )
        return redirect("trail", number=application.number)
    response = HttpResponse(content, content_type="application/zip")
    name = content_disposition_header(
        as_attachment=True, filename=f"{application.number} 证据包.zip"
    )
    response["Content-Disposition"] = name or "attachment"
    return response


def paper_of(application: Application, key: str) -> Document:
    """A paper of this application by its unguessable key, else 404."""
    if len(key) != KEY_LENGTH or not key.isalnum():
        raise Http404
    return get_object_or_404(Document, application=application, key=key)


def pdf(paper: Document, *, inline: bool) -> HttpResponse:
    """The response with the bytes; a damaged paper is never handed out as a good one."""
    try:
        content = papers.content(paper)
    except vault.DocumentDamaged:
        return HttpResponse(
            _("这份文件的存档已损坏，没有下载。请联系客服 010-95198，报投保申请号 %(number)s。")
            % {"number": paper.application.number},
            content_type="text/plain; charset=utf-8",
            status=503,
        )
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{paper.application.number} {paper.title}.pdf"
    disposition = content_disposition_header(as_attachment=not inline, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    # Our own page shows it in an <object>; nobody else may.
    response["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined] # django-csp
    return response


def _to_paper(application: Application, kind: Document.Kind) -> HttpResponse:
    if kind in making.missing(application) and (detour := making.detour(application)):
        return detour
    try:
        paper = papers.ensure(application, kind)
    except papers.NotYet:
        raise Http404 from None
    return redirect("document-pdf", number=application.number, key=paper.key)

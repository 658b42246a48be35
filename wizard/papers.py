"""The papers of an application: each rendered once, kept by hash, handed to its owner only."""

from __future__ import annotations

import dataclasses
import logging
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from wizard import documents, vault
from wizard.files import load_file
from wizard.models import Application, Attempt, Document
from wizard.prepared import Prepared
from wizard.process import STEPS, State
from wizard.templatetags.ui import moment

Kind = Document.Kind
OF_ROUND = Prepared(
    lambda application, round_: Document.objects.filter(application=application, round=round_),
    int,
    int,
)
log = logging.getLogger(__name__)


class NotYet(Exception):  # noqa: N818
    """The application is not far enough for this paper."""


def kept(application: Application) -> dict[str, Document]:
    """The papers of the application's present round that are there, by kind. One query."""
    found = {}
    for paper in OF_ROUND(application.pk, application.round):
        paper.application = application
        found[paper.kind] = paper
    return found


def ensure(application: Application, kind: Document.Kind) -> Document:
    """The paper of the application's present round, rendered if it is not there yet.

    The same data give the same bytes, so it does not matter which request gets here first.
    Raises `NotYet`, and `documents.MissingGlyph` for a character that no font of ours has.
    """
    found = kept(application).get(kind)
    if found is not None:
        return found
    pdf = documents.pdf(text(application, kind))
    sha256 = vault.keep(pdf.content)
    try:
        with transaction.atomic():
            return Document.objects.create(
                application=application,
                kind=kind,
                round=application.round,
                title=pdf.title,
                sha256=sha256,
                size=len(pdf.content),
                pages=pdf.pages,
                made_at=pdf.made_at,
            )
    except IntegrityError:  # a parallel request was first, with the same bytes
        return Document.objects.get(application=application, kind=kind, round=application.round)


def content(paper: Document) -> bytes:
    """The paper's bytes. A damaged file is rendered anew, which gives the same bytes or none.

    Raises `vault.DocumentDamaged` when what comes out is not what was kept.
    """
    try:
        return vault.read(paper.sha256)
    except vault.DocumentDamaged:
        log.exception("document damaged: %s", paper.key)
        try:
            again = documents.pdf(text(paper.application, Kind(paper.kind)))
        except NotYet:
            raise vault.DocumentDamaged(paper.sha256) from None
        if again.sha256 != paper.sha256:
            raise
        vault.keep(again.content, replace=True)
        return again.content


def text(application: Application, kind: Document.Kind) -> documents.Paper:
    """What the paper says, for the page beside the PDF. Raises `NotYet`."""
    file = load_file(application.file)
    sealed, signed = application.sealed_at, application.signed_at
    if kind == Kind.FORM:
        # As the insurer offered it: the contact is what step one adds.
        return documents.application_form(dataclasses.replace(file, contact=None))
    if kind == Kind.AGREEMENT_DRAFT and sealed is not None:
        return documents.agreement(file, made_at=sealed)
    if kind == Kind.AGREEMENT and signed is not None and file.seal is not None:
        signatures = documents.Signatures(exporter_at=signed, insurer_at=signed, operator_at=signed)
        return documents.agreement(file, made_at=sealed or signed, signatures=signatures)
    if kind == Kind.POLICY and file.policy is not None:
        return documents.policy(file.policy, enterprise=file.enterprise, trade=file.trade)
    if kind == Kind.RECEIPT and application.acknowledged_at is not None:
        return _receipt(application)
    raise NotYet(kind)


def shelf(application: Application) -> list[Document]:
    """The papers worth keeping, as far as the application has come; made now if need be."""
    state = State(application.state)
    kinds = [Kind.FORM]
    if application.signed_at:
        kinds.append(Kind.AGREEMENT)
    if state in {State.ISSUED, State.ACKNOWLEDGED}:
        kinds.append(Kind.POLICY)
    there = kept(application)
    return [there.get(kind) or ensure(application, kind) for kind in kinds]


def card(paper: Document) -> dict[str, Any]:
    """What `partials/file_card.html` shows of a paper."""
    names = {"number": paper.application.number, "key": paper.key}
    address = reverse("document-pdf", kwargs=names)
    return {
        "paper": paper,
        "paper_meta": _("PDF · %(n)d 页 · %(size)s · %(at)s 生成")
        % {"n": paper.pages, "size": filesizeformat(paper.size), "at": moment(paper.made_at)},
        "paper_url": reverse("document", kwargs=names),
        "paper_download": f"{address}?download",
    }


def _receipt(application: Application) -> documents.Paper:
    done = application.attempts.filter(status=Attempt.Status.DONE, round=application.round)
    serials = {attempt.step: attempt.receipt["serial"] for attempt in done if attempt.receipt}
    times = {
        "confirm": application.confirmed_at,
        "seal": application.sealed_at,
        "agreement": application.signed_at,
        "policy": application.acknowledged_at,
    }
    with override(settings.LANGUAGE_CODE):  # the paper is Chinese whoever asks for it
        titles = {step.slug: str(step.title) for step in STEPS}
    return documents.receipt(
        load_file(application.file),
        # Not the real time of printing: the same receipt shall have the same hash.
        printed_at=application.acknowledged_at or application.created_at,
        milestones=[
            documents.Milestone(
                title=titles[step.slug], at=times[step.slug], serial=serials.get(step.slug, "")
            )
            for step in STEPS
        ],
        files=[
            documents.SignedFile(title=paper.title, sha256=paper.sha256, at=paper.made_at)
            for paper in shelf(application)
        ],
    )

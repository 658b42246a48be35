"""The papers of an application: each rendered once, kept by hash, handed to its owner only."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from wizard import accepted, documents, sealing, vault
from wizard.addresses import address
from wizard.files import file_of
from wizard.models import Application, Document
from wizard.prepared import Prepared
from wizard.process import STEPS, State
from wizard.sealing import Report, nobody
from wizard.singlewindow.faults import Fault, OutcomeUnknown
from wizard.singlewindow.signing import Party, SignatureRefused
from wizard.templatetags.ui import moment

Kind = Document.Kind
OF_ROUND = Prepared(
    lambda application, round_: Document.objects.filter(application=application, round=round_),
    int,
    int,
)
KEY_LENGTH: Final = 32
SHORT_LENGTH: Final = 12  # hexadecimal digits: enough that nobody meets one by guessing
# The first stage of most papers; the others are named after the party that signs.
TEXT: Final = "text"
log = logging.getLogger(__name__)


class NotYet(Exception):  # noqa: N818
    """The application is not far enough for this paper."""


# A signed paper of the exporter's is another one with signatures on it.
STANDS_ON: Final[Mapping[Document.Kind, Document.Kind]] = {
    Kind.AGREEMENT: Kind.AGREEMENT_DRAFT,
    Kind.POLICY_RECEIVED: Kind.POLICY,
}
# The policy as it was delivered and the same with the exporter's signature have one title inside.
TOLD_APART: Final[Mapping[Document.Kind, str]] = {Document.Kind.POLICY_RECEIVED: "（已收悉）"}


def kept(application: Application, *, anew: bool = False) -> dict[str, Document]:
    """The papers of the application's present round that are there, by kind.

    One query; the application remembers what was found unless they are asked for `anew`.
    """
    if anew or application.kept_papers is None or application.kept_papers[0] != application.round:
        found: dict[str, Document] = {}
        for paper in OF_ROUND(application.pk, application.round):
            paper.application = application
            found[paper.kind] = paper
        application.kept_papers = application.round, found
    return application.kept_papers[1]


def ensure(application: Application, kind: Document.Kind, *, report: Report = nobody) -> Document:
    """The paper of the application's present round, rendered if it is not there yet.

    The same data give the same bytes, so it does not matter which request gets here first.
    `report` is told each stage of `stages` before it begins, and what it raises ends the work.
    Raises `NotYet`, and `documents.MissingGlyph` for a character that no font of ours has.
    """
    found = kept(application).get(kind)
    if found is None:
        found = kept(application, anew=True).get(kind) or _made(application, kind, report)
        kept(application)[kind] = found
    return found


def stages(kind: Document.Kind) -> tuple[str, ...]:
    """What making this paper takes, in order: the text is set, then each party signs."""
    parties = sealing.PARTIES.get(kind, ())
    signing = [party.value for party in parties]
    if parties and settings.SIGNATURE_LEVEL == sealing.LASTING:
        signing.append(Party.TIME.value)
    if kind == Kind.AGREEMENT:
        return tuple(signing)  # the text was set when it was shown
    if kind == Kind.POLICY_RECEIVED:
        return tuple(signing[1:])  # the insurer signed what was delivered
    return (TEXT, *signing)


def _made(application: Application, kind: Document.Kind, report: Report) -> Document:
    key = _key(application, kind)
    pdf = _make(application, kind, key=key, level=settings.SIGNATURE_LEVEL, report=report)
    sha256 = vault.keep(pdf.content)
    try:
        with transaction.atomic():
            return Document.objects.create(
                application=application,
                key=key,
                kind=kind,
                round=application.round,
                title=pdf.title + TOLD_APART.get(kind, ""),
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
    if paper.kind in STANDS_ON and paper.round != paper.application.round:
        # What it stood on was said in its own round; today's is another paper, signed or not.
        raise vault.DocumentDamaged(paper.sha256)
    for level in sealing.LEVELS:  # it may have been made when the other one was set
        try:
            again = _make(paper.application, Kind(paper.kind), key=paper.key, level=level)
        except (NotYet, documents.Unprintable):
            break
        if again.sha256 == paper.sha256:
            vault.keep(again.content, replace=True)
            return again.content
    raise vault.DocumentDamaged(paper.sha256)


def _key(application: Application, kind: Document.Kind) -> str:
    """A paper's unguessable name, the same for every request that makes it: the QR code says it."""
    about = f"{application.world.key}|{application.number}|{kind.value}|{application.round}"
    return salted_hmac("wizard.papers", about, algorithm="sha256").hexdigest()[:KEY_LENGTH]


def _make(
    application: Application,
    kind: Document.Kind,
    *,
    key: str,
    level: str,
    report: Report = nobody,
) -> documents.Pdf:
    """The paper's bytes, signed at this level where it is signed: the same whenever they are made.

    Raises `NotYet`, also while the authority does not sign, and as `documents.pdf`.
    """
    if kind == Kind.AGREEMENT and accepted.key_of(application, "agreement"):
        draft = ensure(application, Kind.AGREEMENT_DRAFT)
        return _seal(application, kind, draft, content(draft), level=level, report=report)
    if kind == Kind.POLICY_RECEIVED:
        if not accepted.key_of(application, "policy"):
            raise NotYet(kind)
        policy = ensure(application, Kind.POLICY)
        return _seal(application, kind, policy, content(policy), level=level, report=report)
    address = documents.VerifyAddress(
        short=verify_code(key), url=f"{settings.PUBLIC_URL}/verify/{key[:SHORT_LENGTH]}/"
    )
    report(TEXT)
    pdf = documents.pdf(dataclasses.replace(text(application, kind), address=address))
    if kind != Kind.POLICY:
        return pdf
    return _seal(application, kind, pdf, pdf.content, level=level, report=report)


def _seal(
    application: Application,
    kind: Document.Kind,
    shown: Document | documents.Pdf,
    content: bytes,
    *,
    level: str,
    report: Report,
) -> documents.Pdf:
    """The shown paper with its signatures; nothing of what was shown changes."""
    at = {
        Kind.AGREEMENT: application.signed_at,
        Kind.POLICY_RECEIVED: application.acknowledged_at,
    }.get(kind, shown.made_at)
    if at is None:
        raise NotYet(kind)
    seal = {Kind.AGREEMENT: sealing.agreement, Kind.POLICY: sealing.policy}
    try:
        signed = seal.get(kind, sealing.received_policy)(
            application, content, at=at, level=level, report=report
        )
    except (SignatureRefused, Fault, OutcomeUnknown) as refused:
        log.warning("not signed yet: %s of %s: %s", kind, application.number, refused)
        raise NotYet(kind) from refused
    return documents.Pdf(title=shown.title, made_at=at, pages=shown.pages, content=signed)


def needed(application: Application, kind: Document.Kind) -> Document:
    """`ensure` for a page that is nothing without this paper.

    Raises `OutcomeUnknown` while the authority does not sign it: the page can be asked for again.
    """
    try:
        return ensure(application, kind)
    except NotYet as missing:
        raise OutcomeUnknown("The paper is not signed yet") from missing


def policy(application: Application) -> Document:
    """The policy as it stands: with the exporter's signature as soon as that is there.

    Raises as `needed`.
    """
    return policy_if_kept(application) or needed(application, Kind.POLICY)


def policy_if_kept(application: Application) -> Document | None:
    """`policy`, but None where it would have to be made first."""
    there = kept(application)
    return there.get(Kind.POLICY_RECEIVED) or there.get(Kind.POLICY)


def verify_code(key: str) -> str:
    """The short id that is printed on a paper: 3F2A-91BC-04DE, the beginning of its name."""
    short = key[:SHORT_LENGTH].upper()
    return "-".join(short[i : i + 4] for i in range(0, SHORT_LENGTH, 4))


def text(application: Application, kind: Document.Kind) -> documents.Paper:
    """What the paper says, for the page beside the PDF. Raises `NotYet`."""
    file = file_of(application)
    sealed, signed = application.sealed_at, application.signed_at
    if kind == Kind.FORM:
        # As the insurer offered it: the contact is what step one adds.
        return documents.application_form(dataclasses.replace(file, contact=None))
    if kind == Kind.AGREEMENT_DRAFT and sealed is not None:
        return documents.agreement(file, made_at=sealed)
    if kind == Kind.AGREEMENT and signed is not None and file.seal is not None:
        signatures = documents.Signatures(exporter_at=signed, insurer_at=signed, operator_at=signed)
        return documents.agreement(file, made_at=sealed or signed, signatures=signatures)
    if kind in {Kind.POLICY, Kind.POLICY_RECEIVED} and file.policy is not None:
        return documents.policy(file.policy, enterprise=file.enterprise, trade=file.trade)
    if kind == Kind.RECEIPT and application.acknowledged_at is not None:
        return _receipt(application)
    raise NotYet(kind)


def shelf(application: Application, *, whole: bool = False) -> list[Document]:
    """The papers worth keeping, as far as the application has come; made now if need be.

    `whole`: raise `NotYet` rather than leave one out that cannot be signed now.
    """
    found = []
    for kind in on_shelf(application):
        try:
            found.append(ensure(application, kind))
        except NotYet:  # the authority does not sign at the moment: it will at another look
            if whole:
                raise
    return found


def on_shelf(application: Application) -> tuple[Document.Kind, ...]:
    """The kinds of paper that are worth keeping, as far as the application has come."""
    state = State(application.state)
    kinds = [Kind.FORM]
    if application.signed_at:
        kinds.append(Kind.AGREEMENT)
    if state in {State.ISSUED, State.ACKNOWLEDGED}:
        kinds.append(Kind.POLICY)
    if state == State.ACKNOWLEDGED and (
        Kind.POLICY_RECEIVED in kept(application) or accepted.key_of(application, "policy")
    ):
        kinds.append(Kind.POLICY_RECEIVED)
    return tuple(kinds)


def card(paper: Document) -> dict[str, Any]:
    """What `partials/file_card.html` shows of a paper."""
    names = {"number": paper.application.number, "key": paper.key}
    return {
        "paper": paper,
        "paper_meta": _("PDF · %(n)d 页 · %(size)s · %(at)s 生成")
        % {"n": paper.pages, "size": filesizeformat(paper.size), "at": moment(paper.made_at)},
        "paper_url": address("document", **names),
        "paper_download": f"{address('document-pdf', **names)}?download",
    }


def card_if_kept(application: Application, kind: Document.Kind) -> dict[str, Any]:
    """`card` of a paper of the present round, nothing where it is not there."""
    found = kept(application).get(kind)
    return card(found) if found else {}


def _receipt(application: Application) -> documents.Paper:
    serials = accepted.serials(application)
    times = {
        "confirm": application.confirmed_at,
        "seal": application.sealed_at,
        "agreement": application.signed_at,
        "policy": application.acknowledged_at,
    }
    with override(settings.LANGUAGE_CODE):  # the paper is Chinese whoever asks for it
        titles = {step.slug: str(step.title) for step in STEPS}
    return documents.receipt(
        file_of(application),
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
            for paper in shelf(application, whole=True)
        ],
    )

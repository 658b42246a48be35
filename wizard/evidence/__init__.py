"""证据包: a ZIP with documents, trail, certificates, time stamps and the way to check them offline.

The same application gives the same bytes on the same day: no time of packing, files in order; the
revocation list is the day's.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any, Final

from asn1crypto import crl, x509
from asn1crypto.pem import armor, unarmor
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from pyhanko.pdf_utils.reader import PdfFileReader

from wizard import authority, documents, papers, records, sealing, trail
from wizard.documents import formats
from wizard.models import Application, Document
from wizard.singlewindow.faults import OutcomeUnknown
from wizard.singlewindow.signing import SignatureRefused

HERE: Final = Path(__file__).resolve().parent
# What the record as a paper shows at most; the whole trail is in trail.json.
RECORD_LINES: Final = 300
RECORD_CHARACTERS: Final = 50_000
# The first moment that a ZIP can say; when the pack was made is of no importance.
NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
Files = dict[str, bytes]


def pack(application: Application) -> bytes:
    """The ZIP. Raises `papers.NotYet` (nobody signs now) and `vault.DocumentDamaged`."""
    files: Files = {}
    papers.shelf(application, whole=True)
    titles = []
    for paper in application.documents.order_by("round", "pk"):
        paper.application = application
        name = f"documents/{paper.round}-{paper.kind}.pdf"
        files[name] = papers.content(paper)
        titles.append(f"{name}  {Document.Kind(paper.kind).label}")
    files["trail/trail.json"] = _trail(application)
    files["trail/trail.pdf"] = _record(application)
    for name in [name for name in files if name.endswith(".pdf")]:
        files |= _signatures(name, files[name])
    files |= _authority()
    files["check.py"] = (HERE / "check.py").read_bytes()
    files["README.txt"] = _readme(application, titles, files)
    manifest = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
    )
    return _zip(files | {"MANIFEST.sha256": manifest.encode()})


def _trail(application: Application) -> bytes:
    lines = [trail.line(event) | {"hash": event.hash} for event in trail.lines(application)]
    return (json.dumps(lines, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _record(application: Application) -> bytes:
    """操作记录 as a signed PDF, dated by its last line."""
    with override(settings.LANGUAGE_CODE):
        found = records.records(application)
        lines = _newest([_words(one) for one in found])
    text = documents.pdf(
        documents.record(
            number=application.number,
            company=application.company,
            made_at=found[-1].at,
            lines=lines,
            head=found[-1].hash,
        )
    ).content
    try:
        return sealing.record(application, text, at=found[-1].at, level=settings.SIGNATURE_LEVEL)
    except (SignatureRefused, OutcomeUnknown) as refused:
        raise papers.NotYet from refused


def _newest(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """As many of the last lines as a paper takes, and where the earlier ones stand."""
    room, kept = RECORD_CHARACTERS, list[tuple[str, str]]()
    for label, value in reversed(lines[-RECORD_LINES:]):
        room -= len(label) + len(value)
        if room < 0:
            break
        kept.append((label, value))
    if left_out := len(lines) - len(kept):
        note = _("较早的 %(n)d 条见 trail.json，末行指纹对全部记录有效") % {"n": left_out}
        kept.append((_("节选"), note))
    return kept[::-1]


def _words(one: records.Record) -> tuple[str, str]:
    details = "；".join(f"{label} {value}" for label, value in one.details)
    what = one.what if one.good else f"{one.what}，{one.result}"
    return f"{one.sequence}. {formats.instant(one.at)}", "；".join(
        part for part in (one.who, what, details) if part
    )


def _signatures(name: str, content: bytes) -> Files:
    """For each signature: the signer's certificate, the signature's value and its time stamp."""
    files: Files = {}
    stem = Path(name).stem
    for number, signature in enumerate(
        PdfFileReader(io.BytesIO(content)).embedded_regular_signatures, start=1
    ):
        files[f"certificates/{stem}-{number}.pem"] = armor(
            "CERTIFICATE", signature.signer_cert.dump()
        )
        signer = signature.signer_info
        for attribute in signer["unsigned_attrs"]:
            if attribute["type"].native == "signature_time_stamp_token":
                token: Any = attribute["values"][0]
                files[f"timestamps/{stem}-{number}.sig"] = signer["signature"].native
                files[f"timestamps/{stem}-{number}.tst"] = token.dump()
    return files


def _authority() -> Files:
    """The CA's certificate and the list as it stands today."""
    signing = authority.demo_authority()
    try:
        root, revoked = signing.authority_certificate(), signing.revocations()
    except OutcomeUnknown as silent:
        raise papers.NotYet from silent
    return {
        "certificates/ca.pem": armor("CERTIFICATE", x509.Certificate.load(root).dump()),
        "certificates/crl.pem": armor("X509 CRL", crl.CertificateList.load(revoked).dump()),
    }


def _readme(application: Application, titles: list[str], files: Files) -> bytes:
    text = (HERE / "README.txt").read_text("utf-8")
    signed = sorted(name for name in files if name.endswith(".pdf"))
    stamps = sorted(name[:-4] for name in files if name.endswith(".tst"))
    ca = "certificates/ca.pem"
    holders = sorted(
        n for n in files if n.endswith(".pem") and n not in {ca, "certificates/crl.pem"}
    )
    _kind, _headers, listed = unarmor(files["certificates/crl.pem"])
    of_day = crl.CertificateList.load(listed)["tbs_cert_list"]["this_update"].native
    commands = {
        "day": f"{of_day:%Y-%m-%d}",
        "number": application.number,
        "company": application.company,
        "years": settings.RETENTION_YEARS,
        "titles": "\n".join(f"  {title}" for title in titles),
        "pdfsig": "\n".join(
            f"  $ pdfsig -nocert {name}"
            for name in signed
            if f"timestamps/{Path(name).stem}-1" in stamps
        ),
        "qpdf": "\n".join(f"  $ qpdf --check {name}" for name in signed),
        "stamps": "\n".join(
            f"  $ openssl ts -verify -data {stem}.sig -in {stem}.tst -token_in -CAfile {ca}"
            for stem in stamps
        ),
        "certificates": "\n".join(
            f"  $ openssl verify -attime {int(of_day.timestamp())} -CAfile {ca}"
            f" -CRLfile certificates/crl.pem -crl_check {name}"
            for name in holders
        ),
    }
    return text.format(**commands).encode()


def _zip(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name, NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return buffer.getvalue()

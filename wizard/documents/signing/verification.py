"""Any bytes in, findings out: who signed a PDF, whether it is intact, and what was changed since.

Nothing is fetched and nothing is believed: the bytes may be garbage, cut, or made to harm.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import itertools
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from asn1crypto import crl, x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from wizard.documents.extras import DATA_NAME
from wizard.documents.signing import differences, envelope
from wizard.documents.signing.broken import BROKEN
from wizard.documents.signing.differences import NOTHING, Change, Differences
from wizard.documents.signing.lasting import Lasting
from wizard.documents.signing.lasting import found as found_lasting

MOST_SIGNATURES: Final = 12
MOST_REVISIONS: Final = 24
MOST_DATA: Final = 500_000  # bytes of the attached JSON; ours have under 20,000
END: Final = re.compile(rb"%%EOF[\r\n]*")


class Flaw(StrEnum):
    """Why a signature is not intact; the first of these that is found."""

    RANGE = "range"  # what it says to cover is not the file at its time without the signature
    UNREADABLE = "unreadable"
    BYTES = "bytes"  # the covered bytes are not those that were signed
    VALUE = "value"  # the signature itself does not hold
    WRITING = "writing"  # its value is not written as programs write it
    OTHER_VALUE = "other-value"  # it holds, but is not the one that was issued


class Term(StrEnum):
    """A certificate of our CA that was used outside its term."""

    EARLY = "early"
    LATE = "late"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One signature. `since`: what was changed after it; further signatures are no change.

    `trusted` by our CA; None where that cannot be known, since the signature does not hold.
    `term`: why not, where the certificate is of our CA but was used too early or too late.
    """

    field: str
    signer: str = ""
    code: str = ""  # 统一社会信用代码 of the certificate, or empty
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    flaw: Flaw | None
    trusted: bool | None = None
    term: Term | None = None
    revoked: bool = False  # before it signed, or nobody knows
    revoked_at: datetime | None = None  # before or after it signed
    to_the_end: bool = False
    since: Differences = NOTHING
    issuer: str = ""
    serial: str = ""
    fingerprint: str = ""

    @property
    def intact(self) -> bool:
        """The bytes it covers are those that were signed, and its own bytes are as written."""
        return self.flaw is None

    @property
    def good(self) -> bool:
        """Intact, by a certificate of ours not revoked by then, with nothing changed since."""
        return self.flaw is None and bool(self.trusted) and not (self.revoked or self.since.changes)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was found in a file. `prefixes`: SHA-256 of every earlier revision, oldest first.

    `code`: the short id that the attached data claim, as they write it: nothing vouches for it.
    """

    sha256: str
    size: int
    readable: bool
    encrypted: bool = False
    findings: tuple[Finding, ...] = ()
    prefixes: tuple[str, ...] = ()
    unsigned_end: bool = False  # something stands after the last signed byte
    lasting: Lasting | None = None
    code: str = ""

    @property
    def fields(self) -> frozenset[str]:
        """Who signed, by the ids of the boxes."""
        return frozenset(finding.field for finding in self.findings)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A file beside the one that was issued. `swapped`: fields whose signature is another one.

    `bytes_off`: how many bytes differ, where both have the same length.
    """

    differences: Differences | None  # None: one of the two cannot be read
    swapped: frozenset[str] = frozenset()
    bytes_off: int | None = None


def examine(content: bytes, *, root: bytes, revocations: bytes) -> Report:
    """Everything that can be said about these bytes; never raises for what they contain.

    `root`: the CA's certificate, `revocations`: its list, both DER.
    """
    report = unread(content)
    try:
        with _silence():
            reader = PdfFileReader(io.BytesIO(content), strict=False)
            if reader.encrypted:
                return dataclasses.replace(report, encrypted=True)
            int(reader.root["/Pages"]["/Count"])
            findings = tuple(_findings(reader, content, root, revocations))
            lasting = found_lasting(reader, content, _context(root, revocations))
    except BROKEN:
        return report
    return dataclasses.replace(
        report,
        readable=True,
        findings=findings,
        unsigned_end=bool(findings)
        and not any(one.to_the_end for one in findings)
        and not (lasting and lasting.to_the_end),
        lasting=lasting,
        code=_claimed_code(reader),
    )


def compare(issued: bytes, content: bytes) -> Comparison:
    """The bytes beside those that were issued; never raises for what they contain."""
    off = None
    if len(issued) == len(content):
        off = sum(one != other for one, other in zip(issued, content, strict=True))
    try:
        with _silence():
            before = PdfFileReader(io.BytesIO(issued), strict=False)
            after = PdfFileReader(io.BytesIO(content), strict=False)
            found = differences.between(before.root, after.root)
            ours, theirs = _tokens(before, issued), _tokens(after, content)
    except BROKEN:
        return Comparison(differences=None, bytes_off=off)
    swapped = {field for field, own in theirs.items() if ours.get(field, own) != own}
    return Comparison(differences=found, swapped=frozenset(swapped), bytes_off=off)


def unread(content: bytes) -> Report:
    """What can be said without opening it."""
    return Report(
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        readable=False,
        prefixes=tuple(_prefixes(content)),
    )


def _claimed_code(reader: PdfFileReader) -> str:
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        places = range(0, len(names) - 1, 2)
        place = next(place for place in places if names[place] == DATA_NAME)
        data = names[place + 1]["/EF"]["/F"].data
        return str(json.loads(data[:MOST_DATA])["verify"]["short"])[:40]
    except (*BROKEN, StopIteration):
        return ""


def _tokens(reader: PdfFileReader, content: bytes) -> dict[str, bytes]:
    """What stands in the file as the value of each signature whose place can be found."""
    found = {}
    for field, value, _reference in enumerate_sig_fields(reader, filled_status=True):
        try:
            found[str(field)] = envelope.token(content, value.get_object()["/ByteRange"])
        except BROKEN:
            continue
    return found


def _prefixes(content: bytes) -> Iterator[str]:
    ends = [match.end() for match in END.finditer(content)][:MOST_REVISIONS]
    for end in ends:
        if end < len(content):
            yield hashlib.sha256(content[:end]).hexdigest()
            # The writer of the next revision may have found no line end there, or its own.
            bare = content[:end].rstrip(b"\r\n")
            yield hashlib.sha256(bare).hexdigest()
            yield hashlib.sha256(bare + b"\n").hexdigest()


def _findings(
    reader: PdfFileReader, content: bytes, root: bytes, revocations: bytes
) -> Iterator[Finding]:
    """All signatures, `MOST_SIGNATURES` at most, in the order of signing; unreadable ones last."""
    signatures, unreadable = [], []
    fields = enumerate_sig_fields(reader, filled_status=True)
    for name, _value, reference in itertools.islice(fields, MOST_SIGNATURES):
        try:
            signature = EmbeddedPdfSignature(reader, reference.get_object(), str(name))
            if signature.sig_object_type == "/Sig":
                signatures.append(signature)
        except BROKEN:
            unreadable.append(Finding(field=str(name), flaw=Flaw.UNREADABLE))
    for signature in sorted(signatures, key=lambda one: one.signed_revision):
        yield _finding(reader, signature, content, root, revocations)
    yield from unreadable


def _finding(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    content: bytes,
    root: bytes,
    revocations: bytes,
) -> Finding:
    try:
        certificate = signature.signer_cert
        subject = certificate.subject.native
        claimed = signature.self_reported_timestamp
    except BROKEN:
        return Finding(field=str(signature.field_name), flaw=Flaw.UNREADABLE)
    status = _status(signature, root, revocations)
    stamped = _stamped(status)
    if stamped and certificate.not_valid_after < datetime.now(UTC):  # a time stamp outlasts it
        status = _status(signature, root, revocations, at=stamped)
    details = status.revocation_details if status and status.revoked else None
    whole = status is not None and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    holds = status is not None and status.intact and status.valid
    trusted = bool(status and (status.trusted or status.revoked))
    flaw = _flaw(signature, status, content)
    return Finding(
        field=str(signature.field_name),
        signer=_text(subject.get("common_name")),
        code=_text(subject.get("serial_number")),
        claimed_at=claimed,
        stamped_at=stamped,
        flaw=flaw,
        trusted=trusted if holds else None,
        term=_term(certificate, stamped, root) if holds and not trusted else None,
        revoked=bool(status and _was_revoked(status, stamped)),
        revoked_at=details.revocation_date if details else None,
        to_the_end=whole,
        since=NOTHING if whole or status is None else _since(reader, signature, status, flaw),
        issuer=_text(certificate.issuer.native.get("common_name")),
        serial=f"{certificate.serial_number:X}",
        fingerprint=certificate.sha256.hex(),
    )


def _status(
    signature: EmbeddedPdfSignature, root: bytes, revocations: bytes, *, at: datetime | None = None
) -> PdfSignatureStatus | None:
    """What the library says, of the certificate as it was `at` that time, else as it is now."""
    try:
        return validate_pdf_signature(
            signature,
            signer_validation_context=_context(root, revocations, at=at),
            ts_validation_context=_context(root, revocations),
        )
    except BROKEN:
        return None


def _stamped(status: PdfSignatureStatus | None) -> datetime | None:
    stamp = status.timestamp_validity if status else None
    if stamp and stamp.intact and stamp.valid and stamp.trusted:
        at: datetime = stamp.timestamp
        return at
    return None


def _term(certificate: x509.Certificate, stamped: datetime | None, root: bytes) -> Term | None:
    """Whether a certificate that our CA issued was not good yet, or no more, when it signed."""
    at = stamped or datetime.now(UTC)
    if certificate.not_valid_before <= at <= certificate.not_valid_after:
        return None
    try:
        ours = load_der_x509_certificate(root)
        load_der_x509_certificate(certificate.dump()).verify_directly_issued_by(ours)
    except (InvalidSignature, *BROKEN):
        return None
    return Term.EARLY if at < certificate.not_valid_before else Term.LATE


def _flaw(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus | None, content: bytes
) -> Flaw | None:
    try:
        found = envelope.token(content, signature.byte_range)
    except BROKEN:
        return Flaw.RANGE
    if status is None:
        return Flaw.UNREADABLE
    if not status.intact:
        return Flaw.BYTES
    if not status.valid:
        return Flaw.VALUE
    if not envelope.is_as_written(found):
        return Flaw.WRITING
    whole = status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    return None if whole else Flaw.RANGE


def _was_revoked(status: PdfSignatureStatus, stamped: datetime | None) -> bool:
    """Whether the certificate was revoked when it signed; without a time stamp, nobody knows."""
    if not status.revoked:
        return False
    details = status.revocation_details
    if stamped is None or details is None or details.ca_revoked:
        return True
    return bool(stamped >= details.revocation_date)


def _text(value: object) -> str:
    """A name of a certificate; several of one kind are joined."""
    if isinstance(value, list):
        return "，".join(str(part) for part in value)[:200]
    return str(value)[:200] if value else ""


def _context(root: bytes, revocations: bytes, *, at: datetime | None = None) -> ValidationContext:
    """`at` a moment that has been, by the list as it is known now."""
    return ValidationContext(
        moment=at,
        retroactive_revinfo=at is not None,
        trust_roots=[x509.Certificate.load(root)],
        crls=[crl.CertificateList.load(revocations)],
        allow_fetching=False,
        revocation_mode="require",
    )


def _since(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    flaw: Flaw | None,
) -> Differences:
    """What differs between the signed revision and the file as it is.

    Where nothing of a reader's terms does, a flaw says enough.
    """
    if status.docmdp_ok and status.modification_level is not None:
        return NOTHING
    try:
        before = reader.get_historical_root(signature.signed_revision)
        found = differences.between(before, reader.root)
    except BROKEN:
        found = NOTHING
    if found.changes or flaw:
        return found
    return Differences(changes=frozenset({Change.OTHER}))


class _silence:  # noqa: N801 - reads as a statement
    """The libraries describe every oddity of a broken file in the log: here it is the finding."""

    NAMES = ("pyhanko", "pyhanko_certvalidator")

    def __enter__(self) -> None:
        for name in self.NAMES:
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def __exit__(self, *_error: object) -> None:
        """The loggers stay quiet: other threads may be reading."""

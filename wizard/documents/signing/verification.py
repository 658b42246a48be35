"""Any bytes in, findings out: who signed a PDF, whether it is intact, and what was changed since.

Nothing is fetched and nothing is believed: the bytes may be garbage, cut, or made to harm.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import logging
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from asn1crypto import crl, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

MOST_SIGNATURES: Final = 12
MOST_REVISIONS: Final = 24
MOST_PAGES: Final = 200
DEEPEST: Final = 40
END: Final = re.compile(rb"%%EOF[\r\n]*")
# What the libraries raise on files that somebody has damaged, on purpose or not.
BROKEN: Final = (
    PdfError,
    SigningError,
    SignatureValidationError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class Change(StrEnum):
    """What was changed after a signature."""

    PAGE = "page"
    ANNOTATION = "annotation"
    FORM = "form"
    OTHER = "other"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One signature. `intact`: the bytes it covers are those that were signed.

    `changes` are those that were added after it; further signatures are none.
    """

    field: str
    signer: str
    code: str  # 统一社会信用代码 of the certificate, or empty
    claimed_at: datetime | None
    stamped_at: datetime | None
    intact: bool
    trusted: bool
    revoked: bool
    to_the_end: bool
    changes: frozenset[Change]
    issuer: str
    serial: str
    fingerprint: str

    @property
    def good(self) -> bool:
        """Intact, by a certificate of ours not revoked by then, with nothing changed since."""
        return self.intact and self.trusted and not self.revoked and not self.changes


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was found in a file. `prefixes`: SHA-256 of every earlier revision, oldest first."""

    sha256: str
    size: int
    readable: bool
    findings: tuple[Finding, ...] = ()
    prefixes: tuple[str, ...] = ()
    unsigned_end: bool = False  # something stands after the last signed byte

    @property
    def fields(self) -> frozenset[str]:
        """Who signed, by the ids of the boxes."""
        return frozenset(finding.field for finding in self.findings)


def examine(content: bytes, *, root: bytes, revocations: bytes) -> Report:
    """Everything that can be said about these bytes; never raises for what they contain.

    `root`: the CA's certificate, `revocations`: its list, both DER.
    """
    report = Report(
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        readable=False,
        prefixes=tuple(_prefixes(content)),
    )
    try:
        with _silence():
            reader = PdfFileReader(io.BytesIO(content), strict=False)
            int(reader.root["/Pages"]["/Count"])
            found = reader.embedded_regular_signatures[:MOST_SIGNATURES]
            findings = tuple(_finding(reader, one, root, revocations) for one in found)
    except BROKEN:
        return report
    return dataclasses.replace(
        report,
        readable=True,
        findings=findings,
        unsigned_end=bool(findings) and not any(one.to_the_end for one in findings),
    )


def _prefixes(content: bytes) -> Iterator[str]:
    ends = [match.end() for match in END.finditer(content)][:MOST_REVISIONS]
    for end in ends:
        if end < len(content):
            yield hashlib.sha256(content[:end]).hexdigest()
            # The writer of the next revision may have found no line end there, or its own.
            bare = content[:end].rstrip(b"\r\n")
            yield hashlib.sha256(bare).hexdigest()
            yield hashlib.sha256(bare + b"\n").hexdigest()


def _finding(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, root: bytes, revocations: bytes
) -> Finding:
    try:
        certificate = signature.signer_cert
        subject = certificate.subject.native
        claimed = signature.self_reported_timestamp
    except BROKEN:
        return _unreadable(str(signature.field_name))
    try:
        status: PdfSignatureStatus | None = validate_pdf_signature(
            signature,
            signer_validation_context=_context(root, revocations),
            ts_validation_context=_context(root, revocations),
        )
    except BROKEN:
        status = None
    stamp = status.timestamp_validity if status else None
    stamped = stamp.timestamp if stamp and stamp.intact and stamp.valid and stamp.trusted else None
    whole = status is not None and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    covered = status is not None and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    return Finding(
        field=str(signature.field_name),
        signer=_text(subject.get("common_name")),
        code=_text(subject.get("serial_number")),
        claimed_at=claimed,
        stamped_at=stamped,
        intact=bool(status and status.intact and status.valid and covered),
        trusted=bool(status and (status.trusted or status.revoked)),
        revoked=bool(status and _was_revoked(status, stamped)),
        to_the_end=whole,
        changes=frozenset() if whole or status is None else _changes(reader, signature, status),
        issuer=_text(certificate.issuer.native.get("common_name")),
        serial=f"{certificate.serial_number:X}",
        fingerprint=certificate.sha256.hex(),
    )


def _was_revoked(status: PdfSignatureStatus, stamped: datetime | None) -> bool:
    """Whether the certificate was revoked when it signed; without a time stamp, nobody knows."""
    if not status.revoked:
        return False
    details = status.revocation_details
    if stamped is None or details is None or details.ca_revoked:
        return True
    return bool(stamped >= details.revocation_date)


def _unreadable(field: str) -> Finding:
    return Finding(
        field=field,
        signer="",
        code="",
        claimed_at=None,
        stamped_at=None,
        intact=False,
        trusted=False,
        revoked=False,
        to_the_end=False,
        changes=frozenset(),
        issuer="",
        serial="",
        fingerprint="",
    )


def _text(value: object) -> str:
    """A name of a certificate; several of one kind are joined."""
    if isinstance(value, list):
        return "，".join(str(part) for part in value)[:200]
    return str(value)[:200] if value else ""


def _context(root: bytes, revocations: bytes) -> ValidationContext:
    return ValidationContext(
        trust_roots=[x509.Certificate.load(root)],
        crls=[crl.CertificateList.load(revocations)],
        allow_fetching=False,
        revocation_mode="require",
    )


def _changes(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, status: PdfSignatureStatus
) -> frozenset[Change]:
    """What differs between the signed revision and the file as it is, in a reader's terms."""
    if status.docmdp_ok and status.modification_level is not None:
        return frozenset()
    try:
        before = reader.get_historical_root(signature.signed_revision)
        found = set(_differences(before, reader.root))
    except BROKEN:
        found = set()
    return frozenset(found or {Change.OTHER})


def _differences(before: Any, after: Any) -> Iterator[Change]:
    old, new = list(_pages(before["/Pages"])), list(_pages(after["/Pages"]))
    if len(old) != len(new):
        yield Change.PAGE
    for one, other in zip(old, new, strict=False):
        if any(_print(one, key) != _print(other, key) for key in ("/Contents", "/Resources")):
            yield Change.PAGE
        if _notes(one) != _notes(other):
            yield Change.ANNOTATION
    if _form(before) != _form(after):
        yield Change.FORM


def _items(array: Any) -> Iterator[Any]:
    """The objects of an array; iterating it would give references to them."""
    for thing in array:
        yield thing.get_object() if isinstance(thing, generic.IndirectObject) else thing


def _pages(node: Any, depth: int = 0) -> Iterator[Any]:
    """Leaves of the page tree, `MOST_PAGES` at most."""
    if depth > DEEPEST:
        return
    for number, kid in enumerate(_items(node.get("/Kids", ()))):
        if number >= MOST_PAGES:
            return
        if kid.get("/Type") == "/Pages":
            yield from _pages(kid, depth + 1)
        else:
            yield kid


def _notes(page: Any) -> list[str]:
    """Fingerprints of the annotations that belong to no form."""
    notes = _items(page.get("/Annots", ()))
    return [_fingerprint(note) for note in notes if note.get("/Subtype") != "/Widget"]


def _form(root: Any) -> list[tuple[str, str]]:
    """Names and values of the fields that are no signatures, and how many there are of those."""
    fields = _items(root.get("/AcroForm", {}).get("/Fields", ()))
    return [
        (str(field.get("/T", "")), _fingerprint(field.get("/V")))
        if field.get("/FT") != "/Sig"
        else (str(field.get("/T", "")), "")
        for field in fields
    ]


def _print(page: Any, key: str) -> str:
    return _fingerprint(page.get(key))


def _fingerprint(thing: Any, depth: int = 0, seen: set[tuple[int, int]] | None = None) -> str:
    """A hash over an object and all that hangs from it, parents left out, each object once."""
    seen = set() if seen is None else seen
    if isinstance(thing, generic.IndirectObject):
        name = (thing.idnum, thing.generation)
        if name in seen:
            return "again"
        seen.add(name)
        thing = thing.get_object()
    if depth > DEEPEST:
        return ""
    digest = hashlib.sha256(type(thing).__name__.encode())
    if isinstance(thing, generic.DictionaryObject):
        for key in sorted(thing, key=str):
            if key not in {"/Parent", "/P", "/StructParent", "/StructParents"}:
                digest.update(str(key).encode("utf-8", "surrogatepass"))
                digest.update(_fingerprint(thing.raw_get(key), depth + 1, seen).encode())
        if isinstance(thing, generic.StreamObject):
            digest.update(thing.encoded_data)
    elif isinstance(thing, list):
        for part in thing:
            digest.update(_fingerprint(part, depth + 1, seen).encode())
    else:
        digest.update(repr(thing).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class _silence:  # noqa: N801 - reads as a statement
    """The libraries describe every oddity of a broken file in the log: here it is the finding."""

    NAMES = ("pyhanko", "pyhanko_certvalidator")

    def __enter__(self) -> None:
        for name in self.NAMES:
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def __exit__(self, *_error: object) -> None:
        """The loggers stay quiet: other threads may be reading."""

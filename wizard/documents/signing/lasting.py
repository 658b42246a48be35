"""Signatures that outlast their certificates: PAdES B-LTA (ETSI EN 319 142-1 §6) on top of B-T.

What a verifier would have to fetch (certificates, revocation list) is put into the file, and a
document time stamp over all of it proves that it was there then. No network is asked.
"""

from __future__ import annotations

import dataclasses
import io
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from asn1crypto import crl
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from wizard.documents.signing import envelope
from wizard.documents.signing.broken import BROKEN
from wizard.documents.signing.revisions import Revision, Sign, filled

# Hexadecimal digits for a time stamp with its certificates; measured: under 4,000.
RESERVED: Final = 8_000
FIELD: Final = "stamp-"
MOST_FIELDS: Final = 24


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Lasting:
    """What was found of it in a file: the last document time stamp, and what it covers.

    `sound`: intact, by a time-stamp service of ours, only signatures came after it. `complete`: it
    covers the certificates of all that signed before it, and a revocation list.
    """

    at: datetime | None = None
    sound: bool = False
    complete: bool = False
    to_the_end: bool = False


def preserve(content: bytes, *, revocations: Callable[[datetime], bytes], by: Sign) -> bytes:
    """The signed document with two more revisions: what proves its signatures, and a time stamp.

    `revocations` gives the list as it stood at a moment, DER: that of the last signature's time
    stamp, so that the same document asks the same question again. `by` makes the time stamp token
    (RFC 3161). Raises `ValueError` without a time-stamped signature, and what the two raise.
    """
    reader = PdfFileReader(io.BytesIO(content))
    stamped = max(_stamps(reader))
    field = f"{FIELD}{len(reader.embedded_timestamp_signatures) + 1}"
    certificates = {
        one.dump(): one
        for signature in reader.embedded_signatures
        for one in (signature.signer_cert, *signature.other_embedded_certs)
    }
    proof = Revision(content, f"proof of {field}", stamped)
    DocumentSecurityStore.supply_dss_in_writer(
        proof,
        None,
        certs=[certificates[der] for der in sorted(certificates)],
        crls=[crl.CertificateList.load(revocations(stamped))],
    )
    proven = io.BytesIO()
    proof.write(proven)  # type: ignore[no-untyped-call] # pyHanko
    writer = Revision(proven.getvalue(), field, stamped)
    embedder = PdfCMSEmbedder().write_cms(field_name=field, writer=writer)
    next(embedder)
    embedder.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=RESERVED)))
    return filled(embedder, by)


def found(reader: PdfFileReader, content: bytes, trust: ValidationContext) -> Lasting | None:
    """The last document time stamp that can be read, None where there is none."""
    signed: list[EmbeddedPdfSignature] = []
    stamps: list[EmbeddedPdfSignature] = []
    fields = enumerate_sig_fields(reader, filled_status=True)
    for name, _value, reference in itertools.islice(fields, MOST_FIELDS):
        try:
            one = EmbeddedPdfSignature(reader, reference.get_object(), str(name))
            (stamps if one.sig_object_type == "/DocTimeStamp" else signed).append(one)
        except BROKEN:
            continue
    if not stamps:
        return None
    last = max(stamps, key=lambda one: one.signed_revision)
    try:
        status = validate_pdf_timestamp(last, validation_context=trust)
        written = envelope.is_as_written(envelope.token(content, last.byte_range))
    except BROKEN:
        return Lasting()
    to_the_end = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    unchanged = to_the_end or (status.docmdp_ok and status.modification_level is not None)
    return Lasting(
        at=status.timestamp,
        sound=all((status.intact, status.valid, status.trusted, unchanged, written)),
        complete=_proves(reader, last, signed),
        to_the_end=to_the_end,
    )


def _proves(
    reader: PdfFileReader, stamp: EmbeddedPdfSignature, signed: list[EmbeddedPdfSignature]
) -> bool:
    try:
        store = DocumentSecurityStore.read_dss(
            reader.get_historical_resolver(stamp.signed_revision)
        )
        before = [one for one in signed if one.signed_revision < stamp.signed_revision]
        known = all(one.signer_cert.issuer_serial in store.certs for one in before)
    except BROKEN:
        return False
    return bool(before and known and store.crls)


def _stamps(reader: PdfFileReader) -> Iterator[datetime]:
    """When each signature was time-stamped."""
    for signature in reader.embedded_regular_signatures:
        for attribute in signature.signer_info["unsigned_attrs"]:
            if attribute["type"].native == "signature_time_stamp_token":
                token = attribute["values"][0]["content"]["encap_content_info"]["content"]
                yield token.parsed["gen_time"].native

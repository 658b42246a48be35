"""Signatures that outlast their certificates: PAdES B-LTA (ETSI EN 319 142-1 §6) on top of B-T.

What a verifier would have to fetch (certificates, revocation list) is put into the file, and a
document time stamp over all of it proves that it was there then. No network is asked.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from asn1crypto import crl
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from wizard.documents.signing.revisions import Revision, Sign, filled

# Hexadecimal digits for a time stamp with its certificates; measured: under 4,000.
RESERVED: Final = 8_000
FIELD: Final = "stamp-"


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


def _stamps(reader: PdfFileReader) -> Iterator[datetime]:
    """When each signature was time-stamped."""
    for signature in reader.embedded_regular_signatures:
        for attribute in signature.signer_info["unsigned_attrs"]:
            if attribute["type"].native == "signature_time_stamp_token":
                token = attribute["values"][0]["content"]["encap_content_info"]["content"]
                yield token.parsed["gen_time"].native

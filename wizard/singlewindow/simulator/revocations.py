"""The certificate revocation list (RFC 5280 §5), made anew every day and at every revocation.

A list depends on nothing but the moment it is asked for and what was known by then: the same
question gets the same bytes from every process, and nobody has to remember which list was last.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from wizard.singlewindow.simulator.certificates import KeyPair

# A list lasts longer than the next one takes to appear: a site that was off for days still has one.
LASTS: Final = timedelta(days=7)
DAY_SECONDS: Final = 86_400
# Days since 1970 in the upper digits, revocations known so far in the lower ones.
MOST_REVOCATIONS: Final = 2**24


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Revocation:
    """`since`: from when on the key is not to be trusted; `known`: when it was put on the list."""

    since: datetime
    known: datetime

    def dumped(self) -> dict[str, str]:
        """The same for JSON."""
        return {"since": self.since.isoformat(), "known": self.known.isoformat()}

    @classmethod
    def loaded(cls, kept: Mapping[str, str]) -> Revocation:
        """What `dumped` gave."""
        return cls(
            since=datetime.fromisoformat(kept["since"]), known=datetime.fromisoformat(kept["known"])
        )


def signed_list(root: KeyPair, revocations: Mapping[int, Revocation], *, at: datetime) -> bytes:
    """The list as it stood at `at`, by serial number of the certificates; DER.

    Its number (§5.2.3) grows with every day and every revocation.
    """
    days = int(at.timestamp()) // DAY_SECONDS
    day = datetime.fromtimestamp(days * DAY_SECONDS, UTC)
    known = {serial: one for serial, one in revocations.items() if one.known <= at}
    issued = max([day, *(one.known for one in known.values())])
    builder = (
        x509.CertificateRevocationListBuilder(
            issuer_name=root.certificate.subject, last_update=issued, next_update=issued + LASTS
        )
        .add_extension(x509.CRLNumber(days * MOST_REVOCATIONS + len(known)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()),
            critical=False,
        )
    )
    for serial, one in sorted(known.items()):
        entry = x509.RevokedCertificateBuilder(serial, one.since)
        builder = builder.add_revoked_certificate(entry.build())
    # Deterministic (RFC 6979): the same list has the same bytes, however often it is asked for.
    signed = builder.sign(root.key, hashes.SHA256(), ecdsa_deterministic=True)
    return signed.public_bytes(serialization.Encoding.DER)

"""What crosses the boundary when a document is signed: who signs which bytes on whose authority.

`SigningAuthority` is an interface: the simulator's demo keys serve it today, a PKCS#11 token or a
remote certification authority may serve it later (the shape is that of the Cloud Signature
Consortium's API: authorise once with a PIN, then sign exactly what was authorised). Keys never
leave the authority; what comes back is a CMS signature (PAdES, ETSI EN 319 142-1).
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Party(StrEnum):
    """Who signs. The values are the ids of the signature boxes, without `sig-`.

    `TIME` is no party and has no box: the time-stamp service, which stamps the whole file (B-LTA).
    """

    EXPORTER = "exporter"
    INSURER = "insurer"
    OPERATOR = "operator"
    TIME = "time"


class Paper(StrEnum):
    """What is signed."""

    AGREEMENT = "agreement"
    POLICY = "policy"
    TRAIL = "trail"


class SignatureRefused(Exception):  # noqa: N818 - says what happened
    """The authority does not sign these bytes for this party; nothing was signed."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SignatureRequest:
    """One signature that is asked for.

    `authorised_by`: key of the accepted write with which the exporter authorised it (the PIN was
    checked there). `covered`: the bytes of the file that the signature covers; the first `base` of
    them are the document as it was shown.
    """

    uscc: str
    number: str
    paper: Paper
    party: Party
    authorised_by: str
    base: int
    covered: bytes = dataclasses.field(repr=False)


class SigningAuthority(Protocol):
    """Keys, certificates and time of one world's authority."""

    def sign(self, request: SignatureRequest) -> bytes:
        """The CMS signature with its RFC 3161 time stamp, DER; for `Party.TIME` a time stamp alone.

        The same bytes for the same party get the same answer for ever. Raises `SignatureRefused`
        and `OutcomeUnknown`.
        """
        ...

    def authority_certificate(self) -> bytes:
        """The root that all certificates hang from, DER."""
        ...

    def revocations(self) -> bytes:
        """The certificate revocation list (RFC 5280), DER."""
        ...

    def revocations_at(self, at: datetime) -> bytes:
        """The list as it stood at `at`, an aware time; DER.

        Raises `NotFound` for a moment before the first certificate or still to come.
        """
        ...

    def time_stamp(self, request: bytes) -> bytes:
        """Answer to a time-stamp request, both DER (RFC 3161): a stamp, or why there is none."""
        ...

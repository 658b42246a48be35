"""Whoever holds the keys: what a signature needs of them, and nothing that would give a key away.

`Custody` is the interface behind every signature. The demo's keys lie in files beside the simulator
(`simulator/keys.py`); a PKCS#11 token or a remote certification authority takes their place by
serving these methods. What reaches a key is a hash; what comes back is the bare signature.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Protocol


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate names: registered name, and 统一社会信用代码 where there is one.

    `realm` keeps holders of one name apart, as the same company in two demonstrations; no
    certificate says it.
    """

    name: str
    uscc: str = ""
    realm: str = ""


class SigningKey(Protocol):
    """One P-256 key with its certificate; the key itself may be anywhere."""

    @property
    def der(self) -> bytes:
        """The certificate, DER."""
        ...

    def sign_digest(self, digest: bytes) -> bytes:
        """The ECDSA signature over a SHA-256 digest of 32 bytes, as Ecdsa-Sig-Value (RFC 3279).

        Raises `OutcomeUnknown` when whoever holds the key does not answer.
        """
        ...


class Custody(Protocol):
    """All keys of one authority; safe to share between threads."""

    def authority_certificate(self) -> bytes:
        """The root that all certificates hang from, DER."""
        ...

    def of(self, holder: Holder) -> SigningKey:
        """The holder's one key, another one once its certificate is revoked."""
        ...

    def time_stamper(self) -> SigningKey:
        """The time-stamp authority's key; its certificate is for time stamps only."""
        ...

    def revoke(self, key: SigningKey, *, at: datetime) -> None:
        """Put the certificate on the revocation list as of `at`, an aware time."""
        ...

    def forget(self, realm: str) -> None:
        """Throw the keys of a realm away; what they signed stays as it is."""
        ...

    def revocations(self, *, at: datetime) -> bytes:
        """The certificate revocation list as it stood at `at`, an aware time; DER (RFC 5280)."""
        ...

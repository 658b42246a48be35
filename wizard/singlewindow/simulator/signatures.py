"""The authority's hand that signs: what was authorised, for whom, once, with the keys it holds."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from asn1crypto import tsp, x509
from asn1crypto.algos import SignedDigestAlgorithm
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from wizard.singlewindow.custody import Custody, Holder, SigningKey
from wizard.singlewindow.faults import NotFound
from wizard.singlewindow.port import Stage
from wizard.singlewindow.signing import (
    Paper,
    Party,
    SignatureRefused,
    SignatureRequest,
    SigningAuthority,
)
from wizard.singlewindow.simulator import cases, reviews
from wizard.singlewindow.simulator.clock import RealClock
from wizard.singlewindow.simulator.stamping import OwnStamper
from wizard.singlewindow.simulator.store import Store
from wizard.singlewindow.simulator.world import Case, Company, World

# The institutions of the demonstration, by the names that stand on their seals.
INSTITUTIONS: Final = {
    Party.INSURER: Holder("出口信用保险演示保险人"),
    Party.OPERATOR: Holder("单一窗口演示运营方"),
}
ISSUED: Final = frozenset({Stage.ISSUED, Stage.ACKNOWLEDGED})
LONGEST_TIME_STAMP_REQUEST: Final = 4096


class WorldSignatures(SigningAuthority):
    """`SigningAuthority` of one world; cheap to make."""

    def __init__(self, store: Store, keys: Custody, world: str, *, real_clock: RealClock) -> None:
        self._store, self._keys, self._name = store, keys, world
        self._real_clock = real_clock

    def sign(self, request: SignatureRequest) -> bytes:
        """As in `SigningAuthority`; what was signed once is never signed differently."""
        world = self._store.load(self._name)
        if world is None:
            raise SignatureRefused("There is no such world")
        holder = self._check(world, request)
        digest = hashlib.sha256(request.covered).hexdigest()
        shown = hashlib.sha256(request.covered[: request.base]).hexdigest()
        name = f"{request.number}.{request.paper.value}.{request.party.value}.{shown}"
        known = self._store.signature(self._name, name)
        if known is None:
            made = signature(self._keys.of(holder), bytes.fromhex(digest), self._stamper(world))
            with self._store.transaction(self._name) as transaction:
                known = transaction.keep_signature(name, digest, made)
        if known[0] != digest:
            raise SignatureRefused("Other bytes were signed for this party already")
        return known[1]

    def authority_certificate(self) -> bytes:
        """As in `SigningAuthority`."""
        return self._keys.authority_certificate()

    def revocations(self) -> bytes:
        """As in `SigningAuthority`."""
        return self._keys.revocations(at=self._real_clock())

    def time_stamp(self, request: bytes) -> bytes:
        """As in `SigningAuthority`."""
        if len(request) > LONGEST_TIME_STAMP_REQUEST:
            raise ValueError("A time-stamp request is a few dozen bytes long")
        world = self._store.load(self._name)
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            answer: bytes = self._stamper(world).answer(asked).dump()
        except (TypeError, LookupError) as error:  # how the library says that bytes are no DER
            raise ValueError("This is no time-stamp request") from error
        return answer

    def _check(self, world: World, request: SignatureRequest) -> Holder:
        """Whose key signs. Raises `SignatureRefused` unless the exporter's PIN stands behind it."""
        try:
            company = world.company(request.uscc)
            case = cases.case_of(company, request.number)
        except NotFound:
            raise SignatureRefused("There is no such application") from None
        if request.paper is Paper.AGREEMENT:
            self._check_agreement(case, company, request)
        elif request.paper is Paper.POLICY:
            self._check_policy(world, case, company, request)
        elif request.party is not Party.OPERATOR:
            raise SignatureRefused("The record is the platform's own word")
        return INSTITUTIONS.get(request.party) or Holder(company.profile.name, company.profile.uscc)

    def _check_agreement(self, case: Case, company: Company, request: SignatureRequest) -> None:
        shown = hashlib.sha256(request.covered[: request.base]).hexdigest()
        if not case.agreement_sha256 or case.agreement_sha256 != shown:
            raise SignatureRefused("The PIN was entered for another text")
        if not self._authorised("sign_agreement", company, request):
            raise SignatureRefused("No PIN was entered for this signature")

    def _check_policy(
        self, world: World, case: Case, company: Company, request: SignatureRequest
    ) -> None:
        stage = reviews.stage_at(case, world.clock.now(self._real_clock()))
        if stage not in ISSUED or request.party is Party.OPERATOR:
            raise SignatureRefused("There is no policy to sign")
        if request.party is Party.EXPORTER and not self._authorised(
            "acknowledge_policy", company, request
        ):
            raise SignatureRefused("The policy has not been acknowledged")

    def _authorised(self, operation: str, company: Company, request: SignatureRequest) -> bool:
        answer = self._store.answer(self._name, company.profile.uscc, request.authorised_by)
        return (
            answer is not None
            and answer[1].operation == operation
            and answer[1].application_number == request.number
        )

    def _stamper(self, world: World | None) -> OwnStamper:
        real = self._real_clock

        def now() -> datetime:
            return world.clock.now(real()) if world else real()

        return OwnStamper(self._keys.time_stamper(), self._keys.authority_certificate(), now)


def signature(key: SigningKey, digest: bytes, stamper: OwnStamper) -> bytes:
    """The CMS signature (PAdES) over a SHA-256 digest, with its time stamp; DER."""
    made = asyncio.run(
        _Hand(key, also=stamper.certificates).async_sign(
            digest, "sha256", use_pades=True, timestamper=stamper
        )
    )
    content: bytes = made.dump()
    return content


class _Hand(Signer):
    """What the signing library needs of a key that only signs hashes.

    `also`: the certificates that a verifier needs beside the signer's own.
    """

    def __init__(self, key: SigningKey, *, also: Iterable[x509.Certificate]) -> None:
        super().__init__(
            signing_cert=x509.Certificate.load(key.der),
            cert_registry=SimpleCertificateStore.from_certs(also),
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )
        self._key = key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 - SHA-256, as the mechanism says
        dry_run: bool = False,  # noqa: ARG002 - costs a hash
    ) -> bytes:
        """What the signing library asks."""
        return self._key.sign_digest(hashlib.sha256(data).digest())

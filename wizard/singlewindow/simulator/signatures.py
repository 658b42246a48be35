"""The authority's hand that signs: what was authorised, for whom, once, with the keys it holds."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
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
from wizard.singlewindow.simulator import cases, reviews, seals
from wizard.singlewindow.simulator.certificates import NOT_BEFORE
from wizard.singlewindow.simulator.clock import RealClock
from wizard.singlewindow.simulator.stamping import OwnStamper, refusal
from wizard.singlewindow.simulator.store import Store
from wizard.singlewindow.simulator.weather import Call, Forecast, weather
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
        shown = _shown(request)
        name = f"{request.number}.{request.paper.value}.{request.party.value}.{shown}"
        known = self._store.signature(self._name, name)
        if known is None:
            made = self._make(holder, bytes.fromhex(digest), world)
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

    def revocations_at(self, at: datetime) -> bytes:
        """As in `SigningAuthority`."""
        if at.tzinfo is None:
            raise ValueError("A moment has its time zone")
        if not NOT_BEFORE <= at <= self._now(self._store.load(self._name)):
            raise NotFound(str(at))
        return self._keys.revocations(at=at)

    def time_stamp(self, request: bytes) -> bytes:
        """As in `SigningAuthority`."""
        if len(request) > LONGEST_TIME_STAMP_REQUEST:
            return refusal("bad_data_format", "A time-stamp request is a few dozen bytes long")
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            asked.native  # noqa: B018 - the library reads when it is asked, all of it now
        except (TypeError, LookupError, ValueError):
            return refusal("bad_data_format", "This is no time-stamp request")
        try:
            answer: bytes = self._stamper(self._store.load(self._name)).answer(asked).dump()
        except ValueError as weak:
            return refusal("bad_alg", str(weak))
        return answer

    def _check(self, world: World, request: SignatureRequest) -> Holder | None:
        """Whose key signs, None for a time stamp.

        Raises `SignatureRefused` unless the exporter's PIN stands behind it.
        """
        try:
            company = world.company(request.uscc)
            case = cases.case_of(company, request.number)
        except NotFound:
            raise SignatureRefused("There is no such application") from None
        if request.paper is Paper.AGREEMENT:
            self._check_agreement(case, company, request)
        elif request.paper is Paper.POLICY:
            self._check_policy(world, case, company, request)
        elif request.party not in {Party.OPERATOR, Party.TIME}:
            raise SignatureRefused("The record is the platform's own word")
        if request.party is Party.TIME:
            return None
        return INSTITUTIONS.get(request.party) or self._owner_of_the_seal(case, company)

    def _check_agreement(self, case: Case, company: Company, request: SignatureRequest) -> None:
        if case.agreement_sha256 != _shown(request):
            raise SignatureRefused("The PIN was entered for another text")
        if not self._authorised("sign_agreement", company, request):
            raise SignatureRefused("No PIN was entered for this signature")

    def _check_policy(
        self, world: World, case: Case, company: Company, request: SignatureRequest
    ) -> None:
        stage = reviews.stage_at(case, world.clock.now(self._real_clock()))
        if stage not in ISSUED or request.party is Party.OPERATOR:
            raise SignatureRefused("There is no policy to sign")
        if request.party is not Party.EXPORTER:
            return
        if not self._authorised("acknowledge_policy", company, request):
            raise SignatureRefused("The policy has not been acknowledged")
        if case.policy_sha256 != _shown(request):
            raise SignatureRefused("The PIN was entered for another policy")

    def _authorised(self, operation: str, company: Company, request: SignatureRequest) -> bool:
        answer = self._store.answer(self._name, company.profile.uscc, request.authorised_by)
        return (
            answer is not None
            and answer[1].operation == operation
            and answer[1].application_number == request.number
        )

    def _owner_of_the_seal(self, case: Case, company: Company) -> Holder:
        """The seal belongs to a key: whoever is named on it is named by that key's certificate."""
        seal = seals.seal_named(company, case.seal_id)
        if seal is None:
            raise SignatureRefused("There is no seal to sign with")
        return seals.holder(company, seal.name, world=self._name)

    def _make(self, holder: Holder | None, digest: bytes, world: World) -> bytes:
        stamper = self._stamper(world)
        if holder is not None:
            return signature(self._keys.of(holder), digest, stamper)
        token: bytes = asyncio.run(stamper.async_timestamp(digest, "sha256")).dump()
        return token

    def _stamper(self, world: World | None) -> OwnStamper:
        return OwnStamper(
            self._keys.time_stamper(),
            self._keys.authority_certificate(),
            lambda: self._now(world),
        )

    def _now(self, world: World | None) -> datetime:
        real = self._real_clock()
        return world.clock.now(real) if world else real


class WeatheredSignatures(WorldSignatures):
    """The same without a wire: every call goes through the world's weather."""

    def sign(self, request: SignatureRequest) -> bytes:
        """As in `SigningAuthority`."""
        with self._weather("sign"):
            return super().sign(request)

    def authority_certificate(self) -> bytes:
        """As in `SigningAuthority`."""
        with self._weather("authority_certificate"):
            return super().authority_certificate()

    def revocations(self) -> bytes:
        """As in `SigningAuthority`."""
        with self._weather("revocations"):
            return super().revocations()

    def revocations_at(self, at: datetime) -> bytes:
        """As in `SigningAuthority`."""
        with self._weather("revocations_at"):
            return super().revocations_at(at)

    def time_stamp(self, request: bytes) -> bytes:
        """As in `SigningAuthority`."""
        with self._weather("time_stamp"):
            return super().time_stamp(request)

    def _weather(self, operation: str) -> AbstractContextManager[Forecast | None]:
        return weather(self._store, self._name, Call(operation=operation, real=self._real_clock()))


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


def _shown(request: SignatureRequest) -> str:
    """SHA-256 of the document as it was before anybody signed what is signed now."""
    return hashlib.sha256(request.covered[: request.base]).hexdigest()

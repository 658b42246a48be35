"""The authority's time-stamp service (RFC 3161) with a P-256 key."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar, Final

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.sign import general
from pyhanko.sign.timestamps import TimeStamper

from wizard.singlewindow.custody import SigningKey

# An arc for examples and documentation (ITU-T X.660): no real policy is claimed.
POLICY: Final = "2.999.3161"
DIGESTS: Final = {"sha256": 32, "sha384": 48, "sha512": 64}


class _Refusal(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    """A `TimeStampResp` without token, which RFC 3161 §2.4.2 allows and asn1crypto does not."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def refusal(failure: str, why: str) -> bytes:
    """The answer that gives no stamp, DER; `failure` is a name of PKIFailureInfo."""
    said = {"status": "rejection", "status_string": [why], "fail_info": {failure}}
    answer: bytes = _Refusal({"status": said}).dump()
    return answer


class OwnStamper(TimeStamper):
    """Stamps with the authority's own clock instead of asking a service over the network."""

    def __init__(self, key: SigningKey, root: bytes, now: Callable[[], datetime]) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call] # pyHanko
        self._key, self._now = key, now
        self.certificates = [x509.Certificate.load(one) for one in (key.der, root)]

    def answer(self, request: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The granted time stamp. Raises `ValueError` for a digest that is not SHA-2."""
        imprint = request["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        if DIGESTS.get(algorithm) != len(imprint["hashed_message"].native):
            raise ValueError("Time stamps are given on SHA-256, SHA-384 and SHA-512 digests")
        token = cms.ContentInfo({"content_type": "signed_data", "content": self._signed(request)})
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """What the signing library asks: the answer read from its bytes, as from a wire.

        Below it asn1crypto writes what was built in memory, or filled with a default, anew at each
        level above: usually it does not go there, but it takes a length whose last byte is 0x80
        for an indefinite one and writes everything anew. One signature in a hundred took 15 s.
        """
        return tsp.TimeStampResp.load(self.answer(req).dump())

    def _signed(self, request: tsp.TimeStampReq) -> cms.SignedData:
        certificate = self.certificates[0]
        info = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": request["message_imprint"],
            "serial_number": secrets.randbits(64),
            "gen_time": self._now().astimezone(UTC).replace(microsecond=0),
            "tsa": x509.GeneralName(name="directory_name", value=certificate.subject),
        }
        if request["nonce"].native is not None:
            info["nonce"] = request["nonce"]
        content = tsp.TSTInfo(info).dump()
        attributes = cms.CMSAttributes(
            [
                general.simple_cms_attribute("content_type", "tst_info"),
                general.simple_cms_attribute(
                    "signing_certificate_v2",
                    # Not the default, which is left out and filled in: see above.
                    general.as_signing_certificate_v2(certificate, "sha512"),
                ),
                general.simple_cms_attribute("message_digest", hashlib.sha256(content).digest()),
            ]
        )
        signature = self._key.sign_digest(hashlib.sha256(attributes.dump()).digest())
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(content),
                },
                "certificates": self.certificates,
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": cms.SignerIdentifier(
                            {
                                "issuer_and_serial_number": {
                                    "issuer": certificate.issuer,
                                    "serial_number": certificate.serial_number,
                                }
                            }
                        ),
                        "digest_algorithm": {"algorithm": "sha256"},
                        "signed_attrs": attributes,
                        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                        "signature": signature,
                    }
                ],
            }
        )

"""The certificates of the demo CA: P-256 throughout, 演示 in the CA's own name.

Each names where its issuer's certificate and revocation list are served (RFC 5280 §4.2.1.13 and
§4.2.2.1). There is no OCSP: nothing is named that nobody answers for.
"""

from __future__ import annotations

import dataclasses
import warnings
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from wizard.singlewindow.custody import Holder

# Worlds move their clocks: a certificate is good on every day that a world can reach soon.
NOT_BEFORE: Final = datetime(2020, 1, 1, tzinfo=UTC)
NOT_AFTER: Final = datetime(2070, 1, 1, tzinfo=UTC)
LONGEST_NAME: Final = 64  # ub-common-name of RFC 5280
CA_NAME: Final = "投保向导演示 CA（不具法律效力）"
TSA_NAME: Final = "投保向导演示时间戳服务"
# Below the address that the certificates name.
CA_FILE: Final = "ca.crt"
LIST_FILE: Final = "crl"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class KeyPair:
    """The demo's `SigningKey`: a private key in this process with its certificate, loaded once."""

    key: ec.EllipticCurvePrivateKey = dataclasses.field(repr=False)
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate, DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def sign_digest(self, digest: bytes) -> bytes:
        """As in `SigningKey`."""
        return self.key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


def new_root() -> KeyPair:
    """A new demo CA, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _subject(Holder(CA_NAME))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return KeyPair(key, certificate)


def issue(
    root: KeyPair, holder: Holder, *, stamps_time: bool = False, published_at: str = ""
) -> KeyPair:
    """A new key for `holder` with the root's certificate on it.

    `published_at`: where `CA_FILE` and `LIST_FILE` are served, no slash at its end; empty where
    nobody serves them. `stamps_time`: for time stamps and nothing else (RFC 3161 §2.3).
    """
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_subject(holder))
        .issuer_name(root.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()),
            critical=False,
        )
    )
    if stamps_time:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    if published_at:
        builder = _named_addresses(builder, published_at)
    return KeyPair(key, builder.sign(root.key, hashes.SHA256()))


def _named_addresses(
    builder: x509.CertificateBuilder, published_at: str
) -> x509.CertificateBuilder:
    def uri(file: str) -> x509.UniformResourceIdentifier:
        return x509.UniformResourceIdentifier(f"{published_at}/{file}")

    point = x509.DistributionPoint([uri(LIST_FILE)], None, None, None)
    issuer = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, uri(CA_FILE))
    return builder.add_extension(x509.CRLDistributionPoints([point]), critical=False).add_extension(
        x509.AuthorityInformationAccess([issuer]), critical=False
    )


def _subject(holder: Holder) -> x509.Name:
    name = holder.name[:LONGEST_NAME]
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
        _common_name(name),
    ]
    if holder.uscc:
        # ETSI EN 319 412-1 §5.1.4: NTR, country, number of the national trade register.
        attributes += [
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"NTRCN-{holder.uscc}"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, holder.uscc),
        ]
    return x509.Name(attributes)


def _common_name(name: str) -> x509.NameAttribute[str]:
    """RFC 5280 counts characters (appendix A.1), the library bytes: a hanzi is three of them, so it
    would refuse a company of more than 21.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return x509.NameAttribute(NameOID.COMMON_NAME, name, _validate=False)


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )

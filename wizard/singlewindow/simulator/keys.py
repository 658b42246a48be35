"""The keys that the simulated authority holds: a demo CA made at set-up, P-256 throughout.

Nothing here is ever committed: the files lie beside the simulator's store, readable for their owner
only, and each is made once, by whoever needs it first. The certificates say 演示 in their subject;
电子签名法 art. 13 asks for keys under the signer's sole control, which server-made keys are not.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Worlds move their clocks: a certificate is good on every day that a world can reach soon.
NOT_BEFORE: Final = datetime(2020, 1, 1, tzinfo=UTC)
NOT_AFTER: Final = datetime(2070, 1, 1, tzinfo=UTC)
LONGEST_NAME: Final = 64  # ub-common-name of RFC 5280
CA_NAME: Final = "投保向导演示 CA（不具法律效力）"
TSA_NAME: Final = "投保向导演示时间戳服务"
REVOKED: Final = "revoked.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate names: registered name, and 统一社会信用代码 where there is one."""

    name: str
    uscc: str = ""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class KeyPair:
    """A private key with its certificate, loaded once."""

    key: ec.EllipticCurvePrivateKey = dataclasses.field(repr=False)
    certificate: x509.Certificate

    @property
    def asn1_certificate(self) -> asn1_x509.Certificate:
        """The certificate as asn1crypto has it."""
        return asn1_x509.Certificate.load(self.der)

    @property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        """The key as asn1crypto has it."""
        return asn1_keys.PrivateKeyInfo.load(
            self.key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    @property
    def der(self) -> bytes:
        """The certificate, DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)


class KeyStore:
    """Keys in `folder`, or in memory when it is None; safe to share between threads."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._loaded: dict[str, KeyPair] = {}
        self._revoked: dict[int, datetime] = {}
        self._lock = threading.RLock()

    def root(self) -> KeyPair:
        """The demo CA."""
        return self._pair("ca", _new_root)

    def time_stamper(self) -> KeyPair:
        """The time-stamp authority."""
        return self._pair("tsa", lambda: _issue(self.root(), Holder(TSA_NAME), stamps_time=True))

    def of(self, holder: Holder) -> KeyPair:
        """The holder's one key; another name or code is another holder."""
        digest = hashlib.sha256(f"{holder.uscc}\n{holder.name}".encode()).hexdigest()
        return self._pair(f"holder-{digest[:32]}", lambda: _issue(self.root(), holder))

    def revoke(self, pair: KeyPair, *, at: datetime) -> None:
        """Put the certificate on the revocation list as of `at`, an aware time.

        电子签名法 art. 15: an unsafe key. What was time-stamped before `at` stays valid; a second
        revocation does not move the first one's date.
        """
        with self._lock:
            self._revoked = {pair.certificate.serial_number: at, **self._dates()}
            if self._folder is not None:
                dates = {str(serial): day.isoformat() for serial, day in self._revoked.items()}
                _replace(self._folder / REVOKED, json.dumps(dates).encode())

    def revocations(self) -> bytes:
        """The certificate revocation list, DER."""
        builder = x509.CertificateRevocationListBuilder(
            issuer_name=self.root().certificate.subject,
            last_update=NOT_BEFORE,
            next_update=NOT_AFTER,
        )
        for serial, at in sorted(self._dates().items()):
            entry = x509.RevokedCertificateBuilder(serial, at)
            builder = builder.add_revoked_certificate(entry.build())
        # Deterministic (RFC 6979): the same list has the same bytes, however often it is asked for.
        signed = builder.sign(self.root().key, hashes.SHA256(), ecdsa_deterministic=True)
        return signed.public_bytes(serialization.Encoding.DER)

    def _dates(self) -> dict[int, datetime]:
        """When each certificate was revoked, by serial number."""
        if self._folder is None:
            return dict(self._revoked)
        try:
            kept = json.loads((self._folder / REVOKED).read_bytes())
        except FileNotFoundError:
            return {}
        return {int(serial): datetime.fromisoformat(at) for serial, at in kept.items()}

    def _pair(self, name: str, make: Callable[[], KeyPair]) -> KeyPair:
        with self._lock:
            found = self._loaded.get(name)
            if found is None:
                found = self._loaded[name] = self._kept(name, make)
            return found

    def _kept(self, name: str, make: Callable[[], KeyPair]) -> KeyPair:
        if self._folder is None:
            return make()
        path = self._folder / f"{name}.pem"
        if not path.exists():
            _create(path, _dump(make()))
        return _load(path.read_bytes())


def _new_root() -> KeyPair:
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


def _issue(root: KeyPair, holder: Holder, *, stamps_time: bool = False) -> KeyPair:
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
    return KeyPair(key, builder.sign(root.key, hashes.SHA256()))


def _subject(holder: Holder) -> x509.Name:
    name = holder.name[:LONGEST_NAME]
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    if holder.uscc:
        # ETSI EN 319 412-1 §5.1.4: NTR, country, number of the national trade register.
        attributes += [
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"NTRCN-{holder.uscc}"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, holder.uscc),
        ]
    return x509.Name(attributes)


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


def _dump(pair: KeyPair) -> bytes:
    key = pair.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return key + pair.certificate.public_bytes(serialization.Encoding.PEM)


def _load(pem: bytes) -> KeyPair:
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("The authority's keys are P-256")
    return KeyPair(key, x509.load_pem_x509_certificate(pem))


def _create(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; who comes second keeps what the first one wrote."""
    aside = _aside(path, content)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _replace(path: Path, content: bytes) -> None:
    _aside(path, content).replace(path)


def _aside(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".aside-")  # mode 0600
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    return Path(name)

"""The keys that the simulated authority holds: a demo CA made at set-up, P-256 throughout.

Nothing here is ever committed: the files lie beside the simulator's store, readable for their owner
only, and each is made once, by whoever needs it first. 电子签名法 art. 13 asks for keys under the
signer's sole control, which server-made keys are not.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from wizard.singlewindow.custody import Custody, Holder, SigningKey
from wizard.singlewindow.simulator.certificates import TSA_NAME, KeyPair, issue, new_root
from wizard.singlewindow.simulator.clock import real_now
from wizard.singlewindow.simulator.revocations import Revocation, signed_list

REVOKED: Final = "revoked.json"
MOST_LOADED: Final = 100  # keys in memory; each world has its company's


class KeyStore(Custody):
    """Keys in `folder`, or in memory when it is None.

    `published_at`: the address that new certificates name, see `certificates.issue`.
    """

    def __init__(self, folder: Path | None, *, published_at: str = "") -> None:
        self._folder = folder
        self._published_at = published_at
        self._loaded: dict[str, KeyPair] = {}
        self._revoked: dict[int, Revocation] = {}
        self._lock = threading.RLock()

    def root(self) -> KeyPair:
        """The demo CA."""
        return self._pair("ca", new_root)

    def authority_certificate(self) -> bytes:
        """As in `Custody`."""
        return self.root().der

    def time_stamper(self) -> KeyPair:
        """As in `Custody`."""
        return self._pair("tsa", lambda: self._issue(Holder(TSA_NAME), stamps_time=True))

    def of(self, holder: Holder) -> KeyPair:
        """As in `Custody`."""
        named = _digest(f"{holder.uscc}\n{holder.name}")
        name = f"{_folder_of(holder.realm)}holder-{named}"
        with self._lock:
            pair = self._pair(name, lambda: self._issue(holder))
            revoked = self._revocations()
            if pair.certificate.serial_number in revoked:  # another process may have renewed it
                self._loaded.pop(name)
                pair = self._pair(name, lambda: self._issue(holder))
            if pair.certificate.serial_number in revoked:
                pair = self._loaded[name] = self._issue(holder)
                if self._folder is not None:
                    _replace(self._folder / f"{name}.pem", _dump(pair))
            return pair

    def revoke(self, key: SigningKey, *, at: datetime) -> None:
        """Put the certificate on the revocation list as of `at`, an aware time.

        电子签名法 art. 15: an unsafe key. What was time-stamped before `at` stays valid; a second
        revocation does not move the first one's date.
        """
        serial = x509.load_der_x509_certificate(key.der).serial_number
        with self._lock:
            self._revoked = {serial: Revocation(since=at, known=real_now()), **self._revocations()}
            if self._folder is not None:
                kept = {str(serial): one.dumped() for serial, one in self._revoked.items()}
                _replace(self._folder / REVOKED, json.dumps(kept).encode())

    def forget(self, realm: str) -> None:
        """As in `Custody`."""
        folder = _folder_of(realm)
        if not folder:
            raise ValueError("The keys that belong to no realm are kept")
        with self._lock:
            for name in [name for name in self._loaded if name.startswith(folder)]:
                del self._loaded[name]
            if self._folder is not None:
                shutil.rmtree(self._folder / folder, ignore_errors=True)

    def revocations(self, *, at: datetime) -> bytes:
        """As in `Custody`."""
        return signed_list(self.root(), self._revocations(), at=at)

    def _revocations(self) -> dict[int, Revocation]:
        """What is known of each revoked certificate, by serial number."""
        if self._folder is None:
            return dict(self._revoked)
        try:
            kept = json.loads((self._folder / REVOKED).read_bytes())
        except FileNotFoundError:
            return {}
        return {int(serial): Revocation.loaded(one) for serial, one in kept.items()}

    def _issue(self, holder: Holder, *, stamps_time: bool = False) -> KeyPair:
        return issue(self.root(), holder, stamps_time=stamps_time, published_at=self._published_at)

    def _pair(self, name: str, make: Callable[[], KeyPair]) -> KeyPair:
        with self._lock:
            found = self._loaded.get(name)
            if found is None:
                if self._folder is not None and len(self._loaded) >= MOST_LOADED:
                    self._loaded.clear()
                found = self._loaded[name] = self._kept(name, make)
            return found

    def _kept(self, name: str, make: Callable[[], KeyPair]) -> KeyPair:
        if self._folder is None:
            return make()
        path = self._folder / f"{name}.pem"
        if not path.exists():
            _create(path, _dump(make()))
        return _load(path.read_bytes())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _folder_of(realm: str) -> str:
    return f"{_digest(realm)}/" if realm else ""


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

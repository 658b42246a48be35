"""Keys that are elsewhere: a signer that is sent hashes over a socket takes the demo's place."""

from __future__ import annotations

import dataclasses
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.worlds import make_world, signed_in
from wizard import authority, papers
from wizard.models import Document
from wizard.process import State
from wizard.singlewindow.custody import Custody, Holder, SigningKey
from wizard.singlewindow.embedded import Engine
from wizard.singlewindow.faults import OutcomeUnknown
from wizard.singlewindow.simulator.keys import KeyStore
from wizard.singlewindow.simulator.store import Store

DIGEST_BYTES = 32
NAME_BYTES = 20
WAIT_SECONDS = 20


class Vault(socketserver.ThreadingTCPServer):
    """The remote side: it alone has keys, and answers a key's name and a hash with a signature."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.daemon_threads = True
        self.keys = KeyStore(None)
        self.by_name: dict[bytes, SigningKey] = {}
        self.asked: list[bytes] = []

    def enrolled(self, key: SigningKey) -> tuple[bytes, bytes]:
        """A name for the key, and its certificate: what the other side may know."""
        name = len(self.by_name).to_bytes(NAME_BYTES, "big")
        self.by_name[name] = key
        return name, key.der


class _Desk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Vault)
        asked = self.rfile.read()
        self.server.asked.append(asked)
        key = self.server.by_name[asked[:NAME_BYTES]]
        self.wfile.write(key.sign_digest(asked[NAME_BYTES:]))


@dataclasses.dataclass(frozen=True, slots=True)
class RemoteKey(SigningKey):
    """A key of the vault as this side knows it."""

    address: tuple[str, int]
    name: bytes
    certificate: bytes

    @property
    def der(self) -> bytes:
        return self.certificate

    def sign_digest(self, digest: bytes) -> bytes:
        try:
            with socket.create_connection(self.address, timeout=WAIT_SECONDS) as line:
                line.sendall(self.name + digest)
                line.shutdown(socket.SHUT_WR)
                return line.makefile("rb").read()
        except OSError as error:
            raise OutcomeUnknown("The vault does not answer") from error


class RemoteCustody(Custody):
    """All that this side has are names and certificates."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def authority_certificate(self) -> bytes:
        return self._vault.keys.authority_certificate()

    def of(self, holder: Holder) -> SigningKey:
        return self._remote(self._vault.keys.of(holder))

    def time_stamper(self) -> SigningKey:
        return self._remote(self._vault.keys.time_stamper())

    def revoke(self, key: SigningKey, *, at: datetime) -> None:
        self._vault.keys.revoke(key, at=at)

    def forget(self, realm: str) -> None:
        self._vault.keys.forget(realm)

    def revocations(self, *, at: datetime) -> bytes:
        return self._vault.keys.revocations(at=at)

    def _remote(self, key: SigningKey) -> SigningKey:
        host, port = self._vault.socket.getsockname()
        return RemoteKey((host, port), *self._vault.enrolled(key))


@pytest.fixture
def vault() -> Iterator[Vault]:
    with Vault() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def _remote_keys(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site's authority, with its keys in the vault."""
    engine = Engine(Store(settings.SIMULATOR_PATH), keys=RemoteCustody(vault))
    monkeypatch.setattr(authority, "engine", lambda: engine)


@pytest.mark.django_db
@pytest.mark.usefixtures("_remote_keys")
def test_the_agreement_is_signed_by_keys_that_only_ever_saw_hashes(
    vault: Vault, tmp_path: Path
) -> None:
    done = signed_in(make_world("P01")).application(State.UNDER_REVIEW)
    content = papers.content(papers.ensure(done, Document.Kind.AGREEMENT))
    file = tmp_path / "agreement.pdf"
    file.write_bytes(content)
    said = subprocess.run(
        ["pdfsig", "-nocert", file], check=True, capture_output=True, text=True
    ).stdout
    assert said.count("Signature Validation: Signature is Valid.") == 3
    upload = SimpleUploadedFile("a.pdf", content, content_type="application/pdf")
    page = Client().post("/verify/upload/", {"file": upload}).content.decode()
    assert "文件真实，没有改动" in page
    # Three signatures and their three time stamps, and of each a name and a hash.
    assert [len(asked) for asked in vault.asked] == [NAME_BYTES + DIGEST_BYTES] * 6


@pytest.mark.django_db
@pytest.mark.usefixtures("_remote_keys")
def test_while_the_vault_is_silent_nothing_is_signed_and_later_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = signed_in(make_world("P01"))
    with monkeypatch.context() as silent:
        silent.setattr(RemoteKey, "sign_digest", _nobody)
        done = owner.application(State.UNDER_REVIEW)
        with pytest.raises(papers.NotYet):
            papers.ensure(done, Document.Kind.AGREEMENT)
    signed = papers.content(papers.ensure(done, Document.Kind.AGREEMENT))
    draft = papers.content(papers.ensure(done, Document.Kind.AGREEMENT_DRAFT))
    assert signed.startswith(draft)
    assert len(signed) > len(draft)


def _nobody(_key: RemoteKey, _digest: bytes) -> bytes:
    raise OutcomeUnknown("The vault does not answer")

"""Certificates name where they can be checked, and whoever goes there gets an answer that holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.openssl import QUERY, addresses, checks_out, stampers, why_none
from tests.singlewindow.wired import Server
from wizard.singlewindow.custody import Holder
from wizard.singlewindow.simulator.certificates import KeyPair
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.keys import KeyStore
from wizard.singlewindow.simulator.store import Store

HERE: Final = "http://simulator.example"
COMPANY: Final = Holder("广东示例虚舟灯饰有限公司", "91449999PDY00001XY")


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path, published_at=HERE)


def list_at(keys: KeyStore, at: datetime) -> x509.CertificateRevocationList:
    """The list as it stands at `at`, checked against the CA."""
    found = x509.load_der_x509_crl(keys.revocations(at=at))
    assert found.is_signature_valid(keys.root().key.public_key())
    return found


def term(revocations: x509.CertificateRevocationList) -> tuple[datetime, datetime]:
    """From when until when the list is good."""
    assert revocations.next_update_utc is not None
    return revocations.last_update_utc, revocations.next_update_utc


def number_of(revocations: x509.CertificateRevocationList) -> int:
    return revocations.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


LONG: Final = Holder(
    "新疆维吾尔自治区示例䶮㛃（演示）霍尔果斯经济开发区国际贸易进出口有限公司", COMPANY.uscc
)


@pytest.mark.filterwarnings("ignore:Attribute's length must be")
@pytest.mark.parametrize("company", [COMPANY, LONG])
def test_a_company_is_named_by_its_name_and_code(keys: KeyStore, company: Holder) -> None:
    subject = keys.of(company).certificate.subject
    named = {attribute.oid: attribute.value for attribute in subject}
    assert named[NameOID.COMMON_NAME] == named[NameOID.ORGANIZATION_NAME] == company.name
    assert named[NameOID.SERIAL_NUMBER] == company.uscc
    assert named[NameOID.ORGANIZATION_IDENTIFIER] == f"NTRCN-{company.uscc}"


def test_another_name_or_code_is_another_key_and_all_are_p_256(keys: KeyStore) -> None:
    pairs: list[KeyPair] = [
        keys.root(),
        keys.time_stamper(),
        keys.of(COMPANY),
        keys.of(Holder(COMPANY.name, "91449999PDY00002XX")),
        keys.of(Holder("出口信用保险演示保险人")),
    ]
    assert keys.of(COMPANY) is pairs[2]
    assert len({pair.key.private_numbers().private_value for pair in pairs}) == len(pairs)
    assert {pair.key.curve.name for pair in pairs} == {"secp256r1"}


def test_every_certificate_but_the_root_s_names_list_and_issuer(keys: KeyStore) -> None:
    for pair in (keys.of(COMPANY), keys.time_stamper()):
        assert addresses(pair.certificate) == {"crl": f"{HERE}/crl", "issuer": f"{HERE}/ca.crt"}
        pair.certificate.verify_directly_issued_by(keys.root().certificate)


def test_the_list_is_of_today_and_numbers_grow_with_days_and_revocations(keys: KeyStore) -> None:
    now = datetime.now(UTC)
    before = list_at(keys, now)
    issued, expires = term(before)
    assert issued <= now < expires - timedelta(days=5)
    key = keys.of(COMPANY)
    keys.revoke(key, at=now - timedelta(days=1))
    now = datetime.now(UTC)
    after = list_at(keys, now)
    tomorrow = list_at(keys, now + timedelta(days=1))
    assert number_of(before) < number_of(after) < number_of(tomorrow)
    assert issued <= term(after)[0] <= now < term(tomorrow)[0]
    assert before.get_revoked_certificate_by_serial_number(key.certificate.serial_number) is None
    for found in (after, tomorrow):
        entry = found.get_revoked_certificate_by_serial_number(key.certificate.serial_number)
        assert entry is not None


def test_a_second_revocation_does_not_move_the_date(keys: KeyStore) -> None:
    key = keys.of(COMPANY)
    first = datetime(2026, 7, 1, tzinfo=UTC)
    keys.revoke(key, at=first)
    keys.revoke(key, at=first + timedelta(days=3))
    [entry] = list_at(keys, datetime.now(UTC))
    assert entry.revocation_date_utc == first


def test_whose_certificate_is_revoked_signs_with_another_key_in_every_process(
    keys: KeyStore, tmp_path: Path
) -> None:
    before, other = keys.of(COMPANY), KeyStore(tmp_path, published_at=HERE)
    assert other.of(COMPANY).der == before.der
    keys.revoke(before, at=datetime(2026, 7, 1, tzinfo=UTC))
    after = keys.of(COMPANY)
    assert after.der != before.der
    assert other.of(COMPANY).der == KeyStore(tmp_path).of(COMPANY).der == after.der


def test_a_realm_has_its_own_keys_and_they_go_with_it(keys: KeyStore, tmp_path: Path) -> None:
    mine, theirs = (Holder(COMPANY.name, COMPANY.uscc, realm=name) for name in ("mine", "theirs"))
    first, kept = keys.of(mine), keys.of(theirs)
    assert len({keys.of(COMPANY).der, first.der, kept.der}) == 3
    assert first.certificate.subject == kept.certificate.subject
    keys.forget("mine")
    assert keys.of(mine).der != first.der
    assert KeyStore(tmp_path).of(theirs).der == keys.of(theirs).der == kept.der
    with pytest.raises(ValueError, match="no realm"):
        keys.forget("")


def test_a_world_that_is_thrown_away_takes_its_company_s_key_with_it(tmp_path: Path) -> None:
    keys = KeyStore(tmp_path / "keys")
    engine = Engine(Store(None), keys=keys)
    for world in ("old", "kept", "older"):
        engine.make_world(world=world, persona="P01", at=datetime.now(UTC))
        keys.of(Holder(COMPANY.name, COMPANY.uscc, realm=world))
    folders = set((tmp_path / "keys").glob("*/"))
    assert len(folders) == 3
    engine.purge_world("old")
    assert len(set((tmp_path / "keys").glob("*/"))) == 2
    engine.purge_untouched(datetime.now(UTC) + timedelta(days=1))
    assert not set((tmp_path / "keys").glob("*/"))


@pytest.mark.parametrize("purge", [Engine.purge_world, Engine.purge_untouched])
def test_a_purge_that_is_cut_short_is_done_again_with_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, purge: Callable[[Engine, object], object]
) -> None:
    keys = KeyStore(tmp_path / "keys")
    engine = Engine(Store(None), keys=keys)
    engine.make_world(world="old", persona="P01", at=datetime.now(UTC))
    keys.of(Holder(COMPANY.name, COMPANY.uscc, realm="old"))
    what = "old" if purge is Engine.purge_world else datetime.now(UTC) + timedelta(days=1)

    def killed(_realm: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as kill:
        kill.setattr(keys, "forget", killed)
        with pytest.raises(KeyboardInterrupt):
            purge(engine, what)
    assert engine.has_world("old")
    purge(engine, what)
    assert not engine.has_world("old")
    assert not set((tmp_path / "keys").glob("*/"))


def test_another_process_says_the_same(keys: KeyStore, tmp_path: Path) -> None:
    keys.revoke(keys.of(COMPANY), at=datetime(2026, 7, 1, tzinfo=UTC))
    now = datetime.now(UTC)
    assert KeyStore(tmp_path).revocations(at=now) == keys.revocations(at=now)


def test_what_stood_on_the_list_before_can_still_be_said(keys: KeyStore) -> None:
    """A signature of long ago is preserved with the list of its day, whenever that is asked for."""
    then = datetime.now(UTC) - timedelta(days=30)
    before = keys.revocations(at=then)
    keys.revoke(keys.of(COMPANY), at=then - timedelta(days=1))
    assert keys.revocations(at=then) == before


# --- served by the simulator on its own


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The simulator as a server of its own, with keys in a folder."""
    server = Server("--path", str(tmp_path_factory.mktemp("alone") / "simulator.sqlite3"))
    server.start()
    yield server
    server.stop()


def test_openssl_gets_a_time_stamp_and_checks_its_certificate_by_the_addresses_in_it(
    alone: Server, tmp_path: Path
) -> None:
    named = checks_out(f"{alone.url}/tsa", tmp_path)
    assert named == {"crl": f"{alone.url}/crl", "issuer": f"{alone.url}/ca.crt"}


@pytest.mark.parametrize(("file", "media"), [("ca.crt", "pkix-cert"), ("crl", "pkix-crl")])
def test_what_is_published_may_be_kept_for_an_hour(alone: Server, file: str, media: str) -> None:
    first = httpx.get(f"{alone.url}/{file}")
    assert first.headers["Content-Type"] == f"application/{media}"
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    again = httpx.get(f"{alone.url}/{file}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert httpx.head(f"{alone.url}/{file}").headers["ETag"] == first.headers["ETag"]
    refused = httpx.post(f"{alone.url}/{file}")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "content", [b"", b"\x30\x03\x02\x01\x01", hashlib.sha512(b"x").digest() * 100]
)
def test_what_is_no_time_stamp_request_is_refused_in_words_that_openssl_reads(
    alone: Server, content: bytes, tmp_path: Path
) -> None:
    reply = httpx.post(f"{alone.url}/tsa", content=content, headers=QUERY)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "application/timestamp-reply"
    assert why_none(reply.content, tmp_path) == "the data submitted has the wrong format"


def test_a_time_stamp_request_says_what_it_is(alone: Server) -> None:
    media = {"Content-Type": "application/json"}
    reply = httpx.post(f"{alone.url}/tsa", content=b"{}", headers=media)
    assert reply.status_code == 415
    assert reply.headers["Content-Type"] == "application/problem+json"


def test_another_public_address_stands_in_the_certificates(tmp_path: Path) -> None:
    server = Server("--path", str(tmp_path / "s.sqlite3"), "--public-url", f"{HERE}/")
    server.start()
    try:
        query = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": hashlib.sha256(b"x").digest(),
                },
                "cert_req": True,
            }
        )
        reply = httpx.post(f"{server.url}/tsa", content=query.dump(), headers=QUERY)
    finally:
        server.stop()
    [stamper] = stampers(reply.content)
    assert addresses(stamper)["crl"] == f"{HERE}/crl"

"""One contract: the authority signs what a PIN stands behind, for whom, once; here and by HTTP."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest
from asn1crypto import cms, tsp
from pyhanko.sign.general import simple_cms_attribute

from tests.openssl import why_none
from tests.singlewindow.cast import MONDAY, WRONG_PIN, Authority, Exporter, refused
from wizard.singlewindow.faults import FaultCode, NotFound
from wizard.singlewindow.port import Stage
from wizard.singlewindow.signing import (
    Paper,
    Party,
    SignatureRefused,
    SignatureRequest,
    SigningAuthority,
)
from wizard.singlewindow.simulator.clock import real_now
from wizard.singlewindow.simulator.keys import KeyStore
from wizard.singlewindow.simulator.stamping import OwnStamper

SHOWN: Final = b"agreement"  # what the cast's AGREEMENT is the hash of
SIGNERS: Final = (Party.EXPORTER, Party.INSURER, Party.OPERATOR)


@dataclasses.dataclass(kw_only=True)
class Desk:
    """An exporter, and the authority's hand that signs for that world."""

    owner: Exporter
    signer: SigningAuthority

    def asked(self, key: str, **changes: Any) -> SignatureRequest:
        """The request for the exporter's signature on the agreement, with `changes`."""
        usual: dict[str, Any] = {
            "uscc": self.owner.file.enterprise.uscc,
            "number": self.owner.number,
            "paper": Paper.AGREEMENT,
            "party": Party.EXPORTER,
            "authorised_by": key,
            "base": len(SHOWN),
            "covered": SHOWN + b" and the place of the signature",
        }
        return SignatureRequest(**usual | changes)

    def refuses(self, key: str, **changes: Any) -> str:
        """Why it does not sign that."""
        with pytest.raises(SignatureRefused) as refusal:
            self.signer.sign(self.asked(key, **changes))
        return str(refusal.value)


@pytest.fixture
def desk_of(authority: Authority) -> Callable[[Stage], Desk]:
    """`desk_of(stage)`: P01 at that stage."""

    def make(stage: Stage) -> Desk:
        owner = Exporter.of(authority, "P01", world="w")
        owner.walk_to(stage)
        return Desk(owner=owner, signer=authority.signatures("w"))

    return make


def signed_names(content: bytes) -> set[str]:
    """Common names of all certificates in a CMS structure."""
    found = cms.ContentInfo.load(content)["content"]["certificates"]
    return {one.chosen.subject.native["common_name"] for one in found}


def test_with_the_pin_of_this_moment_all_three_sign(desk_of: Callable[[Stage], Desk]) -> None:
    desk = desk_of(Stage.SEALED)
    assert desk.refuses("sign") == "The PIN was entered for another text"
    desk.owner.sign("sign")
    names = [signed_names(desk.signer.sign(desk.asked("sign", party=one))) for one in SIGNERS]
    assert desk.owner.file.enterprise.name in names[0]
    assert "出口信用保险演示保险人" in names[1]
    assert "单一窗口演示运营方" in names[2]


@pytest.mark.parametrize("party", SIGNERS)
def test_nobody_signs_before_the_exporter_s_pin(
    desk_of: Callable[[Stage], Desk], party: Party
) -> None:
    desk = desk_of(Stage.SEALED)
    refused(FaultCode.WRONG_PIN, desk.owner.sign, "wrong", pin=WRONG_PIN)
    for key in ("", "wrong", "never"):
        desk.refuses(key, party=party)


def test_the_pin_stands_behind_one_text_of_one_application_under_one_key(
    desk_of: Callable[[Stage], Desk],
) -> None:
    desk = desk_of(Stage.CONFIRMED)
    desk.owner.make_seal("seal")
    desk.owner.sign("sign")
    assert desk.refuses("sign", covered=b"Agreement and more") == (
        "The PIN was entered for another text"
    )
    assert desk.refuses("sign", base=len(SHOWN) - 1)
    for key in ("", "seal", "never"):
        assert desk.refuses(key) == "No PIN was entered for this signature"
    assert desk.refuses("sign", number="TB-2026-0000-000") == "There is no such application"
    assert desk.refuses("sign", uscc="91449999PDY00002XX") == "There is no such application"


def test_the_same_bytes_get_the_same_signature_and_others_none(
    desk_of: Callable[[Stage], Desk],
) -> None:
    desk = desk_of(Stage.SEALED)
    desk.owner.sign("sign")
    first = desk.signer.sign(desk.asked("sign"))
    assert desk.signer.sign(desk.asked("sign")) == first
    assert desk.refuses("sign", covered=SHOWN + b" and another place") == (
        "Other bytes were signed for this party already"
    )


def test_the_policy_is_signed_when_it_is_there_and_received_with_a_pin(
    desk_of: Callable[[Stage], Desk],
) -> None:
    desk = desk_of(Stage.UNDER_REVIEW)
    policy = {"paper": Paper.POLICY, "covered": b"policy", "base": 6}
    assert desk.refuses("", party=Party.INSURER, **policy) == "There is no policy to sign"
    desk.owner.authority.move_until_delivered("w")
    desk.owner.authority.move_until_delivered("w")
    assert desk.signer.sign(desk.asked("", party=Party.INSURER, **policy))
    assert desk.refuses("", party=Party.OPERATOR, **policy) == "There is no policy to sign"
    assert desk.refuses("sign", **policy) == "The policy has not been acknowledged"
    refused(FaultCode.WRONG_PIN, desk.owner.acknowledge, "received", pin=WRONG_PIN)
    assert desk.refuses("received", **policy) == "The policy has not been acknowledged"
    desk.owner.acknowledge("received")
    received = desk.signer.sign(desk.asked("received", **policy))
    assert desk.owner.file.enterprise.name in signed_names(received)


def test_the_record_is_the_platform_s_own_word(desk_of: Callable[[Stage], Desk]) -> None:
    desk = desk_of(Stage.OFFERED)
    record = {"paper": Paper.TRAIL, "covered": b"record", "base": 6}
    assert "单一窗口演示运营方" in signed_names(
        desk.signer.sign(desk.asked("", party=Party.OPERATOR, **record))
    )
    for party in (Party.EXPORTER, Party.INSURER):
        assert desk.refuses("", party=party, **record) == "The record is the platform's own word"


def test_a_stamp_over_the_whole_file_is_the_time_stamp_service_s(
    desk_of: Callable[[Stage], Desk],
) -> None:
    desk = desk_of(Stage.SEALED)
    assert desk.refuses("sign", party=Party.TIME)
    desk.owner.sign("sign")
    token = desk.signer.sign(desk.asked("sign", party=Party.TIME))
    content = cms.ContentInfo.load(token)["content"]["encap_content_info"]
    assert content["content_type"].native == "tst_info"
    assert signed_names(token) == {"投保向导演示时间戳服务", "投保向导演示 CA（不具法律效力）"}


def test_another_world_has_no_word_in_this_one(desk_of: Callable[[Stage], Desk]) -> None:
    desk = desk_of(Stage.SEALED)
    desk.owner.sign("sign")
    authority = desk.owner.authority
    stranger = Exporter.of(authority, "P01", world="another")
    stranger.walk_to(Stage.SEALED)
    with pytest.raises(SignatureRefused):
        authority.signatures("another").sign(desk.asked("sign"))
    with pytest.raises(SignatureRefused, match="no such world"):
        authority.signatures("nowhere").sign(desk.asked("sign"))


def test_the_list_is_given_for_moments_that_have_been(desk_of: Callable[[Stage], Desk]) -> None:
    desk = desk_of(Stage.OFFERED)
    assert desk.signer.revocations_at(MONDAY)
    for days in (3650, -3650):
        with pytest.raises(NotFound):
            desk.signer.revocations_at(MONDAY + timedelta(days=days))
    with pytest.raises(ValueError, match="zone"):
        desk.signer.revocations_at(MONDAY.replace(tzinfo=None))


@pytest.mark.parametrize("algorithm", ["sha1", "md5"])
def test_a_weak_digest_gets_no_time_stamp(
    desk_of: Callable[[Stage], Desk], algorithm: str, tmp_path: Path
) -> None:
    imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": b"x" * 16}
    request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint})
    answer = desk_of(Stage.OFFERED).signer.time_stamp(request.dump())
    assert why_none(answer, tmp_path) == "unrecognized or unsupported algorithm identifier"


@pytest.mark.parametrize("request_", [b"", b"\x30\x03\x02\x01\x01", b"x" * 5000])
def test_what_is_no_request_gets_no_time_stamp(
    desk_of: Callable[[Stage], Desk], request_: bytes, tmp_path: Path
) -> None:
    answer = desk_of(Stage.OFFERED).signer.time_stamp(request_)
    assert why_none(answer, tmp_path) == "the data submitted has the wrong format"


def test_a_stamp_in_a_signature_is_written_once_whatever_its_length() -> None:
    """asn1crypto writes all parts anew below a length that ends in 0x80, which it then asks for."""
    keys = KeyStore(None)
    stamper = OwnStamper(keys.time_stamper(), keys.authority_certificate(), real_now)
    token = asyncio.run(stamper.async_timestamp(hashlib.sha256(b"").digest(), "sha256"))
    attribute = simple_cms_attribute("signature_time_stamp_token", token)
    written = Counter[str]()

    def count(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_name == "_set_contents":
            written[type(frame.f_locals["self"]).__name__] += 1

    sys.setprofile(count)
    try:
        assert token.dump() in attribute.dump(force=True)
    finally:
        sys.setprofile(None)
    assert written["SignedData"] > 0
    assert max(written.values()) < 100, written

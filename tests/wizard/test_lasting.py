"""B-LTA by setting: what proves the signatures lies in the file, a time stamp over all of it."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import x509
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.validation.ades import (
    ades_lta_validation,
    simulate_future_ades_lta_validation,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pytest_django import Settings

from tests.verify.forgeries import annotated
from tests.worlds import Person
from wizard import papers, vault
from wizard.authority import demo_authority
from wizard.demo.landing import walk
from wizard.documents.signing.lasting import preserve
from wizard.models import Document
from wizard.process import State
from wizard.singlewindow.faults import NotFound
from wizard.singlewindow.simulator.keys import KeyStore
from wizard.singlewindow.simulator.signatures import WorldSignatures
from wizard.singlewindow.simulator.stamping import OwnStamper

Kind = Document.Kind
SIGNED = (Kind.AGREEMENT, Kind.POLICY, Kind.POLICY_RECEIVED)


@pytest.fixture
def lasting(settings: Settings) -> None:
    settings.SIGNATURE_LEVEL = "B-LTA"


def opened(content: bytes) -> PdfFileReader:
    return PdfFileReader(io.BytesIO(content))


def offline() -> PdfSignatureValidationSpec:
    """Nothing but the root is known, nothing is fetched, nobody's revocation may be unknown."""
    root = x509.Certificate.load(demo_authority().authority_certificate())
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build([root]),
                revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
                certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
            ),
        )
    )


def test_by_default_a_signature_has_its_time_stamp_and_no_more(owner: Person) -> None:
    done = owner.application(State.UNDER_REVIEW)
    reader = opened(papers.content(papers.ensure(done, Kind.AGREEMENT)))
    assert not reader.embedded_timestamp_signatures
    with pytest.raises(NoDSSFoundError):
        DocumentSecurityStore.read_dss(reader)


def test_the_agreement_proves_itself_without_asking_anybody(lasting: None, owner: Person) -> None:
    done = owner.application(State.UNDER_REVIEW)
    reader = opened(papers.content(papers.ensure(done, Kind.AGREEMENT)))
    store = DocumentSecurityStore.read_dss(reader)
    named = {one.subject.native["common_name"] for one in store.load_certs()}
    assert {done.company, "出口信用保险演示保险人", "单一窗口演示运营方"} < named
    assert len(store.crls) == 1
    assert [one.field_name for one in reader.embedded_signatures] == [
        "sig-exporter",
        "sig-insurer",
        "sig-operator",
        "stamp-1",
    ]
    for signature in reader.embedded_regular_signatures:
        found = asyncio.run(ades_lta_validation(signature, offline()))
        assert found.ades_subindic.status == AdESStatus.PASSED, found.failure_msg
        assert found.oldest_evidence_record_timestamp is not None


def test_it_can_be_checked_when_all_certificates_have_expired(lasting: None, owner: Person) -> None:
    done = owner.application(State.UNDER_REVIEW)
    reader = opened(papers.content(papers.ensure(done, Kind.AGREEMENT)))
    for signature in reader.embedded_regular_signatures:
        expires = signature.signer_cert.not_valid_after
        found = asyncio.run(
            simulate_future_ades_lta_validation(
                signature, offline(), future_validation_time=expires + timedelta(days=365)
            )
        )
        assert found.ades_subindic.status == AdESStatus.PASSED, found.failure_msg


def test_without_the_list_of_its_day_it_waits_to_be_signed(
    lasting: None, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = walk(actor=owner.actor, until=State.UNDER_REVIEW)

    def unknown(_self: WorldSignatures, at: datetime) -> bytes:
        raise NotFound(str(at))

    with monkeypatch.context() as gap:
        gap.setattr(WorldSignatures, "revocations_at", unknown)
        with pytest.raises(papers.NotYet):
            papers.ensure(done, Kind.AGREEMENT)
    assert opened(papers.content(papers.ensure(done, Kind.AGREEMENT))).embedded_timestamp_signatures


def test_a_later_signature_leaves_what_was_stamped_in_force(lasting: None, owner: Person) -> None:
    done = owner.application(State.ACKNOWLEDGED)
    reader = opened(papers.content(papers.ensure(done, Kind.POLICY_RECEIVED)))
    assert [one.field_name for one in reader.embedded_signatures] == [
        "sig-insurer",
        "stamp-1",
        "sig-exporter",
        "stamp-2",
    ]
    for signature in reader.embedded_signatures:
        signature.compute_integrity_info()
        assert signature.summarise_integrity_info()["docmdp_ok"]


@pytest.mark.parametrize("kind", SIGNED)
def test_other_programs_agree(
    lasting: None, owner: Person, kind: Document.Kind, tmp_path: Path
) -> None:
    done = owner.application(State.ACKNOWLEDGED)
    file = tmp_path / "signed.pdf"
    file.write_bytes(papers.content(papers.ensure(done, kind)))
    said = subprocess.run(
        ["pdfsig", "-nocert", file], check=True, capture_output=True, text=True
    ).stdout
    signatures = len(opened(file.read_bytes()).embedded_regular_signatures)
    assert said.count("Signature is Valid.") == signatures
    # poppler 22 lists the document's time stamps and does not judge them.
    unjudged = said.count("Signature has not yet been verified.")
    assert unjudged == said.count("Signature Field Name: stamp-") > 0
    assert said.count("Signature Validation:") == signatures + unjudged
    assert "Total document signed" in said
    checked = subprocess.run(["qpdf", "--check", file], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.usefixtures("papers_anew")
@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
def test_a_lost_paper_comes_out_the_same_whatever_is_set_by_then(
    settings: Settings, owner: Person, level: str
) -> None:
    settings.SIGNATURE_LEVEL = level
    done = owner.application(State.ACKNOWLEDGED)
    made = [papers.ensure(done, kind) for kind in SIGNED]
    before = [papers.content(paper) for paper in made]
    for other in ("B-T", "B-LTA"):
        settings.SIGNATURE_LEVEL = other
        for paper, content in zip(made, before, strict=True):
            vault.path_of(paper.sha256).unlink()
            assert papers.content(paper) == content


# --- what the verification page says


def said_of(content: bytes) -> str:
    """The page about these bytes, without white space and the words explained beside it."""
    file = SimpleUploadedFile("a.pdf", content, content_type="application/pdf")
    page = Client().post("/verify/upload/", {"file": file}).content.decode()
    return re.sub(r"<[^>]+>|\s", "", page.partition("<aside")[0])


@pytest.mark.parametrize("kind", [Kind.AGREEMENT, Kind.POLICY_RECEIVED])
def test_the_page_names_what_lasts(lasting: None, owner: Person, kind: Document.Kind) -> None:
    done = owner.application(State.ACKNOWLEDGED)
    content = papers.content(papers.ensure(done, kind))
    said = said_of(content)
    assert "文件真实，没有改动" in said
    assert "长期验证信息：签名人的证书和吊销列表都在文件里，由文档时间戳" in said
    assert said.count("完好") == len(opened(content).embedded_regular_signatures)


def test_without_it_the_page_says_nothing_of_it(owner: Person) -> None:
    done = owner.application(State.UNDER_REVIEW)
    said = said_of(papers.content(papers.ensure(done, Kind.AGREEMENT)))
    assert "文件真实，没有改动" in said
    assert "长期验证信息" not in said
    assert "文档时间戳" not in said


def test_a_flip_in_the_document_time_stamp_is_named(lasting: None, owner: Person) -> None:
    done = owner.application(State.UNDER_REVIEW)
    content = papers.content(papers.ensure(done, Kind.AGREEMENT))
    token = list(re.finditer(rb"/Contents <([0-9a-fA-F]+)>", content))[-1]
    at = token.start(1) + 3000  # within the time stamp's own signature or certificates
    other = b"0" if content[at : at + 1] != b"0" else b"1"
    said = said_of(content[:at] + other + content[at + 1 :])
    assert "文件真实" not in said
    assert "文档时间戳无效" in said
    assert "长期验证信息" not in said


def test_a_note_after_the_document_time_stamp_is_named(lasting: None, owner: Person) -> None:
    done = owner.application(State.UNDER_REVIEW)
    said = said_of(annotated(papers.content(papers.ensure(done, Kind.AGREEMENT))))
    assert "文件真实" not in said
    assert "批注" in said
    assert "表单" not in said
    assert "文档时间戳无效" in said


def test_a_document_time_stamp_of_somebody_else_is_named(owner: Person) -> None:
    done = owner.application(State.UNDER_REVIEW)
    content = papers.content(papers.ensure(done, Kind.AGREEMENT))
    theirs = KeyStore(None)
    stamper = OwnStamper(theirs.time_stamper(), theirs.authority_certificate(), timezone.now)

    def by(covered: bytes) -> bytes:
        token = asyncio.run(stamper.async_timestamp(hashlib.sha256(covered).digest(), "sha256"))
        made: bytes = token.dump()
        return made

    said = said_of(preserve(content, revocations=demo_authority().revocations_at, by=by))
    assert "文件末尾又追加了内容" in said
    assert "它不是本系统的时间戳服务签发的" in said
    assert "长期验证信息" not in said

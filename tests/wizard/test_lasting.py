"""B-LTA by setting: what proves the signatures lies in the file, a time stamp over all of it."""

from __future__ import annotations

import asyncio
import io
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import x509
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

from tests.worlds import Person
from wizard import papers, vault
from wizard.authority import demo_authority
from wizard.models import Document
from wizard.process import State

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

"""What is signed is what was shown: the agreement by three parties, the policy by two."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.worlds import Person
from wizard import papers, vault
from wizard.authority import demo_authority
from wizard.documents.signing.verification import Report, examine
from wizard.files import file_of
from wizard.models import Application, Document
from wizard.process import State

Kind = Document.Kind


def report_of(content: bytes) -> Report:
    """What the verification says of these bytes."""
    authority = demo_authority()
    return examine(
        content, root=authority.authority_certificate(), revocations=authority.revocations()
    )


@pytest.fixture
def done(owner: Person) -> Application:
    """An application that went all the way."""
    return owner.application(State.ACKNOWLEDGED)


@pytest.fixture
def agreement(done: Application) -> Document:
    """The signed agreement."""
    return papers.ensure(done, Kind.AGREEMENT)


@pytest.fixture
def policy(done: Application) -> Document:
    """The acknowledged policy."""
    return papers.ensure(done, Kind.POLICY_RECEIVED)


def test_the_agreement_begins_with_the_bytes_that_were_shown(
    done: Application, agreement: Document
) -> None:
    draft = papers.ensure(done, Kind.AGREEMENT_DRAFT)
    shown, signed = papers.content(draft), papers.content(agreement)
    assert signed.startswith(shown)
    assert draft.sha256 in report_of(signed).prefixes
    assert done.file["agreement_sha256"] == draft.sha256


def test_three_parties_sign_the_agreement(done: Application, agreement: Document) -> None:
    report = report_of(papers.content(agreement))
    assert [finding.field for finding in report.findings] == [
        "sig-exporter",
        "sig-insurer",
        "sig-operator",
    ]
    assert all(finding.good and finding.stamped_at for finding in report.findings)
    exporter = report.findings[0]
    assert (exporter.signer, exporter.code) == (done.company, done.uscc)
    assert done.signed_at
    assert exporter.claimed_at == done.signed_at.replace(microsecond=0)


@pytest.mark.parametrize("kind", [Kind.AGREEMENT, Kind.POLICY_RECEIVED])
def test_the_name_on_each_seal_is_the_name_of_the_certificate(
    done: Application, kind: Document.Kind
) -> None:
    content = papers.content(papers.ensure(done, kind))
    signatures = PdfFileReader(io.BytesIO(content)).embedded_signatures
    named = {
        one.field_name: (
            str(one.sig_object["/Name"]),
            one.signer_cert.subject.native["common_name"],
        )
        for one in signatures
    }
    seal = file_of(done).seal
    assert seal is not None
    assert named["sig-exporter"] == (seal.name, seal.name)
    assert all(seal_name == holder for seal_name, holder in named.values())


def test_receiving_the_policy_is_the_exporters_own_signature_on_it(
    done: Application, policy: Document
) -> None:
    issued = papers.ensure(done, Kind.POLICY)
    assert papers.content(policy).startswith(papers.content(issued))
    insurer, exporter = report_of(papers.content(policy)).findings
    assert insurer.good
    assert exporter.good
    assert exporter.code == done.uscc
    assert [one.field for one in report_of(papers.content(issued)).findings] == ["sig-insurer"]


@pytest.mark.parametrize("kind", [Kind.AGREEMENT, Kind.POLICY_RECEIVED])
def test_other_programs_agree(done: Application, kind: Document.Kind, tmp_path: Path) -> None:
    paper = papers.ensure(done, kind)
    file = tmp_path / "signed.pdf"
    file.write_bytes(papers.content(paper))
    said = subprocess.run(
        ["pdfsig", "-nocert", file], check=True, capture_output=True, text=True
    ).stdout
    signatures = len(report_of(file.read_bytes()).findings)
    assert said.count("Signature Validation: Signature is Valid.") == signatures
    assert said.count("Signature #") == signatures
    assert "Total document signed" in said
    checked = subprocess.run(["qpdf", "--check", file], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert len(file.read_bytes()) <= 250_000


@pytest.mark.usefixtures("papers_anew")
def test_a_signed_paper_that_was_lost_comes_out_the_same(
    done: Application, agreement: Document, policy: Document
) -> None:
    for paper in (agreement, policy):
        before = papers.content(paper)
        vault.path_of(paper.sha256).unlink()
        assert papers.content(paper) == before


@pytest.mark.usefixtures("papers_anew")
def test_what_was_not_recorded_when_the_process_died_comes_out_the_same(
    done: Application, agreement: Document
) -> None:
    sha256 = agreement.sha256
    agreement.delete()
    assert papers.ensure(done, Kind.AGREEMENT).sha256 == sha256


def test_the_keys_are_for_their_owner_only(agreement: Document) -> None:
    keys = list((settings.SIMULATOR_PATH.parent / "keys").glob("*.pem"))
    assert len(keys) >= 4
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}

"""The verification page says in words what was done to a file and believes none of those."""

from __future__ import annotations

import hashlib
import io
import os
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pypdf
import pytest
import time_machine
from cryptography import x509
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.worlds import make_world, signed_in
from wizard import authority, papers, verdict, verify
from wizard.authority import demo_authority
from wizard.documents import texts
from wizard.documents.signing import revisions
from wizard.documents.signing.verification import examine
from wizard.models import Application, Document
from wizard.process import State
from wizard.singlewindow.custody import Holder, SigningKey
from wizard.singlewindow.simulator import certificates
from wizard.singlewindow.simulator.keys import REVOKED, KeyStore
from wizard.singlewindow.simulator.signatures import signature
from wizard.singlewindow.simulator.stamping import OwnStamper

Kind = Document.Kind
# In each of eight parts of the file, 0.2 s each; FLIPS=125 makes it 1,000 in all.
FLIPS = int(os.environ.get("FLIPS", "3"))
INSURER = "出口信用保险演示保险人"


@pytest.fixture(scope="module")
def finished(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """The key of an application that went all the way, with all its papers, for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        application = signed_in(make_world("P01")).application(State.ACKNOWLEDGED)
        for kind in Kind:
            papers.ensure(application, kind)
        yield application.pk
        transaction.set_rollback(True)


@pytest.fixture
def done(finished: int, db: None) -> Application:
    """The same as the database has it."""
    return Application.objects.get(pk=finished)


@pytest.fixture
def agreement(done: Application) -> bytes:
    """The signed agreement's bytes."""
    return papers.content(papers.ensure(done, Kind.AGREEMENT))


def upload(content: bytes) -> str:
    """What the page says about an upload, without white space."""
    file = SimpleUploadedFile("a.pdf", content, content_type="application/pdf")
    response = Client().post("/verify/upload/", {"file": file})
    assert response.status_code == 200
    return words(response.content)


def words(html: bytes) -> str:
    """The text of the page's main part, without the words explained beside it."""
    text = html.decode()
    main = text[text.index("<main") : text.index("</main>")].partition("<aside")[0]
    return re.sub(r"<[^>]+>|\s", "", main)


def test_what_was_issued_is_genuine(done: Application) -> None:
    for kind in (Kind.FORM, Kind.AGREEMENT, Kind.POLICY_RECEIVED, Kind.RECEIPT):
        paper = papers.ensure(done, kind)
        said = upload(papers.content(paper))
        assert "文件真实，没有改动" in said
        assert paper.sha256 in said


def test_it_names_who_signed_when_and_with_which_certificate(
    done: Application, agreement: bytes
) -> None:
    said = upload(agreement)
    for name in (done.company, done.uscc, "出口信用保险演示保险人", "单一窗口演示运营方"):
        assert name in said
    assert said.count("有时间戳") == 3
    assert "投保向导演示CA" in said


def test_the_draft_is_genuine_but_unsigned(done: Application) -> None:
    said = upload(papers.content(papers.ensure(done, Kind.AGREEMENT_DRAFT)))
    assert "不是最后的版本" in said
    assert "缺少签名：投保企业、保险人、平台方" in said


def test_the_policy_before_it_was_acknowledged(done: Application) -> None:
    said = upload(papers.content(papers.ensure(done, Kind.POLICY)))
    assert "不是最后的版本" in said
    assert "缺少签名：投保企业" in said


@pytest.fixture
def nobody_revoked() -> Iterator[None]:
    """The run's revocation list is empty again afterwards."""
    yield
    keys = authority.engine().keys
    assert isinstance(keys, KeyStore)
    keys._revoked = {}
    if keys._folder is not None:
        (keys._folder / REVOKED).unlink(missing_ok=True)


def insurer_revoked(agreement: bytes, after: timedelta) -> str:
    """What is said when the insurer's certificate is revoked so long after it signed."""
    ours = demo_authority()
    report = examine(agreement, root=ours.authority_certificate(), revocations=ours.revocations())
    insurer = next(one for one in report.findings if one.signer == INSURER)
    assert insurer.stamped_at
    keys = authority.engine().keys
    assert isinstance(keys, KeyStore)
    keys.revoke(keys.of(Holder(INSURER)), at=insurer.stamped_at + after)
    return upload(agreement)


def test_a_certificate_revoked_before_it_signed_is_named(
    agreement: bytes, nobody_revoked: None
) -> None:
    said = insurer_revoked(agreement, timedelta(seconds=-2))
    assert f"“{INSURER}”的证书在签署以前已被吊销" in said
    assert "签名无效" in said
    assert "证书已吊销" in said
    assert "文件真实" not in said


def test_a_certificate_revoked_later_leaves_what_was_stamped_before(
    agreement: bytes, nobody_revoked: None
) -> None:
    said = insurer_revoked(agreement, timedelta(seconds=2))
    assert "文件真实，没有改动" in said
    assert f"“{INSURER}”的证书后来被吊销" in said
    assert "签名在吊销以前已有时间戳，仍然有效" in said
    assert "晚于签署，签名仍然有效" in said
    assert said.count("完好") == 3


def signed_by(done: Application, keys: KeyStore, key: SigningKey, draft: bytes) -> bytes:
    """The draft with one signature, stamped now by the time-stamp service of these keys."""

    def by(covered: bytes) -> bytes:
        stamper = OwnStamper(keys.time_stamper(), keys.authority_certificate(), timezone.now)
        return signature(key, hashlib.sha256(covered).digest(), stamper)

    assert done.signed_at
    mark = revisions.Mark(
        field="sig-exporter", seal=texts.INSURER_SEAL, role="x", at=done.signed_at, certifies=True
    )
    return revisions.sign(draft, mark, by)


def ours_until(done: Application, monkeypatch: pytest.MonkeyPatch, **bounds: int) -> bytes:
    """The draft, signed now with a certificate of our CA that is good from or until so many days
    from now."""
    keys = authority.engine().keys
    assert isinstance(keys, KeyStore)
    keys.root()
    for bound, days in bounds.items():
        monkeypatch.setattr(certificates, bound, timezone.now() + timedelta(days=days))
    key = keys._issue(Holder(done.company, done.uscc))
    draft = papers.content(papers.ensure(done, Kind.AGREEMENT_DRAFT))
    return signed_by(done, keys, key, draft)


@pytest.mark.parametrize(
    ("bound", "days", "why"), [("NOT_BEFORE", 1, "还没有生效"), ("NOT_AFTER", -1, "已经过期")]
)
def test_a_certificate_used_outside_its_term_is_named(
    done: Application, monkeypatch: pytest.MonkeyPatch, bound: str, days: int, why: str
) -> None:
    said = upload(ours_until(done, monkeypatch, **{bound: days}))
    assert f"“{done.company}”的证书在签署时{why}，签名无效" in said
    assert "证书不在有效期内" in said
    assert "文件真实" not in said
    assert "不是本系统的演示CA签发的" not in said


def test_a_time_stamp_outlasts_the_certificate(
    done: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = ours_until(done, monkeypatch, NOT_AFTER=1)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        ours = demo_authority()
        report = examine(signed, root=ours.authority_certificate(), revocations=ours.revocations())
    assert [(one.good, one.term) for one in report.findings] == [(True, None)]


def test_a_certificate_of_another_ca_is_named(done: Application) -> None:
    draft = papers.content(papers.ensure(done, Kind.AGREEMENT_DRAFT))
    foreign = KeyStore(None)
    said = upload(signed_by(done, foreign, foreign.of(Holder(done.company, done.uscc)), draft))
    assert "不是本系统的演示CA签发的，可能被调换" in said
    assert "缺少签名：保险人、平台方" in said


def regions(content: bytes) -> dict[str, tuple[int, int]]:
    """Where the parts of a signed file lie that a forger would aim at: start and end."""
    signatures = list(re.finditer(rb"/Contents <([0-9a-fA-F]+)>", content))
    assert len(signatures) == 3
    stream = content.index(b"stream\n") + len(b"stream\n")
    last = content.rindex(b"startxref")
    return {
        "header": (0, 15),
        "page content": (stream, content.index(b"endstream", stream)),
        **{f"signature {n}": one.span(1) for n, one in enumerate(signatures, 1)},
        "cross-references": (int(content[last + 9 : last + 24].split()[0]), last),
        "end": (last, len(content)),
        "anywhere": (0, len(content)),
    }


def test_no_flipped_byte_is_believed(agreement: bytes) -> None:
    """Flips aimed at each part of the file: the page's whole judgement, without the page.

    Where the value of a signature was hit, that signature is not shown as intact.
    """
    ours = demo_authority()
    root, revocations = ours.authority_certificate(), ours.revocations()
    report = examine(agreement, root=root, revocations=revocations)
    claimed = verify.of_code(verify.normal_code(report.code))
    assert claimed
    assert verdict.judge(agreement, report, claimed).tone == "ok"
    order = [one.field for one in report.findings]
    dice = random.Random(4)
    spared = []
    for region, (start, end) in regions(agreement).items():
        for _ in range(FLIPS):
            at = dice.randrange(start, end)
            changed = bytearray(agreement)
            changed[at] ^= 1 << dice.randrange(8)
            touched = bytes(changed)
            report = examine(touched, root=root, revocations=revocations)
            said = verdict.judge(touched, report, claimed)
            if said.tone != "er" or not said.sentences:
                spared.append((region, at, said.headline))
            if region.startswith("signature"):
                hit = order[int(region[-1]) - 1]
                if hit in {one.field for one in said.report.findings if one.good}:
                    spared.append((region, at, "shown as intact"))
    assert spared == []


def test_truncation_is_never_believed(agreement: bytes) -> None:
    for share in (0.01, 0.3, 0.5, 0.8, 0.95, 0.999):
        said = upload(agreement[: int(len(agreement) * share)])
        assert "文件真实" not in said, share
        assert "不能核验" in said or "不一致" in said, share


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"%PDF-1.7\n",
        b"%PDF-1.7\n%%EOF",
        b"\x00" * 5000,
        b"%PDF-1.7\nxref\n0 1\ntrailer\n<</Root 1 0 R/Size 9999999999999>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n1 0 obj\n" + b"[" * 20_000,
        "龙".encode() * 1000,
        random.Random(1).randbytes(50_000),
    ],
)
def test_garbage_gets_a_sentence(db: None, content: bytes) -> None:
    why = "不是完整的PDF，或者已经损坏、被截断" if b"%PDF" in content else "它不是PDF文件"
    assert why in upload(content)


def test_a_foreign_file_is_said_to_be_foreign(db: None) -> None:
    output = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(output)
    assert "这个文件不是本系统出具的" in upload(output.getvalue())


def test_too_large_and_nothing_at_all(db: None) -> None:
    client = Client()
    large = SimpleUploadedFile("a.pdf", b"%PDF" + b"0" * verify.UPLOAD_LIMIT)
    response = client.post("/verify/upload/", {"file": large})
    assert response.status_code == 413
    assert "超过5MB" in words(response.content)
    response = client.post("/verify/upload/", {})
    assert response.status_code == 400
    assert "请选择要核验的PDF文件" in words(response.content)
    assert '<a href="#v-file">' in response.content.decode()


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/verify/?code=", 400, "请填写验真码"),
        ("/verify/?code=3F2A-91B", 404, "验真码是12位字母和数字"),
        ("/verify/3f2a91bc04de/", 404, "没有找到这个验真码"),
    ],
)
def test_a_code_that_leads_nowhere_is_said_at_its_field(
    db: None, address: str, status: int, said: str
) -> None:
    response = Client().get(address)
    html = response.content.decode()
    assert response.status_code == status
    assert said in words(response.content)
    assert '<a href="#v-code">' in html
    assert 'aria-describedby="v-code-hint v-code-e" aria-invalid="true"' in html
    kept = address.rpartition("=")[2].strip("/").rpartition("/")[2]
    assert not kept or f'value="{kept}"' in html


def test_a_form_of_another_site_is_refused(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/verify/upload/", {"file": SimpleUploadedFile("a.pdf", b"x")})
    assert response.status_code == 403


def test_too_many_uploads_are_asked_to_wait(db: None) -> None:
    client = Client()
    for _ in range(verify.TRIES):
        client.post("/verify/upload/", {})
    response = client.post("/verify/upload/", {})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


# --- by short id


def test_the_short_id_finds_the_paper_and_no_person(done: Application) -> None:
    draft = papers.ensure(done, Kind.AGREEMENT_DRAFT)
    signed = papers.ensure(done, Kind.AGREEMENT)
    response = Client().get("/verify/", {"code": papers.verify_code(draft.key)})
    assert response.status_code == 302
    page = Client().get(response["Location"])
    said = words(page.content)
    assert signed.sha256 in said
    assert "三方协议（已签署）" in said
    assert page.content.decode().count('<span class="tag ok">') == 3
    assert done.contact
    for private in (*done.contact.values(), done.number, draft.key):
        assert private not in page.content.decode()


@pytest.mark.parametrize(
    "code", ["", "x" * 40_000, "000000000000", "zzzz", "\x00", "\u202eabc", "１２"]
)
def test_an_unknown_short_id_gets_a_sentence(db: None, code: str) -> None:
    response = Client().get("/verify/", {"code": code}, follow=True)
    assert response.status_code in {400, 404}
    assert "验真码" in words(response.content)


def test_certificate_and_list_can_be_had(db: None) -> None:
    root = x509.load_der_x509_certificate(Client().get("/verify/ca.crt").content)
    revoked = x509.load_der_x509_crl(Client().get("/verify/crl").content)
    assert revoked.issuer == root.subject


def test_the_footer_leads_there(db: None) -> None:
    assert 'href="/verify/"' in Client().get("/").content.decode()

"""Step 3 协议签署: what was shown is what is signed, with the PIN of this moment."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core import serializers

from tests.worlds import PIN, Person
from wizard import papers
from wizard.authority import control
from wizard.documents import texts
from wizard.files import file_of
from wizard.models import Application, Document, Event
from wizard.process import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(owner: Person) -> Application:
    return owner.application(until=State.AWAITING_SIGNATURE)


def words_of(paper: Document, folder: Path) -> str:
    """The PDF's text without white space, as pdftotext reads it."""
    path = folder / "paper.pdf"
    path.write_bytes(papers.content(paper))
    read = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True)
    return "".join(read.stdout.split())


def test_page_and_pdf_carry_the_same_agreement(
    owner: Person, ready: Application, tmp_path: Path
) -> None:
    html = owner.client.get(f"/apply/{ready.number}/agreement/").content.decode()
    pdf = words_of(papers.ensure(ready, Document.Kind.AGREEMENT_DRAFT), tmp_path)
    for clause in texts.agreement(file_of(ready)).clauses:
        for paragraph in clause.paragraphs:
            assert paragraph in html
            assert "".join(paragraph.split()) in pdf


def test_a_name_is_put_into_the_shown_text_as_it_is(owner: Person, ready: Application) -> None:
    papers.ensure(ready, Document.Kind.AGREEMENT_DRAFT)
    ready.file["enterprise"]["name"] = "{number}<b>&公司"
    ready.save(update_fields=["file"])
    html = owner.client.get(f"/apply/{ready.number}/agreement/").content.decode()
    assert "甲方（投保企业）：{number}&lt;b&gt;&amp;公司</p>" in html
    assert f"编号为 {ready.number} 的" in html


def test_the_hash_on_the_page_is_the_hash_that_is_signed(owner: Person, ready: Application) -> None:
    draft = papers.ensure(ready, Document.Kind.AGREEMENT_DRAFT)
    html = owner.client.get(f"/apply/{ready.number}/agreement/").content.decode()
    assert draft.sha256 in html
    owner.post(ready, "agreement", {"agreement-agreed": "on", "agreement-pin": PIN})
    ready.refresh_from_db()
    assert ready.file["agreement_sha256"] == draft.sha256
    assert Event.objects.get(application=ready, action="sign").document_sha256 == draft.sha256


def test_the_browser_cannot_choose_what_is_signed(owner: Person, ready: Application) -> None:
    draft = papers.ensure(ready, Document.Kind.AGREEMENT_DRAFT)
    owner.post(
        ready,
        "agreement",
        {
            "agreement-agreed": "on",
            "agreement-pin": PIN,
            "agreement-sha256": "0" * 64,
            "agreement_sha256": "0" * 64,
        },
    )
    ready.refresh_from_db()
    assert ready.file["agreement_sha256"] == draft.sha256


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"agreement-pin": PIN}, "请阅读协议，并勾选"),
        ({"agreement-agreed": "on"}, "请填写卡密码"),
        ({"agreement-agreed": "on", "agreement-pin": "1234"}, "8 位"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_signed(
    owner: Person, ready: Application, data: dict[str, str], sentence: str
) -> None:
    html = owner.post(ready, "agreement", data).content.decode()
    assert sentence in html
    ready.refresh_from_db()
    assert ready.state == State.AWAITING_SIGNATURE


def test_full_width_digits_of_the_pin_are_understood(owner: Person, ready: Application) -> None:
    owner.post(ready, "agreement", {"agreement-agreed": "on", "agreement-pin": "８８８８８８８８"})
    ready.refresh_from_db()
    assert ready.state == State.UNDER_REVIEW


def test_the_signed_paper_names_three_parties_and_the_time(owner: Person, tmp_path: Path) -> None:
    application = owner.application(until=State.UNDER_REVIEW)
    words = words_of(papers.ensure(application, Document.Kind.AGREEMENT), tmp_path)
    assert "待签署" not in words
    assert words.count("签署") > 3
    assert application.company in words
    address = owner.client.get(f"/apply/{application.number}/agreement.pdf")["Location"]
    signed = papers.ensure(application, Document.Kind.AGREEMENT)
    assert address.endswith(f"{signed.key}.pdf")


@pytest.mark.parametrize(
    ("step", "until", "after"),
    [
        ("agreement", State.AWAITING_SIGNATURE, State.UNDER_REVIEW),
        ("policy", State.ISSUED, State.ACKNOWLEDGED),
    ],
)
def test_a_card_that_is_pulled_out_stops_the_signature_and_back_in_it_goes_on(
    owner: Person, step: str, until: State, after: State
) -> None:
    application = owner.application(until=until)
    entered = {"agreement-agreed": "on", f"{step}-pin": PIN}
    control().insert_card(owner.world.key, None)
    refused = owner.post(application, step, entered)
    assert "没有读到卡" in refused.content.decode()
    assert "C-106" in refused.content.decode()
    application.refresh_from_db()
    assert application.state == until
    control().insert_card(owner.world.key, owner.actor.card_serial)
    owner.post(application, step, entered)
    application.refresh_from_db()
    assert application.state == after


def test_the_pin_is_in_no_row_of_the_database(owner: Person, ready: Application) -> None:
    """The PIN that everybody starts with would be found anywhere: another one is typed wrong."""
    owner.post(ready, "agreement", {"agreement-agreed": "on", "agreement-pin": "97531864"})

    dump = "".join(
        serializers.serialize("json", model._default_manager.all())
        for model in apps.get_app_config("wizard").get_models()
    )
    assert "97531864" not in dump

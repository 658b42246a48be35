"""The trail and the vault: what was recorded cannot be changed without being found."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests.worlds import Person
from wizard import audit, documents, papers, vault
from wizard.models import Application, Document, Event
from wizard.process import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(owner: Person) -> Application:
    return owner.application(until=State.UNDER_REVIEW)


def test_every_step_leaves_a_line_with_actor_receipt_and_hash(signed: Application) -> None:
    lines = list(signed.events.values_list("action", "outcome"))
    assert lines == [
        ("offered", "done"),
        ("confirm", "done"),
        ("make-seal", "done"),
        ("sign", "done"),
    ]
    sign = signed.events.get(action="sign")
    draft = signed.documents.get(kind=Document.Kind.AGREEMENT_DRAFT)
    assert sign.document_sha256 == draft.sha256 == signed.file["agreement_sha256"]
    assert sign.facts["receipt"].startswith("HZ-")
    assert signed.signed_by == sign.actor


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wizard_event SET actor = 'x'",
        "DELETE FROM wizard_event",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE wizard_event"
        if connection.vendor == "postgresql"
        else "INSERT OR REPLACE INTO wizard_event SELECT * FROM wizard_event",
    ],
)
def test_the_database_itself_refuses_changes(signed: Application, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    head = signed.events.latest("sequence")
    assert audit.first_bad(signed, {head.sequence: {head.hash}}) is None


def test_a_world_that_is_thrown_away_lets_go_of_its_lines(signed: Application) -> None:
    signed.world.purged_at = timezone.now()
    signed.world.save()
    signed.delete()
    assert not Event.objects.filter(application_id=signed.pk).exists()


def test_a_paper_is_rendered_once_and_kept_by_its_hash(signed: Application) -> None:
    first = papers.ensure(signed, Document.Kind.FORM)
    assert papers.ensure(signed, Document.Kind.FORM).pk == first.pk
    assert vault.read(first.sha256).startswith(b"%PDF")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "another file": lambda path: path.write_bytes(b"%PDF-1.7 something else"),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1000]),
    "one byte short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "gone": Path.unlink,
}


@pytest.mark.usefixtures("papers_anew")
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_paper_is_made_again_and_never_served(
    owner: Person, signed: Application, damage: str
) -> None:
    paper = papers.ensure(signed, Document.Kind.FORM)
    DAMAGE[damage](vault.path_of(paper.sha256))
    with pytest.raises(vault.DocumentDamaged):
        vault.read(paper.sha256)
    answer = owner.client.get(f"/apply/{signed.number}/docs/{paper.key}.pdf")
    assert answer.status_code == 200
    assert vault.read(paper.sha256) == answer.content


def test_a_damaged_paper_that_cannot_be_made_again_is_an_honest_answer(
    owner: Person, signed: Application, caplog: pytest.LogCaptureFixture
) -> None:
    paper = papers.ensure(signed, Document.Kind.FORM)
    Document.objects.filter(pk=paper.pk).update(sha256="ab" * 32)
    answer = owner.client.get(f"/apply/{signed.number}/docs/{paper.key}.pdf")
    assert answer.status_code == 503
    assert "010-95198" in answer.content.decode()
    assert f"document damaged: {paper.key}" in caplog.text


@pytest.mark.usefixtures("papers_anew")
def test_so_it_is_where_no_font_has_its_characters_any_more(
    owner: Person, signed: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(_paper: documents.Paper) -> documents.Pdf:
        raise documents.MissingGlyph("\U00030edd")

    paper = papers.ensure(signed, Document.Kind.FORM)
    vault.path_of(paper.sha256).unlink()
    monkeypatch.setattr(documents, "pdf", unknown)
    answer = owner.client.get(f"/apply/{signed.number}/docs/{paper.key}.pdf")
    assert answer.status_code == 503
    assert "010-95198" in answer.content.decode()


@pytest.mark.usefixtures("papers_anew")
@pytest.mark.parametrize("moment", ["while it is set", "while it is written"])
def test_who_is_killed_over_a_paper_leaves_no_half_file_and_the_page_makes_it_once(
    owner: Person, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    application = owner.application()
    text = papers.text(application, Document.Kind.FORM)
    before = set(vault._root().glob("*/*.pdf"))
    ours, theirs = os.pipe()

    def stand_still(*_arguments: Any) -> None:
        os.write(theirs, b"!")
        signal.pause()

    place = (documents.render, "_finish") if moment == "while it is set" else (os, "fsync")
    maker = os.fork()
    if not maker:
        monkeypatch.setattr(*place, stand_still)
        vault.keep(documents.pdf(text).content)
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as told:
        assert told.read(1) == b"!"
    os.kill(maker, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(maker, 0)[1]) == -signal.SIGKILL
    assert set(vault._root().glob("*/*.pdf")) == before
    assert owner.client.get(f"/apply/{application.number}/confirm/").status_code == 200
    paper = application.documents.get(kind=Document.Kind.FORM)
    assert vault.read(paper.sha256).startswith(b"%PDF")


def test_what_was_opened_is_on_record_once(owner: Person, signed: Application) -> None:
    paper = papers.ensure(signed, Document.Kind.FORM)
    for _twice in range(2):
        owner.client.get(f"/apply/{signed.number}/docs/{paper.key}/")
    assert signed.events.filter(action="view").count() == 1

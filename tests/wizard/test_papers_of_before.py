"""A paper of before a correction: an old window or a bookmark still leads to it."""

from __future__ import annotations

import pytest

from tests.account.desk import words
from tests.worlds import Person, make_world, signed_in
from wizard import papers, sealing, vault
from wizard.authority import control
from wizard.demo.landing import walk
from wizard.models import Application, Document
from wizard.process import State
from wizard.transitions import refresh

pytestmark = pytest.mark.django_db


def is_there_and_called_old(owner: Person, paper: Document) -> None:
    """The page opens, says what the paper is worth, and has its bytes; no text of today."""
    address = f"/apply/{paper.application.number}/docs/{paper.key}"
    page = owner.client.get(f"{address}/")
    assert page.status_code == 200
    said = words(page)
    assert "现在的办理不再用它" in said
    assert "返回办理页面" in said
    assert "文字版" not in said
    assert owner.client.get(f"{address}.pdf").content == papers.content(paper)


def test_the_agreement_that_was_signed_before_the_application_was_returned() -> None:
    owner = signed_in(make_world("P13"))
    application = owner.application(until=State.UNDER_REVIEW)
    signed = papers.ensure(application, Document.Kind.AGREEMENT)
    control().move_until_delivered(owner.world.key)
    refresh(application=application, actor=owner.actor)
    assert Application.objects.get(pk=application.pk).state == State.RETURNED
    is_there_and_called_old(owner, signed)


def test_a_damaged_agreement_of_before_is_refused_and_nobody_signs_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = signed_in(make_world("P13"))
    application = owner.application(until=State.UNDER_REVIEW)
    signed = papers.ensure(application, Document.Kind.AGREEMENT)
    control().move_until_delivered(owner.world.key)
    refresh(application=application, actor=owner.actor)
    again = walk(actor=owner.actor, until=State.UNDER_REVIEW)
    assert again.round > signed.round
    there = set(Document.objects.values_list("kind", "round"))
    vault.path_of(signed.sha256).unlink()

    def asked(*_args: object, **_more: object) -> bytes:
        raise AssertionError("the authority was asked to sign")

    monkeypatch.setattr(sealing, "agreement", asked)
    page = owner.client.get(f"/apply/{again.number}/docs/{signed.key}.pdf")
    assert page.status_code == 503
    assert "存档已损坏" in page.content.decode()
    assert set(Document.objects.values_list("kind", "round")) == there


def test_the_draft_that_was_shown_before_the_contact_was_changed(owner: Person) -> None:
    application = owner.application(until=State.AWAITING_SIGNATURE)
    draft = papers.ensure(application, Document.Kind.AGREEMENT_DRAFT)
    page = owner.client.get(f"/apply/{application.number}/docs/{draft.key}/")
    assert "文字版" in words(page)
    owner.client.post(f"/apply/{application.number}/reopen/", {"rev": application.revision})
    is_there_and_called_old(owner, draft)

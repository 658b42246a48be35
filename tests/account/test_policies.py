"""我的保单: the list, one policy, its PDF."""

from __future__ import annotations

import pytest

from tests.account.desk import lose, words
from tests.worlds import Person, make_world, signed_in
from wizard.authority import single_window
from wizard.models import Document
from wizard.process import State
from wizard.singlewindow.port import Policy


@pytest.fixture
def insured(db: None) -> Person:
    """P15, whose policy has been delivered."""
    person = signed_in(make_world("P15"))
    person.application(until=State.ISSUED)
    return person


@pytest.fixture
def renewing(db: None) -> Person:
    """P02, who has a policy of the year before that this site never saw."""
    return signed_in(make_world("P02"))


def policy_of(person: Person) -> Policy:
    return single_window(person.world).policies(token=person.actor.token)[0]


def test_nothing_yet(owner: Person) -> None:
    assert "保单生效后会出现在这里" in words(owner.client.get("/policies/"))


def test_the_list_leads_to_the_policy_and_that_to_its_application(insured: Person) -> None:
    policy, application = policy_of(insured), insured.application()
    page = insured.client.get("/policies/").content.decode()
    assert f'href="/policies/{policy.number}/"' in page
    shown = insured.client.get(f"/policies/{policy.number}/")
    assert "USD 150,000.00" in words(shown)
    assert "还没有收悉" in words(shown)
    assert f'href="/apply/{application.number}/policy/"' in shown.content.decode()


def test_the_pdf_is_the_stored_paper_of_the_application(insured: Person) -> None:
    policy, application = policy_of(insured), insured.application()
    response = insured.client.get(f"/policies/{policy.number}.pdf")
    paper = Document.objects.get(application=application, kind=Document.Kind.POLICY)
    assert response["Location"] == f"/apply/{application.number}/docs/{paper.key}.pdf"
    pdf = insured.client.get(response["Location"])
    assert pdf.content.startswith(b"%PDF")
    again = insured.client.get(f"/policies/{policy.number}.pdf?download")
    assert again["Location"].endswith(".pdf?download")
    assert Document.objects.filter(kind=Document.Kind.POLICY).count() == 1


def test_an_acknowledged_policy_says_so(insured: Person) -> None:
    application = insured.application(until=State.ACKNOWLEDGED)
    assert "已收悉" in words(insured.client.get("/policies/"))
    shown = words(insured.client.get(f"/policies/{policy_of(insured).number}/"))
    assert "收悉" in shown
    assert "还没有收悉" not in shown
    both = application.documents.get(kind=Document.Kind.POLICY_RECEIVED)
    file = insured.client.get(f"/policies/{policy_of(insured).number}.pdf")
    assert file["Location"] == f"/apply/{application.number}/docs/{both.key}.pdf"


def test_a_policy_of_an_earlier_year_is_shown_and_made_into_a_pdf(renewing: Person) -> None:
    policy = policy_of(renewing)
    shown = renewing.client.get(f"/policies/{policy.number}/")
    assert shown.status_code == 200
    assert policy.number in words(shown)
    assert "没有电子签名，“文件验真”页不能核验" in words(shown)
    pdf = renewing.client.get(f"/policies/{policy.number}.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Type"] == "application/pdf"
    assert renewing.client.get(f"/policies/{policy.number}.pdf").content == pdf.content


def test_a_stranger_gets_not_found(insured: Person, stranger: Person) -> None:
    number = policy_of(insured).number
    assert stranger.client.get(f"/policies/{number}/").status_code == 404
    assert stranger.client.get(f"/policies/{number}.pdf").status_code == 404


@pytest.mark.parametrize("number", ["9" * 3000, "%00", "%ED%A0%80", "..%2F..", "保单", "'--"])
def test_numbers_that_are_none(insured: Person, number: str) -> None:
    assert insured.client.get(f"/policies/{number}/").status_code == 404
    assert insured.client.get(f"/policies/{number}.pdf").status_code == 404


def test_when_nobody_answers_the_stored_policy_is_shown(insured: Person) -> None:
    number = policy_of(insured).number
    lose(insured.world, "applications")
    lose(insured.world, "policies")
    shown = words(insured.client.get("/policies/"))
    assert number in shown
    assert "X-704" in shown

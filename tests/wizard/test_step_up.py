"""The PIN of a signature is good for one document: what was authorised, and nothing else."""

from __future__ import annotations

import dataclasses

import pytest

from tests.worlds import PIN, Person
from wizard import accepted, papers
from wizard.authority import signing_authority
from wizard.models import Application, Document
from wizard.process import State
from wizard.singlewindow.signing import Paper, Party, SignatureRefused, SignatureRequest

pytestmark = pytest.mark.django_db
Kind = Document.Kind


@pytest.fixture
def done(owner: Person) -> Application:
    """Both PINs have been entered: for the agreement and for 收悉."""
    return owner.application(until=State.ACKNOWLEDGED)


def request(application: Application, kind: Document.Kind, step: str) -> SignatureRequest:
    """The exporter's signature on a kept paper, on the word of a step's PIN."""
    content = papers.content(papers.ensure(application, kind))
    return SignatureRequest(
        uscc=application.uscc,
        number=application.number,
        paper=Paper.AGREEMENT if kind == Kind.AGREEMENT_DRAFT else Paper.POLICY,
        party=Party.EXPORTER,
        authorised_by=accepted.key_of(application, step),
        base=len(content),
        covered=content,
    )


def refused(application: Application, asked: SignatureRequest) -> str:
    with pytest.raises(SignatureRefused) as why:
        signing_authority(application.world).sign(asked)
    return str(why.value)


@pytest.mark.parametrize(
    ("kind", "step", "why"),
    [
        (Kind.AGREEMENT_DRAFT, "policy", "No PIN was entered"),
        (Kind.POLICY, "agreement", "The policy has not been acknowledged"),
    ],
)
@pytest.mark.parametrize("with_key", [True, False])
def test_the_pin_of_one_step_does_not_sign_the_other_steps_document(
    done: Application, kind: Document.Kind, step: str, why: str, with_key: bool
) -> None:
    asked = request(done, kind, step)
    if not with_key:
        asked = dataclasses.replace(asked, authorised_by="")
    assert why in refused(done, asked)


@pytest.mark.parametrize(
    ("kind", "step"), [(Kind.AGREEMENT_DRAFT, "agreement"), (Kind.POLICY, "policy")]
)
def test_the_pin_does_not_sign_a_document_that_was_not_shown(
    done: Application, kind: Document.Kind, step: str
) -> None:
    asked = request(done, kind, step)
    changed = asked.covered[:-1] + bytes([asked.covered[-1] ^ 1])
    for other in (
        dataclasses.replace(asked, covered=changed),
        dataclasses.replace(asked, base=asked.base - 1),
        dataclasses.replace(asked, base=0),
    ):
        assert "The PIN was entered for another" in refused(done, other)


def test_the_pin_does_not_sign_twice(done: Application) -> None:
    asked = request(done, Kind.POLICY, "policy")
    more = dataclasses.replace(asked, covered=asked.covered + b"one more revision")
    assert "Other bytes were signed" in refused(done, more)


def test_the_pin_does_not_sign_for_another_application(done: Application, stranger: Person) -> None:
    theirs = stranger.application(until=State.ACKNOWLEDGED)
    for kind, step in ((Kind.AGREEMENT_DRAFT, "agreement"), (Kind.POLICY, "policy")):
        ours, other = request(done, kind, step), request(theirs, kind, step)
        assert refused(theirs, dataclasses.replace(ours, uscc=theirs.uscc, number=theirs.number))
        assert refused(done, dataclasses.replace(other, uscc=done.uscc, number=done.number))
        borrowed = dataclasses.replace(other, authorised_by=ours.authorised_by + ".other")
        assert refused(theirs, borrowed)


@pytest.mark.parametrize(
    ("step", "state", "data"),
    [
        ("agreement", State.AWAITING_SIGNATURE, {"agreement-agreed": "on"}),
        ("policy", State.ISSUED, {}),
    ],
)
def test_a_pin_that_was_entered_a_moment_ago_is_asked_for_again(
    owner: Person, step: str, state: State, data: dict[str, str]
) -> None:
    application = owner.application(until=state)
    assert owner.post(application, step, data).status_code == 200, "the sign-in's PIN is no consent"
    assert Application.objects.get(pk=application.pk).state == state
    assert owner.post(application, step, data | {f"{step}-pin": PIN}).status_code == 303
    assert Application.objects.get(pk=application.pk).state != state


def test_what_a_pin_was_entered_for_is_kept_by_the_authority(done: Application) -> None:
    policy = papers.ensure(done, Kind.POLICY)
    signed = done.events.get(action="acknowledge")
    assert signed.document_sha256 == policy.sha256
    assert papers.content(papers.ensure(done, Kind.POLICY_RECEIVED)).startswith(
        papers.content(policy)
    )

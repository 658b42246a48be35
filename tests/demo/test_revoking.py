"""吊销企业证书: the next signature is refused, and the verification page says what it means."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tests import worlds
from tests.demo.console import start, text
from tests.test_verify import upload
from tests.worlds import PIN, Person, make_world, signed_in
from wizard import papers
from wizard.authority import demo_authority
from wizard.documents.signing.verification import examine
from wizard.models import Application, Document
from wizard.process import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_anew")]
PAGE = "/demo/authority/"
Kind = Document.Kind


@pytest.fixture
def papers_set_once() -> None:
    """Here each paper is one of its own: what was signed when is what is tested."""


def walked(person: Person, until: State) -> tuple[Application, bytes]:
    application = person.application(until=until)
    return application, papers.content(papers.ensure(application, Kind.AGREEMENT))


def serial_of(content: bytes) -> str:
    """The number of the exporter's certificate."""
    ours = demo_authority()
    report = examine(content, root=ours.authority_certificate(), revocations=ours.revocations())
    return next(one.serial for one in report.findings if one.field == "sig-exporter")


def test_what_was_signed_stays_the_next_signature_stops_and_a_new_certificate_goes_on(
    presenter: Client,
) -> None:
    world, _address = start(presenter, "N-01")
    owner = signed_in(world)
    application, agreement = walked(owner, State.ISSUED)
    colleagues = signed_in(make_world(world.persona))
    _theirs, elsewhere = walked(colleagues, State.UNDER_REVIEW)

    presenter.post(PAGE, {"a": "revoke", "since": "now"})
    assert "企业证书已吊销" in text(presenter, PAGE)
    said = upload(agreement)
    assert f"“{application.company}”的证书后来被吊销" in said
    assert "签名在吊销以前已有时间戳，仍然有效" in said
    assert "后来被吊销" not in upload(elsewhere), "the same company in another demonstration"

    refused = owner.post(application, "policy", {"policy-pin": PIN}).content.decode()
    assert "C-104" in refused
    application.refresh_from_db()
    assert application.state == State.ISSUED

    assert 'name="do" value="reinstall"' in owner.client.get("/login/card/").content.decode()
    owner.client.post("/login/desk/", {"do": "reinstall"})
    owner.post(application, "policy", {"policy-pin": PIN})
    received = papers.content(papers.ensure(application, Kind.POLICY_RECEIVED))
    assert "文件真实，没有改动" in upload(received)
    assert serial_of(received) != serial_of(agreement)


def test_what_was_signed_within_the_same_second_stays(
    presenter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _address = start(presenter, "N-01")
    monkeypatch.setattr(worlds.clock, "at", timezone.now())
    _application, agreement = walked(signed_in(world), State.UNDER_REVIEW)
    presenter.post(PAGE, {"a": "revoke", "since": "now"})
    monkeypatch.setattr(worlds.clock, "at", None)
    assert "签名在吊销以前已有时间戳，仍然有效" in upload(agreement)


def test_what_was_signed_after_that_day_is_void(presenter: Client) -> None:
    world, _address = start(presenter, "N-01")
    application, agreement = walked(signed_in(world), State.UNDER_REVIEW)
    presenter.post(PAGE, {"a": "revoke", "since": "week"})
    said = upload(agreement)
    assert f"“{application.company}”的证书在签署以前已被吊销" in said
    assert "签名已不可信" in said
    assert "请签署人换新证书再签一次" in said
    assert "文件真实" not in said
    short = papers.ensure(application, Kind.AGREEMENT).key[: papers.SHORT_LENGTH]
    assert "证书已吊销" in text(presenter, f"/verify/{short}/")


@pytest.mark.parametrize("since", ["", "yesterday", "-1", "\x00", "9" * 5000])
def test_what_the_page_does_not_offer_revokes_nothing(presenter: Client, since: str) -> None:
    start(presenter, "N-01")
    before = demo_authority().revocations()
    presenter.post(PAGE, {"a": "revoke", "since": since})
    assert "没有打开" in text(presenter, PAGE)
    assert demo_authority().revocations() == before

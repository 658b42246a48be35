"""Moving about: back, refresh, two tabs, double click, jump ahead, tampering, a stranger's number.

Each trap of formtools that architecture.md lists is a test here.
"""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.worlds import CONTACT, PIN, Person, browser, hidden_fields, make_world, signed_in
from wizard.models import Application, Attempt, Draft, Event
from wizard.process import STEPS, State
from wizard.singlewindow.port import CardKind

pytestmark = pytest.mark.django_db


def url(application: Application, step: str) -> str:
    return reverse("step", kwargs={"number": application.number, "step": step})


def confirm(owner: Person, application: Application) -> None:
    answer = owner.post(application, "confirm", CONTACT | {"commit": "1"})
    assert answer.status_code == 303, answer.content.decode()[:3000]
    application.refresh_from_db()


# --- the owner's way


def test_the_four_steps_lead_from_one_to_the_next(owner: Person, application: Application) -> None:
    confirm(owner, application)
    assert application.state == State.AWAITING_SEAL
    assert owner.post(application, "seal")["Location"] == url(application, "agreement")
    answer = owner.post(application, "agreement", {"agreement-agreed": "on", "agreement-pin": PIN})
    assert answer["Location"] == url(application, "policy")
    application.refresh_from_db()
    assert application.state == State.UNDER_REVIEW
    assert application.signed_by.startswith(owner.actor.holder)


@pytest.mark.parametrize("step", ["seal", "agreement", "policy"])
def test_jumping_ahead_leads_to_the_open_step_and_says_so(
    owner: Person, application: Application, step: str
) -> None:
    answer = owner.client.get(url(application, step), follow=True)
    assert answer.redirect_chain == [(url(application, "confirm"), 302)]
    assert "请先完成第 1 步" in answer.content.decode()


def test_posting_ahead_has_no_effect(owner: Person, application: Application) -> None:
    page = hidden_fields(owner.client.get(url(application, "confirm")))
    answer = owner.client.post(
        url(application, "agreement"), page | {"agreement-agreed": "on", "agreement-pin": PIN}
    )
    assert answer["Location"] == url(application, "confirm")
    application.refresh_from_db()
    assert application.state == State.AWAITING_CONFIRMATION


def test_back_to_a_finished_step_shows_a_summary_and_no_form(
    owner: Person, application: Application
) -> None:
    confirm(owner, application)
    html = owner.client.get(url(application, "confirm")).content.decode()
    assert "已完成" in html
    assert "林示例" in html
    assert "回到第 2 步" in html
    assert 'name="confirm-name"' not in html


def test_a_finished_step_hands_out_what_came_of_it(owner: Person) -> None:
    application = owner.application(until=State.UNDER_REVIEW)
    papers = {paper.kind: paper.key for paper in application.documents.all()}
    for step, kind in (("confirm", "form"), ("agreement", "agreement")):
        html = owner.client.get(url(application, step)).content.decode()
        assert f"/docs/{papers[kind]}/" in html
        assert f"/docs/{papers[kind]}.pdf?download" in html
    seal = owner.client.get(url(application, "seal")).content.decode()
    assert "演示专用" in seal
    assert "预览" not in seal
    assert '<svg class="seal"' in seal


def test_refresh_draws_the_same_page_and_changes_nothing(
    owner: Person, application: Application
) -> None:
    confirm(owner, application)
    before = (application.revision, Event.objects.count(), Attempt.objects.count())
    for step in STEPS:
        for _again in range(2):
            owner.client.get(url(application, step.slug), follow=True)
    application.refresh_from_db()
    assert (application.revision, Event.objects.count(), Attempt.objects.count()) == before


def test_the_address_of_the_application_leads_to_its_open_step(
    owner: Person, application: Application
) -> None:
    answer = owner.client.get(reverse("apply", kwargs={"number": application.number}))
    assert answer["Location"] == url(application, "confirm")


# --- clicks and windows


def test_a_second_click_gets_the_first_ones_result_and_no_error(
    owner: Person, application: Application
) -> None:
    page = hidden_fields(owner.client.get(url(application, "confirm")))
    post = page | CONTACT | {"commit": "1"}
    first = owner.client.post(url(application, "confirm"), post)
    second = owner.client.post(url(application, "confirm"), post)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"] == url(application, "seal")
    assert Attempt.objects.filter(status="done").count() == 1


def test_a_stale_window_is_told_and_submits_nothing(
    owner: Person, application: Application
) -> None:
    stale = hidden_fields(owner.client.get(url(application, "confirm")))
    confirm(owner, application)
    answer = owner.client.post(
        url(application, "confirm"),
        stale | CONTACT | {"confirm-name": "周示例", "commit": "1"},
    )
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "另一个窗口已经办到第 2 步" in html
    assert "继续第 2 步" in html
    application.refresh_from_db()
    assert application.contact is not None
    assert application.contact["name"] == "林示例"


def test_two_applications_in_two_tabs_do_not_mix(owner: Person) -> None:
    """Session storage would be one slot for both."""
    first = owner.application()
    other = signed_in(make_world("P01"))
    second = other.application()
    owner.post(first, "confirm", CONTACT | {"confirm-name": "陈示例", "draft": "1"})
    other.post(second, "confirm", CONTACT | {"confirm-name": "周示例", "draft": "1"})
    assert "陈示例" in owner.client.get(url(first, "confirm")).content.decode()
    assert "周示例" in other.client.get(url(second, "confirm")).content.decode()


# --- tampering


@pytest.mark.parametrize(
    "current_step", ["agreement", "nonsense", "", "x" * 10_000, "\x00"], ids=repr
)
def test_a_tampered_current_step_has_no_effect(
    owner: Person, application: Application, current_step: str
) -> None:
    page = hidden_fields(owner.client.get(url(application, "confirm")))
    name = next(name for name in page if name.endswith("current_step"))
    answer = owner.client.post(
        url(application, "confirm"), page | CONTACT | {name: current_step, "commit": "1"}
    )
    assert answer["Location"] == url(application, "confirm")
    application.refresh_from_db()
    assert application.state == State.AWAITING_CONFIRMATION


@pytest.mark.parametrize("rev", ["", "-1", "999", "9" * 4000, "一", "0x0"])
def test_a_tampered_revision_is_a_stale_window(
    owner: Person, application: Application, rev: str
) -> None:
    page = hidden_fields(owner.client.get(url(application, "confirm")))
    answer = owner.client.post(
        url(application, "confirm"), page | CONTACT | {"rev": rev, "commit": "1"}
    )
    assert answer.status_code == 409


def test_hidden_fields_of_the_browser_never_decide_whose_or_how_far(
    owner: Person, application: Application
) -> None:
    owner.post(
        application,
        "confirm",
        CONTACT
        | {"commit": "1", "state": "acknowledged", "uscc": "x", "company": "y", "world": "1"},
    )
    before = (application.uscc, application.company, application.world_id)
    application.refresh_from_db()
    assert (application.uscc, application.company, application.world_id) == before
    assert application.state == State.AWAITING_SEAL


@pytest.mark.parametrize("step", ["done", "0", "-1", "5", "9" * 41, "CONFIRM", "confirm.pdf"])
def test_an_address_that_is_no_step_is_not_found(
    owner: Person, application: Application, step: str
) -> None:
    assert owner.client.get(f"/apply/{application.number}/{step}/").status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(owner: Person, application: Application, method: str) -> None:
    answer = getattr(owner.client, method)(url(application, "confirm"))
    assert answer.status_code == 405


# --- others


@pytest.mark.parametrize("step", [step.slug for step in STEPS])
def test_a_stranger_finds_nothing(
    stranger: Person, owner: Person, application: Application, step: str
) -> None:
    application = owner.application(until=State.AWAITING_SIGNATURE)
    assert stranger.client.get(url(application, step)).status_code in {404}
    assert stranger.client.post(url(application, step), {}).status_code == 404
    assert stranger.client.get(f"/apply/{application.number}/").status_code == 404
    assert stranger.client.get(f"/apply/{application.number}/receipt/").status_code == 404
    paper = application.documents.get(kind="agreement-draft")
    for suffix in ("/", ".pdf"):
        address = f"/apply/{application.number}/docs/{paper.key}{suffix}"
        assert owner.client.get(address).status_code == 200
        assert stranger.client.get(address).status_code == 404


def test_a_stranger_in_the_same_world_number_sees_only_their_own(stranger: Person) -> None:
    """Numbers are unique within a world only: the world decides before the number does."""
    mine = stranger.application()
    assert stranger.client.get(url(mine, "confirm")).status_code == 200


def test_nobody_signed_in_is_led_to_the_sign_in_and_back(application: Application) -> None:
    answer = browser(application.world).get(url(application, "confirm"))
    assert answer.status_code in {302, 303}
    assert answer["Location"].startswith("/login/")
    assert "next=" in answer["Location"]


def test_a_colleague_with_an_operator_card_may_look_and_not_commit(colleague: Person) -> None:
    application = colleague.application()
    here = quote(url(application, "confirm"), safe="")
    asked = colleague.client.get(url(application, "confirm"))
    assert asked["Location"] == f"/login/blocked/?next={here}"
    answer = colleague.client.post(url(application, "confirm"), CONTACT | {"commit": "1"})
    assert answer.status_code == 403
    assert "C-101" in answer.content.decode()
    application.refresh_from_db()
    assert application.state == State.AWAITING_CONFIRMATION


def test_the_owner_in_another_browser_goes_on_where_the_first_one_stopped(
    owner: Person, application: Application
) -> None:
    owner.post(application, "confirm", CONTACT | {"confirm-email": "half_typed@", "draft": "1"})
    elsewhere = signed_in(application.world, CardKind.LEGAL)
    html = elsewhere.client.get(url(application, "confirm")).content.decode()
    assert "half_typed@" in html


# --- drafts


def test_an_invalid_form_is_kept_as_typed(owner: Person, application: Application) -> None:
    answer = owner.post(application, "confirm", {"confirm-email": "chen_export-gz@example.com"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "chen_export-gz@example.com" in html
    assert "<title>错误：" in html
    assert Draft.objects.get().data["email"] == ["chen_export-gz@example.com"]


def test_a_draft_holds_no_secret_and_nothing_foreign(
    owner: Person, application: Application
) -> None:
    application = owner.application(until=State.AWAITING_SIGNATURE)
    owner.post(application, "agreement", {"agreement-pin": "13572468", "agreement-more": "x"})
    kept = json.dumps([*Draft.objects.values_list("data", flat=True)])
    assert "13572468" not in kept
    assert "csrf" not in kept
    assert "more" not in kept


def test_a_draft_is_gone_once_the_step_is_done(owner: Person, application: Application) -> None:
    owner.post(application, "confirm", CONTACT | {"draft": "1"})
    assert Draft.objects.count() == 1
    confirm(owner, application)
    assert Draft.objects.count() == 0


def test_the_check_page_shows_what_was_typed_and_leads_back_to_each_field(
    owner: Person, application: Application
) -> None:
    answer = owner.post(application, "confirm", CONTACT)
    assert answer["Location"] == url(application, "confirm") + "?view=check"
    html = owner.client.get(answer["Location"]).content.decode()
    for value in ("林示例", "020-20000001", "15400000001", "lin.example@example.com"):
        assert value in html
    assert f"{url(application, 'confirm')}#id_confirm-email" in html
    application.refresh_from_db()
    assert application.state == State.AWAITING_CONFIRMATION


def test_the_check_page_without_a_valid_draft_leads_back_to_the_form(
    owner: Person, application: Application
) -> None:
    answer = owner.client.get(url(application, "confirm") + "?view=check")
    assert answer["Location"] == url(application, "confirm")


# --- changing one's mind


@pytest.mark.parametrize("state", [State.AWAITING_SEAL, State.AWAITING_SIGNATURE])
def test_the_contact_can_be_changed_until_the_signature(owner: Person, state: State) -> None:
    application = owner.application(until=state)
    reopen = reverse("reopen", kwargs={"number": application.number})
    answer = owner.client.post(reopen, {"rev": application.revision})
    assert answer["Location"] == url(application, "confirm")
    answer = owner.post(application, "confirm", CONTACT | {"confirm-name": "周示例", "commit": "1"})
    assert answer["Location"] == url(application, "seal")
    owner.post(application, "seal")
    html = owner.client.get(url(application, "agreement")).content.decode()
    assert "周示例" in html
    assert (application.round, Application.objects.get().round) == (1, 2)


def test_after_the_signature_the_contact_stays(owner: Person) -> None:
    application = owner.application(until=State.UNDER_REVIEW)
    reopen = reverse("reopen", kwargs={"number": application.number})
    assert owner.client.post(reopen, {"rev": application.revision}).status_code == 409
    assert owner.client.get(reopen).status_code == 405


def test_private_pages_are_not_stored(owner: Person, application: Application) -> None:
    for address in (url(application, "confirm"), "/center/"):
        assert "no-store" in owner.client.get(address)["Cache-Control"]

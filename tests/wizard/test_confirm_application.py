"""Step 1 确认投保: what has to be told before, what is asked, and what goes on record."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from tests.worlds import CONTACT, Person, hidden_fields, make_world, signed_in
from wizard.authority import control
from wizard.documents import texts
from wizard.models import Application, Event
from wizard.process import State

pytestmark = pytest.mark.django_db


def page(owner: Person, application: Application) -> str:
    return owner.client.get(f"/apply/{application.number}/confirm/").content.decode()


def test_the_page_tells_who_uses_the_contact_and_why_before_it_is_asked_for(
    owner: Person, application: Application
) -> None:
    """个人信息保护法 art. 17: conspicuous and before collecting, in the page itself."""
    html = page(owner, application)
    notice = texts.privacy_notice()
    for question, answer in notice.items:
        assert question in html
        assert answer in html
    assert html.index(notice.title) < html.index('name="confirm-name"')


def test_the_mailbox_rule_is_told_before_the_error(owner: Person, application: Application) -> None:
    assert "不含下划线、中划线" in page(owner, application)


def test_what_the_authority_has_on_file_is_filled_in_and_can_be_changed(
    owner: Person, application: Application
) -> None:
    on_file = application.file["suggested_contact"]
    assert f'value="{on_file["name"]}"' in page(owner, application)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("confirm-declared", "请阅读投保声明"),
        ("confirm-consented", "请勾选是否同意提供联系人信息"),
        ("confirm-name", "请填写姓名"),
        ("confirm-phone", "请填写电话"),
        ("confirm-mobile", "请填写手机"),
        ("confirm-email", "请填写邮箱"),
    ],
)
def test_what_is_missing_is_said_at_its_place_and_nothing_is_submitted(
    owner: Person, application: Application, missing: str, sentence: str
) -> None:
    """PIPL art. 23: the consent to pass the contact on is a tick of its own."""
    told = {name: value for name, value in CONTACT.items() if name != missing}
    if missing not in {"confirm-declared", "confirm-consented"}:
        told[missing] = ""
    html = owner.post(application, "confirm", told | {"commit": "1"}).content.decode()
    assert html.count(sentence) >= 2  # in the summary and at the field
    application.refresh_from_db()
    assert application.state == State.AWAITING_CONFIRMATION


def test_a_refused_mailbox_puts_its_answer_first_in_the_help(
    owner: Person, application: Application
) -> None:

    call_command("faq_import", verbosity=0)
    html = owner.post(
        application, "confirm", CONTACT | {"confirm-email": "a_b@example.com"}
    ).content.decode()
    assert "针对当前问题" in html
    assert "A-201" in html
    assert "/faq/email-format-error/" in html


def test_which_texts_were_agreed_to_goes_on_record(owner: Person, application: Application) -> None:
    """保险法 art. 16, 17: the very version that was on the page."""
    owner.post(application, "confirm", CONTACT | {"commit": "1"})
    facts = Event.objects.get(application=application, action="confirm").facts
    assert facts["declaration"] == texts.declaration().sha256
    assert facts["separate_consent"] == texts.separate_consent().sha256
    assert facts["privacy_notice"] == texts.privacy_notice().sha256
    form = application.documents.get(kind="form")
    assert facts["form_sha256"] == form.sha256


def test_the_document_is_named_as_the_source_names_it(owner: Person) -> None:
    assert "中小企业综合保险投保单（小微企业适用）" in page(owner, owner.application())
    renewing = signed_in(make_world("P02"))
    html = page(renewing, renewing.application())
    assert "中小企业综合保险续转单证（小微企业适用）" in html
    assert "原保险单" in html


def test_whether_the_document_was_opened_is_a_reminder_and_no_block(
    owner: Person, application: Application
) -> None:
    assert "您还没有打开过单证" in page(owner, application)
    paper = application.documents.get(kind="form")
    owner.client.get(f"/apply/{application.number}/docs/{paper.key}/")
    html = page(owner, application)
    assert "您还没有打开过单证" not in html
    assert "已查看" in html


def test_a_returned_application_says_why_and_keeps_what_was_told() -> None:
    person = signed_in(make_world("P13"))
    application = person.application(until=State.RETURNED)
    html = page(person, application)
    assert "退回原因" in html
    assert application.reason in html
    assert application.contact is not None
    assert application.contact["name"] in html
    assert application.signed_at is None


def test_without_an_answer_the_same_button_is_there_again(
    owner: Person, application: Application
) -> None:
    control().set_weather(
        owner.world.key, operation="confirm_application", kind="lost-after", times=1
    )
    lost = owner.post(application, "confirm", CONTACT | {"commit": "1"})
    assert lost.status_code == 503
    assert "核对后确认投保" in lost.content.decode()
    again = owner.client.post(
        f"/apply/{application.number}/confirm/", CONTACT | hidden_fields(lost)
    )
    assert again.status_code == 303
    assert again["Location"].endswith("/seal/")

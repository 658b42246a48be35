"""Step 1 确认投保: the contact, the declaration, the consent, and the confirmation itself."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wizard import papers
from wizard.documents import formats, texts, unsupported_characters
from wizard.fields import EmailRuleField, MobileField, PersonNameField, PhoneField
from wizard.models import Application, Document
from wizard.process import State
from wizard.singlewindow.port import Contact, Receipt
from wizard.steps.base import Answer, Call, StepCommit

CONTACT_FIELDS: Final = ("name", "phone", "mobile", "email")
MASKS: Final = {
    "phone": formats.masked_phone,
    "mobile": formats.masked_phone,
    "email": formats.masked_email,
}


class ContactForm(forms.Form):
    """主要联系人 (all four required, source step 4), the declaration and the separate consent."""

    name = PersonNameField(has_glyph=lambda sign: not unsupported_characters(sign))
    phone = PhoneField()
    mobile = MobileField()
    email = EmailRuleField()
    declared = forms.BooleanField(
        label=_("已认真阅读以上内容并同意"),
        error_messages={"required": _("请阅读投保声明，并勾选“已认真阅读以上内容并同意”")},
    )
    # PIPL art. 23: passing the contact on needs a consent of its own, apart from the declaration.
    consented = forms.BooleanField(
        label=_("同意将上述联系人信息提供给中国信保"),
        error_messages={
            "required": _("请勾选是否同意提供联系人信息。不同意则无法在线投保，可联系小微专员")
        },
    )

    def contact_fields(self) -> list[forms.BoundField]:
        """The four lines of the check page."""
        return [self[name] for name in CONTACT_FIELDS]


class ConfirmApplication(StepCommit):
    """确认投保."""

    slug: ClassVar = "confirm"
    milestone: ClassVar = "confirmed"
    form: ClassVar = ContactForm
    secrets: ClassVar = frozenset[str]()

    def facts(self, application: Application) -> dict[str, Any]:
        """Which 单证 and which texts were on the page (保险法 art. 17, PIPL art. 17 and 23)."""
        return {
            "form_sha256": papers.ensure(application, Document.Kind.FORM).sha256,
            "text_version": texts.declaration().version,
            "declaration": texts.declaration().sha256,
            "privacy_notice": texts.privacy_notice().sha256,
            "separate_consent": texts.separate_consent().sha256,
        }

    def needs(self, application: Application) -> tuple[Document.Kind, ...]:  # noqa: ARG002
        """The 单证 that is confirmed."""
        return (Document.Kind.FORM,)

    def page(self, application: Application) -> dict[str, Any]:
        """The 单证, the texts that are agreed to, and why it came back if it did."""
        return papers.card(papers.ensure(application, Document.Kind.FORM)) | {
            "declaration": texts.declaration(),
            "notice": texts.privacy_notice(),
            "consent": texts.separate_consent(),
            "returned": application.state == State.RETURNED,
        }

    def answers(self, application: Application) -> tuple[Answer, ...]:
        """The contact as it was confirmed, and the two ticks."""
        contact = application.contact or {}
        told = [
            Answer(
                label=str(field.label),
                value=contact.get(name, "—"),
                masked=MASKS[name](contact.get(name, "")) if name in MASKS else "",
            )
            for name, field in ContactForm.base_fields.items()
            if name in CONTACT_FIELDS
        ]
        return (
            *told,
            Answer(label=gettext("投保声明"), value=gettext("已认真阅读并同意")),
            Answer(label=gettext("联系人信息"), value=gettext("同意提供给中国信保")),
        )

    def result(self, application: Application) -> dict[str, Any]:
        """The form that was confirmed."""
        return papers.card_if_kept(application, Document.Kind.FORM)

    def send(self, call: Call) -> Receipt:
        """Hand contact and declaration to the authority."""
        return call.window.confirm_application(
            token=call.token,
            number=call.application.number,
            contact=Contact(**{name: call.cleaned[name] for name in CONTACT_FIELDS}),
            declaration_sha256=texts.declaration().sha256,
            key=call.key,
        )

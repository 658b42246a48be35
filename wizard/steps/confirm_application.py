"""Step 1 确认投保: the contact, the declaration, the consent, and the confirmation itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from wizard.documents import texts
from wizard.fields import EmailRuleField, MobileField, PersonNameField, PhoneField
from wizard.models import Application
from wizard.singlewindow.port import Contact, Receipt
from wizard.steps.base import Call, StepCommit


class ContactForm(forms.Form):
    """主要联系人 (all four required, source step 4), the declaration and the separate consent."""

    name = PersonNameField(label=_("姓名"), help_text=_("办理本次投保的人"))
    phone = PhoneField(label=_("电话"), help_text=_("座机或手机都可以"))
    mobile = MobileField(label=_("手机"), help_text=_("11 位数字"))
    email = EmailRuleField(
        label=_("邮箱"), help_text=_("只含字母、数字和点，不含下划线、中划线")
    )
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


class ConfirmApplication(StepCommit):
    """确认投保."""

    slug: ClassVar = "confirm"
    milestone: ClassVar = "confirmed"
    form: ClassVar = ContactForm
    secrets: ClassVar = frozenset[str]()
    leaves: ClassVar = None

    def facts(self, *, application: Application, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Which declaration, notice and consent texts were on the page (保险法 17, PIPL 17, 23)."""
        return {
            "declaration": texts.declaration().sha256,
            "privacy_notice": texts.privacy_notice().sha256,
            "separate_consent": texts.separate_consent().sha256,
        }

    def send(self, call: Call) -> Receipt:
        """Hand contact and declaration to the authority."""
        return call.window.confirm_application(
            token=call.token,
            number=call.application.number,
            contact=Contact(
                name=call.cleaned["name"],
                phone=call.cleaned["phone"],
                mobile=call.cleaned["mobile"],
                email=call.cleaned["email"],
            ),
            declaration_sha256=texts.declaration().sha256,
            key=call.key,
        )

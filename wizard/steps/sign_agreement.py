"""Step 3 协议签署: the tick, the PIN of this moment, and the signature on the shown text."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wizard import papers
from wizard.documents import seal_svg, texts
from wizard.fields import PinField
from wizard.files import file_of
from wizard.models import Application, Document
from wizard.singlewindow.faults import Fault, FaultCode
from wizard.singlewindow.port import ApplicationFile, Receipt, SealState
from wizard.steps.base import Answer, Call, StepCommit


class SignForm(forms.Form):
    """The tick and the PIN (电子签名法 art. 13: controlled by the signer at signing time)."""

    agreed = forms.BooleanField(
        label=_("我确认协议条款"),
        error_messages={"required": _("请阅读协议，并勾选“我确认协议条款”")},
    )
    pin = PinField(label=_("卡密码"), help_text=_("签署要再输一次法人卡密码，8 位数字，不会被保存"))


class SignAgreement(StepCommit):
    """确认."""

    slug: ClassVar = "agreement"
    milestone: ClassVar = "signed"
    form: ClassVar = SignForm
    secrets: ClassVar = frozenset({"pin"})

    def facts(self, application: Application) -> dict[str, Any]:
        """The hash of the very text that the page showed."""
        draft = papers.ensure(application, Document.Kind.AGREEMENT_DRAFT)
        return {
            "agreement_sha256": draft.sha256,
            "text_version": texts.agreement_blank().version,
        }

    def needs(self, application: Application) -> tuple[Document.Kind, ...]:  # noqa: ARG002
        """The text that will be signed."""
        return (Document.Kind.AGREEMENT_DRAFT,)

    def page(self, application: Application) -> dict[str, Any]:
        """The agreement as text and as the very PDF that will be signed."""
        file = file_of(application)
        seal = file.seal
        return papers.card(papers.ensure(application, Document.Kind.AGREEMENT_DRAFT)) | {
            "agreement": texts.agreement_blank(),
            "words": texts.agreement_words(file),
            "seal_svg": seal_svg(seal.name, seal.code, state=seal.state) if seal else "",
        }

    def known_refusal(self, file: ApplicationFile) -> Fault | None:
        """S-302 where the seal of step 2 has been stopped or deleted since."""
        if file.seal and file.seal.state is SealState.ACTIVE:
            return None
        return Fault(FaultCode.SEAL_MISSING)

    def answers(self, application: Application) -> tuple[Answer, ...]:
        """What was signed, by its hash."""
        return (
            Answer(label=gettext("协议"), value=texts.agreement_title()),
            Answer(label=gettext("我确认协议条款"), value=gettext("已确认")),
            Answer(
                label=gettext("签署正文指纹（SHA-256）"),
                value=file_of(application).agreement_sha256,
            ),
        )

    def result(self, application: Application) -> dict[str, Any]:
        """The agreement with its signatures."""
        return papers.card_if_kept(application, Document.Kind.AGREEMENT)

    def send(self, call: Call) -> Receipt:
        """Sign what was shown: the hash is that of the stored draft, not one the browser sent."""
        draft = papers.ensure(call.application, Document.Kind.AGREEMENT_DRAFT)
        return call.window.sign_agreement(
            token=call.token,
            number=call.application.number,
            agreement_sha256=draft.sha256,
            pin=call.cleaned["pin"],
            key=call.key,
        )

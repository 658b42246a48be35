"""Step 2 制章: the seal from the registered name, and the agreement that follows from it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from wizard.documents import seal_svg
from wizard.files import file_of
from wizard.models import Application, Document
from wizard.singlewindow.port import Receipt, SealState
from wizard.steps.base import Answer, Call, StepCommit


class SealForm(forms.Form):
    """Nothing to fill in: the name on a seal is the registered one and cannot be edited."""


class MakeSeal(StepCommit):
    """保存印章并生成协议."""

    slug: ClassVar = "seal"
    milestone: ClassVar = "sealed"
    form: ClassVar = SealForm
    secrets: ClassVar = frozenset[str]()

    def facts(self, application: Application) -> dict[str, Any]:
        """The name that goes on the seal."""
        return {"seal_name": application.company}

    def needs(self, application: Application) -> tuple[Document.Kind, ...]:  # noqa: ARG002
        """None: the seal is a drawing."""
        return ()

    def page(self, application: Application) -> dict[str, Any]:
        """A preview of the seal; its code is given by the authority when it is made."""
        return {"seal_svg": seal_svg(application.company, "", state=SealState.PREVIEW)}

    def answers(self, application: Application) -> tuple[Answer, ...]:
        """The seal that was made."""
        seal = file_of(application).seal
        if seal is None:
            return ()
        return (
            Answer(label=_("印章名称"), value=seal.name),
            Answer(label=_("印章编码"), value=seal.code),
            Answer(label=_("印章类型"), value=_("企业电子印章（演示专用）")),
        )

    def result(self, application: Application) -> dict[str, Any]:
        """The seal as it stands now: it may have been stopped or deleted since."""
        seal = file_of(application).seal
        return {"seal_svg": seal_svg(seal.name, seal.code, state=seal.state)} if seal else {}

    def send(self, call: Call) -> Receipt:
        """Have the authority make the seal, or use the good one that is there."""
        return call.window.make_seal(token=call.token, number=call.application.number, key=call.key)

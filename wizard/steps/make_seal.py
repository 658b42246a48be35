"""Step 2 制章: the seal from the registered name, and the agreement that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from wizard.models import Application, Document
from wizard.singlewindow.port import Receipt
from wizard.steps.base import Call, StepCommit


class SealForm(forms.Form):
    """Nothing to fill in: the name on a seal is the registered one and cannot be edited."""


class MakeSeal(StepCommit):
    """保存印章并生成协议."""

    slug: ClassVar = "seal"
    milestone: ClassVar = "sealed"
    form: ClassVar = SealForm
    secrets: ClassVar = frozenset[str]()
    leaves: ClassVar = Document.Kind.AGREEMENT_DRAFT

    def facts(self, *, application: Application, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The name that goes on the seal."""
        return {"seal_name": application.company}

    def send(self, call: Call) -> Receipt:
        """Have the authority make the seal, or use the good one that is there."""
        return call.window.make_seal(
            token=call.token, number=call.application.number, key=call.key
        )

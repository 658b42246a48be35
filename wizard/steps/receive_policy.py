"""Step 4 接收保单: the waiting, the outcome, and 收悉."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from wizard import papers
from wizard.models import Application, Document
from wizard.singlewindow.port import Receipt
from wizard.steps.base import Call, StepCommit


class AcknowledgeForm(forms.Form):
    """Nothing to fill in: 收悉 says that the policy has been received."""


class ReceivePolicy(StepCommit):
    """收悉."""

    slug: ClassVar = "policy"
    milestone: ClassVar = "acknowledged"
    form: ClassVar = AcknowledgeForm
    secrets: ClassVar = frozenset[str]()
    leaves: ClassVar = Document.Kind.RECEIPT

    def facts(self, *, application: Application, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The hash of the policy that was there to be read."""
        policy = papers.ensure(application, Document.Kind.POLICY)
        return {"policy_sha256": policy.sha256}

    def send(self, call: Call) -> Receipt:
        """Tell the insurer that the policy has been received."""
        return call.window.acknowledge_policy(
            token=call.token, number=call.application.number, key=call.key
        )

"""Step 4 接收保单: the waiting, the outcome, and 收悉."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wizard import accepted, documents, papers, progress
from wizard.authority import page_time
from wizard.catalogue import explain
from wizard.fields import PinField
from wizard.files import file_of
from wizard.models import Application, Document
from wizard.process import State
from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.port import Receipt, Stage
from wizard.steps.base import Answer, Call, StepCommit


class AcknowledgeForm(forms.Form):
    """The PIN: 收悉 is the exporter's second signature, controlled by it at this moment."""

    pin = PinField(
        label=gettext_lazy("卡密码"),
        help_text=gettext_lazy("收悉也是电子签名，要再输一次法人卡密码，8 位数字，不会被保存"),
    )


class ReceivePolicy(StepCommit):
    """收悉."""

    slug: ClassVar = "policy"
    milestone: ClassVar = "acknowledged"
    form: ClassVar = AcknowledgeForm
    secrets: ClassVar = frozenset({"pin"})

    def facts(self, application: Application) -> dict[str, Any]:
        """The hash of the policy that was there to be read."""
        policy = papers.needed(application, Document.Kind.POLICY)
        return {"policy_sha256": policy.sha256}

    def needs(self, application: Application) -> tuple[Document.Kind, ...]:
        """All that has been signed so far, and the receipt in the end."""
        done = application.acknowledged_at is not None
        return (*papers.on_shelf(application), *([Document.Kind.RECEIPT] if done else []))

    def page(self, application: Application) -> dict[str, Any]:
        """Timeline and papers; the policy itself once it is there."""
        file = file_of(application)
        now = page_time(application.world) or timezone.now()
        due = file.review.delivery_due_on if file.review else None
        late = application.state == State.UNDER_REVIEW and due is not None and now.date() > due
        shelf = papers.shelf(application)
        context: dict[str, Any] = {
            "now": now,
            "approved": file.stage is Stage.APPROVED,
            "urged_at": file.review.urged_at if file.review else None,
            "due_on": due,
            "late": explain(FaultCode.DELIVERY_LATE).advise() if late else None,
            "code": FaultCode.DELIVERY_LATE.value if late else "",
            "timeline": progress.timeline(application, file, now),
            "papers": shelf,
        }
        if file.policy is not None:
            context |= papers.card(papers.policy(application))
            if application.state == State.ISSUED:
                context["sections"] = documents.policy_front(
                    file.policy, enterprise=file.enterprise, trade=file.trade
                )
        if application.state == State.ACKNOWLEDGED:
            context["serial"] = accepted.serials(application).get(self.slug, "")
        return context

    def answers(self, application: Application) -> tuple[Answer, ...]:
        """Which policy was acknowledged."""
        policy = file_of(application).policy
        number = policy.number if policy else "—"
        return (Answer(label=_("保单号"), value=number), Answer(label=_("收悉"), value=_("已确认")))

    def send(self, call: Call) -> Receipt:
        """Sign that this policy has been received: the stored file, not one the browser names."""
        policy = papers.needed(call.application, Document.Kind.POLICY)
        return call.window.acknowledge_policy(
            token=call.token,
            number=call.application.number,
            policy_sha256=policy.sha256,
            pin=call.cleaned["pin"],
            key=call.key,
        )

"""催办: a policy that is late is asked after, once (P-601), which is a line of the trail."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wizard import progress, trail, transitions
from wizard.account.access import SeeOther, legal_card, signed_in
from wizard.account.signin import Actor
from wizard.authority import single_window
from wizard.middleware import WizardRequest
from wizard.models import Application
from wizard.process import STEPS
from wizard.singlewindow.faults import Fault, FaultCode, OutcomeUnknown
from wizard.singlewindow.port import Receipt
from wizard.views import application_of


@require_POST
@signed_in
@legal_card
def urge(request: WizardRequest, number: str) -> HttpResponse:
    """The same key for every click: the insurer is asked once in a round, however often."""
    application = application_of(request, number)
    actor = cast("Actor", request.actor)
    window = single_window(actor.world)
    key = transitions.urging_of(application)
    try:
        receipt = window.urge_delivery(token=actor.token, number=application.number, key=key)
        _record(application, actor=actor, receipt=receipt)
        transitions.refresh(application=application, actor=actor)
    except Fault as fault:
        if fault.code is not FaultCode.OUT_OF_ORDER:
            raise
        not_due = _("现在不用催办，进度见下面（代码 %(code)s）")
        messages.info(request, not_due % {"code": fault.code.value})
    except OutcomeUnknown:
        messages.warning(request, _("单一窗口没有响应，还不知道催办有没有收到。再点一次也只催一次"))
    else:
        said = {"serial": receipt.serial}
        messages.success(request, _("已催办，回执编号 %(serial)s。一般下一个工作日送达") % said)
    return SeeOther(progress.step_url(application))


def _record(application: Application, *, actor: Actor, receipt: Receipt) -> None:
    trail.append_once(
        application=application,
        action="urge",
        about=transitions.urging_of(application),
        actor=actor.label,
        at=receipt.at,
        page=STEPS[-1].slug,
        facts={"by": actor.facts, "receipt": receipt.serial},
    )

"""The virtual desk of a demonstration: another card into the reader, a trip to the 制卡中心."""

from __future__ import annotations

import contextlib

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wizard.account.access import SeeOther, next_of, with_next
from wizard.account.desk import look
from wizard.account.repairs import ATTEMPTS
from wizard.authority import control
from wizard.middleware import WizardRequest
from wizard.models import World
from wizard.singlewindow.faults import NotFound, OutcomeUnknown


@require_POST
def insert_card(request: WizardRequest) -> HttpResponse:
    """换一张卡: another card of the desk into the reader, or none. Only in the demo."""
    world = _demo_world(request)
    serial = request.POST.get("card", "")
    # A card that does not lie there: the page shows what does.
    with contextlib.suppress(NotFound, OutcomeUnknown):
        control().insert_card(world.key, serial or None)
    return SeeOther(with_next(reverse("login-card"), next_of(request)))


@require_POST
def card_centre(request: WizardRequest) -> HttpResponse:
    """制卡中心 in the demo: unlocks or renews the card in the reader."""
    world = _demo_world(request)
    desk = look(world)
    if desk and desk.card and desk.card.expired:
        control().renew_card(world.key, desk.card.serial)
        messages.success(request, _("演示：制卡中心已更新这张卡，卡密码恢复为 8 个 8"))
    elif desk and desk.card and desk.card.locked:
        control().unlock_card(world.key, desk.card.serial)
        messages.success(
            request, _("演示：制卡中心已解锁这张卡，卡密码恢复为 8 个 8，登录后要先改成新密码")
        )
    return SeeOther(with_next(reverse("login-card"), next_of(request)))


@require_POST
def repair(request: WizardRequest) -> HttpResponse:
    """One try at the virtual computer: replug, restart, reinstall, set the clock …"""
    world = _demo_world(request)
    attempt = ATTEMPTS.get(request.POST.get("do", ""))
    if attempt is not None:
        try:
            for part in attempt.mends:
                control().set_desk(world.key, part=part, working=True)
        except (NotFound, OutcomeUnknown):
            messages.error(request, _("单一窗口模拟器没有响应，稍等片刻再试"))
        else:
            messages.info(request, _("演示：%(done)s") % {"done": attempt.done})
    return SeeOther(next_of(request) or reverse("login-card"))


@require_POST
def publish(request: WizardRequest) -> HttpResponse:
    """中国信保 publishes a 待确认投保单 to the demo's enterprise (A-202)."""
    world = _demo_world(request)
    try:
        control().publish_application(world.key)
    except (NotFound, OutcomeUnknown):
        messages.error(request, _("单一窗口模拟器没有响应，稍等片刻再试"))
    else:
        messages.success(request, _("演示：中国信保已发布投保单"))
    return SeeOther(reverse("centre"))


def _demo_world(request: WizardRequest) -> World:
    if not settings.DEMO or request.world is None:
        raise Http404
    return request.world

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


def _demo_world(request: WizardRequest) -> World:
    if not settings.DEMO or request.world is None:
        raise Http404
    return request.world

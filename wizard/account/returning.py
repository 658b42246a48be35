"""Where a side trip came from and leads back to: an open step of an application, or nowhere."""

from __future__ import annotations

import dataclasses
from typing import cast

from django.urls import Resolver404, resolve

from wizard import progress
from wizard.account.access import next_of
from wizard.account.signin import Actor
from wizard.middleware import WizardRequest
from wizard.models import Application

NUMBER_LIMIT = 40


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Return:
    """The way back: an address, and the application if the way back is one's step."""

    url: str = ""
    application: Application | None = None


def way_back(request: WizardRequest) -> Return:
    """From `?application=<no>` or `next`; a number that is not the enterprise's is nothing."""
    number = request.POST.get("application") or request.GET.get("application", "")
    back = next_of(request)
    if not number and back:
        number = _number_in(back)
        if not number:
            return Return(url=back)
    application = _owned(request, number)
    if application is None:
        return Return()
    return Return(url=progress.step_url(application), application=application)


def _number_in(address: str) -> str:
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return ""
    number: str = match.kwargs.get("number", "") if match.url_name in {"step", "apply"} else ""
    return number


def _owned(request: WizardRequest, number: str) -> Application | None:
    if not number or len(number) > NUMBER_LIMIT or not number.isprintable():
        return None
    actor = cast("Actor", request.actor)
    owned = Application.objects.of(world=actor.world, uscc=actor.uscc)
    return owned.filter(number=number).first()

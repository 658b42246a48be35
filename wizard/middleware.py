"""Sets `request.world` and `request.actor`: whose demonstration this is and who is signed in.

And the Content-Security-Policy of every answer.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from wizard import errors
from wizard.account.signin import Actor, actor_of
from wizard.models import World
from wizard.prepared import Prepared
from wizard.singlewindow.faults import Fault, NotFound, OutcomeUnknown
from wizard.singlewindow.rule import one_page

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

WORLD_COOKIE = "world"
WORLD_SALT = "wizard.world"
WORLD_COOKIE_SECONDS = 90 * 24 * 3600
LIVE_CODE = "LIVE"
WORLD = Prepared(lambda key: World.objects.filter(key=key, purged_at=None), str)


class WizardRequest(HttpRequest):
    """A request after `WorldMiddleware`; for annotations only."""

    world: World | None
    actor: Actor | None
    session: SessionBase


class PolicyMiddleware(CSPMiddleware):
    """django-csp, but the site's own policy is worked out once: only papers have another."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The header of every answer (CSP 3), unless the view has said something of its own."""
        if settings.DEBUG or any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._policy)
        return response

    @functools.cached_property
    def _policy(self) -> str:
        parts = self.get_policy_parts(request=HttpRequest(), response=HttpResponse())
        return build_policy(**dataclasses.asdict(parts))


class WorldMiddleware:
    """Reads the world from its signed cookie and the actor from the session.

    And sees to it that no page waits for the authority for long, or breaks on what it says.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: WizardRequest) -> HttpResponse:
        """Two cheap look-ups at most; anonymous visitors without cookies cost none."""
        request.world = world_of(request)
        request.actor = (
            actor_of(request.session, request.world)
            if settings.SESSION_COOKIE_NAME in request.COOKIES
            else None
        )
        with one_page():
            response = self.get_response(request)
            if isinstance(response, HttpResponseNotAllowed) and request.method == "GET":
                return errors.not_by_address(request, response["Allow"])
            return response

    def process_exception(
        self, request: WizardRequest, exception: Exception
    ) -> HttpResponse | None:
        """No view has to think of every word of the authority: what it lets through has a page."""
        if isinstance(exception, OutcomeUnknown):
            return errors.no_answer(request)
        if isinstance(exception, NotFound):
            return errors.page_not_found(request)
        return errors.refused(request, exception) if isinstance(exception, Fault) else None


def world_of(request: HttpRequest) -> World | None:
    """The world this browser is in; outside the demo there is only one."""
    if not settings.DEMO:
        world, _made = World.objects.get_or_create(code=LIVE_CODE)
        return world
    key = request.get_signed_cookie(
        WORLD_COOKIE, default="", salt=WORLD_SALT, max_age=WORLD_COOKIE_SECONDS
    )
    return WORLD.first(key) if key else None


def enter_world(response: HttpResponse, world: World) -> None:
    """Put this browser into `world`; the cookie is apart from the session, so it outlives it."""
    response.set_signed_cookie(
        WORLD_COOKIE,
        world.key,
        salt=WORLD_SALT,
        max_age=WORLD_COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def leave_world(response: HttpResponse) -> None:
    """Forget the world in this browser."""
    response.delete_cookie(WORLD_COOKIE, samesite="Lax")

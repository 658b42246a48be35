"""Which demonstrations this browser has been in: a signed cookie, so that nobody else's get in."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from wizard.middleware import WORLD_COOKIE_SECONDS
from wizard.models import World

COOKIE: Final = "worlds"
SALT: Final = "wizard.worlds"
MOST: Final = 6


def worlds_of(request: HttpRequest) -> list[World]:
    """Those that still live, newest first."""
    keys = _keys(request)
    found = {world.key: world for world in World.objects.filter(key__in=keys, purged_at=None)}
    return [found[key] for key in keys if key in found]


def remember(request: HttpRequest, response: HttpResponse, world: World) -> None:
    """Put the world first; the oldest of too many is forgotten, not purged."""
    keys = [world.key, *(key for key in _keys(request) if key != world.key)][:MOST]
    response.set_signed_cookie(
        COOKIE,
        ".".join(keys),
        salt=SALT,
        max_age=WORLD_COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path="/demo/",
    )


def _keys(request: HttpRequest) -> list[str]:
    kept = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=WORLD_COOKIE_SECONDS)
    return [key for key in (kept or "").split(".") if key]

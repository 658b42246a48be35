"""What the frame of every page needs: size, links, who is signed in, the demo's clock."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from wizard.account.signin import role_name
from wizard.addresses import place
from wizard.authority import page_time

SIZES: Final = ("", "l", "xl")
SIZE_COOKIE: Final = "size"
# When the words of the public pages were last edited; shown in the footer.
PAGES_EDITED_ON: Final = "2026-11-23"

# Key in `links` → URL name. A name that a deployment does not have gives "", and its link is left
# out: production has no demo console.
_LINK_NAMES: Final = {
    "home": "home",
    "check": "check",
    "accessibility": "help-accessibility",
    "browser": "help-browser",
    "privacy": "help-privacy",
    "pref_lang": "pref-lang",
    "login": "login",
    "centre": "centre",
    "policies": "policies",
    "demo": "demo:console",
    "faq": "faq:home",
    "contact": "faq:contact",
    "guide": "faq:guide",
    "faq_all": "faq:all",
    "faq_search": "faq:search",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Never queries by itself: the clock is asked for when it is drawn."""
    actor = getattr(request, "actor", None)
    size = request.COOKIES.get(SIZE_COOKIE, "")
    return {
        **frame_without_request(),
        "size": size if size in SIZES else "",
        # Where a preference form comes back to; what was posted cannot be posted again.
        "here": request.get_full_path() if request.method in {"GET", "HEAD"} else request.path,
        "actor": actor,
        "role_text": role_name(actor.role) if actor else "",
        # Templates call what is callable: not asked where it is not drawn.
        "demo_now": functools.partial(world_clock, request),
    }


def frame_without_request() -> dict[str, Any]:
    """The part that needs neither request nor database: all that a 500 page gets."""
    return {
        "demo": settings.DEMO,
        "demo_now": None,
        "size": "",
        "here": "/",
        "actor": None,
        "role_text": "",
        "english": False,
        "links": _links(place()),
        "pages_edited_on": PAGES_EDITED_ON,
    }


def world_clock(request: HttpRequest) -> datetime | None:
    """The demo world's time as an aware datetime; None outside a world, in production, or when
    the authority does not answer: the strip is no reason to fail a page.
    """
    world = getattr(request, "world", None)
    if world is None or not settings.DEMO:
        return None
    return page_time(world)


@functools.lru_cache(maxsize=8)
def _links(_place: tuple[object, ...]) -> dict[str, str]:
    return {key: _address(name) for key, name in _LINK_NAMES.items()}


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

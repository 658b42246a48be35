"""What a visitor may set without signing in: the size of the text and the language."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_supported_language_variant
from django.views.decorators.csrf import csrf_exempt

from wizard.context import SIZE_COOKIE, SIZES

ONE_YEAR_SECONDS: Final = 365 * 24 * 3600
# Longer than any address of ours; servers before us cut off at 4 to 8 kB.
LONGEST_ADDRESS: Final = 2000


# No CSRF token: the worst that a foreign page could do is change the size of the text, and
# without the token the frame is the same for everybody, so pages with it can be cached.
@csrf_exempt
def size(request: HttpRequest) -> HttpResponse:
    """POST `size` ("", l, xl) and `next`: 字号 for a year; anything else means 标准."""
    response = _back(request)
    if request.method == "POST":
        wish = request.POST.get("size", "")
        _remember(response, SIZE_COOKIE, wish if wish in SIZES else "")
    return response


@csrf_exempt
def lang(request: HttpRequest) -> HttpResponse:
    """POST `lang` (zh-hans, en) and `next`; an unknown language changes nothing."""
    response = _back(request)
    if request.method == "POST":
        try:
            wish = get_supported_language_variant(request.POST.get("lang", "")[:20])
        except LookupError:
            return response
        _remember(response, settings.LANGUAGE_COOKIE_NAME, wish)
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    # ui.js writes the size too, so the cookie cannot be HttpOnly; it holds nothing to protect.
    response.set_cookie(
        name,
        value,
        max_age=ONE_YEAR_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _back(request: HttpRequest) -> HttpResponse:
    """303 to where the form stood, if that is a page of this site; else to the first page."""
    wish = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wish, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not ours or not wish.startswith("/") or len(iri_to_uri(wish)) > LONGEST_ADDRESS:
        wish = "/"
    response = HttpResponseRedirect(wish)
    response.status_code = 303
    return response

"""Public pages from this process's memory: the same bytes for every visitor without a session.

A view marks its response with `Surrogate-Control`, which is what a site says to the cache in front
of it; the header never leaves the house. One query (the content's version) decides whether what is
held is still true, so an edit in any process is seen at the next request. Browsers always ask
again and mostly hear 304.

Who is signed in, is in a demo world or has changed the size of the text sees another frame: the
first two are never served from here, the size is part of the key. The token against forged forms
belongs to the visitor: it is taken out before a page is kept and put in as it is served, and the
ETag depends on the visitor's secret, so a page that a browser kept has a token that still works.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from faq.models import ContentVersion

MARK: Final = "Surrogate-Control"
MARK_VALUE: Final = 'content="faq"'
MOST_PAGES: Final = 256
SIZE_COOKIE: Final = "size"
SIZES: Final = frozenset({"", "l", "xl"})
# Cookies that make the page another one: the session's, and the demo world's (`wizard.middleware`).
WORLD_COOKIE: Final = "world"
PLACEHOLDER: Final = b"\x00token\x00"  # no template writes a NUL
_TOKEN: Final = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}(?=")')
CACHE_CONTROL: Final = "no-cache"  # keep it, but ask first

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Key = tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Held:
    """A page as it was made at one version of the content."""

    version: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    digest: str
    has_form: bool


def public_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A GET page that looks the same to every visitor without session and without demo world."""

    @functools.wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response[MARK] = MARK_VALUE
        return response

    return require_safe(marked)


class PageCacheMiddleware:
    """Stands behind Django's CSRF middleware, which knows the visitor's secret.

    A page is kept at its second request: only then is it known before that it is a public one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._pages: OrderedDict[Key, Held] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """From memory, or made and remembered; what is not public passes through."""
        key = _key(request)
        held = self._find(key) if key else None
        # Read before a page is made: a change in between makes the page too new, never too old.
        version = ContentVersion.current() if held else ""
        if held is not None and held.version == version:
            return _serve(request, held)
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or MARK not in response:
            return response
        del response[MARK]
        patch_vary_headers(response, ["Cookie"])
        response["Cache-Control"] = CACHE_CONTROL
        if not key or response.status_code != 200 or response.cookies:  # noqa: PLR2004 - HTTP
            return response
        # Seen for the first time: no version was read before it was made, so it is made once more.
        made = _hold(response, version)
        self._keep(key, made)
        return _serve(request, made)

    def _find(self, key: Key) -> Held | None:
        with self._lock:
            held = self._pages.get(key)
            if held is not None:
                self._pages.move_to_end(key)
            return held

    def _keep(self, key: Key, made: Held) -> None:
        with self._lock:
            self._pages[key] = made
            self._pages.move_to_end(key)
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)


def _key(request: HttpRequest) -> Key | None:
    """What a page depends on; None where it must be made for this visitor alone."""
    if request.method not in {"GET", "HEAD"} or request.META.get("QUERY_STRING"):
        return None
    cookies = request.COOKIES
    if settings.SESSION_COOKIE_NAME in cookies or WORLD_COOKIE in cookies:
        return None
    size = cookies.get(SIZE_COOKIE, "")
    return (
        request.scheme or "",
        request.get_host(),
        request.path,
        size if size in SIZES else "",
        getattr(request, "LANGUAGE_CODE", ""),
    )


def _hold(response: HttpResponse, version: str) -> Held:
    body, tokens = _TOKEN.subn(PLACEHOLDER, response.content)
    return Held(
        version=version,
        body=body,
        headers=tuple(response.items()),
        digest=hashlib.sha256(body).hexdigest()[:32],
        has_form=tokens > 0,
    )


def _serve(request: HttpRequest, held: Held) -> HttpResponseBase:
    etag = f'"{held.digest}{_visitor(request) if held.has_form else ""}"'
    known = get_conditional_response(request, etag=etag)
    if known is not None:
        known["ETag"] = etag
        for name, value in held.headers:
            if name in {"Cache-Control", "Vary"}:
                known[name] = value
        return known
    body = held.body
    if held.has_form:
        body = body.replace(PLACEHOLDER, get_token(request).encode())
        etag = f'"{held.digest}{_visitor(request)}"'
    response = HttpResponse(body, headers=dict(held.headers))
    response["ETag"] = etag
    return response


def _visitor(request: HttpRequest) -> str:
    """Eight signs that stand for the visitor's CSRF secret; `-` before there is one."""
    secret = str(request.META.get("CSRF_COOKIE", ""))
    return hashlib.sha256(secret.encode()).hexdigest()[:8] if secret else "-"

"""`/guide/handbook.pdf`: the handbook once it is there, a page that says so until then."""

from __future__ import annotations

from typing import Final

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from faq.handbook import current
from faq.share import origin_of

LOOK_AGAIN_SECONDS: Final = 3
ACCEPTED: Final = 202


@require_safe
def handbook(request: HttpRequest) -> HttpResponseBase:
    """The PDF of what is published now. Where it is not made yet, 202 and a page that comes back.

    Starting the work is no effect that anybody could notice but by its result being there.
    """
    book = current(origin_of(request))
    etag = f'"{book.name}"'
    try:
        file = book.path.open("rb")
    except FileNotFoundError:
        book.start()
        page = render(request, "faq/handbook_wait.html", {"nav": "faq"}, status=ACCEPTED)
        page["Refresh"] = page["Retry-After"] = str(LOOK_AGAIN_SECONDS)
        page["Cache-Control"] = "no-store"
        return page
    response = FileResponse(file, content_type="application/pdf", filename=_("小微投保手册.pdf"))
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    known = get_conditional_response(request, etag=etag)
    if known is None:
        return response
    response.close()
    known["ETag"] = etag
    return known

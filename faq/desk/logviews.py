"""What a page of results tells: the search that was made, and what was opened of it.

Posted by static/search-log.js. A GET never notes anything, so without scripts nothing is noted.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from faq.content import content
from faq.desk import searchlog, throttle
from faq.terms import clean

MOST_HITS: Final = 10
NO_CONTENT: Final = 204
LONGEST_TOKEN: Final = 200


# Exempt: it does nothing in anybody's name, and the page that posts is kept by caches.
@csrf_exempt
@require_POST
def log(request: HttpRequest) -> HttpResponse:
    """`q`, `token` → `{"token", "row"}`; `row`, `clicked` → 204. Nonsense → 204, nothing noted."""
    address = throttle.address_of(request)
    nothing = HttpResponse(status=NO_CONTENT)
    if not _from_our_page(request):
        return nothing
    if throttle.full("log", address, limit=throttle.LOGS_PER_ADDRESS):
        return nothing
    held = content()
    row = request.POST.get("row", "")[:LONGEST_TOKEN]
    if row:
        entry = held.find(request.POST.get("clicked", "")[:80])
        if entry is not None:
            searchlog.note_click(row=row, entry=entry)
        return nothing
    query = clean(request.POST.get("q", ""))
    if not query:
        return nothing
    # Searched again here: what a page says about its own results is not believed.
    level = held.search(query, limit=MOST_HITS).result.confidence.value
    token = request.POST.get("token", "")[:LONGEST_TOKEN]
    noted = searchlog.note(query=query, level=level, token=token)
    if noted is None:
        return nothing
    answer = JsonResponse({"token": noted.token, "row": noted.row})
    answer["Cache-Control"] = "no-store"
    return answer


def _from_our_page(request: HttpRequest) -> bool:
    """Browsers since 2020 say where a request comes from; older ones are believed."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"

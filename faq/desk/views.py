"""The desk itself: search, ready-made replies, recent and pinned answers, preview, link check."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from faq import answers
from faq.content import content
from faq.desk.access import desk, staff_of
from faq.desk.linkcheck import check_all
from faq.desk.replies import lines
from faq.desk.signing import see_other
from faq.models import Entry
from faq.models_desk import DeskUse
from faq.terms import as_code, clean

MOST_HITS: Final = 8
MOST_RECENT: Final = 8
NO_CONTENT: Final = 204
ACTS: Final = frozenset({"use", "pin", "unpin"})


@desk()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search with replies ready to be copied; without a query, pinned and recent answers."""
    held = content()
    query = clean(request.GET.get("q", ""))
    asked = clean(request.GET.get("code", ""))
    code = as_code(asked) if as_code(asked) in held.codes else ""
    uses = list(
        DeskUse.objects.filter(user=staff_of(request), entry__status=Entry.Status.PUBLISHED)
        .select_related("entry__stage")
        .order_by("-used_at")
    )
    pinned = {use.entry_id: use.pinned for use in uses}
    found = held.search(query, limit=MOST_HITS) if query else None
    context = {
        "tab": "home",
        "query": query,
        "code": code,
        "unknown_code": bool(asked) and not code,
        "level": found.result.confidence.value if found else "",
        "uncovered": found.uncovered if found else None,
        "lines": lines(request, found.entries if found else (), code=code, pinned=pinned),
        "pinned": lines(
            request, (use.entry for use in uses if use.pinned), code=code, pinned=pinned
        ),
        "recent": lines(
            request,
            [use.entry for use in uses if use.used_at][:MOST_RECENT],
            code=code,
            pinned=pinned,
        ),
    }
    return render(request, "desk/home.html", _framed(context))


@desk()
@require_POST
def use(request: HttpRequest, number: int) -> HttpResponse:
    """`act`: use, pin or unpin an answer. 204 for a script, else back to the desk."""
    entry = get_object_or_404(Entry, number=number, status=Entry.Status.PUBLISHED)
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise Http404
    changed = {"used_at": timezone.now()} if act == "use" else {"pinned": act == "pin"}
    DeskUse.objects.update_or_create(user=staff_of(request), entry=entry, defaults=changed)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=NO_CONTENT)
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return see_other(back if safe and "\n" not in back else reverse("faq:desk:home"))


@desk()
@require_safe
def preview(request: HttpRequest, number: int) -> HttpResponseBase:
    """An entry as its page will look, whatever its status; its links lead into the real site."""
    entry = get_object_or_404(Entry.objects.select_related("stage"), number=number)
    held = content()
    entry.codes = tuple(code.code for code in held.codes.values() if entry.slug in code.answers)
    return answers.page(request, held, entry)


@desk()
@require_safe
def links(request: HttpRequest) -> HttpResponse:
    """What our texts link to and is not there."""
    return render(request, "desk/links.html", _framed({"tab": "links", "faults": check_all()}))


def _framed(context: dict[str, object]) -> dict[str, object]:
    return {"nav": "faq", **context}

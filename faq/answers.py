"""One answer: its page, feedback, QR code, short link, and the way from an error code to it."""

from __future__ import annotations

import dataclasses
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from faq import linked_data
from faq.api import cacheable
from faq.content import Content, content
from faq.guide import steps_about
from faq.models import Entry, ErrorCode, Feedback
from faq.pagecache import public_page
from faq.share import origin_of, qr_file, qr_svg, share
from faq.terms import as_code

VOTE_SALT: Final = "faq.vote"
VOTE_SECONDS: Final = 24 * 3600
VOTES: Final = {"1": True, "0": False}
SEE_OTHER: Final = 303


@dataclasses.dataclass(frozen=True, slots=True)
class DemoStart:
    """A button that shows the fault of `code` in the demo; `url` takes a POST."""

    code: str
    url: str


@public_page
def answer(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The answer's page; a name that the entry once had leads to it for ever."""
    held = content()
    entry = _entry(held, slug)
    if entry.slug != slug:
        return HttpResponsePermanentRedirect(entry.get_absolute_url())
    return page(request, held, entry)


def page(request: HttpRequest, held: Content, entry: Entry) -> HttpResponse:
    """The page of an entry, of any status: the support desk previews drafts with it.

    `?code=`: the error code of a caller, whom support sent here with it.
    """
    shared = share(request, entry)
    codes = [held.codes[code] for code in entry.codes]
    context = {
        "nav": "faq",
        "entry": entry,
        "codes": codes,
        "related": held.named(entry.related),
        "share": shared,
        "qr": qr_svg(shared.url, _("本页二维码，用手机扫码打开")),
        "starts": demo_starts(codes),
        "guide": steps_about(held, entry),
        "data": linked_data.script(linked_data.faq_page([entry], origin=origin_of(request))),
        "voted": request.GET.get("voted", "") if request.GET.get("voted") in VOTES else "",
        "said": request.GET.get("said") == "1",
        "caller": held.codes.get(as_code(request.GET.get("code", ""))),
    }
    return render(request, "faq/answer.html", context)


@require_POST
def feedback(request: HttpRequest, slug: str) -> HttpResponse:
    """解决了 / 没解决: one vote per browser, day and entry, which may be changed."""
    entry = _entry(content(), slug)
    vote = request.POST.get("v", "")
    back = entry.get_absolute_url()
    if vote not in VOTES:
        return _see_other(back)
    cookie = f"vote-{entry.number}"
    given = _own_vote(request, cookie, entry)
    if given is None:
        given = Feedback.objects.create(entry=entry, helpful=VOTES[vote])
    elif given.helpful is not VOTES[vote]:
        given.helpful = VOTES[vote]
        given.save(update_fields=["helpful"])
    response = _see_other(f"{back}?{urlencode({'voted': vote})}#feedback")
    response.set_signed_cookie(
        cookie,
        str(given.pk),
        salt=VOTE_SALT,
        max_age=VOTE_SECONDS,
        path=back,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_safe
def qr(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The QR code of the entry's short link as a file."""
    entry = _entry(content(), slug)
    picture = HttpResponse(qr_file(share(request, entry).url), content_type="image/svg+xml")
    return cacheable(request, picture)


@require_safe
def short(request: HttpRequest, number: int) -> HttpResponse:
    """`/f/<n>`: to the entry, whatever it is called now; `?code=` goes along."""
    held = content()
    entry = held.by_number.get(number)
    if entry is None:
        raise Http404
    code = as_code(request.GET.get("code", ""))
    url = entry.get_absolute_url()
    return redirect(f"{url}?{urlencode({'code': code})}" if code in held.codes else url)


@require_safe
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """`/e/<code>`, also as somebody types it: to the answer, else to what is known about the code.

    404 with a search box for what is no code of ours.
    """
    held = content()
    known = held.codes.get(as_code(code))
    if known is None:
        context = {"nav": "faq", "code": code[:20], "examples": list(held.codes.values())[:6]}
        return render(request, "faq/code_unknown.html", context, status=404)
    entry = held.answer_to(known.code)
    if entry is not None:
        return redirect(entry)
    return redirect(f"{reverse('faq:search')}?{urlencode({'q': known.code})}")


def demo_starts(codes: list[ErrorCode]) -> list[DemoStart]:
    """Where these faults can be shown; nothing where the site has no demo."""
    if not settings.DEMO:
        return []
    try:
        return [
            DemoStart(code.code, reverse("demo:start", args=[code.code]))
            for code in codes
            if code.in_demo
        ]
    except NoReverseMatch:
        return []


def _entry(held: Content, slug: str) -> Entry:
    entry = held.find(slug)
    if entry is None:
        raise Http404
    return entry


def own_vote(request: HttpRequest, slug: str) -> tuple[Entry, Feedback | None]:
    """The entry of this name, and the vote that this browser gave on it. Raises `Http404`."""
    entry = _entry(content(), slug)
    return entry, _own_vote(request, f"vote-{entry.number}", entry)


def _own_vote(request: HttpRequest, cookie: str, entry: Entry) -> Feedback | None:
    try:
        vote = request.get_signed_cookie(cookie, salt=VOTE_SALT, max_age=VOTE_SECONDS)
    except (KeyError, BadSignature):
        return None
    return Feedback.objects.filter(pk=vote, entry=entry).first() if vote else None


def _see_other(url: str) -> HttpResponse:
    return HttpResponse(status=SEE_OTHER, headers={"Location": url})

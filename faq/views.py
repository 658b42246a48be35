"""The help site's lists: home, search, stage, everything for print, contact, guide."""

from __future__ import annotations

import dataclasses
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from faq import figures, linked_data
from faq.answers import demo_starts
from faq.browser import describe
from faq.content import Content, Found, content
from faq.models import Entry
from faq.pagecache import public_page
from faq.search import MAYBE_SHARE, Confidence
from faq.share import Share, origin_of, share
from faq.terms import as_code, clean

MOST_HITS: Final = 10
FEWEST_HITS: Final = 3
MOST_GUESSES: Final = 5
# A hit with less than this share of the best one's score is no help on the page.
WORTH_SHOWING: Final = 0.25
# On the page that says “nothing found”: entries that explain at least this much of the query.
PERHAPS: Final = 0.45
FEW_WORDS: Final = 8  # characters


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list of hits, with what its copy buttons need."""

    entry: Entry
    share: Share


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """常见问题: search, stages, the most read answers, telephone numbers."""
    held = content()
    context = {
        "nav": "faq",
        "stages": held.stage_counts(),
        "total": len(held.of_kind(Entry.Kind.FAQ)),
        "hot": held.hot,
        "top": held.page("top"),
        "contacts": held.contacts,
    }
    return render(request, "faq/home.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results, 您是不是想问, or an honest “not found” with a way on."""
    query = clean(request.GET.get("q", ""))
    if not query:
        return redirect("faq:home")
    held = content()
    found = held.search(query, limit=MOST_HITS)
    context = {"nav": "faq", "query": found.result.code or query, "found": found}
    if found.result.confidence is Confidence.LOW:
        return render(request, "faq/none.html", {**context, **_nothing(held, found)})
    shown = worth_showing(found)
    stages = held.stage_counts(shown)
    stage = request.GET.get("stage", "")
    stage = stage if any(count.stage.slug == stage for count in stages) else ""
    chosen = [entry for entry in shown if not stage or entry.stage.slug == stage]
    context |= {
        "lines": _lines(request, chosen),
        "stages": stages,
        "total": len(shown),
        "stage": stage,
        "sure": found.result.confidence is Confidence.HIGH,
    }
    return render(request, "faq/results.html", context)


def worth_showing(found: Found) -> list[Entry]:
    """The hits that a person should see, best first: all near the best, a few when unsure."""
    hits = list(zip(found.result.hits, found.entries, strict=True))
    if found.result.confidence is not Confidence.HIGH:
        return [
            entry
            for place, (hit, entry) in enumerate(hits[:MOST_GUESSES])
            if place < FEWEST_HITS or hit.explained >= MAYBE_SHARE
        ]
    best = hits[0][0].score
    return [
        entry
        for place, (hit, entry) in enumerate(hits)
        if hit.score >= best * WORTH_SHOWING or (place < FEWEST_HITS and found.code is None)
    ]


def _nothing(held: Content, found: Found) -> dict[str, object]:
    """What the page says instead of results; a few words on a topic not ours get no guess."""
    guess = found.uncovered is None or len(found.result.query) > FEW_WORDS
    perhaps = [
        entry
        for hit, entry in zip(found.result.hits, found.entries, strict=True)
        if guess and hit.explained >= PERHAPS
    ]
    return {
        "perhaps": perhaps[:FEWEST_HITS],
        "starts": demo_starts([found.code]) if found.code else [],
        "stages": held.stage_counts(),
        "total": len(held.of_kind(Entry.Kind.FAQ)),
    }


@public_page
def stage(request: HttpRequest, stage: str) -> HttpResponse:
    """Every question of one stage with its short answer."""
    held = content()
    chosen = next((known for known in held.stages if known.slug == stage), None)
    if chosen is None:
        raise Http404
    questions = [entry for entry in held.entries if entry.stage == chosen]
    context = {
        "nav": "faq",
        "chosen": chosen,
        "stages": held.stage_counts(),
        "total": len(held.of_kind(Entry.Kind.FAQ)),
        "lines": _lines(request, [e for e in questions if e.kind != Entry.Kind.GUIDE]),
        "guide": [entry for entry in questions if entry.kind == Entry.Kind.GUIDE],
    }
    return render(request, "faq/stage.html", context)


@public_page
def everything(request: HttpRequest) -> HttpResponse:
    """Every answer on one page, made for print: numbers and short links instead of buttons."""
    held = content()
    groups = [
        (known, [e for e in held.of_kind(Entry.Kind.FAQ) if e.stage == known])
        for known in held.stages
    ]
    context = {
        "nav": "faq",
        "groups": [(known, entries) for known, entries in groups if entries],
        "guide": held.of_kind(Entry.Kind.GUIDE),
        "contact_entries": held.of_kind(Entry.Kind.CONTACT),
        "total": len(held.of_kind(Entry.Kind.FAQ)),
        "host": request.get_host(),
        "data": linked_data.script(
            linked_data.faq_page(held.of_kind(Entry.Kind.FAQ), origin=origin_of(request))
        ),
    }
    return render(request, "faq/all.html", context)


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """联系我们: who helps with what, and the lines that support asks for first."""
    held = content()
    asked = as_code(request.GET.get("code", ""))
    code = held.codes.get(asked)
    now = timezone.now()
    browser = describe(request.headers.get("User-Agent", ""))
    facts = [
        _("错误代码 %(code)s") % {"code": code.code} if code else "",
        timezone.localtime(now).strftime("%Y-%m-%d %H:%M"),
        browser,
    ]
    context = {
        "nav": "contact",
        "contacts": held.contacts,
        "branches": held.branches,
        "code": code,
        "now": now,
        "browser": browser,
        "facts": "；".join(filter(None, facts)),
    }
    return render(request, "faq/contact.html", context)


@public_page
def guide(request: HttpRequest) -> HttpResponse:
    """The seven steps of the source's guide on one page."""
    held = content()
    steps = [(entry, _questions(held, entry)) for entry in held.of_kind(Entry.Kind.GUIDE)]
    return render(request, "faq/guide.html", {"nav": "faq", "steps": steps})


@public_page
def guide_step(request: HttpRequest, number: int) -> HttpResponse:
    """One step of the guide, 1–7, with the page of ours that does it and its questions."""
    held = content()
    steps = held.of_kind(Entry.Kind.GUIDE)
    if not 1 <= number <= len(steps):
        raise Http404
    entry = steps[number - 1]
    context = {
        "nav": "faq",
        "entry": entry,
        "number": number,
        "steps": steps,
        "earlier": number - 1,
        "later": number + 1 if number < len(steps) else 0,
        "related": _questions(held, entry),
        "share": share(request, entry),
        "figures": figures.of_step(number),
    }
    return render(request, "faq/guide_step.html", context)


def _questions(held: Content, step: Entry) -> list[Entry]:
    """What people ask about a step of the guide: its related entries without other steps."""
    return [entry for entry in held.named(step.related) if entry.kind != Entry.Kind.GUIDE]


def _lines(request: HttpRequest, entries: list[Entry]) -> list[Line]:
    return [Line(entry, share(request, entry)) for entry in entries]

"""The help site for machines: entries and search as JSON, read-only, for any site's scripts."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from faq import openapi
from faq.apitypes import (
    EntryDetail,
    EntryList,
    EntrySummary,
    Problem,
    SearchAnswer,
    SearchHit,
    Source,
)
from faq.content import Content, content
from faq.markup import plain
from faq.models import Entry
from faq.ratelimit import refusal
from faq.share import origin_of
from faq.terms import clean

DEFAULT_LIMIT: Final = 5
MOST: Final = 20
# An edit may take this long to reach a client that keeps answers.
MAX_AGE_SECONDS: Final = 60
METHODS: Final = "GET, HEAD, OPTIONS"
PREFLIGHT_SECONDS: Final = 24 * 3600

View = Callable[..., HttpResponseBase]
# What writes each type as JSON.
_WRITERS: Final[dict[type, TypeAdapter[Any]]] = {
    kind: TypeAdapter(kind) for kind in (EntryList, EntryDetail, SearchAnswer, Problem)
}


def open_to_all(view: View) -> View:
    """GET for scripts of every site (CORS, no credentials), as often as `faq.ratelimit` lets."""

    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204, headers={"Allow": METHODS})
            response["Access-Control-Allow-Methods"] = METHODS
            response["Access-Control-Allow-Headers"] = "If-None-Match"
            response["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        elif request.method not in {"GET", "HEAD"}:
            response = problem(405, "method_not_allowed", _("这个接口只能读取。"))
            response["Allow"] = METHODS
        elif refused := refusal(request.META.get("REMOTE_ADDR", "")):
            response = problem(429, "too_many_requests", _("请求过多，请稍后再试。"))
            response["Retry-After"] = str(refused.seconds)
        else:
            response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    # There is nothing to forge: whatever is sent, nothing changes.
    opened.csrf_exempt = True  # type: ignore[attr-defined]
    return opened


@open_to_all
def entries(request: HttpRequest) -> HttpResponseBase:
    """All published entries, or those of `?stage=`; an unknown stage has none."""
    held = content()
    stage = request.GET.get("stage", "")
    found = [entry for entry in held.entries if not stage or entry.stage.slug == stage]
    lines = tuple(EntrySummary(**_summary(request, entry)) for entry in found)
    return answer(request, EntryList(version=held.version, count=len(lines), entries=lines))


@open_to_all
def entry(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One entry with its source text; a name that it once had leads to it."""
    held = content()
    found = held.find(slug)
    if found is None:
        return problem(404, "not_found", _("没有这个条目。"))
    if found.slug != slug:
        return HttpResponsePermanentRedirect(reverse("faq:api-entry", args=[found.slug]))
    return answer(request, _detail(request, held, found))


@open_to_all
def search(request: HttpRequest) -> HttpResponseBase:
    """`{"query", "confidence": "high|middle|low", "results": [{"id", "question", "answer",
    "stage", "url", "score", "title", "short_answer"}]}`, best first.

    `query` is what was understood (one spelling, at most 200 characters). `question` and `answer`
    are the source's words. `limit`: 1–20, 5 where it is missing or no number. Results may be there
    with low confidence: show them as a guess or not at all. An empty query finds nothing.
    """
    query = clean(request.GET.get("q", ""))
    held = content()
    found = held.search(query, limit=limit_of(request.GET.get("limit", "")))
    hits = tuple(
        SearchHit(
            id=entry.slug,
            question=entry.question,
            answer=entry.answer,
            stage=entry.stage.slug,
            url=entry.get_absolute_url(),
            score=hit.score,
            title=plain(entry.title),
            short_answer=plain(entry.short_answer),
        )
        for hit, entry in zip(found.result.hits, found.entries, strict=True)
    )
    result = SearchAnswer(query=query, confidence=found.result.confidence.value, results=hits)
    return answer(request, result)


@open_to_all
def description(request: HttpRequest) -> HttpResponseBase:
    """`/api/faq/openapi.json`."""
    document = openapi.document(origin=origin_of(request))
    return cacheable(request, _json(json.dumps(document, ensure_ascii=False).encode()))


def answer(request: HttpRequest, data: EntryList | EntryDetail | SearchAnswer) -> HttpResponseBase:
    """The data as JSON with an ETag."""
    return cacheable(request, _json(_WRITERS[type(data)].dump_json(data)))


def problem(status: int, error: str, message: str) -> HttpResponse:
    """Why there is no answer, as JSON."""
    body = _WRITERS[Problem].dump_json(Problem(error=error, message=message))
    return _json(body, status=status)


def limit_of(text: str) -> int:
    """1 to `MOST`; the default for what is no whole number in ASCII digits."""
    if not (text.isascii() and text.isdigit()):
        return DEFAULT_LIMIT
    return min(max(int(text[:3]), 1), MOST)


def cacheable(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The response with an ETag and a short life in shared caches, or 304 where it is known."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    return get_conditional_response(request, etag=etag, response=response) or response


def _json(body: bytes, *, status: int = 200) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json")


def _summary(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.slug,
        "number": entry.number,
        "kind": entry.kind,
        "stage": entry.stage.slug,
        "title": plain(entry.title),
        "short_answer": plain(entry.short_answer),
        "codes": entry.codes,
        "url": request.build_absolute_uri(entry.get_absolute_url()),
        "updated_at": entry.updated_at.isoformat(timespec="seconds"),
    }


def _detail(request: HttpRequest, held: Content, entry: Entry) -> EntryDetail:
    return EntryDetail(
        **_summary(request, entry),
        short_url=request.build_absolute_uri(reverse("faq:short", args=[entry.number])),
        steps=tuple(plain(step) for step in entry.steps),
        why=plain(entry.why),
        warning=plain(entry.warning),
        editor_note=plain(entry.editor_note),
        source=Source(
            category=entry.category,
            topic=entry.topic,
            question=entry.question,
            answer=entry.answer,
            errors=tuple(entry.errors),
            label=entry.source_label,
        ),
        related=tuple(other.slug for other in held.named(entry.related)),
        reviewed_on=entry.reviewed_on,
    )

"""The search as JSON, for machines: `/api/faq/search?q=&limit=`."""

from __future__ import annotations

import hashlib
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from faq.content import content
from faq.terms import clean

DEFAULT_LIMIT: Final = 5
MOST: Final = 20
# An edit may take this long to reach a client that keeps answers.
MAX_AGE_SECONDS: Final = 60


@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """`{"query", "confidence": "high|middle|low", "results": [{"id", "question", "answer",
    "stage", "url", "score"}]}`, best first.

    `query` is what was understood (one spelling, at most 200 characters). `question` and `answer`
    are the source's words. `limit`: 1–20, 5 where it is missing or no number. Results may be there
    with low confidence: show them as a guess or not at all. An empty query finds nothing.
    """
    query = clean(request.GET.get("q", ""))
    held = content()
    found = held.search(query, limit=limit_of(request.GET.get("limit", "")))
    response = JsonResponse(
        {
            "query": query,
            "confidence": found.result.confidence.value,
            "results": [
                {
                    "id": entry.slug,
                    "question": entry.question,
                    "answer": entry.answer,
                    "stage": entry.stage.slug,
                    "url": entry.get_absolute_url(),
                    "score": hit.score,
                }
                for hit, entry in zip(found.result.hits, found.entries, strict=True)
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )
    return cacheable(request, response)


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

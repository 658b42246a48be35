"""What the search box offers while somebody is still typing, also in the middle of a syllable."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from faq.api import cacheable
from faq.content import content
from faq.models import Entry
from faq.search import MAYBE_SHARE
from faq.terms import clean, normalise, spelling

MOST: Final = 6
# Below this share of the best hit's score an entry is no help in a short list.
WORTH_OFFERING: Final = 0.3
MOST_LOOKED_AT: Final = 40
_CODE_BEGUN: Final = re.compile(r"([a-z])[\s_-]*([0-9]{1,3})")


@dataclasses.dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the list. `stage`: the title of its stage."""

    id: str
    title: str
    url: str
    stage: str


def suggest(query: str, *, limit: int = MOST) -> list[Suggestion]:
    """Entries for a query that may not be finished, best first; none for an empty one.

    First those of a code, then those that have a line beginning with the query, then what the
    search finds. A topic that is known not to be covered has none: the page says why.
    """
    asked = clean(query)
    if not asked:
        return []
    held = content()
    begun = _CODE_BEGUN.fullmatch(asked)
    if begun:
        codes = [code for code in held.codes if code.lower().startswith("-".join(begun.groups()))]
        answers = [entry for code in codes if (entry := held.answer_to(code))]
        return _lines({entry.slug: entry for entry in answers}, limit)
    found = held.search(asked, limit=MOST_LOOKED_AT)
    offered: dict[str, Entry] = {}
    if found.uncovered is None:
        best = found.result.hits[0].score if found.result.hits else 0.0
        hits = [
            held.by_slug[hit.slug]
            for hit in found.result.hits
            if hit.explained >= MAYBE_SHARE and hit.score >= best * WORTH_OFFERING
        ]
        beginning = _beginning(found.entries, asked)
        offered = {entry.slug: entry for entry in (*beginning, *hits)}
    return _lines(offered, limit)


def _lines(offered: Mapping[str, Entry], limit: int) -> list[Suggestion]:
    return [
        Suggestion(entry.slug, entry.title, entry.get_absolute_url(), entry.stage.title)
        for entry in list(offered.values())[:limit]
    ]


def _beginning(entries: Iterable[Entry], asked: str) -> list[Entry]:
    """Those entries that have a title, topic, alias or message beginning with these characters."""
    start = normalise(asked)
    if len(start) <= 1 or start.isascii():
        return []
    return [
        entry
        for entry in entries
        if any(
            spelling(line).startswith(start)
            for line in (entry.title, entry.topic, *entry.aliases, *entry.errors)
        )
    ]


@require_safe
def suggestions(request: HttpRequest) -> HttpResponseBase:
    """`/faq/search/suggest/?q=`: `{"query", "suggestions": [{"id", "title", "url", "stage"}]}`.

    The box asks when a composition of the input method has ended, not at every key of it; letters
    with the method's own apostrophes (fa'ren'ka) are understood as well.
    """
    query = clean(request.GET.get("q", ""))
    data: dict[str, Any] = {
        "query": query,
        "suggestions": [dataclasses.asdict(one) for one in suggest(query)],
    }
    return cacheable(request, JsonResponse(data, json_dumps_params={"ensure_ascii": False}))
